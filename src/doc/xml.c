#include "doc/xml.h"

#include <expat.h>
#include <stdio.h>
#include <string.h>

struct reader {
	struct arena *a;
	XML_Parser parser;
	struct xml *root, *at;
	struct xml_error *error;
	int depth, nodes;
	struct buf text;
};

static void refuse(struct reader *r, const char *id)
{
	if (!r->error->id) {
		r->error->id = id;
		snprintf(r->error->arg, sizeof r->error->arg, "%lu",
			(unsigned long)XML_GetCurrentLineNumber(r->parser));
	}
	XML_StopParser(r->parser, XML_FALSE);
}

static const char *local(const char *name)
{
	const char *colon = strrchr(name, ':');
	return colon ? colon + 1 : name;
}

static struct xml *add(struct reader *r)
{
	struct xml *n = arena_make(r->a, struct xml);
	if (++r->nodes > XML_NODES_MAX)
		refuse(r, "exchange.xml_large");
	n->line = (int64_t)XML_GetCurrentLineNumber(r->parser);
	n->parent = r->at;
	if (!r->at) {
		r->root = n;
	} else {
		if (r->at->last)
			r->at->last->next = n;
		else
			r->at->first = n;
		r->at->last = n;
	}
	return n;
}

static void flush_text(struct reader *r)
{
	if (!r->text.n)
		return;
	add(r)->text = (struct str){arena_str(r->a, buf_view(&r->text)), r->text.n};
	buf_reset(&r->text);
}

static void on_start(void *arg, const char *name, const char **atts)
{
	struct reader *r = arg;
	int n = 0;
	if (r->error->id)
		return;
	flush_text(r);
	struct xml *e = add(r);
	e->name = arena_dup(r->a, local(name));
	for (struct xml_att **to = &e->atts; atts[0]; atts += 2, to = &(*to)->next) {
		if (++n > XML_ATTS_MAX || ++r->nodes > XML_NODES_MAX) {
			refuse(r, "exchange.xml_large");
			return;
		}
		*to = arena_make(r->a, struct xml_att);
		(*to)->name = arena_dup(r->a, local(atts[0]));
		(*to)->value = arena_dup(r->a, atts[1]);
	}
	r->at = e;
	if (++r->depth > XML_DEPTH_MAX)
		refuse(r, "exchange.xml_deep");
}

static void on_end(void *arg, const char *name)
{
	struct reader *r = arg;
	(void)name;
	if (r->error->id)
		return;
	flush_text(r);
	r->at = r->at->parent;
	r->depth--;
}

static void on_text(void *arg, const char *p, int n)
{
	struct reader *r = arg;
	if (r->error->id || !r->at)
		return;
	buf_put(&r->text, p, (size_t)n);
	if (r->text.full)
		refuse(r, "exchange.xml_large");
}

static void on_doctype(void *arg, const char *name, const char *sysid, const char *pubid,
	int internal)
{
	(void)name, (void)sysid, (void)pubid, (void)internal;
	refuse(arg, "exchange.xml_doctype");
}

static int parse(struct reader *r, struct str bytes)
{
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, on_start, on_end);
	XML_SetCharacterDataHandler(r->parser, on_text);
	XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
	enum XML_Status status = XML_Parse(r->parser, bytes.p, (int)bytes.n, 1);
	if (!r->error->id && (status != XML_STATUS_OK || !r->root))
		refuse(r, "exchange.xml_broken");
	return r->error->id ? ERR_INVALID : 0;
}

int xml_read(struct arena *a, struct str bytes, struct xml **ret_root, struct xml_error *ret_error)
{
	struct reader r = {.a = a, .error = ret_error};
	*ret_error = (struct xml_error){0};
	r.parser = XML_ParserCreate(NULL);
	if (!r.parser)
		return ERR_BUG;
	buf_init(&r.text, 32 * 1024 * 1024);
	int rc = bytes.n > 0x7fffffff ? ERR_LIMIT : parse(&r, bytes);
	XML_ParserFree(r.parser);
	buf_fini(&r.text);
	if (!rc)
		*ret_root = r.root;
	return rc;
}

bool xml_is(const struct xml *n, const char *name)
{
	return n && n->name && strcmp(n->name, name) == 0;
}

static struct xml *named(struct xml *n, const char *name)
{
	while (n && !xml_is(n, name))
		n = n->next;
	return n;
}

struct xml *xml_child(const struct xml *n, const char *name)
{
	return n ? named(n->first, name) : NULL;
}

struct xml *xml_next(const struct xml *n)
{
	return named(n->next, n->name);
}

struct xml *xml_find(const struct xml *n, const char *name)
{
	for (struct xml *c = n ? n->first : NULL; c; c = c->next) {
		struct xml *found = xml_is(c, name) ? c : xml_find(c, name);
		if (found)
			return found;
	}
	return NULL;
}

const char *xml_att(const struct xml *n, const char *name)
{
	for (const struct xml_att *a = n ? n->atts : NULL; a; a = a->next)
		if (strcmp(a->name, name) == 0)
			return a->value;
	return "";
}

static void put_text(struct buf *out, const struct xml *n)
{
	if (!n->name)
		buf_str(out, n->text);
	for (const struct xml *c = n->first; c; c = c->next)
		put_text(out, c);
}

struct str xml_text(struct arena *a, const struct xml *n)
{
	auto_buf out;
	buf_init(&out, 32 * 1024 * 1024);
	if (n)
		put_text(&out, n);
	return (struct str){arena_str(a, buf_view(&out)), out.n};
}

struct str xml_child_text(struct arena *a, const struct xml *n, const char *name)
{
	return xml_text(a, xml_child(n, name));
}

static void put_escaped(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '&': buf_puts(out, "&amp;"); break;
		case '<': buf_puts(out, "&lt;"); break;
		case '>': buf_puts(out, "&gt;"); break;
		case '"': buf_puts(out, "&quot;"); break;
		default: buf_putc(out, s.p[i]);
		}
}

static bool is_void(const struct xml *n)
{
	static const char *const names[] = {"br", "img", "hr", "mspace", "mprescripts"};
	for (size_t i = 0; !n->first && i < sizeof names / sizeof *names; i++)
		if (xml_is(n, names[i]))
			return true;
	return false;
}

static void put_node(struct buf *out, const struct xml *n, bool (*skip)(const struct xml *n))
{
	if (!n->name) {
		put_escaped(out, n->text);
		return;
	}
	if (skip && skip(n))
		return;
	buf_printf(out, "<%s", n->name);
	for (const struct xml_att *a = n->atts; a; a = a->next) {
		buf_printf(out, " %s=\"", a->name);
		put_escaped(out, str_of(a->value));
		buf_putc(out, '"');
	}
	buf_puts(out, is_void(n) ? "/>" : ">");
	for (const struct xml *c = n->first; c; c = c->next)
		put_node(out, c, skip);
	if (!is_void(n))
		buf_printf(out, "</%s>", n->name);
}

void xml_inner(struct buf *out, const struct xml *n, bool (*skip)(const struct xml *n))
{
	for (const struct xml *c = n ? n->first : NULL; c; c = c->next)
		put_node(out, c, skip);
}
