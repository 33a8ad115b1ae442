/* What jobs are told: ids by name, in the JSON that core/import.h and the rooms write. */
#ifndef LUBAN_DOC_JOB_ARGS_H
#define LUBAN_DOC_JOB_ARGS_H

#include "core/job.h"

/* 0 when it is not there. */
int64_t job_arg_id(const struct job *job, const char *name);

#endif
