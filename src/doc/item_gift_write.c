/* Items as GIFT: pictures as data: addresses, our codes as tags in comments. */
#include <string.h>

#include "base/hex.h"
#include "doc/item_exchange.h"
#include "doc/item_give.h"

struct gift_out {
	struct arena *a;
	struct buf *out;
	const struct item_sheet *sheet;
	struct item_sheet *lost;
};

static void put_escaped(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '\n') {
			buf_puts(out, "\\n");
			continue;
		}
		if (strchr("~=#{}:\\", c))
			buf_putc(out, '\\');
		buf_putc(out, c);
	}
}

/* With the pictures themselves in place of their names. */
static void put_html(struct gift_out *g, const struct item_asset *assets, int n, const char *html)
{
	struct str rest = str_of(html), name;
	const char *from = rest.p;
	while (markup_next_asset(&rest, &name)) {
		put_escaped(g->out, (struct str){from, (size_t)(name.p - from) - strlen("asset:")});
		from = name.p + name.n;
		for (int i = 0; i < n; i++) {
			if (!str_is(name, assets[i].name))
				continue;
			buf_printf(g->out, "data\\:%s;name\\=%s;base64,", assets[i].mime,
				assets[i].name);
			auto_buf base64;
			buf_init(&base64, 8 * 1024 * 1024);
			base64_put(&base64, assets[i].bytes.p, assets[i].bytes.n);
			put_escaped(g->out, buf_view(&base64));
			break;
		}
	}
	put_escaped(g->out, str_of(from));
}

/* What begins like a mark of GIFT is given one, so that it stays text. */
static void put_guard(struct gift_out *g, const char *text, const char *mark)
{
	if (*text == '[' || *text == '%')
		buf_puts(g->out, mark);
}

static void put_text(struct gift_out *g, const struct item *it, const char *html)
{
	put_guard(g, html ? html : "", "[html]");
	put_html(g, it->assets, it->n_assets, html);
}

static void put_feedback(struct gift_out *g, const struct item *it, const char *html)
{
	if (is_blank(html))
		return;
	buf_puts(g->out, " #");
	put_text(g, it, html);
}

static void put_true_false(struct gift_out *g, const struct item *it)
{
	bool is_true = streq(it->key, "A");
	const char *right = it->n_options == 2 ? it->options[!is_true].feedback_html : "";
	const char *wrong = it->n_options == 2 ? it->options[is_true].feedback_html : "";
	buf_puts(g->out, is_true ? "TRUE" : "FALSE");
	if (is_blank(right) && is_blank(wrong))
		return;
	buf_putc(g->out, '#');
	put_text(g, it, wrong ? wrong : "");
	if (is_blank(right))
		return; /* "#####" could be read in two ways */
	buf_putc(g->out, '#');
	put_text(g, it, right);
}

static void put_choices(struct gift_out *g, const struct item *it)
{
	size_t n = strlen(it->key);
	for (int i = 0; i < it->n_options; i++) {
		bool is_right = strchr(it->key, 'A' + i);
		buf_puts(g->out, "\n\t");
		if (it->kind == ITEM_SINGLE)
			buf_putc(g->out, is_right ? '=' : '~');
		else if (is_right)
			buf_printf(g->out, "~%%%.5g%%", 100.0 / (double)n);
		else
			buf_puts(g->out, "~%-100%");
		put_text(g, it, it->options[i].html);
		put_feedback(g, it, it->options[i].feedback_html);
	}
	buf_putc(g->out, '\n');
}

/* The places of the right sides in the order they are written; pairs first. */
static void put_pairs(struct gift_out *g, const struct item *it)
{
	for (int i = 0; i < it->n_options; i++) {
		int target = it->key[i] - 'A';
		buf_puts(g->out, "\n\t=");
		put_text(g, it, it->options[i].html);
		buf_puts(g->out, " -> ");
		put_text(g, it, it->targets[target].html);
	}
	for (int i = 0; i < it->n_targets; i++) {
		if (strchr(it->key, 'A' + i))
			continue;
		buf_puts(g->out, "\n\t= -> ");
		put_text(g, it, it->targets[i].html);
	}
	buf_putc(g->out, '\n');
}

static void put_answers(struct gift_out *g, const struct item *it)
{
	switch (it->kind) {
	case ITEM_TRUE_FALSE: put_true_false(g, it); return;
	case ITEM_SINGLE:
	case ITEM_MULTIPLE: put_choices(g, it); return;
	case ITEM_NUMERIC:
		buf_printf(g->out, "#%s", it->value);
		if (!is_blank(it->tolerance))
			buf_printf(g->out, ":%s", it->tolerance);
		return;
	case ITEM_TEXT:
		for (int i = 0; i < it->n_variants; i++) {
			buf_puts(g->out, "\n\t=");
			put_guard(g, it->variants[i], "[plain]");
			put_escaped(g->out, str_of(it->variants[i]));
		}
		buf_putc(g->out, '\n');
		return;
	case ITEM_MATCH: put_pairs(g, it); return;
	default: return;
	}
}

/* May it be written? A match whose options have no target may not, an ordering neither, nor an
 * answer with the arrow of matches. */
static bool may_hold(struct gift_out *g, const struct item_entry *e)
{
	const struct item *it = &e->content;
	bool is_gap = it->kind == ITEM_MATCH && strchr(it->key, '-'), is_arrow = false;
	for (int i = 0; it->kind == ITEM_TEXT && i < it->n_variants; i++)
		is_arrow = is_arrow || strstr(it->variants[i], "->");
	if (it->kind != ITEM_ORDER && !is_gap && !is_arrow)
		return true;
	give_lost(g->lost, e, true, is_gap ? "exchange.lost_gap" : is_arrow ?
		"exchange.lost_arrow" : "exchange.lost_kind");
	return false;
}

/* Does reading find the right sides in the same places? Equal ones become one. */
static bool is_in_order(const struct item *it)
{
	int next = 0;
	for (int i = 0; i < it->n_targets; i++)
		for (int k = 0; k < i; k++)
			if (streq(it->targets[i].html, it->targets[k].html))
				return false;
	for (int i = 0; i < it->n_options; i++) {
		int target = it->key[i] - 'A';
		if (target > next)
			return false;
		next += target == next;
	}
	return true;
}

static void say_lost(struct gift_out *g, const struct item_entry *e)
{
	const struct item *it = &e->content;
	if (it->kind == ITEM_ESSAY && (!is_blank(it->rubric_html) || it->n_variants))
		give_lost(g->lost, e, false, "exchange.lost_essay");
	if (it->kind == ITEM_MATCH && give_has_feedback(it))
		give_lost(g->lost, e, false, "exchange.lost_feedback");
	if (it->kind == ITEM_MATCH && !is_in_order(it))
		give_lost(g->lost, e, false, "exchange.lost_order");
}

static void put_tag(struct buf *out, const char *name, const char *value)
{
	if (is_blank(value))
		return;
	buf_printf(out, " [%s", name);
	for (; *value; value++)
		buf_putc(out, strchr("[]\r\n", *value) ? ' ' : *value);
	buf_putc(out, ']');
}

static void put_material(struct gift_out *g, const struct item_material *m)
{
	buf_puts(g->out, "//");
	put_tag(g->out, "id:", m->code);
	buf_puts(g->out, "\n::");
	put_escaped(g->out, str_of(m->title));
	buf_puts(g->out, "::[html]");
	put_html(g, m->assets, m->n_assets, m->html);
	buf_puts(g->out, "\n\n");
}

static void put_entry(struct gift_out *g, int at)
{
	const struct item_entry *e = g->sheet->entries[at];
	const struct item *it = &e->content;
	if (!may_hold(g, e))
		return;
	say_lost(g, e);
	buf_puts(g->out, "//");
	put_tag(g->out, "id:", give_name(g->a, g->sheet, at));
	put_tag(g->out, "tag:point:", e->point);
	put_tag(g->out, "tag:difficulty:", give_share(g->a, e->difficulty_permille));
	put_tag(g->out, "tag:unit:", it->unit);
	put_tag(g->out, "tag:keep_order:", it->keep_order ? "1" : "");
	put_tag(g->out, "tag:case:", it->case_sensitive ? "1" : "");
	if (e->material)
		put_tag(g->out, "tag:material:", g->sheet->materials[e->material - 1]->code);
	buf_puts(g->out, "\n::");
	put_escaped(g->out, str_of(give_name(g->a, g->sheet, at)));
	buf_puts(g->out, "::[html]");
	put_html(g, it->assets, it->n_assets, it->stem_html);
	buf_putc(g->out, '{');
	put_answers(g, it);
	if (!is_blank(it->explanation_html)) {
		buf_puts(g->out, "####");
		put_text(g, it, it->explanation_html);
	}
	buf_puts(g->out, "}\n\n");
}

int gift_write(struct ctx *cx, const struct item_sheet *sheet, struct item_sheet *lost,
	struct str *ret_bytes)
{
	auto_buf out;
	buf_init(&out, EXPORT_MAX);
	struct gift_out g = {.a = cx->arena, .out = &out, .sheet = sheet, .lost = lost};
	if (!is_blank(sheet->title)) {
		buf_puts(&out, "$CATEGORY: ");
		buf_str(&out, str_trim(str_of(sheet->title)));
		buf_puts(&out, "\n\n");
	}
	for (int i = 0; i < sheet->n_materials; i++)
		put_material(&g, sheet->materials[i]);
	buf_puts(&out, sheet->n_materials ? "$CATEGORY: .\n\n" : "");
	for (int i = 0; i < sheet->n_entries; i++)
		put_entry(&g, i);
	for (const char *const *l = give_lost_lines(g.a, lost); l && *l; l++)
		buf_printf(&out, "// %s\n", *l);
	if (out.full)
		return fail(cx, ERR_LIMIT, "exchange.export_large");
	*ret_bytes = (struct str){arena_copy(cx->arena, out.p, out.n), out.n};
	return 0;
}
