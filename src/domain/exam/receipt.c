/* The text of a receipt: made from the rows, signed, read and checked. */
#include "domain/exam/receipt.h"

#include <string.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "base/sign.h"
#include "base/stow.h"
#include "core/signer.h"
#include "query/exam_form.h"
#include "query/signer.h"
#include "query/sitting.h"

enum { CODE_CHARS = 16 };

/* ---- what has been answered ---- */

static void add_line(struct buf *all, const struct receipt_item *item)
{
	buf_printf(all, "%lld:%lld:%s\n", (long long)item->item_no, (long long)item->seq,
		item->hash);
}

static const char *hash_of_items(struct arena *a, const struct receipt_item *items, size_t n)
{
	char hex[DIGEST_HEX];
	auto_buf all;
	buf_init(&all, RECEIPT_MAX);
	for (size_t i = 0; i < n; i++)
		add_line(&all, &items[i]);
	return arena_dup(a, crypto_sm3_hex(buf_view(&all), hex));
}

int receipt_answers(struct ctx *cx, int64_t person_id, int64_t sitting_id,
	struct receipt_answers *ret_answers)
{
	struct q_sitting_final_answers_rows rows;
	char hex[DIGEST_HEX];
	int r = q_sitting_final_answers(cx->db, &rows, .person_id = person_id,
		.sitting_id = sitting_id);
	if (r < 0)
		return ctx_pass(cx, r);
	struct receipt_answers a = {.n = rows.n,
		.items = arena_array(cx->arena, struct receipt_item, rows.n + 1)};
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_sitting_final_answers *row = &rows.at[i];
		a.items[i] = (struct receipt_item){row->item_no, row->seq,
			arena_dup(cx->arena, crypto_sm3_hex(str_of(row->response), hex))};
		a.n_answered += !is_blank(row->response);
		if (row->seq > a.last_seq)
			a.last_seq = row->seq;
	}
	a.hash = hash_of_items(cx->arena, a.items, a.n);
	*ret_answers = a;
	return 0;
}

/* Without letters and digits that look alike. */
const char *receipt_code(struct ctx *cx)
{
	static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
	unsigned char random[CODE_CHARS];
	char code[CODE_CHARS + 1] = {0};
	ctx_random(cx, random, sizeof random);
	for (int i = 0; i < CODE_CHARS; i++)
		code[i] = letters[random[i] % (sizeof letters - 1)];
	return arena_dup(cx->arena, code);
}

/* ---- the text ---- */

static int form_hash(struct ctx *cx, int64_t form_id, const char **ret_hash)
{
	struct q_paper_form_find form;
	int r = form_id ? q_paper_form_find(cx->db, &form, .id = form_id) : ERR_NOTFOUND;
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	*ret_hash = r < 0 ? "" : form.content_hash;
	return 0;
}

static void put_head(struct buf *b, const struct q_sitting_find *s, const char *form,
	const struct receipt_answers *a)
{
	stow_text(b, "luban_receipt", "1");
	stow_int(b, "exam", s->exam_id);
	stow_text(b, "title", s->exam_title);
	stow_int(b, "sitting", s->id);
	stow_text(b, "ticket", s->ticket_no);
	stow_text(b, "name", s->name);
	stow_text(b, "form_hash", form);
	stow_text(b, "how", s->state);
	stow_text(b, "code", s->receipt_code);
	stow_int(b, "begun_at", s->begun_at);
	stow_int(b, "ended_at", s->ended_at);
	stow_int(b, "n_answered", a->n_answered);
	stow_int(b, "last_seq", a->last_seq);
	stow_text(b, "answers_hash", a->hash);
	for (size_t i = 0; i < a->n; i++) {
		stow_int(b, "item", a->items[i].item_no);
		stow_int(b, "seq", a->items[i].seq);
		stow_text(b, "hash", a->items[i].hash);
	}
}

int receipt_text(struct ctx *cx, const struct q_sitting_find *s, const char **ret_text)
{
	struct receipt_answers answers;
	const char *form;
	auto_buf b = {0};
	int r = receipt_answers(cx, s->person_id, s->id, &answers);
	if (r < 0 || (r = form_hash(cx, s->form_id, &form)) < 0)
		return r;
	if (!streq(answers.hash, s->answers_hash))
		return fail(cx, ERR_BUG, "receipt.changed", s->ticket_no);
	buf_init(&b, RECEIPT_MAX);
	put_head(&b, s, form, &answers);
	*ret_text = arena_str(cx->arena, buf_view(&b));
	return 0;
}

/* ---- signing ---- */

static int keep(struct ctx *cx, const struct q_sitting_find *s, const char *text,
	const struct signature *sig)
{
	char hex[2 * SIGN_BYTES + 1];
	char public_key[2 * SIGN_PUBLIC_BYTES + 1];
	auto_buf b = {0};
	buf_init(&b, RECEIPT_MAX);
	buf_puts(&b, text);
	stow_text(&b, "key", sig->key_id);
	stow_text(&b, "signature", hex_write(sig->bytes, SIGN_BYTES, hex));
	int r = q_signer_key_put(cx->db, .key_id = sig->key_id,
		.key_use = sign_use_code(SIGN_RECEIPT),
		.public_key = hex_write(sig->public_key, SIGN_PUBLIC_BYTES, public_key),
		.created_at = ctx_now(cx));
	if (r >= 0)
		r = q_sitting_receipt_put(cx->db, .person_id = s->person_id, .id = s->id,
		.receipt = buf_z(&b), .answers_hash = s->answers_hash);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int receipt_sign(struct ctx *cx, int64_t person_id, int64_t sitting_id)
{
	struct q_sitting_find s;
	struct signature sig;
	const char *text;
	int r = q_sitting_find(cx->db, &s, .person_id = person_id, .id = sitting_id,
		.scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if (*s.receipt || !*s.answers_hash)
		return 0;
	if ((r = receipt_text(cx, &s, &text)) < 0 ||
		(r = signer_sign(cx, SIGN_RECEIPT, str_of(text), &sig)) < 0)
		return r;
	return keep(cx, &s, text, &sig);
}

int receipt_sign_all(struct ctx *cx)
{
	struct q_sittings_unsigned_rows rows;
	int bad = 0, r = q_sittings_unsigned(cx->db, &rows);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n && r != ERR_IO && r != ERR_DB; i++) {
		r = receipt_sign(cx, rows.at[i].person_id, rows.at[i].id);
		bad = r < 0 ? r : bad;
	}
	if (r == ERR_IO) {
		ctx_clear(cx);
		return 0;
	}
	return bad;
}

/* ---- reading ---- */

static bool add_item(struct receipt *r, struct str name, const char *text, int64_t n)
{
	if (str_is(name, "item")) {
		if (r->n_items == RECEIPT_ITEMS)
			return false;
		r->items[r->n_items++] = (struct receipt_item){.item_no = n, .hash = ""};
		return true;
	}
	if (!r->n_items)
		return false;
	struct receipt_item *last = &r->items[r->n_items - 1];
	if (str_is(name, "seq"))
		last->seq = n;
	else
		last->hash = text;
	return true;
}

static const char **text_of_name(struct receipt *r, struct str name)
{
	const struct {
		const char *name;
		const char **at;
	} texts[] = {
		{"exam", &r->exam_id}, {"title", &r->exam_title}, {"sitting", &r->sitting_id},
		{"ticket", &r->ticket_no}, {"name", &r->name}, {"form_hash", &r->form_hash},
		{"how", &r->how}, {"code", &r->code}, {"answers_hash", &r->answers_hash},
		{"key", &r->key_id}, {"signature", &r->signature},
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (str_is(name, texts[i].name))
			return texts[i].at;
	return NULL;
}

static int64_t *number_of_name(struct receipt *r, struct str name)
{
	return str_is(name, "begun_at") ? &r->begun_at : str_is(name, "ended_at") ? &r->ended_at
		: str_is(name, "n_answered") ? &r->n_answered
		: str_is(name, "last_seq") ? &r->last_seq : NULL;
}

static bool add_field(struct arena *a, struct receipt *r, struct stow_field field)
{
	int64_t n = 0;
	const char *text = arena_str(a, field.text);
	const char **at = text_of_name(r, field.name);
	int64_t *number = number_of_name(r, field.name);
	str_to_i64(field.text, &n);
	if (at)
		*at = text;
	else if (number)
		*number = n;
	else if (str_is(field.name, "item") || str_is(field.name, "seq") ||
		str_is(field.name, "hash"))
		return add_item(r, field.name, text, n);
	else
		return false;
	return true;
}

/* What stands from the key on is not signed: the key's name and the signature, nothing else. */
static bool is_in_place(struct str name, size_t *behind)
{
	static const char *const last[] = {"key", "signature"};
	if (!*behind && !str_is(name, last[0]))
		return true;
	return *behind < 2 && str_is(name, last[(*behind)++]);
}

int receipt_read(struct arena *a, struct str text, struct receipt *ret_receipt)
{
	static const char none[] = "";
	struct receipt r = {none, none, none, none, none, none, none, none, 0, 0, 0, 0, none,
		arena_array(a, struct receipt_item, RECEIPT_ITEMS), 0, none, none};
	struct stow_field field;
	if (text.n > RECEIPT_MAX || !stow_next(&text, &field) ||
		!str_is(field.name, "luban_receipt") || !str_is(field.text, "1"))
		return ERR_INVALID;
	for (size_t behind = 0; stow_next(&text, &field);)
		if (!is_in_place(field.name, &behind) || !add_field(a, &r, field))
			return ERR_INVALID;
	if (text.n || !*r.sitting_id || !*r.answers_hash)
		return ERR_INVALID;
	*ret_receipt = r;
	return 0;
}

/* The signature is over every byte that stands before the field "key". */
static struct str signed_part(struct str text)
{
	struct str rest = text;
	struct stow_field field;
	for (struct str before = rest; stow_next(&rest, &field); before = rest)
		if (str_is(field.name, "key"))
			return (struct str){text.p, (size_t)(before.p - text.p)};
	return text;
}

static bool counts_are_right(const struct receipt *r)
{
	int64_t last = 0;
	auto_arena a = arena_new(2 * RECEIPT_MAX);
	for (size_t i = 0; i < r->n_items; i++)
		last = r->items[i].seq > last ? r->items[i].seq : last;
	return last == r->last_seq &&
		streq(hash_of_items(a, r->items, r->n_items), r->answers_hash);
}

bool receipt_holds(struct str text, const struct receipt *r, const uint8_t public_key[32])
{
	uint8_t bytes[SIGN_BYTES];
	if (!hex_read(str_of(r->signature), bytes, sizeof bytes))
		return false;
	return sign_holds(public_key, signed_part(text), bytes) && counts_are_right(r);
}
