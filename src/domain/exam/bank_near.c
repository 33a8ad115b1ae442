#include "domain/exam/bank_near.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "base/markup.h"
#include "base/utf8.h"
#include "core/setting.h"
#include "domain/exam/bank_impl.h"

enum { PAIRS_MAX = 200000, BITS = 64, SCRATCH_BYTES = 32 * 1024 * 1024 };

/* ---- words ---- */

/* Full width to half, capitals to small letters; 0 for what is no word: blanks, punctuation. */
static uint32_t fold(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0;
	if (c >= 'A' && c <= 'Z')
		return c + ('a' - 'A');
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ? c : 0;
	bool is_mark = (c >= 0x2000 && c <= 0x206f) || (c >= 0x3000 && c <= 0x303f) ||
		(c >= 0xff00 && c <= 0xffef) || c < 0xc0;
	return is_mark && c != 0xb0 && c != 0xb5 ? 0 : c;
}

/* Runs of Latin letters and digits are one word, every other character is one. */
static void add_words(struct buf *out, struct str text)
{
	bool in_run = false;
	uint32_t point;
	char bytes[UTF8_MAX];
	for (size_t n; (n = utf8_next(text, &point)) > 0; text.p += n, text.n -= n) {
		uint32_t c = fold(point);
		bool runs = c && c < 0x80;
		if (c && !(runs && in_run) && out->n)
			buf_putc(out, ' ');
		if (c)
			buf_put(out, bytes, utf8_write(c, bytes));
		in_run = runs;
	}
}

static void add_html(struct ctx *cx, struct buf *out, const char *html)
{
	if (!is_blank(html))
		add_words(out, str_of(markup_words(cx->arena, str_of(html))));
	buf_puts(out, " \n"); /* no pair reaches from one text into the next */
}

const char *near_words(struct ctx *cx, const struct item *it)
{
	auto_buf out;
	buf_init(&out, 4 * ITEM_HTML_MAX);
	add_html(cx, &out, it->stem_html);
	for (int i = 0; i < it->n_options; i++)
		add_html(cx, &out, it->options[i].html);
	for (int i = 0; i < it->n_targets; i++)
		add_html(cx, &out, it->targets[i].html);
	return arena_dup(cx->arena, buf_z(&out));
}

/* ---- pairs ---- */

/* SipHash-2-4 (Aumasson, Bernstein 2012). */
#define ROTL(x, b) ((x) << (b) | (x) >> (64 - (b)))
static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = ROTL(v[1], 13) ^ v[0];
	v[0] = ROTL(v[0], 32);
	v[2] += v[3];
	v[3] = ROTL(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = ROTL(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = ROTL(v[1], 17) ^ v[2];
	v[2] = ROTL(v[2], 32);
}

static void sip_word(uint64_t v[4], uint64_t m)
{
	v[3] ^= m;
	sip_round(v);
	sip_round(v);
	v[0] ^= m;
}

static uint64_t sip(const uint64_t key[2], struct str s)
{
	uint64_t v[4] = {key[0] ^ UINT64_C(0x736f6d6570736575),
		key[1] ^ UINT64_C(0x646f72616e646f6d), key[0] ^ UINT64_C(0x6c7967656e657261),
		key[1] ^ UINT64_C(0x7465646279746573)};
	uint64_t last = (uint64_t)s.n << 56;
	size_t whole = s.n - s.n % 8;
	for (size_t i = 0; i < whole; i += 8) {
		uint64_t m = 0;
		for (size_t k = 0; k < 8; k++)
			m |= (uint64_t)(unsigned char)s.p[i + k] << 8 * k;
		sip_word(v, m);
	}
	for (size_t k = 0; k < s.n % 8; k++)
		last |= (uint64_t)(unsigned char)s.p[whole + k] << 8 * k;
	sip_word(v, last);
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static void pair_key(struct ctx *cx, size_t secret, uint64_t ret_key[2])
{
	const char *hex = keyring_blind_index_by(cx->keys, secret, cx->arena, "item.near_hash",
		STR("key"));
	char half[17] = "";
	for (int i = 0; i < 2; i++) {
		memcpy(half, hex + 16 * i, 16);
		ret_key[i] = strtoull(half, NULL, 16);
	}
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return x < y ? -1 : x > y;
}

/* The hashes of all pairs, sorted. A text of one word is a pair with nothing. */
static size_t pairs_of(struct ctx *cx, size_t secret, const char *words, uint64_t **ret_pairs)
{
	struct str rest = str_of(words);
	size_t n = 0, room = rest.n / 2 + 1 < PAIRS_MAX ? rest.n / 2 + 1 : PAIRS_MAX;
	uint64_t key[2], *pairs = arena_array(cx->arena, uint64_t, room);
	pair_key(cx, secret, key);
	while (rest.n && n < room) {
		struct str text = str_cut(&rest, '\n');
		struct str before = STR_NONE;
		while (text.n && n < room) {
			struct str word = str_cut(&text, ' ');
			if (!word.n)
				continue;
			struct str pair = before.n ? (struct str){before.p,
				(size_t)(word.p + word.n - before.p)} : word;
			if (before.n || !str_trim(text).n)
				pairs[n++] = sip(key, pair);
			before = word;
		}
	}
	qsort(pairs, n, sizeof *pairs, by_value);
	*ret_pairs = pairs;
	return n;
}

static int64_t hash_by(struct ctx *cx, size_t secret, const char *words)
{
	uint64_t *pairs, hash = 0;
	int64_t votes[BITS] = {0};
	size_t n = pairs_of(cx, secret, words, &pairs);
	for (size_t i = 0; i < n; i++)
		for (int b = 0; b < BITS; b++)
			votes[b] += pairs[i] >> b & 1 ? 1 : -1;
	for (int b = 0; b < BITS; b++)
		hash |= (uint64_t)(votes[b] > 0) << b;
	return (int64_t)hash;
}

int64_t near_hash(struct ctx *cx, const char *words)
{
	return hash_by(cx, 0, words);
}

void near_hash_all(struct ctx *cx, const char *words, struct near_hashes *ret_hashes)
{
	ret_hashes->n = keyring_count(cx->keys);
	for (size_t i = 0; i < ret_hashes->n; i++)
		ret_hashes->by[i] = hash_by(cx, i, words);
}

int near_distance(const struct near_hashes *hashes, int64_t kept)
{
	int least = BITS;
	for (size_t i = 0; i < hashes->n; i++) {
		int bits = __builtin_popcountll((uint64_t)hashes->by[i] ^ (uint64_t)kept);
		least = bits < least ? bits : least;
	}
	return least;
}

static int64_t shared(const uint64_t *a, size_t n, const uint64_t *b, size_t m)
{
	int64_t both = 0;
	for (size_t i = 0, k = 0; i < n && k < m;) {
		both += a[i] == b[k];
		if (a[i] == b[k]) {
			i++;
			k++;
		} else if (a[i] < b[k]) {
			i++;
		} else {
			k++;
		}
	}
	return both;
}

int64_t near_similarity(struct ctx *cx, const char *words_a, const char *words_b)
{
	uint64_t *a, *b;
	size_t n = pairs_of(cx, 0, words_a, &a), m = pairs_of(cx, 0, words_b, &b);
	return n + m ? 2000 * shared(a, n, b, m) / (int64_t)(n + m) : 1000;
}

/* ---- the look-alikes of an item ---- */

struct search {
	const struct q_bank_item_find *item;
	const char *words;
	struct q_item_near_of_rows confirmed;
	int64_t least; /* per mille */
	struct near_item *found;
	size_t n;
};

static void take_confirmation(struct search *s, struct near_item *found)
{
	for (size_t i = 0; i < s->confirmed.n; i++) {
		const struct q_item_near_of *c = &s->confirmed.at[i];
		if (c->other_id == found->item_id && c->other_version_no == found->version_no) {
			found->is_confirmed = true;
			found->note = c->note;
			found->actor_name = c->actor_name;
		}
	}
}

/* Opened in memory that is given back at once: many may have to be. */
static int similarity_to(struct ctx *cx, const struct search *s, int64_t id, int64_t version_no)
{
	struct arena *own = cx->arena;
	auto_arena scratch = arena_new(SCRATCH_BYTES);
	cx->arena = scratch;
	db_use_arena(cx->db, scratch);
	struct item *it = arena_make(scratch, struct item);
	int r = version_unseal(cx, id, version_no, it);
	if (r == 0)
		r = (int)near_similarity(cx, s->words, near_words(cx, it));
	cx->arena = own;
	db_use_arena(cx->db, own);
	if (r < 0)
		ctx_clear(cx); /* its words lay in the scratch */
	return r < 0 ? ctx_pass(cx, r) : r;
}

static int compare(struct ctx *cx, struct search *s, const struct q_item_near_hashes *other)
{
	int similarity = similarity_to(cx, s, other->id, other->version_no);
	if (similarity < 0)
		return similarity;
	if (similarity < s->least)
		return 0;
	struct near_item *found = &s->found[s->n++];
	*found = (struct near_item){.item_id = other->id, .item_no = other->item_no,
		.version_no = other->version_no, .similarity_permille = similarity,
		.state = other->state, .note = "", .actor_name = ""};
	take_confirmation(s, found);
	return 0;
}

static int by_similarity(const void *a, const void *b)
{
	const struct near_item *x = a, *y = b;
	if (x->similarity_permille != y->similarity_permille)
		return x->similarity_permille < y->similarity_permille ? 1 : -1;
	return x->item_no < y->item_no ? -1 : 1;
}

struct candidate {
	int bits;
	const struct q_item_near_hashes *row;
};

static int by_bits(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	if (x->bits != y->bits)
		return x->bits - y->bits;
	return x->row->item_no < y->row->item_no ? -1 : 1;
}

/* Those that may be look-alikes, the likeliest first. */
static size_t candidates(struct ctx *cx, const struct search *s,
	const struct q_item_near_hashes_rows *rows, int64_t bits, struct candidate **ret_list)
{
	struct near_hashes own;
	struct candidate *list = arena_array(cx->arena, struct candidate, rows->n);
	size_t n = 0;
	near_hash_all(cx, s->words, &own);
	for (size_t i = 0; i < rows->n; i++) {
		list[n] = (struct candidate){near_distance(&own, rows->at[i].near_hash),
			&rows->at[i]};
		n += list[n].bits <= bits;
	}
	qsort(list, n, sizeof *list, by_bits);
	*ret_list = list;
	return n;
}

static int search(struct ctx *cx, struct search *s)
{
	struct q_item_near_hashes_rows rows;
	struct candidate *list;
	int64_t bits;
	int r = setting_get(cx, "bank.near_open_bits", s->item->region, 0, &bits);
	if (r < 0)
		return r;
	r = q_item_near_hashes(cx->db, &rows, .bank_id = s->item->bank_id,
		.id = s->item->id);
	if (r < 0)
		return ctx_pass(cx, r);
	s->found = arena_array(cx->arena, struct near_item, NEAR_OPENED);
	size_t n = candidates(cx, s, &rows, bits, &list);
	for (size_t i = 0; i < n && i < NEAR_OPENED; i++)
		if ((r = compare(cx, s, list[i].row)) < 0)
			return r;
	qsort(s->found, s->n, sizeof *s->found, by_similarity);
	return 0;
}

int item_near(struct ctx *cx, int64_t item_id, struct near_item **ret_items, size_t *ret_n)
{
	struct q_bank_item_find item;
	struct item *it = arena_make(cx->arena, struct item);
	struct search s = {.item = &item};
	int r = item_get(cx, item_id, &item);
	if (r < 0 || (r = version_unseal(cx, item_id, item.version_no, it)) < 0)
		return r;
	s.words = near_words(cx, it);
	s.least = setting_int(cx, "bank.near_permille", item.region, 0);
	r = q_item_near_of(cx->db, &s.confirmed, .item_id = item_id,
		.version_no = item.version_no);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = search(cx, &s)) < 0)
		return r;
	*ret_items = s.found;
	*ret_n = s.n < NEAR_SHOWN ? s.n : NEAR_SHOWN;
	return 0;
}

static int is_look_alike(struct ctx *cx, int64_t item_id, int64_t other_id,
	int64_t *ret_version_no)
{
	struct near_item *items;
	size_t n;
	int r = item_near(cx, item_id, &items, &n);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (items[i].item_id == other_id) {
			*ret_version_no = items[i].version_no;
			return 1;
		}
	return r;
}

int item_near_confirm(struct ctx *cx, int64_t item_id, int64_t other_id, const char *note)
{
	struct q_bank_item_find item;
	struct str why = str_trim(str_of(note));
	int64_t other_no = 0;
	int r = ctx_need(cx, PERM_ITEM_REVIEW);
	if (r < 0 || (r = item_get(cx, item_id, &item)) < 0
		|| (r = bank_need_own(cx, item.body_id, item.region)) < 0)
		return r;
	if ((r = item_is_author(cx, item_id)) != 0)
		return r < 0 ? r : fail(cx, ERR_DENIED, "item.own_work", "确认不重复");
	if (!utf8_is_text(why) || utf8_count(why) < 2 || utf8_count(why) > ITEM_NOTE_MAX)
		return fail_field(cx, "note", "item.near_note");
	if ((r = is_look_alike(cx, item_id, other_id, &other_no)) <= 0)
		return r < 0 ? r : fail(cx, ERR_NOTFOUND, "item.not_near");
	r = q_item_near_put(cx->db, .item_id = item_id, .version_no = item.version_no,
		.other_id = other_id, .other_version_no = other_no,
		.note = arena_str(cx->arena, why), .account_id = cx->actor.account_id,
		.actor_name = cx->actor.name, .at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}
