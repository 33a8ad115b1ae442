/* What a command that works on the database begins with: database, key file, context. */
#ifndef LUBAN_CLI_OPEN_H
#define LUBAN_CLI_OPEN_H

#include "base/crypto.h"
#include "cli/cli.h"
#include "core/ctx.h"

#define CLI_KEYS {"keys", "FILE", "密钥文件（缺省取环境变量LUBAN_KEYS，" \
	"再缺省为数据库文件旁的luban.keys）"}

struct session_of_command {
	struct arena *arena;
	struct keyring *keys;
	struct db *db;
	struct ctx cx; /* acts as the program itself */
};

#define auto_session __attribute__((cleanup(cli_close))) struct session_of_command

enum cli_open {
	OPEN_READY,  /* there, of this version, with its own keys */
	OPEN_BEHIND, /* the same, but migrations may be missing */
	OPEN_NEW,    /* may be made; keys are not read */
};

/* 0; or, after it has said on stderr what is wrong, the command's exit status. The command declares
 * CLI_DATABASE and (but for OPEN_NEW) CLI_KEYS. cli_close() it in any case. */
int cli_open(const struct cli_args *args, enum cli_open how,
	struct session_of_command *ret_session) MUST_CHECK;
void cli_close(struct session_of_command *s);

/* --keys, else LUBAN_KEYS, else luban.keys beside the SQLite file, else /etc/luban/luban.keys. */
const char *cli_keys(const struct cli_args *args, struct arena *a);
/* The signing keys lie beside the key file: its path with ".signing". */
const char *cli_signing_keys(const struct cli_args *args, struct arena *a);
/* What the signer remembers in (core/signer_head.h): LUBAN_HEADS, else beside its keys with
 * ".heads". */
const char *cli_heads(const struct cli_args *args, struct arena *a);
/* Starts the signer over them; without such a file what waits for a signature waits on, and the log
 * says so. Before any thread is made. */
void cli_start_signer(const struct cli_args *args, struct arena *a);
/* The path of a sqlite: address, else NULL. */
const char *cli_sqlite_file(const char *url);
/* A SQLite file that is not there is named, not made: 0, or an exit status. */
int cli_need_database(const char *url) MUST_CHECK;
/* Reads the key file: 0, or an exit status after it has said what is wrong. */
int cli_load_keys(const char *path, struct keyring **ret_keys) MUST_CHECK;
/* Compares keys and database; `adopt` makes them belong together when the database has none yet. */
int cli_check_keys(struct ctx *cx, bool adopt) MUST_CHECK;
/* Whether a database with this mark was sealed with a secret of the context's keyring. */
bool cli_keys_fit(struct ctx *cx, const char *mark);

/* 0 for "" and for a region that there is; or an exit status after it has said so. */
int cli_check_region(struct ctx *cx, const char *code) MUST_CHECK;

/* Says the context's problem on stderr in one line; gives the exit status of err. */
int cli_fail(struct ctx *cx, int err);

#endif
