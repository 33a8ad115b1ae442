#include <pthread.h>

#include "conf/asset.h"
#include "doc/render.h"
#include "group_arena.h"

/* The document in a file of its own, removed at once by the caller. */
static const char *saved(struct str pdf)
{
	char *path = arena_dup(a, "/tmp/luban-paper-XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, pdf.p, pdf.n), pdf.n);
	close(fd);
	return path;
}

static const char *run(struct str pdf, const char *program, const char *option)
{
	const char *path = saved(pdf);
	const char *const with[] = {program, option, path, "-", NULL};
	const char *const without[] = {program, path, NULL};
	const char *out = output_of(a, option ? with : without);
	unlink(path);
	if (!out)
		fail_msg("%s failed: is poppler-utils installed?", program);
	return out;
}

/* Text without blanks and line ends: where lines break is not asked here. */
static const char *squeezed(const char *text)
{
	char *out = arena_alloc(a, strlen(text) + 1), *to = out;
	for (const char *p = text; *p; p++) {
		if (strncmp(p, "\xe3\x80\x80", 3) == 0)
			p += 2;
		else if ((unsigned char)*p > ' ')
			*to++ = *p;
	}
	return out;
}

static void assert_shows(const char *pages, const char *value)
{
	if (!strstr(pages, squeezed(value)))
		fail_msg("not on paper: %s", value);
}

/* Every text of a view stands on the page, and can be copied from it. */
static void assert_values(const char *pages, json_t *view)
{
	const char *key;
	json_t *value;
	size_t i;
	if (json_is_array(view))
		json_array_foreach (view, i, value)
			assert_values(pages, value);
	json_object_foreach (view, key, value) {
		bool is_art = streq(key, "photo") || streq(key, "qr") || streq(key, "seal");
		if (is_art || streq(key, "title"))
			continue;
		if (json_is_string(value))
			assert_shows(pages, json_string_value(value));
		else
			assert_values(pages, value);
	}
}

static void assert_fonts(const char *fonts)
{
	const char *line = strchr(strchr(fonts, '\n') + 1, '\n') + 1;
	assert_true(*line);
	for (; *line; line = strchr(line, '\n') + 1) {
		assert_memory_equal(line + 6, "+Noto", 5); /* a subset of ours */
		assert_non_null(strstr(line, "yes yes yes"));
	}
}

struct sample {
	const char *name, *size; /* in points, as pdfinfo has it */
};

static const struct sample samples[] = {
        {"certificate", "841.89 x 595.276"},
        {"special-certificate", "841.89 x 595.276"},
        {"ticket", "595.276 x 420.945"},
        {"signin", "595.276 x 841.89"},
        {"doorlist", "595.276 x 841.89"},
        {"seatmap", "595.276 x 841.89"},
        {"scores", "595.276 x 841.89"},
        {"mark-sheet", "595.276 x 841.89"},
        {"cover", "595.276 x 841.89"},
        {"result-notice", "595.276 x 841.89"},
};

static void test_samples(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		json_t *views = views_of(a, samples[i].name);
		struct str pdf = rendered(a, samples[i].name, views);
		assert_non_null(pdf.p);
		const char *info = run(pdf, "pdfinfo", NULL);
		const char *pages =
		        arena_printf(a, "Pages:           %zu\n", json_array_size(views));
		if (!strstr(info, pages) || !strstr(info, samples[i].size))
			fail_msg("%s: %s", samples[i].name, info);
		assert_values(squeezed(run(pdf, "pdftotext", "-raw")), views);
		assert_fonts(run(pdf, "pdffonts", NULL));
		json_decref(views);
	}
}

/* A page of many rows has as much ink at the bottom as at the top: nothing ran off it. */
static void test_rows_go_down_the_page(void **state)
{
	(void)state;
	json_t *views = views_of(a, "signin");
	const char *text = run(rendered(a, "signin", views), "pdftotext", "-bbox");
	double last = 0;
	for (int i = 0; i < 30; i++) {
		json_t *row = json_array_get(
		        json_object_get(json_array_get(views, 0), "rows"), (size_t)i);
		const char *ticket = json_string_value(json_object_get(row, "ticket"));
		const char *at = strstr(text, arena_printf(a, ">%s<", ticket));
		assert_non_null(at);
		while (strncmp(at, "yMin=\"", 6) != 0)
			at--;
		double y = strtod(at + 6, NULL);
		assert_true(y > last + 15);
		last = y;
	}
	assert_true(last < 800);
	json_decref(views);
}

static void test_long_text_ends_in_an_ellipsis(void **state)
{
	(void)state;
	json_t *views = views_of(a, "ticket");
	struct buf b = {.max = 65536};
	for (int i = 0; i < 300; i++)
		buf_puts(&b, "长");
	json_object_set_new(json_array_get(views, 0), "name", json_string(buf_z(&b)));
	const char *pages = squeezed(run(rendered(a, "ticket", views), "pdftotext", "-raw"));
	assert_non_null(strstr(pages, "长长长…"));
	assert_null(strstr(pages, buf_z(&b)));
	buf_fini(&b);
	json_decref(views);
}

static void test_values_are_only_text(void **state)
{
	(void)state;
	json_t *views = views_of(a, "ticket");
	const char *evil = "</text><text data-width=\"1\">&amp;\"'<g data-stack=\"x\">";
	json_object_set_new(json_array_get(views, 0), "unit", json_string(evil));
	assert_shows(squeezed(run(rendered(a, "ticket", views), "pdftotext", "-raw")), evil);
	json_decref(views);
}

static void test_what_a_certificate_must_not_say(void **state)
{
	(void)state;
	static const char *const words[] = {"国徽", "国家", "全国", "中华人民共和国", "职业资格"};
	size_t n;
	const struct asset *t = asset_range("templates/paper/", &n);
	assert_true(n > 10);
	for (size_t i = 0; i < n; i++)
		for (size_t w = 0; w < sizeof words / sizeof *words; w++)
			if (memmem(t[i].bytes.p, t[i].bytes.n, words[w], strlen(words[w])))
				fail_msg("%s says %s", t[i].path, words[w]);
}

static void test_errors_say_what(void **state)
{
	(void)state;
	struct paper *p;
	struct str pdf;
	json_t *empty = json_object();
	assert_int_equal(paper_new("空", &p), 0);
	assert_int_equal(paper_page(p, "no-such-page", empty), ERR_NOTFOUND);
	assert_non_null(strstr(paper_error(p), "no-such-page"));
	assert_int_equal(paper_page(p, "ticket", empty), ERR_INVALID);
	assert_non_null(strstr(paper_error(p), "ticket:"));
	assert_int_equal(paper_finish(p, a, &pdf), ERR_INVALID); /* no page */
	json_decref(empty);
}

static void test_the_same_views_give_the_same_bytes(void **state)
{
	(void)state;
	json_t *views = views_of(a, "ticket");
	assert_true(str_eq(rendered(a, "ticket", views), rendered(a, "ticket", views)));
	json_decref(views);
}

static void test_qr(void **state)
{
	(void)state;
	const char *d;
	int size;
	assert_int_equal(qr_path(a, "https://a/", &d, &size), 0);
	assert_int_equal(size, 21);
	assert_memory_equal(d, "M0 0h7v1h-7z", 12); /* the finder pattern's upper edge */
	assert_int_equal(qr_path(a, "", &d, &size), ERR_INVALID);
	char *much = arena_alloc(a, 4001);
	memset(much, 'a', 4000);
	assert_int_equal(qr_path(a, much, &d, &size), ERR_INVALID);
	assert_string_equal(data_uri(a, "image/png", STR("ab")), "data:image/png;base64,YWI=");
}

static void test_wrapping(void **state)
{
	(void)state;
	const char **lines;
	assert_int_equal(paper_wrap(a, "职业技能", 4, 40, &lines), 1);
	assert_string_equal(lines[0], "职业技能");
	/* Ten characters of 4 mm need 40 mm; no line begins with a comma. */
	assert_int_equal(paper_wrap(a, "一二三四五六七八九十", 4, 20.1, &lines), 2);
	assert_string_equal(lines[0], "一二三四五");
	assert_int_equal(paper_wrap(a, "一二三四五，六七", 4, 20.1, &lines), 2);
	assert_string_equal(lines[0], "一二三四");
	assert_int_equal(paper_wrap(a, "甲\n乙", 4, 20, &lines), 2);
	assert_int_equal(paper_wrap(a, "", 4, 20, &lines), 1);
	assert_string_equal(lines[0], "");
}

struct job {
	pthread_t thread;
	json_t *views;
	struct str expected;
	bool is_same;
};

static void *render_many(void *arg)
{
	struct job *job = arg;
	struct arena *own = arena_new(256 * 1024 * 1024);
	const char **lines;
	job->is_same = true;
	for (int i = 0; i < 3; i++) {
		struct str pdf = rendered(own, "ticket", job->views);
		size_t n = paper_wrap(own, "一二三四五六七八九十", 4, 20.1, &lines);
		job->is_same = job->is_same && n == 2 && str_eq(pdf, job->expected);
	}
	arena_free(own);
	return NULL;
}

static void test_threads(void **state)
{
	(void)state;
	enum { JOBS = 6 };
	struct job jobs[JOBS];
	json_t *views = views_of(a, "ticket");
	struct str expected = rendered(a, "ticket", views);
	for (int i = 0; i < JOBS; i++)
		jobs[i] = (struct job){.views = json_deep_copy(views), .expected = expected};
	for (int i = 0; i < JOBS; i++)
		assert_int_equal(pthread_create(&jobs[i].thread, NULL, render_many, &jobs[i]), 0);
	for (int i = 0; i < JOBS; i++) {
		pthread_join(jobs[i].thread, NULL);
		assert_true(jobs[i].is_same);
		json_decref(jobs[i].views);
	}
	json_decref(views);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_samples, begin, end),
	        cmocka_unit_test_setup_teardown(test_rows_go_down_the_page, begin, end),
	        cmocka_unit_test_setup_teardown(test_long_text_ends_in_an_ellipsis, begin, end),
	        cmocka_unit_test_setup_teardown(test_values_are_only_text, begin, end),
	        cmocka_unit_test_setup_teardown(test_what_a_certificate_must_not_say, begin, end),
	        cmocka_unit_test_setup_teardown(test_errors_say_what, begin, end),
	        cmocka_unit_test_setup_teardown(
	                test_the_same_views_give_the_same_bytes, begin, end),
	        cmocka_unit_test_setup_teardown(test_qr, begin, end),
	        cmocka_unit_test_setup_teardown(test_wrapping, begin, end),
	        cmocka_unit_test_setup_teardown(test_threads, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
