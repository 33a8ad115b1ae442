#include "doc/certificate_paper.h"

#include <inttypes.h>

#include "base/civil.h"
#include "base/credential_code.h"
#include "doc/layout.h"
#include "doc/paper.h"
#include "doc/pdf_append.h"
#include "domain/certificate/layout.h"
#include "domain/standard/grade.h"
#include "query/certificate.h"

enum { CODE_MAX = 8 * 1024 };

static const char level_statement[] =
	"本证书由经人力资源社会保障部门备案的评价机构颁发，表明持证人通过相应职业（工种）的职业技能"
		"等级认定，"
	"具备本证书所载等级的职业技能。";
static const char special_statement[] =
	"本证书由经人力资源社会保障部门备案的评价机构颁发，表明持证人通过专项职业能力考核，具备本证"
		"书所载的职业技能。";

static const char *id_type_text(const char *id_type)
{
	if (streq(id_type, "residence"))
		return "港澳台居民居住证";
	return streq(id_type, "foreign") ? "外国人永久居留身份证" : "居民身份证";
}

static const char *stripe_of(const char *state)
{
	if (streq(state, "revoked"))
		return "已撤销";
	return streq(state, "suspended") ? "暂停使用" : NULL;
}

/* Percent-encoded for a query. */
static const char *encoded(struct ctx *cx, const char *text)
{
	auto_buf out;
	buf_init(&out, 4096);
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		buf_printf(&out, "%%%02X", *p);
	return arena_str(cx->arena, buf_view(&out));
}

static int code_of(struct ctx *cx, const struct certificate_print *print,
	struct qr_code *ret_code)
{
	const struct q_certificate_find *c = print->certificate;
	auto_buf text;
	buf_init(&text, CODE_MAX);
	buf_printf(&text, "%s/verify", print->origin);
	if (print->compact.n) {
		buf_puts(&text, "/offline#");
		credential_code_put(&text, print->compact);
	} else {
		buf_printf(&text, "?number=%s&name=%s", c->number, encoded(cx, c->name));
	}
	if (text.full)
		return ERR_LIMIT;
	return print->compact.n ? qr_code_proof(cx->arena, buf_z(&text), ret_code)
		: qr_code_text(cx->arena, buf_z(&text), ret_code);
}

static json_t *view_of(struct ctx *cx, const struct certificate_print *print)
{
	const struct q_certificate_find *c = print->certificate;
	const char *origin = print->origin;
	bool special = c->grade == GRADE_NONE;
	json_t *v = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "title",
		special ? "专项职业能力证书" : "职业技能等级证书", "name", c->name, "id_type",
		id_type_text(c->id_type),
		"id_number", print->idno, "number", c->number, "body", c->body_name, "issued_on",
		civil_day_text_zh(cx->arena, c->issued_on), "statement",
		special ? special_statement : level_statement);
	json_object_set_new(v, "occupation", json_string(c->occupation_name));
	json_object_set_new(v, "work_type", json_string(c->work_type_name));
	json_object_set_new(v, "project", json_string(c->work_type_name));
	json_object_set_new(v, "field", json_string(c->occupation_name));
	json_object_set_new(v, "grade", json_string(grade_label(c->grade)));
	json_object_set_new(v, "body_url",
		json_string(text_of(cx, "%s/register/%" PRId64, origin, c->body_id)));
	json_object_set_new(v, "check_url", json_string(text_of(cx, "%s/verify", origin)));
	json_object_set_new(v, "offline_url",
		json_string(text_of(cx, "%s/verify/offline", origin)));
	json_object_set_new(v, "photo", json_boolean(print->photo.n));
	json_object_set_new(v, "code_says",
		json_string(print->compact.n ? "扫码核验，无需联网" : "扫码查询证书"));
	json_object_set_new(v, "seal", json_null());
	json_object_set_new(v, "remark",
		c->reissued ? json_string(text_of(cx, "第 %d 次补发，证书编号不变",
		(int)c->reissued)) : json_null());
	const char *stripe = stripe_of(c->state);
	json_object_set_new(v, "stripe", stripe ? json_string(stripe) : json_null());
	return v;
}

/* The layouts that count, in this document. */
static int use_layouts(struct ctx *cx, struct paper *paper)
{
	for (enum layout_kind kind = 0; kind < LAYOUT_KINDS; kind++) {
		struct str svg;
		int r = certificate_layout(cx, layout_name(kind), &svg);
		if (r < 0)
			return r;
		if (svg.n && (r = paper_layout(paper, layout_name(kind), svg)) < 0)
			return fail(cx, r, "certificate.no_paper");
	}
	return 0;
}

static const char *layout_for(const struct certificate_print *print)
{
	return layout_name(print->certificate->grade == GRADE_NONE ? LAYOUT_SPECIAL
		: LAYOUT_LEVEL);
}

/* What is drawn into the view's page besides its texts. */
static int put_pictures(struct ctx *cx, struct paper *paper, const struct certificate_print *print)
{
	struct qr_code code;
	struct paper_photo photo;
	if (code_of(cx, print, &code) < 0)
		return fail(cx, ERR_INVALID, "certificate.no_paper");
	if (print->photo.n && paper_photo_read(print->photo, &photo) < 0)
		return fail(cx, ERR_INVALID, "certificate.no_photo", print->certificate->number);
	paper_code(paper, &code);
	if (print->photo.n)
		paper_photo(paper, &photo);
	return 0;
}

static int one_page(struct ctx *cx, struct paper *paper, const struct certificate_print *print)
{
	int r = put_pictures(cx, paper, print);
	if (r < 0)
		return r;
	json_t *view = view_of(cx, print);
	r = paper_page(paper, layout_for(print), view);
	json_decref(view);
	return r < 0 ? fail(cx, r, "certificate.no_paper") : 0;
}

int certificate_paper(struct ctx *cx, const struct certificate_print *print, struct str *ret_pdf)
{
	struct paper *paper;
	const char *number = print->certificate->number;
	struct pdf_attachment file = {text_of(cx, "%s.luban.json", number), "application/json",
		"证书凭证：证明本证书内容和公开日志中的登记", print->credential, ctx_now(cx)};
	int r = paper_new(number, &paper);
	if (r < 0)
		return fail(cx, r, "certificate.no_paper");
	paper_date(paper, ctx_now(cx));
	if (print->credential.n)
		paper_attach(paper, &file);
	if ((r = use_layouts(cx, paper)) < 0 || (r = one_page(cx, paper, print)) < 0) {
		paper_free(paper);
		return r;
	}
	r = paper_finish(paper, cx->arena, ret_pdf);
	return r < 0 ? fail(cx, r, "certificate.no_paper") : 0;
}

/* ---- for the printer ---- */

enum { A4_WIDTH = 210, A4_HEIGHT = 297, ACROSS = 2 };

static int double_page(struct ctx *cx, struct paper *paper, const struct certificate_print *prints,
	size_t n)
{
	const double scale = (double)A4_WIDTH / A4_HEIGHT;
	paper_sheet(paper, A4_WIDTH, A4_HEIGHT);
	for (size_t i = 0; i < n; i++) {
		int r = put_pictures(cx, paper, &prints[i]);
		if (r < 0)
			return r;
		json_t *view = view_of(cx, &prints[i]);
		r = paper_put(paper, layout_for(&prints[i]), view, 0,
			(double)i * A4_HEIGHT / ACROSS, scale);
		json_decref(view);
		if (r < 0)
			return fail(cx, r, "certificate.no_paper");
	}
	int r = paper_sheet_end(paper);
	return r < 0 ? fail(cx, r, "certificate.no_paper") : 0;
}

static int all_pages(struct ctx *cx, struct paper *paper, enum sheet_kind kind,
	const struct certificate_print *prints, size_t n)
{
	int r = use_layouts(cx, paper);
	size_t step = kind == SHEET_DOUBLE ? ACROSS : 1;
	for (size_t i = 0; r == 0 && i < n; i += step)
		r = kind == SHEET_DOUBLE
			? double_page(cx, paper, prints + i, n - i < ACROSS ? n - i : ACROSS)
			: one_page(cx, paper, &prints[i]);
	return r;
}

int certificate_sheets(struct ctx *cx, enum sheet_kind kind, const struct certificate_print *prints,
	size_t n, struct str *ret_pdf)
{
	struct paper *paper;
	int r = paper_new("证书打印", &paper);
	if (r < 0)
		return fail(cx, r, "certificate.no_paper");
	paper_date(paper, ctx_now(cx));
	if ((r = all_pages(cx, paper, kind, prints, n)) < 0) {
		paper_free(paper);
		return r;
	}
	r = paper_finish(paper, cx->arena, ret_pdf);
	return r < 0 ? fail(cx, r, "certificate.no_paper") : 0;
}
