#include "web/page/mark_cells.h"

#include <inttypes.h>

#include "core/message.h"
#include "web/exchange.h"

struct cell {
	bool given;
	enum mark_flag flag;
	int64_t centi;
	const char *note;
};

static const char *name_of(struct req *rq, const char *prefix, int64_t id)
{
	return text_of(rq->cx, "%s_%" PRId64, prefix, id);
}

static bool was_typed(struct req *rq, const char *name)
{
	const struct values *v = &rq->ex->values;
	for (size_t i = 0; i < v->n; i++)
		if (streq(v->at[i].name, name))
			return true;
	return false;
}

static const char *typed(struct req *rq, const char *prefix, int64_t id)
{
	const char *text = values_text(rq->cx->arena, &rq->ex->values, name_of(rq, prefix, id));
	return arena_str(rq->cx->arena, str_trim(str_of(text)));
}

static const char *error_of(struct req *rq, const char *name)
{
	const struct problem *p = rq->ex->retry.problem;
	for (int i = 0; p && i < p->n_fields; i++)
		if (streq(p->fields[i].field, name))
			return field_problem_text(rq->cx, &p->fields[i]);
	return "";
}

bool mark_flag_of(const char *text, enum mark_flag *ret_flag)
{
	static const struct {
		const char *text;
		enum mark_flag flag;
	} words[] = {{"缺", MARK_ABSENT}, {"缺考", MARK_ABSENT}, {"absent", MARK_ABSENT},
		{"违", MARK_VOID}, {"违纪", MARK_VOID}, {"void", MARK_VOID}};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (streq(words[i].text, text)) {
			*ret_flag = words[i].flag;
			return true;
		}
	return false;
}

const char *mark_text(struct ctx *cx, const char *flag, int64_t centi)
{
	if (streq(flag, "absent"))
		return "缺考";
	if (streq(flag, "void"))
		return "违纪";
	if (!*flag)
		return "";
	if (centi % 100 == 0)
		return text_of(cx, "%" PRId64, centi / 100);
	if (centi % 10 == 0)
		return text_of(cx, "%" PRId64 ".%" PRId64, centi / 100, centi / 10 % 10);
	return text_of(cx, "%" PRId64 ".%02" PRId64, centi / 100, centi % 100);
}

static int read_score(struct req *rq, const char *name, const char *who, const char *text,
	int64_t *ret_centi)
{
	const struct field fields[] = {{name, FIELD_SCORE, text_of(rq->cx, "%s的成绩", who)}, {0}};
	const struct raw_value raw = {.name = name, .text = str_of(text)};
	struct input *in;
	int r = field_parse(rq->cx, fields, &raw, 1, &in);
	if (r == 0)
		*ret_centi = in_int(in, name);
	return r;
}

/* A button that says absent or void outweighs a number left beside it. */
static int read_cell(struct req *rq, const struct q_mark_sheet *row, struct cell *ret_cell)
{
	int64_t id = row->enrolment_id;
	const char *score = typed(rq, "score", id), *flag = typed(rq, "flag", id);
	struct cell c = {.note = typed(rq, "note", id)};
	*ret_cell = c;
	c.given = *score || (*flag && !streq(flag, "score"));
	if (!c.given)
		return 0;
	if (!mark_flag_of(flag, &c.flag) && !mark_flag_of(score, &c.flag)) {
		int r = read_score(rq, name_of(rq, "score", id), row->name, score, &c.centi);
		if (r < 0)
			return r;
	}
	if (c.flag == MARK_VOID && is_blank(c.note))
		return fail_field(rq->cx, name_of(rq, "note", id), "mark.void_of_needs_note",
			row->name);
	*ret_cell = c;
	return 0;
}

static bool is_same(const struct q_mark_sheet *row, const struct cell *c)
{
	static const char *const flags[] = {
		[MARK_SCORE] = "score", [MARK_ABSENT] = "absent", [MARK_VOID] = "void"};
	if (!c->given || !*row->flag)
		return !c->given && !*row->flag;
	return streq(flags[c->flag], row->flag) && c->centi == row->score_centi &&
		streq(c->note, row->note);
}

static int keep(struct req *rq, const struct q_mark_sheet *row, const struct cell *c,
	int64_t round)
{
	struct mark_in in = {.person_id = row->person_id, .enrolment_id = row->enrolment_id,
		.part = (enum part)row->part, .round = round, .flag = c->flag,
		.score_centi = c->centi, .note = c->note};
	return c->given ? mark_put(rq->cx, &in) : mark_clear(rq->cx, &in);
}

static int keep_all(struct req *rq, const struct q_mark_sheet_rows *rows, const struct cell *cells,
	int64_t round, int *ret_n)
{
	auto_tx tx = {0};
	int n = 0, r = tx_begin(&tx, rq->cx->db);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	for (size_t i = 0; i < rows->n; i++) {
		const struct q_mark_sheet *row = &rows->at[i];
		if (!was_typed(rq, name_of(rq, "score", row->enrolment_id)) &&
			!was_typed(rq, name_of(rq, "flag", row->enrolment_id)))
			continue;
		if (is_same(row, &cells[i]))
			continue;
		if ((r = keep(rq, row, &cells[i], round)) < 0)
			return r;
		n++;
	}
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(rq->cx, r);
	*ret_n = n;
	return 0;
}

int mark_cells_save(struct req *rq, const struct q_mark_sheet_rows *rows, int64_t round, int *ret_n)
{
	struct cell *cells = arena_array(rq->cx->arena, struct cell, rows->n + 1);
	int worst = 0;
	for (size_t i = 0; i < rows->n; i++) {
		int r = read_cell(rq, &rows->at[i], &cells[i]);
		worst = r ? r : worst;
	}
	return worst ? worst : keep_all(rq, rows, cells, round, ret_n);
}

static void put_words(json_t *item, const char *key, const char *text)
{
	json_object_set_new(item, key, json_string(text));
}

json_t *mark_cell_view(struct req *rq, const struct q_mark_sheet *row)
{
	const char *score = name_of(rq, "score", row->enrolment_id);
	const char *note = name_of(rq, "note", row->enrolment_id);
	bool again = was_typed(rq, score) && !row->signed_at;
	const char *value = again ? typed(rq, "score", row->enrolment_id)
				  : mark_text(rq->cx, row->flag, row->score_centi);
	const char *flag = again ? typed(rq, "flag", row->enrolment_id) : row->flag;
	json_t *item = view_row(rq, &q_mark_sheet_desc, row);
	put_words(item, "value", value);
	put_words(item, "number", streq(flag, "absent") || streq(flag, "void") ? "" : value);
	json_object_set_new(item, "is_absent", json_boolean(streq(flag, "absent")));
	json_object_set_new(item, "is_void", json_boolean(streq(flag, "void")));
	json_object_set_new(item, "is_score",
		json_boolean(!streq(flag, "absent") && !streq(flag, "void")));
	if (again)
		put_words(item, "note", typed(rq, "note", row->enrolment_id));
	put_words(item, "error", error_of(rq, score));
	put_words(item, "note_error", error_of(rq, note));
	json_object_set_new(item, "is_signed", json_boolean(row->signed_at > 0));
	json_object_set_new(item, "is_marked", json_boolean(*row->flag != 0));
	return item;
}
