#include "domain/certificate/status_list.h"

#include <string.h>

#include "query/status.h"

enum { TRIES = 64, FULL = BITSTRING_PLACES / 2 };

const char *status_purpose_code(enum status_purpose purpose)
{
	static const char *const codes[STATUS_PURPOSES] = {
		[STATUS_REVOCATION] = "revocation", [STATUS_SUSPENSION] = "suspension"};
	return purpose < STATUS_PURPOSES ? codes[purpose] : "";
}

static int newest_list(struct ctx *cx, int64_t *ret_list_no)
{
	struct q_vc_list_last last;
	int r = q_vc_list_last(cx->db, &last);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	*ret_list_no = r == ERR_NOTFOUND ? 1 : last.list_no + (last.n >= FULL);
	return 0;
}

static int find_place(struct ctx *cx, int64_t id, struct status_place *ret_place)
{
	struct q_vc_slot_of slot;
	int r = q_vc_slot_of(cx->db, &slot, .certificate_id = id);
	if (r == ERR_NOTFOUND)
		return r;
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_place = (struct status_place){slot.list_no, slot.list_index};
	return 0;
}

/* A place that is taken, or a certificate that another request just gave one: nothing is put, and
 * the next round finds out which it was. */
int certificate_status_place(struct ctx *cx, int64_t person_id, int64_t id,
	struct status_place *ret_place)
{
	int64_t list_no;
	int r = find_place(cx, id, ret_place);
	if (r != ERR_NOTFOUND)
		return r;
	if ((r = newest_list(cx, &list_no)) < 0)
		return r;
	for (int i = 0; i < TRIES; i++) {
		int64_t place = (int64_t)(ctx_random_u64(cx) % BITSTRING_PLACES);
		r = (int)q_vc_slot_put(cx->db, .list_no = list_no, .list_index = place,
			.found_person_id = person_id, .certificate_id = id);
		if (r < 0)
			return ctx_pass(cx, r);
		if ((r = find_place(cx, id, ret_place)) != ERR_NOTFOUND)
			return r;
	}
	return ctx_pass(cx, ERR_CONFLICT);
}

int certificate_status_bits(struct ctx *cx, int64_t list_no, enum status_purpose purpose,
	uint8_t ret_list[BITSTRING_BYTES])
{
	struct q_vc_list_states_rows rows;
	int64_t newest;
	int r = newest_list(cx, &newest);
	if (r < 0)
		return r;
	if (list_no < 1 || list_no > newest)
		return fail(cx, ERR_NOTFOUND, "certificate.no_list");
	r = q_vc_list_states(cx->db, &rows, .list_no = list_no);
	if (r < 0)
		return ctx_pass(cx, r);
	memset(ret_list, 0, BITSTRING_BYTES);
	const char *state = purpose == STATUS_REVOCATION ? "revoked" : "suspended";
	for (size_t i = 0; i < rows.n; i++)
		if (streq(rows.at[i].state, state))
			bitstring_set(ret_list, (size_t)rows.at[i].list_index);
	return 0;
}
