/* luban id: what a national identifier says, part by part, or what is wrong with it. Needs no
 * database. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/civil.h"
#include "base/ident_explain.h"
#include "base/utf8.h"
#include "cli/cli.h"

extern const struct command cmd_id_command;

static const struct {
	const char *name;
	enum ident_what what;
} kinds[] = {
	{"idno", IDENT_IDNO},
	{"uscc", IDENT_USCC},
	{"orgno", IDENT_ORGNO},
	{"certno", IDENT_CERTNO},
	{"bodyno", IDENT_BODYNO},
	{"cardno", IDENT_CARDNO},
};

struct job {
	enum ident_what what;
	int64_t today;
	bool json;
	bool all_ok;
};

static void put_padded(const char *text, size_t width)
{
	size_t own = utf8_width(str_of(text));
	printf("%s%*s  ", text, own < width ? (int)(width - own) : 0, "");
}

static void print_text(const struct ident_report *r)
{
	size_t part = 0, value = 0;
	for (size_t i = 0; i < r->n; i++) {
		size_t p = utf8_width(str_of(r->lines[i].part)),
			v = utf8_width(str_of(r->lines[i].value));
		part = p > part ? p : part;
		value = v > value ? v : value;
	}
	printf("%s  %s\n", r->text, r->verdict);
	for (size_t i = 0; i < r->n; i++) {
		const struct ident_line *line = &r->lines[i];
		char where[24];
		if (line->from == line->to)
			snprintf(where, sizeof where, "%d", line->from);
		else
			snprintf(where, sizeof where, "%d-%d", line->from, line->to);
		printf("%s", line->ok ? "  " : "! ");
		put_padded(where, 5);
		put_padded(line->part, part);
		put_padded(line->value, value);
		puts(line->meaning);
	}
}

static json_t *json_of(const struct ident_report *r)
{
	json_t *parts = json_array();
	for (size_t i = 0; i < r->n; i++) {
		const struct ident_line *line = &r->lines[i];
		json_array_append_new(parts,
			json_pack("{ss,ss,ss,si,si,sb}", "part", line->part, "value",
			line->value, "meaning", line->meaning, "from", line->from, "to", line->to,
			"ok", line->ok));
	}
	return json_pack("{ss,ss,sb,ss,si,ss,so}", "kind", r->name, "text", r->text, "ok", r->ok,
		"reason",
		ident_reason_name(r->fault.reason), "at", r->fault.at, "verdict", r->verdict,
		"parts", parts);
}

static void print_json(const struct ident_report *r)
{
	json_t *json = json_of(r);
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	puts(text ? text : "null");
	free(text);
	json_decref(json);
}

static void explain(struct job *job, struct str value)
{
	auto_arena a = arena_new(1 << 20);
	struct ident_report r = ident_explain(a, job->what, value, job->today);
	if (job->json)
		print_json(&r);
	else
		print_text(&r);
	job->all_ok = job->all_ok && r.ok;
}

static void explain_lines(struct job *job, FILE *in)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	while ((n = getline(&line, &cap, in)) > 0) {
		struct str value = str_trim((struct str){line, (size_t)n});
		if (value.n)
			explain(job, value);
	}
	free(line);
}

static bool find_kind(const char *name, enum ident_what *ret_what)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!streq(kinds[i].name, name))
			continue;
		*ret_what = kinds[i].what;
		return true;
	}
	return false;
}

static int run(int argc, char **argv)
{
	struct cli_args args;
	int err = cli_parse(&cmd_id_command, argc, argv, &args);
	if (err)
		return err;
	struct job job = {.today = civil_day_at(time(NULL)), .json = cli_has(&args, "json"),
		.all_ok = true};
	if (!find_kind(args.operands[0], &job.what))
		return cli_misuse(&cmd_id_command, "没有号码种类“%s”", args.operands[0]);
	for (int i = 1; i < args.n; i++) {
		if (streq(args.operands[i], "-"))
			explain_lines(&job, stdin);
		else
			explain(&job, str_of(args.operands[i]));
	}
	return job.all_ok ? CLI_OK : CLI_NO;
}

static const struct cli_option options[] = {
	{"json", NULL, "每个号码输出一行JSON"},
	{0},
};

const struct command cmd_id_command = {
	.name = "id",
	.usage = "idno|uscc|orgno|certno|bodyno|cardno VALUE… [--json]",
	.summary = "逐段解释一个号码，或指出错在哪里",
	.help = "idno    公民身份号码、港澳台居民居住证号码、外国人永久居留身份证号码（GB 11643）\n"
		"uscc    统一社会信用代码（GB 32100）\n"
		"orgno   组织机构代码（GB 11714）\n"
		"certno  职业技能等级证书编号（22位）、职业资格证书编号（16位）\n"
		"bodyno  评价机构编码（13位）\n"
		"cardno  外部质量督导员证卡编号\n\n"
		"VALUE为“-”时从标准输入逐行读取号码。号码全部正确时退出码为0，有错误时为1。",
	.options = options,
	.least = 2,
	.most = -1,
	.run = run,
};
