/* luban rule explain: what a rule set says of a person's facts, with reasons. Needs no database. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/json.h"
#include "cli/cli.h"
#include "conf/asset.h"
#include "core/rule.h"

extern const struct command cmd_rule_explain_command;

enum { FACTS_BYTES = 1024 * 1024, RECORDS_MAX = 1000, ARENA_BYTES = 256 * 1024 * 1024 };

static int refuse(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* What was given cannot be used. */
static int refuse(const char *fmt, ...)
{
	auto_buf text;
	va_list ap;
	buf_init(&text, 4096);
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	cli_error("%s", buf_z(&text));
	return CLI_USAGE;
}

/* ---- input ---- */

static int read_file(struct arena *a, const char *path, size_t max, struct str *ret_text)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return refuse("无法打开文件%s：%s", path, strerror(errno));
	char *text = arena_alloc(a, max + 1);
	size_t n = fread(text, 1, max + 1, file);
	int is_bad = ferror(file) ? errno : 0;
	fclose(file);
	if (is_bad)
		return refuse("无法读取文件%s：%s", path, strerror(is_bad));
	if (n > max)
		return refuse("文件过大：%s", path);
	*ret_text = (struct str){text, n};
	return CLI_OK;
}

/* A name of rules/, or else a file. */
static int load_ruleset(struct arena *a, const char *name, const struct ruleset **ret_set)
{
	const struct asset *asset = asset_find(arena_printf(a, "rules/%s.yaml", name));
	struct str text;
	if (!asset && access(name, F_OK))
		return refuse("没有规则“%s”，也没有这个文件", name);
	if (asset) {
		text = asset->bytes;
	} else {
		int r = read_file(a, name, 1024 * 1024, &text);
		if (r)
			return r;
	}
	const char *error;
	return ruleset_read(a, text, ret_set, &error) ? refuse("%s %s", name, error) : CLI_OK;
}

/* One value of the facts: into the facts themselves, or into a record. */
struct target {
	struct facts *facts;
	struct fact_record *record;
};

static void put_int(const struct target *t, const char *name, int64_t value)
{
	if (t->record)
		record_int(t->record, name, value);
	else
		facts_int(t->facts, name, value);
}

static int put_text(const struct target *t, const char *name, const json_t *value)
{
	const char *text = json_string_value(value);
	int64_t day;
	if (str_ends(str_of(name), "_on")) {
		if (!civil_parse_day(str_of(text), &day))
			return refuse("%s 不是日期：“%s”，应写作 2024-03-15", name, text);
		if (t->record)
			record_date(t->record, name, day);
		else
			facts_date(t->facts, name, day);
	} else if (t->record) {
		record_text(t->record, name, text);
	} else {
		facts_text(t->facts, name, text);
	}
	return CLI_OK;
}

/* null is the same as not given. */
static int put_value(const struct target *t, const char *name, const json_t *value)
{
	if (json_is_null(value))
		return CLI_OK;
	if (json_is_string(value))
		return put_text(t, name, value);
	if (json_is_boolean(value))
		put_int(t, name, json_is_true(value));
	else if (json_is_integer(value) && !str_ends(str_of(name), "_on"))
		put_int(t, name, json_integer_value(value));
	else
		return refuse("%s 的值应为整数、文字%s", name,
			t->record ? "或日期" : "、日期或记录列表");
	return CLI_OK;
}

static int put_list(struct facts *f, const char *name, const json_t *list)
{
	size_t i;
	json_t *item, *value;
	const char *key;
	facts_none(f, name);
	if (json_array_size(list) > RECORDS_MAX)
		return refuse("%s 超过 %d 条记录", name, RECORDS_MAX);
	json_array_foreach (list, i, item) {
		if (!json_is_object(item))
			return refuse("%s 的第 %zu 条应写作 {…}", name, i + 1);
		struct target t = {.record = facts_add(f, name)};
		json_object_foreach (item, key, value) {
			int r = put_value(&t, key, value);
			if (r)
				return r;
		}
	}
	return CLI_OK;
}

static int load_facts(struct arena *a, const char *path, struct facts **ret_facts)
{
	struct str text;
	int r = read_file(a, path, FACTS_BYTES, &text);
	if (r)
		return r;
	auto_json root = NULL;
	struct json_problem problem;
	if (json_read(text, FACTS_BYTES, &root, &problem))
		return refuse("%s 第 %u 行第 %u 列不是正确的 JSON（%s）", path,
			problem.line, problem.column, problem.text);
	if (!json_is_object(root))
		return refuse("%s 应写作 {\"birth_on\": \"1990-01-01\", …}", path);
	struct facts *f = facts_new(a);
	struct target t = {.facts = f};
	const char *key;
	json_t *value;
	json_object_foreach (root, key, value) {
		r = json_is_array(value) ? put_list(f, key, value) : put_value(&t, key, value);
		if (r)
			return r;
	}
	*ret_facts = f;
	return CLI_OK;
}

/* ---- output ---- */

static const char *verdict_code(enum rule_verdict v)
{
	static const char *const codes[] = {"met", "not_met", "unknown"};
	return codes[v];
}

static const char *verdict_text(enum rule_verdict v)
{
	static const char *const texts[] = {"满足", "不满足", "材料不全"};
	return texts[v];
}

static void print_alternative(struct arena *a, const struct rule_alternative *alt)
{
	printf("  %s  %s  %s\n", alt->clause, verdict_text(alt->verdict), alt->text);
	for (size_t i = 0; i < alt->n_missing; i++)
		printf("        %s\n", alt->missing[i].text);
	if (alt->met_on)
		printf("        按现状 %s 起满足\n", civil_day_text(a, alt->met_on));
}

static void print_answer(struct arena *a, const struct rule_answer *answer)
{
	printf("%s：%s", answer->case_title, verdict_text(answer->verdict));
	if (answer->held)
		printf("（%s）", answer->held->clause);
	else if (answer->nearest)
		printf("（最早 %s，%s）", civil_day_text(a, answer->nearest->met_on),
			answer->nearest->clause);
	printf("\n");
	for (size_t i = 0; i < answer->n; i++)
		print_alternative(a, &answer->alternatives[i]);
}

static json_t *day_json(struct arena *a, int64_t day)
{
	return day ? json_string(civil_day_text(a, day)) : json_null();
}

static json_t *alternative_json(struct arena *a, const struct rule_alternative *alt)
{
	json_t *missing = json_array();
	for (size_t i = 0; i < alt->n_missing; i++) {
		const struct rule_missing *m = &alt->missing[i];
		json_array_append_new(missing, json_pack("{ss,ss,so}", "text", m->text, "fact",
			m->fact, "met_on", day_json(a, m->met_on)));
	}
	return json_pack("{ss,ss,ss,so,so}", "clause", alt->clause, "text", alt->text, "verdict",
		verdict_code(alt->verdict), "met_on", day_json(a, alt->met_on), "missing", missing);
}

static json_t *answer_json(struct arena *a, const struct rule_answer *answer)
{
	json_t *alternatives = json_array();
	for (size_t i = 0; i < answer->n; i++)
		json_array_append_new(alternatives, alternative_json(a, &answer->alternatives[i]));
	return json_pack("{ss,ss,ss,ss?,ss?,so}", "case", answer->case_id, "title",
		answer->case_title, "verdict", verdict_code(answer->verdict), "held",
		answer->held ? answer->held->clause : NULL, "nearest",
		answer->nearest ? answer->nearest->clause : NULL, "alternatives", alternatives);
}

static int print_json(struct arena *a, const struct ruleset *s, int64_t on, json_t *answers)
{
	auto_json root = json_pack("{ss,ss,ss,ss,ss,so}", "ruleset", ruleset_name(s), "version",
		ruleset_version(s), "title", ruleset_title(s), "source", ruleset_source(s), "on",
		civil_day_text(a, on), "answers", answers);
	auto_buf out;
	buf_init(&out, 16 * 1024 * 1024);
	if (json_write(root, &out)) {
		cli_error("结果过大，无法输出");
		return CLI_FAILURE;
	}
	puts(buf_z(&out));
	return CLI_OK;
}

/* ---- the command ---- */

struct request {
	const struct ruleset *set;
	const struct facts *facts;
	const char *only; /* a case, or NULL for all */
	int64_t on;
	bool is_json;
};

static void print_head(struct arena *a, const struct request *q)
{
	printf("%s（%s %s，判断日期 %s）\n", ruleset_title(q->set), ruleset_name(q->set),
		ruleset_version(q->set), civil_day_text(a, q->on));
}

/* One case was asked for, or any of several: met if one is. */
static int explain(struct arena *a, const struct request *q)
{
	auto_json answers = json_array();
	bool is_met = false;
	for (size_t i = 0; i < (q->only ? 1 : ruleset_cases(q->set)); i++) {
		const char *id = q->only ? q->only : ruleset_case_id(q->set, i);
		struct rule_answer answer;
		if (rule_judge(a, q->set, id, q->facts, q->on, &answer))
			return refuse("规则“%s”没有“%s”这一情形", ruleset_name(q->set),
				id);
		is_met = is_met || answer.verdict == RULE_MET;
		if (!q->is_json && i == 0)
			print_head(a, q);
		if (q->is_json)
			json_array_append_new(answers, answer_json(a, &answer));
		else
			print_answer(a, &answer);
	}
	int r = q->is_json ? print_json(a, q->set, q->on, json_incref(answers)) : CLI_OK;
	return r ? r : is_met ? CLI_OK : CLI_NO;
}

static int run(int argc, char **argv)
{
	struct cli_args args;
	int r = cli_parse(&cmd_rule_explain_command, argc, argv, &args);
	if (r)
		return r;
	const char *facts_path = cli_text(&args, "facts", NULL), *on = cli_text(&args, "on", NULL);
	struct request q = {.only = cli_text(&args, "case", NULL),
		.on = civil_day_at(time(NULL)),
		.is_json = cli_has(&args, "json")};
	if (!facts_path)
		return cli_misuse(&cmd_rule_explain_command, "须以 --facts 指明事实文件");
	if (on && !civil_parse_day(str_of(on), &q.on))
		return cli_misuse(&cmd_rule_explain_command, "“%s”不是日期，应写作 2024-03-15", on);
	auto_arena a = arena_new(ARENA_BYTES);
	struct facts *facts;
	r = load_ruleset(a, args.operands[0], &q.set);
	if (!r)
		r = load_facts(a, facts_path, &facts);
	if (r)
		return r;
	q.facts = facts;
	return explain(a, &q);
}

static const struct cli_option options[] = {
	{"facts", "FILE.json", "事实文件，写法见docs/rules.md"},
	{"case", "GRADE", "只判断这一情形，如4表示四级；不写则逐一判断"},
	{"on", "DATE", "按这一天判断（缺省为今天）"},
	CLI_JSON,
	{0},
};

const struct command cmd_rule_explain_command = {
	.name = "rule explain",
	.usage = "RULESET --facts FILE.json [--case GRADE] [--on DATE] [--json]",
	.summary = "按规则文件判断是否符合条件，说明理由",
	.help = "RULESET是rules/中的名称（eligibility-2018、eligibility-2023、special-skill），"
		"或规则文件的路径。\n"
		"逐条列出：满足、不满足（还缺什么，何时满足）或材料不全（请提供什么）。\n"
		"退出码：0满足，1不满足或材料不全，2用法或文件有误。",
	.options = options,
	.least = 1,
	.most = 1,
	.run = run,
};
