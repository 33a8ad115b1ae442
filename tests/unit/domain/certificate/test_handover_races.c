/* A package is made while certificates are corrected: each is handed over as it is then, or what
 * has changed is told of afterwards. */
#include <string.h>
#include <unistd.h>

#include "../racing.h"
#include "handed.h"

static bool is_queued(struct handed *h, int i)
{
	struct q_handovers_of_rows rows = records_of(h, i);
	for (size_t k = 0; k < rows.n; k++)
		if (streq(rows.at[k].state, "waiting") && streq(rows.at[k].record_kind, "change"))
			return true;
	return false;
}

static char told[RACERS][64]; /* the name in the file, by certificate */

static int keep_name(void *arg, const char *const *values)
{
	(void)arg;
	snprintf(told[values[1][strlen(values[1]) - 1] - '0'], sizeof *told, "%s", values[2]);
	return 0;
}

static int write_names(struct ctx *cx, const struct q_handover_package_find *package,
	const struct handover_layout *layout, struct file *ret_file)
{
	ret_file->name = "a.csv";
	ret_file->bytes = STR("a,b\n");
	return handover_rows(cx, package, layout, keep_name, NULL);
}

static int correct_slowly(struct ctx *cx, int i)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_certificate_set_name(cx->db, .person_id = i, .id = FIRST + i,
			.name = text_of(cx, "新名%d", i), .face_hash = "x");
	if (r >= 0)
		r = handover_queue(cx, CERTIFICATE_CORRECTED, i, FIRST + i);
	usleep(db_kind(cx->db) == DB_POSTGRES ? 200000 : 0);
	return r < 0 ? r : tx_commit(&tx);
}

static void collect_or_correct(struct racer *r)
{
	struct handed h = *(const struct handed *)r->world;
	struct handover_ask ask = ask_for("national");
	int64_t id;
	h.cx = &r->f.cx;
	as_clerk(&h);
	if (r->number) {
		racer_count(r, correct_slowly(h.cx, r->number));
		return;
	}
	usleep(50000);
	int result = handover_package_create(h.cx, &ask, false, &id);
	racer_count(r, result < 0 ? result : handover_collect(h.cx, id, write_names, NULL));
}

static void test_corrected_while_collected(void **state)
{
	struct handed h;
	handed_init(&h, *state);
	for (int i = 1; i < RACERS; i++)
		put(&h, i, BODY, "");
	struct racer all = race(*state, &h.f, &h, collect_or_correct);
	assert_int_equal(all.won, RACERS);
	for (int i = 1; i < RACERS; i++)
		if (!streq(told[i], text_of(h.cx, "新名%d", i)))
			assert_true(is_queued(&h, i));
	keyring_free(h.keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {test_db_case(test_corrected_while_collected)};
	return test_db_run("handover races", tests);
}
