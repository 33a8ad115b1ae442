/* The jobs of rosters and of reviews in bulk: their arguments, and the reader of sheets they
 * need. */
#include "doc/job_args.h"
#include "doc/roster_sheet.h"
#include "domain/evaluation/enrolment.h"

static int finish(struct ctx *cx, struct job *job, int64_t roster_id, int r)
{
	return r < 0 ? r : job_result(cx, job, text_of(cx, "/rosters/%lld", (long long)roster_id));
}

static int run_judge(struct ctx *cx, struct job *job)
{
	int64_t id = job_arg_id(job, "roster");
	return finish(cx, job, id, roster_judge(cx, id, roster_sheet_read, job));
}

static int run_save(struct ctx *cx, struct job *job)
{
	int64_t id = job_arg_id(job, "roster");
	return finish(cx, job, id, roster_save(cx, id, job));
}

static int run_accept(struct ctx *cx, struct job *job)
{
	int64_t id = job_arg_id(job, "batch"), n;
	int r = enrolment_accept_run(cx, id, job, &n);
	return r < 0 ? r : job_result(cx, job,
		text_of(cx, "/enrolments?batch_id=%lld", (long long)id));
}

const struct job_kind roster_jobs[] = {
	{"roster.judge", "审核花名册", run_judge},
	{"roster.save", "保存花名册", run_save},
	{"enrolment.accept", "批量审核报名", run_accept},
	{0},
};
