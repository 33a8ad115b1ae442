/* One table maps an error to its name, its HTTP status and its exit code. */
#include "base/err.h"

#include <stddef.h>

static const struct {
	const char *name;
	int http;
	int exit;
} errors[] = {
	[0] = {"ok", 200, 0},
	[-ERR_NOTFOUND] = {"not_found", 404, 1},
	[-ERR_DENIED] = {"denied", 403, 1},
	[-ERR_INVALID] = {"invalid", 422, 1},
	[-ERR_CONFLICT] = {"conflict", 409, 1},
	[-ERR_STATE] = {"state", 409, 1},
	[-ERR_LIMIT] = {"limit", 429, 1},
	[-ERR_DB] = {"db", 503, 3},
	[-ERR_IO] = {"io", 500, 3},
	[-ERR_BUG] = {"bug", 500, 3},
};

static size_t index_of(int err)
{
	if (err > 0 || err < ERR_BUG)
		err = ERR_BUG;
	return (size_t)-err;
}

const char *err_name(int err)
{
	return errors[index_of(err)].name;
}

int err_http(int err)
{
	return errors[index_of(err)].http;
}

int err_exit(int err)
{
	return errors[index_of(err)].exit;
}
