/* What layouts are called, and what they are tried with. */
#include "doc/layout.h"

#include <string.h>

#include "doc/layout_impl.h"
#include "doc/paper.h"

static const char *const names[] = {"certificate", "special-certificate"};
static const char *const labels[] = {"职业技能等级证书", "专项职业能力证书"};

const char *layout_name(enum layout_kind kind)
{
	return names[kind];
}

const char *layout_label(enum layout_kind kind)
{
	return labels[kind];
}

int layout_kind_of(const char *name)
{
	for (int i = 0; i < LAYOUT_KINDS; i++)
		if (streq(names[i], name))
			return i;
	return -1;
}

/* A text of its own for each key, so that it can be told apart on the page. */
static const struct {
	const char *key, *text;
} samples[] = {
	{"name", "欧阳样张"},
	{"id_type", "居民身份证"},
	{"id_number", "371002199001011234"},
	{"occupation", "工业机器人系统操作员"},
	{"work_type", "样张工种方向"},
	{"project", "拉面制作样张"},
	{"field", "样张职业领域"},
	{"grade", "三级/高级工"},
	{"number", "S000037100001233000128"},
	{"issued_on", "2026年11月22日"},
	{"body", "威海样张技师学院"},
	{"statement", "本证书由经备案的评价机构颁发，表明持证人通过相应的评价，样张声明。"},
	{"body_url", "https://rs.example.gov.cn/register/1"},
	{"check_url", "https://rs.example.gov.cn/verify"},
	{"offline_url", "https://rs.example.gov.cn/verify/offline"},
	{"code_says", "样张扫码说明"},
	{"remark", "样张备注第一次补发"},
	{"stripe", "样张作废"},
};

/* As dense as a code gets that holds a whole proof. */
static int sample_code(struct arena *a, struct qr_code *ret_code)
{
	enum { LENGTH = 3600 };
	char text[LENGTH + 64] = "https://rencai.example.gov.cn/verify/offline#";
	size_t n = strlen(text);
	uint32_t seed = 4711;
	while (n < LENGTH) {
		seed = seed * 1664525 + 1013904223;
		text[n++] = (char)('0' + (seed >> 16) % 10);
	}
	return qr_code_proof(a, text, ret_code);
}

json_t *layout_sample(enum layout_kind kind, bool is_least)
{
	json_t *v = json_object();
	json_object_set_new(v, "title", json_string(labels[kind]));
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
		json_object_set_new(v, samples[i].key, json_string(samples[i].text));
	json_object_set_new(v, "photo", json_true());
	json_object_set_new(v, "seal", json_string(LAYOUT_SEAL));
	if (is_least) {
		static const char *const may_lack[] = {"photo", "seal", "remark", "stripe"};
		for (size_t i = 0; i < sizeof may_lack / sizeof *may_lack; i++)
			json_object_set_new(v, may_lack[i], json_null());
		json_object_set_new(v, "work_type", json_string(""));
		json_object_set_new(v, "field", json_string(""));
	}
	return v;
}

int layout_preview(struct arena *a, enum layout_kind kind, struct str svg, struct str *ret_pdf)
{
	struct paper *p;
	struct qr_code code;
	if (sample_code(a, &code) < 0)
		return ERR_BUG;
	json_t *view = layout_sample(kind, false);
	json_object_set_new(view, "photo", json_false());
	json_object_set_new(view, "seal", json_null());
	json_object_set_new(view, "stripe", json_string("样　张"));
	int r = paper_new("样张", &p);
	if (r == 0) {
		r = paper_layout(p, names[kind], svg);
		paper_code(p, &code);
		if (r == 0)
			r = paper_page(p, names[kind], view);
		if (r == 0)
			r = paper_finish(p, a, ret_pdf);
		else
			paper_free(p);
	}
	json_decref(view);
	return r;
}
