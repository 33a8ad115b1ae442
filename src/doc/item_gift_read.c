/* GIFT, as Moodle reads it (docs.moodle.org/en/GIFT_format): questions set apart by blank lines,
 * answers in braces, \ before ~ = # { } : \ and n. A description becomes the material of the
 * questions that follow it in its category. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/gb18030.h"
#include "doc/item_exchange.h"
#include "doc/item_take.h"

enum { ANSWERS_MAX = 64, TAGS_MAX = 16 };

/* Escaped characters stand as control bytes while a question is taken apart: a text has none. */
static const char escaped[] = "~=#{}:\\n";
static const char restored[] = "~=#{}:\\\n";

struct gift {
	struct item_take take;
	const char *category;
	int material; /* of what follows */
	int n_materials;
	/* of the next question */
	const char *tag_point, *tag_id, *tag_material, *tag_difficulty, *tag_unit;
	const char *tag_keep_order, *tag_case;
};

struct answer {
	char mark; /* = or ~ */
	bool has_weight;
	double weight;
	struct str whole; /* text and right, where no arrow parts them */
	struct str text, right, feedback; /* right: behind -> */
	bool is_match;
	enum take_format format;
};

static struct str escape(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		const char *at = s.p[i] == '\\' && i + 1 < s.n ? memchr(escaped, s.p[i + 1],
			sizeof escaped - 1) : NULL;
		if (at)
			i++;
		out[n++] = at ? (char)(at - escaped + 1) : s.p[i];
	}
	return (struct str){out, n};
}

static struct str unescape(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		out[i] = c >= 1 && c < sizeof restored ? restored[c - 1] : s.p[i];
	}
	return (struct str){out, s.n};
}

/* [html] and the like at the beginning. */
static enum take_format take_mark(struct gift *g, struct str *s, enum take_format preset)
{
	static const struct {
		const char *mark;
		enum take_format format;
	} marks[] = {{"[html]", TAKE_HTML}, {"[plain]", TAKE_PLAIN}, {"[moodle]", TAKE_EITHER},
		{"[markdown]", TAKE_PLAIN}};
	*s = str_trim(*s);
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		if (!str_starts(*s, marks[i].mark))
			continue;
		s->p += strlen(marks[i].mark);
		s->n -= strlen(marks[i].mark);
		if (i == 3)
			take_note(&g->take, "exchange.markdown");
		return marks[i].format;
	}
	return preset;
}

static const char *html(struct gift *g, struct str s, enum take_format preset)
{
	enum take_format format = take_mark(g, &s, preset);
	return take_html(&g->take, unescape(g->take.a, s), format);
}

static const char *words(struct gift *g, struct str s, enum take_format preset)
{
	enum take_format format = take_mark(g, &s, preset);
	return take_words(&g->take, unescape(g->take.a, s), format);
}

/* ---- answers ---- */

/* %50% at the beginning. */
static void take_weight(struct answer *a)
{
	char z[24];
	const char *end = a->text.n > 2 && a->text.p[0] == '%' ?
		memchr(a->text.p + 1, '%', a->text.n - 1) : NULL;
	size_t n = end ? (size_t)(end - a->text.p) - 1 : 0;
	if (!n || n >= sizeof z)
		return;
	memcpy(z, a->text.p + 1, n);
	z[n] = 0;
	a->weight = strtod(z, NULL);
	a->has_weight = true;
	a->text.p += n + 2;
	a->text.n -= n + 2;
}

static struct answer one_answer(struct str s, char mark)
{
	struct answer a = {.mark = mark};
	struct str rest = str_trim(s);
	a.text = str_trim(str_cut(&rest, '#'));
	a.feedback = str_trim(rest);
	take_weight(&a);
	a.whole = a.text;
	const char *arrow = a.text.n > 1 ? memmem(a.text.p, a.text.n, "->", 2) : NULL;
	if (arrow) {
		a.is_match = true;
		a.right = str_trim((struct str){arrow + 2,
			a.text.n - (size_t)(arrow + 2 - a.text.p)});
		a.text = str_trim((struct str){a.text.p, (size_t)(arrow - a.text.p)});
	}
	return a;
}

/* -1: too many. */
static int split(struct str s, struct answer *ret_answers)
{
	int n = 0;
	size_t from = s.n;
	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && s.p[i] != '=' && s.p[i] != '~')
			continue;
		if (from < s.n) {
			if (n == ANSWERS_MAX)
				return -1;
			ret_answers[n++] = one_answer((struct str){s.p + from + 1, i - from - 1},
				s.p[from]);
		}
		from = i;
	}
	return n;
}

static bool is_word(struct str s, const char *a, const char *b)
{
	return (s.n == strlen(a) && !strncasecmp(s.p, a, s.n)) ||
		(s.n == strlen(b) && !strncasecmp(s.p, b, s.n));
}

/* T, TRUE, F, FALSE with feedback for a wrong and a right answer. */
static bool take_true_false(struct gift *g, struct str s, enum take_format format)
{
	struct item *it = &g->take.entry->content;
	struct str word = str_trim(str_cut(&s, '#'));
	bool is_true = is_word(word, "T", "TRUE");
	if (!is_true && !is_word(word, "F", "FALSE"))
		return false;
	const char *wrong = html(g, str_cut(&s, '#'), format);
	const char *right = html(g, s, format);
	it->kind = ITEM_TRUE_FALSE;
	it->key = is_true ? "A" : "B";
	take_option(&g->take, "", is_true ? right : wrong);
	take_option(&g->take, "", is_true ? wrong : right);
	return true;
}

/* 3..5: the middle and half the width. */
static void take_range(struct gift *g, struct str from, struct str to)
{
	struct item *it = &g->take.entry->content;
	const char *low = take_number(&g->take, from), *high = take_number(&g->take, to);
	double a = strtod(low, NULL), b = strtod(high, NULL);
	if (!*low || !*high || a > b) {
		take_refuse(&g->take, "exchange.number_wrong", arena_str(g->take.a, from));
		return;
	}
	it->value = take_decimal(g->take.a, (a + b) / 2);
	it->tolerance = take_decimal(g->take.a, (b - a) / 2);
}

static void take_value(struct gift *g, struct str text)
{
	struct item *it = &g->take.entry->content;
	const char *dots = text.n > 2 ? memmem(text.p, text.n, "..", 2) : NULL;
	if (dots) {
		take_range(g, (struct str){text.p, (size_t)(dots - text.p)},
			(struct str){dots + 2, text.n - (size_t)(dots - text.p) - 2});
		return;
	}
	struct str rest = text;
	it->value = take_number(&g->take, str_cut(&rest, ':'));
	it->tolerance = take_tolerance(&g->take, unescape(g->take.a, rest), it->value);
	if (!*it->value)
		take_refuse(&g->take, "exchange.number_wrong",
			arena_str(g->take.a, unescape(g->take.a, text)));
}

static void take_numeric(struct gift *g, struct str s)
{
	struct answer answers[ANSWERS_MAX];
	struct str first = str_trim(s);
	int n = 0, full = 0;
	g->take.entry->content.kind = ITEM_NUMERIC;
	if (!first.n || (first.p[0] != '=' && first.p[0] != '~')) {
		answers[n++] = one_answer(first, '=');
	} else if ((n = split(first, answers)) < 0) {
		take_refuse(&g->take, "exchange.answers_many");
		return;
	}
	for (int i = 0; i < n; i++) {
		if (answers[i].mark != '=' || (answers[i].has_weight && answers[i].weight < 100))
			take_note(&g->take, "exchange.partial");
		else if (!full++)
			take_value(g, answers[i].text);
		else
			take_note(&g->take, "exchange.second_value");
		if (answers[i].feedback.n)
			take_note(&g->take, "exchange.feedback_lost");
	}
	if (!full)
		take_refuse(&g->take, "exchange.no_answer");
}

static void take_texts(struct gift *g, const struct answer *answers, int n)
{
	g->take.entry->content.kind = ITEM_TEXT;
	for (int i = 0; i < n; i++) {
		if (answers[i].has_weight && answers[i].weight < 100)
			take_note(&g->take, "exchange.partial");
		else
			take_variant(&g->take, words(g, answers[i].text, TAKE_PLAIN));
		if (answers[i].feedback.n)
			take_note(&g->take, "exchange.feedback_lost");
	}
}

static int target_of(struct gift *g, const char *text)
{
	struct item *it = &g->take.entry->content;
	for (int i = 0; i < it->n_targets; i++)
		if (streq(it->targets[i].html, text))
			return i;
	take_target(&g->take, text);
	return it->n_targets - 1;
}

static void take_match(struct gift *g, const struct answer *answers, int n,
	enum take_format format)
{
	struct item *it = &g->take.entry->content;
	char *key = arena_alloc(g->take.a, ITEM_OPTIONS_MAX + 1);
	it->kind = ITEM_MATCH;
	for (int i = 0; i < n && !g->take.is_refused; i++) {
		if (!answers[i].is_match) {
			take_refuse(&g->take, "exchange.mixed");
			return;
		}
		int target = target_of(g, html(g, answers[i].right, format));
		if (!answers[i].text.n || g->take.is_refused)
			continue;
		take_option(&g->take, html(g, answers[i].text, format), "");
		if (!g->take.is_refused)
			key[it->n_options - 1] = (char)('A' + target);
	}
	it->key = key;
}

static void take_choices(struct gift *g, const struct answer *answers, int n,
	enum take_format format)
{
	struct item *it = &g->take.entry->content;
	bool chosen[ANSWERS_MAX] = {0};
	int n_full = 0, n_part = 0;
	double least = 1000, most = 0;
	for (int i = 0; i < n; i++) {
		const struct answer *a = &answers[i];
		take_option(&g->take, html(g, a->whole, format), html(g, a->feedback, format));
		n_full += a->mark == '=';
		if (a->mark == '~' && a->has_weight && a->weight > 0) {
			n_part++;
			least = a->weight < least ? a->weight : least;
			most = a->weight > most ? a->weight : most;
		}
	}
	bool is_single = n_full == 1 || (!n_full && !n_part);
	for (int i = 0; i < n; i++)
		chosen[i] = answers[i].mark == '=' || (!is_single && answers[i].weight > 0);
	if (n_full && n_part)
		take_note(&g->take, "exchange.partial");
	else if (n_full > 1 || (n_part && most - least > 1))
		take_note(&g->take, "exchange.weights");
	it->kind = is_single ? ITEM_SINGLE : ITEM_MULTIPLE;
	if (!g->take.is_refused)
		it->key = take_letters(&g->take, chosen, n);
}

static void take_answers(struct gift *g, struct str s, enum take_format format)
{
	struct answer answers[ANSWERS_MAX];
	/* Answers are written as the question is. */
	format = format == TAKE_HTML ? TAKE_HTML : TAKE_EITHER;
	s = str_trim(s);
	if (!s.n) {
		g->take.entry->content.kind = ITEM_ESSAY;
		return;
	}
	if (s.p[0] == '#') {
		take_numeric(g, (struct str){s.p + 1, s.n - 1});
		return;
	}
	if (take_true_false(g, s, format))
		return;
	int n = split(s, answers), n_wrong = 0, n_match = 0;
	for (int i = 0; i < n; i++) {
		n_wrong += answers[i].mark == '~';
		n_match += answers[i].is_match;
	}
	if (n < 0)
		take_refuse(&g->take, "exchange.answers_many");
	else if (!n)
		take_refuse(&g->take, "exchange.answers_unread");
	else if (n_wrong)
		take_choices(g, answers, n, format);
	else if (n_match)
		take_match(g, answers, n, format);
	else
		take_texts(g, answers, n);
}

/* ---- questions ---- */

static void add_material(struct gift *g, struct str title, struct str text,
	enum take_format format)
{
	const char *code = *g->tag_id ? g->tag_id : arena_printf(g->take.a, "M%d",
		++g->n_materials);
	struct item_material *m = item_sheet_material_of(g->take.sheet, code) ? NULL :
		item_sheet_material(g->take.sheet, code);
	if (!m) {
		take_refuse(&g->take, "exchange.material_many");
		return;
	}
	g->take.assets = m->assets;
	g->take.n_assets = &m->n_assets;
	m->line = g->take.line;
	m->title = take_words(&g->take, unescape(g->take.a, title), TAKE_PLAIN);
	m->html = take_html(&g->take, unescape(g->take.a, text), format);
	g->take.n_assets = NULL;
	g->material = g->take.sheet->n_materials;
}

static void set_tags(struct gift *g)
{
	struct item_entry *e = g->take.entry;
	e->section = g->category;
	e->material = *g->tag_material ? item_sheet_material_of(g->take.sheet, g->tag_material) :
		g->material;
	e->point = g->tag_point;
	e->content.keep_order = streq(g->tag_keep_order, "1");
	e->content.case_sensitive = streq(g->tag_case, "1") && e->content.kind == ITEM_TEXT;
	e->content.unit = e->content.kind == ITEM_NUMERIC ? g->tag_unit : "";
	int64_t d = take_difficulty(str_of(g->tag_difficulty));
	if (d < 0)
		take_note(&g->take, "exchange.difficulty_wrong", g->tag_difficulty);
	e->difficulty_permille = d > 0 ? d : 0;
}

static struct str title_of(struct str *s)
{
	struct str rest = {s->p + 2, s->n - 2};
	const char *end = memmem(rest.p, rest.n, "::", 2);
	if (!str_starts(*s, "::") || !end)
		return STR_NONE;
	struct str title = {rest.p, (size_t)(end - rest.p)};
	*s = (struct str){end + 2, rest.n - title.n - 2};
	return title;
}

/* The stem, with a gap where words follow the answers. */
static struct str stem_of(struct gift *g, struct str before, struct str after)
{
	if (!str_trim(after).n)
		return before;
	char *z = arena_printf(g->take.a, "%.*s ______ %.*s", (int)before.n, before.p, (int)after.n,
		after.p);
	return str_of(z);
}

static bool take_question(struct gift *g, struct str s)
{
	struct item_take *t = &g->take;
	s = escape(t->a, str_trim(s));
	struct str title = s.n > 4 ? title_of(&s) : STR_NONE;
	t->name = *g->tag_id ? g->tag_id : take_words(t, unescape(t->a, title), TAKE_PLAIN);
	const char *open = memchr(s.p, '{', s.n), *close = memrchr(s.p, '}', s.n);
	if (!open && !close) {
		enum take_format format = take_mark(g, &s, TAKE_EITHER);
		add_material(g, title, s, format);
		return true;
	}
	if (!open || !close || close < open) {
		take_refuse(t, "exchange.braces");
		return true;
	}
	if (!take_begin(t))
		return false;
	struct str before = {s.p, (size_t)(open - s.p)}, after = {close + 1,
		s.n - (size_t)(close + 1 - s.p)}, inner = {open + 1, (size_t)(close - open - 1)};
	enum take_format format = take_mark(g, &before, TAKE_EITHER);
	const char *general = inner.n ? memmem(inner.p, inner.n, "####", 4) : NULL;
	struct item *it = &t->entry->content;
	it->stem_html = take_html(t, unescape(t->a, stem_of(g, before, after)), format);
	if (general) {
		struct str note = {general + 4, inner.n - (size_t)(general + 4 - inner.p)};
		it->explanation_html = html(g, note, format);
		inner.n = (size_t)(general - inner.p);
	}
	take_answers(g, inner, format);
	set_tags(g);
	take_end(t);
	return true;
}

/* [id:…] and [tag:…] of a comment before a question. */
static void read_tags(struct gift *g, struct str s)
{
	static const struct {
		const char *begin;
		size_t at;
	} kinds[] = {{"id:", offsetof(struct gift, tag_id)},
		{"tag:point:", offsetof(struct gift, tag_point)},
		{"tag:material:", offsetof(struct gift, tag_material)},
		{"tag:difficulty:", offsetof(struct gift, tag_difficulty)},
		{"tag:unit:", offsetof(struct gift, tag_unit)},
		{"tag:keep_order:", offsetof(struct gift, tag_keep_order)},
		{"tag:case:", offsetof(struct gift, tag_case)}};
	for (int tags = 0; tags < TAGS_MAX && s.n; tags++) {
		(void)str_cut(&s, '[');
		struct str tag = str_cut(&s, ']');
		for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
			size_t n = strlen(kinds[i].begin);
			if (str_starts(tag, kinds[i].begin) && tag.n - n <= TAKE_NAME_MAX)
				*(const char **)((char *)g + kinds[i].at) = arena_str(g->take.a,
					str_trim((struct str){tag.p + n, tag.n - n}));
		}
	}
}

static void forget_tags(struct gift *g)
{
	g->tag_id = g->tag_point = g->tag_material = g->tag_difficulty = g->tag_unit = "";
	g->tag_keep_order = g->tag_case = "";
}

/* A question from line on; false when there are too many. */
static bool flush(struct gift *g, struct buf *question, int64_t line)
{
	struct str s = str_trim(buf_view(question));
	bool go_on = true;
	g->take.line = line;
	g->take.name = "";
	if (s.n) {
		go_on = take_question(g, s);
		forget_tags(g);
	}
	if (!go_on)
		take_refuse(&g->take, "exchange.items_many");
	buf_reset(question);
	return go_on;
}

static void take_line(struct gift *g, struct buf *question, struct str line, int64_t number,
	int64_t *first)
{
	struct str s = str_trim(line);
	if (str_starts(s, "//")) {
		read_tags(g, s);
		return;
	}
	if (str_starts(s, "$CATEGORY:") && !question->n) {
		struct str name = str_trim((struct str){s.p + 10, s.n - 10});
		g->category = arena_str(g->take.a, name);
		g->material = 0;
		return;
	}
	if (!question->n)
		*first = number;
	buf_str(question, line);
	buf_putc(question, '\n');
}

int gift_read(struct ctx *cx, struct str bytes, struct item_sheet *sheet)
{
	struct gift g = {.take = {.sheet = sheet, .a = sheet->arena, .place = ""},
		.category = ""};
	enum text_encoding encoding;
	int64_t number = 0, first = 0;
	auto_buf text, question;
	buf_init(&text, 2 * ITEM_FILE_MAX);
	buf_init(&question, ITEM_FILE_MAX);
	if (text_to_utf8(bytes, &text, &encoding) < 0)
		return fail(cx, ERR_INVALID, "exchange.encoding");
	forget_tags(&g);
	struct str rest = buf_view(&text);
	bool go_on = true;
	while (go_on && rest.n) {
		struct str line = str_cut(&rest, '\n');
		number++;
		if (str_trim(line).n)
			take_line(&g, &question, line, number, &first);
		else
			go_on = flush(&g, &question, first);
	}
	if (go_on)
		(void)flush(&g, &question, first);
	return 0;
}
