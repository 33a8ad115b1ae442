#include "doc/item_take.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/utf8.h"

void take_remark_(struct item_take *t, bool is_refused, const char *id, ...)
{
	struct item_remark r = {.line = t->line, .place = t->place, .name = t->name,
		.is_refused = is_refused, .id = id};
	va_list ap;
	va_start(ap, id);
	for (int i = 0; i < SHEET_REMARK_ARGS; i++) {
		r.args[i] = va_arg(ap, const char *);
		if (!r.args[i])
			break;
	}
	va_end(ap);
	if (t->entry && !is_refused)
		r.entry = t->sheet->n_entries;
	t->is_refused = t->is_refused || is_refused;
	item_sheet_remark(t->sheet, &r);
}

bool take_is_crowded(const struct item_take *t)
{
	return arena_used(t->a) > arena_max(t->a) / 2;
}

bool take_begin(struct item_take *t)
{
	t->entry = take_is_crowded(t) ? NULL : item_sheet_add(t->sheet);
	t->is_refused = false;
	t->first_remark = t->sheet->n_remarks;
	if (!t->entry)
		return false;
	t->assets = t->entry->content.assets;
	t->n_assets = &t->entry->content.n_assets;
	return true;
}

void take_end(struct item_take *t)
{
	struct item_entry *e = t->entry;
	e->line = t->line;
	e->place = arena_dup(t->a, t->place ? t->place : "");
	e->name = arena_str(t->a, utf8_cut(str_of(t->name ? t->name : ""), TAKE_NAME_MAX));
	t->entry = NULL;
	t->n_assets = NULL;
	if (!t->is_refused)
		return;
	/* Remarks of an item that is left out belong to no entry. */
	for (int i = t->first_remark; i < t->sheet->n_remarks; i++)
		t->sheet->remarks[i].entry = 0;
	t->sheet->n_entries--;
}

/* ---- pictures ---- */

static const char *picture_mime(struct str bytes)
{
	if (str_starts(bytes, "\xff\xd8\xff"))
		return "image/jpeg";
	if (str_starts(bytes, "\x89PNG\r\n\x1a\n"))
		return "image/png";
	return NULL;
}

/* The last part of a path, as far as its characters may stand in a name; with an end that fits. */
static const char *picture_name(struct item_take *t, struct str src, const char *mime)
{
	char name[40];
	size_t n = 0;
	const char *slash = src.n ? memrchr(src.p, '/', src.n) : NULL;
	struct str last = slash ? (struct str){slash + 1,
		src.n - (size_t)(slash + 1 - src.p)} : src;
	if (str_starts(last, "asset:"))
		last = (struct str){last.p + 6, last.n - 6};
	for (size_t i = 0; i < last.n && n + 8 < sizeof name; i++) {
		struct str one = {last.p + i, 1};
		if (markup_is_asset_name(one) || (n && one.p[0] == '.'))
			name[n++] = one.p[0];
	}
	name[n] = 0;
	char *dot = strrchr(name, '.');
	if (dot && (streq(mime, "image/png") ? !strcasecmp(dot, ".png") :
		(!strcasecmp(dot, ".jpg") || !strcasecmp(dot, ".jpeg"))))
		return arena_dup(t->a, name);
	if (dot)
		*dot = 0;
	return arena_printf(t->a, "%s%s", *name ? name : "picture",
		streq(mime, "image/png") ? ".png" : ".jpg");
}

static bool is_name_taken(const struct item_take *t, const char *name)
{
	for (int i = 0; i < *t->n_assets; i++)
		if (streq(t->assets[i].name, name))
			return true;
	return false;
}

static const char *add_picture(struct item_take *t, struct str src, struct str bytes)
{
	const char *mime = picture_mime(bytes);
	for (int i = 0; i < *t->n_assets; i++)
		if (str_eq(t->assets[i].bytes, bytes))
			return t->assets[i].name;
	if (!mime || bytes.n > TAKE_PICTURE_MAX || *t->n_assets == ITEM_ASSETS_MAX)
		return NULL;
	const char *name = picture_name(t, src, mime), *free_name = name;
	for (int i = 2; is_name_taken(t, free_name); i++)
		free_name = arena_printf(t->a, "%d-%s", i, name);
	t->assets[(*t->n_assets)++] = (struct item_asset){.name = free_name, .mime = mime,
		.bytes = bytes};
	return free_name;
}

/* data:image/png;name=NAME;base64,… (RFC 2397). The name is ours: others leave it out. */
static bool read_data(struct item_take *t, struct str src, struct str *ret_name,
	struct str *ret_bytes)
{
	struct str rest = {src.p + 5, src.n - 5};
	struct str head = str_cut(&rest, ',');
	auto_buf bytes;
	buf_init(&bytes, TAKE_PICTURE_MAX + 4);
	*ret_name = STR("picture");
	if (!str_ends(head, ";base64"))
		return false;
	if (!base64_read(rest, &bytes))
		return false;
	while (head.n) {
		struct str part = str_cut(&head, ';');
		if (str_starts(part, "name="))
			*ret_name = (struct str){part.p + 5, part.n - 5};
	}
	*ret_bytes = (struct str){arena_copy(t->a, bytes.p, bytes.n), bytes.n};
	return true;
}

static const char *asset_of(void *self, struct str src)
{
	struct item_take *t = self;
	struct str bytes = STR_NONE, name = src;
	if (!t->n_assets || take_is_crowded(t))
		return NULL;
	bool is_data = str_starts(src, "data:");
	bool found = is_data ? read_data(t, src, &name, &bytes) :
		t->picture && t->picture(t->self, src, &bytes);
	return found && bytes.n ? add_picture(t, name, bytes) : NULL;
}

/* ---- texts ---- */

static void note_found(struct item_take *t, const struct markup_report *r)
{
	if (r->found & MARKUP_DROPPED)
		take_note(t, "exchange.dropped", r->dropped);
	if (r->found & MARKUP_ACTIVE)
		take_note(t, "exchange.active");
	if (r->found & MARKUP_IMAGE)
		take_note(t, "exchange.picture_lost");
	if (r->found & MARKUP_TEX)
		take_note(t, "exchange.tex");
}

const char *take_html(struct item_take *t, struct str text, enum take_format format)
{
	struct markup_images images = {asset_of, t};
	struct markup_report report = {0};
	const char *html = "";
	int r;
	auto_buf escaped;
	buf_init(&escaped, MARKUP_INPUT_MAX);
	if (format == TAKE_PLAIN) {
		markup_escape(&escaped, text);
		text = escaped.full ? STR_NONE : buf_view(&escaped);
	}
	r = format == TAKE_EITHER ?
		markup_of_text(t->a, text, ITEM_HTML_MAX, &images, &report, &html) :
		markup_clean(t->a, text, ITEM_HTML_MAX, &images, &report, &html);
	if (r == ERR_LIMIT || escaped.full)
		take_refuse(t, "exchange.text_large");
	else if (r < 0)
		take_refuse(t, "exchange.text_wrong");
	note_found(t, &report);
	return html;
}

const char *take_words(struct item_take *t, struct str text, enum take_format format)
{
	auto_buf out;
	buf_init(&out, ITEM_RESPONSE_MAX);
	if (format != TAKE_PLAIN)
		text = str_of(markup_words(t->a, text));
	text = str_trim(text);
	for (size_t i = 0; i < text.n; i++)
		buf_putc(&out, strchr("\t\r\n", text.p[i]) && text.p[i] ? ' ' : text.p[i]);
	return arena_str(t->a, buf_view(&out));
}

/* ---- parts of an item ---- */

void take_option(struct item_take *t, const char *html, const char *feedback)
{
	struct item *it = &t->entry->content;
	if (it->n_options == ITEM_OPTIONS_MAX)
		take_refuse(t, "exchange.options_many");
	else
		it->options[it->n_options++] = (struct item_option){html, feedback};
}

void take_target(struct item_take *t, const char *html)
{
	struct item *it = &t->entry->content;
	if (it->n_targets == ITEM_OPTIONS_MAX)
		take_refuse(t, "exchange.options_many");
	else
		it->targets[it->n_targets++] = (struct item_option){html, ""};
}

void take_variant(struct item_take *t, const char *text)
{
	struct item *it = &t->entry->content;
	for (int i = 0; i < it->n_variants; i++)
		if (streq(it->variants[i], text))
			return;
	if (it->n_variants == ITEM_VARIANTS_MAX)
		take_refuse(t, "exchange.variants_many");
	else if (*text)
		it->variants[it->n_variants++] = text;
}

const char *take_letters(struct item_take *t, const bool *chosen, int n)
{
	char *z = arena_alloc(t->a, (size_t)n + 1);
	int at = 0;
	for (int i = 0; i < n; i++)
		if (chosen[i])
			z[at++] = (char)('A' + i);
	return z;
}

const char *take_number(struct item_take *t, struct str text)
{
	char z[40];
	size_t n = 0;
	text = str_trim(text);
	for (size_t i = 0; i < text.n;) {
		uint32_t point;
		size_t step = utf8_next((struct str){text.p + i, text.n - i}, &point);
		if (point >= 0xff01 && point <= 0xff5e)
			point -= 0xfee0;
		if (point == 0x2212)
			point = '-';
		if (!step || point > 126 || n + 1 == sizeof z)
			return "";
		if (point != ' ' && point != ',')
			z[n++] = (char)point;
		i += step;
	}
	z[n] = 0;
	char *end;
	if (!n || strspn(z, "+-0123456789.eE") != n || !isfinite(strtod(z, &end)) || *end)
		return "";
	return arena_dup(t->a, z);
}

const char *take_decimal(struct arena *a, double v)
{
	return arena_printf(a, "%.12g", v);
}

const char *take_tolerance(struct item_take *t, struct str text, const char *value)
{
	struct str rest = text = str_trim(text);
	if (str_starts(text, "±") || str_starts(text, "+-"))
		rest = (struct str){text.p + 2, text.n - 2};
	size_t percent = str_ends(rest, "%") ? 1 : str_ends(rest, "％") ? 3 : 0;
	rest.n -= percent;
	const char *number = take_number(t, rest);
	if (text.n && !*number)
		take_refuse(t, "exchange.tolerance_wrong", arena_str(t->a, text));
	if (!percent || !*number)
		return number;
	number = take_decimal(t->a, fabs(strtod(value, NULL)) * strtod(number, NULL) / 100);
	take_note(t, "exchange.tolerance_share", arena_str(t->a, text), number);
	return number;
}

int64_t take_difficulty(struct str text)
{
	static const struct {
		const char *word;
		int64_t permille;
	} words[] = {{"易", 850}, {"容易", 850}, {"较易", 750}, {"中", 600}, {"中等", 600},
		{"较难", 450}, {"难", 350}, {"困难", 350}};
	char z[24];
	text = str_trim(text);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_is(text, words[i].word))
			return words[i].permille;
	if (!text.n)
		return 0;
	bool is_percent = str_ends(text, "%");
	text.n -= is_percent;
	if (text.n >= sizeof z)
		return -1;
	memcpy(z, text.p, text.n);
	z[text.n] = 0;
	char *end;
	double v = strtod(z, &end) / (is_percent ? 100 : 1);
	return *end || !(v > 0 && v <= 1) ? -1 : lround(v * 1000);
}
