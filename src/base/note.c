#include "base/note.h"

#include <inttypes.h>
#include <string.h>

#include "base/checkpoint.h"
#include "base/crypto.h"
#include "base/hex.h"
#include "base/utf8.h"

#define DASH "\u2014 "
#define SM2_NAME "luban/sm2-sm3/v1"
#define COSIGNATURE "cosignature/v1\ntime "

enum { ID_BYTES = 4, ID_HEX = 8, TIME_BYTES = 8, MESSAGE_HEAD = 64 };

static size_t key_bytes(enum note_type type)
{
	return type == NOTE_SM2 ? SM2_PUBLIC_BYTES : SIGN_PUBLIC_BYTES;
}

static uint64_t big_endian(const char *p, size_t n)
{
	uint64_t value = 0;
	for (size_t i = 0; i < n; i++)
		value = value << 8 | (unsigned char)p[i];
	return value;
}

static void put_big_endian(struct buf *out, uint64_t value, size_t n)
{
	while (n--)
		buf_putc(out, (char)(value >> 8 * n & 0xff));
}

/* Unicode's White_Space, less what is_control() has. */
static bool is_space(uint32_t c)
{
	return c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
		c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static bool is_control(uint32_t c)
{
	return c < 0x20;
}

static bool is_name(struct str name)
{
	uint32_t c;
	if (!name.n || name.n > NOTE_NAME_MAX)
		return false;
	for (size_t n; name.n; name = (struct str){name.p + n, name.n - n}) {
		n = utf8_next(name, &c);
		if (!n || c == '+' || is_space(c) || is_control(c))
			return false;
	}
	return true;
}

/* UTF-8 with no control characters other than line feeds. */
static bool is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (is_control((unsigned char)s.p[i]) && s.p[i] != '\n')
			return false;
	return utf8_is_valid(s);
}

static void put_material(struct buf *out, const struct note_key *key)
{
	buf_putc(out, (char)key->type);
	if (key->type == NOTE_SM2)
		buf_puts(out, SM2_NAME);
	buf_put(out, key->bytes, key_bytes(key->type));
}

static uint32_t id_of(const struct note_key *key)
{
	uint8_t digest[DIGEST_BYTES];
	auto_buf b;
	buf_init(&b, 1024);
	buf_puts(&b, key->name);
	buf_putc(&b, '\n');
	put_material(&b, key);
	crypto_sha256(buf_view(&b), digest);
	return (uint32_t)big_endian((char *)digest, ID_BYTES);
}

int note_key_make(
	enum note_type type, struct str name, const uint8_t *bytes, struct note_key *ret_key)
{
	struct note_key key = {.type = type};
	if (type != NOTE_ED25519 && type != NOTE_COSIGNATURE && type != NOTE_SM2)
		return ERR_INVALID;
	if (!is_name(name) || (type == NOTE_SM2 && !sm2_is_public(bytes)))
		return ERR_INVALID;
	memcpy(key.name, name.p, name.n);
	memcpy(key.bytes, bytes, key_bytes(type));
	key.id = id_of(&key);
	*ret_key = key;
	return 0;
}

/* type || public key */
static int key_of_material(struct str name, struct str bytes, struct note_key *ret_key)
{
	if (!bytes.n)
		return ERR_INVALID;
	enum note_type type = (unsigned char)bytes.p[0];
	bytes = (struct str){bytes.p + 1, bytes.n - 1};
	if (type == NOTE_SM2) {
		if (!str_starts(bytes, SM2_NAME))
			return ERR_INVALID;
		bytes = (struct str){bytes.p + strlen(SM2_NAME), bytes.n - strlen(SM2_NAME)};
	}
	if (bytes.n != key_bytes(type))
		return ERR_INVALID;
	return note_key_make(type, name, (const uint8_t *)bytes.p, ret_key);
}

int note_key_parse(struct str text, struct note_key *ret_key)
{
	struct note_key key;
	char id[ID_BYTES];
	struct str rest = text, name = str_cut(&rest, '+'), hex = str_cut(&rest, '+');
	auto_buf bytes;
	buf_init(&bytes, 256);
	if (!hex_read(hex, id, sizeof id) || !base64_read(rest, &bytes))
		return ERR_INVALID;
	int r = key_of_material(name, buf_view(&bytes), &key);
	if (r < 0)
		return r;
	if (key.id != big_endian(id, sizeof id))
		return ERR_INVALID;
	*ret_key = key;
	return 0;
}

void note_key_put(struct buf *out, const struct note_key *key)
{
	auto_buf bytes;
	buf_init(&bytes, 256);
	put_material(&bytes, key);
	buf_printf(out, "%s+%08" PRIx32 "+", key->name, key->id);
	base64_put(out, bytes.p, bytes.n);
}

/* The last empty line sets the text apart from its signatures. */
static bool cut_text(struct str source, struct str *ret_text, struct str *ret_lines)
{
	for (size_t i = source.n; i >= 2; i--)
		if (source.p[i - 1] == '\n' && source.p[i - 2] == '\n') {
			*ret_text = (struct str){source.p, i - 1};
			*ret_lines = (struct str){source.p + i, source.n - i};
			return true;
		}
	return false;
}

static bool parse_line(struct str line, struct note_signature *ret_signature)
{
	auto_buf bytes;
	buf_init(&bytes, NOTE_SIGNATURE_MAX);
	if (!str_starts(line, DASH))
		return false;
	struct str rest = {line.p + strlen(DASH), line.n - strlen(DASH)};
	struct str name = str_cut(&rest, ' ');
	if (!is_name(name) || !base64_read(rest, &bytes) || bytes.n <= ID_BYTES)
		return false;
	*ret_signature =
		(struct note_signature){name, rest, (uint32_t)big_endian(bytes.p, ID_BYTES)};
	return true;
}

int note_parse(struct str source, struct note *ret_note)
{
	struct str text, lines;
	size_t n = 0;
	if (source.n > NOTE_MAX)
		return ERR_LIMIT;
	if (!is_plain(source) || !cut_text(source, &text, &lines) || !str_ends(lines, "\n"))
		return ERR_INVALID;
	if (text.n > NOTE_TEXT_MAX)
		return ERR_LIMIT;
	struct note note = {.text = text};
	for (; lines.n; n++) {
		struct str line = str_cut(&lines, '\n');
		if (n == NOTE_SIGNATURES_MAX)
			return ERR_LIMIT;
		if (!parse_line(line, &note.signatures[n]))
			return ERR_INVALID;
	}
	note.n = n;
	*ret_note = note;
	return 0;
}

/* What a key of this type signs. */
static int message_of(enum note_type type, struct str text, int64_t at, struct buf *out)
{
	struct checkpoint c;
	if (type == NOTE_COSIGNATURE) {
		if (at < 0 || checkpoint_parse(text, &c) != 0)
			return ERR_INVALID;
		buf_printf(out, COSIGNATURE "%" PRId64 "\n", at);
	}
	buf_str(out, text);
	return 0;
}

static bool holds(const struct note_key *key, struct str message, const uint8_t *signature)
{
	if (key->type == NOTE_SM2)
		return sm2_holds(key->bytes, SM2_ID, message, signature);
	return sign_holds(key->bytes, message, signature);
}

/* One line by a known key. */
static bool line_holds(struct str text, const struct note_key *key,
	const struct note_signature *line, int64_t *ret_at)
{
	bool is_timed = key->type == NOTE_COSIGNATURE;
	size_t head = ID_BYTES + (is_timed ? TIME_BYTES : 0);
	int64_t at = 0;
	auto_buf bytes, message;
	buf_init(&bytes, NOTE_SIGNATURE_MAX);
	buf_init(&message, NOTE_TEXT_MAX + MESSAGE_HEAD);
	if (!base64_read(line->base64, &bytes) || bytes.n != head + NOTE_SIGNED_BYTES)
		return false;
	if (is_timed)
		at = (int64_t)big_endian(bytes.p + ID_BYTES, TIME_BYTES);
	if (message_of(key->type, text, at, &message) != 0)
		return false;
	*ret_at = at;
	return holds(key, buf_view(&message), (const uint8_t *)bytes.p + head);
}

static bool is_by(const struct note_signature *line, const struct note_key *key)
{
	return line->id == key->id && str_is(line->name, key->name);
}

static bool same_holder(const struct note_key *a, const struct note_key *b)
{
	return (a->type == NOTE_SM2) == (b->type == NOTE_SM2) &&
		memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static bool was_counted(const struct note_key *keys, const struct note_verdict *v, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (v->by[j].holds && same_holder(&keys[j], &keys[i]))
			return true;
	return false;
}

int note_check(const struct note *note, const struct note_key *keys, size_t n,
	struct note_verdict *ret_verdict)
{
	struct note_verdict v = {0};
	if (n > NOTE_KEYS_MAX)
		return ERR_LIMIT;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < note->n; j++) {
			int64_t at = 0;
			if (!is_by(&note->signatures[j], &keys[i]))
				continue;
			if (!line_holds(note->text, &keys[i], &note->signatures[j], &at))
				return ERR_INVALID;
			v.by[i].holds = true;
			v.by[i].at = at > v.by[i].at ? at : v.by[i].at;
		}
		v.n += v.by[i].holds && !was_counted(keys, &v, i);
	}
	*ret_verdict = v;
	return 0;
}

int note_quorum(const struct note *note, const struct note_key *keys, size_t n, size_t k)
{
	struct note_verdict v;
	int r = note_check(note, keys, n, &v);
	if (r < 0)
		return r;
	return v.n >= (k ? k : 1) ? 0 : ERR_NOTFOUND;
}

int note_put_text(struct buf *out, struct str text)
{
	if (text.n > NOTE_TEXT_MAX)
		return ERR_LIMIT;
	if (!str_ends(text, "\n") || !is_plain(text))
		return ERR_INVALID;
	buf_str(out, text);
	buf_putc(out, '\n');
	return out->full ? ERR_LIMIT : 0;
}

static void put_line(struct buf *out, const struct note_key *key, int64_t at,
	const uint8_t signature[NOTE_SIGNED_BYTES])
{
	auto_buf bytes;
	buf_init(&bytes, NOTE_SIGNATURE_MAX);
	put_big_endian(&bytes, key->id, ID_BYTES);
	if (key->type == NOTE_COSIGNATURE)
		put_big_endian(&bytes, (uint64_t)at, TIME_BYTES);
	buf_put(&bytes, signature, NOTE_SIGNED_BYTES);
	buf_printf(out, DASH "%s ", key->name);
	base64_put(out, bytes.p, bytes.n);
	buf_putc(out, '\n');
}

int note_put_signature(struct buf *out, struct str text, const struct note_key *key, int64_t at,
	note_signer *sign, void *self)
{
	uint8_t signature[NOTE_SIGNED_BYTES];
	auto_buf message;
	buf_init(&message, NOTE_TEXT_MAX + MESSAGE_HEAD);
	if (text.n > NOTE_TEXT_MAX)
		return ERR_LIMIT;
	int r = message_of(key->type, text, at, &message);
	if (r < 0)
		return r;
	r = sign(self, key, buf_view(&message), signature);
	if (r < 0)
		return r;
	if (!holds(key, buf_view(&message), signature))
		return ERR_INVALID;
	put_line(out, key, at, signature);
	return out->full ? ERR_LIMIT : 0;
}
