#include "core/credential_text.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/civil.h"

struct writing {
	struct arena *a;
	const struct trust *t;
	const struct credential *c;
	const struct credential_report *r;
	struct credential_words words;
};

const char *credential_sense_code(enum credential_sense s)
{
	static const char *const codes[] = {"proven", "refuted", "open"};
	return codes[s];
}

const char *credential_sense_label(enum credential_sense s)
{
	static const char *const labels[] = {"已证明", "不成立", "未证明"};
	return labels[s];
}

static void say(struct writing *w, enum credential_sense sense, const char *code, const char *text)
{
	if (w->words.n < CREDENTIAL_LINES)
		w->words.lines[w->words.n++] = (struct credential_line){sense, code, text};
}

/* One of two sentences, or none when it was not asked. */
static void say_answer(struct writing *w, enum credential_question q, const char *yes,
	const char *no)
{
	const char *code = credential_question_code(q);
	if (w->r->answers[q] == CREDENTIAL_YES)
		say(w, CREDENTIAL_PROVEN, code, yes);
	else if (w->r->answers[q] == CREDENTIAL_NO)
		say(w, CREDENTIAL_REFUTED, code, no);
}

static const char *day_text(struct writing *w, int64_t day)
{
	return civil_day_text_zh(w->a, day);
}

static void say_texts(struct writing *w)
{
	say_answer(w, CREDENTIAL_TEXTS,
		w->r->version > 1
			? arena_printf(w->a, "票面各项与日志条目中的承诺一致（第%" PRId64 "版，更正"
			"后）",
				w->r->version)
			: "票面各项与日志条目中的承诺一致",
		w->r->leaf.kind ? "票面内容与日志条目中的承诺不一致：内容被改动过"
				: "日志条目不是证书的颁发或更正");
	say_answer(w, CREDENTIAL_FACTS, "机构、职业、等级、发证日期与日志条目公开的一致",
		"机构、职业、等级或发证日期与日志条目公开的不一致");
	say_answer(w, CREDENTIAL_IDNO, "证件号码全号与票面的承诺一致",
		"证件号码全号与票面的承诺不一致");
}

static void say_place(struct writing *w)
{
	const struct credential_report *r = w->r;
	say_answer(w, CREDENTIAL_PLACE,
		arena_printf(w->a, "条目位于公开日志%.*s第%" PRIu64 "条（序号从0起），检查点共"
		"%" PRIu64
			"条", (int)w->c->origin.n, w->c->origin.p, r->index, r->head.size),
		"条目不在检查点所指的日志中：包含证明不成立");
}

static void put_key(struct buf *b, const struct note_key *key, int64_t at)
{
	char day[CIVIL_TEXT];
	buf_printf(b, "%s%s+%08" PRIx32, b->n ? "、" : "", key->name, key->id);
	if (key->type == NOTE_SM2)
		buf_puts(b, "（SM2）");
	else if (key->type == NOTE_ED25519)
		buf_puts(b, "（Ed25519）");
	if (at)
		buf_printf(b, "（%s）", civil_put_time(at, day));
}

static void say_log(struct writing *w)
{
	auto_buf b;
	buf_init(&b, 8 * 1024);
	for (size_t i = 0; i < w->t->n_logs; i++)
		if (w->r->signers.by_log[i])
			put_key(&b, &w->t->logs[i], 0);
	say_answer(w, CREDENTIAL_LOG,
		arena_printf(w->a, "检查点由所信任的日志密钥签名：%s", buf_z(&b)),
		w->r->is_signature_bad ? "检查点上的签名不成立：内容、证明或签名被改动过"
				       : "检查点没有所信任的日志密钥的签名");
}

static void say_witnesses(struct writing *w)
{
	size_t n = w->r->signers.n_witnesses, k = w->t->quorum;
	auto_buf b;
	buf_init(&b, 8 * 1024);
	for (size_t i = 0; i < w->t->n_witnesses; i++)
		if (w->r->signers.by_witness[i])
			put_key(&b, &w->t->witnesses[i], w->r->signers.witnessed_at[i]);
	const char *count = arena_printf(w->a, "%zu个见证人共同签名，要求%zu个%s%s", n, k,
		n ? "：" : "", buf_z(&b));
	say_answer(w, CREDENTIAL_WITNESSES, count, arena_printf(w->a, "见证不足：只有%s", count));
	if (k)
		return;
	say(w, n ? CREDENTIAL_PROVEN : CREDENTIAL_OPEN,
		credential_question_code(CREDENTIAL_WITNESSES),
		n ? count : "日志只有一个版本：没有见证人签名，信任文件也没有要求");
}

static const char *refutation(struct writing *w)
{
	const struct credential_report *r = w->r;
	const char *day = day_text(w, r->state_on);
	switch (r->state) {
	case CREDENTIAL_SUSPENDED:
		return arena_printf(w->a, "截至%s，证书处于暂停状态（调查中）", day);
	case CREDENTIAL_REVOKED:
		return arena_printf(w->a, "截至%s，证书已撤销", day);
	case CREDENTIAL_SUPERSEDED:
		return arena_printf(w->a,
			"截至%s，票面已更正，以第%" PRId64 "版为准，本文件是第%" PRId64
			"版，请持证人重新下载", day, r->latest, r->version);
	case CREDENTIAL_STATE_OLDER:
		return arena_printf(w->a,
			"状态快照（%s）早于本证书入日志，不能说明其状态，请换用新的快照", day);
	default:
		return "状态快照属于另一日志，或与本文件的检查点矛盾";
	}
}

static void say_state(struct writing *w)
{
	const char *day = day_text(w, w->r->state_on);
	if (w->r->state == CREDENTIAL_STATE_UNASKED) {
		say(w, CREDENTIAL_OPEN, credential_question_code(CREDENTIAL_STATE),
			"证书现在的状态：没有给出状态快照，未查是否暂停、撤销或更正");
		return;
	}
	say_answer(w, CREDENTIAL_STATE,
		arena_printf(w->a, "截至%s，没有暂停、撤销，票面没有再更正", day), refutation(w));
	say(w, CREDENTIAL_OPEN, "later", arena_printf(w->a, "%s以后的状态", day));
}

static void say_open(struct writing *w)
{
	if (!w->c->has_idno)
		say(w, CREDENTIAL_OPEN, credential_question_code(CREDENTIAL_IDNO),
			"证件号码全号：文件没有出示，只有掩码");
	say(w, CREDENTIAL_OPEN, "holder", "出示文件的人就是持证人：请核对有效身份证件");
	say(w, CREDENTIAL_OPEN, "decision", "评价结论本身是否正确：日志只证明机构作过这一决定");
}

static const char *verdict(struct writing *w)
{
	if (w->r->holds)
		return w->r->state == CREDENTIAL_GOOD ? "成立：证书属实，且截至快照之日有效"
						      : "成立：证书属实（未查现在的状态）";
	for (size_t i = 0; i < w->words.n; i++)
		if (w->words.lines[i].sense == CREDENTIAL_REFUTED)
			return arena_printf(w->a, "不成立：%s", w->words.lines[i].text);
	return "不成立";
}

void credential_words(struct arena *a, const struct trust *t, const struct credential *c,
	const struct credential_report *r, struct credential_words *ret_words)
{
	struct writing w = {.a = a, .t = t, .c = c, .r = r};
	say_texts(&w);
	say_place(&w);
	say_log(&w);
	say_witnesses(&w);
	say_state(&w);
	say_open(&w);
	w.words.verdict = verdict(&w);
	*ret_words = w.words;
}

const char *trust_problem_text(struct arena *a, const struct trust_problem *p)
{
	static const char *const texts[] = {
		[TRUST_TOO_LONG] = "文件或密钥过多，超出上限",
		[TRUST_NOT_TEXT] = "不是UTF-8文本，或含有控制字符",
		[TRUST_UNKNOWN_WORD] = "应以log、witness、quorum或issuer开头，各项之间一个空格",
		[TRUST_BAD_KEY] = "公钥写法或类型不对（log为Ed25519、SM2，witness为共同签名）",
		[TRUST_BAD_QUORUM] = "quorum应为一个整数，不超过witness的个数，只写一次",
		[TRUST_TWICE] = "同一公钥出现两次",
		[TRUST_NO_LOG] = "没有log行，不知道信任哪个日志",
	};
	return p->line ? arena_printf(a, "第%u行：%s", p->line, texts[p->fault]) : texts[p->fault];
}
