/* luban cert status: a snapshot of states, and whether it is what the log says. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/checkpoint.h"
#include "base/civil.h"
#include "base/hex.h"
#include "base/leaf.h"
#include "cli/cert.h"
#include "cli/cli.h"
#include "watch/source.h"

extern const struct command cmd_cert_status_command;

enum { ARENA_MAX = 512 * 1024 * 1024, EXAMPLES = 5 };

struct desk {
	struct arena *arena;
	struct trust trust;
	struct status status, made; /* as read, and as the log has it */
	size_t n_suspended, n_revoked, n_corrected;
};

/* The leaves of the snapshot's tree, folded; and its root. */
struct reading {
	struct source *source;
	struct status_fold fold;
	struct merkle_range range;
};

static void reading_close(struct reading *r)
{
	source_close(r->source);
	status_fold_fini(&r->fold);
}
#define auto_reading __attribute__((cleanup(reading_close))) struct reading

static void count(struct desk *d)
{
	for (size_t i = 0; i < d->status.n; i++) {
		const struct status_entry *e = &d->status.entries[i];
		d->n_suspended += e->state == 's';
		d->n_revoked += e->state == 'r';
		d->n_corrected += e->version > 0;
	}
}

static int take_bundle(struct reading *r, struct str bundle, uint64_t size)
{
	struct str entry;
	while (r->range.n < size && tile_entry_next(&bundle, &entry)) {
		struct leaf leaf;
		struct merkle_hash hash;
		merkle_leaf(entry, &hash);
		int err = merkle_range_add(&r->range, &hash, NULL, NULL);
		if (!err && leaf_parse(entry, &leaf) == 0)
			err = status_fold_add(&r->fold, &leaf);
		if (err < 0)
			return err;
	}
	return 0;
}

/* The bundles from index on, as many as are fetched side by side. Where the tree of the snapshot
 * ends within a bundle, the whole one of today has it too. */
static int read_some(struct reading *r, uint64_t index, uint64_t now, uint64_t size)
{
	struct source_tile tiles[SOURCE_AT_ONCE];
	size_t n = 0;
	int err = 0;
	for (; n < SOURCE_AT_ONCE && (index + n) * TILE_WIDTH < size; n++) {
		tiles[n] = (struct source_tile){.tile = {.level = TILE_ENTRIES,
			.index = index + n, .width = tile_width(now, TILE_ENTRIES, index + n)}};
		source_tile_init(&tiles[n], TILE_ENTRIES);
	}
	source_tiles(r->source, tiles, n);
	for (size_t i = 0; i < n; i++) {
		if (!err && tiles[i].r < 0) {
			cli_error("%s", *tiles[i].problem ? tiles[i].problem : "日志缺少条目");
			err = tiles[i].r;
		}
		if (!err)
			err = take_bundle(r, buf_view(&tiles[i].bytes), size);
		buf_fini(&tiles[i].bytes);
	}
	return err;
}

static int head_of(struct reading *r, struct merkle_head *ret_head)
{
	char problem[SOURCE_PROBLEM] = "";
	struct note note;
	struct checkpoint c;
	auto_buf b;
	buf_init(&b, NOTE_MAX);
	int err = source_checkpoint(r->source, &b, problem);
	if (!err)
		err = note_parse(buf_view(&b), &note);
	if (!err)
		err = checkpoint_parse(note.text, &c);
	if (err < 0) {
		cli_error("日志的检查点读不出：%s", *problem ? problem : "内容不对");
		return err;
	}
	*ret_head = c.head;
	return 0;
}

static int read_log(struct desk *d, const char *where, struct reading *r)
{
	struct merkle_head now;
	uint64_t size = d->status.head.size;
	int err = source_open(where, &r->source);
	if (err < 0) {
		cli_error("%s：不是日志的网址，也不是文件夹", where);
		return err;
	}
	if ((err = head_of(r, &now)) < 0)
		return err;
	if (now.size < size) {
		cli_error("日志只有%" PRIu64 "条，快照所说的有%" PRIu64 "条", now.size, size);
		return ERR_STATE;
	}
	for (uint64_t at = 0; at * TILE_WIDTH < size && !err; at += SOURCE_AT_ONCE)
		err = read_some(r, at, now.size, size);
	d->made = d->status;
	if (!err)
		err = status_fold_finish(&r->fold, d->arena, &d->made.entries, &d->made.n);
	return err;
}

static bool is_same(const struct status_entry *a, const struct status_entry *b)
{
	return b && a->state == b->state && a->version == b->version;
}

/* Entries of one that the other has not, or otherwise. */
static size_t differ(const struct status *one, const struct status *other, const char *words)
{
	size_t n = 0;
	char hex[LEAF_HANDLE_HEX + 1];
	for (size_t i = 0; i < one->n; i++) {
		const struct status_entry *e = &one->entries[i];
		struct str handle = str_of(hex_write(e->handle, STATUS_HANDLE_BYTES, hex));
		if (!is_same(e, status_find(other, handle)) && n++ < EXAMPLES)
			fprintf(stderr, "%s：%s\n", words, hex);
	}
	return n;
}

/* *ret_same: it is what the leaves say. */
static int compare(struct desk *d, const char *where, bool *ret_same)
{
	struct merkle_hash root;
	auto_reading r = {0};
	int err = read_log(d, where, &r);
	if (err < 0)
		return err == ERR_STATE ? CLI_NO : CLI_FAILURE;
	merkle_range_root(&r.range, &root);
	bool is_tree = merkle_equal(&root, &d->status.head.root);
	if (!is_tree)
		fputs("快照所说的树根与日志不同\n", stderr);
	size_t n = differ(&d->status, &d->made, "快照与日志不同") +
		differ(&d->made, &d->status, "日志与快照不同");
	*ret_same = is_tree && !n;
	return 0;
}

static void print(struct desk *d, bool is_json, const char *log, bool is_same_as_log)
{
	const struct status *s = &d->status;
	char day[CIVIL_TEXT];
	if (is_json) {
		json_t *o = json_pack("{ss%,ss,sI,sI,sI,sI,so}", "origin", s->origin.p, s->origin.n,
			"day", civil_put_day(s->on, day), "size", (json_int_t)s->head.size,
			"suspended", (json_int_t)d->n_suspended, "revoked",
			(json_int_t)d->n_revoked, "corrected", (json_int_t)d->n_corrected,
			"agrees_with_log", log ? json_boolean(is_same_as_log) : json_null());
		json_dumpf(o, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(o);
		return;
	}
	printf("日志　%.*s\n日期　%s\n条目　%" PRIu64 "\n暂停　%zu\n撤销　%zu\n更正　%zu\n",
		(int)s->origin.n, s->origin.p, civil_put_day(s->on, day), s->head.size,
		d->n_suspended, d->n_revoked, d->n_corrected);
	if (log)
		puts(is_same_as_log ? "与日志一致" : "与日志不一致");
}

static int run(int argc, char **argv)
{
	struct cli_args args;
	bool is_same_as_log = true;
	int status = cli_parse(&cmd_cert_status_command, argc, argv, &args);
	if (status)
		return status;
	if (!cli_has(&args, "trust"))
		return cli_misuse(&cmd_cert_status_command, "请用--trust给出信任文件");
	auto_arena arena = arena_new(ARENA_MAX);
	struct desk *d = arena_make(arena, struct desk);
	const char *log = cli_text(&args, "log", NULL);
	d->arena = arena;
	if ((status = cert_load_trust(cli_text(&args, "trust", ""), arena, &d->trust)) ||
		(status = cert_load_status(args.operands[0], &d->trust, arena, &d->status)))
		return status;
	count(d);
	if (log && (status = compare(d, log, &is_same_as_log)))
		return status;
	print(d, cli_has(&args, "json"), log, is_same_as_log);
	return is_same_as_log ? CLI_OK : CLI_NO;
}

static const struct cli_option options[] = {
	{"trust", "FILE", "信任文件：谁的签名可信"},
	{"log", "URL|DIR", "日志的网址或副本（luban log copy）：由其条目重新得出，逐一比对"},
	CLI_JSON,
	{0},
};

const struct command cmd_cert_status_command = {
	.name = "cert status",
	.usage = "FILE --trust FILE [--log URL|DIR] [--json]",
	.summary = "查看证书状态快照，并与公开日志比对",
	.help = "快照由服务器的/log/status取得。签名可信、与日志一致退出0，与日志不一致退出1。",
	.options = options,
	.least = 1, .most = 1,
	.run = run,
};
