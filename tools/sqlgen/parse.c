/* Reads sql/query/ROOM.sql: which statements there are, and what the lines above each declare. */
#include <string.h>

#include "sqlgen.h"

struct reader {
	const struct room *room;
	struct query *q; /* the one being read, or NULL */
	struct query ***last;
	int line;
};

static bool type_named(struct str word, enum q_type *ret_type)
{
	static const char *const names[] = {
		[Q_INT] = "int", [Q_TEXT] = "text", [Q_BYTES] = "bytes", [Q_FLOAT] = "float"};
	for (int i = 0; i < 4; i++) {
		if (str_is(word, names[i])) {
			*ret_type = (enum q_type)i;
			return true;
		}
	}
	return false;
}

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		bool letter = (s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_';
		if (!letter && !(i > 0 && s.p[i] >= '0' && s.p[i] <= '9'))
			return false;
	}
	return s.n > 0;
}

static void start(struct reader *r, struct str rest)
{
	static const char *const kinds[] = {[ONE] = ":one",
		[MANY] = ":many",
		[EXEC] = ":exec",
		[EACH] = ":each",
		[LIST] = ":list"};
	struct query *q = arena_make(mem, struct query);
	struct str name = str_cut(&rest, ' '), kind = str_trim(rest);
	int k = 0;
	while (k <= LIST && !str_is(kind, kinds[k]))
		k++;
	*q = (struct query){.room = r->room,
		.line = r->line,
		.name = arena_str(mem, name),
		.kind = (enum kind)k,
		.scope_param = -1,
		.page_param = -1};
	buf_init(&q->body, 256 * 1024);
	if (!is_name(name))
		bad_query(q, "a name is of a-z, 0-9 and _");
	if (k > LIST)
		bad_query(q, "the kind must be :one, :many, :exec, :each or :list");
	**r->last = q;
	*r->last = &q->next;
	r->q = q;
}

/* "days int": a name and its type. */
static bool typed_name(
	struct reader *r, struct str rest, const char **ret_name, enum q_type *ret_type)
{
	struct str name = str_cut(&rest, ' ');
	if (!is_name(name) || !type_named(str_trim(rest), ret_type)) {
		bad(r->room->path, r->line, "expected a name and one of int, text, bytes, float");
		return false;
	}
	*ret_name = arena_str(mem, name);
	return true;
}

static void declare_param(struct reader *r, struct str rest)
{
	struct param p = {.is_typed = true};
	if (r->q->n_params == MAX_PARAMS)
		bad(r->room->path, r->line, "too many parameters");
	else if (typed_name(r, rest, &p.name, &p.type))
		r->q->params[r->q->n_params++] = p;
}

static void declare_column(struct reader *r, struct str rest)
{
	struct column c = {0};
	if (r->q->n_declared == MAX_COLUMNS)
		bad(r->room->path, r->line, "too many columns");
	else if (typed_name(r, rest, &c.name, &c.type))
		r->q->declared[r->q->n_declared++] = c;
}

static void declare_filter(struct reader *r, struct str rest)
{
	struct query *q = r->q;
	if (q->n_filters == Q_MAX_FILTERS)
		bad(r->room->path, r->line, "too many filters");
	else
		q->filters[q->n_filters++] = (struct q_filter){arena_str(mem, rest), -1};
}

static void declare_sort(struct reader *r, struct str rest)
{
	struct query *q = r->q;
	struct str name = str_trim(str_cut(&rest, '='));
	rest = str_trim(rest);
	if (!is_name(name) || rest.n == 0)
		bad(r->room->path, r->line, "expected: -- sort: name = expression, expression");
	else if (q->n_sorts == MAX_SORTS)
		bad(r->room->path, r->line, "too many sorts");
	else
		q->sorts[q->n_sorts++] =
			(struct q_sort){arena_str(mem, name), arena_str(mem, rest)};
}

static const struct {
	const char *word;
	void (*declare)(struct reader *r, struct str rest);
	bool lists_only;
} directives[] = {
	{"param:", declare_param, false},
	{"column:", declare_column, false},
	{"filter:", declare_filter, true},
	{"sort:", declare_sort, true},
};

static void take_comment(struct reader *r, struct str comment)
{
	struct str rest = comment;
	struct str word = str_cut(&rest, ' ');
	rest = str_trim(rest);
	if (str_is(word, "name:")) {
		start(r, rest);
		return;
	}
	for (size_t i = 0; i < sizeof directives / sizeof directives[0]; i++) {
		if (!str_is(word, directives[i].word))
			continue;
		if (!r->q)
			bad(r->room->path, r->line,
				"-- %s before any -- name:", directives[i].word);
		else if (directives[i].lists_only && r->q->kind != LIST)
			bad(r->room->path, r->line, "-- %s is for :list only", directives[i].word);
		else
			directives[i].declare(r, rest);
		return;
	}
}

static void take_line(struct reader *r, struct str line)
{
	struct str text = str_trim(line);
	if (str_starts(text, "--")) {
		take_comment(r, str_trim((struct str){text.p + 2, text.n - 2}));
		return;
	}
	if (!r->q && text.n)
		bad(r->room->path, r->line, "SQL before any -- name:");
	if (r->q) {
		buf_str(&r->q->body, line);
		buf_putc(&r->q->body, '\n');
	}
}

void parse_room(const struct room *room, struct query ***last)
{
	struct reader r = {.room = room, .last = last};
	struct str text = read_file(room->path);
	if (!is_name(str_of(room->name)))
		bad(room->path, 1, "a room's name is of a-z, 0-9 and _");
	while (text.n) {
		r.line++;
		take_line(&r, str_cut(&text, '\n'));
	}
}
