/* Inside the check of layouts. */
#ifndef LUBAN_DOC_LAYOUT_IMPL_H
#define LUBAN_DOC_LAYOUT_IMPL_H

#include "doc/layout.h"
#include "doc/xml.h"

/* A dot as PNG. */
#define LAYOUT_SEAL \
	"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGOo" \
	"BwAAgQCA05RTSgAAAABJRU5ErkJggg=="

struct look {
	struct arena *arena;
	enum layout_kind kind;
	struct layout_report *report;
	json_t *view;
};

void layout_wrong(struct look *k, const char *id, const char *a, const char *b);
/* Elements, attributes and styles of a filled page. */
void layout_look_tree(struct look *k, const struct xml *root);
/* What must stand on it, and what must not. */
void layout_look_face(struct look *k, const struct xml *root);
/* How large it is, and the code on it; only what the renderer takes. */
void layout_look_size(struct look *k, struct str svg);

#endif
