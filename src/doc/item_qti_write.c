/* Items as a QTI 3.0 package (1EdTech QTI ASI 3.0.1, Content Packaging): one file for each item and
 * stimulus, a test of sections, pictures in folders of their owners. */
#include <stdio.h>
#include <string.h>

#include "base/mustache.h"
#include "doc/item_exchange.h"
#include "doc/item_give.h"
#include "doc/pack.h"

#define XSI " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
#define ASI "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
#define ASI_XSD "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0p1_v1p0.xsd"
#define CP "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
#define CP_XSD "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqtiv3p0_imscpv1p2_v1p0.xsd"
#define TEMPLATES "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/"

static const char xml_head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

struct qti_out {
	struct ctx *cx;
	const struct item_sheet *sheet;
	struct item_sheet *lost;
	struct pack *pack;
	struct buf *out; /* the file being written */
	const char *id;  /* of the item or stimulus being written */
	const struct item_asset *assets;
	int n_assets;
};

/* ---- texts ---- */

static void put(struct qti_out *q, const char *text)
{
	mustache_escape(q->out, str_of(text ? text : ""));
}

/* Clean HTML is XML already; formulas need their namespace, pictures their path. */
static void put_html(struct qti_out *q, const char *html)
{
	static const char math[] = "<math", asset[] = "<img src=\"asset:";
	while (html && *html) {
		const char *next = strchr(html + 1, '<');
		size_t n = next ? (size_t)(next - html) : strlen(html);
		size_t skip = 0;
		if (strncmp(html, math, sizeof math - 1) == 0 && strchr(" >", html[5])) {
			buf_puts(q->out, "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"");
			skip = sizeof math - 1;
		} else if (strncmp(html, asset, sizeof asset - 1) == 0) {
			buf_printf(q->out, "<img src=\"../images/%s/", q->id);
			skip = sizeof asset - 1;
		}
		buf_put(q->out, html + skip, n - skip);
		html += n;
	}
}

static void put_root(struct qti_out *q, const char *element, const char *id, const char *title)
{
	buf_puts(q->out, xml_head);
	buf_printf(q->out, "<%s xmlns=\"" ASI "\"" XSI " xsi:schemaLocation=\"" ASI " " ASI_XSD
		"\" identifier=\"%s\" title=\"", element, id);
	put(q, title);
	buf_putc(q->out, '"');
}

static int put_file(struct qti_out *q, const char *path)
{
	struct arena *a = q->cx->arena;
	if (q->out->full)
		return ERR_LIMIT;
	struct str bytes = {arena_copy(a, q->out->p, q->out->n), q->out->n};
	buf_reset(q->out);
	return pack_put(q->pack, path, bytes);
}

static int put_pictures(struct qti_out *q)
{
	int r = 0;
	for (int i = 0; i < q->n_assets && !r; i++)
		r = pack_put(q->pack, arena_printf(q->cx->arena, "images/%s/%s", q->id,
			q->assets[i].name), q->assets[i].bytes);
	return r;
}

/* ---- declarations ---- */

static const char *letter_id(struct qti_out *q, int kind_of_side, char letter)
{
	return arena_printf(q->cx->arena, "%s%c", kind_of_side ? "T" : "", letter);
}

static void put_value(struct qti_out *q, const char *value)
{
	buf_puts(q->out, "<qti-value>");
	put(q, value);
	buf_puts(q->out, "</qti-value>");
}

static void put_key(struct qti_out *q, const struct item *it)
{
	buf_puts(q->out, "<qti-correct-response>");
	if (it->kind == ITEM_NUMERIC)
		put_value(q, it->value);
	else if (it->kind == ITEM_TEXT || it->kind == ITEM_ESSAY)
		put_value(q, it->variants[0]);
	else
		for (int i = 0; it->key[i]; i++) {
			if (it->kind == ITEM_MATCH && it->key[i] != '-')
				put_value(q, arena_printf(q->cx->arena, "%c %s", 'A' + i,
					letter_id(q, 1, it->key[i])));
			else if (it->kind != ITEM_MATCH)
				put_value(q, letter_id(q, 0, it->key[i]));
		}
	buf_puts(q->out, "</qti-correct-response>");
}

static void put_mapping(struct qti_out *q, const struct item *it)
{
	buf_puts(q->out, "<qti-mapping default-value=\"0\">");
	for (int i = 0; i < it->n_variants; i++) {
		buf_puts(q->out, "<qti-map-entry map-key=\"");
		put(q, it->variants[i]);
		buf_printf(q->out, "\" mapped-value=\"1\" case-sensitive=\"%s\"/>",
			it->case_sensitive ? "true" : "false");
	}
	buf_puts(q->out, "</qti-mapping>");
}

static void put_declarations(struct qti_out *q, const struct item *it)
{
	static const char *const shapes[ITEM_KINDS][2] = {
		[ITEM_TRUE_FALSE] = {"single", "identifier"},
			[ITEM_SINGLE] = {"single", "identifier"},
		[ITEM_MULTIPLE] = {"multiple", "identifier"}, [ITEM_NUMERIC] = {"single", "float"},
		[ITEM_TEXT] = {"single", "string"}, [ITEM_ORDER] = {"ordered", "identifier"},
		[ITEM_MATCH] = {"multiple", "directedPair"}, [ITEM_ESSAY] = {"single", "string"},
	};
	buf_printf(q->out, "\n<qti-response-declaration identifier=\"RESPONSE\" cardinality=\"%s\" "
		"base-type=\"%s\">", shapes[it->kind][0], shapes[it->kind][1]);
	if (it->kind != ITEM_ESSAY || it->n_variants)
		put_key(q, it);
	if (it->kind == ITEM_TEXT)
		put_mapping(q, it);
	buf_puts(q->out, "</qti-response-declaration>\n<qti-outcome-declaration identifier="
		"\"SCORE\" "
		"cardinality=\"single\" base-type=\"float\"><qti-default-value><qti-value>0"
		"</qti-value></qti-default-value></qti-outcome-declaration>");
	if (give_has_feedback(it))
		buf_printf(q->out, "\n<qti-outcome-declaration identifier=\"FEEDBACK\" "
			"cardinality=\"%s\" base-type=\"identifier\"/>", shapes[it->kind][0]);
}

/* ---- bodies ---- */

static void put_choices(struct qti_out *q, const struct item *it)
{
	for (int i = 0; i < it->n_options; i++) {
		const char *feedback = it->options[i].feedback_html;
		buf_printf(q->out, "\n<qti-simple-choice identifier=\"%c\">", 'A' + i);
		if (it->kind == ITEM_TRUE_FALSE)
			buf_puts(q->out, i ? "错误" : "正确");
		else
			put_html(q, it->options[i].html);
		if (!is_blank(feedback)) {
			buf_printf(q->out, "<qti-feedback-block outcome-identifier=\"FEEDBACK\" "
				"show-hide=\"show\" identifier=\"%c\"><qti-content-body>", 'A' + i);
			put_html(q, feedback);
			buf_puts(q->out, "</qti-content-body></qti-feedback-block>");
		}
		buf_puts(q->out, "</qti-simple-choice>");
	}
}

static void put_match_set(struct qti_out *q, const struct item_option *o, int n, int side)
{
	buf_puts(q->out, "\n<qti-simple-match-set>");
	for (int i = 0; i < n; i++) {
		buf_printf(q->out, "\n<qti-simple-associable-choice identifier=\"%s\" "
			"match-max=\"%d\">", letter_id(q, side, (char)('A' + i)), side ? 0 : 1);
		put_html(q, o[i].html);
		buf_puts(q->out, "</qti-simple-associable-choice>");
	}
	buf_puts(q->out, "</qti-simple-match-set>");
}

static void put_interaction(struct qti_out *q, const struct item *it)
{
	const char *shuffle = it->keep_order ? "false" : "true";
	switch (it->kind) {
	case ITEM_NUMERIC:
	case ITEM_TEXT:
		buf_puts(q->out, "\n<p class=\"luban-answer\"><qti-text-entry-interaction "
			"response-identifier=\"RESPONSE\"/>");
		if (!is_blank(it->unit)) {
			buf_puts(q->out, "<span class=\"luban-unit\">");
			put(q, it->unit);
			buf_puts(q->out, "</span>");
		}
		buf_puts(q->out, "</p>");
		return;
	case ITEM_ESSAY:
		buf_puts(q->out, "\n<qti-extended-text-interaction response-identifier=\"RESPONSE"
			"\" "
			"format=\"plain\"/>");
		return;
	case ITEM_ORDER:
		buf_printf(q->out, "\n<qti-order-interaction response-identifier=\"RESPONSE\" "
			"shuffle=\"%s\">", shuffle);
		put_choices(q, it);
		buf_puts(q->out, "\n</qti-order-interaction>");
		return;
	case ITEM_MATCH:
		buf_printf(q->out, "\n<qti-match-interaction response-identifier=\"RESPONSE\" "
			"shuffle=\"%s\" max-associations=\"0\">", shuffle);
		put_match_set(q, it->options, it->n_options, 0);
		put_match_set(q, it->targets, it->n_targets, 1);
		buf_puts(q->out, "\n</qti-match-interaction>");
		return;
	default:
		buf_printf(q->out, "\n<qti-choice-interaction response-identifier=\"RESPONSE\" "
			"shuffle=\"%s\" max-choices=\"%d\">",
			it->kind == ITEM_TRUE_FALSE ? "false" : shuffle, it->kind != ITEM_MULTIPLE);
		put_choices(q, it);
		buf_puts(q->out, "\n</qti-choice-interaction>");
	}
}

static void put_rubric(struct qti_out *q, const char *head, const char *html)
{
	if (is_blank(html))
		return;
	buf_printf(q->out, "\n<qti-rubric-block %s><qti-content-body><div>", head);
	put_html(q, html);
	buf_puts(q->out, "</div></qti-content-body></qti-rubric-block>");
}

static void put_condition(struct qti_out *q, const char *test)
{
	buf_printf(q->out, "\n<qti-response-processing><qti-response-condition><qti-response-if>%s"
		"<qti-set-outcome-value identifier=\"SCORE\"><qti-base-value base-type=\"float\">1"
		"</qti-base-value></qti-set-outcome-value></qti-response-if>"
		"</qti-response-condition>", test);
}

static void put_processing(struct qti_out *q, const struct item *it)
{
	static const char sides[] = "<qti-variable identifier=\"RESPONSE\"/>"
				    "<qti-correct identifier=\"RESPONSE\"/>";
	if (it->kind == ITEM_ESSAY)
		return;
	if (it->kind == ITEM_NUMERIC) {
		const char *t = it->tolerance;
		put_condition(q, is_blank(t) ?
			arena_printf(q->cx->arena, "<qti-equal tolerance-mode=\"exact\">%s"
			"</qti-equal>", sides) :
			arena_printf(q->cx->arena, "<qti-equal tolerance-mode=\"absolute\" "
			"tolerance=\"%s %s\">%s</qti-equal>", t, t, sides));
		buf_puts(q->out, "</qti-response-processing>");
	} else if (give_has_feedback(it)) {
		put_condition(q, arena_printf(q->cx->arena, "<qti-match>%s</qti-match>", sides));
		buf_puts(q->out, "<qti-set-outcome-value identifier=\"FEEDBACK\"><qti-variable "
			"identifier=\"RESPONSE\"/></qti-set-outcome-value>"
			"</qti-response-processing>");
	} else {
		buf_printf(q->out, "\n<qti-response-processing template=\"" TEMPLATES "%s.xml\"/>",
			it->kind == ITEM_TEXT ? "map_response" : "match_correct");
	}
}

static void say_lost(struct qti_out *q, const struct item_entry *e)
{
	const struct item *it = &e->content;
	if (it->keep_order && (it->kind == ITEM_NUMERIC || it->kind == ITEM_TEXT ||
		it->kind == ITEM_ESSAY || it->kind == ITEM_TRUE_FALSE))
		give_lost(q->lost, e, false, "exchange.lost_keep_order");
	if (it->kind == ITEM_MATCH && give_has_feedback(it))
		give_lost(q->lost, e, false, "exchange.lost_feedback");
}

static int put_item(struct qti_out *q, int at)
{
	const struct item_entry *e = q->sheet->entries[at];
	const struct item *it = &e->content;
	q->id = arena_printf(q->cx->arena, "I%d", at + 1);
	q->assets = it->assets;
	q->n_assets = it->n_assets;
	say_lost(q, e);
	put_root(q, "qti-assessment-item", q->id, give_name(q->cx->arena, q->sheet, at));
	buf_puts(q->out, " adaptive=\"false\" time-dependent=\"false\" xml:lang=\"zh-CN\">");
	put_declarations(q, it);
	if (e->material)
		buf_printf(q->out, "\n<qti-assessment-stimulus-ref identifier=\"M%d\" "
			"href=\"../stimuli/M%d.xml\"/>", e->material, e->material);
	buf_puts(q->out, "\n<qti-item-body>\n<div>");
	put_html(q, it->stem_html);
	buf_puts(q->out, "</div>");
	put_interaction(q, it);
	put_rubric(q, "use=\"scoring\" view=\"scorer\"", it->rubric_html);
	put_rubric(q, "use=\"ext:explanation\" view=\"author scorer\" class=\"luban-explanation\"",
		it->explanation_html);
	buf_puts(q->out, "\n</qti-item-body>");
	put_processing(q, it);
	buf_puts(q->out, "\n</qti-assessment-item>\n");
	int r = put_file(q, arena_printf(q->cx->arena, "items/%s.xml", q->id));
	return r < 0 ? r : put_pictures(q);
}

static int put_stimulus(struct qti_out *q, int at)
{
	const struct item_material *m = q->sheet->materials[at];
	q->id = arena_printf(q->cx->arena, "M%d", at + 1);
	q->assets = m->assets;
	q->n_assets = m->n_assets;
	put_root(q, "qti-assessment-stimulus", q->id, is_blank(m->title) ? m->code : m->title);
	buf_puts(q->out, " xml:lang=\"zh-CN\">\n<qti-stimulus-body><div>");
	put_html(q, m->html);
	buf_puts(q->out, "</div></qti-stimulus-body>\n</qti-assessment-stimulus>\n");
	int r = put_file(q, arena_printf(q->cx->arena, "stimuli/%s.xml", q->id));
	return r < 0 ? r : put_pictures(q);
}

/* ---- test and manifest ---- */

static int put_test(struct qti_out *q)
{
	const char *section = NULL;
	int n = 0;
	put_root(q, "qti-assessment-test", "TEST", is_blank(q->sheet->title) ? "试题" :
		q->sheet->title);
	buf_puts(q->out, ">\n<qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" "
		"base-type=\"float\"/>\n<qti-test-part identifier=\"P1\" navigation-mode="
		"\"nonlinear\" "
		"submission-mode=\"simultaneous\">");
	for (int i = 0; i < q->sheet->n_entries; i++) {
		const struct item_entry *e = q->sheet->entries[i];
		if (!section || !streq(section, e->section)) {
			buf_puts(q->out, section ? "\n</qti-assessment-section>" : "");
			section = e->section;
			buf_printf(q->out, "\n<qti-assessment-section identifier=\"S%d\" "
				"visible=\"true\" title=\"", ++n);
			put(q, is_blank(section) ? "试题" : section);
			buf_puts(q->out, "\">");
		}
		buf_printf(q->out, "\n<qti-assessment-item-ref identifier=\"R%d\" "
			"href=\"items/I%d.xml\"/>", i + 1, i + 1);
	}
	buf_puts(q->out, "\n</qti-assessment-section>\n</qti-test-part>\n</qti-assessment-test>\n");
	return put_file(q, "test.xml");
}

static void put_resource(struct qti_out *q, const char *id, const char *type, const char *href)
{
	buf_printf(q->out, "\n<resource identifier=\"%s\" type=\"imsqti_%s_xmlv3p0\" href=\"%s\">",
		id, type, href);
}

static void put_files(struct qti_out *q, const char *id, const char *href,
	const struct item_asset *assets, int n)
{
	buf_printf(q->out, "<file href=\"%s\"/>", href);
	for (int i = 0; i < n; i++)
		buf_printf(q->out, "<file href=\"images/%s/%s\"/>", id, assets[i].name);
}

static void put_key_words(struct qti_out *q, const struct item_entry *e)
{
	const char *words[2] = {e->point, give_share(q->cx->arena, e->difficulty_permille)};
	if (is_blank(words[0]) && is_blank(words[1]))
		return;
	buf_puts(q->out, "<metadata><lom xmlns=\"http://ltsc.ieee.org/xsd/LOM\"><general>");
	for (int i = 0; i < 2; i++) {
		if (is_blank(words[i]))
			continue;
		buf_printf(q->out, "<keyword><string language=\"zh-CN\">%s:",
			i ? "difficulty" : "point");
		put(q, words[i]);
		buf_puts(q->out, "</string></keyword>");
	}
	buf_puts(q->out, "</general></lom></metadata>");
}

static int put_manifest(struct qti_out *q)
{
	struct arena *a = q->cx->arena;
	buf_puts(q->out, xml_head);
	buf_puts(q->out, "<manifest xmlns=\"" CP "\"" XSI " xsi:schemaLocation=\"" CP " " CP_XSD
		"\" identifier=\"MANIFEST\">\n<metadata><schema>QTI Package</schema><schemaversion>"
		"3.0.0</schemaversion></metadata>\n<organizations/>\n<resources>");
	put_resource(q, "TEST", "test", "test.xml");
	put_files(q, "", "test.xml", NULL, 0);
	for (int i = 0; i < q->sheet->n_entries; i++)
		buf_printf(q->out, "<dependency identifierref=\"I%d\"/>", i + 1);
	buf_puts(q->out, "</resource>");
	for (int i = 0; i < q->sheet->n_entries; i++) {
		const struct item_entry *e = q->sheet->entries[i];
		const char *id = arena_printf(a, "I%d", i + 1);
		const char *href = arena_printf(a, "items/%s.xml", id);
		put_resource(q, id, "item", href);
		put_key_words(q, e);
		put_files(q, id, href, e->content.assets, e->content.n_assets);
		if (e->material)
			buf_printf(q->out, "<dependency identifierref=\"M%d\"/>", e->material);
		buf_puts(q->out, "</resource>");
	}
	for (int i = 0; i < q->sheet->n_materials; i++) {
		const struct item_material *m = q->sheet->materials[i];
		const char *id = arena_printf(a, "M%d", i + 1);
		const char *href = arena_printf(a, "stimuli/%s.xml", id);
		put_resource(q, id, "stimulus", href);
		put_files(q, id, href, m->assets, m->n_assets);
		buf_puts(q->out, "</resource>");
	}
	if (q->lost->n_remarks)
		buf_puts(q->out, "\n<resource identifier=\"REMARKS\" type=\"webcontent\" "
			"href=\"remarks.txt\"><file href=\"remarks.txt\"/></resource>");
	buf_puts(q->out, "\n</resources>\n</manifest>\n");
	return put_file(q, "imsmanifest.xml");
}

static int put_remarks(struct qti_out *q)
{
	const char *const *l = give_lost_lines(q->cx->arena, q->lost);
	for (; l && *l; l++)
		buf_printf(q->out, "%s\n", *l);
	return q->out->n ? put_file(q, "remarks.txt") : 0;
}

static int put_all(struct qti_out *q)
{
	int r = put_test(q);
	for (int i = 0; i < q->sheet->n_entries && !r; i++)
		r = put_item(q, i);
	for (int i = 0; i < q->sheet->n_materials && !r; i++)
		r = put_stimulus(q, i);
	if (!r)
		r = put_remarks(q);
	return r ? r : put_manifest(q);
}

int qti_write(struct ctx *cx, const struct item_sheet *sheet, struct item_sheet *lost,
	struct str *ret_bytes)
{
	auto_buf out;
	buf_init(&out, EXPORT_MAX);
	struct qti_out q = {.cx = cx, .sheet = sheet, .lost = lost, .out = &out};
	int r = sheet->n_entries ? pack_new(ctx_now(cx), &q.pack) :
		fail(cx, ERR_STATE, "exchange.nothing");
	if (r < 0)
		return r;
	r = put_all(&q);
	if (r < 0) {
		pack_free(q.pack);
		return fail(cx, r, "exchange.export_large");
	}
	r = pack_finish(q.pack, cx->arena, ret_bytes);
	return r < 0 ? fail(cx, r, "exchange.export_large") : 0;
}
