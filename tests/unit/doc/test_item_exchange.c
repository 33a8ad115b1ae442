/* Every format, every kind: out and in again. */
#include "base/markup.h"
#include "doc/item_give.h"
#include "doc/item_sample.h"

static void check(const char *format, const char *same_kinds)
{
	struct items out, in;
	struct item_sheet lost;
	bool same[ITEM_KINDS] = {0};
	round_trip(item_format_of(format), &out, &in, &lost, same);
	for (int k = 1; k < ITEM_KINDS; k++) {
		bool is_expected = strstr(same_kinds, item_kind_code((enum item_kind)k));
		if (same[k] != is_expected)
			fail_msg("%s %s: %s", format, item_kind_code((enum item_kind)k),
				same[k] ? "came back whole" : "came back different");
		/* What does not come back whole was said when it went out. */
		char name[8];
		snprintf(name, sizeof name, "T-%d", k);
		bool is_said = false;
		for (int i = 0; i < lost.n_remarks; i++)
			is_said = is_said || streq(lost.remarks[i].name, name);
		if (!same[k] && !is_said)
			fail_msg("%s %s: lost without a word", format, name);
	}
	items_fini(&out);
	items_fini(&in);
}

static void qti(void **state)
{
	(void)state;
	check("qti", "true_false single multiple numeric text order match essay");
}

static void xlsx(void **state)
{
	(void)state;
	/* the two with pictures not, and the essay's answer keeps its lines */
	check("xlsx", "true_false numeric text order match essay");
}

static void gift(void **state)
{
	(void)state;
	/* no ordering, no option without a target, no rubric */
	check("gift", "true_false single multiple numeric text");
}

/* ---- any items ---- */

/* Pieces that mean something to some format. */
static const char *const pieces[] = {"三相电", "a=b~c", "{x}", "# 1", "::", "\\n", "x -&gt; y",
	"&lt;b&gt;",
	"// 注", "$CATEGORY: x", "%50%", "[html]", "TRUE", "正确", "错误", "\"引号\"", "'", "=1",
		"~", "A.", "ANSWER: B",
	"H<sub>2</sub>O", "<b>粗</b>", "m<sup>2</sup>", "&amp;amp;", "<br/>", "<p>段</p>",
		"<ul><li>一</li><li>二</li></ul>",
	"<table><tr><td>1</td><td colspan=2>2</td></tr></table>", "<pre>  a\n\n b</pre>", "示例",
		"是", "12.5", ",", ";",
	"<math><msup><mi>x</mi><mn>2</mn></msup></math>", "\\", "\\(x\\)", "$$y$$", "]]&gt;",
		"<code>if (a) { }</code>",
	"&lt;!-- --&gt;", "\u00a0", "𝄞", "<img src=\"asset:fig.png\" alt=\"图\"/>"};

static uint32_t state_of_dice;

static int dice(int sides)
{
	state_of_dice = state_of_dice * 1664525u + 1013904223u;
	return (int)((state_of_dice >> 8) % (uint32_t)sides);
}

static const char *any_html(struct arena *a, bool may_be_empty)
{
	auto_buf b;
	const char *html;
	buf_init(&b, 64 * 1024);
	for (int n = dice(4) + !may_be_empty; n > 0; n--) {
		buf_puts(&b, pieces[dice(sizeof pieces / sizeof *pieces)]);
		buf_puts(&b, dice(2) ? " " : "");
	}
	assert_int_equal(markup_clean(a, buf_view(&b), ITEM_HTML_MAX, NULL, NULL, &html), 0);
	return *html || may_be_empty ? html : "题";
}

static const char *any_words(struct arena *a)
{
	const char *text = markup_words(a, str_of(any_html(a, false)));
	char *line = arena_dup(a, text);
	for (char *p = line; *p; p++)
		*p = *p == '\n' ? ' ' : *p;
	return *line ? line : "答";
}

static void any_options(struct arena *a, struct item_option *o, int *n)
{
	*n = 2 + dice(5);
	for (int i = 0; i < *n; i++)
		o[i] = (struct item_option){arena_printf(a, "%s", any_html(a, false)),
			dice(3) ? "" : any_html(a, true)};
}

static const char *any_key(struct arena *a, const struct item *it)
{
	char *key = arena_alloc(a, ITEM_OPTIONS_MAX + 1);
	int n = 0;
	if (it->kind == ITEM_TRUE_FALSE || it->kind == ITEM_SINGLE)
		key[n++] = (char)('A' + dice(it->n_options));
	else if (it->kind == ITEM_MULTIPLE)
		for (int i = 0; i < it->n_options; i++)
			if (i == 0 || dice(2))
				key[n++] = (char)('A' + i);
	for (int i = 0; it->kind == ITEM_MATCH && i < it->n_options; i++)
		key[n++] = dice(6) ? (char)('A' + dice(it->n_targets)) : '-';
	for (int i = 0; it->kind == ITEM_ORDER && i < it->n_options; i++)
		key[n++] = (char)('A' + i);
	for (int i = n - 1; it->kind == ITEM_ORDER && i > 0; i--) {
		int k = dice(i + 1);
		char c = key[i];
		key[i] = key[k];
		key[k] = c;
	}
	return key;
}

static void any_item(struct arena *a, struct item *it)
{
	it->kind = (enum item_kind)(1 + dice(ITEM_KINDS - 1));
	it->stem_html = any_html(a, false);
	it->explanation_html = any_html(a, true);
	if (it->kind == ITEM_TRUE_FALSE) {
		it->n_options = 2;
		it->options[0] = (struct item_option){"", any_html(a, true)};
		it->options[1] = (struct item_option){"", any_html(a, true)};
	} else if (it->kind == ITEM_NUMERIC) {
		static const char *const numbers[] = {"0", "-3.50", "1e-3", "12.5", "+7"};
		it->value = numbers[dice(5)];
		it->tolerance = dice(2) ? "" : "0.05";
		it->unit = dice(2) ? "" : "kΩ·m";
	} else if (it->kind == ITEM_TEXT) {
		it->n_variants = 1 + dice(3);
		for (int i = 0; i < it->n_variants; i++)
			it->variants[i] = arena_printf(a, "%s%d", any_words(a), i);
		it->case_sensitive = dice(2);
	} else if (it->kind == ITEM_ESSAY) {
		it->rubric_html = any_html(a, true);
		it->n_variants = dice(2);
		it->variants[0] = any_words(a);
	} else {
		any_options(a, it->options, &it->n_options);
		it->keep_order = dice(2);
	}
	if (it->kind == ITEM_MATCH)
		any_options(a, it->targets, &it->n_targets);
	for (int i = 0; i < it->n_targets; i++)
		it->targets[i].feedback_html = "";
	it->key = any_key(a, it);
}

static void give_picture(struct item *it)
{
	bool is_shown = false;
	struct str name;
	for (int i = 0; give_text(it, i); i++) {
		struct str rest = str_of(give_text(it, i));
		is_shown = is_shown || markup_next_asset(&rest, &name);
	}
	it->n_assets = is_shown;
	it->assets[0] = (struct item_asset){.name = "fig.png", .mime = "image/png",
		.bytes = picture_bytes};
}

/* The texts of the same picture and key may differ in nothing but what was said to be lost. */
static void check_any(const struct item_format *f, uint32_t seed)
{
	enum { N = 60 };
	struct items out, in;
	struct item_sheet lost;
	struct str bytes;
	items_init(&out);
	items_init(&in);
	item_sheet_init(&lost, out.arena);
	state_of_dice = seed;
	for (int i = 0; i < N; i++) {
		struct item_entry *e = item_sheet_add(&out.sheet);
		e->name = arena_printf(out.arena, "T-%d", i);
		any_item(out.arena, &e->content);
		give_picture(&e->content);
	}
	assert_int_equal(f->write(&out.cx, &out.sheet, &lost, &bytes), 0);
	assert_ptr_equal(item_format_sniff(bytes), f);
	read_ok(&in, f->read, bytes);
	for (int i = 0; i < N; i++) {
		const struct item_entry *o = out.sheet.entries[i], *e = NULL;
		bool is_said = false;
		for (int k = 0; k < lost.n_remarks; k++)
			is_said = is_said || streq(lost.remarks[k].name, o->name);
		for (int k = 0; k < in.sheet.n_entries; k++)
			if (streq(in.sheet.entries[k]->name, o->name))
				e = in.sheet.entries[k];
		const char *was = record_of(out.arena, &o->content);
		const char *is = e ? record_of(in.arena, &e->content) : "nothing";
		if (!is_said && !streq(was, is)) {
			print_remarks(&in);
			fail_msg("%s seed %u %s:\n%s----\n%s", f->code, seed, o->name, was, is);
		}
	}
	items_fini(&out);
	items_fini(&in);
}

static void any_items_come_back_or_it_is_said(void **state)
{
	static const char *const formats[] = {"qti", "xlsx", "gift"};
	(void)state;
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		for (uint32_t seed = 1; seed <= 40; seed++)
			check_any(item_format_of(formats[i]), seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(qti), cmocka_unit_test(xlsx), cmocka_unit_test(gift),
		cmocka_unit_test(any_items_come_back_or_it_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
