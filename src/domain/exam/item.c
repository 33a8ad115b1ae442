#include "domain/exam/item.h"

#include <string.h>

#include "base/stow.h"
#include "base/utf8.h"

static const struct {
	const char *code, *label;
} kinds[ITEM_KINDS] = {
	[ITEM_TRUE_FALSE] = {"true_false", "判断题"}, [ITEM_SINGLE] = {"single", "单项选择题"},
	[ITEM_MULTIPLE] = {"multiple", "多项选择题"}, [ITEM_NUMERIC] = {"numeric", "计算填空题"},
	[ITEM_TEXT] = {"text", "填空题"}, [ITEM_ORDER] = {"order", "排序题"},
	[ITEM_MATCH] = {"match", "匹配题"}, [ITEM_ESSAY] = {"essay", "简答论述题"},
};

const char *item_kind_code(enum item_kind kind)
{
	return kind > 0 && kind < ITEM_KINDS ? kinds[kind].code : "";
}

const char *item_kind_label(enum item_kind kind)
{
	return kind > 0 && kind < ITEM_KINDS ? kinds[kind].label : "";
}

enum item_kind item_kind_of(const char *code)
{
	for (int k = 1; k < ITEM_KINDS; k++)
		if (streq(kinds[k].code, code))
			return (enum item_kind)k;
	return 0;
}

static void put_options(struct buf *b, const char *name, const char *feedback,
	const struct item_option *o, int n)
{
	for (int i = 0; i < n; i++) {
		stow_text(b, name, o[i].html);
		if (!is_blank(o[i].feedback_html))
			stow_text(b, feedback, o[i].feedback_html);
	}
}

static void put_some(struct buf *b, const char *name, const char *text)
{
	if (text && *text)
		stow_text(b, name, text);
}

static void put_assets(struct buf *b, const struct item *it)
{
	for (int i = 0; i < it->n_assets; i++) {
		stow_text(b, "asset", it->assets[i].name);
		stow_int(b, "asset_file", it->assets[i].file_id);
		stow_text(b, "asset_mime", it->assets[i].mime);
	}
}

void item_pack(struct buf *b, const struct item *it)
{
	stow_text(b, "kind", item_kind_code(it->kind));
	stow_text(b, "stem", it->stem_html);
	put_options(b, "option", "option_feedback", it->options, it->n_options);
	put_options(b, "target", "target_feedback", it->targets, it->n_targets);
	if (it->keep_order)
		stow_int(b, "keep_order", 1);
	put_some(b, "key", it->key);
	put_some(b, "value", it->value);
	put_some(b, "tolerance", it->tolerance);
	put_some(b, "unit", it->unit);
	for (int i = 0; i < it->n_variants; i++)
		stow_text(b, "variant", it->variants[i]);
	if (it->case_sensitive)
		stow_int(b, "case_sensitive", 1);
	put_some(b, "rubric", it->rubric_html);
	put_some(b, "explanation", it->explanation_html);
	put_assets(b, it);
}

static bool add_option(struct item_option *options, int *n, const char *html)
{
	if (*n == ITEM_OPTIONS_MAX)
		return false;
	options[(*n)++] = (struct item_option){html, ""};
	return true;
}

static bool add_feedback(struct item_option *options, int n, const char *html)
{
	if (!n)
		return false;
	options[n - 1].feedback_html = html;
	return true;
}

static bool add_asset(struct item *it, struct str name, const char *text)
{
	if (str_is(name, "asset")) {
		if (it->n_assets == ITEM_ASSETS_MAX)
			return false;
		it->assets[it->n_assets++] = (struct item_asset){.name = text, .mime = ""};
		return true;
	}
	if (!it->n_assets)
		return false;
	struct item_asset *a = &it->assets[it->n_assets - 1];
	if (str_is(name, "asset_file"))
		return str_to_i64(str_of(text), &a->file_id);
	a->mime = text;
	return str_is(name, "asset_mime");
}

static bool add_variant(struct item *it, const char *text)
{
	if (it->n_variants == ITEM_VARIANTS_MAX)
		return false;
	it->variants[it->n_variants++] = text;
	return true;
}

static const char **text_place(struct item *it, struct str name)
{
	const struct {
		const char *name, **place;
	} texts[] = {
		{"stem", &it->stem_html}, {"key", &it->key}, {"value", &it->value},
		{"tolerance", &it->tolerance}, {"unit", &it->unit}, {"rubric", &it->rubric_html},
		{"explanation", &it->explanation_html},
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (str_is(name, texts[i].name))
			return texts[i].place;
	return NULL;
}

static bool add_field(struct item *it, struct str name, const char *text)
{
	const char **place = text_place(it, name);
	if (place) {
		*place = text;
		return true;
	}
	if (str_is(name, "kind"))
		return (it->kind = item_kind_of(text)) != 0;
	if (str_is(name, "option"))
		return add_option(it->options, &it->n_options, text);
	if (str_is(name, "option_feedback"))
		return add_feedback(it->options, it->n_options, text);
	if (str_is(name, "target"))
		return add_option(it->targets, &it->n_targets, text);
	if (str_is(name, "target_feedback"))
		return add_feedback(it->targets, it->n_targets, text);
	if (str_is(name, "variant"))
		return add_variant(it, text);
	if (str_is(name, "keep_order"))
		return it->keep_order = true;
	if (str_is(name, "case_sensitive"))
		return it->case_sensitive = true;
	return add_asset(it, name, text);
}

int item_unpack(struct arena *a, struct str record, struct item *ret_item)
{
	struct item *it = arena_make(a, struct item);
	*it = (struct item){
		.stem_html = "", .key = "", .value = "", .tolerance = "", .unit = "",
			.rubric_html = "",
		.explanation_html = "",
	};
	struct stow_field f;
	while (stow_next(&record, &f))
		if (!add_field(it, f.name, arena_str(a, f.text)))
			return ERR_INVALID;
	if (record.n || !it->kind)
		return ERR_INVALID;
	*ret_item = *it;
	return 0;
}

/* Blanks and what lists are set apart with. */
static bool is_between(uint32_t point)
{
	return point < 0x80 ? strchr(" \t\r\n,;/|", (int)point) != NULL : point == 0x3000 ||
		point == 0x3001;
}

const char *item_letters(struct arena *a, enum item_kind kind, const char *typed)
{
	struct str s = str_of(typed);
	char *z = arena_alloc(a, s.n + ITEM_OPTIONS_MAX + 1);
	size_t n = 0;
	uint32_t point, chosen = 0;
	for (size_t step; (step = utf8_next(s, &point)) > 0; s.p += step, s.n -= step) {
		if (point >= 0xff01 && point <= 0xff5e)
			point -= 0xfee0;
		if (point >= 'a' && point <= 'z')
			point -= 'a' - 'A';
		if (is_between(point))
			continue;
		if (kind == ITEM_MULTIPLE && point >= 'A' && point <= 'Z')
			chosen |= 1u << (point - 'A');
		else
			z[n++] = point < 0x80 ? (char)point : '?';
	}
	for (int i = 0; i < 26; i++)
		if (chosen >> i & 1)
			z[n++] = (char)('A' + i);
	z[n] = 0;
	return z;
}

static bool letters_fit(struct str s, int n, bool once)
{
	uint32_t seen = 0;
	for (size_t i = 0; i < s.n; i++) {
		int letter = s.p[i] - 'A';
		if (letter < 0 || letter >= n || (once && seen >> letter & 1))
			return false;
		seen |= 1u << letter;
	}
	return true;
}

static bool ascending(struct str s)
{
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] <= s.p[i - 1])
			return false;
	return true;
}

static bool match_fits(const struct item *it, struct str s)
{
	if (s.n != (size_t)it->n_options)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '-' && !letters_fit((struct str){s.p + i, 1}, it->n_targets, true))
			return false;
	return true;
}

bool item_response_fits(const struct item *it, struct str s)
{
	if (!s.n)
		return true;
	switch (it->kind) {
	case ITEM_TRUE_FALSE:
	case ITEM_SINGLE:
		return s.n == 1 && letters_fit(s, it->n_options, true);
	case ITEM_MULTIPLE:
		return letters_fit(s, it->n_options, true) && ascending(s);
	case ITEM_ORDER:
		return s.n == (size_t)it->n_options && letters_fit(s, it->n_options, true);
	case ITEM_MATCH:
		return match_fits(it, s);
	default:
		return s.n <= ITEM_RESPONSE_MAX;
	}
}
