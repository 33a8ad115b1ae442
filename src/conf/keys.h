/* The key file: the secrets that seal personal data. Lines of 64 hex digits, the current one first;
 * lines that begin with # are notes. Nobody but its owner may read it. It is kept apart from the
 * database and from the database's copies. */
#ifndef LUBAN_CONF_KEYS_H
#define LUBAN_CONF_KEYS_H

#include "base/crypto.h"
#include "base/err.h"

enum { KEYS_FILE_MAX = 8192 };

/* A new file with one random secret, on disk when this returns. ERR_CONFLICT: there is one already;
 * ERR_IO: errno says why. */
int keys_create(const char *path) MUST_CHECK;
/* ERR_NOTFOUND: no such file; ERR_DENIED: others than its owner may read it; ERR_INVALID: not a key
 * file; ERR_IO: errno says why. */
int keys_load(const char *path, struct keyring **ret_keys) MUST_CHECK;

#endif
