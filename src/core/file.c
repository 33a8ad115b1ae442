#include "core/file.h"

#include <inttypes.h>
#include <string.h>

#include "base/crypto.h"
#include "base/utf8.h"
#include "query/core.h"

enum { NAME_CHARS = 200, TEXT_PROBE = 4096 };

/* The length is part of what the seal vouches for: it is kept in a column of its own. */
static const char *seal_purpose(struct ctx *cx, int64_t size)
{
	return text_of(cx, "file.data %" PRId64, size);
}

static bool has_name_end(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);
	return n >= m && strcasecmp(name + n - m, end) == 0;
}

/* A sheet of text may be UTF-8 or GB18030: neither has NUL or other control bytes. */
static bool is_plain_text(struct str bytes)
{
	size_t n = bytes.n < TEXT_PROBE ? bytes.n : TEXT_PROBE;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes.p[i];
		if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
			return false;
	}
	return true;
}

static const struct {
	const char *kind, *mime;
} kinds[] = {
	{"jpg", "image/jpeg"},
	{"png", "image/png"},
	{"pdf", "application/pdf"},
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"csv", "text/csv"},
	{"zip", "application/zip"},
};

const char *file_kind(const char *name, struct str bytes)
{
	if (str_starts(bytes, "\xff\xd8\xff"))
		return "jpg";
	if (str_starts(bytes, "\x89PNG\r\n\x1a\n"))
		return "png";
	if (str_starts(bytes, "%PDF-"))
		return "pdf";
	if (str_starts(bytes, "PK\x03\x04"))
		return has_name_end(name, ".xlsx") ? "xlsx" : "zip";
	if (has_name_end(name, ".csv") && is_plain_text(bytes))
		return "csv";
	return NULL;
}

static const char *mime_of(const char *kind)
{
	for (size_t i = 0; kind && i < sizeof kinds / sizeof *kinds; i++)
		if (streq(kinds[i].kind, kind))
			return kinds[i].mime;
	return NULL;
}

static int check(struct ctx *cx, const struct file *f)
{
	if (!f->bytes.n)
		return fail(cx, ERR_INVALID, "file.empty", f->name);
	if (f->bytes.n > FILE_MAX)
		return fail(cx, ERR_LIMIT, "file.too_large", f->name,
			text_of(cx, "%d", FILE_MAX / 1024 / 1024));
	if (is_blank(f->name) || !utf8_is_text(str_of(f->name))
		|| utf8_count(str_of(f->name)) > NAME_CHARS)
		return fail(cx, ERR_INVALID, "file.name");
	if (is_blank(f->mime))
		return fail(cx, ERR_INVALID, "file.kind", f->name);
	return 0;
}

/* What the caller leaves out is the actor's own. */
static struct file with_defaults(struct ctx *cx, const struct file *f)
{
	struct file own = *f;
	char hex[DIGEST_HEX];
	own.id = ctx_id(cx);
	own.name = f->name ? f->name : "";
	own.mime = is_blank(f->mime) ? mime_of(file_kind(own.name, f->bytes)) : f->mime;
	own.region = f->region ? f->region : cx->actor.region;
	own.body_id = f->body_id ? f->body_id : cx->actor.body_id;
	own.sha256 = arena_dup(cx->arena, crypto_sha256_hex(f->bytes, hex));
	return own;
}

int file_put(struct ctx *cx, struct file *f)
{
	struct file own = with_defaults(cx, f);
	int r = check(cx, &own);
	if (r < 0)
		return r;
	struct str sealed = str_of(keyring_seal(cx->keys, cx->arena,
		seal_purpose(cx, (int64_t)own.bytes.n), own.bytes));
	r = q_file_insert(cx->db, .person_id = own.person_id, .id = own.id, .body_id = own.body_id,
		.region = own.region, .name = own.name, .mime = own.mime,
		.size = (int64_t)own.bytes.n,
		.sha256 = own.sha256, .data = sealed, .created_by = cx->actor.account_id,
		.created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	*f = own;
	return 0;
}

/* The row if this actor may have it: in scope, the person's own, or brought by this account. */
static int find(struct ctx *cx, int64_t person_id, int64_t id, struct q_file_find *ret_row)
{
	const struct actor *who = &cx->actor;
	bool is_own = who->person_id && who->person_id == person_id;
	int r = q_file_find(cx->db, ret_row, .person_id = person_id, .id = id,
		.scope = is_own ? scope_all() : cx->scope);
	if (r != ERR_NOTFOUND || is_own || !who->account_id)
		return r;
	r = q_file_find(cx->db, ret_row, .person_id = person_id, .id = id, .scope = scope_all());
	return r == 0 && ret_row->created_by != who->account_id ? ERR_NOTFOUND : r;
}

/* The bytes of a row, opened and compared with their digest. */
static int unseal(struct ctx *cx, const struct q_file_find *row, struct file *ret_file)
{
	const char *plain;
	char hex[DIGEST_HEX];
	int r = keyring_open(cx->keys, cx->arena, seal_purpose(cx, row->size), row->data, &plain);
	struct str bytes = {r < 0 ? "" : plain, r < 0 ? 0 : (size_t)row->size};
	if (r < 0 || !streq(crypto_sha256_hex(bytes, hex), row->sha256))
		return fail(cx, ERR_IO, "file.damaged", row->name);
	*ret_file = (struct file){
		.id = row->id, .person_id = row->person_id, .body_id = row->body_id,
			.name = row->name,
		.mime = row->mime, .region = row->region, .sha256 = row->sha256, .bytes = bytes,
	};
	return 0;
}

static int answer(struct ctx *cx, int found, const struct q_file_find *row, struct file *ret_file)
{
	if (found == ERR_NOTFOUND)
		return fail(cx, found, "file.notfound");
	return found < 0 ? ctx_pass(cx, found) : unseal(cx, row, ret_file);
}

int file_get(struct ctx *cx, int64_t person_id, int64_t id, struct file *ret_file)
{
	struct q_file_find row;
	int r = find(cx, person_id, id, &row);
	return answer(cx, r, &row, ret_file);
}

int file_read(struct ctx *cx, int64_t person_id, int64_t id, struct file *ret_file)
{
	struct q_file_find row;
	int r = q_file_find(cx->db, &row, .person_id = person_id, .id = id, .scope = scope_all());
	return answer(cx, r, &row, ret_file);
}

int file_drop(struct ctx *cx, int64_t person_id, int64_t id)
{
	int r = q_file_delete(cx->db, .person_id = person_id, .id = id);
	return r < 0 ? ctx_pass(cx, r) : r;
}
