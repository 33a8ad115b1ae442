/* luban venue key, pack, serve, start, return: rooms of an exam on a machine without a network. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/box.h"
#include "base/civil.h"
#include "base/crypto.h"
#include "base/hex.h"
#include "cli/open.h"
#include "domain/exam/venue.h"

extern const struct command cmd_venue_key_command;
extern const struct command cmd_venue_pack_command;
extern const struct command cmd_venue_serve_command;
extern const struct command cmd_venue_start_command;
extern const struct command cmd_venue_return_command;
extern const struct command cmd_venue_cancel_command;
extern const struct command cmd_init_command;
extern const struct command cmd_serve_command;

enum { ARGS_MAX = 16 };

/* ---- files ---- */

static int read_file(struct arena *a, const char *path, struct str *ret_text)
{
	struct stat st;
	FILE *f = fopen(path, "rb");
	if (!f || fstat(fileno(f), &st) || st.st_size <= 0 || st.st_size > VENUE_FILE_MAX) {
		cli_error("无法读取%s：%s", path, f ? "大小不对" : strerror(errno));
		if (f)
			fclose(f);
		return CLI_FAILURE;
	}
	size_t n = (size_t)st.st_size;
	char *bytes = arena_alloc(a, n + 1);
	size_t got = fread(bytes, 1, n, f);
	fclose(f);
	if (got != n) {
		cli_error("无法读取%s", path);
		return CLI_FAILURE;
	}
	bytes[n] = 0;
	*ret_text = (struct str){bytes, n};
	return 0;
}

/* Written whole or not at all, for its owner's eyes, never over another file. */
static int write_file(const char *path, struct str text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
	size_t done = 0;
	while (fd >= 0 && done < text.n) {
		ssize_t n = write(fd, text.p + done, text.n - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	int bad = fd < 0 || done < text.n || fsync(fd);
	if (bad)
		cli_error("无法写入%s：%s", path, strerror(errno));
	if (fd >= 0 && close(fd))
		bad = 1;
	if (bad && fd >= 0)
		unlink(path);
	return bad ? CLI_FAILURE : 0;
}

static int check_out(const char *out)
{
	if (!out) {
		cli_error("请用--out指定要写的文件");
		return CLI_USAGE;
	}
	if (access(out, F_OK) == 0) {
		cli_error("文件%s已存在，请换一个名字", out);
		return CLI_USAGE;
	}
	return 0;
}

/* "101,102" */
static int read_rooms(const struct cli_args *args, int64_t rooms[VENUE_ROOMS_MAX], size_t *ret_n)
{
	struct str rest = str_of(cli_text(args, "rooms", ""));
	*ret_n = 0;
	while (rest.n) {
		struct str one = str_trim(str_cut(&rest, ','));
		if (*ret_n == VENUE_ROOMS_MAX || !str_to_i64(one, &rooms[*ret_n])) {
			cli_error("--rooms应为考场编号，以逗号分隔");
			return CLI_USAGE;
		}
		++*ret_n;
	}
	return 0;
}

/* ---- key ---- */

static int read_key(struct arena *a, const char *path, uint8_t ret_key[BOX_KEY_BYTES])
{
	struct str text;
	int status = read_file(a, path, &text);
	if (status)
		return status;
	if (hex_read(str_trim(text), ret_key, BOX_KEY_BYTES))
		return 0;
	cli_error("%s不是luban venue key写的密钥文件", path);
	return CLI_FAILURE;
}

static int make_key(struct arena *a, const char *path, uint8_t ret_key[BOX_KEY_BYTES])
{
	crypto_random(ret_key, BOX_KEY_BYTES);
	return write_file(path, str_of(arena_printf(a, "%s\n",
		hex_text(a, ret_key, BOX_KEY_BYTES))));
}

static int run_key(int argc, char **argv)
{
	struct cli_args args;
	uint8_t secret[BOX_KEY_BYTES], public[BOX_KEY_BYTES];
	int status = cli_parse(&cmd_venue_key_command, argc, argv, &args);
	if (status)
		return status;
	const char *path = args.operands[0];
	struct arena *a = arena_new(1 << 20);
	status = access(path, F_OK) == 0 ? read_key(a, path, secret) : make_key(a, path, secret);
	if (!status) {
		box_public(secret, public);
		printf("机器公钥 %s\n", hex_text(a, public, sizeof public));
		printf("请登记到中心的考场资料（离线机器公钥）。密钥文件留在这台机器上，不要复制给"
			"他人。\n");
	}
	crypto_wipe(secret, sizeof secret);
	arena_free(a);
	return status;
}

/* ---- pack ---- */

static int run_pack(int argc, char **argv)
{
	struct cli_args args;
	struct venue_packed packed;
	int64_t exam, rooms[VENUE_ROOMS_MAX];
	size_t n;
	int status = cli_parse(&cmd_venue_pack_command, argc, argv, &args);
	const char *out = status ? NULL : cli_text(&args, "out", NULL);
	if (status || (status = check_out(out)) || (status = read_rooms(&args, rooms, &n)))
		return status;
	if (!str_to_i64(str_of(args.operands[0]), &exam))
		return cli_misuse(args.command, "考试编号应为数字");
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	int r = venue_pack(&s.cx, exam, rooms, n, &packed);
	if (r < 0)
		return cli_fail(&s.cx, r);
	if ((status = write_file(out, packed.file))) {
		cli_error("考场已标为交给离线考点，但文件没有写成：请先luban venue cancel "
			"%" PRId64 "，解决后重新打包", packed.id);
		return status;
	}
	printf("已打包%d个考场、%d名考生：%s\n考场包编号 %" PRId64 "\n", (int)packed.n_rooms,
		(int)packed.n_sittings, out, packed.id);
	printf("开包口令 %s\n", packed.open_code);
	printf("口令只显示这一次，须与文件分开送达。开卷口令在开考前一小时起由考试监控页面查看。"
		"\n");
	return CLI_OK;
}

/* ---- serve ---- */

static int run_other(const struct command *command, const char *const *more, size_t n)
{
	char *argv[ARGS_MAX + 1] = {0};
	int argc = 0;
	argv[argc++] = strdup(command->name);
	for (size_t i = 0; i < n && argc < ARGS_MAX; i++)
		if (more[i])
			argv[argc++] = strdup(more[i]);
	int status = command->run(argc, argv);
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	return status;
}

static int init_if_new(const struct cli_args *args)
{
	const char *file = cli_sqlite_file(cli_database(args));
	if (!file) {
		cli_error("离线考点使用SQLite数据库：--database sqlite:文件");
		return CLI_USAGE;
	}
	if (access(file, F_OK) == 0)
		return 0;
	if (!args->n)
		return cli_misuse(args->command, "请指明离线考场包文件");
	const char *keys = cli_text(args, "keys", NULL);
	const char *const more[] = {"--database", cli_database(args), keys ? "--keys" : NULL, keys};
	return run_other(&cmd_init_command, more, 4);
}

/* From --code, the environment, or the terminal. */
static const char *ask_code(const struct cli_args *args, struct arena *a)
{
	const char *known = cli_text(args, "code", getenv("LUBAN_VENUE_CODE"));
	char line[256];
	if (known)
		return known;
	fprintf(stderr, "开包口令：");
	if (!fgets(line, sizeof line, stdin))
		return "";
	return arena_str(a, str_trim(str_of(line)));
}

static void print_opened(struct ctx *cx, const struct venue_opened *o)
{
	printf("已装入：%s\n考场%d个，考生%d名，%s开考\n", o->title, (int)o->n_rooms,
		(int)o->n_sittings, civil_time_text(cx->arena, o->starts_at));
	for (size_t i = 0; i < o->n_accounts; i++)
		printf("%s（%s）  登录名 %-10s 一次性密码 %s\n", o->accounts[i].name,
			o->accounts[i].rooms, o->accounts[i].login, o->accounts[i].password);
	printf("密码只显示这一次，请交给本人。\n");
	fflush(stdout);
}

static int open_package(const struct cli_args *args)
{
	struct venue_here here;
	struct venue_opened opened;
	struct str file;
	auto_session s;
	int status = cli_open(args, OPEN_READY, &s);
	if (status)
		return status;
	int r = venue_here(&s.cx, &here);
	if (r == 0) {
		printf("继续运行：%s\n", here.title);
		return 0;
	}
	if (r != ERR_NOTFOUND)
		return cli_fail(&s.cx, r);
	if (!args->n) {
		cli_error("请指明离线考场包文件");
		return CLI_USAGE;
	}
	const char *key_file = cli_text(args, "machine-key", NULL);
	uint8_t key[BOX_KEY_BYTES];
	if ((key_file && (status = read_key(s.arena, key_file, key))) ||
		(status = read_file(s.arena, args->operands[0], &file)))
		return status;
	r = venue_open(&s.cx, file, ask_code(args, s.arena), key_file ? key : NULL, &opened);
	crypto_wipe(key, sizeof key);
	if (r < 0)
		return cli_fail(&s.cx, r);
	print_opened(&s.cx, &opened);
	return 0;
}

static int run_serve(int argc, char **argv)
{
	struct cli_args args;
	int status = cli_parse(&cmd_venue_serve_command, argc, argv, &args);
	if (status || (status = init_if_new(&args)) || (status = open_package(&args)))
		return status;
	if (cli_has(&args, "only-open"))
		return CLI_OK;
	const char *keys = cli_text(&args, "keys", NULL), *listen = cli_text(&args, "listen", NULL);
	const char *const more[] = {"--database", cli_database(&args), keys ? "--keys" : NULL, keys,
		listen ? "--listen" : NULL, listen};
	return run_other(&cmd_serve_command, more, 6);
}

/* ---- start ---- */

static int run_start(int argc, char **argv)
{
	struct cli_args args;
	struct venue_here here;
	int status = cli_parse(&cmd_venue_start_command, argc, argv, &args);
	if (status)
		return status;
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	int r = venue_here(&s.cx, &here);
	if (r == ERR_NOTFOUND) {
		cli_error("这台机器没有装离线考场包");
		return CLI_NO;
	}
	if (r < 0 || (r = venue_start(&s.cx, here.exam_id, args.operands[0])) < 0)
		return cli_fail(&s.cx, r);
	printf("试卷已启封：%s\n", here.title);
	return CLI_OK;
}

/* ---- return ---- */

static int give_back(struct session_of_command *s, const struct cli_args *args)
{
	struct str file;
	int64_t rooms[VENUE_ROOMS_MAX], done;
	size_t n;
	const char *out = cli_text(args, "out", NULL);
	int status = check_out(out);
	if (status || (status = read_rooms(args, rooms, &n)))
		return status;
	int r = venue_return(&s->cx, rooms, n, &done, &file);
	if (r < 0)
		return cli_fail(&s->cx, r);
	if ((status = write_file(out, file)))
		return status;
	printf("已写入%d个考场的结果：%s\n", (int)done, out);
	return CLI_OK;
}

static int take_back(struct session_of_command *s, const char *path)
{
	struct str file;
	struct venue_import im;
	int status = read_file(s->arena, path, &file);
	if (status)
		return status;
	int r = venue_import(&s->cx, file, &im);
	if (r < 0)
		return cli_fail(&s->cx, r);
	printf("导入考场%d个、考生%d名、作答记录%d条", (int)im.rooms, (int)im.sittings,
		(int)im.answers);
	if (im.already)
		printf("；另有%d个考场以前已导入，没有变化", (int)im.already);
	printf("\n");
	if (im.conflicts)
		printf("有%d名考生在中心也考过，两份都保留，请在考试监控页面核定\n",
			(int)im.conflicts);
	return im.conflicts ? CLI_NO : CLI_OK;
}

static int run_return(int argc, char **argv)
{
	struct cli_args args;
	int status = cli_parse(&cmd_venue_return_command, argc, argv, &args);
	if (status)
		return status;
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	return args.n ? take_back(&s, args.operands[0]) : give_back(&s, &args);
}

/* ---- cancel ---- */

static int run_cancel(int argc, char **argv)
{
	struct cli_args args;
	int64_t pack, n;
	int status = cli_parse(&cmd_venue_cancel_command, argc, argv, &args);
	if (status)
		return status;
	if (!str_to_i64(str_of(args.operands[0]), &pack))
		return cli_misuse(args.command, "考场包编号应为数字");
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	int r = venue_cancel(&s.cx, pack, cli_text(&args, "reason", ""), &n);
	if (r < 0)
		return cli_fail(&s.cx, r);
	printf("已收回，由中心运行\n");
	return CLI_OK;
}

#define ROOMS {"rooms", "ID,…", "考场编号（考场监考页面地址中的最后一个数字），缺省为全部"}
#define OUT {"out", "FILE", "要写的文件"}

static const struct cli_option pack_options[] = {CLI_DATABASE, CLI_KEYS, ROOMS, OUT, {0}};
static const struct cli_option serve_options[] = {
	CLI_DATABASE,
	CLI_KEYS,
	{"code", "CODE", "开包口令（缺省取环境变量LUBAN_VENUE_CODE，再缺省为从终端输入）"},
	{"machine-key", "FILE", "这台机器的密钥文件（luban venue key），中心登记了公钥时须给"},
	{"listen", "ADDRESS:PORT", "监听地址"},
	{"only-open", NULL, "只装入，不提供服务"},
	{0},
};
static const struct cli_option start_options[] = {CLI_DATABASE, CLI_KEYS, {0}};
static const struct cli_option return_options[] = {CLI_DATABASE, CLI_KEYS, ROOMS, OUT, {0}};

static const struct cli_option cancel_options[] = {
	CLI_DATABASE, CLI_KEYS, {"reason", "TEXT", "理由，记入记录"}, {0}};

const struct command cmd_venue_cancel_command = {
	.name = "venue cancel",
	.usage = "PACK --reason TEXT",
	.summary = "收回一个考场包，考场改由中心运行",
	.help = "编号见考试监控页面。考点的机器如果仍然开了考，带回的结果按冲突由人核定。",
	.options = cancel_options,
	.least = 1,
	.most = 1,
	.run = run_cancel,
};

const struct command cmd_venue_key_command = {
	.name = "venue key",
	.usage = "FILE",
	.summary = "给离线考点的机器建立密钥，显示公钥",
	.help = "公钥登记到中心的考场资料后，给该考点的考场包除口令外还须有这个密钥文件才能打开。\n"
		"文件已存在时不改动，只显示公钥。",
	.least = 1,
	.most = 1,
	.run = run_key,
};

const struct command cmd_venue_pack_command = {
	.name = "venue pack",
	.usage = "EXAM [--rooms ID,…] --out FILE",
	.summary = "把考场打包给没有网络的考点",
	.help = "打包后这些考场由考点运行，中心不再受理，直到结果带回。试卷须已启封，考生须都未签到"
		"。\n"
		"文件已加密；开包口令与文件分开送达，开卷口令在开考前一小时起另行告知。",
	.options = pack_options,
	.least = 1,
	.most = 1,
	.run = run_pack,
};

const struct command cmd_venue_serve_command = {
	.name = "venue serve",
	.usage = "[FILE] --database sqlite:FILE [--listen ADDRESS:PORT]",
	.summary = "在没有网络的考点运行一个考场包",
	.help = "第一次运行时建立数据库和密钥、装入考场包、给监考员开设账户，然后提供网站；\n"
		"以后（断电、重启之后）不带FILE再运行即继续。",
	.options = serve_options,
	.most = 1,
	.run = run_serve,
};

const struct command cmd_venue_start_command = {
	.name = "venue start",
	.usage = "CODE",
	.summary = "在考点用开卷口令启封试卷",
	.help = "也可以在考试监控页面输入。",
	.options = start_options,
	.least = 1,
	.most = 1,
	.run = run_start,
};

const struct command cmd_venue_return_command = {
	.name = "venue return",
	.usage = "[FILE] [--rooms ID,…] [--out FILE]",
	.summary = "考点写出结果；中心导入结果",
	.help = "在考点：luban venue return --out FILE，写出已经结束的考场，带签名。\n"
		"在中心：luban venue return FILE，核对签名后导入；同一文件导入两次没有变化。",
	.options = return_options,
	.most = 1,
	.run = run_return,
};
