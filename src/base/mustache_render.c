/* Nodes and a view to text. Nothing is allocated but the output. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mustache_node.h"

enum { SECTIONS_MAX = 256 };

struct run {
	struct buf *out;
	unsigned flags;
	size_t steps;
	int templates, sections; /* how deep we are */
	struct mustache_error *error;
};

/* The context stack, innermost first; lives on the C stack. */
struct frame {
	json_t *value;
	const struct frame *up;
};

struct indent {
	struct str blanks;
	const struct indent *up;
};

/* Blocks that a parent tag replaces; the outermost tag wins. */
struct blocks {
	const struct mustache *t;
	const struct mustache_node *parent;
	const struct blocks *up;
};

struct scope {
	const struct mustache *t;
	const struct frame *frame;
	const struct indent *indent;
	const struct blocks *blocks;
};

static int render_nodes(struct run *run, const struct scope *sc, const struct mustache_node *n,
	const struct mustache_node *end);

static int bad(struct run *run, const struct scope *sc, const struct mustache_node *n, int err,
	const char *what)
{
	return mustache_fail(run->error, err, sc->t->name, n->line, "%s {{%s%.*s}}", what,
		n->dynamic ? "*" : "", (int)(n->text.n > 80 ? 80 : n->text.n), n->text.p);
}

static json_t *member(json_t *value, struct str key)
{
	return json_object_getn(value, key.p, key.n);
}

static json_t *look_up(const struct frame *f, const struct mustache_node *n)
{
	json_t *value = f->value;
	if (n->n_keys == 0)
		return value;
	value = member(value, n->keys[0]);
	while (!value && !n->here && f->up) {
		f = f->up;
		value = member(f->value, n->keys[0]);
	}
	for (size_t i = 1; value && i < n->n_keys; i++)
		value = member(value, n->keys[i]);
	return value;
}

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void mustache_escape(struct buf *out, struct str text)
{
	size_t from = 0;
	for (size_t i = 0; i < text.n; i++) {
		const char *instead = text.p[i] <= '>' ? entity(text.p[i]) : NULL;
		if (!instead)
			continue;
		buf_put(out, text.p + from, i - from);
		buf_puts(out, instead);
		from = i + 1;
	}
	buf_put(out, text.p + from, text.n - from);
}

static void put_real(struct buf *out, double value)
{
	char text[40];
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, value);
		if (fabs(strtod(text, NULL) - value) <= 0)
			break;
	}
	buf_puts(out, text);
	if (!strpbrk(text, ".e"))
		buf_puts(out, ".0");
}

static void put_text(struct buf *out, struct str text, bool raw)
{
	if (raw)
		buf_str(out, text);
	else
		mustache_escape(out, text);
}

static void put_tree(struct buf *out, json_t *value, bool raw)
{
	auto_buf text;
	buf_init(&text, out->max);
	if (json_write(value, &text))
		out->full = true;
	else
		put_text(out, buf_view(&text), raw);
}

static void put_value(struct buf *out, json_t *value, bool raw)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		put_text(out, (struct str){json_string_value(value), json_string_length(value)},
			raw);
		break;
	case JSON_INTEGER:
		buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		break;
	case JSON_REAL:
		put_real(out, json_real_value(value));
		break;
	case JSON_TRUE:
		buf_puts(out, "true");
		break;
	case JSON_FALSE:
		buf_puts(out, "false");
		break;
	case JSON_NULL:
		break;
	case JSON_OBJECT:
	case JSON_ARRAY:
		put_tree(out, value, raw);
		break;
	}
}

static bool is_falsy(json_t *value)
{
	if (!value || json_is_null(value) || json_is_false(value))
		return true;
	if (json_is_string(value))
		return json_string_length(value) == 0;
	if (json_is_array(value))
		return json_array_size(value) == 0;
	return json_is_number(value) && fabs(json_number_value(value)) <= 0;
}

static void put_indent(struct buf *out, const struct indent *indent)
{
	if (!indent)
		return;
	put_indent(out, indent->up);
	buf_str(out, indent->blanks);
}

static void put_literal(struct run *run, const struct scope *sc, const struct mustache_node *n)
{
	if (!sc->indent) {
		buf_str(run->out, n->text);
		return;
	}
	bool first = n->first;
	for (struct str rest = n->text; rest.n;) {
		const char *end = memchr(rest.p, '\n', rest.n);
		size_t len = end ? (size_t)(end - rest.p) + 1 : rest.n;
		if (first)
			put_indent(run->out, sc->indent);
		buf_put(run->out, rest.p, len);
		rest = (struct str){rest.p + len, rest.n - len};
		first = true;
	}
}

static int render_value(struct run *run, const struct scope *sc, const struct mustache_node *n)
{
	json_t *value = look_up(sc->frame, n);
	if (value)
		put_value(run->out, value, n->kind == NODE_RAW);
	else if (run->flags & MUSTACHE_STRICT)
		return bad(run, sc, n, ERR_INVALID, "unknown name");
	return 0;
}

static int render_with(struct run *run, const struct scope *sc, const struct mustache_node *n,
	json_t *value)
{
	struct frame frame = {value, sc->frame};
	struct scope inner = *sc;
	inner.frame = &frame;
	return render_nodes(run, &inner, n + 1, n + n->size);
}

static int render_section(struct run *run, const struct scope *sc, const struct mustache_node *n)
{
	json_t *value = look_up(sc->frame, n);
	if (!value && (run->flags & MUSTACHE_STRICT_SECTIONS))
		return bad(run, sc, n, ERR_INVALID, "unknown name");
	if (is_falsy(value) != (n->kind == NODE_INVERTED))
		return 0;
	if (n->kind == NODE_INVERTED)
		return render_nodes(run, sc, n + 1, n + n->size);
	if (run->sections == SECTIONS_MAX)
		return bad(run, sc, n, ERR_LIMIT, "sections too deep at");
	run->sections++;
	int rc = 0;
	if (!json_is_array(value))
		rc = render_with(run, sc, n, value);
	for (size_t i = 0; json_is_array(value) && i < json_array_size(value) && !rc; i++)
		rc = render_with(run, sc, n, json_array_get(value, i));
	run->sections--;
	return rc;
}

static int find_template(struct run *run, const struct scope *sc, const struct mustache_node *n,
	const struct mustache **ret_t)
{
	const struct mustache *t = n->target;
	if (n->dynamic) {
		const char *name = json_string_value(look_up(sc->frame, n));
		int rc = name ? mustache_compile(sc->t->set, name, &t, run->error) : 0;
		if (rc && rc != ERR_NOTFOUND)
			return rc;
	}
	if (!t && (run->flags & MUSTACHE_STRICT))
		return bad(run, sc, n, ERR_INVALID, "unknown template");
	*ret_t = t;
	return 0;
}

static int render_template(struct run *run, const struct scope *sc, const struct mustache_node *n)
{
	const struct mustache *t = NULL;
	int rc = find_template(run, sc, n, &t);
	if (rc || !t)
		return rc;
	if (run->templates == MUSTACHE_NEST_MAX)
		return bad(run, sc, n, ERR_LIMIT, "templates too deep at");
	struct blocks blocks = {sc->t, n, sc->blocks};
	struct indent indent = {n->indent, sc->indent};
	struct scope inner = {t, sc->frame, NULL, n->size > 1 ? &blocks : sc->blocks};
	if (n->standalone)
		inner.indent = n->indent.n ? &indent : sc->indent;
	run->templates++;
	rc = render_nodes(run, &inner, t->nodes, t->nodes + t->n);
	run->templates--;
	return rc;
}

static const struct mustache_node *find_block(const struct blocks *b, struct str name,
	const struct mustache **ret_t)
{
	const struct mustache_node *n = b ? find_block(b->up, name, ret_t) : NULL;
	if (n || !b)
		return n;
	for (n = b->parent + 1; n < b->parent + b->parent->size; n += n->size)
		if (str_eq(n->text, name)) {
			*ret_t = b->t;
			return n;
		}
	return NULL;
}

static int render_block(struct run *run, const struct scope *sc, const struct mustache_node *n)
{
	struct scope inner = *sc;
	const struct mustache_node *content = find_block(sc->blocks, n->text, &inner.t);
	struct indent indent = {n->indent, sc->indent};
	if (run->templates == MUSTACHE_NEST_MAX)
		return bad(run, sc, n, ERR_LIMIT, "templates too deep at");
	if (n->standalone && n->indent.n)
		inner.indent = &indent;
	else if (content && !n->standalone)
		inner.indent = NULL;
	size_t before = run->out->n;
	content = content ? content : n;
	run->templates++;
	int rc = render_nodes(run, &inner, content + 1, content + content->size);
	run->templates--;
	if (!rc && run->out->n > before && run->out->p[run->out->n - 1] != '\n')
		buf_str(run->out, n->eol);
	return rc;
}

static int render_node(struct run *run, const struct scope *sc, const struct mustache_node *n)
{
	if (n->first && sc->indent && n->kind != NODE_TEXT)
		put_indent(run->out, sc->indent);
	switch (n->kind) {
	case NODE_TEXT:
		put_literal(run, sc, n);
		return 0;
	case NODE_VALUE:
	case NODE_RAW:
		return render_value(run, sc, n);
	case NODE_SECTION:
	case NODE_INVERTED:
		return render_section(run, sc, n);
	case NODE_PARTIAL:
	case NODE_PARENT:
		return render_template(run, sc, n);
	case NODE_BLOCK:
		return render_block(run, sc, n);
	}
	return ERR_BUG;
}

static int render_nodes(struct run *run, const struct scope *sc, const struct mustache_node *n,
	const struct mustache_node *end)
{
	int rc = 0;
	for (; n < end && !rc; n += n->size) {
		if (++run->steps > MUSTACHE_STEPS_MAX)
			return bad(run, sc, n, ERR_LIMIT, "too long at");
		rc = render_node(run, sc, n);
		if (!rc && run->out->full)
			rc = bad(run, sc, n, ERR_LIMIT, "output is full at");
	}
	return rc;
}

int mustache_render(const struct mustache *t, json_t *view, struct buf *out, unsigned flags,
	struct mustache_error *ret_error)
{
	struct run run = {.out = out, .flags = flags, .error = ret_error};
	struct frame frame = {view, NULL};
	struct scope sc = {t, &frame, NULL, NULL};
	return render_nodes(&run, &sc, t->nodes, t->nodes + t->n);
}
