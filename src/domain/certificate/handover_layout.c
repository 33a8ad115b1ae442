/* A layout's text to a layout: every key is known, or the line and the reason are told. */
#include "domain/certificate/handover_layout.h"

#include <string.h>

#include "base/civil.h"
#include "core/yaml.h"
#include "domain/certificate/handover.h"
#include "domain/standard/grade.h"

static const struct {
	const char *code, *label;
} fields[LAYOUT_FIELDS] = {
	[LAYOUT_CONSTANT] = {"", "固定值"},
	[LAYOUT_RECORD] = {"record", "数据类别"},
	[LAYOUT_NUMBER] = {"number", "证书编号"},
	[LAYOUT_NAME] = {"name", "姓名"},
	[LAYOUT_ID_TYPE] = {"id_type", "证件类型"},
	[LAYOUT_IDNO] = {"idno", "证件号码"},
	[LAYOUT_SEX] = {"sex", "性别"},
	[LAYOUT_BORN] = {"birth_on", "出生日期"},
	[LAYOUT_OCCUPATION_CODE] = {"occupation_code", "职业编码"},
	[LAYOUT_OCCUPATION_NAME] = {"occupation_name", "职业名称"},
	[LAYOUT_WORK_TYPE] = {"work_type_name", "工种"},
	[LAYOUT_GRADE] = {"grade", "等级"},
	[LAYOUT_GRADE_LABEL] = {"grade_label", "等级名称"},
	[LAYOUT_BODY_CODE] = {"body_code", "机构编码"},
	[LAYOUT_BODY_NAME] = {"body_name", "机构名称"},
	[LAYOUT_BODY_KIND] = {"body_kind", "机构类型"},
	[LAYOUT_REGION] = {"region", "地区"},
	[LAYOUT_ROUTE] = {"route", "评价方式"},
	[LAYOUT_ISSUED] = {"issued_on", "发证日期"},
	[LAYOUT_THEORY] = {"theory", "理论成绩"},
	[LAYOUT_SKILL] = {"skill", "技能成绩"},
	[LAYOUT_REVIEW] = {"review", "综合评审成绩"},
};

const char *layout_field_label(enum layout_field field)
{
	return fields[field].label;
}

static const struct choice id_types[] = {{"idno", "居民身份证"}, {"residence", "港澳台居民居住证"},
	{"foreign", "外国人永久居留身份证"}, {0}};
static const struct choice sexes[] = {{"male", "男"}, {"female", "女"}, {0}};
static const struct choice body_kinds[] = {{"enterprise", "用人单位"},
	{"social", "社会培训评价组织"},
	{"school", "院校评价机构"}, {"special", "专项职业能力考核机构"}, {0}};
static const struct choice routes[] = {{"exam", "认定考试"}, {"contest", "竞赛直接认定"},
	{"appointment", "评聘"}, {"probation", "转正定级"}, {"special", "专项职业能力考核"}, {0}};

const char *layout_value_label(enum layout_field field, const char *value)
{
	const struct choice *const choices[LAYOUT_FIELDS] = {[LAYOUT_RECORD] = handover_records,
		[LAYOUT_ID_TYPE] = id_types, [LAYOUT_SEX] = sexes,
		[LAYOUT_BODY_KIND] = body_kinds, [LAYOUT_ROUTE] = routes};
	int64_t grade;
	if (field == LAYOUT_GRADE && str_to_i64(str_of(value), &grade))
		return *grade_label(grade) ? grade_label(grade) : "不分等级";
	for (const struct choice *c = choices[field]; c && c->code; c++)
		if (streq(c->code, value))
			return c->label;
	return value;
}

const char *handover_target_label(const char *target)
{
	return streq(target, "national") ? "全国联网查询" : "省级查询系统";
}

struct reading {
	struct arena *a;
	const char *error;
};

static int bad(struct reading *rd, const struct node *n, const char *what, const char *which)
{
	rd->error = arena_printf(rd->a, "第 %d 行：%s%s", n->line, which, what);
	return ERR_INVALID;
}

static int need_keys(struct reading *rd, const struct node *map, const char *const *keys)
{
	if (map->kind != NODE_MAP)
		return bad(rd, map, "此处应是“键: 值”的形式", "");
	for (const struct node *c = map->first; c; c = c->next) {
		size_t i = 0;
		while (keys[i] && !streq(keys[i], c->key))
			i++;
		if (!keys[i])
			return bad(rd, c, "：不认识的键", c->key);
	}
	return 0;
}

static int text(struct reading *rd, const struct node *map, const char *key, bool required,
	const char **ret_text)
{
	const struct node *n = node_get(map, key);
	if (!n)
		return required ? bad(rd, map, "：缺少这一项", key) : 0;
	if (n->kind != NODE_SCALAR || is_blank(n->text))
		return bad(rd, n, "：应是一段文字", key);
	*ret_text = n->text;
	return 0;
}

static int one_of(struct reading *rd, const struct node *map, const char *key,
	const char *const *words, bool required, const char **ret_text)
{
	const char *z = NULL;
	int r = text(rd, map, key, required, &z);
	if (r < 0 || !z)
		return r;
	for (size_t i = 0; words[i]; i++)
		if (streq(words[i], z)) {
			*ret_text = z;
			return 0;
		}
	return bad(rd, node_get(map, key), "：没有这种写法", z);
}

static int flag(struct reading *rd, const struct node *map, const char *key, bool *ret_flag)
{
	static const char *const words[] = {"yes", "no", NULL};
	const char *z = "no";
	int r = one_of(rd, map, key, words, false, &z);
	*ret_flag = streq(z, "yes");
	return r;
}

static int whole(struct reading *rd, const struct node *map, const char *key, int64_t most,
	int64_t *ret_n)
{
	const char *z = NULL;
	int64_t n = 0;
	int r = text(rd, map, key, false, &z);
	if (r < 0 || !z)
		return r;
	if (!str_to_i64(str_of(z), &n) || n < 1 || n > most)
		return bad(rd, node_get(map, key), "：数字不在允许的范围内", key);
	*ret_n = n;
	return 0;
}

static int words(struct reading *rd, const struct node *map, const char *key, bool required,
	struct layout_words *ret_words)
{
	const struct node *list = node_get(map, key);
	size_t n = 0;
	if (!list)
		return required ? bad(rd, map, "：缺少这一项", key) : 0;
	if (list->kind != NODE_LIST || !list->first || list->n > LAYOUT_WORDS)
		return bad(rd, list, "：应是 1 到 12 个词的列表", key);
	for (const struct node *c = list->first; c; c = c->next) {
		if (c->kind != NODE_SCALAR || is_blank(c->text))
			return bad(rd, c, "：应是一段文字", key);
		ret_words->at[n++] = c->text;
	}
	return 0;
}

static int codes(struct reading *rd, const struct node *map, struct layout_column *c)
{
	const struct node *list = node_get(map, "codes");
	if (!list)
		return 0;
	if (list->kind != NODE_MAP || !list->first || list->n > LAYOUT_CODES)
		return bad(rd, list, "：应是“值: 代码”，至多 60 个", "codes");
	struct layout_code *at = arena_array(rd->a, struct layout_code, list->n);
	for (const struct node *n = list->first; n; n = n->next) {
		if (n->kind != NODE_SCALAR)
			return bad(rd, n, "：应是一段文字", n->key);
		at[c->n_codes++] = (struct layout_code){n->key, n->text};
	}
	c->codes = at;
	return 0;
}

static int field_of(struct reading *rd, const struct node *map, struct layout_column *c)
{
	const char *field = NULL;
	int r = text(rd, map, "field", false, &field);
	if (r < 0 || (r = text(rd, map, "value", false, &c->value)) < 0)
		return r;
	if (!field == !c->value)
		return bad(rd, map, "：写 field 或 value 之一", c->title);
	for (int i = 1; field && i < LAYOUT_FIELDS; i++)
		if (streq(fields[i].code, field)) {
			c->field = (enum layout_field)i;
			return 0;
		}
	return field ? bad(rd, map, "：没有这个字段", field) : 0;
}

static int column(struct reading *rd, const struct node *map, struct layout_column *c)
{
	static const char *const keys[] = {"title", "field", "value", "required", "max", "codes",
		NULL};
	int r = need_keys(rd, map, keys);
	if (r < 0 || (r = text(rd, map, "title", true, &c->title)) < 0 ||
		(r = field_of(rd, map, c)) < 0 ||
		(r = flag(rd, map, "required", &c->required)) < 0 ||
		(r = whole(rd, map, "max", 1000, &c->max)) < 0)
		return r;
	return codes(rd, map, c);
}

static int columns(struct reading *rd, const struct node *root, struct handover_layout *l)
{
	const struct node *list = node_get(root, "columns");
	bool has_number = false;
	if (!list || list->kind != NODE_LIST || !list->first || list->n > LAYOUT_COLUMNS)
		return bad(rd, list ? list : root, "：应列出 1 到 60 列", "columns");
	struct layout_column *at = arena_array(rd->a, struct layout_column, list->n);
	for (const struct node *n = list->first; n; n = n->next) {
		at[l->n] = (struct layout_column){0};
		int r = column(rd, n, &at[l->n]);
		if (r < 0)
			return r;
		for (size_t i = 0; i < l->n; i++)
			if (streq(at[i].title, at[l->n].title))
				return bad(rd, n, "：列名重复", at[i].title);
		has_number = has_number || at[l->n].field == LAYOUT_NUMBER;
		l->n++;
	}
	l->columns = at;
	return has_number ? 0 : bad(rd, list, "：必须有一列是证书编号（number）", "columns");
}

static int file(struct reading *rd, const struct node *root, struct handover_layout *l)
{
	static const char *const keys[] = {"format", "encoding", "name", "rows", NULL};
	static const char *const formats[] = {"xlsx", "csv", NULL};
	static const char *const encodings[] = {"utf-8", "utf-8-bom", "gb18030", NULL};
	const struct node *map = node_get(root, "file");
	l->encoding = "utf-8";
	l->file_name = "证书";
	l->rows = LAYOUT_ROWS_MAX;
	if (!map)
		return bad(rd, root, "：缺少这一项", "file");
	int r = need_keys(rd, map, keys);
	if (r < 0 || (r = one_of(rd, map, "format", formats, true, &l->format)) < 0 ||
		(r = one_of(rd, map, "encoding", encodings, false, &l->encoding)) < 0 ||
		(r = whole(rd, map, "rows", LAYOUT_ROWS_MAX, &l->rows)) < 0 ||
		(r = text(rd, map, "name", false, &l->file_name)) < 0)
		return r;
	if (strlen(l->file_name) > 90 || strpbrk(l->file_name, "/\\:*?\"<>|"))
		return bad(rd, map, "：文件名太长，或有不能用的字符", "name");
	return 0;
}

static int answer(struct reading *rd, const struct node *root, struct handover_layout *l)
{
	static const char *const keys[] = {"number", "name", "result", "reason", "accepted",
		"refused", NULL};
	const struct node *map = node_get(root, "answer");
	if (!map)
		return bad(rd, root, "：缺少这一项", "answer");
	int r = need_keys(rd, map, keys);
	if (r < 0 || (r = words(rd, map, "number", true, &l->number)) < 0 ||
		(r = words(rd, map, "name", false, &l->person)) < 0 ||
		(r = words(rd, map, "result", true, &l->result)) < 0 ||
		(r = words(rd, map, "reason", false, &l->reason)) < 0 ||
		(r = words(rd, map, "accepted", true, &l->accepted)) < 0)
		return r;
	return words(rd, map, "refused", true, &l->refused);
}

static int head(struct reading *rd, const struct node *root, struct handover_layout *l)
{
	static const char *const keys[] = {"name", "version", "title", "target", "effective_from",
		"source", "is_example", "file", "date", "columns", "answer", NULL};
	static const char *const targets[] = {"national", "province", NULL};
	static const char *const dates[] = {"YYYYMMDD", "YYYY-MM-DD", "YYYY/MM/DD",
		"YYYY年MM月DD日", NULL};
	const char *day = NULL;
	int r = need_keys(rd, root, keys);
	l->source = "";
	l->date = dates[1];
	if (r < 0 || (r = text(rd, root, "name", true, &l->name)) < 0 ||
		(r = text(rd, root, "version", true, &l->version)) < 0 ||
		(r = text(rd, root, "title", true, &l->title)) < 0 ||
		(r = one_of(rd, root, "target", targets, true, &l->target)) < 0 ||
		(r = text(rd, root, "effective_from", true, &day)) < 0 ||
		(r = text(rd, root, "source", false, &l->source)) < 0 ||
		(r = flag(rd, root, "is_example", &l->is_example)) < 0 ||
		(r = one_of(rd, root, "date", dates, false, &l->date)) < 0)
		return r;
	if (!civil_parse_day(str_of(day), &l->effective_on))
		return bad(rd, node_get(root, "effective_from"), "：不是日期", day);
	if (strlen(l->name) > 60 || strlen(l->version) > 30 || strlen(l->title) > 180)
		return bad(rd, root, "：name、version 或 title 太长", "");
	return 0;
}

int handover_layout_read(struct arena *a, struct str yaml,
	const struct handover_layout **ret_layout, const char **ret_error)
{
	struct reading rd = {.a = a};
	struct handover_layout *l = arena_make(a, struct handover_layout);
	const struct node *root;
	*l = (struct handover_layout){0};
	if (yaml.n > LAYOUT_BYTES) {
		*ret_error = "格式文件超过 64 KiB";
		return ERR_INVALID;
	}
	int r = node_read(a, yaml, &root, ret_error);
	if (r < 0)
		return r;
	if ((r = head(&rd, root, l)) < 0 || (r = file(&rd, root, l)) < 0 ||
		(r = columns(&rd, root, l)) < 0 || (r = answer(&rd, root, l)) < 0) {
		*ret_error = rd.error;
		return r;
	}
	*ret_layout = l;
	return 0;
}
