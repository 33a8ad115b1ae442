/* The checks of the core floor, doors to those of the rooms, and the table of all. */
#include <inttypes.h>
#include <time.h>

#include "base/civil.h"
#include "cli/check.h"
#include "core/audit_seal.h"
#include "core/file.h"
#include "core/log_witness.h"
#include "core/message.h"
#include "core/setting.h"
#include "core/signer_head.h"
#include "core/tlog_key.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/proof_check.h"
#include "domain/certificate/revocation.h"
#include "domain/evaluation/archive.h"
#include "domain/evaluation/draw.h"
#include "domain/evaluation/mark.h"
#include "domain/evaluation/result.h"
#include "domain/exam/scoring.h"
#include "domain/statistics/figures.h"
#include "domain/statistics/publish_check.h"
#include "query/core.h"
#include "query/operate.h"

enum { STUCK_SECONDS = 600, ONE_FILE_ARENA = 128 * 1024 * 1024 };

static int check_administrators(struct check_run *run)
{
	static const enum role roles[] = {ROLE_ADMIN_SYSTEM, ROLE_ADMIN_SECURITY, ROLE_ADMIN_AUDIT};
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
		struct q_account_count_of_role row;
		int r = q_account_count_of_role(run->cx->db, &row, .role = role_code(roles[i]),
			.state = "active");
		if (r < 0)
			return r;
		if (row.n == 0)
			check_found(run, "没有可用的%s账户", role_label(roles[i]));
	}
	return 0;
}

static int one_account(void *arg, const struct q_account_walk *row)
{
	struct check_run *run = arg;
	enum role role = role_of(row->role);
	bool needs_region = role == ROLE_AUTHORITY || role == ROLE_AUTHORITY_HEAD;
	bool needs_body = role == ROLE_BODY_CLERK || role == ROLE_BODY_MANAGER;
	if (role == ROLE_COUNT || role == ROLE_SYSTEM)
		check_found(run, "账户%" PRId64 "的角色“%s”不存在", row->id, row->role);
	if (needs_region && !*row->region)
		check_found(run, "账户%" PRId64 "是%s，但没有地区", row->id, role_label(role));
	if (needs_body && !row->body_id)
		check_found(run, "账户%" PRId64 "是%s，但没有所属机构", row->id, role_label(role));
	return 0;
}

static int check_accounts(struct check_run *run)
{
	return q_account_walk(run->cx->db, one_account, run);
}

static void alarm_text(void *arg, const char *text)
{
	check_found(arg, "%s", text);
}

static int check_audit(struct check_run *run)
{
	return audit_check(run->cx, alarm_text, run);
}

static int check_settings(struct check_run *run)
{
	struct q_setting_all_rows rows;
	int r = q_setting_all(run->cx->db, &rows);
	for (size_t i = 0; r >= 0 && i < rows.n; i++) {
		const struct q_setting_all *row = &rows.at[i];
		const struct setting *s = setting_find(row->name);
		if (!s)
			check_found(run, "参数%s在本版本中不存在", row->name);
		else if (row->amount < s->min || row->amount > s->max)
			check_found(run, "参数%s在地区“%s”的值%" PRId64 "超出%" PRId64 "至%" PRId64,
				row->name, row->region, row->amount, s->min, s->max);
	}
	return r;
}

static int check_jobs(struct check_run *run)
{
	struct q_job_stuck_rows rows;
	int r = q_job_stuck(run->cx->db, &rows, .beat_at = ctx_wall(run->cx) - STUCK_SECONDS);
	for (size_t i = 0; r >= 0 && i < rows.n; i++)
		check_found(run, "任务%" PRId64 "（%s）自%s起没有进展，请确认luban worker在运行",
			rows.at[i].id,
			rows.at[i].kind, civil_time_text(run->cx->arena, rows.at[i].beat_at));
	return r;
}

static int check_deadlines(struct check_run *run)
{
	struct q_deadline_lost_rows rows;
	int r = q_deadline_lost(run->cx->db, &rows);
	for (size_t i = 0; r >= 0 && i < rows.n; i++)
		check_found(run, "%s %" PRId64 "有%" PRId64 "个未结束的期限，应只有一个",
			rows.at[i].kind, rows.at[i].subject_id, rows.at[i].n);
	return r;
}

/* Opens the seal and compares the digest, each file in an arena of its own. */
static int one_file(void *arg, const struct q_file_walk *row)
{
	struct check_run *run = arg;
	struct ctx own = *run->cx;
	struct file file;
	auto_arena arena = arena_new(ONE_FILE_ARENA);
	own.arena = arena;
	db_use_arena(own.db, arena);
	int r = file_get(&own, row->person_id, row->id, &file);
	if (r < 0 && r != ERR_DB)
		check_found(run, "文件%" PRId64 "：%s", row->id, problem_text(&own));
	db_use_arena(own.db, run->cx->arena);
	return r == ERR_DB ? r : 0;
}

static int check_files(struct check_run *run)
{
	return q_file_walk(run->cx->db, one_file, run);
}

static void result_alarm(void *arg, int64_t batch_id, const char *text)
{
	check_found(arg, "批次%" PRId64 "：%s", batch_id, text);
}

static int check_marks(struct check_run *run)
{
	return mark_check(run->cx, 0, result_alarm, run);
}

static int check_archives(struct check_run *run)
{
	return archive_check(run->cx, result_alarm, run);
}

static int check_results(struct check_run *run)
{
	return result_check(run->cx, 0, result_alarm, run);
}

static void exam_alarm(void *arg, int64_t exam_id, const char *text)
{
	check_found(arg, "考试%" PRId64 "：%s", exam_id, text);
}

static int check_scores(struct check_run *run)
{
	return score_check(run->cx, 0, exam_alarm, run);
}

static int check_revocations(struct check_run *run)
{
	return revocation_check(run->cx, alarm_text, run);
}

static int check_certificates(struct check_run *run)
{
	return certificate_check(run->cx, alarm_text, run);
}

static int last_checkpoint(struct ctx *cx, uint64_t *ret_size)
{
	struct tlog_head head = {0};
	int r = tlog_head(cx, &head);
	*ret_size = head.head.size;
	return r == ERR_NOTFOUND ? 0 : r;
}

/* The signer remembers before a server keeps: that is waited for. */
static int check_memory(struct check_run *run)
{
	struct ctx *cx = run->cx;
	struct merkle_head last;
	const char *origin;
	uint64_t size = 0;
	int r = tlog_origin(cx, &origin);
	if (r < 0 || !run->heads)
		return r;
	r = signer_head_read(run->heads, origin, &last);
	if (r == ERR_INVALID)
		check_found(run, "签名进程的记录文件%s已损坏", run->heads);
	if (r < 0)
		return 0;
	r = tlog_continues(cx, origin, &last);
	if (r == ERR_STATE) {
		check_found(run, "%s", problem_text(cx));
		return 0;
	}
	for (int i = 0; r >= 0 && i < 2 && size < last.size; i++) {
		nanosleep(&(struct timespec){.tv_sec = i}, NULL);
		r = last_checkpoint(cx, &size);
	}
	if (r >= 0 && size < last.size)
		check_found(run, "签名进程已签到%" PRIu64 "条，最后存有的检查点只有%" PRIu64
			"条：其后的检查点已被删除", last.size, size);
	return r;
}

static int check_log(struct check_run *run)
{
	int r = certificate_proof_check(run->cx, alarm_text, run);
	if (r >= 0)
		r = log_witness_check(run->cx, alarm_text, run);
	return r < 0 ? r : check_memory(run);
}

static int check_draws(struct check_run *run)
{
	return draw_check(run->cx, alarm_text, run);
}

static int check_figures(struct check_run *run)
{
	return figures_log_check(run->cx, alarm_text, run);
}

static int check_counters(struct check_run *run)
{
	return statistics_check(run->cx, alarm_text, run);
}

const struct check checks[] = {
	{"administrators", "三个管理员账户可用", check_administrators},
	{"accounts", "账户的角色与范围完整", check_accounts},
	{"audit", "审计记录与其封印、清点相符，没有被改动或删除", check_audit},
	{"settings", "参数在规定范围内", check_settings},
	{"jobs", "任务没有停滞", check_jobs},
	{"deadlines", "每个事项至多一个未结束的期限", check_deadlines},
	{"files", "文件与保存时的哈希值一致", check_files},
	{"marks", "已签字的评分与签字相符", check_marks},
	{"results", "冻结的成绩与留存的哈希值一致", check_results},
	{"scores", "机考成绩与答卷、计分规则重算的结果一致", check_scores},
	{"archives", "档案包与归档时的哈希值一致", check_archives},
	{"certificates", "证书编号不断号、不重号，证书内容与哈希值、计数一致", check_certificates},
	{"revocations", "撤销、复核和更正次数与案件、申请相符", check_revocations},
	{"log", "证书与公开日志的承诺一致，公开日志与其检查点一致", check_log},
	{"draws", "抽签的种子和结果与公开日志一致", check_draws},
	{"figures", "公布的统计数据与公开日志一致", check_figures},
	{"counters", "批次的人数与报名、证书记录一致", check_counters},
	{0},
};
