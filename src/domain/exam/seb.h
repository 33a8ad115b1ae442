/* Safe Exam Browser: the configuration of an exam as a file, its Config Key, and how a browser
 * shows that it runs with it.
 *
 * The file is an XML property list. The Config Key is the SHA-256, in hex, of the settings as
 * "SEB-JSON": one dictionary, keys sorted without regard to case, no white space, without
 * originatorVersion and without empty dictionaries (safeexambrowser.org, developer documentation:
 * "SEB Config Key"). A browser sends with each request, in X-SafeExamBrowser-ConfigKeyHash, the
 * SHA-256 of the address followed by the Config Key; where it cannot, its JavaScript API gives the
 * page the same value (SafeExamBrowser.security.configKey). */
#ifndef LUBAN_DOMAIN_EXAM_SEB_H
#define LUBAN_DOMAIN_EXAM_SEB_H

#include "core/ctx.h"
#include "domain/exam/sitting_token.h"

enum { SEB_MAX = 64 * 1024 };

struct seb_settings {
	const char *origin;        /* https://host[:port], without a slash at the end */
	const char *quit_password; /* "": none is asked */
};

/* The same settings in both forms. */
const char *seb_json(struct arena *a, const struct seb_settings *s);
const char *seb_plist(struct arena *a, const struct seb_settings *s);
const char *seb_config_key(struct arena *a, const struct seb_settings *s); /* 64 hex digits */

/* Is it the hash of this address with this Config Key? The address counts without its fragment. */
bool seb_hash_is(const char *config_key, const char *url, const char *hash);

/* Of an exam, for a site at this origin. */
const char *seb_quit_password(struct ctx *cx, int64_t exam_id);
const char *seb_key_of(struct ctx *cx, int64_t exam_id, const char *origin);
/* The exam's file. EXAM_EDIT. */
int seb_file(struct ctx *cx, int64_t exam_id, const char *origin,
	const char **ret_plist) MUST_CHECK;
/* By the JavaScript API: this page of the sitting has shown the Config Key. ERR_DENIED
 * "sitting.seb". */
int seb_prove(struct ctx *cx, const struct sitting_token *token, const char *origin,
	const char *url, const char *hash) MUST_CHECK;

#endif
