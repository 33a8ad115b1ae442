/* How fast the public log takes leaves: `bench_tlog URL [leaves [a transaction]]` on a database of
 * its own. Leaves of 300 bytes are appended in transactions, given their places and signed for
 * after each batch. Prints leaves a second, and what appending alone took. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/crypto.h"
#include "core/tlog.h"

#define SECRET "0000000000000000000000000000000000000000000000000000000000000001"

enum { ENTRY = 300, EACH_MAX = 4096 };

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int sign(void *self, const struct note_key *key, struct str message, uint8_t *ret_signature)
{
	(void)key;
	sign_make(self, message, ret_signature);
	return 0;
}

static void must(struct ctx *cx, int64_t r, const char *what)
{
	if (r >= 0)
		return;
	fprintf(stderr, "%s: %s %s\n", what, err_name((int)r), db_error(cx->db));
	exit(1);
}

static void append(struct ctx *cx, long first, long n)
{
	static char text[EACH_MAX][ENTRY];
	static struct str entries[EACH_MAX];
	static int64_t ids[EACH_MAX];
	auto_tx tx = {0};
	for (long i = 0; i < n; i++) {
		memset(text[i], 'x', ENTRY);
		snprintf(text[i], ENTRY, "%ld", first + i);
		entries[i] = (struct str){text[i], ENTRY};
	}
	must(cx, tx_begin(&tx, cx->db), "begin");
	must(cx, tlog_append_bulk(cx, entries, (size_t)n, ids), "append");
	must(cx, tx_commit(&tx), "commit");
}

static void run(struct ctx *cx, long leaves, long each)
{
	static uint8_t seed[SIGN_SEED_BYTES] = {1};
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	struct tlog_signer signer = {.sign = sign, .self = seed};
	double begin = seconds(), appending = 0;
	long checkpoints = 0;
	uint64_t size = 0;
	sign_public(seed, public_key);
	must(cx, note_key_make(NOTE_ED25519, STR("bench.example/log"), public_key, &signer.key),
		"key");
	for (long done = 0, waiting = 0; done < leaves; done += each) {
		size_t n = 0;
		double from = seconds();
		append(cx, done, each);
		appending += seconds() - from;
		waiting += each;
		if (waiting < TLOG_BATCH && done + each < leaves)
			continue;
		do
			must(cx, tlog_integrate(cx, &n), "integrate");
		while (n == TLOG_BATCH);
		must(cx, tlog_publish(cx, "bench.example/log", &signer, 1, &size), "publish");
		checkpoints++;
		waiting = 0;
	}
	double took = seconds() - begin;
	printf("%llu leaves, %ld checkpoints: %.0f leaves/s (appending alone %.0f/s)\n",
		(unsigned long long)size, checkpoints, (double)size / took,
		(double)size / appending);
}

int main(int argc, char **argv)
{
	struct ctx cx;
	int applied;
	auto_arena a = arena_new((size_t)4 << 30);
	auto_db db = NULL;
	struct keyring *keys;
	if (argc < 2 || db_open(argv[1], &db) < 0 || keyring_from_hex(STR(SECRET), &keys) < 0)
		return 2;
	db_use_arena(db, a);
	if (db_migrate(db, &applied) < 0)
		return 3;
	long each = argc > 3 ? strtol(argv[3], NULL, 10) : 1000;
	if (each < 1 || each > EACH_MAX)
		return 2;
	ctx_init(&cx, a, db, keys);
	ctx_act_as_system(&cx, "bench");
	run(&cx, argc > 2 ? strtol(argv[2], NULL, 10) : 200000,
		each);
	keyring_free(keys);
	return 0;
}
