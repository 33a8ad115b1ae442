#include "cli/jobs.h"

#include "core/job.h"

/* A room that has jobs names its table here. */
static const struct job_kind *const kinds[] = {
	NULL,
};

void jobs_register(void)
{
	for (const struct job_kind *const *k = kinds; *k; k++)
		job_register(*k);
}
