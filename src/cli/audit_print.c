#include "cli/audit_print.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/civil.h"
#include "base/hex.h"

static const char *const dimension_names[TALLY_DIMENSIONS] = {
	"机构类别", "地区", "职业", "等级", "年份", "评价机构"};

static const char *why_words(enum tally_fault why)
{
	static const char *const words[] = {"", "重复", "此前没有发出过", "已经撤销，不能再变更",
		"与其此前的状态接不上", "序号接不上", "合格人数多于参加人数", "不同的取值过多",
		"抽签所用的种子不是事先承诺的"};
	return words[why];
}

/* One finding as a sentence. */
static void put_words(struct buf *b, const struct audit_finding *f)
{
	switch (f->fault) {
	case AUDIT_CHECKPOINT:
		buf_puts(b, "没有检查点，或者不是检查点");
		break;
	case AUDIT_SIGNATURE:
		buf_printf(b, "检查点（%s）没有信任文件中日志公钥的签名，或签名不成立", f->subject);
		break;
	case AUDIT_QUORUM:
		buf_printf(b, "检查点只有 %s 个见证签名，应有 %s 个", f->found, f->wanted);
		break;
	case AUDIT_STALE:
		buf_printf(b, "检查点陈旧：最近的见证签名在 %s（纪元秒），应不早于 %s", f->found,
			f->wanted);
		break;
	case AUDIT_ORIGIN:
		buf_printf(b, "不是上次核查的日志：现为“%s”，上次为“%s”", f->found, f->wanted);
		break;
	case AUDIT_SHRUNK:
		buf_printf(b, "日志缩短：现为 %s，上次为 %s", f->found, f->wanted);
		break;
	case AUDIT_FORKED:
		buf_printf(b, "日志分叉：前 %" PRIu64 " 条现为 %s，上次为 %s", f->at, f->found,
			f->wanted);
		break;
	case AUDIT_MISSING:
		buf_printf(b, "缺少 %s（第 %" PRIu64 " 条起）", f->subject, f->at);
		break;
	case AUDIT_SHAPE:
		buf_printf(b, "%s 的内容残缺或格式不对（第 %" PRIu64 " 条起）", f->subject, f->at);
		break;
	case AUDIT_TILE:
		buf_printf(b, "%s 与记录不符：第 %" PRIu64 " 条起", f->subject, f->at);
		break;
	case AUDIT_ROOT:
		buf_printf(b, "全部记录算出的根与检查点不符：算得 %s，检查点为 %s", f->found,
			f->wanted);
		break;
	case AUDIT_LEAF:
		buf_printf(b, "第 %" PRIu64 " 条读不懂", f->at);
		break;
	case AUDIT_SEQUENCE:
		buf_printf(b, "第 %" PRIu64 " 条 %s %s：%s", f->at, leaf_kind_code(f->kind),
			f->subject, why_words(f->why));
		break;
	case AUDIT_FIGURES:
		buf_printf(b, "第 %" PRIu64 " 条公布的数字 %s 为 %s，由记录算得 %s", f->at,
			f->subject, f->found, f->wanted);
		break;
	default:
		buf_printf(b, "日志有 %" PRIu64 " 条，多于要核的条数", f->at);
	}
}

static void print_findings(const struct audit *a)
{
	uint64_t n = audit_found(a);
	for (size_t i = 0; i < a->n_findings; i++) {
		auto_buf words;
		buf_init(&words, 1024);
		put_words(&words, &a->findings[i]);
		printf("问题　　%s\n", buf_z(&words));
	}
	if (n > a->n_findings)
		printf("问题　　……以上列出 %zu 个，共 %" PRIu64 " 个\n", a->n_findings, n);
}

static void print_rows(const struct audit *a, enum tally_dimension d)
{
	struct tally_row *rows;
	size_t n = tally_rows(a->tally, d, &rows);
	printf("\n按%s\n%-16s %12s %12s %12s %12s\n", dimension_names[d], "", "发出", "有效",
		"暂停", "撤销");
	for (size_t i = 0; i < n; i++) {
		const struct tally_count *c = &rows[i].count;
		printf("%-16s %10" PRIu64 " %10" PRIu64 " %10" PRIu64 " %10" PRIu64 "\n",
			*rows[i].value ? rows[i].value : "-", c->issued, c->valid, c->suspended,
			c->revoked);
	}
	free(rows);
}

static void print_signatures(const struct audit *a, const struct trust *trust)
{
	char at[CIVIL_TEXT];
	if (!trust) {
		printf("签名　　未核（没有给出信任文件）\n");
		return;
	}
	for (size_t i = 0; i < trust->n_logs; i++)
		if (a->verdict.by_log[i])
			printf("签名　　%s（%08" PRIx32 "，%s）\n", trust->logs[i].name,
				trust->logs[i].id,
				trust->logs[i].type == NOTE_SM2 ? "SM2" : "Ed25519");
	for (size_t i = 0; i < trust->n_witnesses; i++)
		if (a->verdict.by_witness[i])
			printf("见证　　%s，%s\n", trust->witnesses[i].name,
				civil_put_time(a->verdict.witnessed_at[i], at));
	printf("门限　　%zu 个见证签名，应有 %zu 个\n", a->verdict.n_witnesses, trust->quorum);
}

static void print_head(const struct audit *a)
{
	auto_buf root;
	buf_init(&root, 64);
	base64_put(&root, a->head.root.bytes, MERKLE_BYTES);
	printf("日志　　%s\n条数　　%" PRIu64 "，已逐条核 %" PRIu64 "\n根　　　%s，%s\n", a->origin,
		a->head.size, a->leaves, buf_z(&root),
		a->is_whole ? "与逐条算得的一致" : "没有得到证实");
	if (a->had_known)
		printf("上次　　%" PRIu64 " 条，%s\n", a->known.size,
			a->is_grown ? "是现在的开头部分" : "没有证实是现在的开头部分");
}

void audit_print(const struct audit *a, const struct trust *trust, bool with_bodies)
{
	struct tally_count c = tally_all(a->tally);
	if (*a->origin) {
		print_head(a);
		print_signatures(a, trust);
		for (enum leaf_kind k = LEAF_ISSUED; k < LEAF_KINDS; k++)
			if (tally_leaves(a->tally, k))
				printf("记录　　%-24s %" PRIu64 "\n", leaf_kind_code(k),
					tally_leaves(a->tally, k));
		printf("证书　　发出 %" PRIu64 "，有效 %" PRIu64 "，暂停 %" PRIu64 "，撤销 %" PRIu64
		       "\n", c.issued, c.valid, c.suspended, c.revoked);
		for (enum tally_dimension d = 0; d < TALLY_DIMENSIONS; d++)
			if (c.issued && (d != TALLY_BODY || with_bodies))
				print_rows(a, d);
		printf("\n");
	}
	print_findings(a);
	if (!audit_found(a) && a->is_whole)
		printf("结论　　没有发现问题\n");
}

/* ---- JSON ---- */

static json_t *json_count(const struct tally_count *c)
{
	return json_pack("{sIsIsIsI}", "issued", (json_int_t)c->issued, "valid",
		(json_int_t)c->valid, "suspended", (json_int_t)c->suspended, "revoked",
		(json_int_t)c->revoked);
}

static json_t *json_rows(const struct audit *a, enum tally_dimension d)
{
	struct tally_row *rows;
	size_t n = tally_rows(a->tally, d, &rows);
	json_t *all = json_object();
	for (size_t i = 0; i < n; i++)
		json_object_set_new(all, rows[i].value, json_count(&rows[i].count));
	free(rows);
	return all;
}

static json_t *json_finding(const struct audit_finding *f)
{
	auto_buf words;
	buf_init(&words, 1024);
	put_words(&words, f);
	json_t *o = json_pack("{ssss}", "fault", audit_fault_code(f->fault), "text", buf_z(&words));
	if (f->has_at)
		json_object_set_new(o, "at", json_integer((json_int_t)f->at));
	if (*f->subject)
		json_object_set_new(o, "subject", json_string(f->subject));
	if (f->fault == AUDIT_SEQUENCE)
		json_object_set_new(o, "kind", json_string(leaf_kind_code(f->kind)));
	if (*f->found)
		json_object_set_new(o, "found", json_string(f->found));
	if (*f->wanted)
		json_object_set_new(o, "wanted", json_string(f->wanted));
	return o;
}

static json_t *json_signatures(const struct audit *a, const struct trust *trust)
{
	json_t *all = json_array();
	for (size_t i = 0; trust && i < trust->n_logs; i++)
		if (a->verdict.by_log[i])
			json_array_append_new(all, json_pack("{ss}", "log", trust->logs[i].name));
	for (size_t i = 0; trust && i < trust->n_witnesses; i++)
		if (a->verdict.by_witness[i])
			json_array_append_new(all, json_pack("{sssI}", "witness",
				trust->witnesses[i].name, "at",
				(json_int_t)a->verdict.witnessed_at[i]));
	return all;
}

static json_t *json_leaves(const struct audit *a)
{
	json_t *all = json_object();
	for (enum leaf_kind k = LEAF_ISSUED; k < LEAF_KINDS; k++)
		if (tally_leaves(a->tally, k))
			json_object_set_new(all, leaf_kind_code(k),
				json_integer((json_int_t)tally_leaves(a->tally, k)));
	return all;
}

static json_t *json_head(const struct audit *a)
{
	auto_buf root;
	buf_init(&root, 64);
	base64_put(&root, a->head.root.bytes, MERKLE_BYTES);
	return json_pack("{sssIsssIsbsb}", "origin", a->origin, "size", (json_int_t)a->head.size,
		"root", buf_z(&root), "read", (json_int_t)a->leaves, "whole", a->is_whole, "grown",
		a->is_grown);
}

void audit_print_json(const struct audit *a, const struct trust *trust)
{
	struct tally_count all = tally_all(a->tally);
	json_t *top = json_head(a), *findings = json_array();
	json_object_set_new(top, "checked_signatures", json_boolean(trust));
	json_object_set_new(top, "signatures", json_signatures(a, trust));
	json_object_set_new(top, "leaves", json_leaves(a));
	json_object_set_new(top, "certificates", json_count(&all));
	for (enum tally_dimension d = 0; d < TALLY_DIMENSIONS; d++)
		json_object_set_new(top, tally_dimension_code(d), json_rows(a, d));
	json_object_set_new(top, "found", json_integer((json_int_t)audit_found(a)));
	for (size_t i = 0; i < a->n_findings; i++)
		json_array_append_new(findings, json_finding(&a->findings[i]));
	json_object_set_new(top, "findings", findings);
	json_dumpf(top, stdout, JSON_INDENT(1));
	printf("\n");
	json_decref(top);
}
