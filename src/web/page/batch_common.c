/* What the pages of one batch share: its labels and its tabs. */
#include "domain/evaluation/batch.h"
#include "domain/standard/grade.h"
#include "domain/standard/standard.h"
#include "web/exchange.h"
#include "web/page/batch.h"
#include "web/router.h"
#include "web/site.h"

const char *parts_text(struct ctx *cx, int64_t parts)
{
	const char *text = "";
	for (int64_t part = PART_THEORY; part <= PART_REVIEW; part <<= 1)
		if (parts & part)
			text = text_of(cx, "%s%s%s", text, *text ? "、" : "", part_label(part));
	return text;
}

const char *batch_object(struct ctx *cx, const char *occupation, const char *work_type,
	const char *project)
{
	if (!is_blank(project))
		return project;
	return is_blank(work_type) ? occupation : text_of(cx, "%s（%s）", occupation, work_type);
}

const char *ruleset_words(struct ctx *cx, const char *name, const char *version)
{
	const struct ruleset *set;
	if (is_blank(name))
		return "";
	if (standard_ruleset_at(cx, name, version, &set) == 0)
		return text_of(cx, "%s（%s版）", ruleset_title(set), version);
	ctx_clear(cx);
	return text_of(cx, "%s %s", name, version);
}

json_t *batch_view(struct req *rq, const struct q_batch_find *b)
{
	json_t *row = view_row(rq, &q_batch_find_desc, b);
	view_state(row, &batch_flow, b->state);
	json_object_set_new(row, "region_name", json_string(region_label(rq->cx, b->region)));
	json_object_set_new(row, "body_kind_label",
		json_string(choice_label(body_kind_choices, b->body_kind)));
	json_object_set_new(row, "parts_text", json_string(parts_text(rq->cx, b->parts)));
	json_object_set_new(row, "object",
		json_string(batch_object(rq->cx, b->occupation_name, b->work_type_name,
		b->project_name)));
	json_object_set_new(row, "ruleset_title",
		json_string(ruleset_words(rq->cx, b->ruleset, b->ruleset_version)));
	return row;
}

const struct choice *batch_state_choices(struct req *rq)
{
	size_t n = 0;
	while (batch_flow.states[n].code)
		n++;
	struct choice *list = arena_array(rq->cx->arena, struct choice, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct choice){batch_flow.states[i].code, batch_flow.states[i].label};
	return list;
}

/* %s is the batch; a page that this program or this actor does not have is left out. */
static const struct {
	const char *label, *below, *url;
} tabs[] = {
	{"计划", "", "/batches/%s"},
	{"报名", "/enrolments", "/enrolments?batch_id=%s"},
	{"名册", "/rosters", "/batches/%s/rosters"},
	{"编排", "/arrangement", "/batches/%s/arrangement"},
	{"评分", "/marks", "/batches/%s/marks"},
	{"成绩", "/results", "/batches/%s/results"},
	{"证书", "/certificates", "/batches/%s/certificates"},
	{"归档", "/archive", "/batches/%s/archive"},
	{"公告", "/open", "/open/%s"},
};

static bool is_there(struct req *rq, const char *url)
{
	unsigned allow;
	struct str path = str_of(url), plain = str_cut(&path, '?');
	const struct route *route = router_match(rq->ex->site->router, GET,
		arena_str(rq->cx->arena, plain), NULL, &allow);
	return route && ctx_may(rq->cx, route->perm);
}

static int64_t count_of(const struct q_batch_find *b, const char *below)
{
	if (streq(below, "/enrolments"))
		return b->n_enrolled;
	return streq(below, "/certificates") ? b->n_certified : -1;
}

static bool is_public(const char *state)
{
	return !streq(state, "draft") && !streq(state, "filed") && !streq(state, "returned");
}

void view_batch_tabs(struct req *rq, const struct q_batch_find *b, const char *active)
{
	json_t *array = json_array();
	for (size_t i = 0; i < sizeof tabs / sizeof tabs[0]; i++) {
		struct str first = str_of(tabs[i].url), rest = first;
		first = str_cut(&rest, '%');
		const char *url = text_of(rq->cx, "%.*s%lld%s", (int)first.n, first.p,
			(long long)b->id, rest.p + 1);
		int64_t count = count_of(b, tabs[i].below);
		if (!is_there(rq, url) || (streq(tabs[i].below, "/open") && !is_public(b->state)))
			continue;
		json_array_append_new(array,
			json_pack("{s:s, s:s, s:s, s:b}", "label", tabs[i].label, "url", url,
			"count", count > 0 ? text_of(rq->cx, "%lld", (long long)count) : "",
			"active", streq(active, tabs[i].below)));
	}
	view_set(rq, "tabs", array);
}
