/* Answers as sheets, and the jobs of the hand-over. */
#include "doc/handover_file.h"
#include "doc/import_sheet.h"
#include "doc/job_args.h"

enum { ALIASES = 4 * LAYOUT_WORDS };

/* The columns that a layout's answers have. */
struct answer_sheet {
	struct import_column columns[ANSWER_COLUMNS + 1];
	struct import_alias aliases[ALIASES + 1];
	struct import_sheet sheet;
};

static void add_words(struct answer_sheet *s, size_t *n, enum answer_place place,
	const struct layout_words *words)
{
	for (size_t i = 1; words->at[0] && words->at[i]; i++)
		s->aliases[(*n)++] = (struct import_alias){words->at[i], (int)place};
}

static void sheet_of(const struct handover_layout *l, struct answer_sheet *s)
{
	size_t n = 0;
	const struct layout_words *const words[ANSWER_COLUMNS] = {[ANSWER_NUMBER] = &l->number,
		[ANSWER_PERSON] = &l->person, [ANSWER_RESULT] = &l->result,
		[ANSWER_REASON] = &l->reason};
	static const char *const names[ANSWER_COLUMNS] = {"number", "name", "result", "reason"};
	static const char *const titles[ANSWER_COLUMNS] = {"证书编号", "姓名", "处理结果", "原因"};
	*s = (struct answer_sheet){0};
	for (int i = 0; i < ANSWER_COLUMNS; i++) {
		s->columns[i] = (struct import_column){.name = names[i],
			.title = words[i]->at[0] ? words[i]->at[0] : titles[i],
			.required = i == ANSWER_NUMBER || i == ANSWER_RESULT,
			.is_number = i == ANSWER_NUMBER, .width = 26};
		add_words(s, &n, (enum answer_place)i, words[i]);
	}
	s->sheet = (struct import_sheet){.columns = s->columns, .aliases = s->aliases,
		.n = ANSWER_COLUMNS, .keys = {ANSWER_NUMBER, ANSWER_NUMBER},
		.name = ANSWER_PERSON, .no_header = "handover.no_header",
		.column_twice = "handover.column_twice",
		.column_missing = "handover.column_missing", .no_sheet = "handover.no_sheet"};
}

int handover_answer_read(struct ctx *cx, const void *room_arg, struct str bytes,
	import_line_fn *each, void *arg)
{
	const struct handover_answering *about = room_arg;
	struct answer_sheet s;
	sheet_of(about->layout, &s);
	return import_sheet_read(cx, &s.sheet, bytes, each, arg);
}

int handover_answer_annotated(struct ctx *cx, const struct q_sheet_import_find *import,
	struct str *ret_bytes)
{
	struct handover_answering about;
	struct answer_sheet s;
	int r = handover_answer_of(cx, import, &about);
	if (r < 0)
		return r;
	sheet_of(about.layout, &s);
	return import_sheet_annotated(cx, &s.sheet, &handover_answers, import->id, ret_bytes);
}

/* ---- jobs ---- */

static int finish(struct ctx *cx, struct job *job, const char *path, int64_t id, int r)
{
	return r < 0 ? r : job_result(cx, job, text_of(cx, "%s/%lld", path, (long long)id));
}

static int run_collect(struct ctx *cx, struct job *job)
{
	int64_t id = job_arg_id(job, "package");
	return finish(cx, job, "/handover-packages", id,
		handover_collect(cx, id, handover_file_write, job));
}

static int run_move(struct ctx *cx, struct job *job)
{
	int64_t id = job_arg_id(job, "package");
	return finish(cx, job, "/handover-packages", id, handover_package_run(cx, id, job));
}

static int run_judge(struct ctx *cx, struct job *job)
{
	int64_t id = job_arg_id(job, "import");
	return finish(cx, job, "/handover-answers", id,
		handover_answer_judge(cx, id, handover_answer_read, job));
}

static int run_save(struct ctx *cx, struct job *job)
{
	int64_t id = job_arg_id(job, "import");
	return finish(cx, job, "/handover-answers", id, handover_answer_save(cx, id, job));
}

const struct job_kind handover_jobs[] = {
	{"handover.collect", "整理上报包", run_collect},
	{"handover.move", "登记上报", run_move},
	{"answer.judge", "核对上报答复", run_judge},
	{"answer.save", "记入上报答复", run_save},
	{0},
};
