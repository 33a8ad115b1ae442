/* Answers of a look-up, read back from its file: matched by number, in the package they are for. */
#include <string.h>

#include "base/name.h"
#include "domain/certificate/handover_impl.h"

static bool is_among(const struct layout_words *words, const char *text)
{
	for (size_t i = 0; words->at[i]; i++)
		if (streq(words->at[i], text))
			return true;
	return false;
}

static const char *value(const char *const *values, int place)
{
	return values[place] ? values[place] : "";
}

/* The record that an answer is for, among those about a number; why it cannot be matched. */
static const struct q_handover_numbered *match(struct ctx *cx, const struct handover_answering *a,
	const struct q_handover_numbered_rows *rows, const char *person, const char **ret_why)
{
	const struct q_handover_numbered *mine = NULL;
	*ret_why = "这个编号没有上报过，请核对文件是否来自别处";
	for (size_t i = 0; i < rows->n && !mine; i++) {
		if (rows->at[i].package_id == a->package.id)
			mine = &rows->at[i];
		else
			*ret_why = "这个编号不在这个上报包里，请在它所在的包里读入答复";
	}
	if (mine && *person && !name_same(str_of(person), str_of(mine->name))) {
		*ret_why = text_of(cx, "姓名与上报的不一致：答复为“%s”", person);
		return NULL;
	}
	return mine;
}

struct outcome {
	const char *action, *reason; /* accept, refuse; NULL: neither */
};

static struct outcome outcome_of(const struct handover_answering *a, const char *const *values)
{
	const char *result = value(values, ANSWER_RESULT), *reason = value(values, ANSWER_REASON);
	if (is_among(&a->layout->accepted, result))
		return (struct outcome){"accept", ""};
	if (is_among(&a->layout->refused, result))
		return (struct outcome){"refuse", is_blank(reason) ? "对方未写明原因" : reason};
	return (struct outcome){0};
}

/* In words; *ret_code is good, same or bad. */
static const char *verdict(struct ctx *cx, const struct outcome *o,
	const struct q_handover_numbered *h, const char **ret_code)
{
	const char *to = o->action && streq(o->action, "accept") ? "accepted" : "refused";
	if (!o->action)
		return "看不懂处理结果，请核对是不是该格式约定的用词";
	if (streq(h->state, to)) {
		*ret_code = "same";
		return "已经是这个结果，不变";
	}
	if (!streq(h->state, "sent"))
		return text_of(cx, "这条记录现为“%s”，不在等待答复",
			flow_state(&handover_flow, h->state)->label);
	*ret_code = "good";
	return streq(to, "accepted") ? "将记为已入库" : text_of(cx, "将记为被退回：%s", o->reason);
}

static int find(struct ctx *cx, const struct handover_answering *a, const char *const *values,
	const struct q_handover_numbered **ret_record, const char **ret_why)
{
	struct q_handover_numbered_rows rows;
	int r = q_handover_numbered(cx->db, &rows, .number = value(values, ANSWER_NUMBER),
		.target = a->package.target);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_record = match(cx, a, &rows, value(values, ANSWER_PERSON), ret_why);
	return 0;
}

static int judge(struct import_run *run, void *arg, const struct import_line *line,
	struct sheet_verdict *ret_verdict)
{
	struct ctx *cx = run->cx;
	const struct handover_answering *a = arg;
	const char *const *values = (const char *const *)line->values;
	const struct q_handover_numbered *record;
	*ret_verdict = (struct sheet_verdict){.code = "bad", .text = "没有证书编号",
		.name = value(values, ANSWER_PERSON), .number = value(values, ANSWER_NUMBER)};
	if (is_blank(ret_verdict->number))
		return 0;
	int64_t before = import_met_before(run, ret_verdict->number, line->row_no);
	if (before) {
		ret_verdict->text = text_of(cx, "与第 %d 行是同一个编号", (int)before);
		return 0;
	}
	int r = find(cx, a, values, &record, &ret_verdict->text);
	if (r < 0 || !record)
		return r;
	struct outcome o = outcome_of(a, values);
	ret_verdict->name = record->name;
	ret_verdict->text = verdict(cx, &o, record, &ret_verdict->code);
	return 0;
}

static int save(struct ctx *cx, void *arg, const char *const *values)
{
	const struct handover_answering *a = arg;
	const struct q_handover_numbered *record;
	struct outcome o = outcome_of(a, values);
	const char *why;
	int r = find(cx, a, values, &record, &why);
	if (r < 0)
		return r;
	if (!record || !o.action)
		return fail(cx, ERR_INVALID, "handover.answer_wrong", why);
	return flow_run(cx, &handover_flow, record->person_id, record->id, o.action, o.reason,
		NULL);
}

static const char *const labels[] = {"可以记入", "结果已有", "对不上", "已记入"};

const struct sheet_room handover_answers = {.import_kind = "answer",
	.judge_job = "answer.judge", .save_job = "answer.save", .empty = "handover.answer_empty",
	.not_found = "handover.no_answer", .columns = ANSWER_COLUMNS, .labels = labels,
	.judge = judge, .save = save};

int handover_answer_upload(struct ctx *cx, int64_t package_id, const char *filename,
	struct str bytes, bool with_job, int64_t *ret_id)
{
	struct q_handover_package_find p;
	int r = ctx_need(cx, PERM_HANDOVER_EDIT);
	if (r < 0 || (r = handover_package_get(cx, package_id, &p)) < 0)
		return r;
	if (!streq(p.state, "sent") && !streq(p.state, "answered"))
		return fail(cx, ERR_STATE, "handover.not_sent");
	struct sheet_upload in = {.subject_id = package_id, .body_id = p.body_id,
		.region = p.region, .filename = filename, .bytes = bytes};
	return sheet_import_upload(cx, &handover_answers, &in, with_job, ret_id);
}

int handover_answer_confirm(struct ctx *cx, int64_t import_id, int64_t *ret_job_id)
{
	int r = ctx_need(cx, PERM_HANDOVER_EDIT);
	return r < 0 ? r : sheet_import_confirm(cx, &handover_answers, import_id, ret_job_id);
}

int handover_answer_act(struct ctx *cx, int64_t import_id, const char *act)
{
	int r = ctx_need(cx, PERM_HANDOVER_EDIT);
	return r < 0 ? r : sheet_import_act(cx, &handover_answers, import_id, act);
}

static int import_of(struct ctx *cx, int64_t id, struct q_sheet_import_find *ret_import)
{
	int r = q_sheet_import_find(cx->db, ret_import, .id = id,
		.import_kind = handover_answers.import_kind, .scope = scope_all());
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int handover_answer_of(struct ctx *cx, const struct q_sheet_import_find *import,
	struct handover_answering *ret_about)
{
	int r = handover_package_any(cx, import->subject_id, &ret_about->package);
	return r < 0 ? r : handover_layout_at(cx, ret_about->package.layout,
		ret_about->package.layout_version, &ret_about->layout);
}

int handover_answer_judge(struct ctx *cx, int64_t import_id, sheet_read_fn *read,
	struct job *job)
{
	struct handover_answering a;
	struct q_sheet_import_find import;
	int r = import_of(cx, import_id, &import);
	if (r < 0 || (r = handover_answer_of(cx, &import, &a)) < 0)
		return r;
	return sheet_import_judge(cx, &handover_answers, import_id, read, job, &a);
}

/* How the package stands now; answered when no record of it waits any more. */
static int recount(struct ctx *cx, const struct q_handover_package_find *p)
{
	struct q_handover_counts_rows rows;
	int64_t accepted = 0, refused = 0, open = 0;
	int r = q_handover_counts(cx->db, &rows, .package_id = p->id);
	for (size_t i = 0; r >= 0 && i < rows.n; i++) {
		const char *state = rows.at[i].state;
		*(streq(state, "accepted") ? &accepted : streq(state, "refused") ? &refused
			: &open) += rows.at[i].n;
	}
	if (r >= 0)
		r = q_handover_package_set_answers(cx->db, .id = p->id, .n_accepted = accepted,
			.n_refused = refused);
	if (r < 0)
		return ctx_pass(cx, r);
	return open || !streq(p->state, "sent") ? 0
		: handover_package_step(cx, p->id, "answer");
}

int handover_answer_save(struct ctx *cx, int64_t import_id, struct job *job)
{
	struct handover_answering a;
	struct q_sheet_import_find import;
	struct actor actor = cx->actor;
	int r = import_of(cx, import_id, &import);
	if (r < 0 || (r = handover_answer_of(cx, &import, &a)) < 0)
		return r;
	handover_act_for(cx, import.created_by, import.actor_name);
	r = sheet_import_save(cx, &handover_answers, import_id, job, &a);
	if (r == 0)
		r = recount(cx, &a.package);
	cx->actor = actor;
	return r;
}
