/* Inside the reader of QTI packages. Names are asked for as in QTI 3.0 without its prefix ("choice-
 * interaction"); those of 2.x (choiceInteraction) are the same to it. */
#ifndef LUBAN_DOC_ITEM_QTI_H
#define LUBAN_DOC_ITEM_QTI_H

#include "doc/item_take.h"
#include "doc/unpack.h"
#include "doc/xml.h"

enum { QTI_PATH_MAX = 400, QTI_DEPTH = 32 };

struct qti_picture {
	const char *path;
	struct str bytes;
};

struct qti {
	struct item_take take;
	struct ctx *cx;
	struct unpack *zip;
	const char *folder; /* of the file being read, with the last / */
	struct qti_picture *pictures;
	int n_pictures, cap_pictures;
};

bool qti_is(const struct xml *n, const char *name);
struct xml *qti_child(const struct xml *n, const char *name);
struct xml *qti_next(const struct xml *n);
struct xml *qti_find(const struct xml *n, const char *name);
const char *qti_att(const struct xml *n, const char *name);
bool qti_has_class(const struct xml *n, const char *name);

/* The path in the package of an address within the file being read; NULL when it leads out of it or
 * to another site. */
const char *qti_path(struct qti *q, const char *href);
/* What is inside an element, in the safe subset. */
const char *qti_html(struct qti *q, const struct xml *n);
/* An item; take.line, place and name are set. False when there are too many. */
bool qti_item(struct qti *q, struct xml *root, const char *section, const char *point,
	const char *difficulty);
/* The material of a stimulus, which is known by its path: each item has a name of its own for it. 0
 * when there is none (noted). */
int qti_stimulus(struct qti *q, const char *path);

#endif
