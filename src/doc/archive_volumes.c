/* The five volumes: what the records of this system hold of each. */
#include <inttypes.h>

#include "base/civil.h"
#include "doc/archive_impl.h"
#include "doc/mark_sheet.h"
#include "doc/result_sheet.h"
#include "doc/room_paper.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/enrolment.h"
#include "domain/evaluation/result.h"
#include "domain/standard/grade.h"
#include "query/archive.h"
#include "query/arrange.h"
#include "query/result.h"

enum { TEXT_MAX = 64 * 1024 * 1024, SHEETS_MAX = 60 };

static const char *label_of(const struct flow *f, const char *state)
{
	const struct flow_state *s = *state ? flow_state(f, state) : NULL;
	return s ? s->label : "";
}

/* ---- 1 ---- */

static const char *verdict_text(const char *verdict)
{
	if (streq(verdict, "met"))
		return "符合";
	return streq(verdict, "not_met") ? "不符合" : "待定";
}

static int enrolments(struct package *p)
{
	struct q_archive_enrolments_rows rows;
	struct book t;
	int r = q_archive_enrolments(p->cx->db, &rows, .batch_id = p->batch.id);
	if (r < 0)
		return ctx_pass(p->cx, r);
	r = book_begin(p, 0, "报名与资格审核汇总表",
		"序号|姓名|证件号码|工作单位|来源|状态|申报条件|审核结论|"
		"审核说明|规则|规则版本|审核时间|同意处理个人信息时间|准考证号|报名时间", &t);
	if (r < 0)
		return r;
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_archive_enrolments *e = &rows.at[i];
		book_int(&t, e->seq);
		book_text(&t, e->name);
		book_text(&t, e->idno_mask);
		book_text(&t, e->unit);
		book_text(&t, streq(e->source, "roster") ? "名册" : "本人");
		book_text(&t, label_of(&enrolment_flow, e->state));
		book_text(&t, e->clause);
		book_text(&t, verdict_text(e->verdict));
		book_text(&t, e->verdict_text);
		book_text(&t, e->ruleset);
		book_text(&t, e->ruleset_version);
		book_time(&t, e->judged_at);
		book_time(&t, e->consent_at);
		book_text(&t, e->ticket_no);
		book_time(&t, e->created_at);
		book_next(&t);
	}
	return book_end(&t);
}

static int enrolment_events(struct package *p)
{
	struct q_archive_enrolment_events_rows rows;
	struct book t;
	int r = q_archive_enrolment_events(p->cx->db, &rows, .batch_id = p->batch.id);
	if (r < 0)
		return ctx_pass(p->cx, r);
	r = book_begin(p, 0, "报名审核办理记录",
		"序号|姓名|时间|经办人|角色|操作|原状态|新状态|理由", &t);
	if (r < 0)
		return r;
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_archive_enrolment_events *e = &rows.at[i];
		enum role role = role_of(e->role);
		book_int(&t, e->seq);
		book_text(&t, e->name);
		book_time(&t, e->at);
		book_text(&t, e->actor_name);
		book_text(&t, role == ROLE_COUNT ? "" : role_label(role));
		book_text(&t, e->action);
		book_text(&t, label_of(&enrolment_flow, e->from_state));
		book_text(&t, label_of(&enrolment_flow, e->to_state));
		book_text(&t, e->reason);
		book_next(&t);
	}
	return book_end(&t);
}

static int photos(struct package *p)
{
	struct q_archive_photos_rows rows;
	struct book t;
	int r = q_archive_photos(p->cx->db, &rows, .batch_id = p->batch.id);
	if (r < 0)
		return ctx_pass(p->cx, r);
	if ((r = book_begin(p, 0, "照片清单", "序号|姓名|文件|字节数|SHA-256", &t)) < 0)
		return r;
	for (size_t i = 0; i < rows.n; i++) {
		book_int(&t, rows.at[i].seq);
		book_text(&t, rows.at[i].person_name);
		book_text(&t, rows.at[i].name);
		book_int(&t, rows.at[i].size);
		book_text(&t, rows.at[i].sha256);
		book_next(&t);
	}
	return book_end(&t);
}

int volume_enrolment(struct package *p)
{
	int r = enrolments(p);
	if (r < 0 || (r = enrolment_events(p)) < 0)
		return r;
	return photos(p);
}

/* ---- 2 ---- */

static void pair(struct book *t, const char *label, const char *text)
{
	book_text(t, label);
	book_text(t, text);
	book_next(t);
}

static int plan(struct package *p)
{
	const struct q_batch_find *b = &p->batch;
	struct ctx *cx = p->cx;
	struct book t;
	int r = book_begin(p, 1, "计划申报表", "项目|内容", &t);
	if (r < 0)
		return r;
	pair(&t, "批次编号", b->batch_no);
	pair(&t, "批次名称", b->title);
	pair(&t, "评价机构", b->body_name);
	pair(&t, "机构编码", b->body_code);
	pair(&t, "职业", b->occupation_name);
	pair(&t, "职业编码", b->occupation_code);
	pair(&t, "工种", b->work_type_name);
	pair(&t, "专项能力项目", b->project_name);
	pair(&t, "等级", b->grade ? grade_label(b->grade) : "");
	pair(&t, "申报条件", text_of(cx, "%s %s", b->ruleset, b->ruleset_version));
	pair(&t, "报名时间", text_of(cx, "%s 至 %s", civil_day_text(cx->arena, b->enrol_from_on),
		civil_day_text(cx->arena, b->enrol_to_on)));
	pair(&t, "考试时间", text_of(cx, "%s 至 %s", civil_time_text(cx->arena, b->first_at),
		civil_time_text(cx->arena, b->last_at)));
	pair(&t, "计划人数", text_of(cx, "%" PRId64, b->quota));
	pair(&t, "收费标准（元）", text_of(cx, "%" PRId64 ".%02" PRId64, b->fee_fen / 100,
		b->fee_fen % 100));
	pair(&t, "联系人", b->contact);
	pair(&t, "联系电话", b->phone);
	pair(&t, "公告", b->notice);
	return book_end(&t);
}

static const char *duty_text(const char *duty)
{
	static const char *const names[][2] = {{"proctor", "监考员"}, {"examiner", "考评员"},
		{"leader", "考评组长"}, {"supervisor", "督导员"}};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (streq(names[i][0], duty))
			return names[i][1];
	return duty;
}

static void room_rows(struct book *t, const struct q_batch_rooms *room,
	const struct q_batch_staff_rows *staff)
{
	for (size_t i = 0; i < staff->n; i++) {
		const struct q_batch_staff *s = &staff->at[i];
		if (s->batch_room_id != room->id)
			continue;
		book_text(t, part_label(room->part));
		book_text(t, room->venue_name);
		book_text(t, room->address);
		book_text(t, room->room_name);
		book_time(t, room->starts_at);
		book_time(t, room->ends_at);
		book_int(t, room->capacity);
		book_text(t, duty_text(s->duty));
		book_text(t, s->name);
		book_text(t, s->employer);
		book_next(t);
	}
}

static int sittings(struct package *p)
{
	struct q_batch_rooms_rows rooms;
	struct q_batch_staff_rows staff;
	struct book t;
	int r = q_batch_rooms(p->cx->db, &rooms, .batch_id = p->batch.id);
	if (r >= 0)
		r = q_batch_staff(p->cx->db, &staff, .batch_id = p->batch.id);
	if (r < 0)
		return ctx_pass(p->cx, r);
	r = book_begin(p, 1, "考务实施方案",
		"科目|考点|地址|考场|开始|结束|容量|职责|姓名|工作单位", &t);
	if (r < 0)
		return r;
	for (size_t i = 0; i < rooms.n; i++)
		room_rows(&t, &rooms.at[i], &staff);
	return book_end(&t);
}

static int events(struct package *p, int volume, const char *label)
{
	struct flow_event *e;
	size_t n;
	struct book t;
	int r = flow_events(p->cx, &batch_flow, 0, p->batch.id, &e, &n);
	if (r < 0)
		return r;
	if ((r = book_begin(p, volume, label, "时间|经办人|角色|操作|原状态|新状态|理由", &t)) < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		enum role role = role_of(e[i].role);
		book_time(&t, e[i].at);
		book_text(&t, e[i].actor_name);
		book_text(&t, role == ROLE_COUNT ? "" : role_label(role));
		book_text(&t, e[i].label);
		book_text(&t, label_of(&batch_flow, e[i].from_state));
		book_text(&t, label_of(&batch_flow, e[i].to_state));
		book_text(&t, e[i].reason);
		book_next(&t);
	}
	return book_end(&t);
}

int volume_filing(struct package *p)
{
	int r = plan(p);
	if (r < 0 || (r = sittings(p)) < 0)
		return r;
	return events(p, 1, "批次办理记录");
}

/* ---- 3 ---- */

static int sign_in(struct package *p)
{
	struct ctx *cx = p->cx;
	struct q_batch_rooms_rows slots;
	struct str pdf;
	size_t n = 0;
	int r = q_batch_rooms(cx->db, &slots, .batch_id = p->batch.id);
	if (r < 0)
		return ctx_pass(cx, r);
	struct room_paper *rooms = arena_array(cx->arena, struct room_paper, slots.n + 1);
	for (size_t i = 0; i < slots.n; i++) {
		struct q_seats_of_slot_rows *seats = arena_make(cx->arena,
			struct q_seats_of_slot_rows);
		r = q_seats_of_slot(cx->db, seats, .batch_room_id = slots.at[i].id,
			.scope = scope_all());
		if (r < 0)
			return ctx_pass(cx, r);
		if (seats->n)
			rooms[n++] = (struct room_paper){&slots.at[i], seats};
	}
	if (!n)
		return 0;
	if ((r = room_paper(cx, PAPER_SIGNIN, &p->batch, rooms, n, &pdf)) < 0)
		return r;
	return package_put(p, 2, "考生签到表", ".pdf", pdf, text_of(cx, "%zu场", n));
}

static int seats(struct package *p)
{
	struct q_archive_seats_rows rows;
	struct book t;
	int r = q_archive_seats(p->cx->db, &rows, .batch_id = p->batch.id);
	if (r < 0)
		return ctx_pass(p->cx, r);
	r = book_begin(p, 2, "考场编排表",
		"科目|序号|姓名|准考证号|考点|考场|座位|开始|考试类别|成绩|成绩说明", &t);
	if (r < 0)
		return r;
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_archive_seats *s = &rows.at[i];
		book_text(&t, part_label(s->part));
		book_int(&t, s->seq);
		book_text(&t, s->name);
		book_text(&t, s->ticket_no);
		book_text(&t, s->venue_name);
		book_text(&t, s->room_name);
		book_int(&t, s->seat);
		book_time(&t, s->starts_at);
		book_text(&t, streq(s->attempt, "kept") ? "保留成绩" :
			streq(s->attempt, "resit") ? "补考" : "新考");
		book_text(&t, archive_mark_text(p->cx, s->part_state, s->score_centi));
		book_text(&t, s->explained);
		book_next(&t);
	}
	book_text(&t, text_of(p->cx, "编排种子 %s", p->batch.seed));
	book_next(&t);
	book_text(&t, text_of(p->cx, "编排摘要（SM3） %s", p->batch.arranged_hash));
	book_next(&t);
	return book_end(&t);
}

int volume_process(struct package *p)
{
	int r = sign_in(p);
	return r < 0 ? r : seats(p);
}

/* ---- 4 ---- */

static int result_texts(struct package *p)
{
	for (int64_t v = 1; v <= p->batch.result_version; v++) {
		auto_buf text;
		buf_init(&text, TEXT_MAX);
		int r = result_canonical(p->cx, p->batch.id, v, &text);
		if (r < 0)
			return r;
		struct str bytes = buf_view(&text);
		bytes.p = arena_copy(p->cx->arena, bytes.p, bytes.n);
		r = package_put(p, 3, text_of(p->cx, "成绩表原文-第%d版", (int)v), ".txt", bytes,
			v == p->batch.result_version ? "现行版" : "原版");
		if (r < 0)
			return r;
	}
	return 0;
}

static int versions(struct package *p)
{
	struct q_result_lists_of_rows lists;
	struct book t;
	int r = q_result_lists_of(p->cx->db, &lists, .batch_id = p->batch.id);
	if (r < 0)
		return ctx_pass(p->cx, r);
	r = book_begin(p, 3, "成绩表摘要", "版本|冻结时间|人数|理由|摘要（SM3）", &t);
	if (r < 0)
		return r;
	for (size_t i = 0; i < lists.n; i++) {
		book_int(&t, lists.at[i].result_version);
		book_time(&t, lists.at[i].frozen_at);
		book_int(&t, lists.at[i].n_rows);
		book_text(&t, lists.at[i].reason);
		book_text(&t, lists.at[i].list_hash);
		book_next(&t);
	}
	return book_end(&t);
}

static int marks(struct package *p)
{
	struct q_archive_marks_rows rows;
	struct book t;
	int r = q_archive_marks(p->cx->db, &rows, .batch_id = p->batch.id);
	if (r < 0)
		return ctx_pass(p->cx, r);
	r = book_begin(p, 3, "评分记录",
		"科目|序号|姓名|轮次|评分人|成绩|记事|录入时间|签字时间|签字", &t);
	if (r < 0)
		return r;
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_archive_marks *m = &rows.at[i];
		book_text(&t, part_label(m->part));
		book_int(&t, m->seq);
		book_text(&t, m->name);
		book_text(&t, m->round == 3 ? "核定" : m->round == 2 ? "第二次录入" :
			m->round == 1 ? "第一次录入" : "");
		book_text(&t, m->marker_name);
		book_text(&t, archive_mark_text(p->cx, m->flag, m->score_centi));
		book_text(&t, m->note);
		book_time(&t, m->entered_at);
		book_time(&t, m->signed_at);
		book_text(&t, m->signature);
		book_next(&t);
	}
	return book_end(&t);
}

static int examiner_sheets(struct package *p)
{
	struct q_archive_examiners_rows rows;
	int r = q_archive_examiners(p->cx->db, &rows, .batch_id = p->batch.id);
	if (r < 0)
		return ctx_pass(p->cx, r);
	for (size_t i = 0; i < rows.n && i < SHEETS_MAX; i++) {
		const struct q_archive_examiners *e = &rows.at[i];
		struct str pdf;
		r = mark_sheet_pdf(p->cx, e->batch_room_id, e->account_id, e->name, &pdf);
		if (r < 0)
			return r;
		r = package_put(p, 3, text_of(p->cx, "%s评分表-%zu-%s", part_short(e->part), i + 1,
			e->name), ".pdf", pdf, "1份");
		if (r < 0)
			return r;
	}
	return 0;
}

static int disputes(struct package *p)
{
	struct q_result_changes_of_batch_rows changes;
	struct q_objections_of_batch_rows objections;
	struct book t;
	int r = q_result_changes_of_batch(p->cx->db, &changes, .batch_id = p->batch.id,
		.scope = scope_all());
	if (r >= 0)
		r = q_objections_of_batch(p->cx->db, &objections, .batch_id = p->batch.id,
			.scope = scope_all());
	if (r < 0)
		return ctx_pass(p->cx, r);
	r = book_begin(p, 3, "成绩更改与异议记录", "类别|时间|姓名|内容|结果|答复或理由", &t);
	if (r < 0)
		return r;
	for (size_t i = 0; i < changes.n; i++) {
		const struct q_result_changes_of_batch *c = &changes.at[i];
		book_text(&t, "成绩更改");
		book_time(&t, c->created_at);
		book_text(&t, c->name);
		book_text(&t, text_of(p->cx, "%s %s 改为 %s", part_short(c->part),
			archive_mark_text(p->cx, c->old_state, c->old_centi),
			archive_mark_text(p->cx, c->new_state, c->new_centi)));
		book_text(&t, label_of(&result_change_flow, c->state));
		book_text(&t, c->reason);
		book_next(&t);
	}
	for (size_t i = 0; i < objections.n; i++) {
		const struct q_objections_of_batch *o = &objections.at[i];
		book_text(&t, "异议");
		book_time(&t, o->created_at);
		book_text(&t, o->name);
		book_text(&t, o->text);
		book_text(&t, label_of(&objection_flow, o->state));
		book_text(&t, o->answer);
		book_next(&t);
	}
	return book_end(&t);
}

int volume_result(struct package *p)
{
	struct str pdf;
	int r = result_summary_pdf(p->cx, &p->batch, p->batch.result_version, &pdf);
	if (r < 0 || (r = package_put(p, 3, "评价结果汇总表", ".pdf", pdf, "1份")) < 0)
		return r;
	if ((r = result_texts(p)) < 0 || (r = versions(p)) < 0 || (r = marks(p)) < 0 ||
		(r = examiner_sheets(p)) < 0)
		return r;
	return disputes(p);
}

/* ---- 5 ---- */

int volume_certificate(struct package *p)
{
	struct q_archive_certificates_rows rows;
	struct book t;
	int r = q_archive_certificates(p->cx->db, &rows, .batch_id = p->batch.id);
	if (r < 0)
		return ctx_pass(p->cx, r);
	if ((r = events(p, 4, "数据审核确认记录")) < 0)
		return r;
	r = book_begin(p, 4, "证书发放记录",
		"证书编号|姓名|证件号码|职业|工种|等级|发证日期|状态|补发次数|签收", &t);
	if (r < 0)
		return r;
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_archive_certificates *c = &rows.at[i];
		book_text(&t, c->number);
		book_text(&t, c->name);
		book_text(&t, c->idno_mask);
		book_text(&t, c->occupation_name);
		book_text(&t, c->work_type_name);
		book_text(&t, c->grade ? grade_label(c->grade) : "");
		book_text(&t, civil_day_text(p->cx->arena, c->issued_on));
		book_text(&t, streq(c->state, "valid") ? "有效" :
			streq(c->state, "suspended") ? "暂停" : "已撤销");
		book_int(&t, c->reissued);
		book_text(&t, "");
		book_next(&t);
	}
	return book_end(&t);
}
