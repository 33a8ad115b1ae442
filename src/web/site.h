/* The running web site: what every worker thread shares. Built once at start, then only its
 * counters and tables with locks of their own change. */
#ifndef LUBAN_WEB_SITE_H
#define LUBAN_WEB_SITE_H

#include "web/exchange.h"

struct keyring;
struct router;
struct once;
struct stash;
struct metrics;
struct render;
struct lookups;
struct intake;
struct log_files;

struct site_options {
	const char *database;
	const struct keyring *keys;
	bool demo;        /* the rehearsal clock may be moved */
	int per_minute;   /* public look-ups per address; 0: unlimited, below: by the settings */
	bool strict;      /* a template that names an unknown key is an error */
};

struct site {
	struct site_options options;
	struct arena *arena;
	struct router *router;
	struct once *once;
	struct stash *stash;
	struct metrics *metrics;
	struct render *render;
	struct lookups *lookups;
	struct intake *intake;
	struct log_files *log_files;
	json_t *asset;      /* names of static files to addresses with their hash */
	int64_t started_at;
};

/* NULL and *ret_error (malloc()ed) when routes or templates do not fit together. */
struct site *site_new(const struct site_options *o, char **ret_error);
void site_free(struct site *s);

/* Answers one exchange: fills ex->out, or leaves ex->wait. */
void dispatch(struct exchange *ex);
/* What was waited for is known. */
void dispatch_waited(struct wait *w, struct arena *a, struct reply *out);
/* Every wait ends, and none begins any more. */
void dispatch_drain(struct site *s);
/* How many bytes the body of this request may have. */
size_t dispatch_limit(struct site *s, const char *method, const char *path);

#endif
