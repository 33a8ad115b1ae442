/* Near-duplicates 相似题. Each item keeps a 64-bit SimHash (Charikar 2002) of the pairs of
 * neighbouring words of its stem and options, a Chinese character being a word; the hash of a pair
 * is keyed, so that the column tells nothing about the text. Items whose hashes differ in few bits
 * are opened in memory (shown to nobody) and compared word for word. */
#ifndef LUBAN_DOMAIN_EXAM_BANK_NEAR_H
#define LUBAN_DOMAIN_EXAM_BANK_NEAR_H

#include "base/crypto.h"
#include "core/ctx.h"
#include "domain/exam/item.h"

enum { NEAR_SHOWN = 20, NEAR_OPENED = 200 };

/* The words of an item, folded: what both functions below look at. */
const char *near_words(struct ctx *cx, const struct item *it);
int64_t near_hash(struct ctx *cx, const char *words); /* what is kept: by the current secret */
/* By each secret of the ring: hashes that are kept may be older than a rotation. */
struct near_hashes {
	int64_t by[KEYRING_MAX];
	size_t n;
};
void near_hash_all(struct ctx *cx, const char *words, struct near_hashes *ret_hashes);
/* Bits in which a kept hash differs from the nearest of them. Texts that share 70 of 100 pairs
 * differ in about 16, seldom in more than 24; texts that have nothing in common in about 32. */
int near_distance(const struct near_hashes *hashes, int64_t kept);
/* Shared pairs of words (Dice), per mille: 1000 for the same text in any order of options. */
int64_t near_similarity(struct ctx *cx, const char *words_a, const char *words_b);

struct near_item {
	int64_t item_id, item_no, version_no, similarity_permille;
	const char *state;
	bool is_confirmed; /* somebody has judged it another item */
	const char *note, *actor_name;
};
/* The look-alikes of the newest version in its bank, the most alike first: of those within
 * bank.near_open_bits the NEAR_OPENED nearest are compared, and bank.near_permille counts. */
int item_near(struct ctx *cx, int64_t item_id, struct near_item **ret_items,
	size_t *ret_n) MUST_CHECK;
/* A reviewer who is not the author says that the newest versions of both are different items, and
 * why. */
int item_near_confirm(struct ctx *cx, int64_t item_id, int64_t other_id,
	const char *note) MUST_CHECK;

#endif
