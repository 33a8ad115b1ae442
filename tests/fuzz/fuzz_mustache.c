/* Template text, a line "----", then a view: nothing crashes, whatever stands there. Partials: the
 * template itself as "self", and two fixed ones with a block. */
#include <stdint.h>
#include <string.h>

#include "base/json.h"
#include "base/mustache.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int load(void *arg, const char *name, struct str *ret_text)
{
	if (streq(name, "self"))
		*ret_text = *(struct str *)arg;
	else if (streq(name, "p"))
		*ret_text = STR("  {{$b}}\n   one {{x}}\n  {{/b}}\n{{$c}}{{/c}}");
	else if (streq(name, "q"))
		*ret_text = STR("{{<p}}{{$b}}two{{$c}}{{/c}}{{/b}}{{/p}}");
	else
		return ERR_NOTFOUND;
	return 0;
}

static void run(struct str text, json_t *view)
{
	struct mustache_set *set = mustache_set_new(load, &text);
	const struct mustache *t;
	struct mustache_error error;
	auto_buf out;
	buf_init(&out, 4096);
	if (!mustache_compile_text(set, "main", text, &t, &error)) {
		int rc = mustache_render(t, view, &out, 0, &error);
		buf_reset(&out);
		if (!rc)
			rc = mustache_render(t, view, &out,
				MUSTACHE_STRICT | MUSTACHE_STRICT_SECTIONS, &error);
		(void)rc;
	}
	mustache_set_free(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str all = {(const char *)data, size};
	const char *cut = size ? memmem(all.p, all.n, "\n----\n", 6) : NULL;
	struct str text = {all.p, cut ? (size_t)(cut - all.p) : all.n};
	struct str rest = {cut ? cut + 6 : "{}", cut ? size - text.n - 6 : 2};
	auto_json view = NULL;
	if (size > 16 * 1024 || json_read(rest, 16 * 1024, &view, NULL))
		return 0;
	run(text, view);
	return 0;
}
