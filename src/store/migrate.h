/* Migrations: numbered texts of sql/migration/, applied in order, each once, in a transaction. */
#ifndef LUBAN_STORE_MIGRATE_H
#define LUBAN_STORE_MIGRATE_H

#include "base/str.h"
#include "store/db.h"

/* Applies one text under a name unless it is applied; ERR_STATE when another text was applied under
 * that name. Returns 1 when it was applied now, 0 when before. */
int migrate_text(struct db *db, const char *name, struct str text) MUST_CHECK;

#endif
