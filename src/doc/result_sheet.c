#include "doc/result_sheet.h"

#include <inttypes.h>

#include "base/civil.h"
#include "doc/batch_facts.h"
#include "doc/paper_list.h"
#include "query/result.h"

struct sheet {
	struct ctx *cx;
	const struct q_batch_find *batch;
	struct q_results_of_version_rows rows;
	const char *name, *notice;
	int64_t version;
};

static const char *or_dash(const char *mark)
{
	return *mark ? mark : "—";
}

static json_t *rows_of(const struct sheet *s, size_t from)
{
	json_t *rows = json_array();
	for (size_t i = from; i < s->rows.n && i < from + PAPER_ROWS; i++) {
		const struct q_results_of_version *row = &s->rows.at[i];
		bool ok = streq(row->outcome, "passed");
		json_array_append_new(rows, json_pack(
			"{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "no", (json_int_t)row->seq,
			"name", row->name, "id_number", row->idno_mask, "ticket", row->ticket_no,
			"theory", or_dash(row->theory), "skill", or_dash(row->skill), "review",
			or_dash(row->review), "result", ok ? "合格" : "不合格", "is_bad", !ok));
	}
	return rows;
}

static const char *footer_of(const struct sheet *s)
{
	size_t passed = 0;
	for (size_t i = 0; i < s->rows.n; i++)
		passed += streq(s->rows.at[i].outcome, "passed");
	return text_of(s->cx, "本表共%zu人，合格%zu人　第%" PRId64 "版", s->rows.n, passed,
		s->version);
}

static int put_page(struct paper *paper, const void *list, size_t page, size_t pages)
{
	const struct sheet *s = list;
	json_t *view = json_pack("{s:s, s:s, s:o, s:o, s:s, s:s, s:I, s:I}", "title",
		text_of(s->cx, "%s%s", batch_kind_text(s->batch), s->name), "subtitle",
		s->batch->body_name, "facts", batch_facts(s->cx, s->batch), "rows",
		rows_of(s, page * PAPER_ROWS), "notice", s->notice, "footer", footer_of(s), "page",
		(json_int_t)page + 1, "pages", (json_int_t)pages);
	int r = paper_page(paper, "scores", view);
	json_decref(view);
	return r;
}

static int make(struct sheet *s, struct str *ret_pdf)
{
	if (!s->version)
		return fail(s->cx, ERR_STATE, "result.not_frozen");
	int r = q_results_of_version(s->cx->db, &s->rows, .batch_id = s->batch->id,
		.result_version = s->version);
	return r < 0 ? ctx_pass(s->cx, r) : paper_list(s->cx, s->name, s->rows.n, put_page, s,
		ret_pdf);
}

int result_notice_pdf(struct ctx *cx, const struct q_batch_find *batch, int64_t version,
	struct str *ret_pdf)
{
	struct sheet s = {.cx = cx, .batch = batch, .version = version, .name = "成绩公示表"};
	s.notice = text_of(cx, "公示期：%s至%s。对成绩有异议的，请在公示期内向本机构提出，联系人%s"
		"，电话%s。", civil_day_text_zh(cx->arena, batch->publicity_from_on),
		civil_day_text_zh(cx->arena, batch->publicity_to_on), batch->contact, batch->phone);
	return make(&s, ret_pdf);
}

int result_summary_pdf(struct ctx *cx, const struct q_batch_find *batch, int64_t version,
	struct str *ret_pdf)
{
	struct sheet s = {.cx = cx, .batch = batch, .version = version, .name = "评价结果汇总表",
		.notice = "负责人：＿＿＿＿＿＿　　复核：＿＿＿＿＿＿　　制表：＿＿＿＿＿＿　　　　"
			"年　　月　　日"};
	return make(&s, ret_pdf);
}
