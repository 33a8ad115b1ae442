/* The files of tests/fixtures/credential, which the page for browsers (static/offline) judges too:
 * tests/http/offline.test.js. A line of cases.txt is
 *
 *   FILE[^BIT|~FROM~TO] TRUST STATUS VERDICT…
 *
 * the file with one bit turned or one text replaced, the trust file, the snapshot or "-". With
 * LUBAN_UPDATE the files are made and the verdicts written, to be looked at. */
#include "base/credential_verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/credential_code.h"
#include "base/credential_compact.h"
#include "base/hex.h"
#include "credential_support.h"
#include "group_arena.h"
#include "support.h"

#define FOLDER "tests/fixtures/credential/"

/* ---- making them ---- */

static void save(const char *name, struct str bytes)
{
	FILE *f = fopen(arena_printf(a, FOLDER "%s", name), "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
	fclose(f);
}

static void save_credential(const char *name, const struct sample *s)
{
	struct credential c;
	auto_buf json, bytes, text, code;
	buf_init(&json, CREDENTIAL_MAX);
	buf_init(&bytes, CREDENTIAL_MAX);
	buf_init(&text, CREDENTIAL_MAX);
	buf_init(&code, CREDENTIAL_MAX);
	sample_credential(a, s, &c);
	assert_int_equal(credential_put(&json, &c), 0);
	assert_int_equal(credential_compact_put(&bytes, &c), 0);
	assert_int_equal(credential_compact_text(&text, &c), 0);
	buf_puts(&code, "https://rencai.example.cn/verify/offline#");
	credential_code_put(&code, buf_view(&bytes));
	save(arena_printf(a, "%s.luban.json", name), buf_view(&json));
	save(arena_printf(a, "%s.bin", name), buf_view(&bytes));
	save(arena_printf(a, "%s.txt", name), buf_view(&text));
	save(arena_printf(a, "%s.code", name), buf_view(&code));
}

static void save_status(const char *name, uint64_t size, char letter, int64_t version)
{
	struct status_entry e = {.state = letter, .version = version};
	struct status s = {.origin = STR(SAMPLE_ORIGIN), .on = civil_day(2026, 11, 22),
		.head.size = size, .n = letter || version, .entries = &e};
	assert_true(hex_read(STR(SAMPLE_HANDLE), e.handle, sizeof e.handle));
	auto_buf text, out;
	buf_init(&text, STATUS_MAX);
	buf_init(&out, STATUS_MAX);
	status_put_text(&text, &s);
	sample_sign(&out, buf_view(&text), true);
	buf_putc(&out, '\n');
	status_put_list(&out, &s);
	save(name, buf_view(&out));
}

static void save_trust(const char *name, const struct trust *t)
{
	auto_buf out;
	buf_init(&out, TRUST_MAX);
	trust_put(&out, t);
	save(name, buf_view(&out));
}

static void make_files(void)
{
	struct trust t;
	sample_trust(&t);
	save_trust("trust.txt", &t);
	t.quorum = 0;
	save_trust("trust-no-quorum.txt", &t);
	t.n_logs = 1;
	t.logs[0] = t.logs[1];
	save_trust("trust-second-log-key.txt", &t);
	save_credential("full", &(struct sample){.witnesses = 3, .has_idno = true});
	save_credential("corrected", &(struct sample){.witnesses = 2, .version = 3});
	save_credential("one-witness", &(struct sample){.witnesses = 1});
	save_credential("no-sm2", &(struct sample){.witnesses = 2, .without_sm2 = true});
	save_credential("small", &(struct sample){.index = 4, .size = 7, .witnesses = 2});
	save_credential("more", &(struct sample){.witnesses = 2, .more = "extension\n"});
	save_status("good.status", SAMPLE_SIZE + 1, 0, 0);
	save_status("revoked.status", SAMPLE_SIZE + 1, 'r', 0);
	save_status("suspended.status", SAMPLE_SIZE + 1, 's', 2);
	save_status("corrected.status", SAMPLE_SIZE + 1, 0, 3);
	save_status("superseded.status", SAMPLE_SIZE + 1, 0, 4);
	save_status("older.status", 7, 0, 0);
	save_status("same-size.status", SAMPLE_SIZE, 0, 0);
}

static void make_cases(FILE *f)
{
	static const char *const names[] = {"full", "corrected", "one-witness", "no-sm2", "small",
		"more"};
	static const char *const edits[] = {"王秀英~王秀美",
		"\"origin\":~\"origin\":\"x\",\"origin\":",
		"\"index\":~\"Index\":", "\"index\":~\"extra\":1,\"index\":", "}\n~}}",
			"371002~371003",
		"\"luban_credential\":~\"luban_credential\":1,\"luban_credential\":",
		"luban.local~luban.locaI", "{~\xef\xbb\xbf{", "\"review\"~\"reviev\"",
			"\"proof\"~\"proov\""};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		static const char *const ends[] = {"luban.json", "bin", "txt", "code"};
		for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
			fprintf(f, "%s.%s trust.txt -\n", names[i], ends[k]);
		fprintf(f, "%s.bin trust-no-quorum.txt good.status\n", names[i]);
		fprintf(f, "%s.bin trust-second-log-key.txt -\n", names[i]);
	}
	static const char *const statuses[] = {"good", "revoked", "suspended", "corrected",
		"superseded", "older", "same-size"};
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		fprintf(f, "full.luban.json trust.txt %s.status\ncorrected.bin trust.txt %s."
			"status\n", statuses[i], statuses[i]);
	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
		auto_buf b;
		buf_init(&b, 256);
		for (const char *p = edits[i]; *p; p++)
			if (*p == '\n')
				buf_puts(&b, "\\n");
			else
				buf_putc(&b, *p);
		fprintf(f, "full.luban.json~%s trust.txt -\n", buf_z(&b));
	}
	for (unsigned i = 0; i < 120; i++)
		fprintf(f, "full.luban.json^%u trust.txt -\n", (i * 7919 + 13) % 30000);
	for (unsigned i = 0; i < 160; i++)
		fprintf(f, "full.bin^%u trust.txt -\n", (i * 7919 + 5) % 11000);
	for (unsigned i = 0; i < 40; i++)
		fprintf(f, "full.code^%u trust.txt -\n", (i * 7919 + 5) % 20000);
}

/* ---- judging them ---- */

static struct str load(const char *name)
{
	struct str file = test_file(arena_printf(a, FOLDER "%s", name));
	struct str kept = {arena_copy(a, file.p, file.n), file.n};
	free((void *)file.p);
	return kept;
}

static struct str replaced(struct str file, char *from)
{
	char *to = strchr(from, '~');
	assert_non_null(to);
	*to++ = '\0';
	char *line = strstr(from, "\\n");
	if (line)
		memmove(line, "\n", 2);
	const char *at = memmem(file.p, file.n, from, strlen(from));
	assert_non_null(at);
	size_t before = (size_t)(at - file.p), after = before + strlen(from);
	return str_of(arena_printf(a, "%.*s%s%.*s", (int)before, file.p, to,
		(int)(file.n - after), file.p + after));
}

static struct str file_of(char *name)
{
	char *edit = strpbrk(name, "^~");
	char op = edit ? *edit : '\0';
	if (edit)
		*edit++ = '\0';
	struct str file = load(name);
	if (op == '~')
		return replaced(file, edit);
	if (op == '^') {
		int64_t bit;
		assert_true(str_to_i64(str_of(edit), &bit));
		char *bytes = arena_copy(a, file.p, file.n);
		bit %= (int64_t)(8 * file.n);
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
		file.p = bytes;
	}
	return file;
}

static const char *verdict(struct str file, const char *trust_name, const char *status_name)
{
	static const char *const words[] = {"unasked", "yes", "no"};
	struct trust trust;
	struct status status;
	struct credential c;
	struct credential_report r;
	size_t issuer;
	assert_int_equal(trust_parse(load(trust_name), &trust, NULL), 0);
	bool has_status = !streq(status_name, "-");
	if (has_status) {
		assert_int_equal(status_parse(a, load(status_name), &status), 0);
		assert_int_equal(status_issuer(&status, &trust, &issuer), 0);
	}
	if (credential_read(a, file, &c) < 0)
		return "unreadable";
	struct credential_verifier *v = arena_make(a, struct credential_verifier);
	v->trust = &trust;
	v->status = has_status ? &status : NULL;
	credential_verify(v, &c, &r);
	const char *text = r.holds ? "holds" : "fails";
	for (int q = 0; q < CREDENTIAL_QUESTIONS; q++)
		text = arena_printf(a, "%s %s=%s", text,
			credential_question_code((enum credential_question)q),
			words[r.answers[q]]);
	return arena_printf(a, "%s is=%s version=%d", text, credential_state_code(r.state),
		(int)r.version);
}

static void each_case(char *text, FILE *out)
{
	size_t n = 0;
	for (char *line, *rest = text; (line = strsep(&rest, "\n")) && *line; n++) {
		const char *name = arena_dup(a, line);
		char *file = strsep(&line, " "), *trust = strsep(&line, " ");
		char *status = strsep(&line, " ");
		const char *said = verdict(file_of(file), trust, status);
		if (out)
			fprintf(out, "%.*s %s\n", (int)strcspn(name, "\n"), name, said);
		else if (!line || !streq(line, said))
			fail_msg("%s: now %s", name, said);
	}
	assert_true(n > 300);
}

static void verdicts(void **state)
{
	(void)state;
	if (getenv("LUBAN_UPDATE")) {
		char *text = NULL;
		size_t n = 0;
		make_files();
		FILE *memory = open_memstream(&text, &n);
		make_cases(memory);
		fclose(memory);
		FILE *f = fopen(FOLDER "cases.txt", "wb");
		assert_non_null(f);
		each_case(text, f);
		fclose(f);
		free(text);
	}
	struct str cases = load("cases.txt");
	each_case(arena_str(a, cases), NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(verdicts)};
	return cmocka_run_group_tests_name("credential_shared", tests, begin, end);
}
