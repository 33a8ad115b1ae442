/* The rehearsal clock. */
#include <inttypes.h>

#include "base/civil.h"
#include "core/audit.h"
#include "domain/evaluation/batch.h"
#include "query/core.h"
#include "web/exchange.h"
#include "web/page/page.h"
#include "web/site.h"

enum { FORWARD_DAYS_MAX = 400 };

static const struct field clock_fields[] = {
	{"days", FIELD_INT, "向前拨动", .help = "只能向前；期限、公示期和有效期随之变化。",
		.unit = "天", .max = FORWARD_DAYS_MAX, .flags = FIELD_REQUIRED},
	{"hours", FIELD_INT, "另加", .unit = "小时", .max = 23},
	{0},
};

static int need_demo(struct req *rq)
{
	return rq->ex->site->options.demo ? 0 : fail(rq->cx, ERR_NOTFOUND, "web.no_rehearsal");
}

static int clock_show(struct req *rq)
{
	int r = need_demo(rq);
	if (r < 0)
		return r;
	view_text(rq, "now_text", civil_time_text(rq->cx->arena, ctx_now(rq->cx)));
	view_form(rq, "form", clock_fields, "/admin/clock", "拨动",
		json_pack("{s:i, s:i}", "days", 1, "hours", 0));
	return 0;
}

/* What the new time makes due is done at once, so that whoever rehearses need not wait for the
 * routine. */
static int do_what_is_due(struct req *rq)
{
	struct ctx cx;
	int moved;
	ctx_init(&cx, rq->cx->arena, rq->cx->db, rq->cx->keys);
	ctx_act_as_system(&cx, "定时任务");
	int r = batch_tick(&cx, &moved);
	return r < 0 ? ctx_pass(rq->cx, r) : 0;
}

static int clock_move(struct req *rq)
{
	struct q_platform_clock row;
	auto_tx tx = {0};
	int64_t by = in_int(rq->in, "days") * 86400 + in_int(rq->in, "hours") * 3600;
	int r = need_demo(rq);
	if (r < 0)
		return r;
	if (by <= 0)
		return fail_field(rq->cx, "days", "web.clock_forward");
	if ((r = tx_begin(&tx, rq->cx->db)) < 0)
		return ctx_pass(rq->cx, r);
	if ((r = q_platform_clock(rq->cx->db, &row, .id = 1)) < 0)
		return ctx_pass(rq->cx, r);
	r = q_platform_clock_move(rq->cx->db, .id = 1, .clock_offset_s = row.clock_offset_s + by);
	if (r <= 0)
		return r < 0 ? ctx_pass(rq->cx, r) : fail(rq->cx, ERR_STATE, "web.no_rehearsal");
	r = audit_note(rq->cx, "clock.move", "platform", 1, "",
		text_of(rq->cx, "+%" PRId64 " s", by));
	if (r < 0 || (r = tx_commit(&tx)) < 0)
		return ctx_pass(rq->cx, r);
	if ((r = do_what_is_due(rq)) < 0)
		return r;
	rq_flash(rq, "web.clock_moved");
	return rq_redirect(rq, "/admin/clock");
}

const struct route routes_admin_site[] = {
	{GET, "/admin/clock", PERM_CLOCK_MOVE, clock_show, "admin/clock", "演练时钟"},
	{POST, "/admin/clock", PERM_CLOCK_MOVE, clock_move, NULL, "拨动演练时钟", clock_fields,
		"/admin/clock"},
	{0},
};
