/* A zip file from people we do not trust, in memory. Names that would lead out of a folder, links,
 * the same name twice, encryption, too many files, and what swells beyond measure are refused
 * before or while a file is read; what the archive says about sizes is not believed. */
#ifndef LUBAN_DOC_UNPACK_H
#define LUBAN_DOC_UNPACK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum {
	UNPACK_FILES_MAX = 25000,
	UNPACK_ALL_MAX = 256 * 1024 * 1024,
	UNPACK_FILE_MAX = 32 * 1024 * 1024,
	UNPACK_RATIO_MAX = 200, /* unpacked to packed, once past the first MiB */
};

struct unpack;
struct unpack_error {
	const char *id; /* message id */
	char arg[120];  /* the name it is about */
};

/* The bytes must live as long as it does. */
int unpack_open(struct str bytes, struct unpack **ret_unpack,
	struct unpack_error *ret_error) MUST_CHECK;
void unpack_close(struct unpack *u);
size_t unpack_count(const struct unpack *u);
const char *unpack_name(const struct unpack *u, size_t i);
/* ERR_NOTFOUND: no such file. */
int unpack_read(struct unpack *u, const char *name, struct arena *a, struct str *ret_bytes,
	struct unpack_error *ret_error) MUST_CHECK;

#endif
