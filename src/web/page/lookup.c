/* Who looks up certificates in public, for the audit administrator: whoever guesses numbers asks
 * often and in vain. */
#include "base/civil.h"
#include "core/setting.h"
#include "domain/certificate/certificate.h"
#include "query/certificate.h"
#include "web/choices.h"
#include "web/page/page.h"

/* Counting more would take longer than a page may. */
enum { LATEST = 100000 };

static const struct choice outcomes[] = {{"valid", "有效"}, {"in_review", "撤销决定复核中"},
	{"suspended", "暂停使用"}, {"revoked", "已撤销"}, {"not_yet", "尚未公布"},
	{"not_found", "没有这本证书"}, {"name_differs", "姓名不符"},
	{"bad_input", "输入有误"}, {0}};

static int lookups(struct req *rq)
{
	struct ctx *cx = rq->cx;
	struct q_lookup_outcomes_rows kinds;
	struct q_lookup_addresses_rows addresses;
	int64_t n = 0, first_at = 0;
	int r = q_lookup_outcomes(cx->db, &kinds, .latest = LATEST);
	if (r == 0)
		r = q_lookup_addresses(cx->db, &addresses, .latest = LATEST);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *rows = view_rows(rq, &q_lookup_outcomes_desc, kinds.at, kinds.n);
	for (size_t i = 0; i < kinds.n; i++) {
		json_object_set_new(json_array_get(rows, i), "outcome_label",
			json_string(choice_label(outcomes, kinds.at[i].outcome)));
		n += kinds.at[i].n;
		if (!first_at || kinds.at[i].first_at < first_at)
			first_at = kinds.at[i].first_at;
	}
	view_set(rq, "outcomes", rows);
	view_set(rq, "addresses",
		view_rows(rq, &q_lookup_addresses_desc, addresses.at, addresses.n));
	view_int(rq, "n", n);
	view_flag(rq, "is_capped", n == LATEST);
	view_text(rq, "first_at_text", civil_time_text(cx->arena, first_at));
	view_int(rq, "keep_days", setting_int(cx, "verify.keep_days", "", 0));
	view_int(rq, "per_minute", setting_int(cx, "verify.per_minute", "", 0));
	return 0;
}

const struct route routes_lookup[] = {
	{GET, "/admin/lookups", PERM_AUDIT_READ, lookups, "admin/lookups", "查验日志",
		.audit = "查阅公开查验日志"},
	{0},
};
