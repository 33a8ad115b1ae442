#include "domain/evaluation/archive.h"

#include <string.h>

#include "base/civil.h"
#include "base/crypto.h"
#include "core/audit.h"
#include "core/setting.h"
#include "domain/evaluation/batch.h"
#include "query/archive.h"
#include "query/batch.h"

enum { ONE_PACKAGE_ARENA = 128 * 1024 * 1024, WITNESSES_MAX = 16 };

const char *const archive_volumes[ARCHIVE_VOLUMES] = {
	"报名与资格审核", "备案", "考务过程", "试卷与结果", "证书"};

const struct archive_item archive_items[] = {
	{0, "报名与资格审核汇总表", NULL},
	{0, "报名审核办理记录", NULL},
	{0, "照片清单", NULL},
	{0, "报名表与证明材料原件", "机构纸质档案"},
	{1, "计划申报表", NULL},
	{1, "考务实施方案", NULL},
	{1, "批次办理记录", NULL},
	{2, "考生签到表", NULL},
	{2, "考场编排表", NULL},
	{2, "监考、考评人员签到表", "机构纸质档案"},
	{2, "试卷收发登记", "机构纸质档案"},
	{2, "考场情况记录单", "机构纸质档案"},
	{2, "内部督导表", "机构纸质档案"},
	{2, "考场视频", "机构视频存储，保存期按参数规定"},
	{3, "评价结果汇总表", NULL},
	{3, "成绩表原文与摘要（各版）", NULL},
	{3, "评分记录（含签字）", NULL},
	{3, "考评员评分表", NULL},
	{3, "成绩更改与异议记录", NULL},
	{3, "答卷、答题卡", "机构纸质档案"},
	{3, "工件照片、答辩记录", "机构纸质档案与影像存储"},
	{4, "数据审核确认记录", NULL},
	{4, "证书发放记录", NULL},
	{4, "证书签收单", "机构纸质档案"},
	{0},
};

int archive_may_build(struct ctx *cx, int64_t batch_id, struct q_batch_find *ret_batch)
{
	int r = ctx_need(cx, PERM_RESULT_COMPILE);
	if (r < 0 || (r = batch_get(cx, batch_id, ret_batch)) < 0)
		return r;
	if (streq(ret_batch->state, "certified") || streq(ret_batch->state, "archived"))
		return 0;
	return fail(cx, ERR_STATE, "archive.not_yet",
		flow_state(&batch_flow, ret_batch->state)->label);
}

static const char *hash_of(struct ctx *cx, struct str package)
{
	char hex[DIGEST_HEX];
	return arena_dup(cx->arena, crypto_sm3_hex(package, hex));
}

static int insert(struct ctx *cx, const struct q_batch_find *batch, struct str package, int64_t id)
{
	int64_t paper, electronic, today = ctx_today(cx);
	struct file file = {.body_id = batch->body_id, .region = batch->region,
		.name = text_of(cx, "档案-%s.zip", batch->batch_no), .mime = "application/zip",
		.bytes = package};
	int r = setting_get(cx, "archive.paper_years", batch->region, today, &paper);
	if (r < 0 ||
		(r = setting_get(cx, "archive.electronic_years", batch->region, today,
			&electronic)) < 0 ||
		(r = file_put(cx, &file)) < 0)
		return r;
	r = q_archive_insert(cx->db, .id = id, .batch_id = batch->id, .body_id = batch->body_id,
		.region = batch->region, .file_id = file.id, .package_hash = hash_of(cx, package),
		.paper_until_on = civil_add_years(today, paper),
		.electronic_until_on = civil_add_years(today, electronic),
		.created_by = cx->actor.account_id, .created_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int archive_keep(struct ctx *cx, int64_t batch_id, struct str package, int64_t *ret_id)
{
	struct q_batch_find batch;
	int64_t id = ctx_id(cx);
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = archive_may_build(cx, batch_id, &batch)) < 0 ||
		(r = insert(cx, &batch, package, id)) < 0)
		return r;
	const char *hash = text_of(cx, "档案包摘要（SM3）%s", hash_of(cx, package));
	r = streq(batch.state, "certified")
		? flow_run(cx, &batch_flow, 0, batch_id, "archive", hash, NULL)
		: flow_note(cx, "batch", 0, batch_id, "archive_again", hash);
	if (r < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

static bool is_apart(const char *p, size_t *ret_length)
{
	static const char *const marks[] = {"、", "，", "；", "　", ",", ";", " ", "\n", "\r",
		"\t"};
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
		if (strncmp(p, marks[i], strlen(marks[i])) == 0) {
			*ret_length = strlen(marks[i]);
			return true;
		}
	return false;
}

/* Different people, the reader left out. */
static int64_t count_witnesses(struct ctx *cx, const char *text)
{
	struct str names[WITNESSES_MAX];
	int64_t n = 0;
	while (*text && n < WITNESSES_MAX) {
		size_t skip = 0, length = 0;
		if (is_apart(text, &skip)) {
			text += skip;
			continue;
		}
		while (text[length] && !is_apart(text + length, &skip))
			length++;
		struct str name = {text, length};
		bool known = str_is(name, cx->actor.name);
		for (int64_t i = 0; i < n; i++)
			known |= str_eq(names[i], name);
		if (!known)
			names[n++] = name;
		text += length;
	}
	return n;
}

static int check_reading(struct ctx *cx, const char *region, const char *purpose,
	const char *witnesses)
{
	int64_t least;
	int r = setting_get(cx, "archive.witnesses_min", region, 0, &least);
	if (r < 0)
		return r;
	if (is_blank(purpose))
		fail_field(cx, "purpose", "archive.purpose_needed");
	if (count_witnesses(cx, witnesses) < least)
		fail_field(cx, "witness", "archive.witnesses_needed",
			text_of(cx, "%d", (int)least));
	return ctx_checked(cx);
}

static int note_reading(struct ctx *cx, const struct q_archive_find *a, const char *purpose,
	const char *witnesses)
{
	int r = q_archive_read_insert(cx->db, .id = ctx_id(cx), .archive_id = a->id,
		.batch_id = a->batch_id, .body_id = a->body_id, .region = a->region,
		.account_id = cx->actor.account_id, .actor_name = cx->actor.name,
		.purpose = purpose, .witness = witnesses, .at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	return audit_note(cx, "archive.read", "batch", a->batch_id, purpose,
		text_of(cx, "见证人：%s", witnesses));
}

int archive_open(struct ctx *cx, int64_t id, const char *purpose, const char *witnesses,
	struct file *ret_file)
{
	struct q_archive_find a;
	struct file file;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_ARCHIVE_READ);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_archive_find(cx->db, &a, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "archive.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = check_reading(cx, a.region, purpose, witnesses)) < 0 ||
		(r = note_reading(cx, &a, purpose, witnesses)) < 0 ||
		(r = file_get(cx, 0, a.file_id, &file)) < 0)
		return r;
	if (!streq(hash_of(cx, file.bytes), a.package_hash))
		return fail(cx, ERR_CONFLICT, "archive.changed");
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_file = file;
	return 0;
}

struct check {
	struct ctx *cx;
	void (*alarm)(void *arg, int64_t batch_id, const char *text);
	void *arg;
};

/* Each package in an arena of its own. */
static int check_one(void *arg, const struct q_archive_walk *row)
{
	struct check *c = arg;
	struct ctx own = *c->cx;
	struct file file;
	auto_arena arena = arena_new(ONE_PACKAGE_ARENA);
	own.arena = arena;
	db_use_arena(own.db, arena);
	int r = file_get(&own, 0, row->file_id, &file);
	bool good = r == 0 && streq(hash_of(&own, file.bytes), row->package_hash);
	db_use_arena(own.db, c->cx->arena);
	if (r == ERR_DB)
		return r;
	if (!good)
		c->alarm(c->arg, row->batch_id, "档案包与归档时的摘要不一致");
	return 0;
}

int archive_check(struct ctx *cx,
	void (*alarm)(void *arg, int64_t batch_id, const char *text), void *arg)
{
	struct check c = {cx, alarm, arg};
	int r = q_archive_walk(cx->db, check_one, &c);
	return r < 0 ? ctx_pass(cx, r) : 0;
}
