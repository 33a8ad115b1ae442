/* luban serve: the web site, with the jobs beside it. Ends on SIGTERM and SIGINT, after what is
 * under way. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/log.h"
#include "cli/background.h"
#include "cli/open.h"
#include "core/signer.h"
#include "web/site.h"
#include "web/server.h"
#include "web/server_listen.h"

extern const struct command cmd_serve_command;

enum {
	THREADS = 4, CONNECTIONS = 12000, SPARE_FILES = 200, IDLE_SECONDS = 60,
		REQUEST_SECONDS = 300, STOP_SECONDS = 15,
	PROXIES_MAX = 16,
};

/* Before any thread is made, so that all of them leave the signals to wait_for_end(). */
static void hold_signals(sigset_t *ret_set)
{
	sigemptyset(ret_set);
	sigaddset(ret_set, SIGTERM);
	sigaddset(ret_set, SIGINT);
	pthread_sigmask(SIG_BLOCK, ret_set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a write that fails */
}

static void wait_for_end(const sigset_t *set)
{
	int got;
	while (sigwait(set, &got))
		;
	log_info("ending on signal %d", got);
}

/* "A,B" to a list that ends with NULL. */
static const char *const *split(struct arena *a, const char *list)
{
	const char **at = arena_array(a, const char *, PROXIES_MAX + 1);
	struct str rest = str_of(list);
	for (size_t n = 0; rest.n && n < PROXIES_MAX;) {
		struct str one = str_trim(str_cut(&rest, ','));
		if (one.n)
			at[n++] = arena_str(a, one);
	}
	return at;
}

static struct site *make_site(const struct cli_args *args, const struct session_of_command *s)
{
	struct site_options o = {
		.database = cli_database(args), .keys = s->keys, .demo = cli_has(args, "demo"),
		.per_minute = (int)cli_number(args, "per-minute", -1),
	};
#ifndef NDEBUG
	o.strict = true;
#endif
	char *error = NULL;
	struct site *site = site_new(&o, &error);
	if (!site)
		cli_error("%s", error ? error : "the site does not fit together");
	free(error);
	return site;
}

/* As many files as there may be connections, as far as the system allows. */
static unsigned allow_files(unsigned connections)
{
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		return connections;
	if (files.rlim_cur < files.rlim_max) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
		getrlimit(RLIMIT_NOFILE, &files);
	}
	if (files.rlim_cur >= connections + SPARE_FILES)
		return connections;
	unsigned fewer = files.rlim_cur > 2 * SPARE_FILES ? (unsigned)files.rlim_cur - SPARE_FILES
							  : SPARE_FILES;
	log_warn("the limit on open files (%llu) allows %u connections, not %u",
		(unsigned long long)files.rlim_cur, fewer, connections);
	return fewer;
}

static const char *listen_of(const struct cli_args *args)
{
	const char *from = getenv("LUBAN_LISTEN");
	return cli_text(args, "listen", from && *from ? from : "127.0.0.1:8080");
}

static struct server *make_server(const struct cli_args *args, struct site *site, struct arena *a)
{
	struct server_options o = {
		.listen = listen_of(args),
		.proxies = split(a, cli_text(args, "proxy", "127.0.0.1,::1")),
		.threads = (unsigned)cli_number(args, "threads", THREADS),
		.connections = allow_files((unsigned)cli_number(args, "connections", CONNECTIONS)),
		.idle_seconds = IDLE_SECONDS, .request_seconds = REQUEST_SECONDS,
	};
	const char *error;
	struct server *server;
	if (server_start(&o, site, &server, &error) < 0) {
		cli_error("%s：%s", o.listen, error);
		return NULL;
	}
	const char *colon = strrchr(o.listen, ':');
	printf("luban: http://%.*s:%u\n", (int)(colon - o.listen), o.listen, server_port(server));
	fflush(stdout);
	return server;
}

static int serve(int argc, char **argv)
{
	struct cli_args args;
	auto_session s = {0};
	sigset_t signals;
	int r = cli_parse(&cmd_serve_command, argc, argv, &args);
	if (r == 0 && !server_is_address(listen_of(&args)))
		return cli_misuse(args.command, "监听地址应写作IP地址:端口，如127.0.0.1:8080，"
			"给出的是“%s”", listen_of(&args));
	if (r == 0)
		r = cli_open(&args, OPEN_READY, &s);
	if (r)
		return r;
	hold_signals(&signals);
	background_register();
	cli_start_signer(&args, s.arena);
	if (cli_has(&args, "quiet"))
		log_set_level(LOG_WARN);
	struct site *site = make_site(&args, &s);
	struct server *server = site ? make_server(&args, site, s.arena) : NULL;
	struct background *background = NULL;
	bool jobs = !cli_has(&args, "no-jobs");
	if (server && jobs && background_start(cli_database(&args), s.keys, 1, &background) < 0)
		log_error("no thread for the jobs: they wait for luban worker");
	if (server) {
		wait_for_end(&signals);
		server_stop(server, STOP_SECONDS);
	}
	background_stop(background);
	site_free(site);
	signer_stop();
	return server ? CLI_OK : CLI_FAILURE;
}

static const struct cli_option serve_options[] = {
	CLI_DATABASE,
	CLI_KEYS,
	{"listen", "ADDRESS:PORT",
		"监听地址（缺省取环境变量LUBAN_LISTEN，再缺省为127.0.0.1:8080；端口0为任选）"},
	{"threads", "N", "处理请求的线程数（缺省4）", true, 1, 64},
	{"connections", "N", "同时打开的连接数上限（缺省12000；受系统打开文件数限制）", true, 10,
		200000},
	{"proxy", "ADDRESS,…", "可信的反向代理地址（缺省127.0.0.1,::1）"},
	{"per-minute", "N", "每个网络地址每分钟可公开查询的次数（缺省按参数"
		"verify.per_minute和public.per_minute，0为不限）", true, 0, 1000000},
	{"demo", NULL, "演练环境：页面显示横幅，系统管理员可拨动演练时钟"},
	{"no-jobs", NULL, "不在本进程中运行后台任务"},
	{"quiet", NULL, "日志只记警告和错误，不记每个请求"},
	{0},
};

const struct command cmd_serve_command = {
	.name = "serve",
	.usage = "[--listen ADDRESS:PORT] [--threads N] [--demo]",
	.summary = "提供网站和接口",
	.help = "收到SIGTERM或SIGINT后不再接受新的连接，办完手头的请求即退出。\n"
		"数据库结构与程序不符时拒绝启动：先运行 luban migrate。",
	.options = serve_options,
	.run = serve,
};
