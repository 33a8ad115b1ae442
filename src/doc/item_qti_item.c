/* One QTI item: its one interaction, the declared right response, the body without them. */
#include <stdlib.h>
#include <string.h>

#include "doc/item_qti.h"

enum { VALUES_MAX = 64 };

struct reading {
	struct qti *q;
	struct xml *root, *body, *interaction, *declaration;
	const char *ids[ITEM_OPTIONS_MAX];     /* of options, as in the file */
	const char *targets[ITEM_OPTIONS_MAX];
	const char *values[VALUES_MAX]; /* the right response */
	int n_values;
	bool is_mapped; /* scored by its mapping */
};

typedef void interaction_fn(struct reading *r);

static struct item *content(struct reading *r)
{
	return &r->q->take.entry->content;
}

/* ---- texts ---- */

/* The parts that are no words to the candidate. */
static bool is_apart(const struct xml *n)
{
	bool is_for_others = qti_is(n, "rubric-block") && !strstr(xml_att(n, "view"), "candidate");
	return is_for_others || qti_is(n, "feedback-inline") || qti_is(n, "feedback-block") ||
		qti_is(n, "prompt") || qti_has_class(n, "luban-answer") ||
		qti_is(n, "template-inline") || qti_is(n, "template-block");
}

const char *qti_html(struct qti *q, const struct xml *n)
{
	auto_buf out;
	buf_init(&out, MARKUP_INPUT_MAX);
	xml_inner(&out, n, is_apart);
	return take_html(&q->take, buf_view(&out), TAKE_HTML);
}

/* <object data="x.png" type="image/png"> is what 2.x writes for an image. */
static void mend_objects(struct xml *n)
{
	for (struct xml *c = n->first; c; c = c->next) {
		if (xml_is(c, "object") && strncmp(xml_att(c, "type"), "image/", 6) == 0) {
			c->name = "img";
			c->first = c->last = NULL;
			for (struct xml_att *a = c->atts; a; a = a->next)
				if (streq(a->name, "data"))
					a->name = "src";
		}
		mend_objects(c);
	}
}

static const char *feedback_of(struct reading *r, const struct xml *choice)
{
	const struct xml *f = qti_find(choice, "feedback-inline");
	if (!f)
		f = qti_find(choice, "feedback-block");
	const struct xml *inner = qti_child(f, "content-body");
	return f ? qti_html(r->q, inner ? inner : f) : "";
}

/* ---- the right response ---- */

static void read_values(struct reading *r)
{
	const struct xml *v = qti_child(qti_child(r->declaration, "correct-response"), "value");
	for (; v && r->n_values < VALUES_MAX; v = qti_next(v)) {
		struct str text = xml_text(r->q->take.a, v);
		r->values[r->n_values++] = str_trim(text).p ? arena_str(r->q->take.a,
			str_trim(text)) : "";
	}
}

/* Without a right response: the keys that the mapping gives points for. */
static void read_mapping(struct reading *r)
{
	const struct xml *e = qti_child(qti_child(r->declaration, "mapping"), "map-entry");
	double least = 1e9, most = 0;
	bool has_values = r->n_values;
	for (; e; e = qti_next(e)) {
		double points = strtod(qti_att(e, "mapped-value"), NULL);
		if (points <= 0)
			continue;
		least = points < least ? points : least;
		most = points > most ? points : most;
		if (!has_values && r->n_values < VALUES_MAX)
			r->values[r->n_values++] = qti_att(e, "map-key");
	}
	if (most - least > 1e-9 && most > 0)
		take_note(&r->q->take, "exchange.weights");
}

static int place_of(const char *const *ids, int n, struct str id)
{
	for (int i = 0; i < n; i++)
		if (str_is(id, ids[i]))
			return i;
	return -1;
}

/* The letters of the right response, in the order of the file. */
static const char *letters(struct reading *r, bool is_set)
{
	struct item_take *t = &r->q->take;
	bool chosen[ITEM_OPTIONS_MAX] = {0};
	char *z = arena_alloc(t->a, VALUES_MAX + 1);
	for (int i = 0; i < r->n_values; i++) {
		int at = place_of(r->ids, content(r)->n_options, str_of(r->values[i]));
		if (at < 0) {
			take_refuse(t, "exchange.key_wrong", r->values[i]);
			return "";
		}
		z[i] = (char)('A' + at);
		chosen[at] = true;
	}
	return is_set ? take_letters(t, chosen, content(r)->n_options) : z;
}

/* ---- choices ---- */

static void read_choices(struct reading *r, const struct xml *parent, const char *name)
{
	struct item *it = content(r);
	bool is_fixed = streq(qti_att(r->interaction, "shuffle"), "true");
	const struct xml *c = qti_child(parent, name);
	for (; c && !r->q->take.is_refused; c = qti_next(c)) {
		const char *html = qti_html(r->q, c), *feedback = feedback_of(r, c);
		take_option(&r->q->take, html, feedback);
		if (!r->q->take.is_refused)
			r->ids[it->n_options - 1] = qti_att(c, "identifier");
		if (is_fixed && streq(qti_att(c, "fixed"), "true")) {
			is_fixed = false;
			take_note(&r->q->take, "exchange.fixed");
		}
	}
	it->keep_order = !is_fixed;
}

static bool is_word_of(const char *html, const char *const *words)
{
	while (*words && !streq(html, *words))
		words++;
	return *words;
}

/* Two options that say right and wrong: a true/false item. */
static bool is_true_false(struct reading *r)
{
	static const char *const yes[] = {"正确", "对", "是", "√", "True", "true", "T", NULL};
	static const char *const no[] = {"错误", "错", "否", "×", "False", "false", "F", NULL};
	struct item *it = content(r);
	if (it->n_options != 2 || strlen(it->key) != 1)
		return false;
	bool is_turned = is_word_of(it->options[1].html, yes) && is_word_of(it->options[0].html,
		no);
	if (!is_turned && !(is_word_of(it->options[0].html, yes) &&
		is_word_of(it->options[1].html, no)))
		return false;
	if (is_turned) {
		struct item_option first = it->options[0];
		it->options[0] = it->options[1];
		it->options[1] = first;
		it->key = streq(it->key, "A") ? "B" : "A";
	}
	it->options[0].html = it->options[1].html = "";
	it->keep_order = false;
	return true;
}

static void read_choice(struct reading *r)
{
	struct item *it = content(r);
	bool is_single = streq(qti_att(r->declaration, "cardinality"), "single");
	read_choices(r, r->interaction, "simple-choice");
	it->key = letters(r, true);
	it->kind = !is_single ? ITEM_MULTIPLE : is_true_false(r) ? ITEM_TRUE_FALSE : ITEM_SINGLE;
}

static void read_order(struct reading *r)
{
	read_choices(r, r->interaction, "simple-choice");
	content(r)->key = letters(r, false);
	content(r)->kind = ITEM_ORDER;
}

static void read_pairs(struct reading *r)
{
	struct item *it = content(r);
	char *key = arena_alloc(r->q->take.a, ITEM_OPTIONS_MAX + 1);
	memset(key, '-', (size_t)it->n_options);
	for (int i = 0; i < r->n_values; i++) {
		struct str to = str_of(r->values[i]);
		struct str from = str_cut(&to, ' ');
		int left = place_of(r->ids, it->n_options, from);
		int right = place_of(r->targets, it->n_targets, str_trim(to));
		if (left < 0) {
			left = place_of(r->ids, it->n_options, str_trim(to));
			right = place_of(r->targets, it->n_targets, from);
		}
		if (left < 0 || right < 0) {
			take_refuse(&r->q->take, "exchange.key_wrong", r->values[i]);
			return;
		}
		if (key[left] != '-') {
			take_refuse(&r->q->take, "exchange.match_many");
			return;
		}
		key[left] = (char)('A' + right);
	}
	it->key = key;
}

static void read_match(struct reading *r)
{
	struct item *it = content(r);
	const struct xml *left = qti_child(r->interaction, "simple-match-set");
	const struct xml *right = left ? qti_next(left) : NULL;
	it->kind = ITEM_MATCH;
	read_choices(r, left, "simple-associable-choice");
	const struct xml *c = qti_child(right, "simple-associable-choice");
	for (; c && !r->q->take.is_refused; c = qti_next(c)) {
		take_target(&r->q->take, qti_html(r->q, c));
		if (!r->q->take.is_refused)
			r->targets[it->n_targets - 1] = qti_att(c, "identifier");
	}
	if (!r->q->take.is_refused)
		read_pairs(r);
}

/* ---- typed answers ---- */

/* qti-equal with a tolerance the same on both sides: absolute, or in per cent of the value. */
static const char *tolerance_of(struct reading *r)
{
	const struct xml *equal = qti_find(qti_child(r->root, "response-processing"), "equal");
	const char *mode = qti_att(equal, "tolerance-mode");
	if (!equal || !*mode || streq(mode, "exact"))
		return "";
	struct str high = str_of(qti_att(equal, "tolerance"));
	struct str low = str_cut(&high, ' ');
	high = str_trim(high);
	if (high.n && !str_eq(low, high))
		take_note(&r->q->take, "exchange.tolerance_lost");
	return take_tolerance(&r->q->take, streq(mode, "relative") ? str_of(arena_printf(
		r->q->take.a, "%.*s%%", (int)low.n, low.p)) : low, content(r)->value);
}

static const struct xml *with_class(const struct xml *n, const char *name)
{
	for (const struct xml *c = n->first; c; c = c->next) {
		const struct xml *found = c->name && qti_has_class(c, name) ? c : with_class(c,
			name);
		if (found)
			return found;
	}
	return NULL;
}

static void read_number(struct reading *r)
{
	struct item *it = content(r);
	const struct xml *unit = with_class(r->body, "luban-unit");
	it->kind = ITEM_NUMERIC;
	it->value = r->n_values ? take_number(&r->q->take, str_of(r->values[0])) : "";
	if (!*it->value)
		take_refuse(&r->q->take, "exchange.no_answer");
	it->tolerance = tolerance_of(r);
	if (unit)
		it->unit = take_words(&r->q->take, xml_text(r->q->take.a, unit), TAKE_PLAIN);
}

static void read_text_entry(struct reading *r)
{
	struct item *it = content(r);
	const char *type = qti_att(r->declaration, "base-type");
	if (streq(type, "float") || streq(type, "integer")) {
		read_number(r);
		return;
	}
	it->kind = ITEM_TEXT;
	const struct xml *e = qti_child(qti_child(r->declaration, "mapping"), "map-entry");
	it->case_sensitive = e && streq(qti_att(e, "case-sensitive"), "true");
	for (int i = 0; i < r->n_values; i++)
		take_variant(&r->q->take, take_words(&r->q->take, str_of(r->values[i]),
			TAKE_PLAIN));
	for (; e; e = qti_next(e))
		if (strtod(qti_att(e, "mapped-value"), NULL) > 0)
			take_variant(&r->q->take, take_words(&r->q->take,
				str_of(qti_att(e, "map-key")), TAKE_PLAIN));
	if (!it->n_variants)
		take_refuse(&r->q->take, "exchange.no_answer");
}

static void read_essay(struct reading *r)
{
	struct item *it = content(r);
	it->kind = ITEM_ESSAY;
	if (r->n_values)
		take_variant(&r->q->take, r->values[0]);
}

static const struct {
	const char *name;
	interaction_fn *read;
} interactions[] = {
	{"choice-interaction", read_choice}, {"order-interaction", read_order},
	{"match-interaction", read_match}, {"text-entry-interaction", read_text_entry},
	{"extended-text-interaction", read_essay},
};

/* ---- the item ---- */

static bool is_interaction(const struct xml *n)
{
	size_t k = strlen("interaction"), len = n->name ? strlen(n->name) : 0;
	return len > k && !strcasecmp(n->name + len - k, "interaction");
}

static int find_interactions(struct xml *n, struct xml **ret_first)
{
	int count = 0;
	for (struct xml *c = n->first; c; c = c->next) {
		if (is_interaction(c)) {
			*ret_first = *ret_first ? *ret_first : c;
			count++;
		} else {
			count += find_interactions(c, ret_first);
		}
	}
	return count;
}

static void find_declaration(struct reading *r)
{
	const char *id = qti_att(r->interaction, "response-identifier");
	struct xml *d = qti_child(r->root, "response-declaration");
	while (d && !streq(qti_att(d, "identifier"), id))
		d = qti_next(d);
	r->declaration = d;
}

static void check_processing(struct reading *r)
{
	const struct xml *rp = qti_child(r->root, "response-processing");
	const char *template = xml_att(rp, "template");
	r->is_mapped = strstr(template, "map_response") || qti_find(rp, "map-response");
	bool is_known = strstr(template, "match_correct") || strstr(template, "map_response") ||
		qti_find(rp, "match") || qti_find(rp, "equal") || r->is_mapped;
	if (strstr(template, "map_response_point") || (rp && !is_known))
		take_note(&r->q->take, "exchange.processing");
	if (qti_child(r->root, "template-processing"))
		take_refuse(&r->q->take, "exchange.templates");
}

static void read_rubrics(struct reading *r, const struct xml *n)
{
	struct item *it = content(r);
	for (const struct xml *c = n->first; c; c = c->next) {
		if (!qti_is(c, "rubric-block")) {
			read_rubrics(r, c);
			continue;
		}
		const struct xml *inner = qti_child(c, "content-body");
		const char *html = strstr(xml_att(c, "view"), "candidate") ? "" :
			qti_html(r->q, inner ? inner : c);
		if (qti_has_class(c, "luban-explanation") || it->kind != ITEM_ESSAY)
			it->explanation_html = is_blank(it->explanation_html) ? html :
				it->explanation_html;
		else if (is_blank(it->rubric_html))
			it->rubric_html = html;
	}
}

static void read_explanation(struct reading *r)
{
	struct item *it = content(r);
	const struct xml *f = qti_child(r->root, "modal-feedback");
	const struct xml *inner = qti_child(f, "content-body");
	if (f && is_blank(it->explanation_html))
		it->explanation_html = qti_html(r->q, inner ? inner : f);
	if (f && qti_next(f))
		take_note(&r->q->take, "exchange.feedback_lost");
}

/* Body and prompt, a gap where the answer is typed within a sentence. */
static const char *stem_of(struct reading *r)
{
	struct xml *i = r->interaction;
	auto_buf out;
	buf_init(&out, MARKUP_INPUT_MAX);
	const struct xml *prompt = qti_child(i, "prompt");
	bool is_gap = qti_is(i, "text-entry-interaction");
	struct str gap = is_gap ? STR(" ______ ") : STR_NONE;
	i->name = NULL;
	i->first = i->last = NULL;
	i->text = gap;
	xml_inner(&out, r->body, is_apart);
	if (prompt) {
		buf_puts(&out, "<p>");
		xml_inner(&out, prompt, is_apart);
		buf_puts(&out, "</p>");
	}
	return take_html(&r->q->take, buf_view(&out), TAKE_HTML);
}

static void read_item(struct reading *r)
{
	struct item_take *t = &r->q->take;
	int n = r->body ? find_interactions(r->body, &r->interaction) : 0;
	size_t k = 0, all = sizeof interactions / sizeof *interactions;
	while (n == 1 && k < all && !qti_is(r->interaction, interactions[k].name))
		k++;
	if (n != 1 || k == all) {
		take_refuse(t, n == 1 ? "exchange.type_unknown" : n ? "exchange.composite" :
			"exchange.no_interaction", n == 1 ? r->interaction->name : "");
		return;
	}
	mend_objects(r->body);
	find_declaration(r);
	check_processing(r);
	read_values(r);
	bool is_typed = qti_is(r->interaction, "text-entry-interaction");
	if (!is_typed && (r->is_mapped || !r->n_values))
		read_mapping(r);
	interactions[k].read(r);
	read_rubrics(r, r->body);
	read_explanation(r);
	content(r)->stem_html = stem_of(r);
}

static void read_stimulus(struct reading *r)
{
	const struct xml *ref = qti_child(r->root, "assessment-stimulus-ref");
	const char *path = ref ? qti_path(r->q, xml_att(ref, "href")) : NULL;
	if (ref && !path)
		take_note(&r->q->take, "exchange.path_out", xml_att(ref, "href"));
	if (path)
		r->q->take.entry->material = qti_stimulus(r->q, path);
	if (ref && qti_next(ref))
		take_note(&r->q->take, "exchange.second_material");
}

bool qti_item(struct qti *q, struct xml *root, const char *section, const char *point,
	const char *difficulty)
{
	struct reading r = {.q = q, .root = root, .body = qti_child(root, "item-body")};
	if (!take_begin(&q->take))
		return false;
	struct item_entry *e = q->take.entry;
	e->section = section;
	e->point = point;
	int64_t d = take_difficulty(str_of(difficulty));
	e->difficulty_permille = d > 0 ? d : 0;
	read_stimulus(&r);
	read_item(&r);
	take_end(&q->take);
	return true;
}
