#include "doc/job_args.h"

#include "base/json.h"

int64_t job_arg_id(const struct job *job, const char *name)
{
	int64_t id = 0;
	auto_json args = NULL;
	if (json_read(str_of(job->args), JOB_ARGS_MAX, &args, NULL) < 0)
		return 0;
	(void)str_to_i64(str_of(json_string_value(json_object_get(args, name))), &id);
	return id;
}
