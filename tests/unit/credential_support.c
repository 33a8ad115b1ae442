#include "credential_support.h"

#include <stdlib.h>
#include <string.h>

#include "base/checkpoint.h"
#include "base/civil.h"
#include "base/hex.h"
#include "base/sm2.h"

enum { AT = 1794000000 };

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* Private keys: one byte repeated. */
enum { LOG_SEED = 0x11, SM2_SEED = 0x22, ISSUER_SEED = 0x33, WITNESS_SEED = 0x40 };

static const uint8_t *seed_of(uint8_t byte, uint8_t out[SIGN_SEED_BYTES])
{
	memset(out, byte, SIGN_SEED_BYTES);
	return out;
}

static struct note_key key_of(enum note_type type, const char *name, uint8_t byte)
{
	struct note_key key;
	uint8_t seed[SIGN_SEED_BYTES], bytes[SM2_PUBLIC_BYTES] = {0};
	seed_of(byte, seed);
	if (type == NOTE_SM2)
		must(sm2_public(seed, bytes) == 0);
	else
		sign_public(seed, bytes);
	must(note_key_make(type, str_of(name), bytes, &key) == 0);
	return key;
}

static int sign(void *self, const struct note_key *key, struct str message,
	uint8_t ret_signature[NOTE_SIGNED_BYTES])
{
	const uint8_t *seed = self;
	if (key->type == NOTE_SM2)
		return sm2_make(seed, SM2_ID, message, ret_signature);
	sign_make(seed, message, ret_signature);
	return 0;
}

static struct note_key witness(unsigned i)
{
	static const char *const names[SAMPLE_WITNESSES] = {
		"witness.example.cn/one", "witness.example.cn/two", "witness.example.cn/three"};
	return key_of(NOTE_COSIGNATURE, names[i], (uint8_t)(WITNESS_SEED + i));
}

void sample_trust(struct trust *ret_trust)
{
	uint8_t seed[SIGN_SEED_BYTES];
	struct trust t = {.n_logs = 2, .n_witnesses = SAMPLE_WITNESSES, .n_issuers = 1,
		.quorum = 2};
	t.logs[0] = key_of(NOTE_ED25519, SAMPLE_ORIGIN, LOG_SEED);
	t.logs[1] = key_of(NOTE_SM2, SAMPLE_ORIGIN, SM2_SEED);
	for (unsigned i = 0; i < SAMPLE_WITNESSES; i++)
		t.witnesses[i] = witness(i);
	sign_public(seed_of(ISSUER_SEED, seed), t.issuers[0].public_key);
	sign_key_id(t.issuers[0].public_key, t.issuers[0].key_id);
	*ret_trust = t;
}

static void put_line(struct buf *out, struct str text, struct note_key key, uint8_t byte)
{
	uint8_t seed[SIGN_SEED_BYTES];
	int64_t at = key.type == NOTE_COSIGNATURE ? AT : 0;
	seed_of(byte, seed);
	must(note_put_signature(out, text, &key, at, sign, seed) == 0);
}

void sample_sign(struct buf *out, struct str text, bool is_issuer)
{
	uint8_t byte = is_issuer ? ISSUER_SEED : LOG_SEED;
	must(note_put_text(out, text) == 0);
	put_line(out, text, key_of(NOTE_ED25519, SAMPLE_ORIGIN, byte), byte);
}

/* Nodes that nobody has seen the leaves of. */
static int node(void *self, unsigned level, uint64_t index, struct merkle_hash *ret_hash)
{
	struct buf b;
	(void)self;
	buf_init(&b, 64);
	buf_printf(&b, "%u/%llu", level, (unsigned long long)index);
	merkle_leaf(buf_view(&b), ret_hash);
	buf_fini(&b);
	return 0;
}

static void fill(struct credential *c, const struct sample *s)
{
	static const char *const texts[CREDENTIAL_FIELDS] = {"S000037020001263000017", "王秀英",
		"居民身份证", "3710**********0046", "", "6-18-02-04", "钳工", "装配钳工", "3",
		"青岛港湾职业技术学院技能人才评价中心", "S000037020001", "86", "91.5", "合格",
		"2026-11-22",
		"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		"60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"};
	for (size_t i = 0; i < CREDENTIAL_FIELDS; i++)
		c->fields[i] = str_of(texts[i]);
	if (s->name)
		c->fields[1] = str_of(s->name);
	for (size_t i = 0; i < COMMIT_SALT_BYTES; i++) {
		c->salt[i] = (uint8_t)(i * 7 + 1);
		c->idno_salt[i] = (uint8_t)(i * 5 + 3);
	}
	c->has_idno = s->has_idno;
	c->idno = STR("371002199206150046");
}

static const char *hex_commitment(struct arena *a, const struct credential *c, bool is_idno)
{
	uint8_t bytes[COMMIT_BYTES];
	must((is_idno ? credential_idno_commitment(c, bytes) : credential_commitment(c,
		bytes)) == 0);
	return hex_text(a, bytes, sizeof bytes);
}

static struct str leaf_of(struct arena *a, const struct sample *s, const struct credential *c)
{
	struct buf b;
	struct leaf leaf = {.kind = s->version ? LEAF_CORRECTED : LEAF_ISSUED,
		.on = civil_day(2026, 11, 22), .certificate = STR(SAMPLE_HANDLE),
		.version = s->version, .commitment = str_of(hex_commitment(a, c, false))};
	if (!s->version) {
		leaf.body = credential_text(c, "body_code");
		leaf.body_kind = STR("school");
		leaf.occupation = credential_text(c, "occupation_code");
		leaf.grade = 3;
		leaf.route = STR("exam");
		leaf.region = STR("370203");
		leaf.issued_on = leaf.on;
	}
	buf_init(&b, LEAF_MAX);
	must(leaf_put(&b, &leaf) == 0);
	struct str entry = {arena_str(a, buf_view(&b)), b.n};
	buf_fini(&b);
	return entry;
}

static struct str note_of(struct arena *a, const struct sample *s, const struct credential *c,
	uint64_t size)
{
	struct merkle_hash leaf;
	struct checkpoint point = {.origin = STR(SAMPLE_ORIGIN), .head.size = size,
		.more = str_of(s->more ? s->more : "")};
	struct buf text, note;
	buf_init(&text, 4096);
	buf_init(&note, 8192);
	merkle_leaf(c->leaf, &leaf);
	must(merkle_inclusion_root(c->index, size, &leaf, &c->proof, &point.head.root) == 0);
	checkpoint_put(&text, &point);
	sample_sign(&note, buf_view(&text), false);
	if (!s->without_sm2)
		put_line(&note, buf_view(&text), key_of(NOTE_SM2, SAMPLE_ORIGIN, SM2_SEED),
			SM2_SEED);
	for (unsigned i = 0; i < s->witnesses; i++)
		put_line(&note, buf_view(&text), witness(i), (uint8_t)(WITNESS_SEED + i));
	struct str got = {arena_str(a, buf_view(&note)), note.n};
	buf_fini(&text);
	buf_fini(&note);
	return got;
}

void sample_credential(struct arena *a, const struct sample *s, struct credential *ret_credential)
{
	struct credential c = {.origin = STR(SAMPLE_ORIGIN), .index = SAMPLE_INDEX};
	uint64_t size = s->size ? s->size : SAMPLE_SIZE;
	if (s->size)
		c.index = s->index;
	fill(&c, s);
	c.fields[4] = str_of(hex_commitment(a, &c, true));
	c.leaf = leaf_of(a, s, &c);
	must(merkle_inclusion(c.index, size, node, NULL, &c.proof) == 0);
	c.note = note_of(a, s, &c, size);
	if (!c.has_idno) {
		c.idno = STR_NONE;
		memset(c.idno_salt, 0, sizeof c.idno_salt);
	}
	*ret_credential = c;
}
