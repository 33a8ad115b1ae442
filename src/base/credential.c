#include "base/credential.h"

#include <string.h>

#include "base/checkpoint.h"
#include "base/hex.h"
#include "base/json.h"
#include "base/note.h"
#include "base/utf8.h"

enum { MEMBERS = 8, VERSION = 1 };

const char *const credential_names[CREDENTIAL_FIELDS] = {"number", "name", "id_type", "idno_mask",
	"idno_commitment", "occupation_code", "occupation_name", "work_type_name", "grade",
	"body_name", "body_code", "theory", "skill", "review", "issued_on", "photo", "basis"};

struct str credential_text(const struct credential *c, const char *name)
{
	for (size_t i = 0; i < CREDENTIAL_FIELDS; i++)
		if (streq(credential_names[i], name))
			return c->fields[i];
	return STR("");
}

void credential_fields(const struct credential *c, struct stow_field ret_fields[CREDENTIAL_FIELDS])
{
	for (size_t i = 0; i < CREDENTIAL_FIELDS; i++)
		ret_fields[i] = (struct stow_field){str_of(credential_names[i]), c->fields[i]};
}

int credential_commitment(const struct credential *c, uint8_t ret_commitment[COMMIT_BYTES])
{
	struct stow_field fields[CREDENTIAL_FIELDS];
	credential_fields(c, fields);
	return commit_make(
		CREDENTIAL_PURPOSE, c->salt, fields, CREDENTIAL_FIELDS, ret_commitment);
}

int credential_idno_commitment(const struct credential *c, uint8_t ret_commitment[COMMIT_BYTES])
{
	const struct stow_field field = {STR("idno"), c->idno};
	return commit_make(CREDENTIAL_IDNO_PURPOSE, c->idno_salt, &field, 1, ret_commitment);
}

/* One line of text that may be kept. */
static bool is_line(struct str s, size_t max)
{
	if (s.n > max || (s.n && (memchr(s.p, '\n', s.n) || memchr(s.p, '\r', s.n))))
		return false;
	return utf8_is_text(s);
}

static bool is_note_of(struct str source, struct str origin, uint64_t index)
{
	struct note note;
	struct checkpoint c;
	return source.n <= CREDENTIAL_NOTE_MAX && note_parse(source, &note) == 0 &&
		checkpoint_parse(note.text, &c) == 0 && str_eq(c.origin, origin) &&
		index < c.head.size;
}

bool credential_is_sound(const struct credential *c)
{
	for (size_t i = 0; i < CREDENTIAL_FIELDS; i++)
		if (!is_line(c->fields[i], CREDENTIAL_TEXT_MAX))
			return false;
	if (c->has_idno && (!c->idno.n || !is_line(c->idno, CREDENTIAL_IDNO_MAX)))
		return false;
	return c->leaf.n && c->leaf.n <= CREDENTIAL_LEAF_MAX && c->proof.n <= MERKLE_PROOF_MAX &&
		is_note_of(c->note, c->origin, c->index);
}

/* The arena's copy of a text; false: there is none, or too long a one. */
static bool take_text(struct arena *a, const json_t *value, size_t max, struct str *ret_text)
{
	size_t n = json_string_length(value);
	if (!json_is_string(value) || n > max)
		return false;
	*ret_text = (struct str){arena_str(a, (struct str){json_string_value(value), n}), n};
	return true;
}

static bool take_hex(const json_t *value, uint8_t *ret_bytes, size_t n)
{
	return json_is_string(value) && hex_read((struct str){json_string_value(value),
		json_string_length(value)}, ret_bytes, n);
}

static bool take_base64(const json_t *value, struct buf *out)
{
	return json_is_string(value) && base64_read((struct str){json_string_value(value),
		json_string_length(value)}, out);
}

static bool take_fields(struct arena *a, const json_t *fields, struct credential *c)
{
	if (!json_is_object(fields) || json_object_size(fields) != CREDENTIAL_FIELDS)
		return false;
	for (size_t i = 0; i < CREDENTIAL_FIELDS; i++)
		if (!take_text(a, json_object_get(fields, credential_names[i]),
			CREDENTIAL_TEXT_MAX, &c->fields[i]))
			return false;
	return true;
}

static bool take_idno(struct arena *a, const json_t *idno, struct credential *c)
{
	c->has_idno = idno;
	return !idno || (json_is_object(idno) && json_object_size(idno) == 2 &&
		take_text(a, json_object_get(idno, "text"), CREDENTIAL_IDNO_MAX, &c->idno) &&
		take_hex(json_object_get(idno, "salt"), c->idno_salt, sizeof c->idno_salt));
}

static bool take_leaf(struct arena *a, const json_t *leaf, struct credential *c)
{
	auto_buf bytes;
	buf_init(&bytes, CREDENTIAL_LEAF_MAX);
	if (!take_base64(leaf, &bytes) || !bytes.n)
		return false;
	c->leaf = (struct str){arena_copy(a, bytes.p, bytes.n), bytes.n};
	return true;
}

static bool take_proof(const json_t *proof, struct credential *c)
{
	size_t n = json_array_size(proof);
	auto_buf bytes;
	buf_init(&bytes, MERKLE_BYTES);
	if (!json_is_array(proof) || n > MERKLE_PROOF_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		buf_reset(&bytes);
		if (!take_base64(json_array_get(proof, i), &bytes) || bytes.n != MERKLE_BYTES)
			return false;
		memcpy(c->proof.hashes[i].bytes, bytes.p, MERKLE_BYTES);
	}
	c->proof.n = n;
	return true;
}

static bool take_index(const json_t *index, struct credential *c)
{
	if (!json_is_integer(index) || json_integer_value(index) < 0)
		return false;
	c->index = (uint64_t)json_integer_value(index);
	return true;
}

static bool take(struct arena *a, const json_t *root, struct credential *c)
{
	const json_t *version = json_object_get(root, "luban_credential");
	const json_t *idno = json_object_get(root, "idno");
	return json_is_object(root) && json_object_size(root) == MEMBERS + (idno ? 1 : 0) &&
		json_is_integer(version) && json_integer_value(version) == VERSION &&
		take_text(a, json_object_get(root, "origin"), CHECKPOINT_ORIGIN_MAX, &c->origin) &&
		take_fields(a, json_object_get(root, "fields"), c) &&
		take_hex(json_object_get(root, "salt"), c->salt, sizeof c->salt) &&
		take_idno(a, idno, c) && take_leaf(a, json_object_get(root, "leaf"), c) &&
		take_index(json_object_get(root, "index"), c) &&
		take_proof(json_object_get(root, "proof"), c) &&
		take_text(a, json_object_get(root, "checkpoint"), CREDENTIAL_NOTE_MAX, &c->note);
}

int credential_parse(struct arena *a, struct str json, struct credential *ret_credential)
{
	struct credential c = {0};
	auto_json root = NULL;
	int r = json_read(json, CREDENTIAL_MAX, &root, NULL);
	if (r < 0)
		return r;
	if (!take(a, root, &c) || !credential_is_sound(&c))
		return ERR_INVALID;
	*ret_credential = c;
	return 0;
}

/* As JSON has it. The texts were found to be in UTF-8. */
static void put_text(struct buf *out, struct str s)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c == '\n')
			buf_puts(out, "\\n");
		else if (c < 0x20)
			buf_printf(out, "\\u%04x", c);
		else
			buf_putc(out, (char)c);
	}
	buf_putc(out, '"');
}

static void put_fields(struct buf *out, const struct credential *c)
{
	buf_puts(out, " \"fields\": {\n");
	for (size_t i = 0; i < CREDENTIAL_FIELDS; i++) {
		buf_printf(out, "  \"%s\": ", credential_names[i]);
		put_text(out, c->fields[i]);
		buf_puts(out, i + 1 < CREDENTIAL_FIELDS ? ",\n" : "},\n");
	}
}

static void put_salt(struct buf *out, const uint8_t salt[COMMIT_SALT_BYTES])
{
	char hex[2 * COMMIT_SALT_BYTES + 1];
	buf_printf(out, "\"salt\": \"%s\"", hex_write(salt, COMMIT_SALT_BYTES, hex));
}

static void put_idno(struct buf *out, const struct credential *c)
{
	if (!c->has_idno)
		return;
	buf_puts(out, " \"idno\": {\"text\": ");
	put_text(out, c->idno);
	buf_puts(out, ", ");
	put_salt(out, c->idno_salt);
	buf_puts(out, "},\n");
}

static void put_proof(struct buf *out, const struct merkle_proof *proof)
{
	buf_puts(out, " \"proof\": [");
	for (size_t i = 0; i < proof->n; i++) {
		buf_puts(out, i ? ",\n  \"" : "\n  \"");
		base64_put(out, proof->hashes[i].bytes, MERKLE_BYTES);
		buf_putc(out, '"');
	}
	buf_puts(out, "],\n");
}

int credential_put(struct buf *out, const struct credential *c)
{
	if (!credential_is_sound(c))
		return ERR_INVALID;
	buf_printf(out, "{\"luban_credential\": %d,\n \"origin\": ", VERSION);
	put_text(out, c->origin);
	buf_puts(out, ",\n");
	put_fields(out, c);
	buf_putc(out, ' ');
	put_salt(out, c->salt);
	buf_puts(out, ",\n");
	put_idno(out, c);
	buf_puts(out, " \"leaf\": \"");
	base64_put(out, c->leaf.p, c->leaf.n);
	buf_printf(out, "\",\n \"index\": %llu,\n", (unsigned long long)c->index);
	put_proof(out, &c->proof);
	buf_puts(out, " \"checkpoint\": ");
	put_text(out, c->note);
	buf_puts(out, "}\n");
	return out->full ? ERR_LIMIT : 0;
}
