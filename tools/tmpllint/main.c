/* tmpllint TREE: checks every template of TREE/templates, and renders those that have a fixture
 * TREE/tests/fixtures/templates/NAME.json strictly. TREE/tools/tmpllint/allow lists what may be put
 * out unescaped: "templates/NAME.html name   why". Ends 1 when anything is wrong. */
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/mustache.h"
#include "lint.h"

enum { ALLOW_MAX = 200 };

struct allow {
	struct str file, name;
	bool used;
};

struct lint {
	struct arena *arena;
	struct allow allow[ALLOW_MAX];
	size_t n_allow, n_templates, n_fixtures, problems;
	json_t *frame; /* what every page's view has */
	struct mustache_set *set;
	struct lint_hooks hooks;
};

static bool read_file(struct arena *a, const char *path, struct str *ret_text)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return false;
	char *text = arena_alloc(a, MUSTACHE_TEXT_MAX + 1);
	size_t n = fread(text, 1, MUSTACHE_TEXT_MAX, f);
	fclose(f);
	*ret_text = (struct str){text, n};
	return true;
}

static void complain(struct lint *l, const char *file, unsigned line, const char *what)
{
	fprintf(stderr, "%s:%u: %s\n", file, line, what);
	l->problems++;
}

static const char *template_path(struct lint *l, struct str name, bool is_paper)
{
	return arena_printf(l->arena, "templates/%s%.*s.%s", is_paper ? "paper/" : "", (int)name.n,
		name.p, is_paper ? "svg" : "html");
}

static bool template_exists(void *arg, const char *file, struct str name)
{
	return access(template_path(arg, name, str_ends(str_of(file), ".svg")), R_OK) == 0;
}

static bool may_be_raw(void *arg, const char *file, struct str name)
{
	struct lint *l = arg;
	for (size_t i = 0; i < l->n_allow; i++) {
		struct allow *a = &l->allow[i];
		if (!str_is(a->file, file) || !str_eq(a->name, name))
			continue;
		a->used = true;
		return true;
	}
	return false;
}

static int load(void *arg, const char *name, struct str *ret_text)
{
	struct lint *l = arg;
	return read_file(l->arena, template_path(l, str_of(name), false), ret_text)
		? 0
		: ERR_NOTFOUND;
}

static void read_allow(struct lint *l)
{
	struct str text = {0};
	if (!read_file(l->arena, "tools/tmpllint/allow", &text))
		return;
	while (text.n && l->n_allow < ALLOW_MAX) {
		struct str line = str_trim(str_cut(&text, '\n'));
		if (!line.n || line.p[0] == '#')
			continue;
		struct str file = str_cut(&line, ' ');
		line = str_trim(line);
		l->allow[l->n_allow++] = (struct allow){file, str_cut(&line, ' '), false};
	}
}

static json_t *read_json(struct lint *l, const char *path)
{
	struct str text;
	struct json_problem problem;
	json_t *value = NULL;
	if (!read_file(l->arena, path, &text))
		return NULL;
	if (json_read(text, JSON_TEXT_MAX, &value, &problem))
		complain(l, path, problem.line, problem.text);
	return value;
}

/* templates/a/b.html -> its view, or NULL when it has none. */
static json_t *fixture_of(struct lint *l, const char *template)
{
	struct str name = str_of(template + strlen("templates/"));
	const char *path = arena_printf(l->arena, "tests/fixtures/templates/%.*s.json",
		(int)(name.n - strlen(".html")), name.p);
	json_t *view = read_json(l, path);
	if (view && l->frame)
		json_object_update_missing(view, l->frame);
	return view;
}

static void try_template(struct lint *l, const char *path)
{
	const struct mustache *t;
	struct mustache_error error;
	struct str name = str_of(path + strlen("templates/"));
	auto_buf out;
	buf_init(&out, 16 << 20);
	char *z = arena_printf(l->arena, "%.*s", (int)(name.n - strlen(".html")), name.p);
	int rc = mustache_compile(l->set, z, &t, &error);
	auto_json view = fixture_of(l, path);
	if (!rc && view) {
		unsigned flags = MUSTACHE_STRICT | MUSTACHE_STRICT_SECTIONS;
		rc = mustache_render(t, view, &out, flags, &error);
		const char *what = arena_printf(l->arena, "%s (rendered)", path);
		if (!rc)
			l->problems += lint_text(what, buf_view(&out), true, &l->hooks);
		l->n_fixtures++;
	}
	if (rc)
		complain(l, template_path(l, str_of(error.template), false), error.line,
			error.text);
}

static void check_template(struct lint *l, const char *path)
{
	struct str text;
	bool is_page = str_ends(str_of(path), ".html");
	if (!read_file(l->arena, path, &text))
		return;
	l->n_templates++;
	l->problems += lint_text(path, text, false, &l->hooks);
	if (is_page)
		try_template(l, path);
}

static void check_fixture(struct lint *l, const char *path)
{
	struct str name = str_of(path + strlen("tests/fixtures/templates/"));
	name.n -= strlen(".json");
	if (!str_is(name, "_frame") && access(template_path(l, name, false), R_OK))
		complain(l, path, 1, "a fixture of no template");
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void each_file(struct lint *l, const char *folder, const char *endings,
	void (*check)(struct lint *l, const char *path))
{
	char *const roots[] = {arena_dup(l->arena, folder), NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	for (FTSENT *e; tree && (e = fts_read(tree));) {
		const char *dot = strrchr(e->fts_name, '.');
		if (e->fts_info == FTS_F && dot && strstr(endings, dot))
			check(l, e->fts_path);
	}
	if (tree)
		fts_close(tree);
}

int main(int argc, char **argv)
{
	static struct lint l;
	if (argc != 2 || chdir(argv[1])) {
		fputs("usage: tmpllint TREE\n", stderr);
		return 2;
	}
	auto_arena arena = arena_new((size_t)1 << 30);
	l.arena = arena;
	l.hooks = (struct lint_hooks){may_be_raw, template_exists, &l};
	l.set = mustache_set_new(load, &l);
	read_allow(&l);
	l.frame = read_json(&l, "tests/fixtures/templates/_frame.json");
	each_file(&l, "templates", ".html .svg", check_template);
	each_file(&l, "tests/fixtures/templates", ".json", check_fixture);
	for (size_t i = 0; i < l.n_allow; i++)
		if (!l.allow[i].used)
			complain(&l, "tools/tmpllint/allow", 1,
				arena_str(arena, l.allow[i].file));
	mustache_set_free(l.set);
	json_decref(l.frame);
	printf("%zu templates, %zu with a fixture, %zu problems\n", l.n_templates, l.n_fixtures,
		l.problems);
	return l.problems != 0;
}
