/* Packages made and sent, with what was written into their files. */
#ifndef LUBAN_TEST_CERTIFICATE_HANDED_PACKAGE_H
#define LUBAN_TEST_CERTIFICATE_HANDED_PACKAGE_H

#include <stdlib.h>
#include <string.h>

#include "handed.h"

/* A layout of a province's own, in pieces. */
#define HEAD "name: sd\nversion: \"1\"\ntitle: 山东格式\ntarget: national\n" \
	"effective_from: 2026-01-01\n"
#define FILE_ "file: {format: csv, encoding: gb18030}\n"
#define COLUMNS "columns:\n  - {title: 号, field: number}\n"
#define ANSWER "answer: {number: [号], result: [结果], accepted: [好], refused: [坏]}\n"

/* What the face would do: it walks the rows and makes bytes. */
static struct {
	int rows, broken;
	const char *last[LAYOUT_COLUMNS];
} written;

static inline int each_row(void *arg, const char *const *values)
{
	const struct handover_layout *layout = arg;
	for (size_t i = 0; i < layout->n; i++)
		free((char *)written.last[i]), written.last[i] = strdup(values[i]);
	written.rows++;
	return 0;
}

static inline int write_file(struct ctx *cx, const struct q_handover_package_find *package,
	const struct handover_layout *layout, struct file *ret_file)
{
	written.rows = 0;
	int r = handover_rows(cx, package, layout, each_row, (void *)layout);
	if (written.broken-- > 0)
		return ctx_fail(cx, ERR_IO, "handover.no_sheet", (const char *)NULL);
	ret_file->name = "a.csv";
	ret_file->bytes = STR("a,b\n");
	return r;
}

static inline void forget(void)
{
	for (size_t i = 0; i < LAYOUT_COLUMNS; i++)
		free((char *)written.last[i]);
	memset(&written, 0, sizeof written);
}

static inline int64_t asked(struct handed *h, const char *target)
{
	struct handover_ask in = ask_for(target);
	int64_t id;
	must(h, handover_package_create(h->cx, &in, false, &id));
	return id;
}

static inline int64_t collected(struct handed *h, const char *target)
{
	int64_t id = asked(h, target);
	must(h, handover_collect(h->cx, id, write_file, NULL));
	return id;
}

static inline void sent(struct handed *h, int64_t id)
{
	must(h, handover_package_send(h->cx, id, 0, false));
	must(h, handover_package_run(h->cx, id, NULL));
}

#endif
