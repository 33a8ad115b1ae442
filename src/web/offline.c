#include "web/offline.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "base/json.h"
#include "conf/asset.h"

enum { PAGE_MAX = 4 * 1024 * 1024, EXPORTS_MAX = 64 * 1024, LINE_MAX_BYTES = 16 * 1024 };

/* Each after those it imports. */
static const struct module {
	const char *path, *known_as[2];
} modules[] = {
	{"vendor/ed25519.js", {"@noble/ed25519"}},
	{"vendor/qr.js", {"./index.js"}},
	{"vendor/qr_decode.js", {"qr/decode.js"}},
	{"bytes.js", {"./bytes.js"}},
	{"sm.js", {"./sm.js"}},
	{"record.js", {"./record.js"}},
	{"note.js", {"./note.js"}},
	{"credential.js", {"./credential.js"}},
	{"pdf.js", {"./pdf.js"}},
	{"picture.js", {"./picture.js"}},
	{"words.js", {"./words.js"}},
	{"page.js", {"./page.js"}},
};
enum { MODULES = sizeof modules / sizeof *modules };

struct joining {
	struct arena *arena;
	struct buf out, exports;
	size_t at; /* the module */
	bool is_bad;
};

static int module_known_as(struct str name)
{
	for (int i = 0; i < MODULES; i++)
		if (str_is(name, modules[i].known_as[0]))
			return i;
	return -1;
}

/* "a, b as c" becomes "a, b: c". */
static void put_pairs(struct buf *out, struct str list, bool is_export)
{
	while (list.n) {
		struct str one = str_trim(str_cut(&list, ','));
		const char *as = memmem(one.p, one.n, " as ", 4);
		if (!one.n)
			continue;
		if (!as) {
			buf_str(out, one);
		} else {
			struct str from = {one.p, (size_t)(as - one.p)};
			struct str to = {as + 4, one.n - from.n - 4};
			buf_str(out, is_export ? to : from);
			buf_puts(out, ": ");
			buf_str(out, is_export ? from : to);
		}
		buf_puts(out, ", ");
	}
}

/* import NAME from '…'; or import { … } from '…'; */
static void join_import(struct joining *j, struct str line)
{
	const char *from = memmem(line.p, line.n, " from '", 7);
	struct str rest = {from + 7, from ? line.n - (size_t)(from - line.p) - 7 : 0};
	int module = from ? module_known_as(str_cut(&rest, '\'')) : -1;
	if (module < 0 || (size_t)module >= j->at) {
		j->is_bad = true;
		return;
	}
	size_t skip = strlen("import ");
	struct str what = str_trim((struct str){line.p + skip, (size_t)(from - line.p) - skip});
	bool is_list = str_starts(what, "{") && str_ends(what, "}");
	buf_puts(&j->out, "const ");
	if (is_list) {
		buf_puts(&j->out, "{ ");
		put_pairs(&j->out, (struct str){what.p + 1, what.n - 2}, false);
		buf_puts(&j->out, "}");
	} else {
		buf_str(&j->out, what);
	}
	buf_printf(&j->out, " = $m[%d]%s;\n", module, is_list ? "" : ".default");
}

static bool take_word(struct str *s, const char *word)
{
	if (!str_starts(*s, word))
		return false;
	*s = (struct str){s->p + strlen(word), s->n - strlen(word)};
	return true;
}

/* What follows "export ". */
static void join_export(struct joining *j, struct str line)
{
	static const char *const words[] = {"const ", "let ", "async function ", "function ",
		"class "};
	struct str rest = line;
	if (take_word(&rest, "default ") && str_ends(rest, ";")) {
		buf_printf(&j->exports, "default: %.*s, ", (int)rest.n - 1, rest.p);
		return;
	}
	if (take_word(&rest, "{") && str_ends(rest, "};")) {
		put_pairs(&j->exports, (struct str){rest.p, rest.n - 2}, true);
		return;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!take_word(&rest, words[i]))
			continue;
		size_t n = 0;
		while (n < rest.n && !strchr(" (=;{", rest.p[n]))
			n++;
		buf_str(&j->exports, (struct str){rest.p, n});
		buf_puts(&j->exports, ", ");
		buf_str(&j->out, line);
		buf_putc(&j->out, '\n');
		return;
	}
	j->is_bad = true;
}

/* Comments for those who write the modules are left out; a licence's begins with an exclamation
 * mark. */
static bool is_comment(struct str line, bool *is_inside)
{
	struct str text = str_trim(line);
	if (!*is_inside && !str_starts(text, "/**"))
		return str_starts(text, "//");
	*is_inside = !memmem(text.p, text.n, "*/", 2);
	return true;
}

static void join_module(struct joining *j, struct str text)
{
	bool is_inside = false;
	buf_reset(&j->exports);
	buf_puts(&j->out, "$m.push(await (async () => {\n");
	while (text.n) {
		struct str line = str_cut(&text, '\n'), rest = line;
		if (is_comment(line, &is_inside))
			continue;
		if (str_starts(line, "import ")) {
			join_import(j, line);
		} else if (take_word(&rest, "export ")) {
			join_export(j, rest);
		} else {
			buf_str(&j->out, line);
			buf_putc(&j->out, '\n');
		}
	}
	buf_printf(&j->out, "return { %s};\n})());\n", buf_z(&j->exports));
}

static struct str part(const char *name)
{
	char path[80];
	snprintf(path, sizeof path, "static/offline/%s", name);
	const struct asset *asset = asset_find(path);
	return asset ? asset->bytes : STR_NONE;
}

static int join_script(struct joining *j)
{
	buf_puts(&j->out, "\nconst $m = [];\n");
	for (j->at = 0; j->at < MODULES; j->at++) {
		struct str text = part(modules[j->at].path);
		if (!text.n || memmem(text.p, text.n, "</script", 8))
			return ERR_BUG;
		join_module(j, text);
	}
	return j->is_bad || j->out.full || j->exports.full ? ERR_BUG : 0;
}

static const char *source_hash(struct arena *a, struct str source)
{
	uint8_t digest[DIGEST_BYTES];
	auto_buf b;
	buf_init(&b, 128);
	crypto_sha256(source, digest);
	buf_puts(&b, "'sha256-");
	base64_put(&b, digest, sizeof digest);
	buf_putc(&b, '\'');
	return arena_dup(a, buf_z(&b));
}

/* As JSON within HTML. */
static const char *site_text(struct arena *a, const struct offline_site *site)
{
	auto_buf b;
	buf_init(&b, 256 * 1024);
	json_t *o = json_pack("{s:s, s:s, s:s}", "trust", site->trust, "origin", site->origin,
		"made", site->made);
	char *text = json_dumps(o, JSON_COMPACT);
	for (const char *p = text ? text : ""; *p; p++)
		if (*p == '<')
			buf_puts(&b, "\\u003c");
		else
			buf_putc(&b, *p);
	free(text);
	json_decref(o);
	return arena_dup(a, buf_z(&b));
}

struct filling {
	const char *mark;
	struct str text;
};

static int fill(struct str page, const struct filling *fillings, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		const char *at = memmem(page.p, page.n, fillings[i].mark,
			strlen(fillings[i].mark));
		if (!at)
			return ERR_BUG;
		size_t before = (size_t)(at - page.p), taken = before + strlen(fillings[i].mark);
		buf_put(out, page.p, before);
		buf_str(out, fillings[i].text);
		page = (struct str){page.p + taken, page.n - taken};
	}
	buf_str(out, page);
	return out->full ? ERR_BUG : 0;
}

int offline_page(struct arena *a, const struct offline_site *site, struct offline_page *ret_page)
{
	struct joining j = {.arena = a, .out = {.max = PAGE_MAX}, .exports = {.max = EXPORTS_MAX}};
	struct str style = part("page.css");
	auto_buf html;
	buf_init(&html, PAGE_MAX);
	int r = join_script(&j);
	struct str script = buf_view(&j.out);
	const char *policy = arena_printf(a, "default-src 'none'; script-src %s; style-src %s; "
		"img-src data:; base-uri 'none'; form-action 'none'", source_hash(a, script),
		source_hash(a, style));
	const struct filling fillings[] = {{"<!--policy-->", str_of(policy)},
		{"<!--style-->", style}, {"<!--site-->", str_of(site_text(a, site))},
		{"<!--script-->", script}};
	if (r == 0)
		r = fill(part("page.html"), fillings, sizeof fillings / sizeof *fillings, &html);
	if (r == 0)
		*ret_page = (struct offline_page){{arena_copy(a, html.p, html.n), html.n},
			arena_printf(a, "%s; frame-ancestors 'none'", policy)};
	buf_fini(&j.out);
	buf_fini(&j.exports);
	return r;
}
