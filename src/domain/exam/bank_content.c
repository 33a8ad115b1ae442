/* Content on its way into its seal and out of it: cleaned, checked, pictures kept as files. */
#include <string.h>

#include "base/crypto.h"
#include "base/markup.h"
#include "base/picture.h"
#include "base/utf8.h"
#include "core/file.h"
#include "core/secret.h"
#include "domain/exam/bank_impl.h"
#include "query/core.h"

enum { ASSET_MAX = 2 * 1024 * 1024, VARIANT_CHARS = 200, UNIT_CHARS = 20, NUMBER_CHARS = 30,
	ESSAY_CHARS = 8000 };

static const char *clean(struct ctx *cx, const char *field, const char *html)
{
	const char *text = "";
	if (is_blank(html))
		return "";
	int r = markup_clean(cx->arena, str_of(html), ITEM_HTML_MAX, NULL, NULL, &text);
	if (r == ERR_LIMIT)
		fail_field(cx, field, "item.text_large", text_of(cx, "%d", ITEM_HTML_MAX / 1024));
	else if (r < 0)
		fail_field(cx, field, "item.text_broken");
	return r < 0 ? "" : text;
}

static void clean_options(struct ctx *cx, const char *field, struct item_option *o, int n)
{
	for (int i = 0; i < n; i++) {
		o[i].html = clean(cx, field, o[i].html);
		o[i].feedback_html = clean(cx, field, o[i].feedback_html);
	}
}

static const char *line(struct ctx *cx, const char *field, const char *text, size_t chars)
{
	struct str s = str_trim(str_of(text));
	if (!utf8_is_text(s) || utf8_count(s) > chars)
		fail_field(cx, field, "item.line_wrong", text_of(cx, "%zu", chars));
	return arena_str(cx->arena, s);
}

static void clean_texts(struct ctx *cx, struct item *it)
{
	size_t chars = it->kind == ITEM_ESSAY ? ESSAY_CHARS : VARIANT_CHARS;
	it->stem_html = clean(cx, "stem", it->stem_html);
	clean_options(cx, "options", it->options, it->n_options);
	clean_options(cx, "targets", it->targets, it->n_targets);
	it->rubric_html = clean(cx, "rubric", it->rubric_html);
	it->explanation_html = clean(cx, "explanation", it->explanation_html);
	it->key = line(cx, "key", it->key, ITEM_OPTIONS_MAX);
	it->value = line(cx, "value", it->value, NUMBER_CHARS);
	it->tolerance = line(cx, "tolerance", it->tolerance, NUMBER_CHARS);
	it->unit = line(cx, "unit", it->unit, UNIT_CHARS);
	for (int i = 0; i < it->n_variants; i++)
		it->variants[i] = line(cx, "variants", it->variants[i], chars);
}

/* ---- pictures ---- */

static int keep_asset(struct ctx *cx, const struct place *at, struct item_asset *a)
{
	struct file f = {.name = a->name, .body_id = at->body_id, .region = at->region};
	if (a->bytes.n > ASSET_MAX)
		return fail_field(cx, "assets", "item.asset_large", a->name,
			text_of(cx, "%d", ASSET_MAX / 1024 / 1024));
	bool is_png;
	int r = picture_strip(cx->arena, a->bytes, &f.bytes, &is_png);
	if (r < 0)
		return fail_field(cx, "assets", r == ERR_NOTFOUND ? "item.asset_kind"
			: "item.asset_broken", a->name);
	f.mime = is_png ? "image/png" : "image/jpeg";
	r = file_put(cx, &f);
	if (r < 0)
		return r;
	*a = (struct item_asset){.file_id = f.id, .mime = f.mime,
		.name = text_of(cx, "%.16s.%s", f.sha256, is_png ? "png" : "jpg")};
	return 0;
}

/* One that was kept before must lie in the same place: nobody names another's file. */
static int check_asset(struct ctx *cx, const struct place *at, const struct item_asset *a)
{
	struct q_file_find row;
	int r = q_file_find(cx->db, &row, .person_id = 0, .id = a->file_id, .scope = scope_all());
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	bool fits = r == 0 && row.body_id == at->body_id && streq(row.region, at->region) &&
		streq(row.mime, a->mime);
	return fits ? 0 : fail_field(cx, "assets", "item.asset_gone", a->name);
}

static bool is_shown(struct str html, const char *name)
{
	struct str found;
	while (markup_next_asset(&html, &found))
		if (str_is(found, name))
			return true;
	return false;
}

static bool is_used(const struct item *it, const char *name)
{
	if (is_shown(str_of(it->stem_html), name) || is_shown(str_of(it->rubric_html), name)
		|| is_shown(str_of(it->explanation_html), name))
		return true;
	for (int i = 0; i < it->n_options; i++)
		if (is_shown(str_of(it->options[i].html), name)
			|| is_shown(str_of(it->options[i].feedback_html), name))
			return true;
	for (int i = 0; i < it->n_targets; i++)
		if (is_shown(str_of(it->targets[i].html), name)
			|| is_shown(str_of(it->targets[i].feedback_html), name))
			return true;
	return false;
}

static const char *renamed(struct ctx *cx, const char *html, const char *from, const char *to)
{
	const char *old = text_of(cx, "src=\"asset:%s\"", from);
	auto_buf out;
	buf_init(&out, ITEM_HTML_MAX);
	for (const char *at; html && (at = strstr(html, old)); html = at + strlen(old)) {
		buf_put(&out, html, (size_t)(at - html));
		buf_printf(&out, "src=\"asset:%s\"", to);
	}
	buf_puts(&out, html ? html : "");
	return arena_dup(cx->arena, buf_z(&out));
}

static void rename_options(struct ctx *cx, struct item_option *o, int n, const char *from,
	const char *to)
{
	for (int i = 0; i < n; i++) {
		o[i].html = renamed(cx, o[i].html, from, to);
		o[i].feedback_html = renamed(cx, o[i].feedback_html, from, to);
	}
}

/* Pictures are called by their digest: no two of an item and its material share a name. */
void content_rename_asset(struct ctx *cx, struct item *it, const char *from, const char *to)
{
	if (streq(from, to))
		return;
	it->stem_html = renamed(cx, it->stem_html, from, to);
	it->rubric_html = renamed(cx, it->rubric_html, from, to);
	it->explanation_html = renamed(cx, it->explanation_html, from, to);
	rename_options(cx, it->options, it->n_options, from, to);
	rename_options(cx, it->targets, it->n_targets, from, to);
}

bool content_has_asset(const struct item *it, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (streq(it->assets[i].name, name))
			return true;
	return false;
}

/* Those that no text shows are left out; the others are kept once each. */
static int take_assets(struct ctx *cx, const struct place *at, struct item *it)
{
	int n = 0, r;
	for (int i = 0; i < it->n_assets; i++) {
		struct item_asset a = it->assets[i];
		if (!markup_is_asset_name(str_of(a.name)))
			return fail_field(cx, "assets", "item.asset_name", a.name);
		if (!is_used(it, a.name))
			continue;
		r = a.file_id ? check_asset(cx, at, &a) : keep_asset(cx, at, &a);
		if (r < 0)
			return r;
		content_rename_asset(cx, it, it->assets[i].name, a.name);
		if (!content_has_asset(it, n, a.name))
			it->assets[n++] = a;
	}
	it->n_assets = n;
	return 0;
}

static void check_shown(struct ctx *cx, const struct item *it, const char *field, const char *html)
{
	struct str rest = str_of(html), name;
	while (markup_next_asset(&rest, &name)) {
		bool is_there = false;
		for (int i = 0; i < it->n_assets; i++)
			is_there |= str_is(name, it->assets[i].name);
		if (!is_there)
			fail_field(cx, field, "item.asset_missing", arena_str(cx->arena, name));
	}
}

int content_take(struct ctx *cx, const struct place *at, struct item *it)
{
	clean_texts(cx, it);
	int r = ctx_checked(cx);
	if (r < 0 || (r = take_assets(cx, at, it)) < 0)
		return r;
	check_shown(cx, it, "stem", it->stem_html);
	check_shown(cx, it, "explanation", it->explanation_html);
	check_shown(cx, it, "rubric", it->rubric_html);
	for (int i = 0; i < it->n_options; i++) {
		check_shown(cx, it, "options", it->options[i].html);
		check_shown(cx, it, "options", it->options[i].feedback_html);
	}
	for (int i = 0; i < it->n_targets; i++)
		check_shown(cx, it, "targets", it->targets[i].html);
	return ctx_checked(cx);
}

int item_try(struct ctx *cx, struct item *content)
{
	clean_texts(cx, content);
	return ctx_checked(cx);
}

/* ---- the seal ---- */

int content_seal(struct ctx *cx, const char *column, const struct item *it,
	const char **ret_cipher, const char **ret_hash)
{
	auto_buf record;
	buf_init(&record, ITEM_RECORD_MAX);
	item_pack(&record, it);
	if (record.full)
		return fail(cx, ERR_LIMIT, "item.record_large");
	*ret_cipher = secret_seal(cx, column, buf_z(&record));
	*ret_hash = keyring_blind_index(cx->keys, cx->arena, column, buf_view(&record));
	return 0;
}

int content_unseal(struct ctx *cx, const char *column, const char *cipher, struct item *ret_item)
{
	const char *record;
	int r = secret_open(cx, column, cipher, &record);
	if (r < 0)
		return r;
	return item_unpack(cx->arena, str_of(record), ret_item) < 0 ? fail(cx, ERR_BUG,
		"item.broken") : 0;
}

int version_unseal(struct ctx *cx, int64_t item_id, int64_t version_no, struct item *ret_item)
{
	struct q_bank_item_version_find v;
	int r = q_bank_item_version_find(cx->db, &v, .item_id = item_id, .version_no = version_no);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "item.no_version", text_of(cx, "%d", (int)version_no));
	return r < 0 ? ctx_pass(cx, r) : content_unseal(cx, ITEM_COLUMN, v.content_cipher,
		ret_item);
}
