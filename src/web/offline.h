/* The page that verifies certificates without a network: one HTML file that needs nothing else, put
 * together of static/offline/. Its modules become functions of one script in the order of their
 * table; the policy in the page allows exactly this script and this style, and no connection. */
#ifndef LUBAN_WEB_OFFLINE_H
#define LUBAN_WEB_OFFLINE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct offline_site {
	const char *trust;  /* a trust file (base/trust.h) to begin with, or "" */
	const char *origin; /* "https://host" */
	const char *made;   /* when: "2026-11-22 14:05" */
};
struct offline_page {
	struct str html;
	const char *policy; /* the same for the answer's header */
};
/* In the arena. ERR_BUG: a module is not written as the table demands. */
int offline_page(struct arena *a, const struct offline_site *site,
	struct offline_page *ret_page) MUST_CHECK;

#endif
