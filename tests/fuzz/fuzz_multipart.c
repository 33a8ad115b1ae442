/* multipart/form-data: the first line is the content type, the rest the body. What is read lies in
 * the body, and is read again the same after it was written anew. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "web/multipart.h"

enum { MEMORY = 256 << 20, TEXT = 8 << 20 };

static const char mark[] = "=_fuzz-boundary-7f3a9c5e1b2d";

static bool can_be_written(const struct raw_value *v)
{
	const char *texts[] = {v->name, v->filename ? v->filename : ""};
	for (size_t i = 0; i < 2; i++)
		if (strpbrk(texts[i], "\"\r\n;") || strlen(texts[i]) > 1000)
			return false;
	return *str_trim(str_of(v->name)).p && str_trim(str_of(v->name)).n == strlen(v->name);
}

static bool all_can_be_written(const struct values *v)
{
	for (size_t i = 0; i < v->n; i++)
		if (!can_be_written(&v->at[i]))
			return false;
	return true;
}

static void write_again(const struct values *v, struct buf *out)
{
	for (size_t i = 0; i < v->n; i++) {
		buf_printf(out, "--%s\r\nContent-Disposition: form-data; name=\"%s\"", mark,
			v->at[i].name);
		if (v->at[i].filename)
			buf_printf(out, "; filename=\"%s\"", v->at[i].filename);
		buf_puts(out, "\r\n\r\n");
		buf_str(out, v->at[i].text);
		buf_puts(out, "\r\n");
	}
	buf_printf(out, "--%s--\r\n", mark);
}

static void same_again(struct arena *a, const struct values *v)
{
	auto_buf text;
	struct values again = {0};
	buf_init(&text, TEXT);
	write_again(v, &text);
	if (!multipart_values(a, "multipart/form-data; boundary=\"=_fuzz-boundary-7f3a9c5e1b2d\"",
		buf_view(&text), &again))
		abort();
	if (again.n != v->n)
		abort();
	for (size_t i = 0; i < v->n; i++)
		if (!streq(again.at[i].name, v->at[i].name) || !str_eq(again.at[i].text,
			v->at[i].text) ||
			!streq(again.at[i].filename, v->at[i].filename))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str body = {(const char *)data, size}, type = str_cut(&body, '\n');
	struct values values = {0};
	if (size && memchr(type.p, 0, type.n))
		return 0;
	auto_arena a = arena_new(MEMORY);
	if (!multipart_values(a, arena_str(a, type), body, &values))
		return 0;
	for (size_t i = 0; i < values.n; i++) {
		const struct raw_value *v = &values.at[i];
		if (v->text.n && (v->text.p < body.p || v->text.p + v->text.n > body.p + body.n))
			abort();
		if (!v->filename && !utf8_is_valid(v->text))
			abort();
		if (v->filename && strpbrk(v->filename, "/\\\r\n"))
			abort();
	}
	if (!memmem(body.p, body.n, mark, sizeof mark - 1) && all_can_be_written(&values))
		same_again(a, &values);
	return 0;
}
