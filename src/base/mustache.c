/* The set of templates: looks names up, compiles what is missing with all that it includes, links
 * it. */
#include "base/mustache.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mustache_node.h"

enum { BUCKETS = 256, ARENA_MAX = 64 * 1024 * 1024 };

struct mustache_set {
	mustache_load_fn *load;
	void *arg;
	pthread_mutex_t lock;
	struct mustache *buckets[BUCKETS];
	struct mustache *fresh; /* parsed, not yet linked; only while compiling */
};

int mustache_fail(struct mustache_error *ret_error, int err, const char *template, unsigned line,
	const char *fmt, ...)
{
	if (!ret_error)
		return err;
	*ret_error = (struct mustache_error){.line = line};
	snprintf(ret_error->template, sizeof ret_error->template, "%s", template);
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(ret_error->text, sizeof ret_error->text, fmt, ap);
	va_end(ap);
	return err;
}

struct mustache_set *mustache_set_new(mustache_load_fn *load, void *arg)
{
	struct mustache_set *s = calloc(1, sizeof *s);
	if (!s)
		log_die("out of memory");
	s->load = load;
	s->arg = arg;
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

static void free_list(struct mustache *t)
{
	while (t) {
		struct mustache *next = t->next;
		arena_free(t->arena);
		free(t);
		t = next;
	}
}

void mustache_set_free(struct mustache_set *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		free_list(s->buckets[i]);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static struct mustache **bucket_of(struct mustache_set *s, struct str name)
{
	unsigned h = 2166136261u;
	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.p[i]) * 16777619u;
	return &s->buckets[h % BUCKETS];
}

static struct mustache *find_in(struct mustache *list, struct str name)
{
	while (list && !str_is(name, list->name))
		list = list->next;
	return list;
}

static struct mustache *find(struct mustache_set *s, struct str name)
{
	struct mustache *t = find_in(*bucket_of(s, name), name);
	return t ? t : find_in(s->fresh, name);
}

static int parse_fresh(struct mustache_set *s, const char *name, struct str text,
	struct mustache **ret_t, struct mustache_error *ret_error)
{
	struct mustache *t = calloc(1, sizeof *t);
	if (!t)
		log_die("out of memory");
	snprintf(t->name, sizeof t->name, "%s", name);
	t->set = s;
	t->arena = arena_new(ARENA_MAX);
	t->next = s->fresh;
	s->fresh = t;
	*ret_t = t;
	return mustache_parse(t, text, ret_error);
}

/* ERR_NOTFOUND also for names that no template can have. */
static int load_fresh(struct mustache_set *s, struct str name, struct mustache **ret_t,
	struct mustache_error *ret_error)
{
	char z[MUSTACHE_NAME_MAX + 1];
	struct str text = {0};
	if (name.n == 0 || name.n >= sizeof z || memchr(name.p, 0, name.n))
		return ERR_NOTFOUND;
	memcpy(z, name.p, name.n);
	z[name.n] = 0;
	int rc = s->load ? s->load(s->arg, z, &text) : ERR_NOTFOUND;
	return rc ? rc : parse_fresh(s, z, text, ret_t, ret_error);
}

/* Unknown templates stay NULL: rendering decides what that means. */
static int link_template(struct mustache_set *s, struct mustache *t,
	struct mustache_error *ret_error)
{
	for (size_t i = 0; i < t->n; i++) {
		struct mustache_node *node = &t->nodes[i];
		bool includes = node->kind == NODE_PARTIAL || node->kind == NODE_PARENT;
		if (!includes || node->dynamic)
			continue;
		struct mustache *target = find(s, node->text);
		int rc = target ? 0 : load_fresh(s, node->text, &target, ret_error);
		if (rc && rc != ERR_NOTFOUND)
			return rc;
		node->target = target;
	}
	return 0;
}

/* Loading a template puts others in front of it in the list, so one pass from the front is not
 * enough. */
static int link_all(struct mustache_set *s, struct mustache_error *ret_error)
{
	struct mustache *done = NULL;
	while (s->fresh != done) {
		struct mustache *front = s->fresh;
		for (struct mustache *t = front; t != done; t = t->next) {
			int rc = link_template(s, t, ret_error);
			if (rc)
				return rc;
		}
		done = front;
	}
	return 0;
}

static int publish(struct mustache_set *s, int rc, struct mustache_error *ret_error)
{
	if (!rc)
		rc = link_all(s, ret_error);
	if (rc)
		free_list(s->fresh);
	else
		for (struct mustache *t = s->fresh, *next; t; t = next) {
			struct mustache **bucket = bucket_of(s, str_of(t->name));
			next = t->next;
			t->next = *bucket;
			*bucket = t;
		}
	s->fresh = NULL;
	return rc;
}

static int compile_locked(struct mustache_set *s, const char *name,
	const struct mustache **ret_template, struct mustache_error *ret_error)
{
	struct mustache *t = find(s, str_of(name));
	if (!t) {
		int rc = load_fresh(s, str_of(name), &t, ret_error);
		if (rc == ERR_NOTFOUND)
			mustache_fail(ret_error, rc, name, 0, "no such template");
		rc = publish(s, rc, ret_error);
		if (rc)
			return rc;
	}
	*ret_template = t;
	return 0;
}

int mustache_compile(struct mustache_set *s, const char *name, const struct mustache **ret_template,
	struct mustache_error *ret_error)
{
	pthread_mutex_lock(&s->lock);
	int rc = compile_locked(s, name, ret_template, ret_error);
	pthread_mutex_unlock(&s->lock);
	return rc;
}

int mustache_compile_text(struct mustache_set *s, const char *name, struct str text,
	const struct mustache **ret_template, struct mustache_error *ret_error)
{
	struct mustache *t = NULL;
	if (strlen(name) > MUSTACHE_NAME_MAX)
		return mustache_fail(ret_error, ERR_LIMIT, "", 0, "name too long");
	pthread_mutex_lock(&s->lock);
	int rc = find(s, str_of(name)) ? mustache_fail(ret_error, ERR_CONFLICT, name, 0,
		"name is taken") : 0;
	if (!rc)
		rc = publish(s, parse_fresh(s, name, text, &t, ret_error), ret_error);
	pthread_mutex_unlock(&s->lock);
	if (!rc)
		*ret_template = t;
	return rc;
}
