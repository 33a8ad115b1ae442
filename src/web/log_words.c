#include "web/log_words.h"

#include <inttypes.h>

#include "base/civil.h"
#include "domain/standard/grade.h"
#include "query/core.h"
#include "web/choices.h"

static const char *const labels[LEAF_KINDS] = {
	[LEAF_ISSUED] = "颁发证书",
	[LEAF_CORRECTED] = "更正证书",
	[LEAF_REISSUED] = "补发证书",
	[LEAF_SUSPENDED] = "暂停证书",
	[LEAF_REINSTATED] = "恢复证书",
	[LEAF_REVOKED] = "撤销证书",
	[LEAF_RESULT] = "成绩冻结",
	[LEAF_COMMITTED] = "抽签承诺",
	[LEAF_DRAWN] = "抽签结果",
	[LEAF_FIGURES] = "公布统计数据",
};

const char *log_kind_label(enum leaf_kind kind)
{
	return kind > 0 && kind < LEAF_KINDS ? labels[kind] : "不能识别的记录";
}

static const char *text_in(struct req *rq, struct str s)
{
	return arena_str(rq->cx->arena, s);
}

static const char *region_in(struct req *rq, struct str code)
{
	struct q_region_find row;
	const char *z = text_in(rq, code);
	return q_region_find(rq->cx->db, &row, .code = z) == 0 ? row.name : z;
}

static const char *number_in(struct req *rq, int64_t n)
{
	return text_of(rq->cx, "%" PRId64, n);
}

static void pair(json_t *pairs, const char *label, const char *text, bool is_num)
{
	if (!is_blank(text))
		json_array_append_new(pairs, json_pack("{s:s, s:s, s:b}", "label", label, "text",
			text, "is_num", is_num));
}

static const char *grade_in(struct req *rq, int64_t grade)
{
	(void)rq;
	return grade ? grade_label(grade) : "专项职业能力";
}

static void put_issued(struct req *rq, const struct leaf *l, json_t *pairs)
{
	pair(pairs, "机构编码", text_in(rq, l->body), true);
	pair(pairs, "机构类型", choice_label(body_kind_choices, text_in(rq, l->body_kind)), false);
	pair(pairs, "职业编码", text_in(rq, l->occupation), true);
	pair(pairs, "等级", grade_in(rq, l->grade), false);
	pair(pairs, "地区", region_in(rq, l->region), false);
	pair(pairs, "发证日期", civil_day_text(rq->cx->arena, l->issued_on), true);
}

static void put_result(struct req *rq, const struct leaf *l, json_t *pairs)
{
	pair(pairs, "批次代号", text_in(rq, l->batch), true);
	pair(pairs, "机构编码", text_in(rq, l->body), true);
	pair(pairs, "地区", region_in(rq, l->region), false);
	pair(pairs, "版本", number_in(rq, l->version), true);
	pair(pairs, "人数", number_in(rq, l->people), true);
	pair(pairs, "合格", number_in(rq, l->passed), true);
}

static void put_pairs(struct req *rq, const struct leaf *l, json_t *pairs)
{
	pair(pairs, "证书代号", text_in(rq, l->certificate), true);
	if (l->kind == LEAF_ISSUED)
		put_issued(rq, l, pairs);
	if (l->kind == LEAF_CORRECTED)
		pair(pairs, "第几版", number_in(rq, l->version), true);
	if (l->kind == LEAF_REISSUED)
		pair(pairs, "补发次数", number_in(rq, l->count), true);
	if (l->kind == LEAF_RESULT)
		put_result(rq, l, pairs);
	pair(pairs, "抽签代号", text_in(rq, l->draw), true);
	pair(pairs, "抽签事项", text_in(rq, l->purpose), true);
	pair(pairs, "种子", text_in(rq, l->seed), true);
	pair(pairs, "承诺值", text_in(rq, l->commitment), true);
	pair(pairs, "摘要", text_in(rq, l->digest), true);
}

/* In one line, for a list. */
static const char *line_of(struct req *rq, const struct leaf *l)
{
	switch (l->kind) {
	case LEAF_ISSUED:
		return text_of(rq->cx, "%s　%s　机构%s", region_in(rq, l->region),
			grade_in(rq, l->grade), text_in(rq, l->body));
	case LEAF_RESULT:
		return text_of(rq->cx, "%s　机构%s　第%" PRId64 "版，%" PRId64 "人，合格"
			"%" PRId64 "人",
			region_in(rq, l->region), text_in(rq, l->body), l->version, l->people,
			l->passed);
	case LEAF_CORRECTED:
		return text_of(rq->cx, "证书代号 %s…　第%" PRId64 "版",
			text_of(rq->cx, "%.8s", l->certificate.p), l->version);
	case LEAF_COMMITTED:
	case LEAF_DRAWN:
		return text_of(rq->cx, "抽签代号 %.8s…", l->draw.p);
	case LEAF_FIGURES:
		return text_of(rq->cx, "摘要 %.8s…", l->digest.p);
	default:
		return text_of(rq->cx, "证书代号 %.8s…", l->certificate.p);
	}
}

json_t *log_leaf_view(struct req *rq, struct str entry)
{
	struct leaf l;
	json_t *pairs = json_array();
	if (leaf_parse(entry, &l) < 0)
		return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "kind", "", "kind_label",
			log_kind_label(LEAF_KINDS), "on", "", "on_text", "", "text", "", "pairs",
			pairs);
	put_pairs(rq, &l, pairs);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "kind", leaf_kind_code(l.kind),
		"kind_label", log_kind_label(l.kind), "on", civil_day_text(rq->cx->arena, l.on),
		"on_text", civil_day_text_zh(rq->cx->arena, l.on), "text", line_of(rq, &l),
		"pairs", pairs);
}
