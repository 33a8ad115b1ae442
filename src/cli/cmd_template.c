/* luban template render: the template engine alone, for whoever writes templates. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/mustache.h"
#include "cli/cli.h"

extern const struct command cmd_template_command;

enum { ARENA_MAX = 1024 * 1024 * 1024, OUTPUT_MAX = 256 * 1024 * 1024 };

struct job {
	struct arena *arena;
	const char *partials; /* a folder, or NULL */
};

static int read_stream(struct job *job, FILE *in, size_t max, struct str *ret_text)
{
	char chunk[16 * 1024];
	auto_buf all;
	buf_init(&all, max);
	for (size_t n; (n = fread(chunk, 1, sizeof chunk, in)) > 0;)
		buf_put(&all, chunk, n);
	if (ferror(in))
		return ERR_IO;
	if (all.full)
		return ERR_LIMIT;
	*ret_text = (struct str){arena_copy(job->arena, all.p, all.n), all.n};
	return 0;
}

static int read_file(struct job *job, const char *path, size_t max, struct str *ret_text)
{
	if (streq(path, "-"))
		return read_stream(job, stdin, max, ret_text);
	FILE *in = fopen(path, "rb");
	if (!in)
		return errno == ENOENT || errno == ENOTDIR ? ERR_NOTFOUND : ERR_IO;
	int rc = read_stream(job, in, max, ret_text);
	fclose(in);
	return rc;
}

/* Names with folders are fine, names that lead out of the folder are not. */
static bool stays_inside(const char *name)
{
	struct str rest = str_of(name);
	while (rest.n) {
		struct str part = str_cut(&rest, '/');
		if (!part.n || str_is(part, "..") || str_is(part, "."))
			return false;
	}
	return *name != 0 && *name != '/';
}

static int load(void *arg, const char *name, struct str *ret_text)
{
	static const char *const endings[] = {".mustache", ".html", ".svg", ".txt", ""};
	struct job *job = arg;
	char path[PATH_MAX];
	int rc = ERR_NOTFOUND;
	if (!job->partials || !stays_inside(name))
		return ERR_NOTFOUND;
	for (size_t i = 0; rc == ERR_NOTFOUND && i < sizeof endings / sizeof *endings; i++) {
		int n = snprintf(path, sizeof path, "%s/%s%s", job->partials, name, endings[i]);
		if (n < 0 || (size_t)n >= sizeof path)
			return ERR_NOTFOUND;
		rc = read_file(job, path, MUSTACHE_TEXT_MAX, ret_text);
	}
	return rc;
}

static int complain(const char *path, int rc)
{
	cli_error("%s：%s", path,
		rc == ERR_NOTFOUND ? "没有这个文件" : rc == ERR_LIMIT ? "文件过大" : "读不出来");
	return CLI_FAILURE;
}

static int read_view(struct job *job, const char *path, json_t **ret_view)
{
	struct str text = {0};
	struct json_problem problem;
	int rc = read_file(job, path, JSON_TEXT_MAX, &text);
	if (rc)
		return complain(path, rc);
	rc = json_read(text, JSON_TEXT_MAX, ret_view, &problem);
	if (!rc)
		return CLI_OK;
	cli_error("%s 第%u行第%u列：不是合格的JSON（%s）", path, problem.line, problem.column,
		problem.text);
	return CLI_NO;
}

/* What errors call the template; no partial can have this name. */
static const char *name_of(struct job *job, const char *path)
{
	const char *slash = strrchr(path, '/');
	return arena_printf(job->arena, "./%.*s", MUSTACHE_NAME_MAX - 2, slash ? slash + 1 : path);
}

static int render(struct job *job, const char *path, json_t *view, unsigned flags)
{
	const struct mustache *t;
	struct mustache_error error;
	struct str text = {0};
	auto_buf out;
	buf_init(&out, OUTPUT_MAX);
	int rc = read_file(job, path, MUSTACHE_TEXT_MAX, &text);
	if (rc)
		return complain(path, rc);
	struct mustache_set *set = mustache_set_new(load, job);
	rc = mustache_compile_text(set, name_of(job, path), text, &t, &error);
	if (!rc)
		rc = mustache_render(t, view, &out, flags, &error);
	mustache_set_free(set);
	if (rc) {
		cli_error("%s 第%u行：%s", error.template, error.line, error.text);
		return CLI_NO;
	}
	fwrite(out.p, 1, out.n, stdout);
	return fflush(stdout) == 0 && !ferror(stdout) ? CLI_OK : CLI_FAILURE;
}

static int run(int argc, char **argv)
{
	struct cli_args args;
	int err = cli_parse(&cmd_template_command, argc, argv, &args);
	if (err)
		return err;
	auto_json view = NULL;
	auto_arena arena = arena_new(ARENA_MAX);
	struct job job = {arena, cli_text(&args, "partials", NULL)};
	const char *path = cli_text(&args, "view", NULL);
	err = path ? read_view(&job, path, &view) : 0;
	if (!path)
		view = json_object();
	return err ? err : render(&job, args.operands[0], view,
		cli_has(&args, "strict") ? MUSTACHE_STRICT : 0);
}

static const struct cli_option options[] = {
	{"view", "FILE.json", "模板所用的数据，一个JSON值（缺省为空对象）"},
	{"partials", "DIR", "被引用的模板所在目录：名称加.mustache、.html、.svg、.txt或不加"},
	{"strict", NULL, "遇到数据中没有的名称或不存在的模板即报错"},
	{0},
};

const struct command cmd_template_command = {
	.name = "template render",
	.usage = "FILE [--view FILE.json] [--partials DIR] [--strict]",
	.summary = "用数据填写一个模板",
	.help = "模板语言为mustache（公开规范1.4，含继承与动态名称，不含函数）。\n"
		"不加--strict时与公开规范一致：没有的名称按空处理。\n"
		"FILE为“-”时从标准输入读取。模板或数据有错时退出码为1，并指出模板名与行号。",
	.options = options,
	.least = 1,
	.most = 1,
	.run = run,
};
