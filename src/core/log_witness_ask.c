/* Asking the witnesses. */
#include <inttypes.h>
#include <string.h>

#include "base/checkpoint.h"
#include "base/cosign.h"
#include "core/log_witness.h"
#include "query/log_witness.h"

enum {
	CONNECT_SECONDS = 3,
	ASK_SECONDS = 8,
	BUSY_SECONDS = 60, /* longer than two rounds last */
	ANSWER_MAX = 16 * 1024,
	BACKOFF_FIRST = 5,
	BACKOFF_MAX = 300,
	ROUNDS = 2, /* a witness that knows another size says so in the first */
	REQUEST_MAX = COSIGN_REQUEST_MAX
};

/* One witness while it is asked. */
struct asked {
	const struct q_log_witness_all *row;
	struct note_key key;
	int64_t known_size, cosigned_at;
	const char *line, *problem;
	bool is_again; /* another round */
	const char *url;
	struct buf request, answer;
};

struct round {
	struct ctx *cx;
	struct tlog_head head;
	size_t n;
	struct asked of[LOG_WITNESSES_MAX];
};

static int64_t backoff(int64_t failures)
{
	int64_t wait = BACKOFF_FIRST;
	while (--failures > 0 && wait < BACKOFF_MAX)
		wait *= 2;
	return wait < BACKOFF_MAX ? wait : BACKOFF_MAX;
}

/* Has it anything to sign, and is it time to ask? */
static bool is_due(struct ctx *cx, const struct q_log_witness_all *row,
	const struct q_log_cosignature_of_rows *have)
{
	int64_t now = ctx_wall(cx);
	if (row->busy_until_at > now)
		return false;
	if (row->failures && row->asked_at + backoff(row->failures) > now)
		return false;
	for (size_t i = 0; i < have->n; i++)
		if (have->at[i].witness_id == row->id)
			return have->at[i].cosigned_at + LOG_RESIGN_SECONDS < now;
	return true;
}

/* Other processes pass over those that are claimed here. */
static int claim(struct round *round, const struct q_log_witness_all_rows *rows)
{
	struct ctx *cx = round->cx;
	struct q_log_cosignature_of_rows have;
	int r = q_log_cosignature_of(cx->db, &have, .tree_size = (int64_t)round->head.head.size);
	for (size_t i = 0; r >= 0 && i < rows->n && round->n < LOG_WITNESSES_MAX; i++) {
		const struct q_log_witness_all *row = &rows->at[i];
		struct asked *a = &round->of[round->n];
		if (!is_due(cx, row, &have) ||
			note_key_parse(str_of(row->verifier_key), &a->key) < 0)
			continue;
		r = q_log_witness_claim(cx->db, .id = row->id, .was = row->busy_until_at,
			.busy_until_at = ctx_wall(cx) + BUSY_SECONDS);
		if (r != 1)
			continue;
		a->row = row;
		a->known_size = row->known_size;
		a->is_again = true;
		a->url = text_of(cx, "%s/add-checkpoint", row->url);
		round->n++;
	}
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* When it knows more than there is, it is asked as if it knew this: it will say what it knows. */
static int write_request(struct round *round, struct asked *a)
{
	uint64_t size = round->head.head.size, from = (uint64_t)a->known_size;
	struct cosign_request rq = {.note = str_of(round->head.note)};
	rq.old_size = from < size ? from : size;
	int r = merkle_consistency(rq.old_size, size, tile_reader_get, tlog_reader(round->cx, size),
		&rq.proof);
	if (!r) {
		buf_reset(&a->request);
		r = cosign_put(&a->request, &rq);
	}
	return r < 0 ? ctx_pass(round->cx, r) : 0;
}

/* The line of this witness, out of an answer that may hold others. */
static bool take_signature(struct round *round, struct asked *a)
{
	struct note note;
	struct note_verdict verdict;
	auto_buf whole, line;
	buf_init(&whole, NOTE_MAX);
	buf_init(&line, ANSWER_MAX);
	buf_puts(&whole, round->head.note);
	buf_str(&whole, buf_view(&a->answer));
	if (whole.full || note_parse(buf_view(&whole), &note) < 0 ||
		note_check(&note, &a->key, 1, &verdict) < 0 || !verdict.n)
		return false;
	for (size_t i = 0; i < note.n && !line.n; i++) {
		const struct note_signature *s = &note.signatures[i];
		if (s->id != a->key.id || !str_is(s->name, a->key.name))
			continue;
		buf_printf(&line, "\u2014 %s ", a->key.name);
		buf_str(&line, s->base64);
		buf_putc(&line, '\n');
	}
	a->line = arena_dup(round->cx->arena, buf_z(&line));
	a->cosigned_at = verdict.by[0].at;
	return true;
}

/* 409: it knows another size, or another tree of this size. */
static const char *read_conflict(struct round *round, struct asked *a)
{
	int64_t size;
	uint64_t ours = round->head.head.size;
	if (!str_ends(buf_view(&a->answer), "\n") ||
		!str_to_i64((struct str){a->answer.p, a->answer.n - 1}, &size) || size < 0)
		return "answer";
	if ((uint64_t)size > ours) {
		a->known_size = size;
		return "ahead";
	}
	if ((uint64_t)size == ours && a->known_size == size)
		return "forked";
	a->is_again = a->known_size != size;
	a->known_size = size;
	return "conflict";
}

static void read_answer(struct round *round, struct asked *a, const struct fetch_call *call)
{
	a->is_again = false;
	switch (call->status) {
	case 0:
		a->problem = "away";
		break;
	case 200:
		a->problem = take_signature(round, a) ? "" : "signature";
		if (a->line)
			a->known_size = (int64_t)round->head.head.size;
		break;
	case 403:
		a->problem = "key";
		break;
	case 404:
		a->problem = "stranger";
		break;
	case 409:
		a->problem = read_conflict(round, a);
		break;
	case 422:
		a->problem = "forked";
		break;
	default:
		a->problem = call->status >= 500 ? "away" : "answer";
	}
}

static int ask_once(struct round *round, struct fetch *f)
{
	struct fetch_call calls[LOG_WITNESSES_MAX] = {0};
	struct asked *who[LOG_WITNESSES_MAX];
	size_t n = 0;
	for (size_t i = 0; i < round->n; i++) {
		struct asked *a = &round->of[i];
		int r = a->is_again ? write_request(round, a) : 0;
		if (r < 0)
			return r;
		if (!a->is_again)
			continue;
		buf_reset(&a->answer);
		who[n] = a;
		calls[n++] = (struct fetch_call){
			.url = a->url, .post = buf_view(&a->request), .body = &a->answer};
	}
	/* how each went is in its call */
	int r = n ? fetch_all(f, calls, n) : 0;
	if (r == ERR_BUG)
		return ctx_pass(round->cx, r);
	for (size_t i = 0; i < n; i++)
		read_answer(round, who[i], &calls[i]);
	return 0;
}

/* Unless a larger tree is shown by now: nobody is to see the log shrink. */
static int keep_signature(struct round *round, const struct asked *a)
{
	struct db *db = round->cx->db;
	struct tlog_head shown;
	int64_t size = (int64_t)round->head.head.size;
	int r = log_served(round->cx, &shown);
	if (r < 0 || shown.head.size > round->head.head.size)
		return r;
	r = (int)q_log_cosignature_put(db, .tree_size = size, .witness_id = a->row->id,
		.line = a->line, .cosigned_at = a->cosigned_at);
	if (r >= 0)
		r = (int)q_log_cosignature_prune(db, .witness_id = a->row->id, .tree_size = size,
			.before = round->head.at - LOG_KEPT_SECONDS);
	return r;
}

static int keep(struct round *round, const struct asked *a, int *ret_signed)
{
	struct ctx *cx = round->cx;
	int64_t now = ctx_wall(cx);
	bool has_signed = a->line && !*a->problem;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_log_witness_done(cx->db, .id = a->row->id, .known_size = a->known_size,
			.asked_at = now, .signed_at = has_signed ? now : a->row->signed_at,
			.failures = has_signed ? 0 : a->row->failures + 1,
			.witness_problem = a->problem);
	if (r == 0) /* removed while it was asked */
		return 0;
	if (r >= 0 && has_signed)
		r = keep_signature(round, a);
	if (r >= 0)
		r = tx_commit(&tx);
	*ret_signed += r >= 0 && has_signed;
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Somebody was shown another log than this one: that must be heard. */
static int raise_alarm(struct round *round)
{
	for (size_t i = 0; i < round->n; i++) {
		const struct asked *a = &round->of[i];
		if (streq(a->problem, "forked") || streq(a->problem, "ahead"))
			return fail(round->cx, ERR_STATE, "log.witness_forked", a->key.name,
				text_of(round->cx, "%" PRIu64, round->head.head.size),
				text_of(round->cx, "%" PRId64, a->known_size));
	}
	return 0;
}

static int ask_all(struct round *round, int *ret_signed)
{
	auto_fetch f = fetch_new(&(struct fetch_limits){CONNECT_SECONDS, ASK_SECONDS});
	int r = 0;
	for (int i = 0; i < ROUNDS && !r; i++)
		r = ask_once(round, f);
	for (size_t i = 0; i < round->n && !r; i++)
		r = keep(round, &round->of[i], ret_signed);
	return r ? r : raise_alarm(round);
}

int log_witness_ask(struct ctx *cx, int *ret_signed)
{
	struct q_log_witness_all_rows rows;
	struct round *round = arena_make(cx->arena, struct round);
	int n = 0;
	round->cx = cx;
	int r = q_log_witness_all(cx->db, &rows);
	if (r < 0)
		return ctx_pass(cx, r);
	r = rows.n ? tlog_head(cx, &round->head) : ERR_NOTFOUND;
	if (r == ERR_NOTFOUND) {
		*ret_signed = 0;
		return 0;
	}
	if (!r)
		r = claim(round, &rows);
	for (size_t i = 0; i < round->n; i++) {
		buf_init(&round->of[i].request, REQUEST_MAX);
		buf_init(&round->of[i].answer, ANSWER_MAX);
	}
	if (!r && round->n)
		r = ask_all(round, &n);
	for (size_t i = 0; i < round->n; i++) {
		buf_fini(&round->of[i].request);
		buf_fini(&round->of[i].answer);
	}
	if (!r)
		*ret_signed = n;
	return r;
}
