/* Mustache over JSON values: compiled once, rendered often, by many threads at once. The public
 * spec (github.com/mustache/spec, v1.4) with inheritance and dynamic names, without lambdas.
 *
 *   {{x}} {{{x}}} {{&x}}   the value, escaped for HTML and XML, or as it is
 *   {{#x}}…{{/x}}          once per element of a list; once with a value; not when x is falsy
 *   {{^x}}…{{/x}}          when x is falsy: absent, null, false, 0, "" or []
 *   {{>name}} {{>*x}}      another template; one that is named by a value
 *   {{<name}}{{$b}}…{{/b}}{{/name}}  another template with its block b replaced; {{<*x}} as well
 *   {{$b}}…{{/b}}          a block that may be replaced, and its preset content
 *   {{!…}} {{=<% %>=}}     comment; other delimiters
 *
 * Names: "a.b.c" from the nearest object that has "a" outwards; "." is the element itself; ".a" (an
 * addition to the spec) looks only in the nearest element, never outwards.
 * Integers print exactly, reals as in JSON with the fewest digits that read back, null as nothing,
 * a list or an object as compact JSON (for data-* attributes). */
#ifndef LUBAN_BASE_MUSTACHE_H
#define LUBAN_BASE_MUSTACHE_H

#include <jansson.h>

#include "base/err.h"
#include "base/str.h"

struct mustache;     /* a compiled template; never changes, belongs to its set */
struct mustache_set; /* templates that may include each other */

enum {
	MUSTACHE_TEXT_MAX = 256 * 1024,  /* bytes of one template */
	MUSTACHE_NAME_MAX = 120,         /* bytes of a template's name */
	MUSTACHE_NEST_MAX = 64,          /* tags within tags; templates within templates */
	MUSTACHE_STEPS_MAX = 20000000,   /* tags and texts put out by one rendering */
};

enum mustache_flag {
	/* unknown names in {{x}} and {{>*x}}, unknown templates: an error */
	MUSTACHE_STRICT = 1,
	MUSTACHE_STRICT_SECTIONS = 2, /* unknown names in {{#x}} and {{^x}} too */
};

/* Where and what; in English, for whoever writes templates. */
struct mustache_error {
	char template[MUSTACHE_NAME_MAX + 1];
	unsigned line;
	char text[200];
};

/* The text of a template by its name; the bytes must live until the call that asked returns.
 * ERR_NOTFOUND when there is none. Called with the set locked: must not call back. */
typedef int mustache_load_fn(void *arg, const char *name, struct str *ret_text);

struct mustache_set *mustache_set_new(mustache_load_fn *load, void *arg);
void mustache_set_free(struct mustache_set *s);

/* The template and all it includes by name; the second time it is only looked up. ERR_NOTFOUND: no
 * such template. ERR_INVALID: it, or one it includes, is wrong. ret_error may be NULL. */
int mustache_compile(struct mustache_set *s, const char *name, const struct mustache **ret_template,
	struct mustache_error *ret_error) MUST_CHECK;
/* The same with the text given; replaces nothing: ERR_CONFLICT when the name is taken. */
int mustache_compile_text(struct mustache_set *s, const char *name, struct str text,
	const struct mustache **ret_template, struct mustache_error *ret_error) MUST_CHECK;

/* Appends to out. ERR_INVALID: see MUSTACHE_STRICT; or a template reached by {{>*x}} is wrong.
 * ERR_LIMIT: out is full, too deep, too long. What was put out before the error stays there. */
int mustache_render(const struct mustache *t, json_t *view, struct buf *out, unsigned flags,
	struct mustache_error *ret_error) MUST_CHECK;

/* & < > " ' as character references: for HTML and XML, text and quoted attributes. */
void mustache_escape(struct buf *out, struct str text);

#endif
