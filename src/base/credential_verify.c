#include "base/credential_verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/crypto.h"
#include "base/hex.h"

const char *credential_question_code(enum credential_question q)
{
	static const char *const codes[CREDENTIAL_QUESTIONS] = {
		"texts", "facts", "idno", "place", "log", "witnesses", "state"};
	return q < CREDENTIAL_QUESTIONS ? codes[q] : "";
}

const char *credential_state_code(enum credential_state s)
{
	static const char *const codes[] = {"unasked", "good", "suspended", "revoked",
		"superseded", "older", "other"};
	return codes[s];
}

static enum credential_answer answer(bool is_so)
{
	return is_so ? CREDENTIAL_YES : CREDENTIAL_NO;
}

static bool is_hex_of(struct str hex, const uint8_t *bytes)
{
	char again[2 * COMMIT_BYTES + 1];
	return str_is(hex, hex_write(bytes, COMMIT_BYTES, again));
}

static bool texts_hold(const struct credential *c, const struct leaf *leaf)
{
	uint8_t commitment[COMMIT_BYTES];
	return credential_commitment(c, commitment) == 0 && is_hex_of(leaf->commitment, commitment);
}

static bool idno_holds(const struct credential *c)
{
	uint8_t commitment[COMMIT_BYTES];
	return credential_idno_commitment(c, commitment) == 0 &&
		is_hex_of(credential_text(c, "idno_commitment"), commitment);
}

/* A correction says openly only that there was one. */
static bool facts_hold(const struct credential *c, const struct leaf *leaf)
{
	char grade[24], day[CIVIL_TEXT];
	if (leaf->kind == LEAF_CORRECTED)
		return true;
	snprintf(grade, sizeof grade, "%" PRId64, leaf->grade);
	return str_eq(leaf->body, credential_text(c, "body_code")) &&
		str_eq(leaf->occupation, credential_text(c, "occupation_code")) &&
		str_is(credential_text(c, "grade"), grade) &&
		str_is(credential_text(c, "issued_on"), civil_put_day(leaf->issued_on, day));
}

static bool is_face(const struct leaf *leaf)
{
	return leaf->kind == LEAF_ISSUED || leaf->kind == LEAF_CORRECTED;
}

struct seen {
	bool is_bad;
	struct merkle_head head;
	struct trust_verdict verdict;
};

static struct seen check_note(const struct credential_verifier *v, const struct credential *c)
{
	struct note note;
	struct checkpoint point;
	struct seen seen = {.is_bad = true};
	if (note_parse(c->note, &note) != 0 || checkpoint_parse(note.text, &point) != 0)
		return seen;
	seen.head = point.head;
	seen.is_bad = trust_check(v->trust, &note, &point, &seen.verdict) != 0;
	return seen;
}

/* The same bytes were judged before. What the file names as its origin stands beside them. */
static struct seen see_note(struct credential_verifier *v, const struct credential *c)
{
	uint8_t digest[DIGEST_BYTES];
	struct str first = c->note;
	if (!str_eq(str_cut(&first, '\n'), c->origin))
		return (struct seen){.is_bad = true};
	crypto_sha256(c->note, digest);
	size_t at = digest[0] % CREDENTIAL_KEPT;
	if (v->kept[at].is_used && memcmp(v->kept[at].digest, digest, sizeof digest) == 0)
		return (struct seen){v->kept[at].is_bad, v->kept[at].head, v->kept[at].verdict};
	struct seen seen = check_note(v, c);
	v->kept[at].is_used = true;
	v->kept[at].is_bad = seen.is_bad;
	v->kept[at].head = seen.head;
	v->kept[at].verdict = seen.verdict;
	memcpy(v->kept[at].digest, digest, sizeof digest);
	return seen;
}

static bool is_in_place(const struct credential *c, const struct merkle_head *head)
{
	struct merkle_hash leaf;
	merkle_leaf(c->leaf, &leaf);
	return merkle_includes(c->index, head->size, &leaf, &c->proof, &head->root);
}

static enum credential_state state_of(const struct status *s, const struct credential *c,
	struct credential_report *r)
{
	if (!s)
		return CREDENTIAL_STATE_UNASKED;
	r->state_on = s->on;
	if (!str_eq(s->origin, c->origin) || !r->leaf.kind)
		return CREDENTIAL_STATE_OTHER;
	if (s->head.size <= c->index)
		return CREDENTIAL_STATE_OLDER;
	/* One log has one tree of a size. */
	if (s->head.size == r->head.size && !merkle_equal(&s->head.root, &r->head.root))
		return CREDENTIAL_STATE_OTHER;
	const struct status_entry *e = status_find(s, r->leaf.certificate);
	if (!e)
		return CREDENTIAL_GOOD;
	r->latest = e->version;
	if (e->state)
		return e->state == 'r' ? CREDENTIAL_REVOKED : CREDENTIAL_SUSPENDED;
	return e->version > r->version ? CREDENTIAL_SUPERSEDED : CREDENTIAL_GOOD;
}

static bool is_good(const struct credential_report *r)
{
	for (int q = 0; q < CREDENTIAL_QUESTIONS; q++)
		if (r->answers[q] == CREDENTIAL_NO)
			return false;
	return true;
}

void credential_verify(struct credential_verifier *v, const struct credential *c,
	struct credential_report *ret_report)
{
	struct credential_report r = {.index = c->index, .version = 1};
	if (leaf_parse(c->leaf, &r.leaf) != 0 || !is_face(&r.leaf))
		r.leaf = (struct leaf){0};
	if (r.leaf.kind == LEAF_CORRECTED)
		r.version = r.leaf.version;
	struct seen seen = see_note(v, c);
	r.head = seen.head;
	r.signers = seen.verdict;
	r.is_signature_bad = seen.is_bad;
	r.answers[CREDENTIAL_TEXTS] = answer(r.leaf.kind && texts_hold(c, &r.leaf));
	r.answers[CREDENTIAL_FACTS] = answer(r.leaf.kind && facts_hold(c, &r.leaf));
	if (c->has_idno)
		r.answers[CREDENTIAL_IDNO] = answer(idno_holds(c));
	r.answers[CREDENTIAL_PLACE] = answer(is_in_place(c, &r.head));
	r.answers[CREDENTIAL_LOG] = answer(!seen.is_bad && seen.verdict.n_logs);
	if (v->trust->quorum)
		r.answers[CREDENTIAL_WITNESSES] = answer(!seen.is_bad &&
			seen.verdict.n_witnesses >= v->trust->quorum);
	r.state = state_of(v->status, c, &r);
	if (v->status)
		r.answers[CREDENTIAL_STATE] = answer(r.state == CREDENTIAL_GOOD);
	r.holds = is_good(&r);
	*ret_report = r;
}
