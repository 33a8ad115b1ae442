/* Text to nodes in two passes: first all tags are found, paired and their white space decided
 * (specs/whitespace.md of the spec), then nodes are written in reading order. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mustache_node.h"

static const size_t NOBODY = (size_t)-1;

struct tag {
	char sigil; /* 0 for {{x}}; { & # ^ / > < $ ! = as written */
	unsigned line;
	size_t start, end;   /* of the whole tag, in bytes */
	size_t line_start;   /* when clear_left: where its line begins */
	size_t next_line;    /* when clear_right: where the following line begins */
	size_t partner;      /* opening <-> closing tag */
	size_t around;       /* opening tag it stands in */
	struct str name;
	bool dynamic;
	bool clear_left, clear_right; /* only blanks before or behind it on its line */
	bool trim_left, trim_right;   /* … and they are left out */
	bool standalone;              /* partial, parent, block: see struct mustache_node */
};

struct parser {
	struct mustache *t;
	struct mustache_error *error;
	struct str src;
	struct tag *tags;
	size_t n, cap;
	bool first; /* pass two: the next node is the first of its line */
};

static int broken(struct parser *p, unsigned line, const char *what, struct str about)
{
	return mustache_fail(p->error, ERR_INVALID, p->t->name, line, "%s {{%.*s}}", what,
		(int)(about.n > 80 ? 80 : about.n), about.p);
}

static bool is_blank_char(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_white(char c)
{
	return is_blank_char(c) || (c >= '\n' && c <= '\r');
}

static struct str trimmed(struct str s)
{
	while (s.n && is_white(s.p[0]))
		s = (struct str){s.p + 1, s.n - 1};
	while (s.n && is_white(s.p[s.n - 1]))
		s.n--;
	return s;
}

static struct tag *add_tag(struct parser *p)
{
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 64;
		struct tag *grown = realloc(p->tags, p->cap * sizeof *grown);
		if (!grown)
			log_die("out of memory");
		p->tags = grown;
	}
	struct tag *tag = &p->tags[p->n++];
	*tag = (struct tag){.partner = NOBODY, .around = NOBODY};
	return tag;
}

static size_t find(struct str s, size_t from, struct str what)
{
	const char *at = from <= s.n ? memmem(s.p + from, s.n - from, what.p, what.n) : NULL;
	return at ? (size_t)(at - s.p) : NOBODY;
}

static void look_around(struct parser *p, struct tag *tag)
{
	size_t i = tag->start;
	while (i && is_blank_char(p->src.p[i - 1]))
		i--;
	tag->clear_left = i == 0 || p->src.p[i - 1] == '\n';
	tag->line_start = i;
	i = tag->end;
	while (i < p->src.n && is_blank_char(p->src.p[i]))
		i++;
	if (i + 1 < p->src.n && p->src.p[i] == '\r' && p->src.p[i + 1] == '\n')
		i++;
	tag->clear_right = i == p->src.n || p->src.p[i] == '\n';
	tag->next_line = i < p->src.n ? i + 1 : i;
}

static bool has_white(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (is_white(s.p[i]))
			return true;
	return false;
}

static int read_delimiters(struct parser *p, struct tag *tag, struct str *open, struct str *close)
{
	struct str inner = trimmed(tag->name);
	size_t i = 0;
	while (i < inner.n && !is_white(inner.p[i]))
		i++;
	struct str left = {inner.p, i}, right = trimmed((struct str){inner.p + i, inner.n - i});
	if (!left.n || !right.n || has_white(right) || memchr(inner.p, '=', inner.n))
		return broken(p, tag->line, "delimiters are two words without =, not", inner);
	*open = left;
	*close = right;
	return 0;
}

static int check_name(struct parser *p, struct tag *tag)
{
	struct str whole = tag->name = trimmed(tag->name);
	bool may_be_dynamic = tag->sigil == '>' || tag->sigil == '<' || tag->sigil == '/';
	if (may_be_dynamic && whole.n && whole.p[0] == '*') {
		tag->dynamic = true;
		tag->name = trimmed((struct str){whole.p + 1, whole.n - 1});
	}
	if (!tag->name.n)
		return broken(p, tag->line, "no name in", whole);
	if (has_white(tag->name))
		return broken(p, tag->line, "white space inside the name", whole);
	return 0;
}

/* One tag whose opening delimiter stands at `at`; *ret_end is where the text goes on. */
static int read_tag(struct parser *p, size_t at, unsigned line, struct str *open, struct str *close,
	size_t *ret_end)
{
	size_t from = at + open->n;
	while (from < p->src.n && is_white(p->src.p[from]))
		from++;
	char sigil = from < p->src.n ? p->src.p[from] : 0;
	if (!sigil || !strchr("{&#^/><$!=", sigil))
		sigil = 0;
	from += sigil != 0;
	const char *prefix = sigil == '{' ? "}" : sigil == '=' ? "=" : "";
	char *ending = arena_printf(p->t->arena, "%s%.*s", prefix, (int)close->n, close->p);
	size_t to = find(p->src, from, str_of(ending));
	if (to == NOBODY)
		return mustache_fail(p->error, ERR_INVALID, p->t->name, line, "tag without %s",
			ending);
	struct tag *tag = add_tag(p);
	tag->sigil = sigil;
	tag->line = line;
	tag->start = at;
	tag->end = to + strlen(ending);
	tag->name = (struct str){p->src.p + from, to - from};
	look_around(p, tag);
	*ret_end = tag->end;
	if (sigil == '!')
		return 0;
	return sigil == '=' ? read_delimiters(p, tag, open, close) : check_name(p, tag);
}

static int read_tags(struct parser *p)
{
	struct str open = STR("{{"), close = STR("}}");
	unsigned line = 1;
	size_t counted = 0, at = 0;
	for (;;) {
		at = find(p->src, at, open);
		if (at == NOBODY)
			return 0;
		for (; counted < at; counted++)
			line += p->src.p[counted] == '\n';
		int rc = read_tag(p, at, line, &open, &close, &at);
		if (rc)
			return rc;
	}
}

static bool is_opening(char sigil)
{
	return sigil && strchr("#^<$", sigil);
}

static int pair_tags(struct parser *p)
{
	size_t inner = NOBODY, depth = 0;
	for (size_t i = 0; i < p->n; i++) {
		struct tag *tag = &p->tags[i];
		tag->around = inner;
		if (is_opening(tag->sigil)) {
			if (++depth > MUSTACHE_NEST_MAX)
				return broken(p, tag->line, "nested too deep:", tag->name);
			inner = i;
		} else if (tag->sigil == '/') {
			struct tag *from = inner == NOBODY ? NULL : &p->tags[inner];
			if (!from || !str_eq(from->name,
				tag->name) || from->dynamic != tag->dynamic)
				return broken(p, tag->line, "closes what is not open:", tag->name);
			from->partner = i;
			tag->partner = inner;
			inner = tag->around = from->around;
			depth--;
		}
	}
	return inner == NOBODY ? 0 : broken(p, p->tags[inner].line, "never closed:",
		p->tags[inner].name);
}

static bool replaces_block(const struct parser *p, const struct tag *open)
{
	return open->sigil == '$' && open->around != NOBODY && p->tags[open->around].sigil == '<';
}

/* A block given twice to one parent: which one counts would be a guess. */
static int check_parent(struct parser *p, size_t open)
{
	size_t end = p->tags[open].partner;
	for (size_t i = open + 1; i < end; i++) {
		const struct tag *a = &p->tags[i];
		size_t next = a->partner == NOBODY ? i : a->partner;
		for (size_t j = next + 1; a->sigil == '$' && j < end; j++) {
			const struct tag *b = &p->tags[j];
			if (b->sigil == '$' && b->around == open && str_eq(a->name, b->name))
				return broken(p, b->line, "block given twice:", b->name);
		}
		i = next;
	}
	return 0;
}

static int check_parents(struct parser *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->tags[i].sigil == '<') {
			int rc = check_parent(p, i);
			if (rc)
				return rc;
		}
	return 0;
}

static void trim_pair(const struct parser *p, struct tag *open, struct tag *close)
{
	if (replaces_block(p, open)) {
		open->trim_right = open->clear_right;
		close->trim_left = close->clear_left;
		return;
	}
	open->standalone = open->clear_left && close->clear_right;
	open->trim_left = open->standalone || (open->clear_left && open->clear_right);
	open->trim_right = open->clear_right && open->clear_left;
	close->trim_right = open->standalone || (close->clear_left && close->clear_right);
	close->trim_left = close->clear_left && close->clear_right;
}

static void decide_white_space(struct parser *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct tag *tag = &p->tags[i];
		bool of_pair = tag->sigil == '<' || tag->sigil == '$';
		if (of_pair)
			trim_pair(p, tag, &p->tags[tag->partner]);
		if (of_pair || !tag->sigil || tag->sigil == '{' || tag->sigil == '&')
			continue;
		if (tag->sigil == '/' && strchr("<$", p->tags[tag->partner].sigil))
			continue;
		tag->standalone = tag->trim_left = tag->trim_right = tag->clear_left
			&& tag->clear_right;
	}
}

static size_t text_from(const struct tag *tag)
{
	return tag->trim_right ? tag->next_line : tag->end;
}

static size_t text_to(const struct tag *tag)
{
	return tag->trim_left ? tag->line_start : tag->start;
}

static struct mustache_node *add_node(struct parser *p, enum mustache_kind kind, unsigned line)
{
	struct mustache_node *node = &p->t->nodes[p->t->n++];
	node->kind = kind;
	node->line = line;
	node->size = 1;
	node->first = p->first;
	p->first = false;
	return node;
}

static size_t common_prefix(struct str a, struct str b)
{
	size_t i = 0;
	while (i < a.n && i < b.n && a.p[i] == b.p[i])
		i++;
	return i;
}

static struct str without_prefix(struct str s, struct str prefix)
{
	size_t n = common_prefix(s, prefix);
	return (struct str){s.p + n, s.n - n};
}

/* The literal [from, to); strip is the indentation that is taken off its lines. */
static void write_text(struct parser *p, size_t from, size_t to, struct str strip)
{
	if (from >= to)
		return;
	char *out = arena_alloc(p->t->arena, to - from);
	size_t n = 0;
	bool at_start = from == 0 || p->src.p[from - 1] == '\n';
	for (size_t i = from; i < to;) {
		struct str rest = {p->src.p + i, to - i};
		if (at_start)
			rest = without_prefix(rest, strip);
		const char *end = rest.n ? memchr(rest.p, '\n', rest.n) : NULL;
		size_t len = end ? (size_t)(end - rest.p) + 1 : rest.n;
		if (len)
			memcpy(out + n, rest.p, len);
		n += len;
		i = (size_t)(rest.p - p->src.p) + len;
		at_start = true;
	}
	if (!n)
		return;
	add_node(p, NODE_TEXT, 0)->text = (struct str){out, n};
	p->first = out[n - 1] == '\n';
}

static struct str blanks_at(const struct parser *p, size_t at)
{
	size_t end = at;
	while (end < p->src.n && is_blank_char(p->src.p[end]))
		end++;
	return (struct str){p->src.p + at, end - at};
}

static void write_keys(struct parser *p, struct mustache_node *node)
{
	struct str rest = node->text;
	if (str_is(rest, "."))
		return;
	node->here = rest.p[0] == '.';
	if (node->here)
		rest = (struct str){rest.p + 1, rest.n - 1};
	size_t n = 1;
	for (size_t i = 0; i < rest.n; i++)
		n += rest.p[i] == '.';
	struct str *keys = arena_array(p->t->arena, struct str, n);
	for (size_t i = 0; i < n; i++)
		keys[i] = str_cut(&rest, '.');
	node->keys = keys;
	node->n_keys = n;
}

static enum mustache_kind kind_of(char sigil)
{
	switch (sigil) {
	case '{':
	case '&':
		return NODE_RAW;
	case '#':
		return NODE_SECTION;
	case '^':
		return NODE_INVERTED;
	case '>':
		return NODE_PARTIAL;
	case '<':
		return NODE_PARENT;
	case '$':
		return NODE_BLOCK;
	default:
		return NODE_VALUE;
	}
}

static struct mustache_node *write_tag(struct parser *p, const struct tag *tag, struct str strip)
{
	bool owns_no_line = tag->trim_left || replaces_block(p, tag);
	bool first = p->first;
	struct mustache_node *node = add_node(p, kind_of(tag->sigil), tag->line);
	if (owns_no_line) {
		node->first = false;
		p->first = first;
	}
	node->text = tag->name;
	node->dynamic = tag->dynamic;
	bool is_template = strchr("><$", tag->sigil ? tag->sigil : '#') != NULL;
	if (!is_template || tag->dynamic)
		write_keys(p, node);
	node->standalone = is_template && tag->standalone;
	if (node->standalone) {
		struct str blanks = blanks_at(p, tag->line_start);
		node->indent = without_prefix(blanks, strip);
	}
	return node;
}

/* What to take off the lines of a block's content; it is put back, or another's is, where it is
 * shown. */
static struct str block_strip(struct parser *p, const struct tag *open, struct mustache_node *node,
	struct str strip)
{
	bool replaces = replaces_block(p, open);
	if (!open->standalone && !(replaces && open->clear_right))
		return strip;
	if (!open->clear_right)
		return blanks_at(p, open->line_start);
	struct str inner = blanks_at(p, open->next_line);
	if (!replaces)
		node->indent = without_prefix(inner, strip);
	return inner;
}

static void write_range(struct parser *p, size_t first, size_t last, size_t from, size_t to,
	struct str strip);

static void write_content(struct parser *p, size_t open, struct str strip)
{
	const struct tag *a = &p->tags[open], *b = &p->tags[a->partner];
	write_range(p, open + 1, a->partner, text_from(a), text_to(b), strip);
}

static void write_block(struct parser *p, size_t open, struct str strip)
{
	const struct tag *a = &p->tags[open], *b = &p->tags[a->partner];
	struct mustache_node *node = write_tag(p, a, strip);
	struct str inner = block_strip(p, a, node, strip);
	if (replaces_block(p, a) || a->standalone || a->trim_right)
		p->first = true;
	if (a->standalone)
		node->eol = (struct str){p->src.p + b->end, b->next_line - b->end};
	write_content(p, open, inner);
	node->size = (size_t)(p->t->nodes + p->t->n - node);
}

/* Of what stands between {{<x}} and {{/x}} only the blocks count. */
static void write_parent(struct parser *p, size_t open, struct str strip)
{
	const struct tag *a = &p->tags[open];
	struct mustache_node *node = write_tag(p, a, strip);
	for (size_t i = open + 1; i < a->partner; i++) {
		const struct tag *tag = &p->tags[i];
		if (tag->sigil == '$')
			write_block(p, i, strip);
		if (tag->partner != NOBODY)
			i = tag->partner;
	}
	node->size = (size_t)(p->t->nodes + p->t->n - node);
	p->first = false;
}

static void write_element(struct parser *p, size_t open, struct str strip)
{
	const struct tag *tag = &p->tags[open];
	if (tag->sigil == '<') {
		write_parent(p, open, strip);
	} else if (tag->sigil == '$') {
		write_block(p, open, strip);
	} else {
		struct mustache_node *node = write_tag(p, tag, strip);
		if (is_opening(tag->sigil))
			write_content(p, open, strip);
		node->size = (size_t)(p->t->nodes + p->t->n - node);
	}
}

/* Tags [first, last) and the text [from, to) between them. */
static void write_range(struct parser *p, size_t first, size_t last, size_t from, size_t to,
	struct str strip)
{
	for (size_t i = first; i < last; i++) {
		const struct tag *tag = &p->tags[i];
		write_text(p, from, text_to(tag), strip);
		if (tag->sigil != '!' && tag->sigil != '=')
			write_element(p, i, strip);
		if (is_opening(tag->sigil))
			i = tag->partner;
		from = text_from(&p->tags[i]);
		if (p->tags[i].trim_right)
			p->first = true;
	}
	write_text(p, from, to, strip);
}

int mustache_parse(struct mustache *t, struct str text, struct mustache_error *ret_error)
{
	struct parser p = {.t = t, .error = ret_error, .first = true};
	if (text.n > MUSTACHE_TEXT_MAX)
		return mustache_fail(ret_error, ERR_LIMIT, t->name, 1,
			"template of more than %d bytes", MUSTACHE_TEXT_MAX);
	p.src = (struct str){arena_copy(t->arena, text.p, text.n), text.n};
	int rc = read_tags(&p);
	if (!rc)
		rc = pair_tags(&p);
	if (!rc)
		rc = check_parents(&p);
	if (!rc) {
		decide_white_space(&p);
		t->nodes = arena_array(t->arena, struct mustache_node, 2 * p.n + 1);
		t->n = 0;
		write_range(&p, 0, p.n, 0, p.src.n, STR_NONE);
	}
	free(p.tags);
	return rc;
}
