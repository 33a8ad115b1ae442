#include "cli/open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "conf/keys.h"
#include "core/message.h"
#include "core/signer.h"
#include "query/core.h"
#include "query/operate.h"

/* A venue's package with its photos is held several times over while it is sealed. */
static const size_t ARENA_MAX = (size_t)2 << 30;

static const char key_check_text[] = "luban";

const char *cli_sqlite_file(const char *url)
{
	static const char prefix[] = "sqlite:";
	return str_starts(str_of(url), prefix) ? url + sizeof prefix - 1 : NULL;
}

const char *cli_keys(const struct cli_args *args, struct arena *a)
{
	const char *named = getenv("LUBAN_KEYS");
	const char *file = cli_sqlite_file(cli_database(args));
	const char *given = cli_text(args, "keys", named && *named ? named : NULL);
	if (given)
		return given;
	if (!file)
		return "/etc/luban/luban.keys";
	const char *slash = strrchr(file, '/');
	return arena_printf(a, "%.*sluban.keys", slash ? (int)(slash - file + 1) : 0, file);
}

const char *cli_signing_keys(const struct cli_args *args, struct arena *a)
{
	return arena_printf(a, "%s.signing", cli_keys(args, a));
}

const char *cli_heads(const struct cli_args *args, struct arena *a)
{
	const char *named = getenv("LUBAN_HEADS");
	return named && *named ? named : arena_printf(a, "%s.heads", cli_signing_keys(args, a));
}

void cli_start_signer(const struct cli_args *args, struct arena *a)
{
	char program[4096];
	const char *file = cli_signing_keys(args, a);
	ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
	if (n > 0)
		program[n] = 0;
	if (n <= 0 || signer_start(program, file, cli_heads(args, a)) < 0)
		log_warn("no signer: %s: receipts wait; run luban init", file);
}

int cli_load_keys(const char *path, struct keyring **ret_keys)
{
	int r = keys_load(path, ret_keys);
	if (r == ERR_NOTFOUND)
		cli_error("没有密钥文件%s：新装时由luban init生成；已有数据库的，请放回当初的密钥文"
			"件", path);
	else if (r == ERR_DENIED)
		cli_error("密钥文件%s可被他人读取，请改为仅属主可读（chmod 600）后重试", path);
	else if (r == ERR_INVALID)
		cli_error("%s不是密钥文件：每行应为64位十六进制数", path);
	else if (r < 0)
		cli_error("无法读取密钥文件%s：%s", path, strerror(errno));
	return r < 0 ? CLI_FAILURE : 0;
}

static void say_fields(struct ctx *cx)
{
	auto_buf line;
	buf_init(&line, 4096);
	for (int i = 0; i < cx->problem.n_fields; i++)
		buf_printf(&line, "%s%s", i ? "；" : "",
			field_problem_text(cx, &cx->problem.fields[i]));
	cli_error("%s", buf_z(&line));
}

int cli_fail(struct ctx *cx, int err)
{
	if (err == ERR_DB)
		cli_error("%s（%s）", cx->problem.id ? problem_text(cx) : err_name(err),
			db_error(cx->db));
	else if (cx->problem.n_fields)
		say_fields(cx);
	else
		cli_error("%s", cx->problem.id ? problem_text(cx) : err_name(err));
	return err_exit(err);
}

bool cli_keys_fit(struct ctx *cx, const char *mark)
{
	for (size_t i = 0; i < keyring_count(cx->keys); i++) {
		const char *own = keyring_blind_index_by(cx->keys, i, cx->arena, "key_check",
			str_of(key_check_text));
		if (crypto_equal(str_of(mark), str_of(own)))
			return true;
	}
	return false;
}

int cli_check_keys(struct ctx *cx, bool adopt)
{
	struct q_key_check_find row;
	int r = q_key_check_find(cx->db, &row, .id = 1);
	if (r == 0 && cli_keys_fit(cx, row.key_mark))
		return 0;
	if (r == 0) {
		cli_error("密钥文件与数据库不匹配：请使用建立该数据库时生成的密钥文件");
		return CLI_FAILURE;
	}
	if (r != ERR_NOTFOUND)
		return cli_fail(cx, r);
	if (!adopt) {
		cli_error("数据库尚未初始化，请先运行luban init");
		return CLI_FAILURE;
	}
	r = q_key_check_put(cx->db, .id = 1, .created_at = ctx_now(cx),
		.key_mark = keyring_blind_index(cx->keys, cx->arena, "key_check",
			str_of(key_check_text)));
	return r < 0 ? cli_fail(cx, r) : 0;
}

int cli_check_region(struct ctx *cx, const char *code)
{
	struct q_region_find row;
	int r = *code ? q_region_find(cx->db, &row, .code = code) : 0;
	if (r != ERR_NOTFOUND)
		return r < 0 ? cli_fail(cx, ctx_pass(cx, r)) : 0;
	cli_error("没有代码为“%s”的地区：应为2、4、6位行政区划代码，如3710", code);
	return CLI_NO;
}

int cli_need_database(const char *url)
{
	const char *file = cli_sqlite_file(url);
	if (!file || access(file, F_OK) == 0)
		return 0;
	cli_error("没有数据库%s，请先运行luban init", file);
	return CLI_FAILURE;
}

static int connect(struct session_of_command *s, const char *url, enum cli_open how)
{
	const char *file = cli_sqlite_file(url);
	int status = how == OPEN_NEW ? 0 : cli_need_database(url);
	if (status)
		return status;
	int r = db_open(url, &s->db);
	if (r < 0) {
		cli_error("无法打开数据库%s：%s", file ? file : "", db_error(s->db));
		return CLI_FAILURE;
	}
	db_use_arena(s->db, s->arena);
	return 0;
}

static int check_version(struct session_of_command *s)
{
	int missing;
	int r = db_migrations_missing(s->db, &missing);
	if (r < 0) {
		cli_error(r == ERR_STATE ? "数据库与本程序的版本不符，请换用较新的程序：%s"
			: "无法检查数据库版本：%s", db_error(s->db));
		return CLI_FAILURE;
	}
	if (missing)
		cli_error("数据库缺少%d项升级，请先备份，再运行luban migrate", missing);
	return missing ? CLI_FAILURE : 0;
}

int cli_open(const struct cli_args *args, enum cli_open how, struct session_of_command *ret_session)
{
	struct session_of_command *s = ret_session;
	*s = (struct session_of_command){.arena = arena_new(ARENA_MAX)};
	umask(S_IRWXG | S_IRWXO);
	int status = connect(s, cli_database(args), how);
	if (!status && how == OPEN_READY)
		status = check_version(s);
	if (!status && how != OPEN_NEW)
		status = cli_load_keys(cli_keys(args, s->arena), &s->keys);
	if (status)
		return status;
	ctx_init(&s->cx, s->arena, s->db, s->keys);
	ctx_act_as_system(&s->cx, "命令行");
	return how == OPEN_READY ? cli_check_keys(&s->cx, false) : 0;
}

void cli_close(struct session_of_command *s)
{
	db_close(s->db);
	keyring_free(s->keys);
	if (s->arena)
		arena_free(s->arena);
	*s = (struct session_of_command){0};
}
