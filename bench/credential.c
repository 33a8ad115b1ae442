/* Writes credentials of a made-up log into a folder, with the trust file: bench_credential DIR N
 * EACH. A new leaf, proof and checkpoint with every EACH-th. */
#include <stdio.h>
#include <stdlib.h>

#include "base/trust.h"
#include "credential_support.h"

static void write_file(const char *path, struct str text)
{
	FILE *f = fopen(path, "wb");
	if (!f || fwrite(text.p, 1, text.n, f) != text.n || fclose(f))
		abort();
}

static void write_trust(const char *dir)
{
	char path[512];
	struct trust t;
	auto_buf b;
	buf_init(&b, TRUST_MAX);
	sample_trust(&t);
	trust_put(&b, &t);
	snprintf(path, sizeof path, "%s/trust.txt", dir);
	write_file(path, buf_view(&b));
}

static void make(struct arena *a, uint64_t size, struct buf *out)
{
	struct credential c;
	arena_reset(a);
	buf_reset(out);
	sample_credential(a,
		&(struct sample){.witnesses = 2, .index = SAMPLE_INDEX, .size = size}, &c);
	if (credential_put(out, &c) < 0)
		abort();
}

int main(int argc, char **argv)
{
	char path[512];
	long n = argc == 4 ? strtol(argv[2], NULL, 10) : 0;
	long each = argc == 4 ? strtol(argv[3], NULL, 10) : 0;
	if (n < 1 || each < 1)
		return 2;
	write_trust(argv[1]);
	auto_arena a = arena_new(1 << 24);
	auto_buf b;
	buf_init(&b, CREDENTIAL_MAX);
	for (long i = 0; i < n; i++) {
		if (i % each == 0)
			make(a, SAMPLE_SIZE + (uint64_t)(i / each), &b);
		snprintf(path, sizeof path, "%s/%06ld.luban.json", argv[1], i);
		write_file(path, buf_view(&b));
	}
	return 0;
}
