/* The start of a sitting, for a page with script: everybody asks in the same second, so it goes
 * through the intake (one commit for many), and when more ask than can be served at once each is
 * told his place and when to come again.
 *
 *   POST /exam/sit/begin   {"epoch":2}
 *   200 {"status":"begun","state":"running","epoch":2,"deadline":1800000000,"begun":1799994600,
 *        "stay":1799996400,"now":1799994600123,"form":"…","key":"64 hex digits"}
 *   202 {"status":"queued","place":137,"retry_ms":850}
 *   409 problem: not admitted, too early, too late, taken over elsewhere
 *
 * key opens what GET /exam/sit/sealed gave this page before the start, if `form` is still the
 * same. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/log.h"
#include "core/message.h"
#include "domain/exam/sitting.h"
#include "query/sitting.h"
#include "web/answer.h"
#include "web/intake.h"
#include "web/intake_read.h"
#include "web/page/exam_intake.h"
#include "web/page/page.h"
#include "web/site.h"

enum { DETAIL_MAX = 600, REPLY_MAX = 2048 };

struct beginning {
	struct intake_call call; /* first */
	const struct keyring *keys;
	struct sitting_token token;
	/* out */
	int64_t deadline_at, begun_at, stay_until, form_id;
	char state[16], id[64], detail[DETAIL_MAX];
};

void exam_paper_key(const struct keyring *keys, int64_t sitting_id, int64_t form_id,
	uint8_t ret_key[DIGEST_BYTES])
{
	char text[80];
	int n = snprintf(text, sizeof text, "paper.%" PRId64 ".%" PRId64, sitting_id, form_id);
	keyring_mac(keys, KEY_SITTING, (struct str){text, (size_t)n}, ret_key);
}

static int begin_one(struct ctx *cx, struct beginning *b, struct q_sitting_find *s)
{
	int r = sitting_of_token(cx, &b->token, s);
	if (r < 0)
		return r;
	/* Safe Exam Browser shows itself to the pages that load documents. */
	if (sitting_lacks_seb(s))
		return fail(cx, ERR_STATE, "intake.by_form");
	return sitting_begin(cx, &b->token, s);
}

static void keep_begun(struct beginning *b, const struct q_sitting_find *s)
{
	snprintf(b->state, sizeof b->state, "%s", s->state);
	b->deadline_at = s->deadline_at;
	b->begun_at = s->begun_at;
	b->stay_until = sitting_stay_until(s);
	b->form_id = s->form_id;
}

static int run_many(struct ctx *cx, struct intake_call **calls, size_t n)
{
	struct sitting_token *tokens = arena_array(cx->arena, struct sitting_token, n);
	struct q_sitting_find *all = arena_array(cx->arena, struct q_sitting_find, n);
	bool *begun = arena_array(cx->arena, bool, n);
	for (size_t i = 0; i < n; i++)
		tokens[i] = ((struct beginning *)calls[i])->token;
	int r = sitting_begin_many(cx, tokens, n, all, begun);
	for (size_t i = 0; i < n && r >= 0; i++) {
		calls[i]->is_done = begun[i];
		if (begun[i])
			keep_begun((struct beginning *)calls[i], &all[i]);
	}
	return r;
}

static int run(struct ctx *cx, struct intake_call *c)
{
	struct beginning *b = (struct beginning *)c;
	struct q_sitting_find s;
	int r = begin_one(cx, b, &s);
	if (r < 0) {
		snprintf(b->id, sizeof b->id, "%s", cx->problem.id ? cx->problem.id : "");
		snprintf(b->detail, sizeof b->detail, "%s", problem_text(cx));
		return r;
	}
	keep_begun(b, &s);
	return 0;
}

static void start(struct wait *w)
{
	intake_push(w->site->intake, (struct intake_call *)w);
}

static void answer_begun(struct beginning *b, struct reply *out)
{
	uint8_t key[DIGEST_BYTES];
	char hex[DIGEST_HEX];
	struct buf text;
	buf_init(&text, REPLY_MAX);
	exam_paper_key(b->keys, b->token.sitting_id, b->form_id, key);
	buf_printf(&text, "{\"status\":\"begun\",\"state\":\"%s\",\"epoch\":%" PRId64
		",\"deadline\":%" PRId64 ",\"begun\":%" PRId64 ",\"stay\":%" PRId64 ",\"now\":"
		"%" PRId64
		",\"form\":\"%" PRId64 "\",\"key\":\"%s\"}", b->state, b->token.epoch,
		b->deadline_at, b->begun_at, b->stay_until, b->call.now_ms, b->form_id,
		hex_write(key, sizeof key, hex));
	crypto_wipe(key, sizeof key);
	intake_reply(out, 200, "application/json", buf_view(&text), BODY_HEAP);
}

static void answer(struct wait *w, struct arena *a, struct reply *out)
{
	struct beginning *b = (struct beginning *)w;
	int r = b->call.result;
	if (r == 0)
		answer_begun(b, out);
	else if (r == ERR_DB || r == ERR_IO || !*b->id)
		intake_reply_busy(a, out);
	else
		intake_reply_problem(a, out, err_http(r), b->id, b->detail);
}

static void end(struct wait *w)
{
	free(w);
}

static int queued(struct exchange *ex, int64_t place, int64_t retry_ms)
{
	const char *text = text_of(&ex->cx, "{\"status\":\"queued\",\"place\":%" PRId64
		",\"retry_ms\":%" PRId64 "}", place, retry_ms);
	answer_header(ex, "Retry-After", text_of(&ex->cx, "%" PRId64, retry_ms / 1000 + 1));
	answer_bytes(ex, 202, "application/json", str_of(text), BODY_COPY);
	return 0;
}

static int begin_take(struct req *rq)
{
	struct exchange *ex = rq->ex;
	struct sitting_token token;
	struct intake_body *body = arena_make(ex->arena, struct intake_body);
	char *texts = arena_alloc(ex->arena, ex->body.n + 1);
	int64_t place, retry_ms;
	if (!intake_token(rq, &token))
		return 0;
	if (intake_read(ex->body, texts, body) < 0 || body->n)
		return fail(rq->cx, ERR_INVALID, "intake.malformed");
	/* Another tab of this browser may have a newer one. */
	if (body->epoch != token.epoch)
		return fail(rq->cx, ERR_CONFLICT, "sitting.elsewhere");
	if (!intake_admit(ex->site->intake, sizeof(struct beginning), &place, &retry_ms))
		return queued(ex, place, retry_ms);
	struct beginning *b = calloc(1, sizeof *b);
	if (!b)
		log_die("out of memory");
	b->call = (struct intake_call){.wait = {.start = start, .answer = answer, .free = end},
		.bytes = sizeof *b, .sitting_id = token.sitting_id, .run = run,
		.run_many = run_many};
	b->keys = rq->cx->keys;
	b->token = token;
	ex->wait = &b->call.wait;
	return 0;
}

const struct route routes_exam_begin[] = {
	{POST, "/exam/sit/begin", PERM_PUBLIC, begin_take, NULL, "开始作答（页面）",
		.flags = ROUTE_QUEUED},
	{0},
};
