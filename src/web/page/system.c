/* For those who watch and connect: health, metrics, the description of the interface. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "query/web.h"
#include "web/answer.h"
#include "web/exchange.h"
#include "web/intake.h"
#include "web/metrics.h"
#include "web/openapi.h"
#include "web/page/page.h"
#include "web/site.h"

enum { METRICS_MAX = 4 * 1024 * 1024 };

static int healthz(struct req *rq)
{
	int missing;
	int r = db_migrations_missing(rq->cx->db, &missing);
	if (r < 0 || missing) {
		ctx_clear(rq->cx);
		(void)fail(rq->cx, ERR_DB, "web.not_healthy");
		answer_problem(rq->ex, 503);
		return 0;
	}
	return rq_bytes(rq, "text/plain; charset=utf-8", NULL, STR("ok\n"));
}

static int64_t resident_bytes(void)
{
	long long total, resident = 0;
	FILE *f = fopen("/proc/self/statm", "re");
	if (f && fscanf(f, "%lld %lld", &total, &resident) != 2)
		resident = 0;
	if (f)
		fclose(f);
	return resident * sysconf(_SC_PAGESIZE);
}

static int put_jobs(struct req *rq, struct buf *out)
{
	struct q_job_count_by_state_rows rows;
	int r = q_job_count_by_state(rq->cx->db, &rows);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	buf_puts(out, "# HELP luban_jobs Jobs by state.\n# TYPE luban_jobs gauge\n");
	for (size_t i = 0; i < rows.n; i++)
		buf_printf(out, "luban_jobs{state=\"%s\"} %" PRId64 "\n", rows.at[i].state,
			rows.at[i].n);
	return 0;
}

static int metrics_show(struct req *rq)
{
	auto_buf out;
	buf_init(&out, METRICS_MAX);
	metrics_put(rq->ex->site->metrics, &out);
	intake_put(rq->ex->site->intake, &out);
	int r = put_jobs(rq, &out);
	if (r < 0)
		return r;
	buf_printf(&out, "# HELP luban_resident_bytes Memory of the process.\n# TYPE "
		"luban_resident_bytes gauge\n"
		"luban_resident_bytes %" PRId64 "\n", resident_bytes());
	buf_printf(&out, "# HELP luban_started_seconds When the server was started.\n# TYPE "
		"luban_started_seconds gauge\n"
		"luban_started_seconds %" PRId64 "\n", rq->ex->site->started_at);
	buf_printf(&out, "# HELP luban_info What runs here.\n# TYPE luban_info gauge\n"
		"luban_info{version=\"%s\",database=\"%s\"} 1\n", LUBAN_VERSION,
		db_kind(rq->cx->db) == DB_SQLITE ? "sqlite" : "postgres");
	return rq_bytes(rq, "text/plain; version=0.0.4; charset=utf-8", NULL, buf_view(&out));
}

static int openapi_show(struct req *rq)
{
	json_t *document = openapi_of(rq->ex->site->router);
	char *text = json_dumps(document, JSON_INDENT(1));
	int r = rq_bytes(rq, "application/json", NULL, str_of(text));
	free(text);
	json_decref(document);
	return r;
}

const struct route routes_system[] = {
	{GET, "/healthz", PERM_PUBLIC, healthz, NULL, "运行状况", .flags = ROUTE_DOWNLOAD},
	{GET, "/metrics", PERM_PUBLIC, metrics_show, NULL, "运行指标", .flags = ROUTE_DOWNLOAD},
	{GET, "/openapi.json", PERM_PUBLIC, openapi_show, NULL, "接口说明",
		.flags = ROUTE_DOWNLOAD | ROUTE_THROTTLE},
	{0},
};
