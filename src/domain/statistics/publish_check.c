#include "domain/statistics/publish_check.h"

#include "base/civil.h"
#include "base/figures.h"
#include "base/leaf.h"
#include "core/tlog_check.h"
#include "query/log_fact.h"

struct check {
	struct ctx *cx;
	void (*alarm)(void *arg, const char *text);
	void *arg;
};

static bool says(struct str entry, const struct q_figures_publication_walk *row)
{
	struct leaf leaf;
	uint64_t size;
	return leaf_parse(entry, &leaf) == 0 && leaf.kind == LEAF_FIGURES &&
		leaf.on == row->published_on && civil_day_at(row->at) == row->published_on &&
		figures_take_size(&leaf.figures, &size) && size == (uint64_t)row->tree_size;
}

static int each(void *arg, const struct q_figures_publication_walk *row)
{
	struct check *c = arg;
	struct str entry;
	uint64_t index;
	int r = tlog_leaf(c->cx, row->leaf_id, &index, &entry);
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	if (r < 0 || !says(entry, row))
		c->alarm(c->arg, text_of(c->cx, "%s公布的统计数据与公开日志不符",
			civil_day_text(c->cx->arena, row->published_on)));
	return 0;
}

int figures_log_check(struct ctx *cx, void (*alarm)(void *arg, const char *text), void *arg)
{
	struct check c = {cx, alarm, arg};
	int r = q_figures_publication_walk(cx->db, each, &c);
	return r < 0 ? ctx_pass(cx, r) : 0;
}
