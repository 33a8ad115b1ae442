/* With full rights on the database: one value of every column of every table that a certificate
 * rests on is changed, every row deleted, every date set back; `luban check` names it each time.
 * The columns come from the schema, so that a new one is tried too, or the test fails. What truly
 * is no evidence is listed here, each with its reason. */
#include "base/openssl.h"

#include <unistd.h>

#include "../evaluation/marked.h"
#include "base/ident.h"
#include "cli/check.h"
#include "core/file.h"
#include "core/log_witness.h"
#include "core/tlog_key.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/change.h"
#include "domain/certificate/proof.h"
#include "domain/certificate/status.h"
#include "domain/evaluation/draw.h"
#include "domain/evaluation/result_list.h"
#include "domain/statistics/publish.h"
#include "query/certificate.h"
#include "query/log.h"
#include "store/driver.h"

enum { CHECKS_MAX = 64, ROWS_MAX = 12, COLUMNS_MAX = 80, CHECK_MEMORY = 64 << 20 };

/* Every table that is tried. */
static const char *const tables[] = {"certificate", "certificate_number", "certificate_proof",
	"certificate_change", "certificate_serial", "certificate_tally", "certificate_holder",
		"log_pending", "log_leaf",
	"log_tile", "log_head", "log_checkpoint", "log_key", "log_origin", "log_fact", "log_status",
		"draw",
	"figures_publication", "result", "result_list", "mark", "enrolment", "enrolment_part",
	"person", "person_idno", "file"};

/* What is no evidence, and why. */
static const struct {
	const char *column, *why;
} left_out[] = {
	{"log_head.run_no", "counts how often places were given; means nothing"},
	{"log_pending.at", "when a leaf began to wait; the leaf has the day of its fact"},
	{"certificate_change.read_at", "when the holder saw the decision"},
	{"log_key.id", "names the row only"},
	{"log_key.created_at", "when this system first used the key; verifiers hold the key "
		"itself"},
	{"figures_publication.at", "to the second; its day is the leaf's"},
	{"mark.body_id", "a copy for the scope of lists; the batch says whose it is"},
	{"mark.region", "as above"},
	{"mark.marker_name", "a copy of the account's name; the account signed"},
	{"mark.entered_at", "typing; the signature covers the time of signing"},
	{"enrolment_part.attempt", "a first try or a resit; a kept pass shows in the result"},
	{"enrolment_part.batch_id", "a copy for lists"},
	{"enrolment_part.body_id", "as above"},
	{"enrolment_part.region", "as above"},
	{"enrolment_part.batch_room_id", "where somebody sat; the arrangement's digest has it"},
	{"enrolment_part.seat", "as above"},
	{"enrolment_part.explained", "words about the score; the score is in the result"},
	{"enrolment_part.kept_from_id", "of a pass kept for a later batch"},
	{"enrolment_part.kept_until_on", "as above"},
	{"person.phone_cipher", "changes when people move; nothing decided rests on it"},
	{"person.phone_mask", "as above"},
	{"person.nation", "as above"},
	{"person.education", "what was judged is kept with the enrolment"},
	{"person.employer", "as above"},
	{"person.address_cipher", "as above"},
	{"person.region", "as above"},
	{"person.photo_file_id", "the next enrolment's photo; a certificate has its own"},
	{"file.body_id", "a copy for the scope"},
	{"file.region", "as above"},
	{"file.name", "what the file was called when it was brought"},
	{"file.mime", "the kind is told from the bytes"},
	{"file.created_by", "the certificate rests on the bytes"},
	{"file.created_at", "as above"},
};

/* Tables of the same rooms that are not tried, and why. */
static const char *const other_tables[] = {
	"certificate_backfill", /* how far a routine got */
	"certificate_layout", "certificate_volume", /* how paper looks; sheets to print */
	"certificate_run", "certificate_run_batch", /* progress of a job */
	"certificate_follow", /* who wants to be told; nothing decided rests on it */
	"log_status_head", /* how far a routine got */
	"log_closed", /* another log begun: core/test_tlog_key.c */
	"log_witness", "log_cosignature", /* others' signatures: core/test_log_witness.c */
};

#define ORIGIN "rencai.example.cn/log"

static const uint8_t seed[SIGN_SEED_BYTES] = {7};

static int sign(void *self, const struct note_key *key, struct str message, uint8_t *ret_signature)
{
	(void)self;
	(void)key;
	sign_make(seed, message, ret_signature);
	return 0;
}

static void publish(struct world *w)
{
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	struct tlog_signer signer = {.sign = sign};
	uint64_t size;
	size_t n;
	auto_buf text;
	buf_init(&text, 1024);
	sign_public(seed, public_key);
	assert_int_equal(
		note_key_make(NOTE_ED25519, STR(ORIGIN), public_key, &signer.key), 0);
	note_key_put(&text, &signer.key);
	test_ok(w->t, q_log_key_put(w->t->db, .id = 77, .verifier_key = buf_z(&text),
		.created_at = w->f.now));
	test_ok(w->t, tlog_integrate(&w->f.cx, &n));
	test_ok(w->t, tlog_publish(&w->f.cx, ORIGIN, &signer, 1, &size));
	assert_true(size > 0);
}

/* ---- a world with every kind of evidence ---- */

static void put_evidence(struct world *w)
{
	struct db *db = w->t->db;
	struct ctx *cx = &w->f.cx;
	tamper(w, "UPDATE body SET body_code = 'S000037100001', state = 'filed' WHERE id = 1");
	ctx_act_as_system(cx, "test");
	for (int i = 0; i < w->n_people; i++) {
		char idno[19];
		struct file photo = {.person_id = person(i), .body_id = BODY, .region = "3710",
			.name = "a.txt", .mime = "text/plain",
			.bytes = str_of(text_of(cx, "a picture of %d", i))};
		ident_idno_make("371002", day_of("1990-01-01"), 10 + i, idno);
		test_ok(w->t, file_put(cx, &photo));
		test_ok(w->t, q_enrolment_set_photo(db, .person_id = person(i),
			.id = enrolment(i), .photo_file_id = photo.id));
		const char *index = secret_idno_index(cx, idno);
		tamper(w, text_of(cx, "UPDATE person SET idno_index = '%s', idno_cipher = '%s', "
				      "idno_mask = '%s' WHERE person_id = %d",
			index, secret_seal(cx, "person.idno_cipher", idno),
			ident_mask_idno(cx->arena, str_of(idno)), (int)person(i)));
		tamper(w, text_of(cx, "UPDATE person_idno SET idno_index = '%s' "
				      "WHERE found_person_id = %d", index, (int)person(i)));
	}
	tamper(w, "UPDATE batch SET n_enrolled = 3, n_accepted = 3");
}

static void mark_all(struct world *w)
{
	int64_t theory[PEOPLE_MAX] = {8750, 7700, 8800};
	put_theory(w, CLERK, MARK_FIRST, theory);
	put_theory(w, CLERK2, MARK_SECOND, theory);
	for (int k = 0; k < w->n_examiners; k++) {
		int n;
		as_examiner(w, k);
		for (int i = 0; i < w->n_people; i++) {
			struct mark_in in = skill_mark(i, MARK_SCORE, 7000 + k);
			test_ok(w->t, mark_put(&w->f.cx, &in));
		}
		test_ok(w->t, mark_sign(&w->f.cx, BATCH, PART_SKILL, SKILL_SLOT, &n));
	}
}

static void issue(struct world *w)
{
	struct ctx *cx = &w->f.cx;
	int n;
	mark_all(w);
	as_manager(w, MANAGER);
	test_ok(w->t, result_freeze(cx, BATCH));
	w->f.now = day_of("2026-03-10") * 86400 + NOON;
	as_city(w, CITY);
	test_ok(w->t, result_confirm(cx, BATCH));
	as_manager(w, MANAGER);
	test_ok(w->t, certificate_issue_batch(cx, BATCH, &n));
	assert_int_equal(n, 3);
}

static void publish_figures(struct world *w)
{
	struct ctx *cx = &w->f.cx;
	bool is_published;
	int n;
	bool is_done;
	test_ok(w->t, certificate_backfill(cx, &n, &is_done));
	ctx_act_as_system(cx, "test");
	test_ok(w->t, figures_publish(cx, &is_published));
	assert_true(is_published);
}

static void change(struct world *w, struct certificate_change_in in)
{
	struct ctx *cx = &w->f.cx;
	int64_t id;
	as_clerk(w, CLERK);
	test_ok(w->t, certificate_change_ask(cx, &in, &id));
	as_city(w, CITY2);
	test_ok(w->t, flow_run(cx, &certificate_change_flow, in.person_id, id, "approve", "属实",
		NULL));
}

/* The first was corrected three times, issued again, held and given back; the second revoked. */
static void live(struct world *w)
{
	struct ctx *cx = &w->f.cx;
	struct q_certificate_list_rows rows;
	test_ok(w->t, q_certificate_list(cx->db, &rows, .scope = scope_all(),
		.page = {.limit = 9, .sort = "oldest"}));
	struct q_certificate_list *c = rows.at;
	publish(w);
	struct file photo = {.person_id = c->person_id, .body_id = BODY, .region = "3710",
		.name = "b.txt", .mime = "text/plain", .bytes = STR("another picture")};
	test_ok(w->t, file_put(cx, &photo));
	static const char *const fields[] = {"name", "work_type_name", "photo"};
	static const char *const values[] = {"赵壹", "维修电工", ""};
	for (int i = 0; i < 3; i++)
		change(w, (struct certificate_change_in){.person_id = c->person_id,
			.certificate_id = c->id, .kind = "correct", .field = fields[i],
			.value = values[i], .photo_file_id = i == 2 ? photo.id : 0,
			.reason = "户籍更名"});
	change(w, (struct certificate_change_in){.person_id = c->person_id,
		.certificate_id = c->id, .kind = "reissue", .reason = "原件遗失"});
	as(w, ROLE_AUTHORITY_HEAD, CITY, 0);
	test_ok(w->t, flow_run(cx, &certificate_flow, c->person_id, c->id, "suspend", "调查",
		NULL));
	test_ok(w->t, flow_run(cx, &certificate_flow, c->person_id, c->id, "resume", "查清",
		NULL));
	ctx_act_as_system(cx, "案件办结");
	test_ok(w->t, flow_run(cx, &certificate_flow, c[1].person_id, c[1].id, "revoke", "作弊",
		NULL));
	as(w, ROLE_AUTHORITY_HEAD, CITY, 0);
	publish(w);
	publish_figures(w);
	publish(w);
	bool is_made;
	assert_int_equal(certificate_status_tick(cx, &is_made), ERR_IO); /* there is no signer */
	ctx_clear(cx);
	/* and one that waits still */
	test_ok(w->t, flow_run(cx, &certificate_flow, c[2].person_id, c[2].id, "suspend", "调查",
		NULL));
}

static void draw(struct world *w)
{
	struct ctx *cx = &w->f.cx;
	struct draw_of of = {BATCH, BODY, "3710", DRAW_SEATING};
	const char *drawn;
	int64_t id;
	test_ok(w->t, draw_commit(cx, &of));
	test_ok(w->t, draw_seed(cx, &of, &id, &drawn));
	test_ok(w->t, draw_done(cx, &of, id, drawn, "aabbcc"));
	test_ok(w->t, tlog_origin_put(cx, ORIGIN));
}

/* ---- what `luban check` says ---- */

struct findings {
	int64_t n[CHECKS_MAX];
	int64_t errors;
};

static struct findings look(struct world *w)
{
	struct findings found = {0};
	fflush(stdout);
	int out = dup(STDOUT_FILENO);
	if (!freopen("/dev/null", "w", stdout))
		fail_msg("no /dev/null");
	for (size_t i = 0; checks[i].name; i++) {
		struct ctx own = w->f.cx;
		auto_arena arena = arena_new(CHECK_MEMORY);
		own.arena = arena;
		db_use_arena(own.db, arena);
		ctx_act_as_system(&own, "check");
		struct check_run run = {.cx = &own, .name = checks[i].name};
		found.errors += checks[i].run(&run) < 0;
		found.n[i] = run.found;
		db_use_arena(own.db, w->f.cx.arena);
	}
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	return found;
}

/* Something is named that was not, or a check cannot go on. */
static bool is_named(struct world *w, const struct findings *before)
{
	struct findings now = look(w);
	for (size_t i = 0; checks[i].name; i++)
		if (now.n[i] > before->n[i])
			return true;
	return now.errors > before->errors;
}

/* ---- rows and columns, out of the schema ---- */

struct column {
	char name[64], type[16];
	bool is_key;
};

struct table {
	const char *name;
	int n, n_keys;
	struct column columns[COLUMNS_MAX];
	char keys[256]; /* for ORDER BY */
};

/* The first column of every row; the caller frees. */
static char **ask(struct world *w, const char *sql, int *ret_n)
{
	char **all = calloc(1024, sizeof *all);
	int n = 0;
	if (w->t->kind == DB_SQLITE) {
		sqlite3_stmt *s = NULL;
		if (sqlite3_prepare_v2(sqlite_handle(w->t->db), sql, -1, &s, NULL) != SQLITE_OK)
			fail_msg("%s: %s", sqlite3_errmsg(sqlite_handle(w->t->db)), sql);
		for (; sqlite3_step(s) == SQLITE_ROW && n < 1023; n++)
			all[n] = strdup((const char *)sqlite3_column_text(s, 0));
		sqlite3_finalize(s);
	} else {
		PGconn *conn = PQconnectdb(w->t->url);
		PGresult *res = PQexec(conn, sql);
		if (PQresultStatus(res) != PGRES_TUPLES_OK)
			fail_msg("%s: %s", PQerrorMessage(conn), sql);
		for (; n < PQntuples(res) && n < 1023; n++)
			all[n] = strdup(PQgetvalue(res, n, 0));
		PQclear(res);
		PQfinish(conn);
	}
	*ret_n = n;
	return all;
}

static void forget(char **all)
{
	for (char **at = all; *at; at++)
		free(*at);
	free(all);
}

static const char *columns_sql(struct world *w, const char *table)
{
	if (w->t->kind == DB_SQLITE)
		return text_of(&w->f.cx, "SELECT name || ' ' || type || ' ' || pk FROM "
					 "pragma_table_info('%s') ORDER BY cid", table);
	return text_of(&w->f.cx,
		"SELECT c.column_name || ' ' || CASE c.data_type WHEN 'text' THEN 'TEXT' WHEN "
		"'bytea' THEN 'BYTEA' ELSE 'INT8' END || ' ' || COALESCE(k.ordinal_position, 0) "
		"FROM information_schema.columns c LEFT JOIN information_schema.key_column_usage k "
		"ON k.table_schema = c.table_schema AND k.table_name = c.table_name AND "
		"k.column_name = c.column_name AND k.constraint_name = c.table_name || '_pkey' "
		"WHERE c.table_schema = current_schema() AND c.table_name = '%s' "
		"ORDER BY c.ordinal_position", table);
}

static void read_table(struct world *w, const char *name, struct table *t)
{
	*t = (struct table){.name = name};
	char **rows = ask(w, columns_sql(w, name), &t->n);
	assert_in_range(t->n, 1, COLUMNS_MAX);
	for (int i = 0; i < t->n; i++) {
		int key = 0;
		struct column *c = &t->columns[i];
		assert_int_equal(sscanf(rows[i], "%63s %15s %d", c->name, c->type, &key), 3);
		c->is_key = key > 0;
		if (!c->is_key)
			continue;
		size_t at = strlen(t->keys);
		snprintf(t->keys + at, sizeof t->keys - at, "%s%s", at ? ", " : "", c->name);
	}
	assert_true(t->keys[0]);
	forget(rows);
}

static int count_rows(struct world *w, const struct table *t)
{
	int n;
	char **rows = ask(w, text_of(&w->f.cx, "SELECT '1' FROM %s", t->name), &n);
	forget(rows);
	return n;
}

static const char *row_where(struct world *w, const struct table *t, int row)
{
	return text_of(&w->f.cx, "WHERE (%s) = (SELECT %s FROM %s ORDER BY %s LIMIT 1 OFFSET %d)",
		t->keys, t->keys, t->name, t->keys, row);
}

/* One bit of it. */
static const char *flipped(struct world *w, const struct table *t, const struct column *c, int row)
{
	struct ctx *cx = &w->f.cx;
	bool is_sqlite = w->t->kind == DB_SQLITE;
	if (!streq(c->type, "TEXT") && !streq(c->type, "BYTEA"))
		return text_of(cx, "(%s | 1) - (%s & 1)", c->name, c->name);
	if (streq(c->type, "TEXT"))
		return is_sqlite
			? text_of(cx, "CASE WHEN %1$s = '' THEN 'x' ELSE char((unicode(%1$s) | 1) -"
				" "
				      "(unicode(%1$s) & 1)) || substr(%1$s, 2) END", c->name)
			: text_of(cx, "CASE WHEN %1$s = '' THEN 'x' ELSE chr(ascii(%1$s) # 1) || "
				      "substr(%1$s, 2) END", c->name);
	if (!is_sqlite)
		return text_of(cx, "set_byte(%1$s, length(%1$s) / 2, get_byte(%1$s, length(%1$s) / "
				   "2) # 1)", c->name);
	int n;
	char **hex = ask(w, text_of(cx, "SELECT hex(%s) FROM %s %s", c->name, t->name,
		row_where(w, t, row)), &n);
	char *digits = arena_dup(cx->arena, hex[0]), *middle = &digits[strlen(digits) / 4 * 2 + 1];
	forget(hex);
	*middle = *middle == '0' ? '1' : '0';
	return text_of(cx, "X'%s'", digits);
}

static const char *set_back(const struct column *c, struct world *w)
{
	struct str name = str_of(c->name);
	if (str_ends(name, "_on"))
		return text_of(&w->f.cx, "%s - 1", c->name);
	return str_ends(name, "_at") || str_is(name, "at")
		? text_of(&w->f.cx, "%s - 86400", c->name) : NULL;
}

static const char *reason_of(const char *table, const char *column)
{
	char whole[160];
	snprintf(whole, sizeof whole, "%s.%s", table, column);
	for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
		if (streq(left_out[i].column, whole))
			return left_out[i].why;
	return NULL;
}

/* ---- trying ---- */

struct trial {
	struct world *w;
	struct findings before;
	int tried, missed;
};

/* In a transaction that is rolled back. What the database itself refuses is no tampering. */
static void try(struct trial *t, const char *sql)
{
	struct db *db = t->w->t->db;
	assert_int_equal(db_begin(db), 0);
	bool is_done = db->driver->exec(db, sql) == 0;
	if (is_done) {
		t->tried++;
		if (!is_named(t->w, &t->before)) {
			t->missed++;
			print_error("not named: %s\n", sql);
		}
	}
	db_rollback(db);
}

static void try_row(struct trial *t, const struct table *table, int row)
{
	struct world *w = t->w;
	const char *where = row_where(w, table, row);
	for (int i = 0; i < table->n; i++) {
		const struct column *c = &table->columns[i];
		const char *back = set_back(c, w);
		if (reason_of(table->name, c->name))
			continue;
		try(t, text_of(&w->f.cx, "UPDATE %s SET %s = %s %s", table->name, c->name,
			flipped(w, table, c, row), where));
		if (back)
			try(t, text_of(&w->f.cx, "UPDATE %s SET %s = %s %s", table->name, c->name,
				back, where));
	}
	try(t, text_of(&w->f.cx, "DELETE FROM %s %s", table->name, where));
}

static void every_change_is_named(void **state)
{
	WORLD(w, 3, 3);
	put_evidence(&w);
	issue(&w);
	draw(&w);
	live(&w);
	struct trial t = {.w = &w, .before = look(&w)};
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		struct table table;
		read_table(&w, tables[i], &table);
		int n = count_rows(&w, &table);
		if (!n)
			fail_msg("%s has no row to try", tables[i]);
		for (int row = 0; row < n && row < ROWS_MAX; row++)
			try_row(&t, &table, row);
	}
	print_message("%d changes tried, %d not named\n", t.tried, t.missed);
	assert_int_equal(t.missed, 0);
	assert_true(t.tried > 500);
	world_end(&w);
}

/* The numbers of those behind it closed up, and the count set back: their seals do not hold. */
static void a_missing_checkpoint_is_named(void **state)
{
	WORLD(w, 3, 3);
	put_evidence(&w);
	issue(&w);
	draw(&w);
	live(&w);
	struct trial t = {.w = &w, .before = look(&w)};
	try(&t, "DELETE FROM log_checkpoint WHERE checkpoint_no = 2; "
		"UPDATE log_checkpoint SET checkpoint_no = checkpoint_no - 1 WHERE checkpoint_no > "
		"2; "
		"UPDATE log_head SET checkpoint_no = checkpoint_no - 1");
	assert_int_equal(t.tried, 1);
	assert_int_equal(t.missed, 0);
	world_end(&w);
}

static bool is_known(const char *table)
{
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (streq(tables[i], table))
			return true;
	for (size_t i = 0; i < sizeof other_tables / sizeof *other_tables; i++)
		if (streq(other_tables[i], table))
			return true;
	return false;
}

/* A new table of these rooms is tried, or listed; what is left out is there to be left out. */
static void nothing_is_forgotten(void **state)
{
	WORLD(w, 1, 3);
	int n;
	char **names = ask(&w, w.t->kind == DB_SQLITE
		? "SELECT name FROM sqlite_schema WHERE type = 'table' AND (name LIKE '"
		"certificate%' "
		  "OR name LIKE 'log_%')"
		: "SELECT table_name FROM information_schema.tables WHERE table_schema = "
		  "current_schema() AND (table_name LIKE 'certificate%' OR table_name LIKE 'log_%'"
		")", &n);
	for (int i = 0; i < n; i++)
		if (!is_known(names[i]))
			fail_msg("%s is neither tried nor listed", names[i]);
	forget(names);
	for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) {
		struct str column = str_of(left_out[i].column);
		struct str table = str_cut(&column, '.');
		struct table t;
		bool has = false;
		read_table(&w, arena_str(w.f.cx.arena, table), &t);
		for (int k = 0; k < t.n; k++)
			has = has || str_is(column, t.columns[k].name);
		if (!has)
			fail_msg("%s is left out, but not there", left_out[i].column);
	}
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(every_change_is_named),
		test_db_case(a_missing_checkpoint_is_named),
		test_db_case(nothing_is_forgotten),
	};
	return test_db_run("tamper", tests);
}
