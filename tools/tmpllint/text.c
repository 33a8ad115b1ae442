/* Reads HTML or SVG with mustache tags in it: elements must balance within every section,
 * attributes be quoted, nothing carry script or style, images and inputs have names. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lint.h"

enum { DEPTH_MAX = 200, ATTRIBUTES_MAX = 60, NAMES_MAX = 4000 };

struct open {
	struct str name;
	bool is_section;
	unsigned line;
};

struct attribute {
	struct str name, value;
	bool has_value;
};

struct named {
	struct str text;
	unsigned line;
};

struct reader {
	const char *file;
	struct str text;
	bool is_output, is_svg;
	const struct lint_hooks *hooks;
	size_t at, counted, problems;
	unsigned line;
	struct open open[DEPTH_MAX];
	size_t depth;
	/* inputs wait for a label that may follow */
	struct named inputs[NAMES_MAX], labels[NAMES_MAX], ids[NAMES_MAX];
	size_t n_inputs, n_labels, n_ids;
};

static unsigned line_at(struct reader *r, size_t at)
{
	for (; r->counted < at; r->counted++)
		r->line += r->text.p[r->counted] == '\n';
	return r->line;
}

static void __attribute__((format(printf, 3, 4))) say(struct reader *r, unsigned line,
	const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fprintf(stderr, "%s:%u: ", r->file, line);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	r->problems++;
}

static bool looks_at(const struct reader *r, const char *what)
{
	struct str rest = {r->text.p + r->at, r->text.n - r->at};
	return str_starts(rest, what);
}

static size_t find(const struct reader *r, size_t from, const char *what)
{
	const char *p = from < r->text.n
		? memmem(r->text.p + from, r->text.n - from, what, strlen(what))
		: NULL;
	return p ? (size_t)(p - r->text.p) : r->text.n;
}

/* --- mustache tags */

struct tag {
	char sigil;
	struct str name;
};

static struct tag read_tag(struct reader *r)
{
	bool triple = looks_at(r, "{{{");
	size_t from = r->at + (triple ? 3 : 2), to = find(r, from, triple ? "}}}" : "}}");
	struct tag tag = {triple ? '{' : 0, str_trim((struct str){r->text.p + from, to - from})};
	r->at = to + (triple ? 3 : 2) > r->text.n ? r->text.n : to + (triple ? 3 : 2);
	if (!triple && tag.name.n && strchr("#^/><$!&=", tag.name.p[0])) {
		tag.sigil = tag.name.p[0];
		tag.name = str_trim((struct str){tag.name.p + 1, tag.name.n - 1});
	}
	return tag;
}

static void check_tag(struct reader *r, struct tag tag, unsigned line)
{
	bool raw = tag.sigil == '{' || tag.sigil == '&';
	bool includes = tag.sigil == '>' || tag.sigil == '<';
	int n = (int)tag.name.n;
	if (raw && !r->hooks->may_be_raw(r->hooks->arg, r->file, tag.name))
		say(r, line, "{{{%.*s}}} is not escaped and not in the allow list", n, tag.name.p);
	if (tag.sigil == '=')
		say(r, line, "other delimiters");
	bool is_static = includes && tag.name.n && tag.name.p[0] != '*';
	if (is_static && !r->hooks->template_exists(r->hooks->arg, r->file, tag.name))
		say(r, line, "there is no template %.*s", n, tag.name.p);
}

static bool opens(char sigil)
{
	return sigil && strchr("#^<$", sigil);
}

static void push(struct reader *r, struct str name, bool is_section, unsigned line)
{
	if (r->depth == DEPTH_MAX)
		say(r, line, "nested too deep");
	else
		r->open[r->depth++] = (struct open){name, is_section, line};
}

static void close_section(struct reader *r, struct str name, unsigned line)
{
	while (r->depth && !r->open[r->depth - 1].is_section) {
		struct open *top = &r->open[--r->depth];
		say(r, top->line, "<%.*s> is not closed within {{%.*s}}", (int)top->name.n,
			top->name.p, (int)name.n, name.p);
	}
	if (r->depth && str_eq(r->open[r->depth - 1].name, name))
		r->depth--;
	else
		say(r, line, "{{/%.*s}} closes nothing", (int)name.n, name.p);
}

static void text_tag(struct reader *r)
{
	unsigned line = line_at(r, r->at);
	struct tag tag = read_tag(r);
	check_tag(r, tag, line);
	if (opens(tag.sigil))
		push(r, tag.name, true, line);
	else if (tag.sigil == '/')
		close_section(r, tag.name, line);
}

/* Inside a start tag or a value sections must close before it ends; *depth counts them. */
static void inner_tag(struct reader *r, int *depth)
{
	unsigned line = line_at(r, r->at);
	struct tag tag = read_tag(r);
	check_tag(r, tag, line);
	*depth += opens(tag.sigil) ? 1 : tag.sigil == '/' ? -1 : 0;
	if (*depth < 0)
		say(r, line, "a section that began outside ends inside a tag");
	if (*depth < 0)
		*depth = 0;
}

/* --- start tags */

static bool ends_word(char c)
{
	return isspace((unsigned char)c) || strchr("=>/\"'{}<", c);
}

static struct str read_word(struct reader *r)
{
	size_t from = r->at;
	while (r->at < r->text.n && !ends_word(r->text.p[r->at]))
		r->at++;
	return (struct str){r->text.p + from, r->at - from};
}

static struct str read_quoted(struct reader *r)
{
	char quote = r->text.p[r->at++];
	size_t from = r->at;
	unsigned line = line_at(r, from);
	int depth = 0;
	while (r->at < r->text.n && r->text.p[r->at] != quote) {
		if (looks_at(r, "{{"))
			inner_tag(r, &depth);
		else
			r->at++;
	}
	struct str value = {r->text.p + from, r->at - from};
	if (r->at < r->text.n)
		r->at++;
	else
		say(r, line, "a quote is never closed");
	if (depth)
		say(r, line, "a section ends outside the value it began in");
	return value;
}

static void read_value(struct reader *r, struct attribute *a)
{
	r->at++;
	a->has_value = true;
	char c = r->at < r->text.n ? r->text.p[r->at] : 0;
	if (c == '"' || c == '\'') {
		a->value = read_quoted(r);
		return;
	}
	say(r, line_at(r, r->at), "the value of %.*s is not quoted", (int)a->name.n, a->name.p);
	while (r->at < r->text.n && !isspace((unsigned char)r->text.p[r->at]) &&
		r->text.p[r->at] != '>')
		r->at++;
}

/* Up to and with ">"; returns the number of attributes. */
static size_t read_attributes(struct reader *r, struct attribute *list, bool *ret_closed)
{
	size_t n = 0;
	int depth = 0;
	unsigned line = line_at(r, r->at);
	*ret_closed = false;
	while (r->at < r->text.n && r->text.p[r->at] != '>') {
		if (looks_at(r, "{{")) {
			inner_tag(r, &depth);
			continue;
		}
		struct attribute a = {.name = read_word(r)};
		if (!a.name.n) {
			*ret_closed = r->text.p[r->at] == '/';
			r->at++;
			continue;
		}
		if (r->at < r->text.n && r->text.p[r->at] == '=')
			read_value(r, &a);
		if (n < ATTRIBUTES_MAX)
			list[n++] = a;
	}
	if (r->at == r->text.n)
		say(r, line, "a tag is never closed");
	r->at += r->at < r->text.n;
	if (depth)
		say(r, line, "a section that began inside a tag ends outside");
	return n;
}

static const struct attribute *attribute(const struct attribute *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(list[i].name, name))
			return &list[i];
	return NULL;
}

/* --- what is wrong with an element */

static bool is_one_of(struct str name, const char *words)
{
	struct str rest = str_of(words);
	while (rest.n)
		if (str_eq(str_cut(&rest, ' '), name))
			return true;
	return false;
}

static void check_script(struct reader *r, const struct attribute *list, size_t n, unsigned line)
{
	for (size_t i = 0; i < n; i++) {
		struct str name = list[i].name, value = str_trim(list[i].value);
		if (name.n > 2 && (name.p[0] | 32) == 'o' && (name.p[1] | 32) == 'n')
			say(r, line, "script in %.*s", (int)name.n, name.p);
		if (str_is(name, "style") && !r->is_svg)
			say(r, line, "style in an attribute");
		if (value.n > 11 && strncasecmp(value.p, "javascript:", 11) == 0)
			say(r, line, "script in %.*s", (int)name.n, name.p);
		for (size_t j = 0; j < i; j++)
			if (str_eq(list[j].name, name) && r->is_output)
				say(r, line, "%.*s given twice", (int)name.n, name.p);
	}
}

static bool in_element(const struct reader *r, const char *name)
{
	for (size_t i = r->depth; i--;)
		if (!r->open[i].is_section && str_is(r->open[i].name, name))
			return true;
	return false;
}

static void remember(struct named *list, size_t *n, struct str text, unsigned line)
{
	if (*n < NAMES_MAX)
		list[(*n)++] = (struct named){text, line};
}

static void check_input(struct reader *r, struct str name, const struct attribute *list, size_t n,
	unsigned line)
{
	const struct attribute *type = attribute(list, n, "type"), *id = attribute(list, n, "id");
	bool needs_no_label = str_is(name, "input") && type &&
		is_one_of(type->value, "hidden submit button image reset");
	if (needs_no_label || attribute(list, n, "aria-label") ||
		attribute(list, n, "aria-labelledby") || in_element(r, "label"))
		return;
	if (id)
		remember(r->inputs, &r->n_inputs, id->value, line);
	else
		say(r, line, "<%.*s> has no label", (int)name.n, name.p);
}

static void check_names(struct reader *r, struct str name, const struct attribute *list, size_t n,
	unsigned line)
{
	const struct attribute *id = attribute(list, n, "id"), *target = attribute(list, n, "for");
	bool named = attribute(list, n, "aria-label") || attribute(list, n, "aria-hidden");
	if (str_is(name, "img") && !attribute(list, n, "alt"))
		say(r, line, "<img> has no alt");
	if (str_is(name, "svg") && !r->is_svg && !named)
		say(r, line, "<svg> has neither aria-label nor aria-hidden");
	if (str_is(name, "iframe"))
		say(r, line, "<iframe>");
	if (is_one_of(name, "input select textarea"))
		check_input(r, name, list, n, line);
	if (str_is(name, "label") && target)
		remember(r->labels, &r->n_labels, target->value, line);
	if (id)
		remember(r->ids, &r->n_ids, id->value, line);
}

/* --- elements */

/* What stands in <script> and <style> is not markup. */
static void skip_raw(struct reader *r, struct str name, unsigned line)
{
	const char *ending = str_is(name, "script") ? "</script" : "</style";
	size_t end = find(r, r->at, ending);
	struct str body = str_trim((struct str){r->text.p + r->at, end - r->at});
	if (body.n && !(r->is_svg && str_is(name, "style")))
		say(r, line, "<%.*s> with a body", (int)name.n, name.p);
	r->at = end;
}

static void start_tag(struct reader *r)
{
	struct attribute list[ATTRIBUTES_MAX];
	bool closed;
	unsigned line = line_at(r, r->at);
	r->at++;
	struct str name = read_word(r);
	size_t n = read_attributes(r, list, &closed);
	check_script(r, list, n, line);
	check_names(r, name, list, n, line);
	bool is_void = is_one_of(name, "area base br col embed hr img input link meta source wbr");
	if (closed && !is_void && !r->is_svg && !in_element(r, "svg") && !str_is(name, "svg"))
		say(r, line, "<%.*s/> closes nothing", (int)name.n, name.p);
	if (closed || (is_void && !r->is_svg))
		return;
	push(r, name, false, line);
	if (is_one_of(name, "script style"))
		skip_raw(r, name, line);
}

static void end_tag(struct reader *r)
{
	unsigned line = line_at(r, r->at);
	r->at += 2;
	struct str name = read_word(r);
	r->at = find(r, r->at, ">");
	r->at += r->at < r->text.n;
	struct open *top = r->depth ? &r->open[r->depth - 1] : NULL;
	if (top && !top->is_section && str_eq(top->name, name))
		r->depth--;
	else
		say(r, line, "</%.*s> closes nothing%s%.*s", (int)name.n, name.p,
			top ? " in " : "", top ? (int)top->name.n : 0, top ? top->name.p : "");
}

static void skip_to(struct reader *r, const char *ending)
{
	r->at = find(r, r->at, ending) + strlen(ending);
	if (r->at > r->text.n)
		r->at = r->text.n;
}

static void step(struct reader *r)
{
	char next = r->at + 1 < r->text.n ? r->text.p[r->at + 1] : 0;
	if (!r->is_output && looks_at(r, "{{"))
		text_tag(r);
	else if (looks_at(r, "<!--"))
		skip_to(r, "-->");
	else if (looks_at(r, "<!") || looks_at(r, "<?"))
		skip_to(r, ">");
	else if (looks_at(r, "</"))
		end_tag(r);
	else if (looks_at(r, "<") && isalpha((unsigned char)next))
		start_tag(r);
	else
		r->at++;
}

static bool is_in(const struct named *list, size_t n, struct str text)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].text, text))
			return true;
	return false;
}

static void finish(struct reader *r)
{
	while (r->depth) {
		struct open *top = &r->open[--r->depth];
		say(r, top->line, "%s%.*s%s is never closed", top->is_section ? "{{" : "<",
			(int)top->name.n, top->name.p, top->is_section ? "}}" : ">");
	}
	for (size_t i = 0; i < r->n_inputs; i++)
		if (!is_in(r->labels, r->n_labels, r->inputs[i].text))
			say(r, r->inputs[i].line, "no label for #%.*s", (int)r->inputs[i].text.n,
				r->inputs[i].text.p);
	for (size_t i = 0; r->is_output && i < r->n_ids; i++)
		if (is_in(r->ids, i, r->ids[i].text))
			say(r, r->ids[i].line, "the id %.*s is there twice",
				(int)r->ids[i].text.n, r->ids[i].text.p);
}

size_t lint_text(const char *file, struct str text, bool is_output, const struct lint_hooks *hooks)
{
	static struct reader r; /* large; the lint is one thread */
	r = (struct reader){.file = file, .text = text, .is_output = is_output, .hooks = hooks,
		.line = 1, .is_svg = str_ends(str_of(file), ".svg")};
	while (r.at < r.text.n)
		step(&r);
	finish(&r);
	return r.problems;
}
