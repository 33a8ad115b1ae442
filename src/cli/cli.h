/* The command line: `luban COMMAND [OPERAND…] [--OPTION[=VALUE]…]`. A command is one row: what it
 * is called, what its help says, which options it declares, and the function that runs it. From the
 * rows come dispatch, checking, help and the manual page.
 *
 * Exit status: 0 done or yes, 1 a negative answer, 2 wrong use, 3 failure (see err_exit()). Results
 * go to stdout; what went wrong goes to stderr in one line, through cli_error().
 *
 * To add a command: write src/cli/cmd_NAME.c with a `const struct command cmd_NAME_command`, and
 * name that in the table of src/cli/commands.c. Its run function begins with cli_parse(). */
#ifndef LUBAN_CLI_CLI_H
#define LUBAN_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { CLI_OK = 0, CLI_NO = 1, CLI_USAGE = 2, CLI_FAILURE = 3, CLI_OPTIONS_MAX = 24 };

struct cli_option {
	const char *name;     /* "database", without the dashes */
	const char *value;    /* what stands for its value in help: "URL"; NULL for a flag */
	const char *help;     /* one line */
	bool is_number;       /* the value must be a whole number, from min to max */
	int64_t min, max;
};

struct command {
	const char *name;    /* "id", or two words: "template render" */
	const char *usage;   /* operands and options: "idno|uscc VALUE…" */
	const char *summary; /* one line, for the list */
	const char *help;    /* paragraphs; may be NULL */
	const struct cli_option *options; /* ends with {0}; may be NULL */
	int least, most;                  /* number of operands; most -1: any number */
	/* argv[0] is the (last word of the) name. */
	int (*run)(int argc, char **argv);
};

/* Every command, ends with NULL. */
extern const struct command *const commands[];

/* What every command that opens the database declares. */
#define CLI_DATABASE_HELP \
	"数据库：sqlite:文件 或 postgresql://…" \
	"（缺省取环境变量LUBAN_DATABASE，再缺省为sqlite:var/luban.db）"
#define CLI_DATABASE {"database", "URL", CLI_DATABASE_HELP}
#define CLI_JSON {"json", NULL, "以JSON输出"}

struct cli_args {
	const struct command *command;
	const char *values[CLI_OPTIONS_MAX]; /* by row of the command's options; NULL: not given */
	int n;                               /* operands */
	char **operands;
};

/* Sorts argv into options and operands (in place) and checks both against the command, and that
 * what names the database could be one. 0, or CLI_USAGE after it has said on stderr what is wrong.
 * "--" ends the options. */
int cli_parse(const struct command *command, int argc, char **argv,
	struct cli_args *ret_args) MUST_CHECK;

/* An option that the command does not declare is a bug and aborts. */
bool cli_has(const struct cli_args *args, const char *option);
const char *cli_text(const struct cli_args *args, const char *option, const char *otherwise);
int64_t cli_number(const struct cli_args *args, const char *option, int64_t otherwise);
/* --database, else LUBAN_DATABASE, else sqlite:var/luban.db. */
const char *cli_database(const struct cli_args *args);

/* One line on stderr: "luban: …". */
void cli_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The same, and CLI_USAGE. */
int cli_misuse(const struct command *command, const char *fmt,
	...) __attribute__((format(printf, 2, 3)));

void cli_print_help(const struct command *command);
/* The same for every command whose name begins with this word; false: there is none. */
bool cli_print_family(const char *word);
/* The whole program: what main() does. */
int cli_main(int argc, char **argv);

#endif
