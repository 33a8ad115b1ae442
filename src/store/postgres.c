/* PostgreSQL. */
#include "store/driver.h"

static int postgres_open(struct db *db, const char *url)
{
	(void)url;
	return db_fail(db, ERR_DB, "not built yet");
}

static void postgres_close(struct db *db)
{
	(void)db;
}

const struct driver postgres_driver = {.open = postgres_open, .close = postgres_close};
