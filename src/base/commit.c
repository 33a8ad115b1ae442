#include "base/commit.h"

#include <string.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "base/utf8.h"

static bool is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_name(struct str name)
{
	if (!name.n || name.n > COMMIT_NAME_MAX || !is_letter(name.p[0]))
		return false;
	for (size_t i = 1; i < name.n; i++) {
		char c = name.p[i];
		if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '_')
			return false;
	}
	return !str_is(name, "commit") && !str_is(name, "purpose") && !str_is(name, "salt");
}

static int compare(struct str a, struct str b)
{
	int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
	if (order)
		return order;
	return a.n < b.n ? -1 : a.n > b.n;
}

/* In the order of their names. ERR_INVALID: one twice. */
static int sort(const struct stow_field *fields, size_t n, const struct stow_field *ret_sorted[])
{
	for (size_t i = 0; i < n; i++) {
		size_t at = i;
		for (; at; at--) {
			int order = compare(fields[i].name, ret_sorted[at - 1]->name);
			if (!order)
				return ERR_INVALID;
			if (order > 0)
				break;
			ret_sorted[at] = ret_sorted[at - 1];
		}
		ret_sorted[at] = &fields[i];
	}
	return 0;
}

static int check(const char *purpose, const struct stow_field *fields, size_t n)
{
	if (n > COMMIT_FIELDS_MAX || strlen(purpose) > COMMIT_TEXT_MAX)
		return ERR_LIMIT;
	if (!*purpose || !utf8_is_valid(str_of(purpose)))
		return ERR_INVALID;
	for (size_t i = 0; i < n; i++) {
		if (fields[i].text.n > COMMIT_TEXT_MAX)
			return ERR_LIMIT;
		if (!is_name(fields[i].name) || !utf8_is_valid(fields[i].text))
			return ERR_INVALID;
	}
	return 0;
}

int commit_put(struct buf *out, const char *purpose, const uint8_t salt[COMMIT_SALT_BYTES],
	const struct stow_field *fields, size_t n)
{
	const struct stow_field *sorted[COMMIT_FIELDS_MAX];
	char hex[2 * COMMIT_SALT_BYTES + 1];
	int r = check(purpose, fields, n);
	if (!r)
		r = sort(fields, n, sorted);
	if (r < 0)
		return r;
	stow_int(out, "commit", 1);
	stow_text(out, "purpose", purpose);
	stow_text(out, "salt", hex_write(salt, COMMIT_SALT_BYTES, hex));
	crypto_wipe(hex, sizeof hex);
	for (size_t i = 0; i < n; i++) {
		char name[COMMIT_NAME_MAX + 1] = {0};
		memcpy(name, sorted[i]->name.p, sorted[i]->name.n);
		stow_str(out, name, sorted[i]->text);
	}
	return out->full ? ERR_LIMIT : 0;
}

int commit_make(const char *purpose, const uint8_t salt[COMMIT_SALT_BYTES],
	const struct stow_field *fields, size_t n, uint8_t ret_commitment[COMMIT_BYTES])
{
	auto_buf record;
	buf_init(&record, COMMIT_RECORD_MAX);
	int r = commit_put(&record, purpose, salt, fields, n);
	if (!r)
		crypto_sha256(buf_view(&record), ret_commitment);
	if (record.p)
		crypto_wipe(record.p, record.n);
	return r;
}

bool commit_holds(const uint8_t commitment[COMMIT_BYTES], const char *purpose,
	const uint8_t salt[COMMIT_SALT_BYTES], const struct stow_field *fields, size_t n)
{
	uint8_t again[COMMIT_BYTES];
	if (commit_make(purpose, salt, fields, n, again) != 0)
		return false;
	return memcmp(again, commitment, COMMIT_BYTES) == 0;
}
