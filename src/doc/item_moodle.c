/* Moodle XML (docs.moodle.org/en/Moodle_XML_format): one question element after the other. A
 * description becomes the material of the questions that follow it in its category. */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "doc/item_exchange.h"
#include "doc/item_take.h"
#include "doc/xml.h"

enum { ANSWERS_MAX = 64 };

struct moodle {
	struct item_take take;
	const struct xml *question, *text; /* being read */
	const char *category;
	int material, n_materials;
};

typedef void question_fn(struct moodle *m);

/* ---- texts and their files ---- */

static struct str unescaped_url(struct arena *a, struct str s)
{
	char *z = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c;
		if (s.p[i] == '%' && i + 2 < s.n && hex_read((struct str){s.p + i + 1, 2}, &c, 1)) {
			z[n++] = (char)c;
			i += 2;
		} else {
			z[n++] = s.p[i];
		}
	}
	return (struct str){z, n};
}

static struct xml *file_named(const struct xml *n, struct str name)
{
	for (struct xml *c = n->first; c; c = c->next) {
		if (xml_is(c, "file") && str_is(name, xml_att(c, "name")))
			return c;
		struct xml *found = c->name ? file_named(c, name) : NULL;
		if (found)
			return found;
	}
	return NULL;
}

/* The file that @@PLUGINFILE@@/name stands for: each text has files of its own, and the same name
 * may stand for another picture elsewhere in the question. */
static bool picture(void *self, struct str src, struct str *ret_bytes)
{
	struct moodle *m = self;
	static const char begin[] = "@@PLUGINFILE@@/";
	if (!str_starts(src, begin))
		return false;
	struct str name = {src.p + sizeof begin - 1, src.n - sizeof begin + 1};
	const char *slash = name.n ? memrchr(name.p, '/', name.n) : NULL;
	if (slash)
		name = (struct str){slash + 1, name.n - (size_t)(slash + 1 - name.p)};
	name = unescaped_url(m->take.a, name);
	struct xml *file = file_named(m->text, name);
	if (!file)
		file = file_named(m->question, name);
	auto_buf clean, bytes;
	buf_init(&clean, 2 * TAKE_PICTURE_MAX);
	buf_init(&bytes, TAKE_PICTURE_MAX);
	if (!file || !streq(xml_att(file, "encoding"), "base64"))
		return false;
	for (const struct xml *t = file->first; t; t = t->next)
		for (size_t i = 0; i < t->text.n; i++)
			if (!strchr(" \t\r\n", t->text.p[i]))
				buf_putc(&clean, t->text.p[i]);
	if (!base64_read(buf_view(&clean), &bytes) || !bytes.n)
		return false;
	*ret_bytes = (struct str){arena_copy(m->take.a, bytes.p, bytes.n), bytes.n};
	return true;
}

static enum take_format format_of(struct moodle *m, const struct xml *n)
{
	const char *format = xml_att(n, "format");
	if (streq(format, "markdown"))
		take_note(&m->take, "exchange.markdown");
	return streq(format, "plain_text") || streq(format, "markdown") ? TAKE_PLAIN :
		streq(format, "moodle_auto_format") || !*format ? TAKE_EITHER : TAKE_HTML;
}

/* The text element inside, in the safe subset. */
static const char *html(struct moodle *m, const struct xml *n)
{
	m->text = n;
	return n ? take_html(&m->take, xml_child_text(m->take.a, n, "text"), format_of(m, n)) : "";
}

static const char *plain(struct moodle *m, const struct xml *n)
{
	return take_words(&m->take, xml_child_text(m->take.a, n, "text"), TAKE_PLAIN);
}

static bool is_true(struct moodle *m, const char *name)
{
	struct str s = str_trim(xml_child_text(m->take.a, m->question, name));
	return str_is(s, "true") || str_is(s, "1");
}

static double fraction(const struct xml *answer)
{
	return strtod(xml_att(answer, "fraction"), NULL);
}

/* ---- kinds ---- */

static struct item *content(struct moodle *m)
{
	return &m->take.entry->content;
}

static void note_feedback(struct moodle *m, const struct xml *answer)
{
	if (!is_blank(html(m, xml_child(answer, "feedback"))))
		take_note(&m->take, "exchange.feedback_lost");
}

static void read_choices(struct moodle *m)
{
	struct item *it = content(m);
	bool chosen[ANSWERS_MAX] = {0}, is_single = is_true(m, "single");
	int n = 0, n_full = 0, n_part = 0;
	double least = 1000, most = 0;
	for (const struct xml *a = xml_child(m->question, "answer"); a; a = xml_next(a), n++) {
		double share = fraction(a);
		if (n == ITEM_OPTIONS_MAX) {
			take_refuse(&m->take, "exchange.options_many");
			return;
		}
		take_option(&m->take, html(m, a), html(m, xml_child(a, "feedback")));
		n_full += share >= 99.9;
		n_part += share > 0 && share < 99.9;
		least = share > 0 && share < least ? share : least;
		most = share > most ? share : most;
		chosen[n] = is_single ? share >= 99.9 : share > 0;
	}
	if (is_single ? n_part || n_full > 1 : n_full + n_part > 1 && most - least > 1)
		take_note(&m->take, is_single ? "exchange.partial" : "exchange.weights");
	it->kind = is_single && n_full <= 1 ? ITEM_SINGLE : ITEM_MULTIPLE;
	it->key = take_letters(&m->take, chosen, n);
	it->keep_order = !is_true(m, "shuffleanswers");
}

static void read_true_false(struct moodle *m)
{
	struct item *it = content(m);
	const char *feedback[2] = {"", ""};
	it->kind = ITEM_TRUE_FALSE;
	for (const struct xml *a = xml_child(m->question, "answer"); a; a = xml_next(a)) {
		bool is_false = streq(plain(m, a), "false");
		feedback[is_false] = html(m, xml_child(a, "feedback"));
		if (fraction(a) > 0)
			it->key = is_false ? "B" : "A";
	}
	take_option(&m->take, "", feedback[0]);
	take_option(&m->take, "", feedback[1]);
}

static void read_short(struct moodle *m)
{
	struct item *it = content(m);
	it->kind = ITEM_TEXT;
	it->case_sensitive = is_true(m, "usecase");
	for (const struct xml *a = xml_child(m->question, "answer"); a; a = xml_next(a)) {
		const char *text = plain(m, a);
		if (fraction(a) < 99.9)
			take_note(&m->take, "exchange.partial");
		else if (strchr(text, '*'))
			take_note(&m->take, "exchange.wildcard", text);
		if (fraction(a) >= 99.9)
			take_variant(&m->take, text);
		note_feedback(m, a);
	}
}

static void read_units(struct moodle *m)
{
	const struct xml *unit = xml_child(xml_child(m->question, "units"), "unit");
	for (int n = 0; unit; unit = xml_next(unit), n++) {
		struct str name = xml_child_text(m->take.a, unit, "unit_name");
		struct str factor = xml_child_text(m->take.a, unit, "multiplier");
		double by = factor.n ? strtod(factor.p, NULL) : 1;
		if (by > 0.999999 && by < 1.000001 && is_blank(content(m)->unit))
			content(m)->unit = take_words(&m->take, name, TAKE_PLAIN);
		else
			take_note(&m->take, "exchange.unit_lost", arena_str(m->take.a, name));
	}
}

static void read_numeric(struct moodle *m)
{
	struct item *it = content(m);
	it->kind = ITEM_NUMERIC;
	for (const struct xml *a = xml_child(m->question, "answer"); a; a = xml_next(a)) {
		struct str text = xml_child_text(m->take.a, a, "text");
		if (fraction(a) < 99.9) {
			take_note(&m->take, "exchange.partial");
		} else if (*it->value) {
			take_note(&m->take, "exchange.second_value");
		} else {
			it->value = take_number(&m->take, text);
			it->tolerance = take_tolerance(&m->take,
				xml_child_text(m->take.a, a, "tolerance"), it->value);
			if (!*it->value)
				take_refuse(&m->take, "exchange.number_wrong",
					arena_str(m->take.a, text));
		}
		note_feedback(m, a);
	}
	if (!*it->value && !m->take.is_refused)
		take_refuse(&m->take, "exchange.no_answer");
	read_units(m);
}

static int target_of(struct moodle *m, const char *text)
{
	struct item *it = content(m);
	for (int i = 0; i < it->n_targets; i++)
		if (streq(it->targets[i].html, text))
			return i;
	take_target(&m->take, text);
	return it->n_targets - 1;
}

static void read_match(struct moodle *m)
{
	struct item *it = content(m);
	char *key = arena_alloc(m->take.a, ITEM_OPTIONS_MAX + 1);
	it->kind = ITEM_MATCH;
	for (const struct xml *s = xml_child(m->question, "subquestion"); s; s = xml_next(s)) {
		struct str right = xml_child_text(m->take.a, xml_child(s, "answer"), "text");
		const char *left = html(m, s);
		int target = target_of(m, take_html(&m->take, right, TAKE_PLAIN));
		if (m->take.is_refused)
			return;
		if (is_blank(left))
			continue;
		take_option(&m->take, left, "");
		if (!m->take.is_refused)
			key[it->n_options - 1] = (char)('A' + target);
	}
	it->key = key;
	it->keep_order = !is_true(m, "shuffleanswers");
}

static void read_essay(struct moodle *m)
{
	content(m)->kind = ITEM_ESSAY;
	content(m)->rubric_html = html(m, xml_child(m->question, "graderinfo"));
}

static void read_order(struct moodle *m)
{
	struct item *it = content(m);
	bool chosen[ANSWERS_MAX];
	it->kind = ITEM_ORDER;
	for (const struct xml *a = xml_child(m->question, "answer"); a; a = xml_next(a))
		take_option(&m->take, html(m, a), "");
	for (int i = 0; i < ANSWERS_MAX; i++)
		chosen[i] = true;
	it->key = take_letters(&m->take, chosen, it->n_options);
}

static const struct {
	const char *type;
	question_fn *read;
} kinds[] = {
	{"multichoice", read_choices}, {"truefalse", read_true_false},
	{"shortanswer", read_short}, {"numerical", read_numeric}, {"matching", read_match},
	{"match", read_match}, {"essay", read_essay}, {"ordering", read_order},
};

/* ---- questions ---- */

static void read_description(struct moodle *m)
{
	struct xml *text = xml_child(m->question, "questiontext");
	struct item_material *made = item_sheet_material(m->take.sheet,
		arena_printf(m->take.a, "M%d", ++m->n_materials));
	if (!made) {
		take_refuse(&m->take, "exchange.material_many");
		return;
	}
	m->take.assets = made->assets;
	m->take.n_assets = &made->n_assets;
	made->line = m->take.line;
	made->title = m->take.name;
	made->html = html(m, text);
	m->take.n_assets = NULL;
	m->material = m->take.sheet->n_materials;
}

static void read_tags(struct moodle *m)
{
	struct item_entry *e = m->take.entry;
	const struct xml *tag = xml_child(xml_child(m->question, "tags"), "tag");
	for (; tag; tag = xml_next(tag)) {
		const char *text = plain(m, tag);
		if (strncmp(text, "point:", 6) == 0)
			e->point = text + 6;
		else if (strncmp(text, "difficulty:", 11) == 0 &&
			take_difficulty(str_of(text + 11)) > 0)
			e->difficulty_permille = take_difficulty(str_of(text + 11));
	}
}

static bool read_item(struct moodle *m, question_fn *read)
{
	if (!take_begin(&m->take)) {
		take_refuse(&m->take, "exchange.items_many");
		return false;
	}
	struct item *it = content(m);
	it->stem_html = html(m, xml_child(m->question, "questiontext"));
	it->explanation_html = html(m, xml_child(m->question, "generalfeedback"));
	read(m);
	read_tags(m);
	m->take.entry->section = m->category;
	m->take.entry->material = m->material;
	take_end(&m->take);
	return true;
}

static bool read_question(struct moodle *m)
{
	const char *type = xml_att(m->question, "type");
	if (streq(type, "category")) {
		m->category = plain(m, xml_child(m->question, "category"));
		m->material = 0;
		return true;
	}
	m->take.name = plain(m, xml_child(m->question, "name"));
	if (streq(type, "description")) {
		read_description(m);
		return true;
	}
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (streq(type, kinds[i].type))
			return read_item(m, kinds[i].read);
	take_refuse(&m->take, "exchange.type_unknown", type);
	return true;
}

int moodle_read(struct ctx *cx, struct str bytes, struct item_sheet *sheet)
{
	struct moodle m = {.take = {.sheet = sheet, .a = sheet->arena, .picture = picture,
		.place = "", .name = ""}, .category = ""};
	struct xml_error error;
	struct xml *root;
	int r = xml_read(sheet->arena, bytes, &root, &error);
	m.take.self = &m;
	if (r < 0)
		return error.id ? fail(cx, ERR_INVALID, error.id, error.arg) : r;
	if (!xml_is(root, "quiz"))
		return fail(cx, ERR_INVALID, "exchange.not_moodle");
	for (const struct xml *q = root->first; q; q = q->next) {
		if (!xml_is(q, "question"))
			continue;
		m.question = q;
		m.take.line = q->line;
		if (!read_question(&m))
			break;
	}
	return 0;
}
