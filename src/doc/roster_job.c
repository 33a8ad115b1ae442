/* The jobs of rosters and of reviews in bulk: their arguments, and the reader of sheets they
 * need. */
#include "base/json.h"
#include "doc/roster_sheet.h"
#include "domain/evaluation/enrolment.h"

/* An id of the job's arguments; 0 when it is not there. */
static int64_t id_of(const struct job *job, const char *name)
{
	int64_t id = 0;
	auto_json args = NULL;
	if (json_read(str_of(job->args), JOB_ARGS_MAX, &args, NULL) < 0)
		return 0;
	(void)str_to_i64(str_of(json_string_value(json_object_get(args, name))), &id);
	return id;
}

static int finish(struct ctx *cx, struct job *job, int64_t roster_id, int r)
{
	return r < 0 ? r : job_result(cx, job, text_of(cx, "/rosters/%lld", (long long)roster_id));
}

static int run_judge(struct ctx *cx, struct job *job)
{
	int64_t id = id_of(job, "roster");
	return finish(cx, job, id, roster_judge(cx, id, roster_sheet_read, job));
}

static int run_save(struct ctx *cx, struct job *job)
{
	int64_t id = id_of(job, "roster");
	return finish(cx, job, id, roster_save(cx, id, job));
}

static int run_accept(struct ctx *cx, struct job *job)
{
	int64_t id = id_of(job, "batch"), n;
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
