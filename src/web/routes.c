#include "web/routes.h"

#include "web/page/bank.h"
#include "web/page/paper.h"
#include "web/page/batch.h"
#include "web/page/exam_sit.h"
#include "web/page/forensics.h"
#include "web/page/page.h"
#include "web/page/watch.h"
#include "web/page/score.h"
#include "web/resume.h"

/* One a line, so that rooms do not meet in it. */
const struct route *const route_tables[] = {
	routes_home,
	routes_system,
	routes_session,
	routes_account,
	routes_admin,
	routes_admin_site,
	routes_setting,
	routes_audit,
	routes_lookup,
	routes_job,
	routes_resume,
	routes_register,
	routes_body,
	routes_filing,
	routes_venue,
	routes_exam_staff,
	routes_staff,
	routes_check,
	routes_person,
	routes_my,
	routes_my_enrolment,
	routes_roster,
	routes_issue_run,
	routes_enrolment,
	routes_career,
	routes_open,
	routes_batch,
	routes_plan,
	routes_arrange,
	routes_arrange_paper,
	routes_board,
	routes_watch,
	routes_watch_act,
	routes_watch_exam,
	routes_watch_venue,
	routes_verify,
	routes_log,
	routes_certificate, routes_certificate_volume,
	routes_my_certificate,
	routes_credential,
	routes_held,
	routes_handover,
	routes_handover_package,
	routes_handover_answer,
	routes_certificate_change,
	routes_revocation,
	routes_my_matter,
	routes_my_change,
	routes_follow,
	routes_recall,
	routes_standard,
	routes_rules,
	routes_mark,
	routes_mark_import,
	routes_marking,
	routes_exam_score,
	routes_exam_replay,
	routes_essay,
	routes_exam_statistics,
	routes_forensics,
	routes_forensic_case,
	routes_figures,
	routes_result,
	routes_change,
	routes_objection,
	routes_archive,
	routes_exam_intake,
	routes_bank,
	routes_bank_point,
	routes_bank_item,
	routes_bank_edit,
	routes_bank_material,
	routes_blueprint,
	routes_paper,
	routes_paper_report,
	routes_paper_trace,
	routes_exam_begin,
	routes_item_exchange,
	routes_exam_sit,
	routes_exam_paper,
	routes_exam_receipt,
	NULL,
};

static bool has_get(const struct router *r, const char *path)
{
	for (size_t i = 0; i < router_count(r); i++)
		if (router_at(r, i)->method == GET && streq(router_at(r, i)->path, path))
			return true;
	return false;
}

static bool has_twice(const struct field *fields)
{
	for (const struct field *f = fields; f && f->name; f++)
		for (const struct field *g = fields; g < f; g++)
			if (streq(f->name, g->name))
				return true;
	return false;
}

static const char *check(const struct router *r, const struct route *route)
{
	if (route->perm == PERM_NONE)
		return "has no permission";
	if (!route->run)
		return "has no handler";
	if (!route->title)
		return "has no title";
	if (has_twice(route->fields))
		return "declares a field twice";
	if (route->form && !has_get(r, route->form))
		return "names a form that is no page";
	if (route->method == GET && !route->template && !(route->flags & ROUTE_DOWNLOAD))
		return "is a page without a template";
	return NULL;
}

struct router *routes_compile(struct arena *a, const char **ret_error)
{
	struct router *r = router_new(route_tables, a, ret_error);
	for (size_t i = 0; r && i < router_count(r); i++) {
		const struct route *route = router_at(r, i);
		const char *error = check(r, route);
		if (error) {
			*ret_error = arena_printf(a, "%s %s %s",
				route->method == GET ? "GET" : "POST", route->path, error);
			return NULL;
		}
	}
	return r;
}
