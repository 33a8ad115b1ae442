/* Fills a database with certificates and enrolments for measuring: bench_fill DATABASE-FILE NUMBER.
 * They belong to a body, a batch and people of their own, and keep every rule that `luban check`
 * asks about. Nearly all are at the end of their way; the rest are spread evenly among them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/civil.h"
#include "base/ident.h"
#include "cli/open.h"
#include "core/secret.h"
#include "domain/certificate/face.h"
#include "domain/evaluation/person.h"
#include "domain/registry/registry.h"
#include "query/batch.h"
#include "query/certificate.h"
#include "query/enrolment.h"
#include "query/registry.h"
#include "query/standard.h"

enum { CHUNK = 2000 };

struct filling {
	struct ctx *cx;
	int64_t body, batch, occupation, today;
};

static void must(struct ctx *cx, int r)
{
	if (r >= 0)
		return;
	fprintf(stderr, "bench_fill: %s %s\n", cx->problem.id ? cx->problem.id : "",
		db_error(cx->db));
	exit(3);
}

static void prepare(struct filling *f)
{
	struct ctx *cx = f->cx;
	struct q_occupation_by_code welder;
	char uscc[19];
	ident_uscc_make('9', '1', "371002", "BENCH001", uscc);
	must(cx, q_occupation_by_code(cx->db, &welder, .edition = "2022", .code = "6-18-02-04"));
	must(cx, body_register(cx,
		&(struct body_in){.name = "量度用评价机构", .uscc = uscc, .body_kind = "enterprise",
		.region = "371002", .legal_person = "", .address = "", .contact = "", .phone = "",
		.website = ""}, &f->body));
	must(cx, q_body_effect(cx->db, .id = f->body, .body_code = "Y000037109999",
		.filed_on = f->today, .state = "filed"));
	f->batch = ctx_id(cx);
	f->occupation = welder.id;
	must(cx, q_batch_insert(cx->db, .id = f->batch, .body_id = f->body, .region = "371002",
		.batch_no = "bench",
		.title = "量度用批次", .occupation_id = welder.id, .grade = 4, .parts = 3));
}

/* One row in `every` is in this state, the i-th of them at `at`. */
struct share {
	int every, at;
	const char *state, *verdict, *spot_check;
};

static const struct share shares[] = {{50, 7, "failed", "met", ""},
	{200, 11, "accepted", "met", "drawn"}, {400, 13, "submitted", "met", ""},
	{500, 17, "rejected", "not_met", ""}, {1000, 19, "mend", "unknown", ""},
	{1000, 23, "certified", "met", "good"}, {1, 0, "certified", "met", ""}};

static const struct share *share_of(int64_t i)
{
	const struct share *s = shares;
	while (i % s->every != s->at)
		s++;
	return s;
}

static void put_enrolment(struct filling *f, int64_t i, int64_t person_id, int64_t certificate_id,
	const struct face *face)
{
	struct ctx *cx = f->cx;
	const struct share *s = share_of(i);
	int64_t id = ctx_id(cx);
	must(cx, q_enrolment_insert(cx->db, .person_id = person_id, .id = id,
		.batch_id = f->batch, .body_id = f->body, .region = "371002", .seq = i + 1,
		.name = face->name, .idno_mask = face->idno_mask, .verdict = s->verdict,
		.facts = "{}"));
	if (*s->spot_check)
		must(cx, q_enrolment_set_spot_check(cx->db, .person_id = person_id, .id = id,
			.spot_check = s->spot_check, .scope = scope_all()));
	if (streq(s->state, "submitted"))
		return;
	must(cx, q_enrolment_move(cx->db, .person_id = person_id, .id = id, .state = s->state,
		.from_state = "submitted"));
	if (streq(s->state, "certified"))
		must(cx, q_enrolment_set_certificate(cx->db, .person_id = person_id, .id = id,
			.certificate_id = certificate_id));
}

/* As common as the commonest are; bench/web knows them too. */
static const char *const surnames[] = {"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴"};
enum { SURNAMES = sizeof surnames / sizeof *surnames };

static void put_one(struct filling *f, int64_t i)
{
	struct ctx *cx = f->cx;
	int64_t person_id, id;
	char idno[19];
	const char *name = text_of(cx, "%s%06" PRId64, surnames[i % SURNAMES], i);
	ident_idno_make("371099", civil_day(1960, 1, 1) + i % 12000, (int)(i / 12000 % 1000), idno);
	must(cx, person_save(cx,
		&(struct person_in){.name = name, .idno = idno, .phone = "13800000000"},
		&person_id));
	id = ctx_id(cx);
	const char *number = text_of(cx, "Y00003710999926%d%06" PRId64, 4, i + 1);
	struct face face = {.number = number, .name = name,
		.idno_mask = ident_mask_idno(cx->arena, str_of(idno)),
		.occupation_name = "焊工", .occupation_code = "6-18-02-04", .work_type_name = "",
		.body_name = "量度用评价机构", .body_code = "Y000037109999", .grade = 4,
			.issued_on = f->today};
	must(cx, q_certificate_number_insert(cx->db, .number = number, .found_person_id = person_id,
		.certificate_id = id));
	must(cx, q_certificate_insert(cx->db, .person_id = person_id, .id = id, .number = number,
		.body_id = f->body,
		.region = "371002", .batch_id = f->batch, .route = "exam", .name = name,
		.id_type = "idno",
		.idno_cipher = secret_seal(cx, "certificate.idno_cipher", idno),
		.idno_mask = face.idno_mask,
		.occupation_id = f->occupation, .occupation_name = "焊工",
		.occupation_code = "6-18-02-04", .grade = 4,
		.body_name = face.body_name, .body_code = face.body_code, .body_kind = "enterprise",
		.theory = "80.00",
		.skill = "85.00", .issued_on = f->today, .visible_on = f->today,
		.face_hash = face_hash(cx, &face), .created_at = ctx_now(cx)));
	if (i % 100 == 29)
		must(cx, q_certificate_move(cx->db, .person_id = person_id, .id = id,
			.state = "suspended", .from_state = "valid"));
	put_enrolment(f, i, person_id, id, &face);
}

static void put_chunk(struct filling *f, struct arena *scratch, int64_t from, int64_t to)
{
	struct ctx *cx = f->cx;
	struct arena *outer = cx->arena;
	cx->arena = scratch;
	db_use_arena(cx->db, scratch);
	must(cx, db_begin(cx->db));
	for (int64_t i = from; i < to; i++)
		put_one(f, i);
	must(cx, db_commit(cx->db));
	arena_reset(scratch);
	cx->arena = outer;
	db_use_arena(cx->db, outer);
}

static void count(struct filling *f, int64_t n)
{
	struct ctx *cx = f->cx;
	struct q_certificate_serial_take next;
	struct civil date = civil_of(f->today);
	must(cx, db_begin(cx->db));
	must(cx, q_certificate_serial_take(cx->db, &next, .prefix = "Y000037109999264", .n = n));
	must(cx, q_certificate_tally_add(cx->db, .region = "371002", .body_kind = "enterprise",
		.grade = 4, .month = date.year * 100 + date.month, .n = n));
	must(cx, db_commit(cx->db));
}

static int fill(int argc, char **argv);

static const struct cli_option options[] = {CLI_DATABASE, CLI_KEYS, {0}};
static const struct command command = {.name = "bench_fill", .usage = "NUMBER", .options = options,
	.least = 1, .most = 1, .run = fill};

static int fill(int argc, char **argv)
{
	struct cli_args args;
	auto_session s = {0};
	auto_arena scratch = arena_new(256 * 1024 * 1024);
	int64_t n;
	int r = cli_parse(&command, argc, argv, &args);
	if (r || (r = cli_open(&args, OPEN_READY, &s)))
		return r;
	if (!str_to_i64(str_of(args.operands[0]), &n) || n < 1 || n > 999999)
		return cli_misuse(&command, "NUMBER is 1 to 999999");
	struct filling f = {.cx = &s.cx, .today = ctx_today(&s.cx)};
	prepare(&f);
	for (int64_t i = 0; i < n; i += CHUNK)
		put_chunk(&f, scratch, i, i + CHUNK < n ? i + CHUNK : n);
	count(&f, n);
	printf("%" PRId64 " certificates\n", n);
	return CLI_OK;
}

int main(int argc, char **argv)
{
	return fill(argc, argv);
}
