/* Receipts: what is signed is what was handed in, and no byte of it can be changed. */
#include "exam_support.h"

#undef fail

#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "core/signer.h"
#include "domain/exam/answer.h"
#include "domain/exam/receipt.h"
#include "query/signer.h"
#include "signer_support.h"
#include "store/driver.h"

static struct q_sitting_find handed_in(struct exam_world *w, int i)
{
	struct q_sitting_find s;
	w->now = w->starts_at;
	struct sitting_token t = exam_begin(w, i);
	assert_int_equal(exam_answer(w, &t, 1, 1, "A"), ANSWER_SAVED);
	assert_int_equal(exam_answer(w, &t, 2, 2, "C"), ANSWER_SAVED);
	assert_int_equal(exam_answer(w, &t, 3, 1, "B"), ANSWER_SAVED);
	assert_int_equal(exam_answer(w, &t, 4, 5, ""), ANSWER_SAVED);
	w->now += 45 * 60;
	exam_ok(w, sitting_hand_in(w->cx, &t, 4, &s));
	return s;
}

static void public_key(struct exam_world *w, const char *key_id, uint8_t out[SIGN_PUBLIC_BYTES])
{
	struct q_signer_key_find key;
	exam_ok(w, q_signer_key_find(w->cx->db, &key, .key_id = key_id));
	assert_true(hex_read(str_of(key.public_key), out, SIGN_PUBLIC_BYTES));
}

static void proves_what_was_handed_in(void **state)
{
	struct exam_world w;
	struct receipt r;
	uint8_t key[SIGN_PUBLIC_BYTES];
	char b_hash[DIGEST_HEX];
	exam_world_open(&w, *state, 1, 8);
	struct q_sitting_find s = handed_in(&w, 0);
	assert_string_not_equal(s.receipt, "");
	assert_int_equal(receipt_read(w.cx->arena, str_of(s.receipt), &r), 0);
	assert_string_equal(r.ticket_no, exam_ticket(&w, 0));
	assert_string_equal(r.how, "handed_in");
	assert_int_equal(r.n_answered, 2);
	assert_int_equal(r.last_seq, 4);
	assert_int_equal(r.n_items, 3);
	assert_int_equal(r.items[0].item_no, 1);
	assert_int_equal(r.items[0].seq, 3); /* the last one counts */
	assert_string_equal(r.items[0].hash, crypto_sm3_hex(STR("B"), b_hash));
	public_key(&w, r.key_id, key);
	assert_true(receipt_holds(str_of(s.receipt), &r, key));
	exam_world_close(&w);
}

static void no_byte_can_be_changed(void **state)
{
	struct exam_world w;
	struct receipt good;
	uint8_t key[SIGN_PUBLIC_BYTES];
	exam_world_open(&w, *state, 1, 8);
	struct q_sitting_find s = handed_in(&w, 0);
	assert_int_equal(receipt_read(w.cx->arena, str_of(s.receipt), &good), 0);
	public_key(&w, good.key_id, key);
	char *text = arena_dup(w.cx->arena, s.receipt);
	size_t n = strlen(text);
	const char *signed_to = strstr(text, "\nkey:");
	assert_non_null(signed_to);
	for (size_t i = 0; i < n; i++) {
		auto_arena a = arena_new(8 << 20);
		struct receipt r;
		char was = text[i];
		/* the name of a key is not signed, it only says where to look */
		bool is_key_name = text + i > signed_to && text + i < strstr(text, "\nsignature:");
		text[i] = was == '1' ? '2' : '1';
		bool holds = receipt_read(a, (struct str){text, n}, &r) == 0 &&
			receipt_holds((struct str){text, n}, &r, key);
		if (holds && !is_key_name)
			print_error("byte %zu may be changed\n", i);
		assert_true(!holds || is_key_name);
		text[i] = was;
	}
	struct receipt cut;
	for (size_t i = 0; i < n; i += 7)
		if (receipt_read(w.cx->arena, (struct str){text, i}, &cut) == 0)
			assert_false(receipt_holds((struct str){text, i}, &cut, key));
	exam_world_close(&w);
}

/* What is not signed is not believed: nothing stands behind the signature, or beside the key. */
static void nothing_can_be_added(void **state)
{
	struct exam_world w;
	struct receipt r;
	static const char *const more[] = {"name:6:李四\n", "n_answered:1:9\n", "ended_at:1:1\n",
		"item:1:7\nseq:1:5\nhash:1:a\n", "signature:1:a\n", "key:1:a\n", "key:0:\n"};
	exam_world_open(&w, *state, 1, 8);
	struct arena *a = w.cx->arena;
	struct q_sitting_find s = handed_in(&w, 0);
	const char *key = strstr(s.receipt, "\nkey:") + 1, *sign = strstr(key, "\nsignature:") + 1;
	for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
		const char *behind = arena_printf(a, "%s%s", s.receipt, more[i]);
		const char *between = arena_printf(a, "%.*s%s%s", (int)(sign - s.receipt),
			s.receipt, more[i], sign);
		const char *before = arena_printf(a, "%.*skey:0:\n%s%s", (int)(key - s.receipt),
			s.receipt, more[i], key);
		assert_int_equal(receipt_read(a, str_of(behind), &r), ERR_INVALID);
		assert_int_equal(receipt_read(a, str_of(between), &r), ERR_INVALID);
		assert_int_equal(receipt_read(a, str_of(before), &r), ERR_INVALID);
	}
	exam_world_close(&w);
}

/* Answers that are not what was handed in get no receipt, and keep nobody else from his. */
static void one_that_is_wrong_holds_up_no_other(void **state)
{
	struct exam_world w;
	exam_world_open(&w, *state, 2, 8);
	signer_stop();
	struct q_sitting_find one = handed_in(&w, 0);
	handed_in(&w, 1);
	test_ok(w.t, w.t->db->driver->exec(w.t->db, text_of(w.cx,
		"DELETE FROM answer WHERE sitting_id = %lld AND seq = 2;", (long long)one.id)));
	test_signer_start(&running_signer);
	assert_true(receipt_sign_all(w.cx) < 0);
	ctx_clear(w.cx);
	assert_string_equal(exam_sitting(&w, 0).receipt, "");
	assert_string_not_equal(exam_sitting(&w, 1).receipt, "");
	exam_world_close(&w);
}

static void waits_for_a_signer_that_is_away(void **state)
{
	struct exam_world w;
	exam_world_open(&w, *state, 1, 8);
	signer_stop();
	struct q_sitting_find s = handed_in(&w, 0);
	assert_string_equal(s.state, "handed_in");
	assert_string_equal(s.receipt, "");
	exam_clock(&w);
	assert_string_equal(exam_sitting(&w, 0).receipt, "");
	test_signer_start(&running_signer);
	exam_clock(&w);
	assert_string_not_equal(exam_sitting(&w, 0).receipt, "");
	exam_world_close(&w);
}

static void what_is_no_receipt_is_refused(void **state)
{
	(void)state;
	struct receipt r;
	auto_arena a = arena_new(8 << 20);
	assert_int_equal(receipt_read(a, STR(""), &r), ERR_INVALID);
	assert_int_equal(receipt_read(a, STR("luban_receipt:1:1\n"), &r), ERR_INVALID);
	assert_int_equal(receipt_read(a, STR("luban_receipt:1:2\n"), &r), ERR_INVALID);
	assert_int_equal(receipt_read(a, STR("luban_receipt:1:1\nhash:1:a\n"), &r), ERR_INVALID);
	assert_int_equal(receipt_read(a, STR("luban_receipt:1:1\nwhat:1:a\n"), &r), ERR_INVALID);
}

int main(int argc, char **argv)
{
	int rc;
	if (test_signer_main(&running_signer, argc, argv, &rc))
		return rc;
	const struct CMUnitTest tests[] = {
		signer_case(proves_what_was_handed_in),
		signer_case(no_byte_can_be_changed),
		signer_case(nothing_can_be_added),
		signer_case(one_that_is_wrong_holds_up_no_other),
		signer_case(waits_for_a_signer_that_is_away),
		cmocka_unit_test(what_is_no_receipt_is_refused),
	};
	return test_db_run("receipt", tests);
}
