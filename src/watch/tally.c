#include "watch/tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/commit.h"
#include "base/crypto.h"
#include "base/hex.h"
#include "base/log.h"
#include "watch/handles.h"

enum { VALUES_MAX = UINT16_MAX, NUMBER_MAX = UINT16_MAX };

enum state { VALID = 1, SUSPENDED, REVOKED };

struct certificate {
	uint16_t values[TALLY_DIMENSIONS]; /* by their place among the dimension's rows */
	uint16_t version, count;
	uint8_t state;
};

struct dimension {
	uint64_t key; /* of this run, so that no collisions can be prepared */
	size_t n, slots;
	struct tally_row *rows; /* as they came */
	uint32_t *table;
};

/* What a leaf did to the counts. */
struct effect {
	uint64_t index;
	const struct certificate *certificate;
	enum state from, to; /* from 0: issued */
};

struct draw {
	bool is_drawn;
	uint8_t commitment[COMMIT_BYTES];
};

struct tally {
	tally_complain *complain;
	void *self;
	uint64_t leaves[LEAF_KINDS];
	struct tally_count all;
	struct dimension dimensions[TALLY_DIMENSIONS];
	struct handles *certificate_handles, *batch_handles, *draw_handles;
	struct chunks certificates, batches, draws; /* struct certificate, int64_t, struct draw */
	uint64_t now; /* the leaf that is being added */
	uint64_t n_effects;
	struct effect effects[TALLY_REMEMBERED]; /* the last ones */
};

const char *tally_dimension_code(enum tally_dimension d)
{
	static const char *const codes[TALLY_DIMENSIONS] = {
		"body_kind", "region", "occupation", "grade", "year", "body"};
	return codes[d];
}

struct tally *tally_new(tally_complain *complain, void *self)
{
	struct tally *t = calloc(1, sizeof *t);
	if (!t)
		log_die("out of memory");
	t->complain = complain;
	t->self = self;
	t->certificate_handles = handles_new();
	t->batch_handles = handles_new();
	t->draw_handles = handles_new();
	t->certificates.size = sizeof(struct certificate);
	t->batches.size = sizeof(int64_t);
	t->draws.size = sizeof(struct draw);
	for (size_t d = 0; d < TALLY_DIMENSIONS; d++)
		crypto_random(&t->dimensions[d].key, sizeof t->dimensions[d].key);
	return t;
}

void tally_free(struct tally *t)
{
	if (!t)
		return;
	for (size_t d = 0; d < TALLY_DIMENSIONS; d++) {
		free(t->dimensions[d].rows);
		free(t->dimensions[d].table);
	}
	handles_free(t->certificate_handles);
	handles_free(t->batch_handles);
	handles_free(t->draw_handles);
	chunks_free(&t->certificates);
	chunks_free(&t->batches);
	chunks_free(&t->draws);
	free(t);
}

/* ---- values of a dimension ---- */

static uint32_t *slot_of(const struct dimension *d, struct str value)
{
	uint64_t hash = d->key;
	for (size_t i = 0; i < value.n; i++)
		hash = (hash ^ (unsigned char)value.p[i]) * (d->key | 1);
	size_t i = (hash ^ hash >> 29) & (d->slots - 1);
	while (d->table[i] && !str_is(value, d->rows[d->table[i] - 1].value))
		i = (i + 1) & (d->slots - 1);
	return &d->table[i];
}

static void widen(struct dimension *d)
{
	size_t slots = d->slots ? 2 * d->slots : 256;
	d->rows = realloc(d->rows, slots * sizeof *d->rows);
	free(d->table);
	d->table = calloc(slots, sizeof *d->table);
	if (!d->rows || !d->table)
		log_die("out of memory");
	d->slots = slots;
	for (size_t i = 0; i < d->n; i++)
		*slot_of(d, str_of(d->rows[i].value)) = (uint32_t)(i + 1);
}

/* false: there are too many already. */
static bool meet(struct dimension *d, struct str value, uint16_t *ret_place)
{
	if (2 * d->n >= d->slots)
		widen(d);
	uint32_t *slot = slot_of(d, value);
	if (!*slot) {
		if (d->n == VALUES_MAX || value.n > LEAF_HANDLE_HEX)
			return false;
		struct tally_row *row = &d->rows[d->n++];
		*row = (struct tally_row){0};
		memcpy(row->value, value.p, value.n);
		*slot = (uint32_t)d->n;
	}
	*ret_place = (uint16_t)(*slot - 1);
	return true;
}

static struct str value_of(const struct leaf *leaf, enum tally_dimension d, char text[32])
{
	switch (d) {
	case TALLY_BODY_KIND:
		return leaf->body_kind;
	case TALLY_REGION:
		return leaf->region;
	case TALLY_OCCUPATION:
		return leaf->occupation;
	case TALLY_BODY:
		return leaf->body;
	case TALLY_GRADE:
		snprintf(text, 32, "%" PRId64, leaf->grade);
		return str_of(text);
	default:
		snprintf(text, 32, "%" PRId64, civil_of(leaf->issued_on).year);
		return str_of(text);
	}
}

/* ---- certificates ---- */

static uint64_t *counter(struct tally_count *c, enum state state)
{
	return state == VALID ? &c->valid : state == SUSPENDED ? &c->suspended : &c->revoked;
}

static void remember(
	struct tally *t, const struct certificate *c, enum state from, enum state to)
{
	t->effects[t->n_effects++ % TALLY_REMEMBERED] = (struct effect){t->now, c, from, to};
}

static void move(struct tally *t, struct certificate *c, enum state to)
{
	remember(t, c, c->state, to);
	for (size_t d = 0; d < TALLY_DIMENSIONS; d++) {
		struct tally_count *count = &t->dimensions[d].rows[c->values[d]].count;
		--*counter(count, c->state);
		++*counter(count, to);
	}
	--*counter(&t->all, c->state);
	++*counter(&t->all, to);
	c->state = (uint8_t)to;
}

static enum tally_fault issue(struct tally *t, const struct leaf *leaf)
{
	struct certificate c = {.state = VALID, .version = 1}, *own;
	size_t i;
	char text[32];
	for (enum tally_dimension d = 0; d < TALLY_DIMENSIONS; d++)
		if (!meet(&t->dimensions[d], value_of(leaf, d, text), &c.values[d]))
			return TALLY_TOO_MANY;
	if (handles_meet(t->certificate_handles, leaf->certificate, &i))
		return TALLY_TWICE;
	own = chunks_at(&t->certificates, i);
	*own = c;
	remember(t, own, 0, VALID);
	for (size_t d = 0; d < TALLY_DIMENSIONS; d++) {
		struct tally_count *count = &t->dimensions[d].rows[c.values[d]].count;
		count->issued++;
		count->valid++;
	}
	t->all.issued++;
	t->all.valid++;
	return 0;
}

/* is_first: the log may be younger than the certificate. */
static enum tally_fault next_number(uint16_t *was, int64_t now, bool is_first)
{
	bool is_next = (is_first || now == *was + 1) && now <= NUMBER_MAX;
	*was = now < 0 ? 0 : now < NUMBER_MAX ? (uint16_t)now : NUMBER_MAX;
	return is_next ? 0 : TALLY_NUMBER;
}

static enum tally_fault change(struct tally *t, const struct leaf *leaf)
{
	size_t i;
	if (!handles_find(t->certificate_handles, leaf->certificate, &i))
		return TALLY_NEVER_ISSUED;
	struct certificate *c = chunks_at(&t->certificates, i);
	if (c->state == REVOKED)
		return TALLY_REVOKED;
	switch (leaf->kind) {
	case LEAF_CORRECTED:
		return next_number(&c->version, leaf->version, false);
	case LEAF_REISSUED:
		return next_number(&c->count, leaf->count, c->count == 0);
	case LEAF_SUSPENDED:
		if (c->state != VALID)
			return TALLY_STATE;
		move(t, c, SUSPENDED);
		return 0;
	case LEAF_REINSTATED:
		if (c->state != SUSPENDED)
			return TALLY_STATE;
		move(t, c, VALID);
		return 0;
	default:
		move(t, c, REVOKED);
		return 0;
	}
}

/* ---- the other kinds ---- */

/* The first version that the log knows may be any: the log may be younger than the list. */
static enum tally_fault freeze(struct tally *t, const struct leaf *leaf)
{
	size_t i;
	bool is_known = handles_meet(t->batch_handles, leaf->batch, &i);
	int64_t *version = chunks_at(&t->batches, i), was = *version;
	*version = leaf->version;
	if (is_known && leaf->version != was + 1)
		return TALLY_NUMBER;
	return leaf->passed > leaf->people ? TALLY_NUMBERS : 0;
}

static enum tally_fault commit(struct tally *t, const struct leaf *leaf)
{
	size_t i;
	if (handles_meet(t->draw_handles, leaf->draw, &i))
		return TALLY_TWICE;
	struct draw *draw = chunks_at(&t->draws, i);
	*draw = (struct draw){0};
	return hex_read(leaf->commitment, draw->commitment, COMMIT_BYTES) ? 0 : TALLY_SEED;
}

/* The commitment to a seed is one that everybody can make who has been shown it: its salt is the
 * seed's SHA-256. */
static bool is_committed(const struct draw *draw, struct str seed)
{
	const struct stow_field field = {STR("seed"), seed};
	uint8_t salt[COMMIT_SALT_BYTES];
	crypto_sha256(seed, salt);
	return commit_holds(draw->commitment, "draw.seed.1", salt, &field, 1);
}

static enum tally_fault drawn(struct tally *t, const struct leaf *leaf)
{
	size_t i;
	if (!handles_find(t->draw_handles, leaf->draw, &i))
		return TALLY_NEVER_ISSUED;
	struct draw *draw = chunks_at(&t->draws, i);
	if (draw->is_drawn)
		return TALLY_TWICE;
	draw->is_drawn = true;
	return is_committed(draw, leaf->seed) ? 0 : TALLY_SEED;
}

static enum tally_fault judge(struct tally *t, const struct leaf *leaf)
{
	switch (leaf->kind) {
	case LEAF_ISSUED:
		return issue(t, leaf);
	case LEAF_RESULT:
		return freeze(t, leaf);
	case LEAF_COMMITTED:
		return commit(t, leaf);
	case LEAF_DRAWN:
		return drawn(t, leaf);
	case LEAF_FIGURES:
		return 0;
	default:
		return change(t, leaf);
	}
}

void tally_add(struct tally *t, uint64_t index, const struct leaf *leaf)
{
	t->leaves[leaf->kind]++;
	t->now = index;
	enum tally_fault fault = judge(t, leaf);
	if (fault)
		t->complain(t->self, fault, index, leaf);
}

/* ---- what came out ---- */

struct tally_count tally_all(const struct tally *t)
{
	return t->all;
}

uint64_t tally_leaves(const struct tally *t, enum leaf_kind kind)
{
	return t->leaves[kind];
}

static int by_value(const void *a, const void *b)
{
	const struct tally_row *x = a, *y = b;
	return strcmp(x->value, y->value);
}

size_t tally_rows(const struct tally *t, enum tally_dimension d, struct tally_row **ret_rows)
{
	const struct dimension *dimension = &t->dimensions[d];
	struct tally_row *rows = calloc(dimension->n + 1, sizeof *rows);
	if (!rows)
		log_die("out of memory");
	if (dimension->n)
		memcpy(rows, dimension->rows, dimension->n * sizeof *rows);
	qsort(rows, dimension->n, sizeof *rows, by_value);
	*ret_rows = rows;
	return dimension->n;
}

const struct tally_count *tally_find(
	const struct tally *t, enum tally_dimension d, struct str value)
{
	const struct dimension *dimension = &t->dimensions[d];
	if (!dimension->slots)
		return NULL;
	uint32_t *slot = slot_of(dimension, value);
	return *slot ? &dimension->rows[*slot - 1].count : NULL;
}

static void add(struct tally_count *to, const struct tally_count *c)
{
	to->issued += c->issued;
	to->valid += c->valid;
	to->suspended += c->suspended;
	to->revoked += c->revoked;
}

static bool is_meant(const char *own, struct str value, bool is_prefix)
{
	return is_prefix ? strncmp(own, value.p ? value.p : "", value.n) == 0 : str_is(value, own);
}

static void undo(const struct effect *e, struct tally_count *c)
{
	--*counter(c, e->to);
	if (e->from)
		++*counter(c, e->from);
	else
		c->issued--;
}

bool tally_at(const struct tally *t, uint64_t size, enum tally_dimension d, struct str value,
	bool is_prefix, struct tally_count *ret_count)
{
	const struct dimension *dimension = d == TALLY_DIMENSIONS ? NULL : &t->dimensions[d];
	struct tally_count c = dimension ? (struct tally_count){0} : t->all;
	uint64_t oldest = t->n_effects > TALLY_REMEMBERED ? t->n_effects - TALLY_REMEMBERED : 0;
	uint64_t i = t->n_effects;
	for (size_t k = 0; dimension && k < dimension->n; k++)
		if (is_meant(dimension->rows[k].value, value, is_prefix))
			add(&c, &dimension->rows[k].count);
	for (; i > oldest && t->effects[(i - 1) % TALLY_REMEMBERED].index >= size; i--) {
		const struct effect *e = &t->effects[(i - 1) % TALLY_REMEMBERED];
		/* the values are those of the certificate, which never change */
		if (!dimension || is_meant(dimension->rows[e->certificate->values[d]].value, value,
					  is_prefix))
			undo(e, &c);
	}
	if (oldest && i == oldest)
		return false;
	*ret_count = c;
	return true;
}
