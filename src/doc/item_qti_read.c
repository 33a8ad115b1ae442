/* QTI packages: the manifest names items, tests and stimuli; a test gives order and sections. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "doc/item_exchange.h"
#include "doc/item_qti.h"

struct resource {
	const char *id, *href;
	struct xml *metadata;
	bool is_done;
};

struct package {
	struct qti q;
	struct xml *manifest;
	struct resource *items;
	int n_items, cap;
	bool is_full;
};

/* ---- names ---- */

/* Without "qti-", hyphens and case. */
static bool is_same(const char *a, const char *b)
{
	a += strncmp(a, "qti-", 4) == 0 ? 4 : 0;
	b += strncmp(b, "qti-", 4) == 0 ? 4 : 0;
	for (;; a++, b++) {
		while (*a == '-')
			a++;
		while (*b == '-')
			b++;
		if ((*a | 32) != (*b | 32))
			return false;
		if (!*a || !*b)
			return !*a && !*b;
	}
}

bool qti_is(const struct xml *n, const char *name)
{
	return n && n->name && is_same(n->name, name);
}

static struct xml *named(struct xml *n, const char *name)
{
	while (n && !qti_is(n, name))
		n = n->next;
	return n;
}

struct xml *qti_child(const struct xml *n, const char *name)
{
	return n ? named(n->first, name) : NULL;
}

struct xml *qti_next(const struct xml *n)
{
	return named(n->next, n->name);
}

struct xml *qti_find(const struct xml *n, const char *name)
{
	for (struct xml *c = n ? n->first : NULL; c; c = c->next) {
		struct xml *found = qti_is(c, name) ? c : qti_find(c, name);
		if (found)
			return found;
	}
	return NULL;
}

const char *qti_att(const struct xml *n, const char *name)
{
	for (const struct xml_att *a = n ? n->atts : NULL; a; a = a->next)
		if (is_same(a->name, name))
			return a->value;
	return "";
}

bool qti_has_class(const struct xml *n, const char *name)
{
	struct str rest = str_of(xml_att(n, "class"));
	while (rest.n)
		if (str_is(str_cut(&rest, ' '), name))
			return true;
	return false;
}

/* ---- paths ---- */

const char *qti_path(struct qti *q, const char *href)
{
	char path[QTI_PATH_MAX + 1];
	size_t n = 0;
	auto_buf all;
	buf_init(&all, QTI_PATH_MAX);
	if (!*href || strchr(href, ':') || strchr(href, '\\') || href[0] == '/')
		return NULL;
	buf_printf(&all, "%s%s", q->folder, href);
	struct str rest = buf_view(&all);
	while (rest.n) {
		struct str part = str_cut(&rest, '/');
		if (!part.n || str_is(part, "."))
			continue;
		if (str_is(part, "..")) {
			if (!n)
				return NULL;
			while (n && path[--n] != '/')
				;
			continue;
		}
		if (n)
			path[n++] = '/';
		memcpy(path + n, part.p, part.n);
		n += part.n;
	}
	path[n] = 0;
	return n && !all.full ? arena_dup(q->take.a, path) : NULL;
}

static const char *folder_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? arena_str(a, (struct str){path, (size_t)(slash + 1 - path)}) : "";
}

static void keep_picture(struct qti *q, const char *path, struct str bytes)
{
	if (q->n_pictures == q->cap_pictures) {
		int cap = q->cap_pictures ? q->cap_pictures * 2 : 64;
		struct qti_picture *more = arena_array(q->take.a, struct qti_picture, cap);
		if (q->n_pictures)
			memcpy(more, q->pictures, (size_t)q->n_pictures * sizeof *more);
		q->pictures = more;
		q->cap_pictures = cap;
	}
	q->pictures[q->n_pictures++] = (struct qti_picture){path, bytes};
}

/* Each picture is unpacked once, however many items show it. */
static bool picture(void *self, struct str src, struct str *ret_bytes)
{
	struct qti *q = self;
	struct unpack_error error;
	const char *path = qti_path(q, arena_str(q->take.a, src));
	struct str bytes = STR_NONE;
	if (!path)
		return false;
	for (int i = 0; i < q->n_pictures; i++)
		if (streq(q->pictures[i].path, path)) {
			*ret_bytes = q->pictures[i].bytes;
			return true;
		}
	if (unpack_read(q->zip, path, q->take.a, &bytes, &error) < 0)
		bytes = STR_NONE;
	keep_picture(q, path, bytes);
	*ret_bytes = bytes;
	return true;
}

/* ---- files ---- */

/* ERR_NOTFOUND, ERR_INVALID, ERR_LIMIT (no more is read) with a remark, or 0. */
static int read_xml(struct qti *q, const char *path, struct xml **ret_root)
{
	struct unpack_error error = {0};
	struct xml_error xml_error = {0};
	struct str bytes;
	if (take_is_crowded(&q->take)) {
		take_refuse(&q->take, "exchange.items_many");
		return ERR_LIMIT;
	}
	int r = unpack_read(q->zip, path, q->take.a, &bytes, &error);
	if (r == ERR_NOTFOUND)
		take_refuse(&q->take, "exchange.file_missing", path);
	else if (r < 0)
		take_refuse(&q->take, error.id, error.arg);
	if (r < 0)
		return r;
	r = xml_read(q->take.a, bytes, ret_root, &xml_error);
	if (r < 0)
		take_refuse(&q->take, xml_error.id ? xml_error.id : "exchange.xml_large",
			xml_error.arg);
	return r;
}

int qti_stimulus(struct qti *q, const char *path)
{
	struct item_take *t = &q->take;
	int at = item_sheet_material_of(t->sheet, path);
	struct item_asset *assets = t->assets;
	int *n_assets = t->n_assets;
	const char *place = t->place, *folder = q->folder;
	struct xml *root;
	if (at)
		return at;
	if (read_xml(q, path, &root) < 0)
		return 0;
	struct item_material *m = item_sheet_material(t->sheet, path);
	if (!m) {
		take_refuse(t, "exchange.material_many");
		return 0;
	}
	m->place = path;
	m->title = arena_dup(t->a, xml_att(root, "title"));
	t->assets = m->assets;
	t->n_assets = &m->n_assets;
	t->place = path;
	q->folder = folder_of(t->a, path);
	m->html = qti_html(q, qti_child(root, "stimulus-body"));
	t->assets = assets;
	t->n_assets = n_assets;
	t->place = place;
	q->folder = folder;
	return t->sheet->n_materials;
}

/* "point:" and "difficulty:" among the key words of the metadata. */
static const char *key_word(struct arena *a, const struct xml *n, const char *begin)
{
	for (const struct xml *c = n ? n->first : NULL; c; c = c->next) {
		const char *found = "";
		if (xml_is(c, "string") || xml_is(c, "langstring")) {
			struct str s = str_trim(xml_text(a, c));
			if (str_starts(s, begin))
				found = arena_str(a, (struct str){s.p + strlen(begin),
					s.n - strlen(begin)});
		} else if (c->name) {
			found = key_word(a, c, begin);
		}
		if (*found)
			return found;
	}
	return "";
}

static void take_resource(struct package *p, struct resource *r, const char *section)
{
	struct item_take *t = &p->q.take;
	struct xml *root;
	if (r->is_done || p->is_full)
		return;
	r->is_done = true;
	t->place = r->href;
	t->name = r->id;
	t->line = 0;
	int found = read_xml(&p->q, r->href, &root);
	if (found < 0) {
		p->is_full = found == ERR_LIMIT;
		return;
	}
	if (!qti_is(root, "assessment-item")) {
		take_refuse(t, "exchange.not_item", root->name);
		return;
	}
	const char *title = xml_att(root, "title");
	t->name = *title ? title : xml_att(root, "identifier");
	p->q.folder = folder_of(t->a, r->href);
	p->is_full = !qti_item(&p->q, root, section, key_word(t->a, r->metadata, "point:"),
		key_word(t->a, r->metadata, "difficulty:"));
	p->q.folder = "";
	if (p->is_full)
		take_refuse(t, "exchange.items_many");
}

/* ---- tests ---- */

static struct resource *item_at(struct package *p, const char *path)
{
	for (int i = 0; path && i < p->n_items; i++)
		if (streq(p->items[i].href, path))
			return &p->items[i];
	return NULL;
}

static void walk_test(struct package *p, const struct xml *n, const char *folder,
	const char *section)
{
	for (const struct xml *c = n->first; c; c = c->next) {
		p->q.folder = folder;
		if (qti_is(c, "assessment-item-ref")) {
			const char *path = qti_path(&p->q, xml_att(c, "href"));
			struct resource *r = item_at(p, path);
			if (r)
				take_resource(p, r, section);
			else
				take_refuse(&p->q.take, "exchange.file_missing",
					xml_att(c, "href"));
		} else if (qti_is(c, "assessment-section")) {
			walk_test(p, c, folder, arena_dup(p->q.take.a, xml_att(c, "title")));
		} else if (qti_is(c, "test-part")) {
			walk_test(p, c, folder, section);
		} else if (qti_is(c, "selection") || qti_is(c, "pre-condition") ||
			qti_is(c, "branch-rule")) {
			p->q.take.name = section;
			take_note(&p->q.take, "exchange.test_rule", c->name);
		}
	}
}

static void take_test(struct package *p, const char *path)
{
	struct xml *root;
	p->q.take.place = path;
	p->q.take.name = "";
	if (read_xml(&p->q, path, &root) < 0)
		return;
	if (is_blank(p->q.take.sheet->title))
		p->q.take.sheet->title = arena_dup(p->q.take.a, xml_att(root, "title"));
	walk_test(p, root, folder_of(p->q.take.a, path), "");
	p->q.folder = "";
}

/* ---- the manifest ---- */

static void add_item(struct package *p, struct xml *resource, const char *href)
{
	if (p->n_items == p->cap) {
		int cap = p->cap ? p->cap * 2 : 256;
		struct resource *more = arena_array(p->q.take.a, struct resource, cap);
		if (p->n_items)
			memcpy(more, p->items, (size_t)p->n_items * sizeof *more);
		p->items = more;
		p->cap = cap;
	}
	p->items[p->n_items++] = (struct resource){xml_att(resource, "identifier"), href,
		xml_child(resource, "metadata"), false};
}

typedef void resource_fn(struct package *p, struct xml *resource, const char *href);

static void each_resource(struct package *p, const char *kind, resource_fn *each)
{
	struct xml *n = xml_child(xml_child(p->manifest, "resources"), "resource");
	for (; n; n = xml_next(n)) {
		const char *href = xml_att(n, "href");
		if (!strstr(xml_att(n, "type"), kind) || !*href)
			continue;
		const char *path = qti_path(&p->q, href);
		p->q.take.place = "imsmanifest.xml";
		if (path)
			each(p, n, path);
		else
			take_refuse(&p->q.take, "exchange.path_out", href);
	}
}

static void each_item(struct package *p, struct xml *resource, const char *href)
{
	if (item_at(p, href))
		take_note(&p->q.take, "exchange.resource_twice", href);
	else
		add_item(p, resource, href);
}

static void each_test(struct package *p, struct xml *resource, const char *href)
{
	(void)resource;
	take_test(p, href);
}

/* In the root, or in the one folder that everything is in. */
static const char *manifest_path(struct package *p)
{
	static const char name[] = "imsmanifest.xml";
	for (size_t i = 0; i < unpack_count(p->q.zip); i++) {
		const char *path = unpack_name(p->q.zip, i), *slash = strchr(path, '/');
		if (streq(path, name) || (slash && streq(slash + 1, name)))
			return path;
	}
	return NULL;
}

static int read_package(struct package *p)
{
	struct unpack_error error = {0};
	struct xml_error xml_error = {0};
	struct str bytes;
	struct ctx *cx = p->q.cx;
	const char *path = manifest_path(p);
	if (!path)
		return fail(cx, ERR_INVALID, "exchange.no_manifest");
	int r = unpack_read(p->q.zip, path, p->q.take.a, &bytes, &error);
	if (r < 0)
		return fail(cx, ERR_INVALID, error.id, error.arg);
	r = xml_read(p->q.take.a, bytes, &p->manifest, &xml_error);
	if (r < 0)
		return xml_error.id ? fail(cx, ERR_INVALID, xml_error.id, xml_error.arg) : r;
	p->q.folder = folder_of(p->q.take.a, path);
	each_resource(p, "imsqti_item", each_item);
	const char *folder = p->q.folder;
	each_resource(p, "imsqti_test", each_test);
	p->q.folder = folder;
	for (int i = 0; i < p->n_items; i++)
		take_resource(p, &p->items[i], "");
	return p->n_items ? 0 : fail(cx, ERR_INVALID, "exchange.no_items");
}

int qti_read(struct ctx *cx, struct str bytes, struct item_sheet *sheet)
{
	struct package p = {.q = {.cx = cx, .folder = "", .take = {.sheet = sheet,
		.a = sheet->arena, .picture = picture, .place = "", .name = ""}}};
	struct unpack_error error;
	p.q.take.self = &p.q;
	int r = unpack_open(bytes, &p.q.zip, &error);
	if (r < 0)
		return error.id ? fail(cx, ERR_INVALID, error.id, error.arg) : r;
	r = read_package(&p);
	unpack_close(p.q.zip);
	return r;
}
