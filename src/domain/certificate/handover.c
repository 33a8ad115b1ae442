/* Packages: asked for, collected, sent or withdrawn, each in resumable steps. */
#include "domain/certificate/handover.h"

#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "core/setting.h"
#include "domain/certificate/handover_impl.h"

enum { CHUNK = 250, SCRATCH_BYTES = 64 * 1024 * 1024 };

/* Parts of collecting, in this order. */
enum phase { PHASE_FRESH, PHASE_WAITING, PHASE_FILE };

int handover_package_get(struct ctx *cx, int64_t id, struct q_handover_package_find *ret_package)
{
	int r = q_handover_package_find(cx->db, ret_package, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "handover.no_package");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int handover_package_any(struct ctx *cx, int64_t id, struct q_handover_package_find *ret_package)
{
	int r = q_handover_package_find(cx->db, ret_package, .id = id, .scope = scope_all());
	return r < 0 ? ctx_pass(cx, r) : 0;
}

void handover_act_for(struct ctx *cx, int64_t account_id, const char *name)
{
	if (cx->actor.role != ROLE_SYSTEM)
		return;
	cx->actor.account_id = account_id;
	cx->actor.name = name;
}

struct scope handover_scope(struct ctx *cx, const struct q_handover_package_find *package)
{
	return package->body_id ? scope_all() : scope_region(cx, package->region);
}

static int submit(struct ctx *cx, int64_t id, const char *kind)
{
	int64_t job_id;
	int r = job_submit(cx, kind, text_of(cx, "{\"package\":\"%" PRId64 "\"}", id), &job_id);
	if (r < 0)
		return r;
	r = q_handover_package_set_job(cx->db, .id = id, .job_id = job_id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* ---- asking ---- */

static int check_ask(struct ctx *cx, const struct handover_ask *in, const char *region)
{
	const char *own = cx->actor.region;
	if (!in->from_on || !in->to_on || in->from_on > in->to_on)
		(void)fail_field(cx, "to_on", "handover.period");
	if (cx->actor.role != ROLE_SYSTEM && strncmp(region, own, strlen(own)))
		(void)fail_field(cx, "region", "handover.region");
	return ctx_checked(cx);
}

static int one_at_a_time(struct ctx *cx, const char *target)
{
	struct q_handover_package_open_rows rows;
	int r = q_handover_package_open(cx->db, &rows, .target = target, .scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	return rows.n ? fail(cx, ERR_STATE, "handover.collecting") : 0;
}

static const char *title_of(struct ctx *cx, const struct handover_ask *in)
{
	char from[CIVIL_TEXT], to[CIVIL_TEXT];
	if (!is_blank(in->title))
		return in->title;
	return text_of(cx, "%s %s 至 %s", handover_target_label(in->target),
		civil_put_day(in->from_on, from), civil_put_day(in->to_on, to));
}

int handover_package_create(struct ctx *cx, const struct handover_ask *in, bool with_job,
	int64_t *ret_id)
{
	const struct handover_layout *layout;
	int64_t id = ctx_id(cx), body_id = cx->actor.body_id;
	const char *region = body_id || is_blank(in->region) ? cx->actor.region : in->region;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_HANDOVER_EDIT);
	if (r < 0 || (r = check_ask(cx, in, region)) < 0 ||
		(r = handover_layout_for(cx, in->target, ctx_today(cx), &layout)) < 0 ||
		(r = one_at_a_time(cx, in->target)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) >= 0)
		r = q_handover_package_insert(cx->db, .id = id, .title = title_of(cx, in),
			.target = in->target, .layout = layout->name,
			.layout_version = layout->version, .body_id = body_id, .region = region,
			.of_body_id = body_id ? body_id : in->of_body_id, .from_on = in->from_on,
			.to_on = in->to_on, .created_by = cx->actor.account_id,
			.actor_name = cx->actor.name, .created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, "handover_package", 0, id, "create", layout->title)) < 0 ||
		(with_job && (r = submit(cx, id, "handover.collect")) < 0))
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

/* ---- collecting ---- */

struct collecting {
	struct ctx *cx;
	struct q_handover_package_find package;
	const struct handover_layout *layout;
	const char **values;
	struct job *job;
};

/* A certificate, and the record about it when there is one already. */
struct candidate {
	int64_t person_id, certificate_id, handover_id;
	const char *record_kind;
};

static int put_missing(struct collecting *c, const struct q_handover_face *face,
	const char *reason)
{
	struct ctx *cx = c->cx;
	int r = q_handover_missing_put(cx->db, .package_id = c->package.id,
		.certificate_id = face->id, .person_id = face->person_id, .number = face->number,
		.name = face->name, .reason = reason);
	c->package.n_missing++;
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int put_new(struct collecting *c, const struct q_handover_face *face)
{
	struct ctx *cx = c->cx;
	int64_t id = ctx_id(cx);
	int r = q_handover_insert(cx->db, .person_id = face->person_id, .id = id,
		.certificate_id = face->id, .target = c->package.target, .record_kind = "new",
		.state = "prepared", .number = face->number, .body_id = face->body_id,
		.region = face->region, .package_id = c->package.id, .created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	return flow_note(cx, "handover", face->person_id, id, "prepare", c->package.title);
}

static int put_again(struct collecting *c, const struct candidate *one)
{
	struct ctx *cx = c->cx;
	int r = q_handover_set_package(cx->db, .person_id = one->person_id,
		.id = one->handover_id, .package_id = c->package.id);
	if (r < 0)
		return ctx_pass(cx, r);
	return flow_run(cx, &handover_flow, one->person_id, one->handover_id, "prepare",
		c->package.title, NULL);
}

static int take(struct collecting *c, const struct candidate *one)
{
	struct ctx *cx = c->cx;
	struct q_handover_share held;
	struct q_handover_face face;
	const char *missing;
	int r = q_handover_share(cx->db, &held, .person_id = one->person_id,
		.id = one->certificate_id);
	if (r >= 0)
		r = q_handover_face(cx->db, &face, .person_id = one->person_id,
			.id = one->certificate_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = layout_row(cx, c->layout, &face, one->record_kind, c->values, &missing)) < 0)
		return r;
	if (*missing)
		return put_missing(c, &face, missing);
	c->package.n_rows++;
	return one->handover_id ? put_again(c, one) : put_new(c, &face);
}

static int take_fresh(struct collecting *c, size_t *ret_n)
{
	struct q_handover_fresh_rows rows;
	const struct q_handover_package_find *p = &c->package;
	int r = q_handover_fresh(c->cx->db, &rows, .scope = handover_scope(c->cx, p),
		.after_id = p->upto_id, .of_body_id = p->of_body_id, .from_on = p->from_on,
		.to_on = p->to_on, .target = p->target, .most = CHUNK);
	if (r < 0)
		return ctx_pass(c->cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		struct candidate one = {rows.at[i].person_id, rows.at[i].certificate_id, 0, "new"};
		if ((r = take(c, &one)) < 0)
			return r;
		c->package.upto_id = one.certificate_id;
	}
	*ret_n = rows.n;
	return 0;
}

static int take_waiting(struct collecting *c, size_t *ret_n)
{
	struct q_handover_waiting_rows rows;
	const struct q_handover_package_find *p = &c->package;
	int r = q_handover_waiting(c->cx->db, &rows, .scope = handover_scope(c->cx, p),
		.target = p->target, .after_id = p->upto_id, .of_body_id = p->of_body_id,
		.most = CHUNK);
	if (r < 0)
		return ctx_pass(c->cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		struct candidate one = {rows.at[i].person_id, rows.at[i].certificate_id,
			rows.at[i].id, arena_dup(c->cx->arena, rows.at[i].record_kind)};
		if ((r = take(c, &one)) < 0)
			return r;
		c->package.upto_id = rows.at[i].id;
	}
	*ret_n = rows.n;
	return 0;
}

/* One transaction: some candidates, and how far it got with them. */
static int take_some(struct collecting *c)
{
	struct ctx *cx = c->cx;
	struct q_handover_package_find *p = &c->package;
	size_t n = 0;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	bool full = p->n_rows + CHUNK > LAYOUT_ROWS_MAX;
	if (!full && (r = p->phase == PHASE_FRESH ? take_fresh(c, &n) : take_waiting(c, &n)) < 0)
		return r;
	if (n < CHUNK) {
		p->phase = full ? PHASE_FILE : p->phase + 1;
		p->upto_id = 0;
	}
	r = q_handover_package_set_progress(cx->db, .id = p->id, .phase = p->phase,
		.upto_id = p->upto_id, .n_rows = p->n_rows, .n_missing = p->n_missing);
	if (r == 0)
		return fail(cx, ERR_STATE, "handover.no_longer");
	return r < 0 || (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

static int finish(struct collecting *c, handover_write_fn *write)
{
	struct ctx *cx = c->cx;
	struct q_handover_package_find *p = &c->package;
	struct file file = {.body_id = p->body_id, .region = p->region};
	auto_tx tx = {0};
	int r = p->n_rows ? write(cx, p, c->layout, &file) : 0;
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if (p->n_rows) {
		if ((r = file_put(cx, &file)) < 0)
			return r;
		r = q_handover_package_set_file(cx->db, .id = p->id, .file_id = file.id,
			.file_sha256 = file.sha256);
		if (r < 0)
			return ctx_pass(cx, r);
	}
	if ((r = flow_run(cx, &handover_package_flow, 0, p->id, p->n_rows ? "collect" : "nothing",
		text_of(cx, "%" PRId64 " 条，另有 %" PRId64 " 条未列入", p->n_rows,
		p->n_missing), NULL)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

static int collect_some(void *arg)
{
	struct collecting *c = arg;
	const struct q_handover_package_find *p = &c->package;
	int r = p->phase < PHASE_FILE ? take_some(c) : 0;
	if (r == 0 && c->job)
		r = job_progress(c->cx, c->job, p->n_rows + p->n_missing, 0, "");
	return r < 0 ? r : p->phase < PHASE_FILE;
}

int handover_collect(struct ctx *cx, int64_t package_id, handover_write_fn *write,
	struct job *job)
{
	struct collecting c = {.cx = cx, .job = job};
	struct actor actor = cx->actor;
	int r = handover_package_any(cx, package_id, &c.package);
	if (r < 0)
		return r;
	if (!streq(c.package.state, "collecting"))
		return 0;
	if ((r = handover_layout_at(cx, c.package.layout, c.package.layout_version,
		&c.layout)) < 0)
		return r;
	c.values = arena_array(cx->arena, const char *, c.layout->n);
	handover_act_for(cx, c.package.created_by, c.package.actor_name);
	r = ctx_steps(cx, SCRATCH_BYTES, collect_some, &c);
	if (r == 0)
		r = finish(&c, write);
	cx->actor = actor;
	return r;
}

/* ---- the rows of the file ---- */

struct walking {
	struct ctx *cx;
	const struct q_handover_package_find *package;
	const struct handover_layout *layout;
	handover_row_fn *each;
	void *arg;
	const char **values;
	int64_t after;
};

static int walk_some(void *arg)
{
	struct walking *w = arg;
	struct q_handover_of_package_rows rows;
	const char *missing;
	int r = q_handover_of_package(w->cx->db, &rows, .package_id = w->package->id,
		.after_id = w->after, .most = CHUNK);
	for (size_t i = 0; r >= 0 && i < rows.n; i++) {
		struct q_handover_face face;
		w->after = rows.at[i].id;
		r = q_handover_face(w->cx->db, &face, .person_id = rows.at[i].person_id,
			.id = rows.at[i].certificate_id);
		if (r == 0)
			r = layout_row(w->cx, w->layout, &face, rows.at[i].record_kind, w->values,
				&missing);
		if (r == 0)
			r = w->each(w->arg, w->values);
	}
	return r < 0 ? ctx_pass(w->cx, r) : rows.n == CHUNK;
}

int handover_rows(struct ctx *cx, const struct q_handover_package_find *package,
	const struct handover_layout *layout, handover_row_fn *each, void *arg)
{
	struct walking w = {cx, package, layout, each, arg,
		arena_array(cx->arena, const char *, layout->n), 0};
	return ctx_steps(cx, SCRATCH_BYTES, walk_some, &w);
}

/* ---- sending and withdrawing ---- */

static int start_moving(struct ctx *cx, int64_t id, const char *action, const char *reason,
	int64_t sent_on, bool with_job)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_run(cx, &handover_package_flow, 0, id, action, reason, NULL)) < 0)
		return r;
	r = sent_on ? q_handover_package_set_sent(cx->db, .id = id, .sent_on = sent_on) : 0;
	if (r < 0)
		return ctx_pass(cx, r);
	if (with_job && (r = submit(cx, id, "handover.move")) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int handover_package_send(struct ctx *cx, int64_t id, int64_t sent_on, bool with_job)
{
	struct q_handover_package_find p;
	int64_t on = sent_on ? sent_on : ctx_today(cx);
	int r = handover_package_get(cx, id, &p);
	if (r < 0)
		return r;
	if (on > ctx_today(cx) || on < civil_day_at(p.created_at))
		return fail_field(cx, "sent_on", "handover.sent_on");
	return start_moving(cx, id, "send", "", on, with_job);
}

int handover_package_withdraw(struct ctx *cx, int64_t id, const char *reason, bool with_job)
{
	return start_moving(cx, id, "withdraw", reason, 0, with_job);
}

int handover_package_resume(struct ctx *cx, int64_t id)
{
	struct q_handover_package_find p;
	bool is_open;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_HANDOVER_EDIT);
	if (r < 0 || (r = handover_package_get(cx, id, &p)) < 0)
		return r;
	bool collects = streq(p.state, "collecting");
	if (!collects && !streq(p.state, "sending") && !streq(p.state, "withdrawing"))
		return fail(cx, ERR_STATE, "handover.no_longer");
	if ((r = job_is_open(cx, p.job_id, &is_open)) < 0)
		return r;
	if (is_open)
		return fail(cx, ERR_STATE, "handover.still_works");
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = submit(cx, id, collects ? "handover.collect" : "handover.move")) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

struct moving {
	struct ctx *cx;
	const struct q_handover_package_find *package;
	const char *action;
	struct job *job;
	int64_t after, done;
};

/* Some of the records that have not moved yet: 1 there may be more. */
static int move_some(struct moving *m)
{
	struct ctx *cx = m->cx;
	struct q_handover_of_package_rows rows;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_handover_of_package(cx->db, &rows, .package_id = m->package->id,
			.after_id = m->after, .most = CHUNK);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		m->after = rows.at[i].id;
		if (streq(rows.at[i].state, "prepared") && (r = flow_run(cx, &handover_flow,
			rows.at[i].person_id, rows.at[i].id, m->action, "", NULL)) < 0)
			return r;
	}
	m->done += (int64_t)rows.n;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	return rows.n == CHUNK;
}

static int move_on(void *arg)
{
	struct moving *m = arg;
	int r = move_some(m);
	int w = r >= 0 && m->job ? job_progress(m->cx, m->job, m->done, m->package->n_rows, "")
		: 0;
	return w < 0 ? w : r;
}

int handover_package_step(struct ctx *cx, int64_t id, const char *action)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_run(cx, &handover_package_flow, 0, id, action, "", NULL)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int handover_package_run(struct ctx *cx, int64_t id, struct job *job)
{
	struct q_handover_package_find p;
	struct actor actor = cx->actor;
	int r = handover_package_any(cx, id, &p);
	if (r < 0)
		return r;
	bool sends = streq(p.state, "sending");
	if (!sends && !streq(p.state, "withdrawing"))
		return 0;
	handover_act_for(cx, p.created_by, p.actor_name);
	struct moving m = {cx, &p, sends ? "send" : "withdraw", job, 0, 0};
	r = ctx_steps(cx, SCRATCH_BYTES, move_on, &m);
	if (r == 0)
		r = handover_package_step(cx, id, "done");
	cx->actor = actor;
	return r;
}
