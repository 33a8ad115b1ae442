/* luban simulate: a province with five years of certificates, and what comes out of its rows. */
#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/civil.h"
#include "cli/open.h"
#include "core/message.h"
#include "domain/simulation/simulation.h"

enum { SCALE_ONE = 1000000 };

extern const struct command cmd_simulate_command;

static volatile sig_atomic_t stopped;

static void on_signal(int signal_no)
{
	(void)signal_no;
	stopped = 1;
}

struct watch {
	struct timespec begun, told;
	int64_t first; /* certificates that were there before */
	bool quiet, has_first;
	int64_t done;
};

static double since(const struct timespec *from)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - from->tv_sec) + (double)(now.tv_nsec - from->tv_nsec) / 1e9;
}

/* Without the pages of the database file that are mapped: those the system takes back when it
 * wants. */
static long own_mb(void)
{
	long resident = 0, shared = 0, ignored;
	FILE *f = fopen("/proc/self/statm", "r");
	if (!f)
		return 0;
	if (fscanf(f, "%ld %ld %ld", &ignored, &resident, &shared) != 3)
		resident = shared = 0;
	fclose(f);
	return (resident - shared) * (sysconf(_SC_PAGESIZE) / 1024) / 1024;
}

static void tell(struct watch *w, const struct simulation_progress *p)
{
	char day[CIVIL_TEXT];
	double seconds = since(&w->begun);
	fprintf(stderr, "%s  %" PRId64 " / %" PRId64 " 本（%" PRId64 "%%），%.0f 本/秒，内存 %ld "
		"MB\n", civil_put_day(p->day, day), p->done, p->total, p->done * 100 / p->total,
		(double)(p->done - w->first) / (seconds > 0 ? seconds : 1), own_mb());
	clock_gettime(CLOCK_MONOTONIC, &w->told);
}

static int on_progress(void *arg, const struct simulation_progress *p)
{
	struct watch *w = arg;
	if (!w->has_first) {
		w->has_first = true;
		w->first = p->done;
		clock_gettime(CLOCK_MONOTONIC, &w->begun);
	}
	w->done = p->done;
	if (!w->quiet && (since(&w->told) >= 5 || p->done == p->total))
		tell(w, p);
	return stopped ? ERR_IO : 0;
}

static void print_lines(const struct simulation_line *lines, size_t n)
{
	printf("%-8s %14s %14s %14s  %s\n", "范围", "本系统", "按比例应为", "已公布", "指标");
	for (size_t i = 0; i < n; i++)
		printf("%-8s %12" PRId64 " %12" PRId64 " %12" PRId64 "  %s（%s）%s\n",
			lines[i].place,
			lines[i].own, lines[i].expected, lines[i].published, lines[i].label,
			lines[i].unit, lines[i].own == lines[i].expected ? "" : "  ← 不一致");
}

static int compare(struct ctx *cx)
{
	struct simulation_line *lines;
	size_t n, wrong = 0;
	int r = simulation_compare(cx, &lines, &n);
	if (r < 0)
		return cli_fail(cx, r);
	print_lines(lines, n);
	for (size_t i = 0; i < n; i++)
		wrong += lines[i].own != lines[i].expected;
	return wrong ? CLI_NO : CLI_OK;
}

/* "1", "0.05": a decimal with at most six places, as millionths. */
static bool read_scale(const char *text, int64_t *ret_ppm)
{
	char *end;
	double value = strtod(text, &end);
	if (end == text || *end || !(value >= 0.001 && value <= 1))
		return false;
	*ret_ppm = (int64_t)(value * SCALE_ONE + 0.5);
	return true;
}

static int make(struct ctx *cx, const struct cli_args *args, int64_t ppm)
{
	struct watch w = {.quiet = cli_has(args, "quiet")};
	struct simulation_in in = {.seed = cli_text(args, "seed", "luban"), .scale_ppm = ppm,
		.progress = on_progress, .arg = &w};
	struct sigaction action = {.sa_handler = on_signal};
	/* The same blocks are wanted for each batch: they are not to be mapped anew each time. */
	mallopt(M_MMAP_THRESHOLD, 64 * 1024 * 1024);
	mallopt(M_TRIM_THRESHOLD, 256 * 1024 * 1024);
	clock_gettime(CLOCK_MONOTONIC, &w.begun);
	w.told = w.begun;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	int r = simulation_run(cx, &in);
	if (r < 0 && stopped) {
		cli_error("已停在%" PRId64 "本；用同样的参数再运行，从这里继续", w.done);
		return CLI_FAILURE;
	}
	if (r < 0)
		return cli_fail(cx, r);
	printf("模拟完成：本次颁发 %" PRId64 " 本，用时 %.1f 秒\n", w.done - w.first,
		since(&w.begun));
	return compare(cx);
}

static int run(int argc, char **argv)
{
	struct cli_args args;
	int64_t ppm;
	auto_session s = {0};
	int status = cli_parse(&cmd_simulate_command, argc, argv, &args);
	if (status)
		return status;
	if (strcmp(args.operands[0], "shandong") != 0)
		return cli_misuse(args.command, "现在只有shandong一个省可以模拟");
	if (!read_scale(cli_text(&args, "scale", "1"), &ppm))
		return cli_misuse(args.command, "--scale应为0.001到1之间的数");
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	return cli_has(&args, "figures") ? compare(&s.cx) : make(&s.cx, &args, ppm);
}

static const struct cli_option options[] = {
	CLI_DATABASE,
	CLI_KEYS,
	{"scale", "F", "与已公布数字的比例，0.001到1（缺省1，即257万本证书）"},
	{"seed", "TEXT", "种子：同一种子、同一比例得到同样的数据（缺省luban）"},
	{"figures", NULL, "只把已有的模拟数据与公布的数字对照"},
	{"quiet", NULL, "不显示进度"},
	{0},
};

const struct command cmd_simulate_command = {
	.name = "simulate",
	.usage = "shandong [--scale F] [--seed TEXT] [--figures] [--quiet]",
	.summary = "模拟：按公布的数字，把一个省五年的证书逐本颁发出来",
	.help = "先运行luban init。机构、人员和证书均为虚构，经真实的颁发程序逐本产生：编号、证书、"
		"台账、\n"
		"公开日志。每满一千本左右提交一次；中断后用同样的参数再运行，从上次提交处继续。\n"
		"结束时把各项数字与2021至2025年公布的数字对照：全部一致返回0，否则返回1。\n"
		"这样的数据库只用于演练和测速，绝不可用于正式环境。",
	.options = options,
	.least = 1,
	.most = 1,
	.run = run,
};
