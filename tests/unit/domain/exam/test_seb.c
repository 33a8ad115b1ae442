/* Safe Exam Browser: the Config Key by hand, by the published rules, and what shows it. */
#include "exam_support.h"

#undef fail

#include <string.h>
#include <strings.h>

#include "domain/exam/seb.h"
#include "query/exam.h"

/* The settings of http://exam.test written out by hand after the developer documentation of the
 * Config Key; its SHA-256 by coreutils:  printf %s 'JSON' | sha256sum */
static const char json[] =
	"{\"allowBrowsingBackForward\":false,\"allowDownUploads\":false,"
	"\"allowPreferencesWindow\":false,\"allowQuit\":true,\"allowScreenSharing\":false,"
	"\"allowSpellCheck\":false,\"allowUserSwitching\":false,\"allowVideoCapture\":true,"
	"\"allowVirtualMachine\":false,\"browserViewMode\":1,\"browserWindowAllowReload\":true,"
	"\"browserWindowWebView\":3,\"enablePrivateClipboard\":true,\"enableRightMouse\":false,"
	"\"hashedQuitPassword\":"
	"\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\","
	"\"newBrowserWindowByLinkPolicy\":1,\"quitURL\":\"http://exam.test/exam/sit/bye\","
	"\"quitURLConfirm\":false,\"sebConfigPurpose\":0,\"sendBrowserExamKey\":true,"
	"\"showReloadButton\":true,\"showTime\":true,\"startURL\":\"http://exam.test/exam/sit\","
	"\"URLFilterEnable\":true,\"URLFilterEnableContentFilter\":false,"
	"\"URLFilterRules\":[{\"action\":1,\"active\":true,\"expression\":\"exam.test/*\","
	"\"regex\":false}]}";
static const char key[] = "0c2e601843e9d0df7751bc0d5fc638cbde3836cc000bf72f97cb6509b1d64ff6";
/* of http://exam.test/exam/sit/paper and the key */
static const char hash_of_page[] =
	"41df53691f8ee6f7858ef16b138114d16427eeb624c7e9794ca87d8e13776812";

static const struct seb_settings settings = {"http://exam.test", "abc"};

static void the_key_is_that_of_the_rules(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 20);
	assert_string_equal(seb_json(a, &settings), json);
	assert_string_equal(seb_config_key(a, &settings), key);
}

/* In the file and in the key the same names, sorted without regard to case. */
static void the_names_are_sorted(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 20);
	const char *text = seb_plist(a, &settings), *last = "";
	assert_non_null(strstr(text, "<key>originatorVersion</key>"));
	assert_null(strstr(seb_json(a, &settings), "originatorVersion"));
	for (struct str rest = str_of(text); rest.n;) {
		struct str line = str_cut(&rest, '\n');
		if (!str_starts(line, "<key>"))
			continue;
		line = (struct str){line.p + 5, line.n - 5};
		const char *name = arena_str(a, str_cut(&line, '<'));
		if (!streq(name, "originatorVersion"))
			assert_true(strcasecmp(last, name) < 0);
		if (!streq(name, "originatorVersion"))
			last = name;
	}
	assert_string_equal(last, "URLFilterRules");
}

static void a_page_shows_it_by_hash(void **state)
{
	(void)state;
	assert_true(seb_hash_is(key, "http://exam.test/exam/sit/paper", hash_of_page));
	assert_true(seb_hash_is(key, "http://exam.test/exam/sit/paper#q3", hash_of_page));
	assert_false(seb_hash_is(key, "http://exam.test/exam/sit/check", hash_of_page));
	assert_false(seb_hash_is(key, "http://exam.test/exam/sit/paper", key));
	assert_false(seb_hash_is(key, "http://exam.test/exam/sit/paper", ""));
	assert_false(seb_hash_is("", "http://exam.test/exam/sit/paper", hash_of_page));
}

static void an_exam_has_its_file(void **state)
{
	struct exam_world w;
	const char *plist, *again, *site = "http://exam.test";
	exam_world_open(&w, *state, 1, 8);
	exam_ok(&w, seb_file(w.cx, w.exam_id, site, &plist));
	exam_ok(&w, seb_file(w.cx, w.exam_id, site, &again));
	assert_string_equal(plist, again);
	const struct seb_settings s = {site, seb_quit_password(w.cx, w.exam_id)};
	assert_string_equal(seb_key_of(w.cx, w.exam_id, site), seb_config_key(w.cx->arena, &s));
	assert_null(strstr(plist, s.quit_password)); /* its hash only */
	assert_string_not_equal(s.quit_password, seb_quit_password(w.cx, w.exam_id + 1));
	exam_as(&w, ROLE_SUPERVISOR, 9);
	assert_int_equal(seb_file(w.cx, w.exam_id, site, &again), ERR_DENIED);
	exam_world_close(&w);
}

static void by_script_for_this_page_only(void **state)
{
	struct exam_world w;
	struct sitting_pass second;
	const char *site = "http://exam.test", *url = "http://exam.test/exam/sit/seb";
	char hash[DIGEST_HEX];
	exam_world_open(&w, *state, 1, 8);
	const char *right = crypto_sha256_hex(str_of(text_of(w.cx, "%s%s", url,
		seb_key_of(w.cx, w.exam_id, site))), hash);
	struct sitting_token t = exam_enter(&w, 0);
	exam_no(&w, seb_prove(w.cx, &t, site, url, hash_of_page), ERR_DENIED, "sitting.seb");
	exam_ok(&w, seb_prove(w.cx, &t, site, url, right));
	assert_int_equal(exam_sitting(&w, 0).seb_epoch, t.epoch);
	exam_ok(&w, sitting_take_over(w.cx, &t, "x", &second));
	assert_int_not_equal(exam_sitting(&w, 0).seb_epoch, second.token.epoch);
	exam_no_field(&w, sitting_waive_seb(w.cx, t.person_id, t.sitting_id, ""), "reason",
		"exam.reason");
	exam_world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_key_is_that_of_the_rules),
		cmocka_unit_test(the_names_are_sorted),
		cmocka_unit_test(a_page_shows_it_by_hash),
		test_db_case(an_exam_has_its_file),
		test_db_case(by_script_for_this_page_only),
	};
	return test_db_run("seb", tests);
}
