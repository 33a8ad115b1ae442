/* Whom to be for trying out the candidate's pages. */
#include <string.h>

#include "core/secret.h"
#include "domain/demo/demo.h"
#include "query/demo.h"
#include "query/person.h"

int demo_candidates(struct ctx *cx, struct demo_candidate *ret_candidates, size_t *ret_n)
{
	struct q_demo_candidates_rows rows;
	int r = q_demo_candidates(cx->db, &rows, .now = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n && i < DEMO_CANDIDATES; i++) {
		const struct q_demo_candidates *row = &rows.at[i];
		struct q_person_find person;
		const char *idno;
		if ((r = q_person_find(cx->db, &person, .person_id = row->person_id)) < 0)
			return ctx_pass(cx, r);
		if ((r = secret_open(cx, "person.idno_cipher", person.idno_cipher, &idno)) < 0)
			return r;
		size_t n = strlen(idno);
		ret_candidates[i] = (struct demo_candidate){row->name, row->ticket_no,
			idno + (n > 6 ? n - 6 : 0), row->seat, row->starts_at};
	}
	*ret_n = rows.n;
	return 0;
}
