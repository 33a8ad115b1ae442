/* luban witness: a small service of its own, for whoever is to vouch that a log only grows. Needs
 * no database and knows nothing of the platform. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "cli/cli.h"
#include "watch/witness.h"
#include "web/server_plain.h"

extern const struct command cmd_witness_init_command;
extern const struct command cmd_witness_watch_command;
extern const struct command cmd_witness_show_command;
extern const struct command cmd_witness_serve_command;

enum { THREADS = 4, CONNECTIONS = 512, CONNECTIONS_OF_ONE = 64, SECONDS = 30,
	SHOW_MAX = 64 * 1024 };

static int init(int argc, char **argv)
{
	struct cli_args args;
	struct note_key key;
	auto_buf text;
	buf_init(&text, 1024);
	int status = cli_parse(&cmd_witness_init_command, argc, argv, &args);
	if (status)
		return status;
	const char *dir = args.operands[0], *name = args.operands[1];
	int r = witness_init(dir, str_of(name), &key);
	if (r == ERR_INVALID)
		return cli_misuse(&cmd_witness_init_command,
			"名称“%s”不合规：不能为空，不能有空格和加号，通常写作网址去掉https://",
			name);
	if (r < 0) {
		cli_error("%s：%s", dir,
			r == ERR_CONFLICT ? "已有密钥，不重新生成" : strerror(errno));
		return CLI_FAILURE;
	}
	note_key_put(&text, &key);
	printf("%s\n", buf_z(&text));
	return CLI_OK;
}

static int watch(int argc, char **argv)
{
	struct cli_args args;
	int status = cli_parse(&cmd_witness_watch_command, argc, argv, &args);
	if (status)
		return status;
	const char *dir = args.operands[0];
	int r = witness_watch(dir, str_of(args.operands[1]));
	if (r == 0)
		return CLI_OK;
	if (r == ERR_INVALID)
		return cli_misuse(&cmd_witness_watch_command,
			"“%s”不是日志的验证公钥（名称+编号+公钥）", args.operands[1]);
	cli_error("%s：%s", dir,
		r == ERR_CONFLICT ? "这个公钥已经登记，或者见证服务正在运行：请先停止"
		: r == ERR_LIMIT ? "日志或公钥过多"
		: r == ERR_NOTFOUND ? "目录不存在，请先运行luban witness init"
				    : strerror(errno));
	return CLI_FAILURE;
}

static int show(int argc, char **argv)
{
	struct cli_args args;
	struct witness *w = NULL;
	char problem[WITNESS_PROBLEM] = "";
	auto_buf text;
	buf_init(&text, SHOW_MAX);
	int status = cli_parse(&cmd_witness_show_command, argc, argv, &args);
	if (status)
		return status;
	if (witness_look(args.operands[0], &w, problem) < 0) {
		cli_error("%s", problem);
		return CLI_FAILURE;
	}
	witness_describe(w, &text);
	witness_close(w);
	fputs(buf_z(&text), stdout);
	return CLI_OK;
}

/* ---- the service ---- */

static void answer_text(struct plain_answer *a, int status, const char *text)
{
	a->status = status;
	a->type = "text/plain; charset=utf-8";
	buf_puts(&a->body, text);
}

static void handle(void *self, const struct plain_request *rq, struct plain_answer *a)
{
	struct witness *w = self;
	bool is_add = streq(rq->path, "/add-checkpoint"), is_top = streq(rq->path, "/");
	if (is_add && streq(rq->method, "POST")) {
		struct witness_answer out = {.body = &a->body};
		witness_add_checkpoint(w, rq->body, (int64_t)time(NULL), &out);
		a->status = out.status;
		a->type = out.type;
		if (*out.remark)
			log_error("%s", out.remark);
	} else if (is_top && (streq(rq->method, "GET") || streq(rq->method, "HEAD"))) {
		a->status = 200;
		a->type = "text/plain; charset=utf-8";
		witness_describe(w, &a->body);
	} else {
		answer_text(a, is_add || is_top ? 405 : 404, "no such thing here\n");
	}
	log_info("%s %.60s %d", rq->method, rq->path, a->status);
}

/* Before any thread is made. */
static void hold_signals(sigset_t *ret_set)
{
	sigemptyset(ret_set);
	sigaddset(ret_set, SIGTERM);
	sigaddset(ret_set, SIGINT);
	pthread_sigmask(SIG_BLOCK, ret_set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

static int run_service(struct witness *w, const char *listen)
{
	struct plain_options o = {.listen = listen, .threads = THREADS, .connections = CONNECTIONS,
		.connections_of_one = CONNECTIONS_OF_ONE, .seconds = SECONDS,
		.body_max = COSIGN_REQUEST_MAX};
	struct plain_server *server;
	const char *error = "";
	sigset_t signals;
	int got;
	hold_signals(&signals);
	if (server_plain_start(&o, handle, w, &server, &error) < 0) {
		cli_error("%s：%s", listen, error);
		return CLI_FAILURE;
	}
	const char *colon = strrchr(listen, ':');
	printf("luban witness: http://%.*s:%u\n", (int)(colon - listen), listen,
		server_plain_port(server));
	fflush(stdout);
	while (sigwait(&signals, &got))
		;
	log_info("ending on signal %d", got);
	server_plain_stop(server);
	return CLI_OK;
}

static int serve(int argc, char **argv)
{
	struct cli_args args;
	char problem[WITNESS_PROBLEM] = "";
	struct witness *w = NULL;
	int status = cli_parse(&cmd_witness_serve_command, argc, argv, &args);
	if (status)
		return status;
	if (cli_has(&args, "quiet"))
		log_set_level(LOG_WARN);
	if (witness_open(args.operands[0], &w, problem) < 0) {
		cli_error("%s", problem);
		return CLI_FAILURE;
	}
	status = run_service(w, cli_text(&args, "listen", "127.0.0.1:8090"));
	witness_close(w);
	return status;
}

static const struct cli_option no_options[] = {
	{0},
};

const struct command cmd_witness_init_command = {
	.name = "witness init",
	.usage = "DIR NAME",
	.summary = "见证：建立目录，生成密钥，打印验证公钥",
	.help = "NAME一般是见证服务的网址去掉https://，写进每个签名。私钥只在DIR/witness.key中，"
		"打印的验证公钥交给日志方和核验方。",
	.options = no_options,
	.least = 2, .most = 2,
	.run = init,
};

const struct command cmd_witness_watch_command = {
	.name = "witness watch",
	.usage = "DIR VERIFIER-KEY",
	.summary = "见证：登记要见证的日志（或日志的又一个公钥）",
	.help = "公钥的名称就是日志的名称。日志换密钥时把新公钥也登记进来；见证服务须先停止。",
	.options = no_options,
	.least = 2, .most = 2,
	.run = watch,
};

const struct command cmd_witness_show_command = {
	.name = "witness show",
	.usage = "DIR",
	.summary = "见证：打印验证公钥和每个日志已见证到的条数、根",
	.options = no_options,
	.least = 1, .most = 1,
	.run = show,
};

static const struct cli_option serve_options[] = {
	{"listen", "ADDRESS:PORT", "监听地址（缺省127.0.0.1:8090；端口0为任选）"},
	{"quiet", NULL, "日志只记警告和错误"},
	{0},
};

const struct command cmd_witness_serve_command = {
	.name = "witness serve",
	.usage = "DIR [--listen ADDRESS:PORT]",
	.summary = "见证：提供见证服务，只为只增不改的日志签名",
	.help = "C2SP tlog-witness。签名之前先把状态写到磁盘；状态缺失或损坏时拒绝启动。\n"
		"对外经https反向代理提供；GET / 列出验证公钥和各日志的状态。",
	.options = serve_options,
	.least = 1, .most = 1,
	.run = serve,
};
