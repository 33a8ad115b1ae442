/* Codes, seals, and rows as records. */
#include <inttypes.h>
#include <string.h>

#include "base/box.h"
#include "base/hex.h"
#include "domain/exam/venue_impl.h"

enum { GROUP = 5 };

int venue_bad_file(struct ctx *cx)
{
	return fail(cx, ERR_INVALID, "venue.bad_file");
}

bool venue_has_ended(const char *sitting_state)
{
	static const char *const ended[] = {"handed_in", "forced", "absent", "void"};
	for (size_t i = 0; i < sizeof ended / sizeof *ended; i++)
		if (streq(sitting_state, ended[i]))
			return true;
	return false;
}

/* ---- codes ---- */

const char *venue_code_new(struct ctx *cx)
{
	uint8_t bytes[VENUE_CODE_BYTES];
	auto_buf plain, grouped;
	buf_init(&plain, 256);
	buf_init(&grouped, 256);
	ctx_random(cx, bytes, sizeof bytes);
	base32_put(&plain, bytes, sizeof bytes);
	for (size_t i = 0; i < plain.n; i++) {
		if (i && i % GROUP == 0)
			buf_putc(&grouped, '-');
		buf_putc(&grouped, plain.p[i]);
	}
	crypto_wipe(bytes, sizeof bytes);
	return arena_dup(cx->arena, buf_z(&grouped));
}

/* As people type it from paper: blanks, small letters, and the digits that are no digits. */
static const char *plain_code(struct ctx *cx, const char *code)
{
	static const char from[] = "018abcdefghijklmnopqrstuvwxyz";
	static const char to[] = "OIBABCDEFGHIJKLMNOPQRSTUVWXYZ";
	char *out = arena_dup(cx->arena, code ? code : ""), *at = out;
	for (const char *c = out; *c; c++) {
		const char *known = strchr(from, *c);
		if (*c != '-' && *c != ' ')
			*at++ = known ? to[known - from] : *c;
	}
	*at = 0;
	return out;
}

static struct keyring *keys_of(struct ctx *cx, const char *code)
{
	char hex[DIGEST_HEX];
	struct keyring *keys = NULL;
	crypto_sm3_hex(str_of(text_of(cx, "luban-venue %s", plain_code(cx, code))), hex);
	return keyring_from_hex(str_of(hex), &keys) < 0 ? NULL : keys;
}

const char *venue_seal(struct ctx *cx, const char *code, const char *use, struct str plain)
{
	struct keyring *keys = keys_of(cx, code);
	const char *sealed = keys ? keyring_seal(keys, cx->arena, use, plain) : "";
	keyring_free(keys);
	return sealed;
}

int venue_unseal(struct ctx *cx, const char *code, const char *use, struct str sealed,
	struct str *ret_plain)
{
	struct keyring *keys = keys_of(cx, code);
	const char *plain;
	int r = keys ? keyring_open(keys, cx->arena, use, sealed, &plain) : ERR_INVALID;
	keyring_free(keys);
	if (r < 0)
		return fail(cx, ERR_DENIED, "venue.code");
	*ret_plain = str_of(plain);
	return 0;
}

static const char box_mark[] = "box1.";

int venue_box(struct ctx *cx, const char *public_hex, struct str plain, const char **ret_sealed)
{
	uint8_t once[BOX_KEY_BYTES], own[BOX_KEY_BYTES], other[BOX_KEY_BYTES];
	char code[BOX_CODE_HEX];
	ctx_random(cx, once, sizeof once);
	bool ok = hex_read(str_of(public_hex), other, sizeof other) &&
		box_code("venue", once, other, true, code);
	box_public(once, own);
	crypto_wipe(once, sizeof once);
	if (!ok)
		return fail(cx, ERR_STATE, "venue.machine_key");
	*ret_sealed = text_of(cx, "%s%s.%s", box_mark, hex_text(cx->arena, own, sizeof own),
		venue_seal(cx, code, "venue.machine", plain));
	crypto_wipe(code, sizeof code);
	return 0;
}

int venue_unbox(struct ctx *cx, const uint8_t *secret, struct str sealed, struct str *ret_plain)
{
	uint8_t sender[BOX_KEY_BYTES];
	char code[BOX_CODE_HEX];
	if (!str_starts(sealed, box_mark)) {
		*ret_plain = sealed;
		return 0;
	}
	struct str rest = {sealed.p + strlen(box_mark), sealed.n - strlen(box_mark)};
	struct str from = str_cut(&rest, '.');
	bool ok = secret && hex_read(from, sender, sizeof sender) &&
		box_code("venue", secret, sender, false, code) &&
		venue_unseal(cx, code, "venue.machine", rest, ret_plain) == 0;
	if (ok)
		return 0;
	ctx_clear(cx);
	return fail(cx, ERR_DENIED, "venue.other_machine");
}

/* ---- rows ---- */

void venue_row(struct buf *b, const char *name, const struct q_desc *desc, const void *row)
{
	auto_buf record;
	buf_init(&record, b->max);
	for (size_t i = 0; i < desc->n; i++) {
		const char *at = (const char *)row + desc->cols[i].offset;
		if (desc->cols[i].type == Q_INT)
			stow_int(&record, desc->cols[i].name, *(const int64_t *)(const void *)at);
		else if (desc->cols[i].type == Q_TEXT)
			stow_text(&record, desc->cols[i].name,
				*(const char *const *)(const void *)at);
	}
	stow_str(b, name, buf_view(&record));
	b->full |= record.full;
}

int venue_row_read(struct arena *a, struct str record, const struct q_desc *desc, void *ret_row)
{
	char *row = ret_row;
	for (size_t i = 0; i < desc->n; i++) {
		struct stow_field field;
		void *at = row + desc->cols[i].offset;
		if (!stow_next(&record, &field) || !str_is(field.name, desc->cols[i].name))
			return ERR_INVALID;
		if (desc->cols[i].type == Q_INT && !str_to_i64(field.text, at))
			return ERR_INVALID;
		if (desc->cols[i].type == Q_TEXT)
			*(const char **)at = arena_str(a, field.text);
	}
	return record.n ? ERR_INVALID : 0;
}

/* ---- the file ---- */

void venue_outer_put(struct buf *b, const struct venue_outer *o)
{
	stow_str(b, "luban_venue", o->kind);
	stow_int(b, "package", o->id);
	stow_str(b, "body", o->body);
	stow_str(b, "signature", o->signature);
}

const char *venue_signed_text(struct ctx *cx, const struct venue_outer *o)
{
	char hex[DIGEST_HEX];
	return text_of(cx, "luban-venue %.*s %" PRId64 " %s", (int)o->kind.n, o->kind.p, o->id,
		crypto_sm3_hex(o->body, hex));
}

int venue_outer_read(struct ctx *cx, struct str file, const char *kind,
	struct venue_outer *ret_outer)
{
	static const char *const names[] = {"luban_venue", "package", "body", "signature"};
	struct stow_field fields[4];
	struct venue_outer o;
	if (file.n > VENUE_FILE_MAX)
		return venue_bad_file(cx);
	for (size_t i = 0; i < 4; i++)
		if (!stow_next(&file, &fields[i]) || !str_is(fields[i].name, names[i]))
			return venue_bad_file(cx);
	if (file.n || !str_to_i64(fields[1].text, &o.id))
		return venue_bad_file(cx);
	o.kind = fields[0].text;
	o.body = fields[2].text;
	o.signature = fields[3].text;
	if (!str_is(o.kind, kind))
		return fail(cx, ERR_INVALID, "venue.other_kind");
	*ret_outer = o;
	return 0;
}

/* ---- the package's secret ---- */

const char *venue_secret_put(struct ctx *cx, const struct venue_secret *s)
{
	auto_buf b;
	buf_init(&b, 1024);
	stow_text(&b, "seed", hex_text(cx->arena, s->seed, sizeof s->seed));
	stow_text(&b, "return_code", s->return_code);
	return arena_dup(cx->arena, buf_z(&b));
}

int venue_secret_read(struct ctx *cx, const char *text, struct venue_secret *ret_secret)
{
	struct str rest = str_of(text);
	struct stow_field seed, code;
	if (!stow_next(&rest, &seed) || !stow_next(&rest, &code) || rest.n ||
		!hex_read(seed.text, ret_secret->seed, sizeof ret_secret->seed))
		return venue_bad_file(cx);
	ret_secret->return_code = arena_str(cx->arena, code.text);
	return 0;
}
