#include "web/stash.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

enum { ENTRIES = 256, LIFE = 15 * 60, ENTRY_MAX = 512 * 1024, ID_SIZE = 33, OWNER_SIZE = 65 };

/* One entry's texts lie in its own small arena. */
struct entry {
	char id[ID_SIZE], owner[OWNER_SIZE];
	int64_t at;
	struct arena *arena;
	const char *path;
	struct values values;
};

struct stash {
	pthread_mutex_t lock;
	size_t next;
	struct entry at[ENTRIES];
};

struct stash *stash_new(void)
{
	struct stash *s = calloc(1, sizeof *s);
	if (!s)
		log_die("out of memory");
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

static void forget(struct entry *e)
{
	arena_free(e->arena);
	*e = (struct entry){0};
}

void stash_free(struct stash *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < ENTRIES; i++)
		forget(&s->at[i]);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static size_t size_of(const struct values *v)
{
	size_t n = 0;
	for (size_t i = 0; i < v->n; i++)
		if (!v->at[i].filename)
			n += v->at[i].text.n + strlen(v->at[i].name) + sizeof v->at[i];
	return n;
}

static void copy(struct arena *a, const struct values *from, struct values *to)
{
	for (size_t i = 0; i < from->n; i++) {
		const struct raw_value *v = &from->at[i];
		if (v->filename)
			continue;
		struct str text = {arena_str(a, v->text), v->text.n};
		if (!values_add(a, to, arena_dup(a, v->name), text, NULL))
			return;
	}
}

bool stash_put(struct stash *s, const char *id, const char *owner, const char *path,
	const struct values *v, int64_t now)
{
	if (strlen(id) >= ID_SIZE || strlen(owner) >= OWNER_SIZE || size_of(v) > ENTRY_MAX)
		return false;
	struct entry e = {.at = now, .arena = arena_new(4 * ENTRY_MAX)};
	memcpy(e.id, id, strlen(id));
	memcpy(e.owner, owner, strlen(owner));
	e.path = arena_dup(e.arena, path);
	copy(e.arena, v, &e.values);
	pthread_mutex_lock(&s->lock);
	struct entry *place = &s->at[s->next++ % ENTRIES];
	forget(place);
	*place = e;
	pthread_mutex_unlock(&s->lock);
	return true;
}

static struct entry *find(struct stash *s, const char *id, const char *owner, int64_t now)
{
	for (size_t i = 0; i < ENTRIES; i++) {
		struct entry *e = &s->at[i];
		if (e->arena && streq(e->id, id) && streq(e->owner, owner))
			return now - e->at < LIFE ? e : NULL;
	}
	return NULL;
}

bool stash_get(struct stash *s, struct arena *a, const char *id, const char *owner, int64_t now,
	bool take, const char **ret_path, struct values *ret_values)
{
	if (!*id || !*owner)
		return false;
	pthread_mutex_lock(&s->lock);
	struct entry *e = find(s, id, owner, now);
	if (e) {
		*ret_path = arena_dup(a, e->path);
		copy(a, &e->values, ret_values);
		if (take)
			forget(e);
	}
	pthread_mutex_unlock(&s->lock);
	return e;
}
