/* What goes out as QTI 3.0 keeps to the schemas of tests/fixtures/qti (xmllint judges), and every
 * file that the manifest names is there. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doc/item_sample.h"
#include "doc/unpack.h"

#define ASI "tests/fixtures/qti/asi.rng"
#define MANIFEST "tests/fixtures/qti/manifest.rng"

/* xmllint's exit code: 0 for a text that fits. */
static int judge(struct arena *a, const char *schema, struct str text)
{
	char path[] = "/tmp/luban-qti-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.p, text.n), (ssize_t)text.n);
	close(fd);
	int rc = system(arena_printf(a, "xmllint --nonet --noout --relaxng %s %s >%s.out 2>&1",
		schema, path, path));
	if (rc)
		(void)!system(arena_printf(a, "cat %s.out >&2", path));
	unlink(arena_printf(a, "%s.out", path));
	unlink(path);
	return rc;
}

struct written {
	struct items out;
	struct item_sheet lost;
	struct unpack *package;
};

static void write_sample(struct written *w)
{
	struct str bytes;
	struct unpack_error error;
	items_init(&w->out);
	fill_items(&w->out.sheet);
	item_sheet_init(&w->lost, w->out.arena);
	assert_int_equal(item_format_of("qti")->write(&w->out.cx, &w->out.sheet, &w->lost, &bytes),
		0);
	assert_int_equal(unpack_open(bytes, &w->package, &error), 0);
}

static void end(struct written *w)
{
	unpack_close(w->package);
	items_fini(&w->out);
}

static struct str text_of_file(struct written *w, const char *name)
{
	struct str text;
	struct unpack_error error;
	assert_int_equal(unpack_read(w->package, name, w->out.arena, &text, &error), 0);
	return text;
}

static void every_file_fits(void **state)
{
	(void)state;
	struct written w;
	int n = 0;
	write_sample(&w);
	for (size_t i = 0; i < unpack_count(w.package); i++) {
		const char *name = unpack_name(w.package, i);
		size_t length = strlen(name);
		if (length < 4 || !streq(name + length - 4, ".xml"))
			continue;
		bool is_manifest = streq(name, "imsmanifest.xml");
		if (judge(w.out.arena, is_manifest ? MANIFEST : ASI, text_of_file(&w, name)))
			fail_msg("%s does not fit", name);
		n++;
	}
	assert_int_equal(n, 1 + 1 + 1 + ITEM_KINDS - 1); /* manifest, test, stimulus, items */
	end(&w);
}

static void the_manifest_names_what_is_there(void **state)
{
	(void)state;
	struct written w;
	int n = 0;
	write_sample(&w);
	const char *at = arena_str(w.out.arena, text_of_file(&w, "imsmanifest.xml"));
	while ((at = strstr(at, "<file href=\"")) && n++ < 100) {
		at += strlen("<file href=\"");
		(void)text_of_file(&w, arena_printf(w.out.arena, "%.*s", (int)strcspn(at, "\""),
			at));
	}
	assert_true(n > ITEM_KINDS);
	end(&w);
}

static const char *replaced(struct arena *a, struct str text, const char *from, const char *to)
{
	const char *all = arena_str(a, text), *at = strstr(all, from);
	assert_non_null(at);
	return arena_printf(a, "%.*s%s%s", (int)(at - all), all, to, at + strlen(from));
}

static void the_schemas_see_what_is_wrong(void **state)
{
	(void)state;
	static const char *const wrong[][2] = {
		{"<qti-item-body>", "<p/><qti-item-body>"}, {"shuffle=\"", "mixed=\""},
		{"base-type=\"identifier\"", "base-type=\"ident\""}, {"max-choices=\"1\"", ""},
		{"show-hide=\"show\"", "show-hide=\"maybe\""}, {"xml:lang=\"zh-CN\"", ""},
		{"<qti-simple-choice identifier=\"A\">",
			"<qti-simple-choice identifier=\"A\"><script/>"},
	};
	struct written w;
	write_sample(&w);
	struct arena *a = w.out.arena;
	struct str text = text_of_file(&w, "items/I1.xml");
	assert_int_equal(judge(a, ASI, text), 0);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (!judge(a, ASI, str_of(replaced(a, text, wrong[i][0], wrong[i][1]))))
			fail_msg("%s is not seen", wrong[i][1]);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file_fits),
		cmocka_unit_test(the_manifest_names_what_is_there),
		cmocka_unit_test(the_schemas_see_what_is_wrong),
	};
	return cmocka_run_group_tests_name("item_qti_schema", tests, NULL, NULL);
}
