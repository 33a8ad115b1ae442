/* luban log audit: the independent monitor (watch/audit.h). Needs no database. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/audit_print.h"
#include "cli/cli.h"
#include "watch/audit.h"
#include "watch/keep.h"

extern const struct command cmd_log_audit_command;

enum { FRESH_HOURS = 24, LEAVES_MAX = 100 * 1000 * 1000, MEGA = 1000 * 1000 };

static int read_trust(const char *path, struct trust *ret_trust)
{
	struct trust_problem problem = {0};
	auto_buf text;
	buf_init(&text, TRUST_MAX);
	int r = keep_read(path, &text);
	if (r == ERR_NOTFOUND || r == ERR_IO) {
		cli_error("%s：%s", path, strerror(r == ERR_NOTFOUND ? ENOENT : errno));
		return CLI_FAILURE;
	}
	if (r == 0 && trust_parse(buf_view(&text), ret_trust, &problem) == 0)
		return CLI_OK;
	cli_error("%s：第 %u 行不是信任文件的内容（log、witness、quorum、issuer）", path,
		problem.line);
	return CLI_FAILURE;
}

/* None the first time. */
static int read_known(const char *path, struct buf *out)
{
	int r = path ? keep_read(path, out) : ERR_NOTFOUND;
	if (r == 0 || r == ERR_NOTFOUND)
		return CLI_OK;
	cli_error("%s：%s", path, r == ERR_LIMIT ? "不是上次核查的检查点" : strerror(errno));
	return CLI_FAILURE;
}

static void show_progress(void *self, uint64_t done, uint64_t of)
{
	time_t *last = self, now = time(NULL);
	if (now == *last || !isatty(STDERR_FILENO))
		return;
	*last = now;
	fprintf(stderr, "\r已核 %" PRIu64 " / %" PRIu64 " 条%s", done, of, done == of ? "\n" : "");
}

/* Both notes, which together convict the log. */
static void keep_proof(const char *path, const struct audit *a, struct str known)
{
	char file[KEEP_PATH_MAX];
	auto_buf both;
	buf_init(&both, 2 * NOTE_MAX + 1);
	snprintf(file, sizeof file, "%s.%" PRIu64 "-%" PRIu64 ".proof", path, a->known.size,
		a->head.size);
	buf_str(&both, known);
	buf_putc(&both, '\n');
	buf_str(&both, buf_view(&a->note));
	if (keep_write(file, buf_view(&both), 0644) < 0)
		cli_error("%s：%s", file, strerror(errno));
	else
		fprintf(stderr, "luban: 两份检查点已存为证据：%s\n", file);
}

/* What may be the beginning next time: shown whole and grown, and signed if anybody asked. */
static int remember(const char *path, const struct audit *a, struct str known,
	const struct trust *trust)
{
	if (!path)
		return CLI_OK;
	if (a->counts[AUDIT_FORKED] || a->counts[AUDIT_SHRUNK])
		keep_proof(path, a, known);
	if (!a->is_whole || !a->is_grown || (trust && !a->is_signed))
		return CLI_OK;
	if (keep_write(path, buf_view(&a->note), 0644) == 0)
		return CLI_OK;
	cli_error("%s：%s", path, strerror(errno));
	return CLI_FAILURE;
}

static int audit(const struct cli_args *args, struct source *source, const struct trust *trust,
	struct str known)
{
	time_t last = 0;
	struct audit *a = NULL;
	const char *state = cli_text(args, "state", NULL);
	int64_t fresh = cli_number(args, "fresh", source_is_folder(source) ? 0 : FRESH_HOURS);
	struct audit_options o = {.trust = trust, .known = known, .now = (int64_t)time(NULL),
		.fresh_seconds = fresh * 3600,
		.leaves_max = (uint64_t)cli_number(args, "most", LEAVES_MAX / MEGA) * MEGA,
		.progress = show_progress, .self = &last};
	int r = audit_run(source, &o, &a), status = CLI_FAILURE;
	if (r == ERR_INVALID) {
		cli_error("%s：不是上次核查的检查点", state);
	} else {
		if (cli_has(args, "json"))
			audit_print_json(a, trust);
		else
			audit_print(a, trust, cli_has(args, "bodies"));
		if (r < 0)
			cli_error("没有核完：%s", a->problem);
		status = remember(state, a, known, trust);
		status = r < 0 ? CLI_FAILURE : status ? status : audit_found(a) ? CLI_NO : CLI_OK;
	}
	audit_free(a);
	return status;
}

static int run(int argc, char **argv)
{
	struct cli_args args;
	static struct trust trust;
	struct source *source;
	auto_buf known;
	buf_init(&known, NOTE_MAX);
	int status = cli_parse(&cmd_log_audit_command, argc, argv, &args);
	if (status)
		return status;
	const char *file = cli_text(&args, "trust", NULL);
	if (file && (status = read_trust(file, &trust)))
		return status;
	if ((status = read_known(cli_text(&args, "state", NULL), &known)))
		return status;
	if (source_open(args.operands[0], &source) < 0)
		return cli_misuse(&cmd_log_audit_command,
			"“%s”既不是目录，也不是http://或https://开头的网址", args.operands[0]);
	status = audit(&args, source, file ? &trust : NULL, buf_view(&known));
	source_close(source);
	return status;
}

static const struct cli_option options[] = {
	{"trust", "FILE", "信任文件：日志和见证服务的公钥、门限；不给则不核签名"},
	{"state", "FILE", "上次核查的检查点；核查通过后更新，发现分叉或缩短时把两份检查点存为证据"},
	{"fresh", "HOURS", "见证签名最多多少小时以前（缺省24；目录缺省不限；0为不限）", true, 0,
		24 * 3660},
	{"most", "MILLIONS", "最多核多少百万条（缺省100）", true, 1, 1000},
	{"bodies", NULL, "也按评价机构列出"},
	CLI_JSON,
	{0},
};

const struct command cmd_log_audit_command = {
	.name = "log audit",
	.usage = "URL|DIR [--trust FILE] [--state FILE] [--json]",
	.summary = "核查公开日志：签名、只增不改、每一条记录、各项数字",
	.help = "URL是日志地址中/checkpoint之前的部分，如https://rencai.example.cn/log；DIR是luban "
		"log "
		"copy得到的副本。\n"
		"逐条读取全部记录，重新计算每一个摘要和根，按机构类别、地区、职业、等级、年份重新计"
		"数，并与日志公布的数字比对。\n"
		"没有发现问题退出0，发现问题退出1，用法错误退出2，取不到数据而没有核完退出3。",
	.options = options,
	.least = 1, .most = 1,
	.run = run,
};
