#include "base/credential_compact.h"

#include <string.h>

#include "base/checkpoint.h"
#include "base/credential_code.h"
#include "base/hex.h"
#include "base/note.h"

#define DASH "\u2014 "

enum { FLAG_IDNO = 1, HANDLE_BYTES = 16, HANDLE_HEX = 32, VARINT_MAX = 9, DIGITS_MAX = 20 };
enum form { FORM_RAW, FORM_ISSUED, FORM_CORRECTED };

/* What forms 1 and 2 keep of a leaf; the rest follows from the fields. */
struct leaf_core {
	enum form form;
	struct str on, body_kind, route, region;
	uint8_t handle[HANDLE_BYTES];
	uint64_t version;
};

static void put_number(struct buf *out, uint64_t n)
{
	for (; n > 0x7f; n >>= 7)
		buf_putc(out, (char)(0x80 | (n & 0x7f)));
	buf_putc(out, (char)n);
}

static void put_text(struct buf *out, struct str s)
{
	put_number(out, s.n);
	buf_str(out, s);
}

static bool is_packable(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= '0' && s.p[i] <= '9') && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
			return false;
	return s.n && s.n % 2 == 0;
}

static void put_value(struct buf *out, struct str s)
{
	char bytes[CREDENTIAL_TEXT_MAX / 2];
	bool is_packed = s.n / 2 <= sizeof bytes && is_packable(s) &&
		hex_read(s, bytes, s.n / 2);
	size_t n = is_packed ? s.n / 2 : s.n;
	put_number(out, 2 * (uint64_t)n + (is_packed ? 1 : 0));
	buf_put(out, is_packed ? bytes : s.p, n);
}

struct reader {
	struct arena *arena;
	struct str rest;
	bool is_bad;
};

static struct str take(struct reader *r, size_t n)
{
	struct str got = {r->rest.p, n};
	if (r->is_bad || n > r->rest.n) {
		r->is_bad = true;
		return STR("");
	}
	r->rest = (struct str){r->rest.p + n, r->rest.n - n};
	return got;
}

static unsigned char take_byte(struct reader *r)
{
	struct str byte = take(r, 1);
	return byte.n ? (unsigned char)byte.p[0] : 0;
}

static uint64_t take_number(struct reader *r)
{
	uint64_t n = 0;
	for (unsigned i = 0; i < VARINT_MAX; i++) {
		unsigned char byte = take_byte(r);
		n |= (uint64_t)(byte & 0x7f) << 7 * i;
		if (byte & 0x80)
			continue;
		r->is_bad = r->is_bad || (i && !byte);
		return n;
	}
	r->is_bad = true;
	return 0;
}

static struct str take_text(struct reader *r)
{
	uint64_t n = take_number(r);
	return take(r, n > CREDENTIAL_COMPACT_MAX ? CREDENTIAL_COMPACT_MAX : (size_t)n);
}

static struct str take_value(struct reader *r)
{
	uint64_t n = take_number(r);
	struct str s = take(r, n / 2 > CREDENTIAL_COMPACT_MAX ? CREDENTIAL_COMPACT_MAX
		: (size_t)(n / 2));
	if (n & 1) {
		r->is_bad = r->is_bad || !s.n;
		return (struct str){hex_text(r->arena, s.p, s.n), 2 * s.n};
	}
	r->is_bad = r->is_bad || is_packable(s);
	return s;
}

static void take_into(struct reader *r, uint8_t *ret_bytes, size_t n)
{
	struct str s = take(r, n);
	if (s.n)
		memcpy(ret_bytes, s.p, n);
}

/* The record of a leaf. */
static int put_leaf(struct buf *out, const struct leaf_core *l, const struct credential *c)
{
	uint8_t commitment[COMMIT_BYTES];
	char hex[2 * COMMIT_BYTES + 1], handle[HANDLE_HEX + 1];
	int r = credential_commitment(c, commitment);
	if (r < 0)
		return r;
	bool is_issue = l->form == FORM_ISSUED;
	stow_int(out, "luban_leaf", 1);
	stow_text(out, "kind", is_issue ? "certificate.issued" : "certificate.corrected");
	stow_str(out, "on", l->on);
	stow_text(out, "certificate", hex_write(l->handle, HANDLE_BYTES, handle));
	if (is_issue) {
		stow_str(out, "body", credential_text(c, "body_code"));
		stow_str(out, "body_kind", l->body_kind);
		stow_str(out, "occupation", credential_text(c, "occupation_code"));
		stow_str(out, "grade", credential_text(c, "grade"));
		stow_str(out, "route", l->route);
		stow_str(out, "region", l->region);
		stow_str(out, "issued_on", credential_text(c, "issued_on"));
	} else {
		stow_int(out, "version", (int64_t)l->version);
	}
	stow_text(out, "commitment", hex_write(commitment, COMMIT_BYTES, hex));
	return out->full ? ERR_LIMIT : 0;
}

static struct str field_of(struct str record, const char *name)
{
	struct stow_field field;
	while (stow_next(&record, &field))
		if (str_is(field.name, name))
			return field.text;
	return STR("");
}

/* The leaf without what follows from the fields; the form is raw where that would not give the same
 * bytes again. */
static struct leaf_core core_of(const struct credential *c)
{
	struct leaf_core l = {.on = field_of(c->leaf, "on"),
		.body_kind = field_of(c->leaf, "body_kind"), .route = field_of(c->leaf, "route"),
		.region = field_of(c->leaf, "region")};
	struct str kind = field_of(c->leaf, "kind");
	int64_t version = 0;
	auto_buf again;
	buf_init(&again, CREDENTIAL_LEAF_MAX);
	if (str_is(kind, "certificate.issued"))
		l.form = FORM_ISSUED;
	else if (str_is(kind, "certificate.corrected") &&
		str_to_i64(field_of(c->leaf, "version"), &version) && version >= 0)
		l.form = FORM_CORRECTED;
	l.version = (uint64_t)version;
	if (l.form == FORM_RAW || !hex_read(field_of(c->leaf, "certificate"), l.handle,
		HANDLE_BYTES) || put_leaf(&again, &l, c) < 0 || !str_eq(buf_view(&again), c->leaf))
		return (struct leaf_core){.form = FORM_RAW};
	return l;
}

static void put_core(struct buf *out, const struct credential *c)
{
	struct leaf_core l = core_of(c);
	buf_putc(out, (char)l.form);
	if (l.form == FORM_RAW) {
		put_text(out, c->leaf);
		return;
	}
	put_value(out, l.on);
	buf_put(out, l.handle, HANDLE_BYTES);
	if (l.form == FORM_CORRECTED) {
		put_number(out, l.version);
		return;
	}
	put_value(out, l.body_kind);
	put_value(out, l.route);
	put_value(out, l.region);
}

static int take_leaf(struct reader *r, struct credential *c)
{
	struct leaf_core l = {.form = take_byte(r)};
	auto_buf leaf;
	buf_init(&leaf, CREDENTIAL_LEAF_MAX);
	if (l.form == FORM_RAW) {
		c->leaf = take_text(r);
		return 0;
	}
	if (l.form != FORM_ISSUED && l.form != FORM_CORRECTED)
		return ERR_INVALID;
	l.on = take_value(r);
	take_into(r, l.handle, HANDLE_BYTES);
	if (l.form == FORM_CORRECTED) {
		l.version = take_number(r);
	} else {
		l.body_kind = take_value(r);
		l.route = take_value(r);
		l.region = take_value(r);
	}
	int err = r->is_bad ? ERR_INVALID : put_leaf(&leaf, &l, c);
	if (err < 0)
		return err;
	c->leaf = (struct str){arena_copy(r->arena, leaf.p, leaf.n), leaf.n};
	return 0;
}

static int put_checkpoint(struct buf *out, const struct credential *c)
{
	struct note note;
	struct checkpoint point;
	auto_buf bytes;
	buf_init(&bytes, NOTE_SIGNATURE_MAX);
	int r = note_parse(c->note, &note);
	if (!r)
		r = checkpoint_parse(note.text, &point);
	if (r < 0)
		return r;
	put_number(out, c->index);
	put_number(out, point.head.size);
	put_number(out, c->proof.n);
	buf_put(out, c->proof.hashes, c->proof.n * MERKLE_BYTES);
	put_text(out, point.more);
	put_number(out, note.n);
	for (size_t i = 0; i < note.n; i++) {
		buf_reset(&bytes);
		if (!base64_read(note.signatures[i].base64, &bytes))
			return ERR_INVALID;
		bool is_own = str_eq(note.signatures[i].name, c->origin);
		put_text(out, is_own ? STR("") : note.signatures[i].name);
		put_text(out, buf_view(&bytes));
	}
	return out->full ? ERR_LIMIT : 0;
}

static void take_proof(struct reader *r, struct credential *c)
{
	uint64_t n = take_number(r);
	if (n > MERKLE_PROOF_MAX) {
		r->is_bad = true;
		return;
	}
	c->proof.n = (size_t)n;
	for (size_t i = 0; i < c->proof.n; i++)
		take_into(r, c->proof.hashes[i].bytes, MERKLE_BYTES);
}

static void take_signature(struct reader *r, struct str origin, struct buf *note)
{
	struct str name = take_text(r), bytes = take_text(r);
	r->is_bad = r->is_bad || str_eq(name, origin);
	buf_puts(note, DASH);
	buf_str(note, name.n ? name : origin);
	buf_putc(note, ' ');
	base64_put(note, bytes.p, bytes.n);
	buf_putc(note, '\n');
}

static int take_checkpoint(struct reader *r, struct credential *c)
{
	struct checkpoint point = {.origin = c->origin};
	struct merkle_hash leaf;
	auto_buf note;
	buf_init(&note, CREDENTIAL_NOTE_MAX);
	c->index = take_number(r);
	point.head.size = take_number(r);
	take_proof(r, c);
	point.more = take_text(r);
	uint64_t n = take_number(r);
	merkle_leaf(c->leaf, &leaf);
	if (r->is_bad || n > NOTE_SIGNATURES_MAX || merkle_inclusion_root(c->index,
		point.head.size, &leaf, &c->proof, &point.head.root) < 0)
		return ERR_INVALID;
	checkpoint_put(&note, &point);
	buf_putc(&note, '\n');
	for (uint64_t i = 0; i < n; i++)
		take_signature(r, c->origin, &note);
	if (r->is_bad || note.full)
		return ERR_INVALID;
	c->note = (struct str){arena_str(r->arena, buf_view(&note)), note.n};
	return 0;
}

static int take_all(struct reader *r, struct credential *c)
{
	if (take_byte(r) != CREDENTIAL_COMPACT_VERSION)
		return ERR_INVALID;
	unsigned char flags = take_byte(r);
	if (flags & ~FLAG_IDNO)
		return ERR_INVALID;
	c->origin = take_text(r);
	for (size_t i = 0; i < CREDENTIAL_FIELDS; i++)
		c->fields[i] = take_value(r);
	take_into(r, c->salt, sizeof c->salt);
	c->has_idno = flags & FLAG_IDNO;
	if (c->has_idno) {
		c->idno = take_value(r);
		take_into(r, c->idno_salt, sizeof c->idno_salt);
	}
	int err = r->is_bad ? ERR_INVALID : take_leaf(r, c);
	if (!err)
		err = r->is_bad ? ERR_INVALID : take_checkpoint(r, c);
	return err;
}

/* The same leaf has another spelling than the shortest. */
static bool is_spelt_so(const struct credential *c, struct str bytes)
{
	auto_buf again;
	buf_init(&again, CREDENTIAL_COMPACT_MAX);
	return credential_compact_put(&again, c) == 0 && str_eq(buf_view(&again), bytes);
}

int credential_compact_parse(struct arena *a, struct str bytes, struct credential *ret_credential)
{
	struct credential c = {0};
	if (bytes.n > CREDENTIAL_COMPACT_MAX)
		return ERR_LIMIT;
	struct reader r = {.arena = a,
		.rest = {arena_copy(a, bytes.p ? bytes.p : "", bytes.n), bytes.n}};
	int err = take_all(&r, &c);
	if (err < 0)
		return err;
	if (r.is_bad || r.rest.n || !credential_is_sound(&c) || !is_spelt_so(&c, bytes))
		return ERR_INVALID;
	*ret_credential = c;
	return 0;
}

/* What cannot be computed again must not be left out. */
static bool leads_to_root(const struct credential *c)
{
	struct note note;
	struct checkpoint point;
	struct merkle_hash leaf;
	merkle_leaf(c->leaf, &leaf);
	return note_parse(c->note, &note) == 0 && checkpoint_parse(note.text, &point) == 0 &&
		merkle_includes(c->index, point.head.size, &leaf, &c->proof, &point.head.root);
}

int credential_compact_put(struct buf *out, const struct credential *c)
{
	auto_buf bytes;
	buf_init(&bytes, CREDENTIAL_COMPACT_MAX);
	if (!credential_is_sound(c) || !leads_to_root(c))
		return ERR_INVALID;
	buf_putc(&bytes, CREDENTIAL_COMPACT_VERSION);
	buf_putc(&bytes, c->has_idno ? FLAG_IDNO : 0);
	put_text(&bytes, c->origin);
	for (size_t i = 0; i < CREDENTIAL_FIELDS; i++)
		put_value(&bytes, c->fields[i]);
	buf_put(&bytes, c->salt, sizeof c->salt);
	if (c->has_idno) {
		put_value(&bytes, c->idno);
		buf_put(&bytes, c->idno_salt, sizeof c->idno_salt);
	}
	put_core(&bytes, c);
	int r = put_checkpoint(&bytes, c);
	if (r < 0)
		return r;
	buf_str(out, buf_view(&bytes));
	return bytes.full || out->full ? ERR_LIMIT : 0;
}

int credential_compact_text(struct buf *out, const struct credential *c)
{
	auto_buf bytes;
	buf_init(&bytes, CREDENTIAL_COMPACT_MAX);
	int r = credential_compact_put(&bytes, c);
	if (r < 0)
		return r;
	buf_puts(out, CREDENTIAL_COMPACT_PREFIX);
	base45_put(out, bytes.p, bytes.n);
	return out->full ? ERR_LIMIT : 0;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A space is a digit of base 45: at the end there is none, because the last digit is never the 36th
 * unless the text was cut short. */
int credential_compact_from_text(
	struct arena *a, struct str text, struct credential *ret_credential)
{
	auto_buf bytes;
	buf_init(&bytes, CREDENTIAL_COMPACT_MAX);
	while (text.n && is_space(text.p[0]))
		text = (struct str){text.p + 1, text.n - 1};
	while (text.n && is_space(text.p[text.n - 1]))
		text.n--;
	size_t head = strlen(CREDENTIAL_COMPACT_PREFIX);
	if (text.n > 2 * CREDENTIAL_COMPACT_MAX)
		return ERR_LIMIT;
	if (!str_starts(text, CREDENTIAL_COMPACT_PREFIX) ||
		!base45_read((struct str){text.p + head, text.n - head}, &bytes))
		return ERR_INVALID;
	return credential_compact_parse(a, buf_view(&bytes), ret_credential);
}

int credential_read(struct arena *a, struct str file, struct credential *ret_credential)
{
	struct str text = str_trim(file);
	if (str_starts(text, "\xef\xbb\xbf"))
		text = str_trim((struct str){text.p + 3, text.n - 3});
	if (str_starts(text, "{"))
		return credential_parse(a, text, ret_credential);
	if (str_starts(text, CREDENTIAL_COMPACT_PREFIX))
		return credential_compact_from_text(a, text, ret_credential);
	struct str compact;
	if (text.n && text.p[0] != CREDENTIAL_COMPACT_VERSION
		&& text.n <= 4 * CREDENTIAL_COMPACT_MAX &&
		credential_code_parse(a, text, &compact) == 0)
		return credential_compact_parse(a, compact, ret_credential);
	return credential_compact_parse(a, file, ret_credential);
}
