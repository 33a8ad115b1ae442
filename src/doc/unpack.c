#include "doc/unpack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

#include "base/utf8.h"

enum { RATIO_FROM = 1024 * 1024, PIECE = 64 * 1024 };

struct unpack {
	zip_t *zip;
	size_t packed, unpacked, n;
	const char **names; /* belong to zip */
};

static int refuse(struct unpack_error *error, const char *id, const char *arg)
{
	error->id = id;
	snprintf(error->arg, sizeof error->arg, "%s", arg ? arg : "");
	return ERR_INVALID;
}

/* A name that some unpacker would follow out of its folder. */
static bool is_trick(const char *name)
{
	if (!*name || name[0] == '/' || strchr(name, '\\') || strchr(name, ':') ||
		!utf8_is_text(str_of(name)) || strlen(name) > 400)
		return true;
	for (const char *p = name; (p = strstr(p, "..")); p += 2)
		if ((p == name || p[-1] == '/') && (p[2] == '/' || !p[2]))
			return true;
	return false;
}

/* Anything but a file or a folder: links above all. */
static bool is_special(zip_t *zip, zip_uint64_t i)
{
	zip_uint8_t system;
	zip_uint32_t attributes;
	if (zip_file_get_external_attributes(zip, i, 0, &system, &attributes) < 0)
		return false;
	mode_t mode = (mode_t)(attributes >> 16) & S_IFMT;
	return system == ZIP_OPSYS_UNIX && mode && mode != S_IFREG && mode != S_IFDIR;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int check_twice(struct unpack *u, struct unpack_error *error)
{
	const char **sorted = malloc((u->n + 1) * sizeof *sorted);
	int r = 0;
	if (!sorted)
		return ERR_LIMIT;
	memcpy(sorted, u->names, u->n * sizeof *sorted);
	qsort(sorted, u->n, sizeof *sorted, by_name);
	for (size_t i = 1; i < u->n && !r; i++)
		if (strcmp(sorted[i - 1], sorted[i]) == 0)
			r = refuse(error, "exchange.zip_twice", sorted[i]);
	free(sorted);
	return r;
}

static int check_names(struct unpack *u, struct unpack_error *error)
{
	zip_int64_t n = zip_get_num_entries(u->zip, 0);
	if (n < 0 || n > UNPACK_FILES_MAX)
		return refuse(error, "exchange.zip_many", "");
	u->names = calloc((size_t)n + 1, sizeof *u->names);
	if (!u->names)
		return ERR_LIMIT;
	for (zip_int64_t i = 0; i < n; i++) {
		struct zip_stat st;
		if (zip_stat_index(u->zip, (zip_uint64_t)i, 0, &st) || !(st.valid & ZIP_STAT_NAME))
			return refuse(error, "exchange.zip_broken", "");
		if (is_trick(st.name))
			return refuse(error, "exchange.zip_path",
				utf8_is_text(str_of(st.name)) ? st.name : "");
		if (is_special(u->zip, (zip_uint64_t)i))
			return refuse(error, "exchange.zip_link", st.name);
		if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE)
			return refuse(error, "exchange.zip_encrypted", st.name);
		u->names[u->n++] = st.name;
	}
	return check_twice(u, error);
}

int unpack_open(struct str bytes, struct unpack **ret_unpack, struct unpack_error *ret_error)
{
	*ret_error = (struct unpack_error){0};
	if (!str_starts(bytes, "PK\x03\x04"))
		return refuse(ret_error, "exchange.zip_not", "");
	zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, NULL);
	if (!source)
		return refuse(ret_error, "exchange.zip_broken", "");
	zip_t *zip = zip_open_from_source(source, ZIP_RDONLY, NULL);
	if (!zip) {
		zip_source_free(source);
		return refuse(ret_error, "exchange.zip_broken", "");
	}
	struct unpack *u = calloc(1, sizeof *u);
	if (!u) {
		zip_discard(zip);
		return ERR_LIMIT;
	}
	u->zip = zip;
	u->packed = bytes.n;
	int r = check_names(u, ret_error);
	if (r < 0)
		unpack_close(u);
	else
		*ret_unpack = u;
	return r;
}

void unpack_close(struct unpack *u)
{
	if (!u)
		return;
	zip_discard(u->zip);
	free(u->names);
	free(u);
}

size_t unpack_count(const struct unpack *u)
{
	return u->n;
}

const char *unpack_name(const struct unpack *u, size_t i)
{
	return u->names[i];
}

static bool is_bomb(const struct unpack *u)
{
	return u->unpacked > UNPACK_ALL_MAX ||
		(u->unpacked > RATIO_FROM && u->unpacked / UNPACK_RATIO_MAX > u->packed);
}

static int inflate_all(struct unpack *u, zip_file_t *file, const char *name, struct buf *out,
	struct unpack_error *error)
{
	char piece[PIECE];
	zip_int64_t n;
	while ((n = zip_fread(file, piece, sizeof piece)) > 0) {
		u->unpacked += (size_t)n;
		buf_put(out, piece, (size_t)n);
		if (is_bomb(u))
			return refuse(error, "exchange.zip_bomb", name);
		if (out->full)
			return refuse(error, "exchange.zip_large", name);
	}
	return n < 0 ? refuse(error, "exchange.zip_broken", name) : 0;
}

int unpack_read(struct unpack *u, const char *name, struct arena *a, struct str *ret_bytes,
	struct unpack_error *ret_error)
{
	zip_int64_t at = zip_name_locate(u->zip, name, ZIP_FL_ENC_GUESS);
	auto_buf out;
	buf_init(&out, UNPACK_FILE_MAX);
	if (at < 0)
		return ERR_NOTFOUND;
	zip_file_t *file = zip_fopen_index(u->zip, (zip_uint64_t)at, 0);
	if (!file)
		return refuse(ret_error, "exchange.zip_broken", name);
	int r = inflate_all(u, file, name, &out, ret_error);
	zip_fclose(file);
	if (!r)
		*ret_bytes = (struct str){arena_copy(a, out.n ? out.p : "", out.n), out.n};
	return r;
}
