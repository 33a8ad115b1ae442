/* The paper as the candidate sees it, saving it without script, handing in. What a page with script
 * saves goes to exam_intake.c. */
#include <string.h>

#include "base/civil.h"
#include "core/file.h"
#include "domain/exam/answer.h"
#include "domain/exam/form.h"
#include "web/answer.h"
#include "web/exchange.h"
#include "web/page/exam_intake.h"
#include "web/page/exam_item_view.h"
#include "web/page/exam_sit.h"

enum { TRIES = 3 };

static bool is_any(const char *state, const char *a, const char *b)
{
	return streq(state, a) || streq(state, b);
}

/* The sitting at work, its form, its answers. false: answered already, or *ret_r says why not. */
struct paper {
	struct sitting_token token;
	struct q_sitting_find s;
	struct form form;
	struct answer *answers;
	size_t n;
	int64_t last_seq;
};

static bool find_paper(struct req *rq, struct paper *p, int *ret_r)
{
	struct q_sitting_newest_answer newest;
	if (!sit_find(rq, &p->token, &p->s, ret_r))
		return false;
	if (!is_any(p->s.state, "running", "paused")) {
		*ret_r = rq_redirect(rq, "%s", sit_page(&p->s));
		return false;
	}
	if (!sit_seb(rq, &p->s)) {
		ctx_clear(rq->cx);
		*ret_r = rq_redirect(rq, "/exam/sit/seb");
		return false;
	}
	*ret_r = form_load_sat(rq->cx, p->s.form_id, &p->form);
	if (*ret_r == 0)
		*ret_r = answer_current(rq->cx, p->s.person_id, p->s.id, &p->answers, &p->n);
	if (*ret_r == 0)
		*ret_r = ctx_pass(rq->cx, q_sitting_newest_answer(rq->cx->db, &newest,
			.person_id = p->s.person_id, .sitting_id = p->s.id));
	if (*ret_r < 0)
		return false;
	p->last_seq = newest.seq;
	return true;
}

static void put_seqs(struct req *rq, const struct paper *p)
{
	json_t *seqs = json_array();
	for (size_t i = 0; i < p->n; i++)
		json_array_append_new(seqs, json_pack("{s:I, s:I, s:s, s:I}", "item",
			(json_int_t)p->answers[i].item_no, "seq", (json_int_t)p->answers[i].seq,
			"response", p->answers[i].response, "at",
			(json_int_t)p->answers[i].saved_at));
	view_set(rq, "answers", seqs);
	view_int(rq, "last_seq", p->last_seq);
}

static void show_paper(struct req *rq, const struct paper *p)
{
	sit_view(rq, &p->s);
	exam_items_view(rq, &p->s, &p->form, p->answers, p->n);
	put_seqs(rq, p);
	view_text(rq, "form_title", p->form.title);
	view_text(rq, "layout", p->s.layout);
	view_flag(rq, "is_paused", streq(p->s.state, "paused"));
}

static int paper_page(struct req *rq)
{
	struct paper p;
	int r;
	if (!find_paper(rq, &p, &r))
		return r;
	show_paper(rq, &p);
	return 0;
}

/* ---- before the start ---- */

/* The page as it will be, under the key that exam_begin.c gives away at the start: so that the work
 * and the bytes are spread over the minutes before, and the start itself is small. What only the
 * start knows (the deadline) the page puts in by itself; whoever is at another seat by then loads
 * the page anew. */
static int seal_page(struct req *rq, const struct q_sitting_find *s, struct str page)
{
	uint8_t key[DIGEST_BYTES];
	uint8_t *out = arena_alloc(rq->cx->arena, GCM_IV_BYTES + page.n + GCM_TAG_BYTES);
	exam_paper_key(rq->cx->keys, s->id, s->form_id, key);
	exchange_random(rq->ex, out, GCM_IV_BYTES);
	crypto_aes_gcm(key, out, page, out + GCM_IV_BYTES);
	crypto_wipe(key, sizeof key);
	return rq_bytes(rq, "application/octet-stream", NULL,
		(struct str){(char *)out, GCM_IV_BYTES + page.n + GCM_TAG_BYTES});
}

static int sealed_page(struct req *rq)
{
	struct paper p = {0};
	struct buf page;
	int r;
	if (!sit_find(rq, &p.token, &p.s, &r))
		return r;
	if (!is_any(p.s.state, "waiting", "admitted") || !p.s.form_id)
		return fail(rq->cx, ERR_STATE, "sitting.sealed");
	if (!sit_seb(rq, &p.s))
		return ERR_DENIED;
	if ((r = form_load(rq->cx, p.s.form_id, &p.form)) < 0)
		return r;
	p.s.state = "running";
	show_paper(rq, &p);
	if (!answer_page_text(rq->ex, "exam/paper", "答题", rq->view, &page))
		return ERR_BUG;
	r = seal_page(rq, &p.s, buf_view(&page));
	buf_fini(&page);
	return r;
}

/* ---- saving a whole page ---- */

static const char *current_of(const struct paper *p, int item_no)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->answers[i].item_no == item_no)
			return p->answers[i].response;
	return "";
}

/* The answers that the page changes. */
static size_t changed(struct req *rq, const struct paper *p, struct answer_write *w)
{
	size_t n = 0;
	for (int i = 1; i <= p->form.n_items; i++) {
		const char *response = exam_item_posted(rq, &p->form.items[i - 1], i);
		if (!response || streq(response, current_of(p, i)))
			continue;
		w[n] = (struct answer_write){.person_id = p->s.person_id, .sitting_id = p->s.id,
			.epoch = p->token.epoch, .seq = p->last_seq + (int64_t)n + 1,
			.item_no = i, .response = response};
		n++;
	}
	return n;
}

static size_t count(const struct answer_write *w, size_t n, enum answer_status status)
{
	size_t found = 0;
	for (size_t i = 0; i < n; i++)
		found += w[i].status == status;
	return found;
}

/* Another page of the same sitting may take the same numbers in the same moment: with fresh ones it
 * is tried again. */
static int save(struct req *rq, struct paper *p, size_t *ret_lost)
{
	int r = 0;
	struct answer_write *w = arena_array(rq->cx->arena, struct answer_write,
		p->form.n_items + 1);
	for (int i = 0; i < TRIES; i++) {
		size_t n = changed(rq, p, w);
		if ((r = answer_save(rq->cx, w, n)) < 0)
			return r;
		*ret_lost = n - count(w, n, ANSWER_SAVED) - count(w, n, ANSWER_REPEATED);
		if (!count(w, n, ANSWER_CLASH))
			return 0;
		if (!find_paper(rq, p, &r))
			return r;
	}
	return fail(rq->cx, ERR_CONFLICT, "sitting.elsewhere");
}

static const struct field save_fields[] = {
	{"to", FIELD_TEXT, "去向", .max = 20, .flags = FIELD_HIDDEN},
	{0},
};

static int answers_save(struct req *rq)
{
	struct paper p;
	size_t lost = 0;
	int r;
	if (!find_paper(rq, &p, &r))
		return r;
	if ((r = save(rq, &p, &lost)) < 0)
		return r;
	const char *clock = civil_time_text(rq->cx->arena, ctx_now(rq->cx));
	if (lost)
		rq_flash(rq, "sitting.lost_some", text_of(rq->cx, "%zu", lost));
	else
		rq_flash(rq, "sitting.saved", clock);
	bool to_check = streq(in_text(rq->in, "to"), "check");
	return rq_redirect(rq, "%s", to_check && !lost ? "/exam/sit/check" : "/exam/sit/paper");
}

/* ---- handing in ---- */

static int check_page(struct req *rq)
{
	struct paper p;
	int r;
	if (!find_paper(rq, &p, &r))
		return r;
	sit_view(rq, &p.s);
	exam_items_view(rq, &p.s, &p.form, p.answers, p.n);
	put_seqs(rq, &p);
	view_int(rq, "n_missing", p.form.n_items - (int64_t)p.n);
	view_flag(rq, "may_hand_in", ctx_now(rq->cx) >= sitting_stay_until(&p.s));
	view_flag(rq, "is_paused", streq(p.s.state, "paused"));
	return 0;
}

static const struct field hand_in_fields[] = {
	{"last_seq", FIELD_INT, "最后一项作答", .max = INT64_C(9007199254740991),
		.flags = FIELD_HIDDEN},
	{0},
};

static int hand_in(struct req *rq)
{
	struct sitting_token token;
	struct q_sitting_find s;
	if (!sit_token(rq, &token))
		return 0;
	int r = sitting_hand_in(rq->cx, &token, in_int(rq->in, "last_seq"), &s);
	if (r < 0)
		return r;
	view_text(rq, "state", s.state);
	return rq_redirect(rq, "/exam/sit/receipt");
}

/* ---- pictures ---- */

static const struct item_asset *asset_of(const struct item *it, const char *name)
{
	for (int i = 0; i < it->n_assets; i++)
		if (streq(it->assets[i].name, name))
			return &it->assets[i];
	return NULL;
}

/* Those of the items on this candidate's form. */
static int picture(struct req *rq)
{
	struct paper p;
	struct file file;
	int r;
	if (!find_paper(rq, &p, &r))
		return r;
	int64_t item_no = rq_id(rq, "item");
	if (item_no < 1 || item_no > p.form.n_items)
		return fail(rq->cx, ERR_NOTFOUND, "web.no_page");
	const struct item_asset *asset =
		asset_of(&p.form.items[item_no - 1].content, rq_param(rq, "name"));
	if (!asset)
		return fail(rq->cx, ERR_NOTFOUND, "web.no_page");
	if ((r = file_read(rq->cx, 0, asset->file_id, &file)) < 0)
		return r;
	return rq_bytes(rq, file.mime, NULL, file.bytes);
}

const struct route routes_exam_paper[] = {
	{GET, "/exam/sit/paper", PERM_PUBLIC, paper_page, "exam/paper", "答题"},
	{GET, "/exam/sit/sealed", PERM_PUBLIC, sealed_page, NULL, "预取加密试卷",
		.flags = ROUTE_DOWNLOAD},
	{POST, "/exam/sit/answers", PERM_PUBLIC, answers_save, NULL, "保存整页作答", save_fields,
		"/exam/sit/paper", .flags = ROUTE_BIG},
	{GET, "/exam/sit/check", PERM_PUBLIC, check_page, "exam/check", "交卷确认"},
	{POST, "/exam/sit/hand-in", PERM_PUBLIC, hand_in, NULL, "交卷", hand_in_fields,
		"/exam/sit/check"},
	{GET, "/exam/sit/items/:item/:name", PERM_PUBLIC, picture, NULL, "试题图片",
		.flags = ROUTE_DOWNLOAD},
	{0},
};
