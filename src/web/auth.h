/* Who asks: session cookie or bearer token to actor; tokens against forged forms. */
#ifndef LUBAN_WEB_AUTH_H
#define LUBAN_WEB_AUTH_H

#include "web/exchange.h"

/* Sets the context's actor. No or an ended session is the public; a bad bearer token is
 * ERR_DENIED. */
int auth_identify(struct exchange *ex) MUST_CHECK;
bool auth_is_in(const struct exchange *ex);
/* The program does for a visitor what he has no right to do himself, in his name and from his
 * address; the actor from before comes back with auth_act_as_before(). */
struct actor auth_act_for_visitor(struct exchange *ex, const char *name);
void auth_act_as_before(struct exchange *ex, const struct actor *before);
/* After a log-in (or its first stage): the browser gets the session's cookie. */
void auth_begin(struct exchange *ex, const char *token);
void auth_end(struct exchange *ex);
/* The token that this browser's forms carry; a visitor without a session gets a cookie to bind it
 * to. */
const char *auth_csrf(struct exchange *ex);
/* Sent by a page of another site, as the browser tells. */
bool auth_is_foreign(struct exchange *ex);
/* The form (or header X-CSRF-Token) carries it, and no other site sent it. */
bool auth_csrf_is_right(struct exchange *ex);
/* Names the browser, log-in or not: what was stashed or done belongs to it. */
const char *auth_browser(struct exchange *ex);

#endif
