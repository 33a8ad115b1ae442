#include "base/note.h"

#include <stdio.h>
#include <string.h>

#include "base/checkpoint.h"
#include "base/hex.h"
#include "support.h"

/* C2SP signed-note, section "Verifier keys": the example key and note. */
#define SPEC_KEY "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define SPEC_NOTE \
	"This is an example message.\n\n" \
	"— example.com/foo " \
	"Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72Iney" \
	"a" \
	"Q" \
	"M=\n"

/* golang.org/x/mod, sumdb/note/note.go and note_test.go. */
#define PETER_KEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define PETER_TEXT \
	"If you think cryptography is the answer to your problem,\n" \
	"then you don't know what your problem is.\n"
#define PETER_LINE \
	"— PeterNeumann " \
	"x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJ" \
	"n" \
	"A" \
	"M=\n"
#define PETER_NOTE PETER_TEXT "\n" PETER_LINE

/* The key of the Go checksum database (src/cmd/go/internal/modfetch/key.go of Go), and heads that
 * it
 * signed: transparency-dev/formats, log/checkpoint_test.go, and a look-up by Go 1.27. */
#define GO_KEY "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
#define GO_TEXT "go.sum database tree\n6476701\nmb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=\n"
#define GO_NOTE \
	GO_TEXT "\n— sum.golang.org " \
	"Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwO" \
	"o" \
	"A" \
	"w=\n"
#define GO_NOTE_2 \
	"go.sum database tree\n65209736\n5+uGFjx6xBZG8ip1+wi77v+grwbhhukIrxEUS8PXvRo=\n\n" \
	"— sum.golang.org " \
	"Az3grnbssgK7ubgFX36gVETtNv0U23qxyAhAMai2QUfeGa3nB/akvkMdlUErfcZz7l/R3cVtYspg3dxXABkGZZKd" \
	"s" \
	"Q" \
	"8=\n"

/* C2SP tlog-cosignature: the example (its keys are not published). */
#define WITNESSED \
	"example.com/behind-the-sofa\n20852163\n" \
	"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n" \
	"— example.com/behind-the-sofa " \
	"Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOA" \
	"Y" \
	"Q" \
	"8=\n" \
	"— witness.example.com/w1 " \
	"jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+" \
	"mbIUBkBIfZ+qnA==\n"
/* A cosignature key: transparency-dev/formats, note/note_cosigv1_test.go. */
#define REMORA_KEY "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"

static struct note_key key_of(const char *text)
{
	struct note_key key;
	auto_buf again;
	buf_init(&again, 1024);
	assert_int_equal(note_key_parse(str_of(text), &key), 0);
	note_key_put(&again, &key);
	assert_string_equal(buf_z(&again), text);
	return key;
}

static int quorum(struct str source, const struct note_key *keys, size_t n, size_t k)
{
	struct note note;
	int r = note_parse(source, &note);
	return r < 0 ? r : note_quorum(&note, keys, n, k);
}

static void published_notes(void **state)
{
	(void)state;
	struct note_key spec = key_of(SPEC_KEY), peter = key_of(PETER_KEY), go = key_of(GO_KEY);
	assert_int_equal(spec.id, 0x530d903a);
	assert_int_equal(go.id, 0x033de0ae);
	assert_int_equal(key_of(REMORA_KEY).type, NOTE_COSIGNATURE);
	assert_int_equal(quorum(STR(SPEC_NOTE), &spec, 1, 1), 0);
	assert_int_equal(quorum(STR(PETER_NOTE), &peter, 1, 1), 0);
	assert_int_equal(quorum(STR(GO_NOTE), &go, 1, 1), 0);
	assert_int_equal(quorum(STR(GO_NOTE_2), &go, 1, 1), 0);
	assert_int_equal(quorum(STR(GO_NOTE), &peter, 1, 1), ERR_NOTFOUND);
	struct note note;
	struct checkpoint c;
	assert_int_equal(note_parse(STR(GO_NOTE), &note), 0);
	assert_true(str_is(note.text, GO_TEXT));
	assert_int_equal(checkpoint_parse(note.text, &c), 0);
	assert_int_equal(c.head.size, 6476701);
}

/* What golang.org/x/mod's TestNewVerifier holds to be no key. */
static void mangled_keys(void **state)
{
	(void)state;
	struct note_key key;
	char text[] = PETER_KEY;
	size_t n = strlen(text);
	for (size_t i = 0; i <= n; i++)
		for (size_t j = i + 1; j <= n; j++)
			if (i || j != n)
				assert_int_equal(note_key_parse((struct str){text + i, j - i},
					&key), ERR_INVALID);
	for (size_t i = 0; i < n; i++) {
		text[i]++;
		assert_int_equal(note_key_parse(str_of(text), &key), ERR_INVALID);
		text[i]--;
	}
	assert_int_equal(note_key_parse(STR("PeterNeumann+cc469956+"
					    "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/"
					    "LDE4izWy10TWBADKEY=="),
				 &key),
		ERR_INVALID);
	assert_int_equal(note_key_parse(STR("PeterNeumann+173116ae+"
					    "ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
				 &key),
		ERR_INVALID);
	const uint8_t bytes[SIGN_PUBLIC_BYTES] = {1};
	static const char *const names[] = {"", "a b", "a+b", "a\u00a0b", "a\u3000b", "a\nb",
		"\xff"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_int_equal(note_key_make(NOTE_ED25519, str_of(names[i]), bytes, &key),
			ERR_INVALID);
	assert_int_equal(note_key_make(0x02, STR("a"), bytes, &key), ERR_INVALID);
}

/* golang.org/x/mod, sumdb/note/note_test.go, TestOpen: malformed messages; and more of the kind. */
static void malformed_notes(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "\n", "\n\n", PETER_TEXT, PETER_TEXT "\n",
		PETER_TEXT PETER_LINE, "\n" PETER_LINE "\n", PETER_TEXT "\n" PETER_LINE "x",
		PETER_TEXT "\n" PETER_LINE "\n", PETER_TEXT "\n— PeterNeumann\n",
		PETER_TEXT "\n— PeterNeumann \n", PETER_TEXT "\n— PeterNeumann x08g\n",
		PETER_TEXT "\n— PeterNeumann x08goA=\n", PETER_TEXT "\n—  x08goAAA\n",
		PETER_TEXT "\n- PeterNeumann x08goAAA\n", PETER_TEXT "\n—PeterNeumann x08goAAA\n",
		PETER_TEXT "\n— Peter+Neumann x08goAAA\n", PETER_TEXT "\n— a\u2003b x08goAAA\n",
		PETER_TEXT "\n— PeterNeumann x08goAAA", PETER_TEXT "\n— PeterNeumann x08goAAA \n",
		PETER_TEXT "\n— PeterNeumann x08goAAA x\n", "a\tb\n\n" PETER_LINE,
		"a\r\n\n" PETER_LINE, "\xff\n\n" PETER_LINE, "a\x01\n\n" PETER_LINE};
	struct note note;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (note_parse(str_of(bad[i]), &note) != ERR_INVALID)
			fail_msg("%zu was taken: %s", i, bad[i]);
	assert_int_equal(note_parse((struct str){"a\0\n\n" PETER_LINE, 20}, &note), ERR_INVALID);
	/* Only the last empty line counts. */
	assert_int_equal(note_parse(STR("a\n\nb\n\n\n" PETER_LINE), &note), 0);
	assert_true(str_is(note.text, "a\n\nb\n\n"));
}

static void limits(void **state)
{
	(void)state;
	struct note_key peter = key_of(PETER_KEY);
	struct note note;
	auto_buf b;
	buf_init(&b, 2 * NOTE_MAX);
	buf_puts(&b, PETER_TEXT "\n");
	for (size_t i = 0; i < NOTE_SIGNATURES_MAX; i++)
		buf_puts(&b, i == 40 ? PETER_LINE : "— unknown.example x08goAAA\n");
	assert_int_equal(quorum(buf_view(&b), &peter, 1, 1), 0);
	buf_puts(&b, "— unknown.example x08goAAA\n");
	assert_int_equal(note_parse(buf_view(&b), &note), ERR_LIMIT);
	buf_reset(&b);
	while (b.n <= NOTE_MAX)
		buf_puts(&b, PETER_TEXT);
	assert_int_equal(note_parse(buf_view(&b), &note), ERR_LIMIT);
}

/* Every single bit of a note that all these keys signed: it is malformed, or one of them did not
 * sign it, or not this. */
static void each_bit(const char *source, const struct note_key *keys, size_t n)
{
	char text[1024];
	struct str s = {text, strlen(source)};
	memcpy(text, source, s.n);
	for (size_t bit = 0; bit < 8 * s.n; bit++) {
		text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
		assert_int_not_equal(quorum(s, keys, n, n), 0);
		text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
	}
	assert_int_equal(quorum(s, keys, n, n), 0);
}

static void every_bit_counts(void **state)
{
	(void)state;
	struct note_key spec = key_of(SPEC_KEY), go = key_of(GO_KEY);
	each_bit(SPEC_NOTE, &spec, 1);
	each_bit(GO_NOTE, &go, 1);
}

/* Signs with the private key of the number *self. */
static int sign(void *self, const struct note_key *key, struct str message, uint8_t *ret_signature)
{
	uint8_t seed[32] = {0};
	seed[31] = *(const uint8_t *)self;
	if (key->type == NOTE_SM2)
		return sm2_make(seed, SM2_ID, message, ret_signature);
	sign_make(seed, message, ret_signature);
	return 0;
}

static int cannot_sign(void *self, const struct note_key *key, struct str message, uint8_t *out)
{
	(void)self, (void)key, (void)message, (void)out;
	return ERR_IO;
}

static struct note_key own(enum note_type type, const char *name, uint8_t number)
{
	uint8_t seed[32] = {0}, bytes[SM2_PUBLIC_BYTES] = {0};
	struct note_key key;
	seed[31] = number;
	if (type == NOTE_SM2)
		assert_int_equal(sm2_public(seed, bytes), 0);
	else
		sign_public(seed, bytes);
	assert_int_equal(note_key_make(type, str_of(name), bytes, &key), 0);
	return key;
}

static void put(struct buf *b, const char *text, const struct note_key *key, int64_t at,
	uint8_t number)
{
	assert_int_equal(note_put_signature(b, str_of(text), key, at, sign, &number), 0);
}

/* The note of golang.org/x/mod, made again: Ed25519 has one signature for one text. The seed is
 * that of its PRIVATE+KEY. */
static int peter_signs(void *self, const struct note_key *key, struct str message, uint8_t *out)
{
	auto_buf bytes;
	(void)self, (void)key;
	buf_init(&bytes, 64);
	if (!base64_read(STR("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"), &bytes))
		return ERR_BUG;
	sign_make((uint8_t *)bytes.p + 1, message, out);
	return 0;
}

static void the_same_bytes_are_made(void **state)
{
	(void)state;
	struct note_key peter = key_of(PETER_KEY);
	auto_buf b;
	buf_init(&b, NOTE_MAX);
	assert_int_equal(note_put_text(&b, STR(PETER_TEXT)), 0);
	assert_int_equal(
		note_put_signature(&b, STR(PETER_TEXT), &peter, 0, peter_signs, NULL), 0);
	assert_string_equal(buf_z(&b), PETER_NOTE);
	size_t n = b.n;
	uint8_t other = 3;
	assert_int_equal(
		note_put_signature(&b, STR(PETER_TEXT), &peter, 0, sign, &other), ERR_INVALID);
	assert_int_equal(note_put_signature(&b, STR(PETER_TEXT), &peter, 0, cannot_sign, NULL),
		ERR_IO);
	assert_int_equal(b.n, n);
	assert_int_equal(note_put_text(&b, STR("no line feed")), ERR_INVALID);
	assert_int_equal(note_put_text(&b, STR("a\tb\n")), ERR_INVALID);
}

/* The line of a witness, byte by byte as tlog-cosignature has it. */
static void cosignature_bytes(void **state)
{
	(void)state;
	struct note_key key = own(NOTE_COSIGNATURE, "witness.example/w1", 7);
	struct note_verdict v;
	struct note note;
	auto_buf b, bytes;
	buf_init(&b, NOTE_MAX);
	buf_init(&bytes, 256);
	assert_int_equal(note_put_text(&b, STR(GO_TEXT)), 0);
	put(&b, GO_TEXT, &key, 1679315147, 7);
	assert_int_equal(note_parse(buf_view(&b), &note), 0);
	assert_true(base64_read(note.signatures[0].base64, &bytes));
	assert_int_equal(bytes.n, 76);
	assert_memory_equal(bytes.p + 4, "\0\0\0\0\x64\x18\x50\xcb", 8);
	assert_true(sign_holds(key.bytes, STR("cosignature/v1\ntime 1679315147\n" GO_TEXT),
		(uint8_t *)bytes.p + 12));
	assert_int_equal(note_check(&note, &key, 1, &v), 0);
	assert_true(v.by[0].holds);
	assert_int_equal(v.by[0].at, 1679315147);
	each_bit(buf_z(&b), &key, 1);
	/* The same key as a log's: another id, and another message. */
	struct note_key as_log = own(NOTE_ED25519, "witness.example/w1", 7);
	assert_int_not_equal(as_log.id, key.id);
	assert_int_equal(note_quorum(&note, &as_log, 1, 1), ERR_NOTFOUND);
	/* Nothing but a checkpoint is cosigned. */
	uint8_t number = 7;
	assert_int_equal(
		note_put_signature(&b, STR(PETER_TEXT), &key, 1, sign, &number), ERR_INVALID);
	assert_int_equal(
		note_put_signature(&b, STR(GO_TEXT), &key, -1, sign, &number), ERR_INVALID);
}

static void the_cosigned_example(void **state)
{
	(void)state;
	struct note note;
	auto_buf bytes;
	buf_init(&bytes, 256);
	assert_int_equal(note_parse(STR(WITNESSED), &note), 0);
	assert_int_equal(note.n, 2);
	assert_true(str_is(note.signatures[1].name, "witness.example.com/w1"));
	assert_int_equal(note.signatures[1].id, 0x8d66cf3f);
	assert_true(base64_read(note.signatures[1].base64, &bytes));
	assert_int_equal(bytes.n, 76);
	/* By a key of this name and id that did not sign it, it would be a forgery. */
	struct note_key key = own(NOTE_COSIGNATURE, "witness.example.com/w1", 7);
	assert_int_equal(note_quorum(&note, &key, 1, 1), ERR_NOTFOUND);
	key.id = 0x8d66cf3f;
	assert_int_equal(note_quorum(&note, &key, 1, 1), ERR_INVALID);
}

static void sm2_beside_ed25519(void **state)
{
	(void)state;
	struct note_key keys[] = {own(NOTE_ED25519, "rencai.example.cn/log", 1),
		own(NOTE_SM2, "rencai.example.cn/log", 2)};
	auto_buf b, text;
	buf_init(&b, NOTE_MAX);
	buf_init(&text, 1024);
	assert_int_equal(note_put_text(&b, STR(GO_TEXT)), 0);
	put(&b, GO_TEXT, &keys[0], 0, 1);
	put(&b, GO_TEXT, &keys[1], 0, 2);
	assert_int_equal(quorum(buf_view(&b), keys, 2, 2), 0);
	assert_int_equal(quorum(buf_view(&b), &keys[1], 1, 1), 0);
	note_key_put(&text, &keys[1]);
	struct note_key again = key_of(buf_z(&text));
	assert_memory_equal(&again, &keys[1], sizeof again);
	each_bit(buf_z(&b), keys, 2);
}

static void k_of_n(void **state)
{
	(void)state;
	struct note_key log = own(NOTE_ED25519, "log.example", 1), keys[5];
	auto_buf b;
	buf_init(&b, NOTE_MAX);
	assert_int_equal(note_put_text(&b, STR(GO_TEXT)), 0);
	put(&b, GO_TEXT, &log, 0, 1);
	for (uint8_t i = 0; i < 5; i++) {
		char name[] = "witness.example/0";
		name[16] = (char)('0' + i);
		keys[i] = own(NOTE_COSIGNATURE, name, (uint8_t)(10 + i));
		if (i < 3)
			put(&b, GO_TEXT, &keys[i], 1700000000 + i, (uint8_t)(10 + i));
	}
	put(&b, GO_TEXT, &keys[0], 1700000099, 10);
	assert_int_equal(quorum(buf_view(&b), keys, 5, 3), 0);
	assert_int_equal(quorum(buf_view(&b), keys, 5, 4), ERR_NOTFOUND);
	assert_int_equal(quorum(buf_view(&b), keys + 3, 2, 0), ERR_NOTFOUND);
	struct note note;
	struct note_verdict v;
	assert_int_equal(note_parse(buf_view(&b), &note), 0);
	assert_int_equal(note_check(&note, keys, 5, &v), 0);
	assert_int_equal(v.n, 3);
	assert_int_equal(v.by[0].at, 1700000099);
	assert_false(v.by[3].holds);
	/* One holder under two names is one. */
	struct note_key twins[] = {keys[0], own(NOTE_COSIGNATURE, "other.example", 10)};
	put(&b, GO_TEXT, &twins[1], 1700000001, 10);
	assert_int_equal(quorum(buf_view(&b), twins, 2, 1), 0);
	assert_int_equal(quorum(buf_view(&b), twins, 2, 2), ERR_NOTFOUND);
	/* A known witness whose line does not hold spoils the note, however many others do. */
	buf_puts(&b, "— witness.example/4 ");
	uint8_t line[76] = {(uint8_t)(keys[4].id >> 24), (uint8_t)(keys[4].id >> 16),
		(uint8_t)(keys[4].id >> 8), (uint8_t)keys[4].id};
	base64_put(&b, line, sizeof line);
	buf_putc(&b, '\n');
	assert_int_equal(quorum(buf_view(&b), keys, 5, 3), ERR_INVALID);
	assert_int_equal(quorum(buf_view(&b), keys, 4, 3), 0);
	assert_int_equal(quorum(buf_view(&b), keys, NOTE_KEYS_MAX + 1, 3), ERR_LIMIT);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_notes),
		cmocka_unit_test(mangled_keys),
		cmocka_unit_test(malformed_notes),
		cmocka_unit_test(limits),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(the_same_bytes_are_made),
		cmocka_unit_test(cosignature_bytes),
		cmocka_unit_test(the_cosigned_example),
		cmocka_unit_test(sm2_beside_ed25519),
		cmocka_unit_test(k_of_n),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
