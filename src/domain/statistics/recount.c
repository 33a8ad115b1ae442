/* The counters of batches against their rows. */
#include <inttypes.h>

#include "domain/statistics/figures.h"
#include "query/statistics.h"

struct recount {
	struct ctx *cx;
	struct q_recount_enrolments_rows enrolments;
	struct q_recount_certificates_rows certificates;
	size_t at_enrolment, at_certificate; /* all three come in the order of batches */
	void (*alarm)(void *arg, const char *text);
	void *arg;
};

static void compare(struct recount *c, const char *batch_no, const char *what, int64_t kept,
	int64_t counted)
{
	if (kept == counted)
		return;
	c->alarm(c->arg, text_of(c->cx, "批次 %s 的%s记为 %" PRId64 "，实为 %" PRId64, batch_no,
		what, kept, counted));
}

static int each(void *arg, const struct q_recount_batches *batch)
{
	struct recount *c = arg;
	struct q_recount_enrolments e = {0};
	int64_t certified = 0;
	while (c->at_enrolment < c->enrolments.n &&
		c->enrolments.at[c->at_enrolment].batch_id < batch->id)
		c->at_enrolment++;
	while (c->at_certificate < c->certificates.n &&
		c->certificates.at[c->at_certificate].batch_id < batch->id)
		c->at_certificate++;
	if (c->at_enrolment < c->enrolments.n &&
		c->enrolments.at[c->at_enrolment].batch_id == batch->id)
		e = c->enrolments.at[c->at_enrolment];
	if (c->at_certificate < c->certificates.n &&
		c->certificates.at[c->at_certificate].batch_id == batch->id)
		certified = c->certificates.at[c->at_certificate].n;
	compare(c, batch->batch_no, "报名人数", batch->n_enrolled, e.n_enrolled);
	compare(c, batch->batch_no, "审核通过人数", batch->n_accepted, e.n_accepted);
	compare(c, batch->batch_no, "合格人数", batch->n_passed, e.n_passed);
	compare(c, batch->batch_no, "发证人数", batch->n_certified, certified);
	return 0;
}

int statistics_check(struct ctx *cx, void (*alarm)(void *arg, const char *text), void *arg)
{
	struct recount c = {.cx = cx, .alarm = alarm, .arg = arg};
	int r = q_recount_enrolments(cx->db, &c.enrolments);
	if (r >= 0)
		r = q_recount_certificates(cx->db, &c.certificates);
	if (r >= 0)
		r = q_recount_batches(cx->db, each, &c);
	return r < 0 ? ctx_pass(cx, r) : 0;
}
