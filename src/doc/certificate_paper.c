#include "doc/certificate_paper.h"

#include <inttypes.h>

#include "base/civil.h"
#include "doc/paper.h"
#include "domain/standard/grade.h"
#include "query/certificate.h"

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

static json_t *qr_of(struct ctx *cx, const struct q_certificate_find *c, const char *origin)
{
	const char *d;
	int size;
	const char *url = text_of(cx, "%s/verify?number=%s&name=%s", origin, c->number,
		encoded(cx, c->name));
	if (qr_path(cx->arena, url, &d, &size) < 0)
		return json_null();
	return json_pack("{s:s, s:i}", "d", d, "size", size);
}

static json_t *view_of(struct ctx *cx, const struct q_certificate_find *c, const char *idno,
	struct str photo, const char *origin)
{
	bool special = c->grade == GRADE_NONE;
	json_t *v = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "title",
		special ? "专项职业能力证书" : "职业技能等级证书", "name", c->name, "id_type",
		id_type_text(c->id_type),
		"id_number", idno, "number", c->number, "body", c->body_name, "issued_on",
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
	json_object_set_new(v, "photo",
		photo.n ? json_string(data_uri(cx->arena, "image/jpeg", photo)) : json_null());
	json_object_set_new(v, "qr", qr_of(cx, c, origin));
	json_object_set_new(v, "seal", json_null());
	json_object_set_new(v, "remark",
		c->reissued ? json_string(text_of(cx, "第 %d 次补发，证书编号不变",
		(int)c->reissued)) : json_null());
	const char *stripe = stripe_of(c->state);
	json_object_set_new(v, "stripe", stripe ? json_string(stripe) : json_null());
	return v;
}

int certificate_paper(struct ctx *cx, const struct q_certificate_find *c, const char *idno,
	struct str photo, const char *origin, struct str *ret_pdf)
{
	struct paper *paper;
	json_t *view = view_of(cx, c, idno, photo, origin);
	int r = paper_new(c->number, &paper);
	if (r == 0) {
		paper_date(paper, ctx_now(cx));
		r = paper_page(paper, c->grade == GRADE_NONE ? "special-certificate"
			: "certificate", view);
		if (r == 0)
			r = paper_finish(paper, cx->arena, ret_pdf);
		else
			paper_free(paper);
	}
	json_decref(view);
	return r < 0 ? fail(cx, r, "certificate.no_paper") : 0;
}
