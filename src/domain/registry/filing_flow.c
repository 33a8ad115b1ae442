/* The lifecycle of a filing, and what becomes effective at its end. */
#include <string.h>

#include "base/civil.h"
#include "core/setting.h"
#include "core/workday.h"
#include "domain/registry/filing.h"
#include "query/batch.h"

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	(void)person_id;
	struct q_filing_find *f = arena_make(cx->arena, struct q_filing_find);
	int r = filing_find(cx, id, f);
	if (r < 0)
		return r;
	*ret_subject = (struct flow_subject){.id = id, .state = f->state, .region = f->region,
		.title = f->body_name, .body_id = f->body_id, .row = f};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_filing_move(cx->db, .id = s->id, .from_state = s->state, .state = to);
}

static bool is_short(const struct q_filing_find *f)
{
	return streq(f->filing_kind, "change") || streq(f->filing_kind, "withdrawal");
}

static int guard_complete(struct ctx *cx, const struct flow_run *run)
{
	const char **texts;
	size_t n;
	int r = filing_gaps(cx, run->subject->id, &texts, &n);
	if (r < 0 || !n)
		return r;
	struct str all = STR_NONE;
	for (size_t i = 0; i < n; i++)
		all = str_of(text_of(cx, "%s%s%s", i ? all.p : "", i ? "；" : "", texts[i]));
	return fail(cx, ERR_STATE, "filing.incomplete", all.p);
}

/* The last finding on each point counts. */
static int guard_no_mend(struct ctx *cx, const struct flow_run *run)
{
	struct q_filing_checks_rows checks;
	int r = q_filing_lock(cx->db, .id = run->subject->id, .scope = cx->scope);
	if (r >= 0)
		r = q_filing_checks(cx->db, &checks, .filing_id = run->subject->id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < checks.n; i++) {
		bool latest = true;
		for (size_t k = i + 1; k < checks.n; k++)
			latest &= !streq(checks.at[k].item, checks.at[i].item) ||
				!streq(checks.at[k].stage, checks.at[i].stage);
		if (latest && !streq(checks.at[i].verdict, "good"))
			return fail(cx, ERR_STATE, "filing.check_open", checks.at[i].item,
				checks.at[i].note);
	}
	return 0;
}

static int guard_long(struct ctx *cx, const struct flow_run *run)
{
	if (is_short(run->subject->row))
		return fail(cx, ERR_STATE, "filing.short_way");
	return guard_no_mend(cx, run);
}

static int guard_short(struct ctx *cx, const struct flow_run *run)
{
	return is_short(run->subject->row) ? 0 : fail(cx, ERR_STATE, "filing.long_way");
}

/* By the calendar as it is now: holidays may be added while a notice runs. */
static int notice_end(struct ctx *cx, const char *region, int64_t from_on, int64_t *ret_last)
{
	int64_t days;
	int r = setting_get(cx, "filing.publicity_wd", region, from_on, &days);
	return r < 0 ? r : workday_due(cx, from_on, days, ret_last);
}

static int guard_publicity_over(struct ctx *cx, const struct flow_run *run)
{
	const struct q_filing_find *f = run->subject->row;
	int64_t last;
	int r = notice_end(cx, f->region, f->publicity_from_on, &last);
	if (r < 0)
		return r;
	if (last < f->publicity_to_on)
		last = f->publicity_to_on;
	if (ctx_today(cx) > last)
		return 0;
	return fail(cx, ERR_STATE, "filing.publicity_runs", civil_day_text_zh(cx->arena, last));
}

static int on_submit(struct ctx *cx, const struct flow_run *run)
{
	int r = q_filing_set_submitted(cx->db, .id = run->subject->id, .submitted_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int on_return(struct ctx *cx, const struct flow_run *run)
{
	int r = q_filing_set_mend(cx->db, .id = run->subject->id, .mend = run->reason);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int on_publish(struct ctx *cx, const struct flow_run *run)
{
	int64_t last, today = ctx_today(cx);
	int r = notice_end(cx, run->subject->region, today, &last);
	if (r < 0)
		return r;
	r = q_filing_set_publicity(cx->db, .id = run->subject->id, .publicity_from_on = today,
		.publicity_to_on = last);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* 13 characters: letter, 0000 (first filed at the province), province, city, 4 digits. The letter
 * is a setting because places differ in what they give to schools. */
static int give_code(struct ctx *cx, const struct q_filing_find *f, const char **ret_code)
{
	struct q_body_serial_next next;
	int64_t letter;
	int r = setting_get(cx, text_of(cx, "body.letter_%s", f->body_kind), f->region,
		ctx_today(cx), &letter);
	if (r < 0)
		return r;
	const char *city = strlen(f->region) >= 4 ? f->region + 2 : "00";
	char *prefix = text_of(cx, "%c0000%.2s%.2s", (int)letter, f->region, city);
	r = q_body_serial_next(cx->db, &next, .prefix = prefix);
	if (r < 0)
		return ctx_pass(cx, r);
	if (next.last > 9999)
		return fail(cx, ERR_LIMIT, "body.codes_used_up", prefix);
	*ret_code = text_of(cx, "%s%04d", prefix, (int)next.last);
	r = q_body_code_insert(cx->db, .body_code = *ret_code, .body_id = f->body_id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* The first day of the new term: what is renewed in time goes on where it would have ended; what
 * was nowhere near its end begins anew, so that no term grows beyond its years. */
static int term_from(struct ctx *cx, const struct q_filing_find *f,
	const struct q_filing_scope_of *item, int64_t grade, int64_t *ret_on)
{
	struct q_body_scope_item_rows now;
	int64_t days, ends_by;
	*ret_on = ctx_today(cx);
	if (!streq(f->filing_kind, "renewal"))
		return 0;
	int r = setting_get(cx, "filing.renew_before_wd", f->region, *ret_on, &days);
	if (r < 0 || (r = workday_due(cx, *ret_on, days, &ends_by)) < 0)
		return r;
	r = q_body_scope_item(cx->db, &now, .body_id = f->body_id,
		.occupation_id = item->occupation_id, .work_type_id = item->work_type_id,
		.special_project_id = item->special_project_id, .grade = grade);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < now.n; i++)
		if (now.at[i].work_type_id == item->work_type_id &&
			streq(now.at[i].state, "valid") && now.at[i].valid_to_on >= *ret_on &&
			now.at[i].valid_to_on <= ends_by)
			*ret_on = now.at[i].valid_to_on + 1;
	return 0;
}

static int put_scope(struct ctx *cx, const struct q_filing_find *f,
	const struct q_filing_scope_of *item, int64_t grade)
{
	int64_t today = ctx_today(cx), years, from;
	int r = setting_get(cx, "filing.validity_years", f->region, today, &years);
	if (r < 0 || (r = term_from(cx, f, item, grade, &from)) < 0)
		return r;
	r = q_body_scope_upsert(cx->db, .id = ctx_id(cx), .body_id = f->body_id,
		.occupation_id = item->occupation_id, .work_type_id = item->work_type_id,
		.special_project_id = item->special_project_id, .grade = grade,
		.valid_from_on = today,
		.valid_to_on = civil_add_years(from, years) - 1, .filing_id = f->id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int put_scopes(struct ctx *cx, const struct q_filing_find *f)
{
	struct q_filing_scope_of_rows items;
	int r = q_filing_scope_of(cx->db, &items, .filing_id = f->id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < items.n; i++) {
		const char *g = items.at[i].grades;
		r = *g ? 0 : put_scope(cx, f, &items.at[i], 0);
		for (; *g && r >= 0; g++)
			r = put_scope(cx, f, &items.at[i], *g - '0');
		if (r < 0)
			return r;
	}
	return 0;
}

/* A body that comes back keeps its code: its certificates bear it. */
static int apply_initial(struct ctx *cx, const struct q_filing_find *f)
{
	const char *code = f->body_code;
	int r = is_blank(code) ? give_code(cx, f, &code) : 0;
	if (r < 0)
		return r;
	r = q_body_effect(cx->db, .id = f->body_id, .body_code = code, .filed_on = ctx_today(cx),
		.state = "filed");
	if (r < 0)
		return ctx_pass(cx, r);
	return flow_note(cx, "body", 0, f->body_id, "file", code);
}

static const char *change_label(struct str name)
{
	static const char *const labels[][2] = {{"name", "机构名称"},
		{"legal_person", "法定代表人"},
		{"address", "地址"}, {"contact", "联系人"}, {"phone", "联系电话"}};
	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
		if (str_is(name, labels[i][0]))
			return labels[i][1];
	return "其他";
}

const char *filing_change_words(struct ctx *cx, const char *change_text)
{
	const char *words = "";
	struct str rest = str_of(change_text);
	while (rest.n) {
		struct str value = str_trim(str_cut(&rest, '\n')), name = str_cut(&value, '=');
		if (value.n)
			words = arena_printf(cx->arena, "%s%s%s：%.*s", words, *words ? "；" : "",
				change_label(name), (int)value.n, value.p);
	}
	return words;
}

static int apply_line(struct ctx *cx, int64_t body_id, struct q_body_public_find *body,
	struct str line)
{
	struct str name = str_cut(&line, '=');
	char *value = arena_str(cx->arena, str_trim(line));
	if (str_is(name, "name"))
		return q_body_rename(cx->db, .id = body_id, .name = value);
	if (str_is(name, "address"))
		body->address = value;
	else if (str_is(name, "contact"))
		body->contact = value;
	else if (str_is(name, "phone"))
		body->phone = value;
	return 0;
}

static int apply_change(struct ctx *cx, const struct q_filing_find *f)
{
	struct q_body_find body;
	struct q_body_public_find face;
	struct scope all = scope_all();
	int r = q_body_public_find(cx->db, &face, .id = f->body_id);
	if (r >= 0)
		r = q_body_find(cx->db, &body, .id = f->body_id, .scope_lo = all.lo,
			.scope_hi = all.hi);
	const char *legal = r < 0 ? "" : body.legal_person;
	struct str text = str_of(f->change_text);
	while (r >= 0 && text.n) {
		struct str line = str_trim(str_cut(&text, '\n'));
		if (str_starts(line, "legal_person="))
			legal = arena_str(cx->arena, (struct str){line.p + 13, line.n - 13});
		else
			r = apply_line(cx, f->body_id, &face, line);
	}
	if (r >= 0)
		r = q_body_update(cx->db, .id = f->body_id, .legal_person = legal,
			.address = face.address,
			.contact = face.contact, .phone = face.phone, .website = face.website);
	if (r < 0)
		return ctx_pass(cx, r);
	return flow_note(cx, "body", 0, f->body_id, "change",
		filing_change_words(cx, f->change_text));
}

/* What is under way is brought to its end first: certificates are still to be issued. */
static int nothing_runs(struct ctx *cx, int64_t body_id)
{
	struct q_batch_running_rows running;
	int r = q_batch_running(cx->db, &running, .body_id = body_id);
	if (r < 0)
		return ctx_pass(cx, r);
	return running.n ? fail(cx, ERR_STATE, "filing.batches_run", running.at[0].title) : 0;
}

static int apply_withdrawal(struct ctx *cx, const struct q_filing_find *f)
{
	int r = nothing_runs(cx, f->body_id);
	if (r < 0)
		return r;
	r = q_body_scope_end_all(cx->db, .body_id = f->body_id);
	if (r >= 0)
		r = q_body_move(cx->db, .id = f->body_id, .from_state = f->body_state,
			.state = "withdrawn");
	if (r < 0)
		return ctx_pass(cx, r);
	return r ? flow_note(cx, "body", 0, f->body_id, "withdraw", "") : fail(cx, ERR_STATE,
		"body.not_filed");
}

static int on_file(struct ctx *cx, const struct flow_run *run)
{
	const struct q_filing_find *f = run->subject->row;
	if (filing_is_barred(f->body_state, f->filing_kind))
		return fail(cx, ERR_STATE, "filing.not_now",
			flow_state(&body_flow, f->body_state)->label);
	int r = q_filing_set_decided(cx->db, .id = f->id, .decided_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(f->filing_kind, "change"))
		return apply_change(cx, f);
	if (streq(f->filing_kind, "withdrawal"))
		return apply_withdrawal(cx, f);
	if (streq(f->filing_kind, "initial") && (r = apply_initial(cx, f)) < 0)
		return r;
	return put_scopes(cx, f);
}

static int on_refuse(struct ctx *cx, const struct flow_run *run)
{
	int r = q_filing_set_decided(cx->db, .id = run->subject->id, .decided_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static const struct flow_state states[] = {
	{"draft", "草稿", TONE_PLAIN},
	{"submitted", "待形式审查", TONE_WAIT},
	{"returned", "退回补正", TONE_BAD},
	{"accepted", "待实地核查", TONE_WAIT},
	{"site", "待专家评审", TONE_WAIT},
	{"reviewed", "待公示", TONE_WAIT},
	{"publicity", "公示中", TONE_WAIT},
	{"filed", "已备案", TONE_GOOD},
	{"refused", "不予备案", TONE_BAD},
	{"withdrawn", "已撤回", TONE_PLAIN},
	{0},
};

#define REFUSE(state) \
	{state, "refuse", "refused", "不予备案", PERM_FILING_DECIDE, .effect = on_refuse, \
		.flags = FLOW_REASON | FLOW_DANGER}
#define RETURN(state) \
	{state, "return", "returned", "退回补正", PERM_FILING_REVIEW, .effect = on_return, \
		.deadline = "filing.mend_wd", .flags = FLOW_REASON}
#define SUBMIT(state) \
	{state, "submit", "submitted", "提交", PERM_FILING_SUBMIT, guard_complete, on_submit, \
	"filing.formal_wd"}

static const struct flow_step steps[] = {
	SUBMIT("draft"),
	SUBMIT("returned"),
	{"draft", "withdraw", "withdrawn", "撤回", PERM_FILING_SUBMIT, .flags = FLOW_DANGER},
	{"returned", "withdraw", "withdrawn", "撤回", PERM_FILING_SUBMIT, .flags = FLOW_DANGER},
	{"submitted", "accept", "accepted", "形式审查通过", PERM_FILING_REVIEW, guard_no_mend, NULL,
		"filing.site_wd"},
	RETURN("submitted"),
	{"accepted", "site_pass", "site", "实地核查通过", PERM_FILING_REVIEW, guard_long, NULL,
		"filing.review_wd"},
	{"accepted", "file", "filed", "准予", PERM_FILING_DECIDE, guard_short, on_file},
	RETURN("accepted"),
	{"site", "expert_pass", "reviewed", "专家评审通过", PERM_FILING_REVIEW, guard_no_mend, NULL,
		"filing.decide_wd"},
	RETURN("site"),
	{"reviewed", "publish", "publicity", "开始公示", PERM_FILING_DECIDE, NULL, on_publish,
		"filing.publicity_wd"},
	{"publicity", "file", "filed", "准予备案", PERM_FILING_DECIDE, guard_publicity_over,
		on_file},
	REFUSE("submitted"),
	REFUSE("accepted"),
	REFUSE("site"),
	REFUSE("reviewed"),
	REFUSE("publicity"),
	{0},
};

const struct flow filing_flow = {.kind = "filing", .title = "机构备案", .states = states,
	.steps = steps, .load = load, .move = move};
