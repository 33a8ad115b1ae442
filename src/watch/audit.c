#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkpoint.h"
#include "base/hex.h"
#include "base/log.h"
#include "watch/audit_impl.h"

const char *audit_fault_code(enum audit_fault fault)
{
	static const char *const codes[AUDIT_FAULTS] = {"", "checkpoint", "signature", "quorum",
		"stale", "origin", "shrunk", "forked", "missing", "shape", "tile", "root", "leaf",
		"sequence", "figures", "too_large"};
	return codes[fault];
}

struct audit_finding *audit_find(struct audit *a, enum audit_fault fault)
{
	static _Thread_local struct audit_finding spare; /* counted, but no longer kept */
	struct audit_finding *f =
		a->n_findings < AUDIT_FINDINGS_MAX ? &a->findings[a->n_findings++] : &spare;
	*f = (struct audit_finding){.fault = fault};
	a->counts[fault]++;
	return f;
}

struct audit_finding *audit_find_at(struct audit *a, enum audit_fault fault, uint64_t at)
{
	struct audit_finding *f = audit_find(a, fault);
	f->has_at = true;
	f->at = at;
	return f;
}

uint64_t audit_found(const struct audit *a)
{
	uint64_t n = 0;
	for (size_t i = 0; i < AUDIT_FAULTS; i++)
		n += a->counts[i];
	return n;
}

void audit_free(struct audit *a)
{
	if (!a)
		return;
	buf_fini(&a->note);
	tally_free(a->tally);
	free(a);
}

static void put_root(char out[AUDIT_TEXT], const struct merkle_head *head)
{
	auto_buf root;
	buf_init(&root, AUDIT_TEXT);
	base64_put(&root, head->root.bytes, MERKLE_BYTES);
	snprintf(out, AUDIT_TEXT, "%" PRIu64 " %s", head->size, buf_z(&root));
}

void audit_find_fork(struct audit_run *run, const struct merkle_head *found)
{
	struct audit_finding *f = audit_find_at(run->audit, AUDIT_FORKED, run->audit->known.size);
	put_root(f->found, found);
	put_root(f->wanted, &run->audit->known);
}

/* ---- the checkpoint ---- */

static void check_age(struct audit_run *run)
{
	const struct audit_options *o = run->options;
	const struct trust_verdict *v = &run->audit->verdict;
	int64_t last = 0;
	for (size_t i = 0; i < o->trust->n_witnesses; i++)
		last = v->witnessed_at[i] > last ? v->witnessed_at[i] : last;
	if (!o->fresh_seconds || !last || o->now - last <= o->fresh_seconds)
		return;
	struct audit_finding *f = audit_find(run->audit, AUDIT_STALE);
	snprintf(f->found, sizeof f->found, "%" PRId64, last);
	snprintf(f->wanted, sizeof f->wanted, "%" PRId64, o->now - o->fresh_seconds);
}

/* false: it cannot be believed at all. */
static bool check_signatures(struct audit_run *run, const struct note *note)
{
	struct audit *a = run->audit;
	const struct trust *trust = run->options->trust;
	struct checkpoint c;
	if (!trust)
		return true;
	if (trust_check(trust, note, &c, &a->verdict) < 0 || !a->verdict.n_logs) {
		snprintf(audit_find(a, AUDIT_SIGNATURE)->subject, AUDIT_TEXT, "%s", a->origin);
		return false;
	}
	a->is_signed = a->verdict.holds;
	if (a->verdict.n_witnesses < trust->quorum) {
		struct audit_finding *f = audit_find(a, AUDIT_QUORUM);
		snprintf(f->found, sizeof f->found, "%zu", a->verdict.n_witnesses);
		snprintf(f->wanted, sizeof f->wanted, "%zu", trust->quorum);
	}
	check_age(run);
	return true;
}

static bool read_checkpoint(struct audit_run *run)
{
	struct audit *a = run->audit;
	struct note note;
	struct checkpoint c;
	if (note_parse(buf_view(&a->note), &note) < 0 || checkpoint_parse(note.text, &c) < 0 ||
		!c.origin.n) {
		audit_find(a, AUDIT_CHECKPOINT);
		return false;
	}
	snprintf(a->origin, sizeof a->origin, "%.*s", (int)c.origin.n, c.origin.p);
	a->head = c.head;
	return check_signatures(run, &note);
}

/* ---- last time ---- */

static int read_known(struct audit_run *run, char origin[CHECKPOINT_ORIGIN_MAX + 1])
{
	struct audit *a = run->audit;
	struct note note;
	struct checkpoint c;
	if (!run->options->known.n)
		return 0;
	if (note_parse(run->options->known, &note) < 0 || checkpoint_parse(note.text, &c) < 0)
		return ERR_INVALID;
	a->had_known = true;
	a->known = c.head;
	snprintf(origin, CHECKPOINT_ORIGIN_MAX + 1, "%.*s", (int)c.origin.n, c.origin.p);
	return 0;
}

/* What the two checkpoints alone say; the rest is seen when the leaves are read. */
static void compare_known(struct audit_run *run, const char *origin)
{
	struct audit *a = run->audit;
	struct audit_finding *f;
	a->is_grown = !a->had_known;
	if (!a->had_known)
		return;
	if (!streq(origin, a->origin)) {
		f = audit_find(a, AUDIT_ORIGIN);
		snprintf(f->found, sizeof f->found, "%.150s", a->origin);
		snprintf(f->wanted, sizeof f->wanted, "%.150s", origin);
	} else if (a->head.size < a->known.size) {
		f = audit_find_at(a, AUDIT_SHRUNK, a->head.size);
		put_root(f->found, &a->head);
		put_root(f->wanted, &a->known);
	} else if (a->head.size == a->known.size &&
		!merkle_equal(&a->head.root, &a->known.root)) {
		audit_find_fork(run, &a->head);
	} else {
		run->is_awaited = true;
	}
}

/* ---- counting ---- */

static void complain(void *self, enum tally_fault fault, uint64_t index, const struct leaf *leaf)
{
	struct audit_finding *f = audit_find_at(self, AUDIT_SEQUENCE, index);
	struct str handle = leaf->certificate.n ? leaf->certificate
		: leaf->batch.n ? leaf->batch : leaf->draw;
	f->why = fault;
	f->kind = leaf->kind;
	snprintf(f->subject, sizeof f->subject, "%.*s", (int)handle.n, handle.p ? handle.p : "");
}

/* The tree as the leaves made it, where it must be what was known and what was signed. */
static void check_roots(struct audit_run *run)
{
	struct audit *a = run->audit;
	struct merkle_head now = {.size = run->range.n};
	if (run->range.n != a->head.size)
		return;
	merkle_range_root(&run->range, &now.root);
	a->is_whole = merkle_equal(&now.root, &a->head.root);
	if (a->is_whole)
		return;
	struct audit_finding *f = audit_find_at(a, AUDIT_ROOT, a->head.size);
	put_root(f->found, &now);
	put_root(f->wanted, &a->head);
}

static int run_all(struct audit_run *run)
{
	struct audit *a = run->audit;
	char origin[CHECKPOINT_ORIGIN_MAX + 1] = "";
	int r = read_known(run, origin);
	if (r < 0)
		return r;
	r = source_checkpoint(run->source, &a->note, a->problem);
	if (r == ERR_IO)
		return r;
	if (r < 0) {
		audit_find(a, AUDIT_CHECKPOINT);
		return 0;
	}
	if (!read_checkpoint(run))
		return 0;
	compare_known(run, origin);
	if (a->head.size > run->options->leaves_max) {
		audit_find_at(a, AUDIT_TOO_LARGE, a->head.size);
		return 0;
	}
	r = audit_read(run);
	check_roots(run);
	return r;
}

int audit_run(
	struct source *source, const struct audit_options *options, struct audit **ret_audit)
{
	struct audit_run *run = calloc(1, sizeof *run);
	struct audit *a = calloc(1, sizeof *a);
	if (!run || !a)
		log_die("out of memory");
	buf_init(&a->note, NOTE_MAX);
	a->tally = tally_new(complain, a);
	run->source = source;
	run->options = options;
	run->audit = a;
	int r = run_all(run);
	free(run);
	*ret_audit = a;
	return r;
}
