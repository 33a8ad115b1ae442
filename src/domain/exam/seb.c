#include "domain/exam/seb.h"

#include <string.h>

#include "base/crypto.h"
#include "domain/exam/exam.h"
#include "domain/exam/sitting.h"
#include "query/exam.h"
#include "query/sitting.h"

enum setting_type { TYPE_FALSE, TYPE_TRUE, TYPE_INT, TYPE_TEXT, TYPE_RULES };

/* In the order of the Config Key: by name, without regard to case. */
struct setting {
	const char *name;
	enum setting_type type;
	int64_t number;
	const char *text;
};

enum { SETTINGS = 26, PASSWORD_CHARS = 8 };


static size_t settings_of(struct arena *a, const struct seb_settings *s, struct setting *out)
{
	char hash[DIGEST_HEX];
	const char *password = *s->quit_password
		? arena_dup(a, crypto_sha256_hex(str_of(s->quit_password), hash)) : "";
	const char *host = strstr(s->origin, "://");
	const struct setting all[] = {
		{"allowBrowsingBackForward", TYPE_FALSE},
		{"allowDownUploads", TYPE_FALSE},
		{"allowPreferencesWindow", TYPE_FALSE},
		{"allowQuit", TYPE_TRUE},
		{"allowScreenSharing", TYPE_FALSE},
		{"allowSpellCheck", TYPE_FALSE},
		{"allowUserSwitching", TYPE_FALSE},
		{"allowVideoCapture", TYPE_TRUE},
		{"allowVirtualMachine", TYPE_FALSE},
		{"browserViewMode", TYPE_INT, 1},
		{"browserWindowAllowReload", TYPE_TRUE},
		{"browserWindowWebView", TYPE_INT, 3},
		{"enablePrivateClipboard", TYPE_TRUE},
		{"enableRightMouse", TYPE_FALSE},
		{"hashedQuitPassword", TYPE_TEXT, .text = password},
		{"newBrowserWindowByLinkPolicy", TYPE_INT, 1},
		{"quitURL", TYPE_TEXT, .text = arena_printf(a, "%s/exam/sit/bye", s->origin)},
		{"quitURLConfirm", TYPE_FALSE},
		{"sebConfigPurpose", TYPE_INT, 0},
		{"sendBrowserExamKey", TYPE_TRUE},
		{"showReloadButton", TYPE_TRUE},
		{"showTime", TYPE_TRUE},
		{"startURL", TYPE_TEXT, .text = arena_printf(a, "%s/exam/sit", s->origin)},
		{"URLFilterEnable", TYPE_TRUE},
		{"URLFilterEnableContentFilter", TYPE_FALSE},
		{"URLFilterRules", TYPE_RULES,
			.text = arena_printf(a, "%s/*", host ? host + 3 : s->origin)},
	};
	_Static_assert(sizeof all / sizeof *all == SETTINGS, "settings");
	memcpy(out, all, sizeof all);
	return SETTINGS;
}

/* SEB-JSON escapes nothing. */
static void put_json(struct buf *b, const struct setting *s)
{
	buf_printf(b, "\"%s\":", s->name);
	if (s->type == TYPE_INT)
		buf_printf(b, "%lld", (long long)s->number);
	else if (s->type == TYPE_TEXT)
		buf_printf(b, "\"%s\"", s->text);
	else if (s->type == TYPE_RULES)
		buf_printf(b, "[{\"action\":1,\"active\":true,\"expression\":\"%s\","
			"\"regex\":false}]", s->text);
	else
		buf_puts(b, s->type == TYPE_TRUE ? "true" : "false");
}

const char *seb_json(struct arena *a, const struct seb_settings *s)
{
	struct setting all[SETTINGS];
	size_t n = settings_of(a, s, all);
	auto_buf b = {0};
	buf_init(&b, SEB_MAX);
	for (size_t i = 0; i < n; i++) {
		buf_putc(&b, i ? ',' : '{');
		put_json(&b, &all[i]);
	}
	buf_putc(&b, '}');
	return arena_str(a, buf_view(&b));
}

static void put_escaped(struct buf *b, const char *text)
{
	for (const char *c = text; *c; c++) {
		if (*c == '&')
			buf_puts(b, "&amp;");
		else if (*c == '<')
			buf_puts(b, "&lt;");
		else
			buf_putc(b, *c);
	}
}

static void put_string(struct buf *b, const char *text)
{
	buf_puts(b, "<string>");
	put_escaped(b, text);
	buf_puts(b, "</string>");
}

static void put_plist(struct buf *b, const struct setting *s)
{
	buf_printf(b, "<key>%s</key>", s->name);
	if (s->type == TYPE_INT) {
		buf_printf(b, "<integer>%lld</integer>\n", (long long)s->number);
	} else if (s->type == TYPE_TEXT) {
		put_string(b, s->text);
		buf_putc(b, '\n');
	} else if (s->type == TYPE_RULES) {
		buf_puts(b, "<array><dict><key>action</key><integer>1</integer>"
			"<key>active</key><true/><key>expression</key>");
		put_string(b, s->text);
		buf_puts(b, "<key>regex</key><false/></dict></array>\n");
	} else {
		buf_puts(b, s->type == TYPE_TRUE ? "<true/>\n" : "<false/>\n");
	}
}

const char *seb_plist(struct arena *a, const struct seb_settings *s)
{
	struct setting all[SETTINGS];
	size_t n = settings_of(a, s, all);
	auto_buf b = {0};
	buf_init(&b, SEB_MAX);
	buf_puts(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\""
		" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
		"<plist version=\"1.0\">\n<dict>\n");
	for (size_t i = 0; i < n; i++)
		put_plist(&b, &all[i]);
	buf_puts(&b, "<key>originatorVersion</key><string>Luban</string>\n</dict>\n</plist>\n");
	return arena_str(a, buf_view(&b));
}

const char *seb_config_key(struct arena *a, const struct seb_settings *s)
{
	char hash[DIGEST_HEX];
	return arena_dup(a, crypto_sha256_hex(str_of(seb_json(a, s)), hash));
}

bool seb_hash_is(const char *config_key, const char *url, const char *hash)
{
	char expected[DIGEST_HEX];
	struct str address = str_of(url), whole = str_cut(&address, '#');
	auto_buf b = {0};
	if (is_blank(config_key))
		return false;
	buf_init(&b, SEB_MAX);
	buf_str(&b, whole);
	buf_puts(&b, config_key);
	crypto_sha256_hex(buf_view(&b), expected);
	return crypto_equal(str_of(expected), str_of(hash));
}

/* Spoken and typed by invigilators: nothing that looks alike. Made of the exam's id by the server's
 * secret, so that there is nothing to keep. */
const char *seb_quit_password(struct ctx *cx, int64_t exam_id)
{
	static const char letters[] = "23456789abcdefghjkmnpqrstuvwxyz";
	uint8_t mac[DIGEST_BYTES];
	char text[PASSWORD_CHARS + 1] = {0};
	const char *what = text_of(cx, "seb quit %lld", (long long)exam_id);
	keyring_mac(cx->keys, KEY_SITTING, str_of(what), mac);
	for (int i = 0; i < PASSWORD_CHARS; i++)
		text[i] = letters[mac[i] % (sizeof letters - 1)];
	return arena_dup(cx->arena, text);
}

static struct seb_settings settings_for(struct ctx *cx, int64_t exam_id, const char *origin)
{
	return (struct seb_settings){origin, seb_quit_password(cx, exam_id)};
}

const char *seb_key_of(struct ctx *cx, int64_t exam_id, const char *origin)
{
	const struct seb_settings s = settings_for(cx, exam_id, origin);
	return seb_config_key(cx->arena, &s);
}

int seb_file(struct ctx *cx, int64_t exam_id, const char *origin, const char **ret_plist)
{
	struct q_exam_find e;
	int r = ctx_need(cx, PERM_EXAM_EDIT);
	if (r < 0 || (r = exam_get(cx, exam_id, &e)) < 0)
		return r;
	const struct seb_settings s = settings_for(cx, exam_id, origin);
	*ret_plist = seb_plist(cx->arena, &s);
	return 0;
}

int seb_prove(struct ctx *cx, const struct sitting_token *token, const char *origin,
	const char *url, const char *hash)
{
	struct q_sitting_find s;
	int r = sitting_of_token(cx, token, &s);
	if (r < 0)
		return r;
	if (!str_starts(str_of(url), text_of(cx, "%s/", origin)) ||
		!seb_hash_is(seb_key_of(cx, s.exam_id, origin), url, hash))
		return fail(cx, ERR_DENIED, "sitting.seb");
	r = q_sitting_seb_proven(cx->db, .person_id = s.person_id, .id = s.id,
		.seb_epoch = s.epoch);
	return r < 0 ? ctx_pass(cx, r) : 0;
}
