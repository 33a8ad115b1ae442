/* What candidates do: coming in, beginning, handing in. They act by their token alone. */
#include "domain/exam/sitting.h"

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"
#include "core/file.h"
#include "core/secret.h"
#include "core/throttle.h"
#include "domain/exam/exam_impl.h"
#include "domain/exam/receipt.h"
#include "query/person.h"
#include "query/sitting.h"

enum {
	TAIL = 6,
	TRIES = 10,
	TRIES_SECONDS = 300,
	TRIES_AN_ADDRESS = 600, /* a minute: whole rooms share one */
	TOKEN_SECONDS = 12 * 3600,
	PHOTO_MAX = 2 * 1024 * 1024,
	DEVICE_CHARS = 200,
};

static int find(struct ctx *cx, int64_t person_id, int64_t id, struct q_sitting_find *ret_sitting)
{
	int r = q_sitting_find(cx->db, ret_sitting, .person_id = person_id, .id = id,
		.scope = scope_all());
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "sitting.notfound");
	if (r < 0)
		return ctx_pass(cx, r);
	return streq(ret_sitting->place, "venue") ? fail(cx, ERR_STATE, "sitting.at_venue") : 0;
}

static bool is_any(const char *state, const char *a, const char *b)
{
	return streq(state, a) || streq(state, b);
}

static bool has_ended(const char *state)
{
	return is_any(state, "handed_in", "forced");
}

static bool has_begun(const char *state)
{
	return is_any(state, "running", "paused");
}

int sitting_of_token(struct ctx *cx, const struct sitting_token *token,
	struct q_sitting_find *ret_sitting)
{
	int r = find(cx, token->person_id, token->sitting_id, ret_sitting);
	if (r < 0)
		return r;
	if (ret_sitting->epoch != token->epoch)
		return fail(cx, ERR_CONFLICT, "sitting.elsewhere");
	return 0;
}

/* ---- check-in ---- */

static const char *upper(struct ctx *cx, const char *text)
{
	char *copy = arena_str(cx->arena, str_trim(str_of(text)));
	for (char *c = copy; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return copy;
}

static bool is_number(struct ctx *cx, const char *idno, const char *typed)
{
	struct str whole = str_of(upper(cx, idno)), given = str_of(upper(cx, typed));
	if (given.n == TAIL && whole.n > TAIL)
		whole = (struct str){whole.p + whole.n - TAIL, TAIL};
	return given.n && crypto_equal(whole, given);
}

/* One answer for everything that does not fit, so that numbers cannot be tried out one by one. */
static int unknown(struct ctx *cx)
{
	return fail(cx, ERR_DENIED, "sitting.unknown");
}

static int check_person(struct ctx *cx, int64_t person_id, const char *typed)
{
	struct q_person_find person;
	const char *idno;
	int r = q_person_find(cx->db, &person, .person_id = person_id);
	if (r < 0)
		return r == ERR_NOTFOUND ? unknown(cx) : ctx_pass(cx, r);
	if ((r = secret_open(cx, "person.idno_cipher", person.idno_cipher, &idno)) < 0)
		return r;
	return is_number(cx, idno, typed) ? 0 : unknown(cx);
}

static int find_by_ticket(struct ctx *cx, const struct sitting_in *in,
	struct q_sitting_find *ret_sitting)
{
	struct q_sitting_by_ticket_rows rows;
	const char *ticket = upper(cx, in->ticket_no);
	if (!throttle_take(cx, "sitting", ticket, TRIES, TRIES_SECONDS) ||
		!throttle_ip(cx, "sitting", TRIES_AN_ADDRESS))
		return fail(cx, ERR_LIMIT, "sitting.tries");
	int r = is_blank(ticket) ? ERR_NOTFOUND
		: q_sitting_by_ticket(cx->db, &rows, .ticket_no = ticket, .now = ctx_now(cx));
	if (r < 0)
		return r == ERR_NOTFOUND ? unknown(cx) : ctx_pass(cx, r);
	if (!rows.n || rows.at[0].seat != in->seat)
		return unknown(cx);
	if ((r = check_person(cx, rows.at[0].person_id, in->idno_tail)) < 0)
		return r;
	return find(cx, rows.at[0].person_id, rows.at[0].id, ret_sitting);
}

static int check_may_enter(struct ctx *cx, const struct q_sitting_find *s, const char *code)
{
	if (has_ended(s->state))
		return 0;
	if (streq(s->state, "absent"))
		return fail(cx, ERR_STATE, "sitting.absent");
	if (streq(s->state, "void"))
		return fail(cx, ERR_STATE, "sitting.void");
	if (!is_any(s->exam_state, "ready", "running"))
		return fail(cx, ERR_STATE, "exam.not_running", s->exam_title);
	if (*s->entry_code && !crypto_equal(str_of(upper(cx, s->entry_code)),
				      str_of(upper(cx, code))))
		return fail_field(cx, "entry_code", "sitting.code");
	if (!has_begun(s->state) && ctx_now(cx) > sitting_late_at(s))
		return fail(cx, ERR_STATE, "sitting.late_door");
	return 0;
}

static void make_pass(struct ctx *cx, const struct q_sitting_find *s, int64_t epoch,
	const char *state, struct sitting_pass *ret_pass)
{
	int64_t now = ctx_now(cx), from = s->ends_at > now ? s->ends_at : now;
	struct sitting_token t = {.person_id = s->person_id, .sitting_id = s->id,
		.exam_id = s->exam_id, .epoch = epoch, .expires_at = from + TOKEN_SECONDS};
	*ret_pass = (struct sitting_pass){t, sitting_token_make(cx->keys, cx->arena, &t), state};
}

/* A browser calls itself anything, and not only in text. */
static const char *device_text(struct ctx *cx, const char *device)
{
	char *z = arena_str(cx->arena, utf8_cut(str_of(device), DEVICE_CHARS));
	if (utf8_is_text(str_of(z)))
		return z;
	for (char *p = z; *p; p++)
		*p = *p >= ' ' && *p < 0x7f ? *p : '.';
	return z;
}

/* In the caller's transaction: this page is the newest from now on. */
static int take(struct ctx *cx, const struct q_sitting_find *s, const char *device,
	int64_t *ret_epoch)
{
	struct q_sitting_took_over row;
	int64_t now = ctx_now(cx);
	const char *shown = device_text(cx, device);
	int r = q_sitting_took_over(cx->db, &row, .person_id = s->person_id, .id = s->id,
		.device = shown, .seen_at = now, .checked_in_at = now);
	if (r == ERR_NOTFOUND)
		return fail(cx, ERR_STATE, "sitting.has_ended");
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_epoch = row.epoch;
	return flow_note(cx, sitting_flow.kind, s->person_id, s->id,
		s->checked_in_at ? "sitting_taken_over" : "sitting_checked_in", shown);
}

static int enter(struct ctx *cx, const struct q_sitting_find *s, const struct sitting_in *in,
	struct sitting_pass *ret_pass)
{
	auto_tx tx = {0};
	int64_t epoch;
	const char *state = s->state;
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = take(cx, s, in->device, &epoch)) < 0)
		return r;
	if (streq(state, "waiting") && streq(s->admit_mode, "code") && *s->entry_code) {
		r = flow_run(cx, &sitting_flow, s->person_id, s->id, "enter", "", NULL);
		state = "admitted";
	}
	if (r < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	make_pass(cx, s, epoch, state, ret_pass);
	return 0;
}

int sitting_check_in(struct ctx *cx, const struct sitting_in *in, struct sitting_pass *ret_pass)
{
	struct q_sitting_find s;
	int r = find_by_ticket(cx, in, &s);
	if (r < 0 || (r = check_may_enter(cx, &s, in->entry_code)) < 0)
		return r;
	auto_as as = sitting_act_as(cx, s.name);
	if (!has_ended(s.state))
		return enter(cx, &s, in, ret_pass);
	make_pass(cx, &s, s.epoch, s.state, ret_pass);
	return 0;
}

int sitting_take_over(struct ctx *cx, const struct sitting_token *token, const char *device,
	struct sitting_pass *ret_pass)
{
	struct q_sitting_find s;
	int r = find(cx, token->person_id, token->sitting_id, &s);
	if (r < 0)
		return r;
	auto_as as = sitting_act_as(cx, s.name);
	const struct sitting_in in = {.device = device};
	return enter(cx, &s, &in, ret_pass);
}

int sitting_photo(struct ctx *cx, const struct sitting_token *token, struct str bytes)
{
	struct q_sitting_find s;
	auto_tx tx = {0};
	int r = sitting_of_token(cx, token, &s);
	if (r < 0)
		return r;
	if (!is_any(s.state, "waiting", "admitted"))
		return fail(cx, ERR_STATE, "sitting.photo_late");
	if (bytes.n > PHOTO_MAX)
		return fail_field(cx, "photo", "sitting.photo_large");
	if (!throttle_take(cx, "sitting.photo", text_of(cx, "%lld", (long long)s.id), TRIES,
		TRIES_SECONDS))
		return fail(cx, ERR_LIMIT, "sitting.tries");
	auto_as as = sitting_act_as(cx, s.name);
	struct file f = {.person_id = s.person_id, .body_id = s.body_id, .region = s.region,
		.name = "签到照片", .mime = "", .bytes = bytes};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = file_put(cx, &f)) < 0)
		return r;
	if (!is_any(f.mime, "image/jpeg", "image/png"))
		return fail_field(cx, "photo", "sitting.photo_kind");
	r = q_sitting_set_photo(cx->db, .person_id = s.person_id, .id = s.id,
		.photo_file_id = f.id);
	if (r == 0)
		return fail(cx, ERR_STATE, "sitting.photo_late");
	/* the one it takes the place of belongs to nothing any more */
	if (r > 0 && s.photo_file_id)
		r = file_drop(cx, s.person_id, s.photo_file_id);
	if (r < 0)
		return ctx_pass(cx, r);
	return ctx_pass(cx, tx_commit(&tx));
}

/* ---- beginning and handing in ---- */

/* Hidden steps run within a transaction only. */
static int run_hidden(struct ctx *cx, const struct q_sitting_find *s, const char *action)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_run(cx, &sitting_flow, s->person_id, s->id, action, "", NULL)) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

/* Somebody else (another tab, the clock, the invigilator) may have done it in the same moment. */
static int run_step(struct ctx *cx, struct q_sitting_find *s, const char *action,
	bool (*is_done)(const char *state))
{
	int r = run_hidden(cx, s, action);
	struct problem problem = cx->problem;
	if (r < 0 && r != ERR_STATE)
		return r;
	int again = find(cx, s->person_id, s->id, s);
	if (again < 0)
		return again;
	if (r < 0 && !is_done(s->state)) {
		cx->problem = problem;
		return r;
	}
	ctx_clear(cx);
	return 0;
}

int sitting_begin(struct ctx *cx, const struct sitting_token *token,
	struct q_sitting_find *ret_sitting)
{
	struct q_sitting_find s;
	int r = sitting_of_token(cx, token, &s);
	if (r < 0)
		return r;
	auto_as as = sitting_act_as(cx, s.name);
	if (streq(s.state, "waiting"))
		return fail(cx, ERR_STATE, "sitting.not_admitted");
	if (!has_begun(s.state) && (r = run_step(cx, &s, "begin", has_begun)) < 0)
		return r;
	*ret_sitting = s;
	return 0;
}

static int check_arrived(struct ctx *cx, const struct q_sitting_find *s, int64_t last_seq)
{
	struct q_sitting_newest_answer newest;
	int r = q_sitting_newest_answer(cx->db, &newest, .person_id = s->person_id,
		.sitting_id = s->id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (newest.seq >= last_seq)
		return 0;
	return fail(cx, ERR_CONFLICT, "sitting.unsent",
		text_of(cx, "%d", (int)(last_seq - newest.seq)));
}

int sitting_hand_in(struct ctx *cx, const struct sitting_token *token, int64_t last_seq,
	struct q_sitting_find *ret_sitting)
{
	struct q_sitting_find s;
	int r = find(cx, token->person_id, token->sitting_id, &s);
	if (r < 0)
		return r;
	if (!has_ended(s.state)) {
		if (s.epoch != token->epoch)
			return fail(cx, ERR_CONFLICT, "sitting.elsewhere");
		if ((r = check_arrived(cx, &s, last_seq)) < 0)
			return r;
		auto_as as = sitting_act_as(cx, s.name);
		if ((r = run_step(cx, &s, "hand_in", has_ended)) < 0)
			return r;
	}
	if ((r = receipt_sign(cx, s.person_id, s.id)) < 0 && r != ERR_IO)
		return r;
	ctx_clear(cx);
	if ((r = find(cx, s.person_id, s.id, ret_sitting)) < 0)
		return r;
	return 0;
}
