/* What the calendar waits for: the State Council tells each November how the next year's holidays
 * lie. Terms that run into a year nobody has told of end too early. */
#include "base/civil.h"
#include "query/core.h"
#include "web/todo.h"

enum { TOLD_MONTH = 11, TOLD_DAY = 15 };

static int add_year(struct ctx *cx, int64_t year, struct todo_item *items, size_t *n)
{
	struct q_holiday_between_rows rows;
	int r = q_holiday_between(cx->db, &rows, .from_on = civil_day(year, 1, 1),
		.to_on = civil_day(year, 12, 31));
	if (r < 0)
		return ctx_pass(cx, r);
	if (!rows.n)
		items[(*n)++] = (struct todo_item){.url = "/occupations/import",
			.title = text_of(cx, "%d年的放假调休安排", (int)year),
			.note = "没有导入的年份只按周一至周五计算工作日，公示期和办理期限会算短"};
	return 0;
}

static int find_untold(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct civil today = civil_of(ctx_today(cx));
	bool is_told = today.month > TOLD_MONTH ||
		(today.month == TOLD_MONTH && today.day >= TOLD_DAY);
	size_t n = 0;
	int r = add_year(cx, today.year, items, &n);
	if (r == 0 && is_told)
		r = add_year(cx, today.year + 1, items, &n);
	if (r < 0)
		return r;
	*ret_n = n;
	*ret_count = (int64_t)n;
	return 0;
}

const struct todo_source todo_calendar[] = {
	{"待导入的节假日安排", "/occupations/import", PERM_STANDARD_EDIT, find_untold},
	{0},
};
