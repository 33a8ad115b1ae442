/* The questions of the demo's exams: professional ethics and first aid, every kind once or more. */
#include "domain/demo/exam_items.h"

#include <string.h>

/* Options and targets are set apart by '|'. */
static const struct question {
	enum item_kind kind;
	const char *stem, *options, *targets, *key, *value, *tolerance, *unit;
} questions[] = {
	{ITEM_TRUE_FALSE, "上岗前应核对服务对象的身份和当日的服务内容。", "", "", "A"},
	{ITEM_TRUE_FALSE, "服务对象的病情和家庭情况可以在同事群里随意转发。", "", "", "B"},
	{ITEM_TRUE_FALSE, "发现有人跌倒后，应先判断意识和伤情，不可急于扶起。", "", "", "A"},
	{ITEM_TRUE_FALSE, "轻度烫伤后应立即用流动的冷水冲洗。", "", "", "A"},
	{ITEM_SINGLE, "测量腋下体温，水银体温计应放置的时间是（　　）。",
		"3分钟|5分钟|10分钟|20分钟", "", "C"},
	{ITEM_SINGLE, "协助吞咽困难的人进食，食物宜选择（　　）。",
		"干硬食物|糊状食物|清汤|黏性食物", "", "B"},
	{ITEM_SINGLE, "成人胸外按压的频率是每分钟（　　）次。",
		"60～80|80～100|100～120|120～140", "", "C"},
	{ITEM_SINGLE, "使用轮椅下坡时，正确的做法是（　　）。",
		"面向前方推行|倒退下坡并控制速度|松开刹车任其滑行|让乘坐者自行控制", "", "B"},
	{ITEM_SINGLE, "糖尿病人出现心慌、出汗、手抖，首先应考虑（　　）。",
		"高血糖|低血糖|高血压|感冒", "", "B"},
	{ITEM_SINGLE, "扑救带电设备的初起火灾，应选用（　　）。",
		"水|泡沫灭火器|干粉灭火器|酸碱灭火器", "", "C"},
	{ITEM_MULTIPLE, "下列属于职业守则要求的有（　　）。",
		"遵纪守法|尊重隐私|文明礼貌|收受礼物", "", "ABC"},
	{ITEM_MULTIPLE, "预防跌倒的措施包括（　　）。",
		"地面保持干燥|夜间留有照明|穿大一号的拖鞋|床旁设扶手", "", "ABD"},
	{ITEM_MULTIPLE, "异物卡喉的表现有（　　）。",
		"突然不能说话|双手抓喉部|面色青紫|食欲增加", "", "ABC"},
	{ITEM_NUMERIC,
		"<p>某人身高1.60 m，体重64 kg，按下式计算其体质指数（保留一位小数）。</p>"
		"<math display=\"block\"><mi>BMI</mi><mo>=</mo><mfrac><mi>m</mi><msup><mi>h</mi>"
		"<mn>2</mn></msup></mfrac></math>", "", "", "", "25.0", "0.05", "kg/m²"},
	{ITEM_NUMERIC, "每日饮水1500 mL，每次协助饮水250 mL，每日应协助（　　）次。", "", "", "",
		"6", "0", "次"},
	{ITEM_TEXT, "腹部冲击法又称（　　）急救法。", "海姆立克|海姆利克|Heimlich"},
	{ITEM_TEXT, "全国统一的医疗急救电话是（　　）。", "120"},
	{ITEM_ORDER, "将七步洗手法的前四步按先后排列。",
		"掌心相对揉搓|手指交叉，掌心对手背揉搓|手指交叉，掌心相对揉搓|弯曲手指关节在掌心揉"
			"搓",
		"", "ABCD"},
	{ITEM_MATCH, "将电话号码与用途配对。", "119|110|122", "火警|报警|交通事故报警|查号",
		"ABC"},
	{ITEM_ESSAY, "简述为卧床的人更换床单的操作要点和注意事项。",
		"操作要点：评估、解释、固定床轮、拉起对侧床栏、翻身侧卧、卷旧铺新、观察；"
		"注意保暖、防坠床、保护隐私。"},
};

int demo_questions_n(void)
{
	return (int)(sizeof questions / sizeof *questions);
}

static int split(struct arena *a, const char *text, struct item_option *options)
{
	int n = 0;
	for (struct str rest = str_of(text); rest.n && n < ITEM_OPTIONS_MAX; n++)
		options[n] = (struct item_option){
			.html = arena_printf(a, "<p>%s</p>", arena_str(a, str_cut(&rest, '|'))),
			.feedback_html = ""};
	return n;
}

static void put_variants(struct arena *a, const char *text, struct item *it)
{
	for (struct str rest = str_of(text); rest.n && it->n_variants < ITEM_VARIANTS_MAX;)
		it->variants[it->n_variants++] = arena_str(a, str_cut(&rest, '|'));
}

static const char *text_or_none(const char *text)
{
	return text ? text : "";
}

void demo_question(struct arena *a, int i, struct item *ret_item)
{
	const struct question *q = &questions[i];
	struct item it = {.kind = q->kind, .key = text_or_none(q->key),
		.value = text_or_none(q->value), .tolerance = text_or_none(q->tolerance),
		.unit = text_or_none(q->unit), .rubric_html = "", .explanation_html = ""};
	it.stem_html = *q->stem == '<' ? q->stem : arena_printf(a, "<p>%s</p>", q->stem);
	if (q->kind == ITEM_TEXT || q->kind == ITEM_ESSAY) {
		put_variants(a, q->options, &it);
	} else if (q->kind == ITEM_TRUE_FALSE) {
		it.n_options = 2;
		it.options[0] = it.options[1] = (struct item_option){"", ""};
	} else {
		it.n_options = split(a, q->options, it.options);
		it.n_targets = split(a, text_or_none(q->targets), it.targets);
	}
	*ret_item = it;
}

const char *demo_right_response(const struct item *it)
{
	if (it->kind == ITEM_NUMERIC)
		return it->value;
	return it->kind == ITEM_TEXT || it->kind == ITEM_ESSAY ? it->variants[0] : it->key;
}

const char *demo_wrong_response(const struct item *it)
{
	switch (it->kind) {
	case ITEM_TRUE_FALSE:
		return streq(it->key, "A") ? "B" : "A";
	case ITEM_SINGLE:
		return streq(it->key, "A") ? "B" : "A";
	case ITEM_MULTIPLE:
		return "AD";
	case ITEM_NUMERIC:
		return "12";
	case ITEM_ORDER:
		return "BACD";
	case ITEM_MATCH:
		return "BA-";
	default:
		return "不清楚";
	}
}
