/* Does the ledger add up: serials without gaps, faces as they were sealed, counts as they were
 * kept. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/face.h"
#include "query/certificate.h"

enum { PREFIX_CHARS = 16 };

struct check {
	struct ctx *cx;
	struct arena *scratch;
	void (*alarm)(void *arg, const char *text);
	void *arg;
	char prefix[PREFIX_CHARS + 1];
	int64_t last; /* the serial before, within the prefix */
	struct q_certificate_tally_all_rows tallies;
	struct q_certificate_serials_rows serials;
};

static int64_t serial_kept(const struct check *c)
{
	for (size_t i = 0; i < c->serials.n; i++)
		if (streq(c->serials.at[i].prefix, c->prefix))
			return c->serials.at[i].last;
	return 0;
}

static void end_prefix(struct check *c)
{
	if (c->prefix[0] && serial_kept(c) != c->last)
		c->alarm(c->arg, text_of(c->cx, "编号段 %s 最后一号为 %06d，登记为 %06d", c->prefix,
			(int)c->last, (int)serial_kept(c)));
}

/* Rows come in order of number: serials of one prefix follow each other. */
static void check_serial(struct check *c, const char *number)
{
	if (strncmp(number, c->prefix, PREFIX_CHARS)) {
		end_prefix(c);
		memcpy(c->prefix, number, PREFIX_CHARS);
		c->last = 0;
	}
	int64_t serial = strtoll(number + PREFIX_CHARS, NULL, 10);
	if (serial != c->last + 1)
		c->alarm(c->arg, text_of(c->cx, "编号不连续：%s 之前缺 %d 号", number,
			(int)(serial - c->last - 1)));
	c->last = serial;
}

static void check_face(struct check *c, const struct q_certificate_walk *row)
{
	struct face face = {.number = row->number, .name = row->name, .idno_mask = row->idno_mask,
		.occupation_name = row->occupation_name, .occupation_code = row->occupation_code,
		.work_type_name = row->work_type_name, .body_name = row->body_name,
			.body_code = row->body_code,
		.grade = row->grade, .issued_on = row->issued_on};
	struct arena *outer = c->cx->arena;
	c->cx->arena = c->scratch;
	bool same = streq(face_hash(c->cx, &face), row->face_hash);
	c->cx->arena = outer;
	arena_reset(c->scratch);
	if (!same)
		c->alarm(c->arg, text_of(c->cx, "证书 %s 的票面与颁发时的摘要不一致", row->number));
}

static int by_key(const void *a, const void *b)
{
	const struct q_certificate_tally_all *x = a, *y = b;
	int d = strcmp(x->region, y->region);
	d = d ? d : strcmp(x->body_kind, y->body_kind);
	d = d ? d : (x->grade > y->grade) - (x->grade < y->grade);
	return d ? d : (x->month > y->month) - (x->month < y->month);
}

/* Each row takes one away from what was counted; everything must come to nought. */
static void count(struct check *c, const struct q_certificate_walk *row)
{
	struct civil date = civil_of(row->issued_on);
	struct q_certificate_tally_all key = {.region = row->region, .body_kind = row->body_kind,
		.grade = row->grade, .month = date.year * 100 + date.month};
	struct q_certificate_tally_all *t = c->tallies.n ? bsearch(&key, c->tallies.at,
		c->tallies.n, sizeof key, by_key) : NULL;
	if (!t) {
		c->alarm(c->arg, text_of(c->cx, "证书 %s 没有计入统计", row->number));
		return;
	}
	t->n--;
	t->n_revoked -= streq(row->state, "revoked");
}

static int each(void *arg, const struct q_certificate_walk *row)
{
	struct check *c = arg;
	if (strlen(row->number) != PREFIX_CHARS + 6) {
		c->alarm(c->arg, text_of(c->cx, "编号格式不对：%s", row->number));
		return 0;
	}
	check_serial(c, row->number);
	check_face(c, row);
	count(c, row);
	return 0;
}

/* Workers counted once for each kind of body. */
static int check_holders(struct check *c)
{
	struct q_certificate_holders_kept_rows kept;
	struct q_certificate_holders_wrong_rows wrong;
	int r = q_certificate_holders_kept(c->cx->db, &kept);
	if (r >= 0)
		r = q_certificate_holders_wrong(c->cx->db, &wrong);
	if (r < 0)
		return r;
	for (size_t i = 0; i < kept.n; i++)
		if (kept.at[i].n_first != kept.at[i].n_holders)
			c->alarm(c->arg, text_of(c->cx, "经%s类机构获证的人数记为 %" PRId64
				"，实为 %" PRId64, kept.at[i].body_kind, kept.at[i].n_first,
				kept.at[i].n_holders));
	for (size_t i = 0; i < wrong.n; i++)
		c->alarm(c->arg, text_of(c->cx, "证书 %s 的持有人没有计入人数",
			wrong.at[i].number));
	return 0;
}

int certificate_check(struct ctx *cx, void (*alarm)(void *arg, const char *text), void *arg)
{
	struct scope all = scope_all();
	auto_arena scratch = arena_new(1024 * 1024);
	struct check c = {.cx = cx, .scratch = scratch, .alarm = alarm, .arg = arg};
	int r = q_certificate_tally_all(cx->db, &c.tallies, .scope_lo = all.lo, .scope_hi = all.hi);
	/* A database sorts by its own alphabet. */
	if (r >= 0 && c.tallies.n)
		qsort(c.tallies.at, c.tallies.n, sizeof *c.tallies.at, by_key);
	if (r >= 0)
		r = q_certificate_serials(cx->db, &c.serials);
	if (r >= 0)
		r = q_certificate_walk(cx->db, each, &c);
	if (r >= 0)
		r = check_holders(&c);
	if (r < 0)
		return ctx_pass(cx, r);
	end_prefix(&c);
	for (size_t i = 0; i < c.tallies.n; i++)
		if (c.tallies.at[i].n || c.tallies.at[i].n_revoked)
			alarm(arg, text_of(cx, "统计 %s %s %" PRId64 " 多计 %" PRId64,
				c.tallies.at[i].region,
				c.tallies.at[i].body_kind, c.tallies.at[i].month,
				c.tallies.at[i].n));
	return 0;
}
