/* The receipt: for the candidate after hand-in, and for whoever has its code. */
#include <string.h>

#include "base/civil.h"
#include "base/hex.h"
#include "base/sign.h"
#include "base/utf8.h"
#include "doc/paper.h"
#include "domain/exam/receipt.h"
#include "query/exam_form.h"
#include "query/signer.h"
#include "web/exchange.h"
#include "web/origin.h"
#include "web/page/exam_sit.h"

enum { GROUP = 4, QUIET = 8 };

static bool is_any(const char *state, const char *a, const char *b)
{
	return streq(state, a) || streq(state, b);
}

/* In groups of four, as people read it out. */
static const char *grouped(struct ctx *cx, const char *text)
{
	auto_buf b = {0};
	buf_init(&b, 256);
	for (size_t i = 0; text[i] && i < 128; i++) {
		if (i && i % GROUP == 0)
			buf_putc(&b, ' ');
		buf_putc(&b, text[i]);
	}
	return arena_str(cx->arena, buf_view(&b));
}

static const char *time_text(struct ctx *cx, int64_t at)
{
	char text[CIVIL_TEXT];
	struct str iso = str_of(civil_put_time_iso(at, text));
	return text_of(cx, "%.10s %.8s", iso.p, iso.p + 11);
}

static int put_qr(struct req *rq, const char *code)
{
	const char *path, *url = text_of(rq->cx, "%s/exam/receipts/%s", rq_origin(rq), code);
	int side;
	int r = qr_path(rq->cx->arena, url, &path, &side);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	view_text(rq, "url", url);
	view_text(rq, "qr_path", path);
	view_int(rq, "qr_side", side + QUIET);
	return 0;
}

static int put_receipt(struct req *rq, const struct q_sitting_find *s)
{
	struct ctx *cx = rq->cx;
	struct q_paper_form_find form;
	int r = s->form_id ? q_paper_form_find(cx->db, &form, .id = s->form_id) : ERR_NOTFOUND;
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	view_set(rq, "receipt", json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:b, s:b}", "code",
		grouped(cx, s->receipt_code), "hash", grouped(cx, s->answers_hash), "ended_text",
		time_text(cx, s->ended_at), "why", s->ended_why, "n_answered",
		(json_int_t)s->n_answered, "n_items", r < 0 ? (json_int_t)0
			: (json_int_t)form.n_items, "is_forced",
		streq(s->state, "forced"), "is_signed", *s->receipt != 0));
	return put_qr(rq, s->receipt_code);
}

static int receipt_page(struct req *rq)
{
	struct sitting_token token;
	struct q_sitting_find s;
	int r;
	if (!sit_find(rq, &token, &s, &r))
		return r;
	if (!is_any(s.state, "handed_in", "forced"))
		return rq_redirect(rq, "%s", sit_page(&s));
	sit_view(rq, &s);
	view_flag(rq, "has_seb", streq(s.seb_mode, "required"));
	return put_receipt(rq, &s);
}

static int receipt_file(struct req *rq)
{
	struct sitting_token token;
	struct q_sitting_find s;
	int r;
	if (!sit_find(rq, &token, &s, &r))
		return r;
	if (!*s.receipt)
		return fail(rq->cx, ERR_STATE, "receipt.not_signed");
	return rq_bytes(rq, "text/plain; charset=utf-8",
		text_of(rq->cx, "交卷回执-%s.txt", s.ticket_no), str_of(s.receipt));
}

/* "张*": a code is not a name. */
static const char *masked_name(struct ctx *cx, const char *name)
{
	return text_of(cx, "%s**", arena_str(cx->arena, utf8_cut(str_of(name), 1)));
}

static int is_signature_good(struct req *rq, const char *text, bool *ret_good)
{
	struct receipt receipt;
	struct q_signer_key_find key;
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	*ret_good = false;
	if (receipt_read(rq->cx->arena, str_of(text), &receipt) < 0)
		return 0;
	int r = q_signer_key_find(rq->cx->db, &key, .key_id = receipt.key_id);
	if (r == ERR_NOTFOUND)
		return 0;
	if (r < 0)
		return ctx_pass(rq->cx, r);
	*ret_good = hex_read(str_of(key.public_key), public_key, sizeof public_key) &&
		receipt_holds(str_of(text), &receipt, public_key);
	return 0;
}

/* Open to whoever holds the code, which is not guessed: 80 random bits. */
static int code_page(struct req *rq)
{
	struct q_sitting_by_receipt_rows rows;
	struct q_sitting_find s;
	struct ctx *cx = rq->cx;
	bool good = false;
	int r = q_sitting_by_receipt(cx->db, &rows, .receipt_code = rq_param(rq, "code"));
	if (r < 0)
		return ctx_pass(cx, r);
	if (!rows.n)
		return fail(cx, ERR_NOTFOUND, "receipt.unknown");
	r = q_sitting_find(cx->db, &s, .person_id = rows.at[0].person_id, .id = rows.at[0].id,
		.scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if (*s.receipt && (r = is_signature_good(rq, s.receipt, &good)) < 0)
		return r;
	size_t n = strlen(s.ticket_no);
	view_text(rq, "name", masked_name(cx, s.name));
	view_text(rq, "ticket", text_of(cx, "****%s", s.ticket_no + (n > 4 ? n - 4 : 0)));
	view_text(rq, "exam_title", s.exam_title);
	view_flag(rq, "is_void", streq(s.state, "void"));
	view_flag(rq, "is_good", good);
	view_flag(rq, "is_bad", *s.receipt && !good);
	return put_receipt(rq, &s);
}

static int bye_page(struct req *rq)
{
	(void)rq;
	return 0;
}

static int seb_page(struct req *rq)
{
	struct sitting_token token;
	struct q_sitting_find s;
	int r;
	if (!sit_find(rq, &token, &s, &r))
		return r;
	if (sit_seb(rq, &s))
		return rq_redirect(rq, "%s", sit_page(&s));
	ctx_clear(rq->cx);
	sit_view(rq, &s);
	return 0;
}

const struct route routes_exam_receipt[] = {
	{GET, "/exam/sit/receipt", PERM_PUBLIC, receipt_page, "exam/receipt", "交卷回执"},
	{GET, "/exam/sit/receipt/file", PERM_PUBLIC, receipt_file, NULL, "下载回执",
		.flags = ROUTE_DOWNLOAD},
	{GET, "/exam/receipts/:code", PERM_PUBLIC, code_page, "exam/receipt_code", "回执查询",
		.flags = ROUTE_THROTTLE},
	{GET, "/exam/sit/bye", PERM_PUBLIC, bye_page, "exam/bye", "考试结束"},
	{GET, "/exam/sit/seb", PERM_PUBLIC, seb_page, "exam/seb", "安全考试浏览器"},
	{0},
};
