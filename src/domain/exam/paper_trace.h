/* Where a leaked screen or sheet comes from. On screens the options of every item stand in an order
 * of the sitting's own (form_order), so a few photographed items name the sitting: with four
 * options each, three items tell 13,824 sittings apart. On printed papers a mark in small letters
 * names the print. */
#ifndef LUBAN_DOMAIN_EXAM_PAPER_TRACE_H
#define LUBAN_DOMAIN_EXAM_PAPER_TRACE_H

#include "core/flow.h"
#include "domain/exam/form.h"
#include "query/paper.h"

enum { TRACE_MAX = 20 };

struct trace_in {
	int64_t item_no;     /* of the form */
	const char *letters; /* the item's own letters in the order seen */
};
/* "12:CABD 7:BA" as people type it. Field error "orders" otherwise. */
int trace_read(struct ctx *cx, const char *text, struct trace_in *ret_in, size_t *ret_n) MUST_CHECK;

struct trace_hit {
	struct q_paper_trace_sittings sitting;
	int64_t form_no;
	int matched, asked; /* items whose order agrees, of those that the form has and shuffles */
};
/* Sittings of an exam of the set by how many orders agree, all of them first, at most 50; those
 * with none are left out. ERR_STATE when the exam shows everybody the same order. The set must be
 * opened and lie in the actor's scope. */
int paper_trace(struct ctx *cx, int64_t set_id, int64_t exam_id, const struct trace_in *in,
	size_t n, struct trace_hit **ret_hits, size_t *ret_n) MUST_CHECK;

/* Logs a print and gives its mark: 10 letters, unique. kind: paper, key. */
int paper_print(struct ctx *cx, const struct q_paper_set_find *set, int64_t form_id,
	const char *kind, const char *venue, const char **ret_mark) MUST_CHECK;

#endif
