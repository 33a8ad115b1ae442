/* luban key list|complete|rotate|retire: the signing keys beside the key file; luban log origin:
 * the public log's name. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "cli/open.h"
#include "core/log_trust.h"
#include "core/signer.h"
#include "core/tlog_key.h"

extern const struct command cmd_key_list_command;
extern const struct command cmd_key_complete_command;
extern const struct command cmd_key_rotate_command;
extern const struct command cmd_key_retire_command;
extern const struct command cmd_log_origin_command;

static int say(const char *file, int err)
{
	cli_error("签名密钥文件%s：%s", file, err == ERR_NOTFOUND ? "不存在，请先运行luban init"
		: err == ERR_DENIED ? "可被他人读取，请执行chmod 600"
		: err == ERR_INVALID ? "内容不正确"
		: err == ERR_LIMIT ? "同一用途的密钥已达上限，请先运行luban key retire"
		: strerror(errno));
	return CLI_FAILURE;
}

struct list {
	struct ctx *cx;
	const char *origin;
	const char *use; /* whose older keys end */
	bool is_lost;
	int err;
};

static bool log_key(const struct list *l, const char *use, const uint8_t *public_key,
	struct note_key *ret_key)
{
	bool is_sm2 = streq(use, "log_sm2");
	return (is_sm2 || streq(use, "log")) &&
		note_key_make(is_sm2 ? NOTE_SM2 : NOTE_ED25519, str_of(l->origin), public_key,
			ret_key) == 0;
}

static void print_key(void *arg, const char *use, bool is_current, const uint8_t *public_key)
{
	const struct list *l = arg;
	struct note_key key;
	char id[SIGN_ID_HEX];
	auto_buf text;
	buf_init(&text, 1024);
	if (log_key(l, use, public_key, &key))
		note_key_put(&text, &key);
	else
		buf_printf(&text, "%s %s", sign_key_id(public_key, id),
			hex_text(l->cx->arena, public_key, SIGN_PUBLIC_BYTES));
	printf("%-12s %s %s\n", use, is_current ? "现用" : "先前", buf_z(&text));
}

static int begin(const struct command *command, int argc, char **argv, struct cli_args *ret_args,
	struct session_of_command *s)
{
	int status = cli_parse(command, argc, argv, ret_args);
	return status ? status : cli_open(ret_args, OPEN_READY, s);
}

static int run_list(int argc, char **argv)
{
	struct cli_args args;
	auto_session s = {0};
	int status = begin(&cmd_key_list_command, argc, argv, &args, &s);
	if (status)
		return status;
	struct list l = {.cx = &s.cx};
	const char *file = cli_signing_keys(&args, s.arena);
	int r = tlog_origin(&s.cx, &l.origin);
	if (r < 0)
		return cli_fail(&s.cx, r);
	r = signer_file_keys(file, print_key, &l);
	return r < 0 ? say(file, r) : CLI_OK;
}

static int run_complete(int argc, char **argv)
{
	struct cli_args args;
	auto_session s = {0};
	int n, status = begin(&cmd_key_complete_command, argc, argv, &args, &s);
	if (status)
		return status;
	const char *file = cli_signing_keys(&args, s.arena);
	int r = signer_file_complete(file, &n);
	if (r < 0)
		return say(file, r);
	printf(n ? "已补齐%d把签名密钥，请更新副本，并重启luban serve和luban worker\n"
		 : "签名密钥齐全，没有改动\n", n);
	return CLI_OK;
}

static int run_rotate(int argc, char **argv)
{
	struct cli_args args;
	auto_session s = {0};
	int status = begin(&cmd_key_rotate_command, argc, argv, &args, &s);
	if (status)
		return status;
	const char *file = cli_signing_keys(&args, s.arena);
	int r = signer_file_rotate(file, args.operands[0]);
	if (r == ERR_NOTFOUND)
		return cli_misuse(args.command, "没有用途“%s”", args.operands[0]);
	if (r < 0)
		return say(file, r);
	printf("已换用新的%s密钥，请更新副本，并重启luban serve和luban worker\n",
		args.operands[0]);
	return CLI_OK;
}

/* Of the use that is retired, what was before the current key. */
static void end_key(void *arg, const char *use, bool is_current, const uint8_t *public_key)
{
	struct list *l = arg;
	struct note_key key;
	char id[SIGN_ID_HEX];
	if (is_current || l->err < 0)
		return;
	if (streq(l->use, "log") && log_key(l, use, public_key, &key))
		l->err = tlog_key_end(l->cx, &key, l->is_lost);
	else if (l->is_lost && streq(l->use, "certificate") && streq(use, l->use))
		l->err = log_issuer_lost(l->cx, sign_key_id(public_key, id));
}

/* One that is in no file any more. */
static int end_named(struct list *l, const struct cli_args *args)
{
	struct note_key key;
	const char *text = cli_text(args, "key", "");
	if (!streq(l->use, "log") || note_key_parse(str_of(text), &key) < 0)
		return cli_misuse(args->command, "“%s”不是公开日志的公钥", text);
	int r = tlog_key_end(l->cx, &key, l->is_lost);
	return r < 0 ? cli_fail(l->cx, r) : CLI_OK;
}

/* What the database says of a key first: a key that is in no file any more is named there. */
static int run_retire(int argc, char **argv)
{
	struct cli_args args;
	auto_session s = {0};
	int n, status = begin(&cmd_key_retire_command, argc, argv, &args, &s);
	if (status)
		return status;
	struct list l = {.cx = &s.cx, .is_lost = cli_has(&args, "lost"),
		.use = args.operands[0]};
	const char *file = cli_signing_keys(&args, s.arena), *use = args.operands[0];
	int r = tlog_origin(&s.cx, &l.origin);
	if (r < 0)
		return cli_fail(&s.cx, r);
	if (cli_has(&args, "key"))
		return end_named(&l, &args);
	r = signer_file_keys(file, end_key, &l);
	if (l.err < 0)
		return cli_fail(&s.cx, l.err);
	if (r == 0)
		r = signer_file_retire(file, use, &n);
	if (r == ERR_NOTFOUND)
		return cli_misuse(args.command, "没有用途“%s”", use);
	if (r < 0)
		return say(file, r);
	printf(n ? "已从文件中除去%d把先前的密钥，请更新副本，并重启luban serve和luban worker\n"
		 : "没有先前的密钥，没有改动\n", n);
	return CLI_OK;
}

static int run_origin(int argc, char **argv)
{
	struct cli_args args;
	auto_session s = {0};
	const char *origin;
	int status = begin(&cmd_log_origin_command, argc, argv, &args, &s);
	if (status)
		return status;
	int r = args.n ? tlog_origin_put(&s.cx, args.operands[0]) : 0;
	if (r >= 0)
		r = tlog_origin(&s.cx, &origin);
	if (r < 0)
		return cli_fail(&s.cx, r);
	printf("%s\n", origin);
	return CLI_OK;
}

static const struct cli_option options[] = {CLI_DATABASE, CLI_KEYS, {0}};
static const struct cli_option retire_options[] = {CLI_DATABASE, CLI_KEYS,
	{"lost", NULL, "这些密钥已经失密：此后公布为不可信"},
	{"key", "KEY", "公开日志的一把公钥（密钥文件已经丢失，里面不再有它）"}, {0}};

const struct command cmd_key_list_command = {
	.name = "key list", .usage = "", .summary = "列出签名密钥的公钥",
	.help = "公开日志的公钥以C2SP signed-note的写法列出，可直接写入信任文件。",
	.options = options, .run = run_list,
};

const struct command cmd_key_complete_command = {
	.name = "key complete", .usage = "", .summary = "为旧版的签名密钥文件补上缺少的密钥",
	.help = "公开日志自本版本起同时以Ed25519和SM2签名；旧文件缺少SM2密钥的，运行一次即可。",
	.options = options, .run = run_complete,
};

const struct command cmd_key_rotate_command = {
	.name = "key rotate", .usage = "receipt|venue|certificate|log",
	.summary = "换用新的签名密钥",
	.help = "重启后新密钥生效。公开日志的旧密钥继续一同签名，直到luban key retire log，\n"
		"使只认旧公钥的核验者有时间换用新公钥。",
	.options = options, .least = 1, .most = 1, .run = run_rotate,
};

const struct command cmd_key_retire_command = {
	.name = "key retire", .usage = "receipt|venue|certificate|log [--lost] [--key KEY]",
	.summary = "除去先前的签名密钥，只留现用的",
	.help = "密钥失密时：先luban key rotate，再luban key retire --lost，重启，并通告新公钥。",
	.options = retire_options, .least = 1, .most = 1, .run = run_retire,
};

const struct command cmd_log_origin_command = {
	.name = "log origin", .usage = "[NAME]", .summary = "显示或设定公开日志的名称",
	.help = "名称写在每个检查点的首行，也是公钥的名称，例如rencai.example.cn/log；\n"
		"须在颁发第一本证书之前设定，签发检查点后不能再改。",
	.options = options, .most = 1, .run = run_origin,
};
