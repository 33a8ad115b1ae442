#include "doc/item_job.h"

#include <inttypes.h>

#include "doc/item_table.h"
#include "doc/job_args.h"
#include "domain/exam/item_import.h"
#include "query/item_import.h"

static int finish(struct ctx *cx, struct job *job, int64_t id, int r)
{
	return r < 0 ? r : job_result(cx, job, text_of(cx, "/item-imports/%" PRId64, id));
}

static int run_judge(struct ctx *cx, struct job *job)
{
	int64_t id = job_arg_id(job, "import");
	return finish(cx, job, id, item_import_judge(cx, id, item_file_read, job));
}

static int run_save(struct ctx *cx, struct job *job)
{
	int64_t id = job_arg_id(job, "import");
	return finish(cx, job, id, item_import_save(cx, id, item_file_read, job));
}

const struct job_kind item_jobs[] = {
	{"items.judge", "审核试题文件", run_judge},
	{"items.save", "保存导入的试题", run_save},
	{0},
};

/* ---- back ---- */

struct back {
	struct ctx *cx;
	struct item_sheet sheet;
	struct item_verdict *verdicts; /* one for each entry */
};

/* What could not be read stands at the end, with its place and reason. */
static void add_unread(struct back *b, const struct q_item_import_rows *row)
{
	struct item_entry *e = item_sheet_add(&b->sheet);
	if (!e)
		return;
	e->name = arena_dup(b->sheet.arena, row->name);
	e->place = arena_dup(b->sheet.arena, row->place);
	b->verdicts[b->sheet.n_entries - 1] =
		(struct item_verdict){import_verdict_label(item_verdicts, row->verdict),
		arena_dup(b->sheet.arena, row->verdict_text), false, true};
}

static void add_row(struct back *b, int n_read, const struct q_item_import_rows *row)
{
	if (row->entry_no < 1 || row->entry_no > n_read) {
		add_unread(b, row);
		return;
	}
	b->verdicts[row->entry_no - 1] = (struct item_verdict){import_verdict_label(item_verdicts,
		row->verdict), arena_dup(b->sheet.arena, row->verdict_text),
		streq(row->verdict, "good") || streq(row->verdict, "saved"),
		streq(row->verdict, "bad")};
}

int item_import_annotated(struct ctx *cx, int64_t import_id, struct str *ret_bytes)
{
	struct back b = {.cx = cx};
	struct q_item_import_rows_rows rows;
	auto_arena large = arena_new(ITEM_SHEET_ARENA);
	struct item_sheet lost;
	item_sheet_init(&b.sheet, large);
	item_sheet_init(&lost, large);
	int r = item_import_sheet(cx, import_id, item_file_read, &b.sheet);
	if (r < 0)
		return r;
	int n_read = b.sheet.n_entries;
	b.verdicts = arena_array(large, struct item_verdict, SHEET_ITEMS_MAX);
	r = q_item_import_rows(cx->db, &rows, .import_id = import_id, .after_row = 0,
		.most = SHEET_ITEMS_MAX + SHEET_REMARKS_MAX);
	if (r < 0)
		return ctx_pass(cx, r);
	for (int i = 0; i < n_read; i++)
		b.verdicts[i] = (struct item_verdict){"", "", false, false};
	for (size_t i = 0; i < rows.n; i++) {
		struct q_item_import_rows *row = &rows.at[i];
		if ((r = item_import_words(cx, row->words_cipher, &row->name,
			&row->verdict_text)) < 0)
			return r;
		add_row(&b, n_read, row);
	}
	return item_table_put(cx, &b.sheet, b.verdicts, &lost, ret_bytes);
}
