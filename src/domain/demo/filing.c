/* Filings: drafted by the body with its materials, then checked, shown publicly and decided by the
 * city's office. */
#include <string.h>

#include "base/civil.h"
#include "core/workday.h"
#include "domain/demo/province.h"

static int attach(struct demo *d, struct demo_body *b, bool is_whole)
{
	int64_t ignored;
	for (const struct filing_item *item = filing_items; item->code; item++) {
		bool wanted = is_whole ? item->required && (!*item->kinds || strstr(item->kinds,
			b->kind))
				       : streq(item->code, "application");
		if (wanted)
			TRY(filing_attach(d->cx, b->filing_id, item->code,
				text_of(d->cx, "%s.pdf", item->code),
				demo_paper(d, text_of(d->cx, "%s（演示材料）", item->label)),
				&ignored));
	}
	return 0;
}

static int put_scopes(struct demo *d, struct demo_body *b)
{
	for (size_t i = 0; i < b->n_scopes; i++) {
		const struct demo_scope *s = &b->scopes[i];
		TRY(filing_scope_put(d->cx, b->filing_id, s->occupation_id, 0,
			s->special_project_id, s->grades));
	}
	return 0;
}

int demo_filing_draft(struct demo *d, struct demo_body *b, const char *kind)
{
	bool is_change = streq(kind, "change"), is_end = streq(kind, "withdrawal");
	const char *note = is_end ? "因经营方向调整，申请注销备案" : "";
	const char *change = is_change ? text_of(d->cx, "contact=%s\nphone=%s", demo_name(d, false),
		b->phone) : "";
	demo_act(d, &b->manager);
	TRY(filing_create(d->cx, b->id, kind, note, change, &b->filing_id));
	if (!is_change && !is_end)
		TRY(put_scopes(d, b));
	return attach(d, b, streq(kind, "initial") || streq(kind, "renewal"));
}

static int move(struct demo *d, const struct demo_body *b, const struct actor *who,
	const char *action, const char *why)
{
	demo_act(d, who);
	return flow_run(d->cx, &filing_flow, 0, b->filing_id, action, why, NULL);
}

static int check(struct demo *d, const struct demo_body *b, const struct actor *who,
	const char *item, const char *verdict, const char *note)
{
	demo_act(d, who);
	return filing_check_put(d->cx, b->filing_id, item, verdict, note);
}

#define MEND "专职人员社会保险缴费证明不全，请补充近三个月的缴费凭证"

/* The formal check; some papers go back once. */
static int formal(struct demo *d, struct demo_task *t, const struct demo_office *o)
{
	struct demo_body *b = t->body;
	bool ends_here = streq(t->stop, "returned") || streq(t->stop, "withdrawn");
	if (ends_here || (streq(t->kind, "initial") && chance_is(&d->chance, 25))) {
		TRY(check(d, b, &o->clerk, "staff", "mend", MEND));
		TRY(move(d, b, &o->clerk, "return", MEND));
		demo_wait(d, 3 * HOUR);
		if (streq(t->stop, "returned"))
			return 0;
		if (streq(t->stop, "withdrawn"))
			return move(d, b, &b->manager, "withdraw", "材料短期内无法补齐");
		TRY(move(d, b, &b->manager, "submit", "已补充缴费凭证"));
		demo_wait(d, 20 * HOUR);
	}
	TRY(check(d, b, &o->clerk, "application", "good", ""));
	TRY(check(d, b, &o->clerk, "staff", "good", ""));
	return move(d, b, &o->clerk, "accept", "");
}

static int site(struct demo *d, struct demo_body *b, const struct demo_office *o)
{
	TRY(check(d, b, &o->clerk, "equipment", "good", "场地面积、工位数量与申报一致"));
	return move(d, b, &o->clerk, "site_pass", "");
}

static int expert(struct demo *d, struct demo_task *t, const struct demo_office *o)
{
	struct demo_body *b = t->body;
	if (streq(t->stop, "refused")) {
		TRY(check(d, b, &o->clerk, "plan", "bad", "题库来源不明，考评人员不具备相应资格"));
		return move(d, b, &o->head, "refuse",
			"专家评审未通过：题库来源不明，考评人员不具备相应资格");
	}
	TRY(check(d, b, &o->clerk, "plan", "good", "三名专家评审，平均得分86分"));
	return move(d, b, &o->clerk, "expert_pass", "");
}

static bool is_short(const struct demo_task *t)
{
	return streq(t->kind, "change") || streq(t->kind, "withdrawal");
}

/* The state after each step. */
static const char *after(const struct demo_task *t)
{
	static const char *const states[] = {"submitted", "accepted", "site", "reviewed",
		"publicity", "filed"};
	return is_short(t) && t->step == 2 ? "filed" : states[t->step];
}

static int step(struct demo *d, struct demo_task *t)
{
	struct demo_body *b = t->body;
	const struct demo_office *o = demo_office_of(d, b->region);
	switch (t->step) {
	case 0:
		return move(d, b, &b->manager, "submit", "");
	case 1:
		return formal(d, t, o);
	case 2:
		return is_short(t) ? move(d, b, &o->head, "file", "") : site(d, b, o);
	case 3:
		return expert(d, t, o);
	case 4:
		return move(d, b, &o->head, "publish", "");
	default:
		return move(d, b, &o->head, "file", "公示期内未收到异议");
	}
}

static void later(struct demo *d, struct demo_body *b);

static bool ends(const struct demo_task *t)
{
	if (streq(after(t), "filed"))
		return true;
	if (t->step == 1 && (streq(t->stop, "returned") || streq(t->stop, "withdrawn")))
		return true;
	return streq(after(t), t->stop) || (t->step == 3 && streq(t->stop, "refused"));
}

int demo_filing_task(struct demo *d, struct demo_task *t)
{
	static const int working_days[] = {3, 6, 5, 2, 6, 0};
	TRY(step(d, t));
	if (ends(t)) {
		if (streq(after(t), "filed") && streq(t->kind, "initial"))
			later(d, t->body);
		return 0;
	}
	t->due_at = demo_office_hour(d,
		workday_add(d->cx, civil_day_at(d->now), working_days[t->step]), 10);
	t->step++;
	return 0;
}

/* ---- what becomes of a filed body ---- */

static int sanction(struct demo *d, struct demo_task *t)
{
	static const char *const rows[][3] = {
		{"rectifying", "rectify", "监督检查发现考场监控录像保存不全，责令限期整改"},
		{"suspended", "suspend", "抽查发现部分考生工作年限证明不实，暂停评价并调查"},
		{"removed", "remove", "伪造考评记录，取消备案"},
	};
	const struct demo_office *o = demo_office_of(d, t->body->region);
	demo_act(d, &o->head);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (streq(t->body->fate, rows[i][0]))
			return flow_run(d->cx, &body_flow, 0, t->body->id, rows[i][1], rows[i][2],
				NULL);
	return 0;
}

static int second_filing(struct demo *d, struct demo_task *t)
{
	struct str rest = str_of(t->body->later);
	const char *kind = arena_str(d->keep, str_cut(&rest, ':')),
		*stop = arena_str(d->keep, rest);
	TRY(demo_filing_draft(d, t->body, kind));
	if (streq(stop, "draft"))
		return 0;
	struct demo_task *next = demo_task_add(d, demo_office_hour(d, civil_day_at(d->now) + 2, 14),
		demo_filing_task);
	next->body = t->body;
	next->kind = kind;
	next->stop = stop;
	return 0;
}

static void later(struct demo *d, struct demo_body *b)
{
	int64_t end = civil_day_at(d->until);
	if (!streq(b->fate, "filed"))
		demo_task_add(d, civil_midnight(end - 18) + 15 * HOUR, sanction)->body = b;
	if (*b->later)
		demo_task_add(d, civil_midnight(end - 45) + 11 * HOUR, second_filing)->body = b;
}
