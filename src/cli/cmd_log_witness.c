/* luban log witness: who vouches for the public log. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "base/civil.h"
#include "cli/open.h"
#include "core/log_witness.h"
#include "core/setting.h"
#include "query/log_witness.h"

extern const struct command cmd_log_witness_command;

static const char *problem_words(const char *code)
{
	static const struct {
		const char *code, *words;
	} all[] = {
		{"away", "没有应答"},
		{"answer", "应答不合协议"},
		{"signature", "签名不成立"},
		{"key", "不认日志的公钥（在见证方登记新公钥）"},
		{"stranger", "没有登记本日志"},
		{"conflict", "所知条数与本系统的记载不同"},
		{"ahead", "已为更长的日志签名：本系统可能从旧备份恢复过"},
		{"forked", "已为同样条数的另一份日志签名：数据库可能被改动"},
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (streq(code, all[i].code))
			return all[i].words;
	return code;
}

static void print_json(const struct q_log_witness_all_rows *rows, int64_t quorum)
{
	json_t *top = json_pack("{sIs[]}", "quorum", (json_int_t)quorum, "witnesses");
	json_t *all = json_object_get(top, "witnesses");
	for (size_t i = 0; i < rows->n; i++) {
		const struct q_log_witness_all *w = &rows->at[i];
		json_array_append_new(all,
			json_pack("{sssssssIsIsssI}", "name", w->name, "url", w->url, "key",
				w->verifier_key, "known_size", (json_int_t)w->known_size,
				"signed_at", (json_int_t)w->signed_at, "problem",
				w->witness_problem, "failures", (json_int_t)w->failures));
	}
	json_dumpf(top, stdout, JSON_INDENT(1));
	printf("\n");
	json_decref(top);
}

static int list(struct ctx *cx, bool as_json)
{
	int64_t quorum = setting_int(cx, "log.quorum", "", 0);
	struct q_log_witness_all_rows rows;
	int r = q_log_witness_all(cx->db, &rows);
	if (r < 0)
		return cli_fail(cx, ctx_pass(cx, r));
	if (as_json) {
		print_json(&rows, quorum);
		return CLI_OK;
	}
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_log_witness_all *w = &rows.at[i];
		printf("%s\n  地址　　%s\n  公钥　　%s\n  已签到　%" PRId64 " 条，最近签名 %s\n",
			w->name, w->url, w->verifier_key, w->known_size,
			w->signed_at ? civil_time_text(cx->arena, w->signed_at) : "从未");
		if (*w->witness_problem)
			printf("  问题　　%s（连续 %" PRId64 " 次）\n",
				problem_words(w->witness_problem), w->failures);
	}
	printf("门限　　%" PRId64 "（参数log.quorum）\n", quorum);
	return CLI_OK;
}

static int run(int argc, char **argv)
{
	struct cli_args args;
	int status = cli_parse(&cmd_log_witness_command, argc, argv, &args);
	if (status)
		return status;
	const char *act = args.operands[0];
	int wanted = streq(act, "add") ? 3 : streq(act, "remove") ? 2 : streq(act, "list") ? 1 : 0;
	if (!wanted || args.n != wanted)
		return cli_misuse(&cmd_log_witness_command,
			"应为 list、add URL VERIFIER-KEY 或 remove NAME");
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	if (wanted == 1)
		return list(&s.cx, cli_has(&args, "json"));
	int r = wanted == 3 ? log_witness_add(&s.cx, args.operands[1], args.operands[2])
			    : log_witness_remove(&s.cx, args.operands[1]);
	return r < 0 ? cli_fail(&s.cx, r) : CLI_OK;
}

static const struct cli_option options[] = {CLI_DATABASE, CLI_KEYS, CLI_JSON, {0}};

const struct command cmd_log_witness_command = {
	.name = "log witness",
	.usage = "list | add URL VERIFIER-KEY | remove NAME",
	.summary = "公开日志的见证服务：列出、登记、移除",
	.help = "URL是提交地址的前缀（C2SP tlog-witness），公钥是对方luban witness init打印的一行。"
		"\n"
		"每个新检查点都会提交给各见证服务，签名随检查点一起公布；见证服务不在线时不影响任何"
			"业务。\n"
		"公布时须有几个签名由参数log.quorum规定。",
	.options = options,
	.least = 1, .most = 3,
	.run = run,
};
