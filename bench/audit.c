/* How fast a monitor reads a log: `bench_audit DIR [leaves]` writes a log of made-up certificates
 * as files into DIR, unless it is there, and audits it. Prints leaves a second and the most memory
 * that the process had. The same folder serves `luban log audit` and any web server. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "base/checkpoint.h"
#include "base/civil.h"
#include "watch/audit.h"
#include "watch/keep.h"

#define ORIGIN "bench.example/log"
#define COMMITMENT "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

enum { LEAVES = 2600 * 1000, REVOKED_EACH = 500 };

/* The log while it is written: of each level the tile that is being filled. */
struct writing {
	const char *dir;
	struct merkle_range range;
	struct tile edges[1 + TILE_LEVELS]; /* bundles first */
	struct merkle_hash hashes[TILE_LEVELS][TILE_WIDTH];
	struct buf bundle;
};

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(int r, const char *what)
{
	if (r >= 0)
		return;
	fprintf(stderr, "%s: %s\n", what, err_name(r));
	exit(1);
}

static void write_file(struct writing *w, const char *name, struct str bytes)
{
	char path[KEEP_PATH_MAX];
	snprintf(path, sizeof path, "%s/%s", w->dir, name);
	must(keep_folders(path), path);
	must(keep_copy(path, bytes), path);
}

static void write_edge(struct writing *w, struct tile *t)
{
	char path[TILE_PATH_MAX];
	struct str bytes = buf_view(&w->bundle);
	if (t->level != TILE_ENTRIES)
		bytes = (struct str){(char *)w->hashes[t->level], (size_t)t->width * MERKLE_BYTES};
	if (t->width)
		write_file(w, tile_path(t, path), bytes);
}

static void grow_edge(struct writing *w, struct tile *t)
{
	if (++t->width < TILE_WIDTH)
		return;
	write_edge(w, t);
	t->index++;
	t->width = 0;
	if (t->level == TILE_ENTRIES)
		buf_reset(&w->bundle);
}

static int put_node(void *self, unsigned level, uint64_t index, const struct merkle_hash *hash)
{
	struct writing *w = self;
	if (level % TILE_HEIGHT)
		return 0;
	w->hashes[level / TILE_HEIGHT][index % TILE_WIDTH] = *hash;
	grow_edge(w, &w->edges[1 + level / TILE_HEIGHT]);
	return 0;
}

static void put_leaf(struct writing *w, unsigned n)
{
	static const char *const kinds[] = {"enterprise", "school", "social"};
	char handle[LEAF_HANDLE_HEX + 1], occupation[32], region[8], body[14];
	bool is_revocation = n % REVOKED_EACH == REVOKED_EACH - 1;
	unsigned who = is_revocation ? n - REVOKED_EACH / 2 : n;
	struct merkle_hash hash;
	auto_buf entry;
	buf_init(&entry, LEAF_MAX);
	snprintf(handle, sizeof handle, "%08x%08x%08x%08x", who * 2654435761u, who, ~who, who * 97);
	snprintf(occupation, sizeof occupation, "4-%02u-%02u-%02u", n % 14, n % 7, n % 11);
	snprintf(region, sizeof region, "37%02u%02u", n % 16 + 1, n % 9 + 1);
	snprintf(body, sizeof body, "S0000%08u", n % 2500);
	struct leaf leaf = {.kind = is_revocation ? LEAF_REVOKED : LEAF_ISSUED, .on = 20000,
		.certificate = str_of(handle), .body = str_of(body),
		.body_kind = str_of(kinds[n % 3]), .occupation = str_of(occupation),
		.grade = n % 5 + 1, .route = STR("exam"), .region = str_of(region),
		.issued_on = civil_day(2021 + n % 5, 6, 1), .commitment = STR(COMMITMENT)};
	must(leaf_put(&entry, &leaf), "leaf");
	merkle_leaf(buf_view(&entry), &hash);
	must(tile_entry_put(&w->bundle, buf_view(&entry)), "entry");
	grow_edge(w, &w->edges[0]);
	must(merkle_range_add(&w->range, &hash, put_node, w), "tree");
}

static int sign(void *self, const struct note_key *key, struct str message,
	uint8_t ret_signature[NOTE_SIGNED_BYTES])
{
	(void)key;
	sign_make(self, message, ret_signature);
	return 0;
}

static void write_log(const char *dir, unsigned leaves)
{
	static uint8_t seed[SIGN_SEED_BYTES] = {1};
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	struct note_key key;
	struct writing *w = calloc(1, sizeof *w);
	struct checkpoint c = {.origin = STR(ORIGIN), .head.size = leaves};
	auto_buf text, note;
	buf_init(&text, NOTE_TEXT_MAX);
	buf_init(&note, NOTE_MAX);
	if (!w)
		abort();
	w->dir = dir;
	buf_init(&w->bundle, SOURCE_BUNDLE_MAX);
	for (int i = 0; i <= TILE_LEVELS; i++)
		w->edges[i].level = i - 1;
	for (unsigned i = 0; i < leaves; i++)
		put_leaf(w, i);
	for (int i = 0; i <= TILE_LEVELS; i++)
		write_edge(w, &w->edges[i]);
	merkle_range_root(&w->range, &c.head.root);
	checkpoint_put(&text, &c);
	sign_public(seed, public_key);
	must(note_key_make(NOTE_ED25519, STR(ORIGIN), public_key, &key), "key");
	must(note_put_text(&note, buf_view(&text)), "note");
	must(note_put_signature(&note, buf_view(&text), &key, 0, sign, seed), "signature");
	write_file(w, "checkpoint", buf_view(&note));
	buf_fini(&w->bundle);
	free(w);
}

int main(int argc, char **argv)
{
	char path[KEEP_PATH_MAX];
	struct stat st;
	struct source *source;
	struct audit *a;
	struct rusage use;
	if (argc < 2) {
		fprintf(stderr, "bench_audit DIR [leaves]\n");
		return 2;
	}
	snprintf(path, sizeof path, "%s/checkpoint", argv[1]);
	if (stat(path, &st) < 0)
		write_log(argv[1], argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : LEAVES);
	must(source_open(argv[1], &source), argv[1]);
	struct audit_options o = {.leaves_max = UINT32_MAX};
	double begin = seconds();
	must(audit_run(source, &o, &a), "audit");
	double took = seconds() - begin;
	getrusage(RUSAGE_SELF, &use);
	printf("%" PRIu64 " leaves, %" PRIu64 " findings, %.1f s, %.0f leaves/s, %ld MB\n",
		a->leaves, audit_found(a), took, (double)a->leaves / took, use.ru_maxrss / 1024);
	int status = audit_found(a) || !a->is_whole;
	audit_free(a);
	source_close(source);
	return status;
}
