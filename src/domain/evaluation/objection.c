/* Objections during the public notice of results: anybody may raise one; each gets an answer with a
 * deadline. */
#include "domain/evaluation/objection.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "core/audit.h"
#include "core/secret.h"
#include "core/setting.h"
#include "core/workday.h"
#include "domain/evaluation/batch.h"
#include "query/batch.h"
#include "query/core.h"
#include "query/result.h"

enum {
	RECEIPT_PROOF = 5, /* bytes: 8 digits of base32 */
	RECEIPT_ID = 13,   /* digits of 8 bytes */
	RECEIPT_GROUP = 7,
};

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	struct q_objection_find *o = arena_make(cx->arena, struct q_objection_find);
	int r = q_objection_find(cx->db, o, .person_id = person_id, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "objection.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_subject = (struct flow_subject){.id = id, .person_id = person_id, .state = o->state,
		.region = o->region, .title = o->batch_title, .body_id = o->body_id, .row = o};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_objection_move(cx->db, .person_id = s->person_id, .id = s->id,
		.from_state = s->state, .state = to);
}

static int on_answer(struct ctx *cx, const struct flow_run *run)
{
	int r = q_objection_set_answer(cx->db, .person_id = run->subject->person_id,
		.id = run->subject->id, .answer = run->reason, .answered_by = cx->actor.account_id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static const struct flow_state states[] = {
	{"received", "待答复", TONE_WAIT},
	{"answered", "已答复", TONE_GOOD},
	{"refused", "不成立", TONE_PLAIN},
	{0},
};

static const struct flow_step steps[] = {
	{"received", "answer", "answered", "答复", PERM_OBJECTION_ANSWER, NULL, on_answer,
		.flags = FLOW_REASON},
	{"received", "refuse", "refused", "异议不成立", PERM_OBJECTION_ANSWER, NULL, on_answer,
		.flags = FLOW_REASON},
	{0},
};

const struct flow objection_flow = {.kind = "objection", .title = "成绩异议", .states = states,
	.steps = steps, .load = load, .move = move};

static int notice_runs(struct ctx *cx, int64_t batch_id, struct q_batch_find *ret_batch)
{
	int r = q_batch_find(cx->db, ret_batch, .id = batch_id, .scope = scope_all());
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "batch.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if (!streq(ret_batch->state, "publicity") || ctx_today(cx) > ret_batch->publicity_to_on)
		return fail(cx, ERR_STATE, "objection.no_notice");
	return 0;
}

static int open_deadline(struct ctx *cx, int64_t id, const struct q_batch_find *batch)
{
	int64_t today = ctx_today(cx);
	int64_t days, due;
	int r = setting_get(cx, "objection.answer_wd", batch->region, today, &days);
	if (r < 0 || (r = workday_due(cx, today, days, &due)) < 0)
		return r;
	r = q_deadline_open(cx->db, .id = ctx_id(cx), .kind = "objection", .subject_id = id,
		.name = "objection.answer_wd", .region = batch->region, .body_id = batch->body_id,
		.due_on = due, .opened_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int check_in(struct ctx *cx, const char *name, const char *phone, const char *text)
{
	if (is_blank(name))
		fail_field(cx, "name", "objection.name_needed");
	if (is_blank(phone))
		fail_field(cx, "phone", "objection.phone_needed");
	if (is_blank(text))
		fail_field(cx, "text", "objection.text_needed");
	return ctx_checked(cx);
}

int objection_create(struct ctx *cx, int64_t batch_id, const char *name, const char *phone,
	const char *text, int64_t *ret_id)
{
	struct q_batch_find batch;
	int64_t id = ctx_id(cx), person_id = cx->actor.person_id;
	auto_tx tx = {0};
	int r = check_in(cx, name, phone, text);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = notice_runs(cx, batch_id, &batch)) < 0)
		return r;
	r = q_objection_insert(cx->db, .person_id = person_id, .id = id, .batch_id = batch_id,
		.body_id = batch.body_id, .region = batch.region, .name = name,
		.phone_cipher = secret_seal(cx, "objection.phone_cipher", phone), .text = text,
		.created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, "objection", person_id, id, "receive", "")) < 0 ||
		(r = open_deadline(cx, id, &batch)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

/* Whoever holds the number holds a proof that the platform gave it out. */
static const char *receipt_proof(struct ctx *cx, int64_t id)
{
	uint8_t mac[DIGEST_BYTES];
	auto_buf text;
	buf_init(&text, 128);
	keyring_mac(cx->keys, KEY_TICKET, str_of(text_of(cx, "objection|%" PRId64, id)), mac);
	base32_put(&text, mac, RECEIPT_PROOF);
	return arena_dup(cx->arena, buf_z(&text));
}

const char *objection_receipt(struct ctx *cx, int64_t id)
{
	uint8_t bytes[8];
	auto_buf text;
	buf_init(&text, 128);
	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)((uint64_t)id >> (56 - 8 * i));
	base32_put(&text, bytes, sizeof bytes);
	const char *all = text_of(cx, "%s%s", buf_z(&text), receipt_proof(cx, id)), *grouped = "";
	for (; *all; all += strnlen(all, RECEIPT_GROUP))
		grouped = text_of(cx, "%s%s%.*s", grouped, *grouped ? "-" : "", RECEIPT_GROUP, all);
	return grouped;
}

/* The id in a receipt number, or 0. */
static int64_t receipt_id(struct ctx *cx, const char *receipt)
{
	char digits[64];
	size_t n = 0;
	uint64_t id = 0;
	auto_buf bytes;
	for (const char *p = receipt; *p && n < sizeof digits - 1; p++)
		if (*p != '-' && *p != ' ')
			digits[n++] = *p;
	digits[n] = 0;
	buf_init(&bytes, 64);
	if (n < RECEIPT_ID || !base32_read((struct str){digits, RECEIPT_ID},
		&bytes) || bytes.n != 8)
		return 0;
	for (int i = 0; i < 8; i++)
		id = id << 8 | (uint8_t)bytes.p[i];
	for (size_t i = RECEIPT_ID; i < n; i++)
		digits[i] = (char)toupper((unsigned char)digits[i]);
	bool good = crypto_equal(str_of(digits + RECEIPT_ID),
		str_of(receipt_proof(cx, (int64_t)id)));
	return good && id <= INT64_MAX ? (int64_t)id : 0;
}

int objection_by_receipt(struct ctx *cx, const char *receipt, struct objection_answer *ret_answer)
{
	struct q_objection_by_id row;
	int64_t due, id = receipt_id(cx, receipt);
	int r = id ? q_objection_by_id(cx->db, &row, .id = id) : ERR_NOTFOUND;
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "objection.no_receipt");
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_due(cx, &objection_flow, id, &due)) < 0)
		return r;
	*ret_answer = (struct objection_answer){.id = id, .batch_title = row.batch_title,
		.body_name = row.body_name, .state = row.state, .text = row.text,
		.answer = row.answer, .created_at = row.created_at, .due_on = due};
	return 0;
}

int objection_phone(struct ctx *cx, int64_t person_id, int64_t id, const char *purpose,
	const char **ret_phone)
{
	struct q_objection_find row;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_OBJECTION_ANSWER);
	if (r < 0)
		return r;
	if (is_blank(purpose))
		return fail_field(cx, "purpose", "objection.purpose_needed");
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_objection_find(cx->db, &row, .person_id = person_id, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "objection.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = secret_open(cx, "objection.phone_cipher", row.phone_cipher, ret_phone)) < 0 ||
		(r = audit_note(cx, "objection.reveal", "objection", id, purpose, "")) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}
