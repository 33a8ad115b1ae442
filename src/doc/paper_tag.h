/* Looking into the tags of a page that comes from our own templates with escaped values: a value
 * can not begin a tag and not end an attribute, so a plain scan is safe. */
#ifndef LUBAN_DOC_PAPER_TAG_H
#define LUBAN_DOC_PAPER_TAG_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* The next tag that begins with `open` ("<text"); what stands between that and its '>' is *ret_tag,
 * what stands before it *ret_before, and *svg what follows. False when there is none, *svg left
 * alone. */
bool paper_tag_next(struct str *svg, const char *open, struct str *ret_before, struct str *ret_tag);
bool paper_tag_value(struct str tag, const char *name, struct str *ret_value);
char *paper_tag_text(
        struct arena *a, struct str tag, const char *name); /* NULL when it is not there */
double paper_tag_number(struct str tag, const char *name, double otherwise);
/* The attributes for which is_ours does not hold, each after a blank. */
void paper_tag_put_others(struct str tag, bool (*is_ours)(struct str name), struct buf *out);
/* Character references, as the templates and the renderer write them, put back. */
char *paper_tag_unescape(struct arena *a, struct str s);

#endif
