/* Reading the lines that exam_statistics.c keeps. */
#include <math.h>
#include <stdlib.h>

#include "base/stow.h"
#include "domain/exam/exam_statistics.h"

static double real_of(struct arena *a, struct str text)
{
	return text.n ? strtod(arena_str(a, text), NULL) : NAN;
}

static int64_t int_of(struct str text)
{
	int64_t n = 0;
	str_to_i64(text, &n);
	return n;
}

static size_t count(const char *text, const char *name)
{
	struct str rest = str_of(text);
	struct stow_field f;
	size_t n = 0;
	while (stow_next(&rest, &f))
		n += str_is(f.name, name);
	return n;
}

static void form_field(struct arena *a, struct form_line *l, struct stow_field f)
{
	if (str_is(f.name, "n"))
		l->n = int_of(f.text);
	else if (str_is(f.name, "items"))
		l->items = int_of(f.text);
	else if (str_is(f.name, "mean"))
		l->mean = real_of(a, f.text);
	else if (str_is(f.name, "sd"))
		l->sd = real_of(a, f.text);
	else if (str_is(f.name, "alpha"))
		l->alpha = real_of(a, f.text);
	else if (str_is(f.name, "sem"))
		l->sem = real_of(a, f.text);
	else if (str_is(f.name, "kr20"))
		l->is_kr20 = int_of(f.text);
}

int form_lines(struct arena *a, const char *text, struct form_line **ret_lines, size_t *ret_n)
{
	struct form_line *lines = arena_array(a, struct form_line, count(text, "form") + 1);
	struct str rest = str_of(text);
	struct stow_field f;
	size_t n = 0;
	while (stow_next(&rest, &f))
		if (str_is(f.name, "form"))
			lines[n++].form_id = int_of(f.text);
		else if (!n)
			return ERR_INVALID;
		else
			form_field(a, &lines[n - 1], f);
	*ret_lines = lines;
	*ret_n = n;
	return rest.n ? ERR_INVALID : 0;
}

int option_lines(struct arena *a, const char *text, struct option_line **ret_lines, size_t *ret_n)
{
	struct option_line *lines = arena_array(a, struct option_line, count(text, "option") + 1);
	struct str rest = str_of(text);
	struct stow_field f;
	size_t n = 0, group = 0;
	while (stow_next(&rest, &f)) {
		if (str_is(f.name, "option")) {
			lines[n++] = (struct option_line){.label = arena_str(a, f.text)};
			group = 0;
		} else if (!n) {
			return ERR_INVALID;
		} else if (str_is(f.name, "key")) {
			lines[n - 1].is_key = int_of(f.text);
		} else if (str_is(f.name, "n")) {
			lines[n - 1].n = int_of(f.text);
		} else if (str_is(f.name, "rest")) {
			lines[n - 1].item_rest = real_of(a, f.text);
		} else if (group < 5) {
			lines[n - 1].by_group[group++] = int_of(f.text);
		}
	}
	*ret_lines = lines;
	*ret_n = n;
	return rest.n ? ERR_INVALID : 0;
}
