/* What a candidate's page sends while the exam runs: answers and signs of life. Read without the
 * database (the cookie is signed), kept by the intake.
 *
 *   POST /exam/sit/answer   {"epoch":2,"answers":[{"seq":7,"item":3,"response":"AC","spent":900}]}
 *   200 {"status":"saved","state":"running","epoch":2,"deadline":1800000000,"now":1799999000123,
 *        "saved":[{"seq":7,"status":"saved","at":1799999000120}]}
 *
 * status: of the sitting (saved: the page may write on), and of each answer in the order sent; see
 * answer.h. deadline in seconds, now and at in milliseconds, by the server's clock. epoch: the
 * newest. 503 with Retry-After: nothing is known to be kept, send it again. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/log.h"
#include "core/message.h"
#include "domain/exam/sitting_token.h"
#include "web/answer.h"
#include "web/intake.h"
#include "web/intake_read.h"
#include "web/page/exam_intake.h"
#include "web/page/page.h"
#include "web/site.h"

enum { REPLY_MAX = 64 * 1024 };
#define RETRY_AFTER "2" /* seconds */

struct answering {
	struct intake_call call; /* first */
	struct answer_call answers;
	struct answer_write writes[]; /* their texts stand behind them */
};

static void put_saved(struct buf *b, const struct answer_write *w)
{
	buf_printf(b, "{\"seq\":%" PRId64 ",\"status\":\"%s\",\"at\":%" PRId64 "}", w->seq,
		answer_status_code(w->status), w->saved_at);
}

/* By the same clock as the rest: the database's offset is in the answer already. */
static void put_reply(struct buf *b, const struct answer_call *c, int64_t now_ms)
{
	buf_printf(b, "{\"status\":\"%s\",\"state\":\"%s\",\"epoch\":%" PRId64 ",\"deadline\":"
		"%" PRId64
		",\"now\":%" PRId64 ",\"saved\":[", answer_status_code(c->status), c->state,
		c->newest_epoch, c->deadline_at, now_ms);
	for (size_t i = 0; i < c->n; i++) {
		if (i)
			buf_putc(b, ',');
		put_saved(b, &c->writes[i]);
	}
	buf_puts(b, "]}");
}

void intake_reply(struct reply *out, int status, const char *mime, struct str body,
	enum body_kind kind)
{
	*out = (struct reply){.status = status, .body = body, .kind = kind, .n_headers = 3,
		.headers = {{"Content-Type", mime}, {"Cache-Control", "no-store"},
			{"X-Content-Type-Options", "nosniff"}}};
}

void intake_reply_problem(struct arena *a, struct reply *out, int status, const char *id,
	const char *detail)
{
	auto_json problem = json_pack("{s:s, s:i, s:s, s:s}", "type", "about:blank", "status",
		status, "id", id, "detail", detail);
	char *text = problem ? json_dumps(problem, JSON_COMPACT) : NULL;
	intake_reply(out, status, "application/problem+json",
		str_of(text ? arena_dup(a, text) : "{}"), BODY_COPY);
	free(text);
}

/* The page holds on to its answers and comes again. */
void intake_reply_busy(struct arena *a, struct reply *out)
{
	intake_reply_problem(a, out, 503, "intake.not_kept",
		message_text(a, "intake.not_kept", NULL));
	out->headers[out->n_headers++] = (struct header){"Retry-After", RETRY_AFTER};
}

bool intake_token(struct req *rq, struct sitting_token *ret_token)
{
	struct str text = str_of(exchange_cookie(rq->ex, SITTING_COOKIE));
	if (sitting_token_read(rq->cx->keys, text, 0, ret_token) == 0)
		return true;
	answer_refusal(rq->ex, 401, ERR_DENIED, "intake.no_token");
	return false;
}

static void start(struct wait *w)
{
	struct answering *a = (struct answering *)w;
	intake_push(w->site->intake, &a->call);
}

static void answer(struct wait *w, struct arena *arena, struct reply *out)
{
	struct answering *a = (struct answering *)w;
	if (a->call.result < 0) {
		intake_reply_busy(arena, out);
		return;
	}
	struct buf b;
	buf_init(&b, REPLY_MAX);
	put_reply(&b, &a->answers, a->call.now_ms);
	intake_reply(out, 200, "application/json", buf_view(&b), BODY_HEAP);
}

static void end(struct wait *w)
{
	free(w);
}

/* One block for all that the call needs until its answer is sent. */
static struct answering *make(const struct sitting_token *token, const struct intake_body *body,
	const char *texts, size_t texts_n)
{
	size_t size = sizeof(struct answering) + body->n * sizeof body->writes[0];
	struct answering *a = malloc(size + texts_n);
	if (!a)
		log_die("out of memory");
	char *own = (char *)a + size;
	memset(a, 0, sizeof *a);
	memcpy(own, texts, texts_n);
	for (size_t i = 0; i < body->n; i++) {
		a->writes[i] = body->writes[i];
		a->writes[i].response = own + (body->writes[i].response - texts);
	}
	a->answers = (struct answer_call){.person_id = token->person_id,
		.sitting_id = token->sitting_id, .epoch = body->epoch, .writes = a->writes,
		.n = body->n, .state = ""};
	a->call = (struct intake_call){.wait = {.start = start, .answer = answer, .free = end},
		.bytes = size + texts_n, .sitting_id = token->sitting_id, .answers = &a->answers};
	return a;
}

static int answer_take(struct req *rq)
{
	struct exchange *ex = rq->ex;
	struct sitting_token token;
	struct intake_body *body = arena_make(ex->arena, struct intake_body);
	char *texts = arena_alloc(ex->arena, ex->body.n + 1);
	if (!intake_token(rq, &token))
		return 0;
	int r = intake_read(ex->body, texts, body);
	if (r < 0)
		return fail(rq->cx, r, r == ERR_LIMIT ? "intake.too_many" : "intake.malformed");
	/* A page cannot claim a newer epoch than it was given. */
	if (body->epoch > token.epoch)
		body->epoch = 0;
	struct answering *a = make(&token, body, texts, ex->body.n);
	if (intake_reserve(ex->site->intake, a->call.bytes)) {
		ex->wait = &a->call.wait;
		return 0;
	}
	free(a);
	answer_header(ex, "Retry-After", RETRY_AFTER);
	answer_refusal(ex, 503, ERR_LIMIT, "intake.full");
	return 0;
}

const struct route routes_exam_intake[] = {
	{POST, "/exam/sit/answer", PERM_PUBLIC, answer_take, NULL, "保存作答",
		.flags = ROUTE_QUEUED},
	{0},
};
