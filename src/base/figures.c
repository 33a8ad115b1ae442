#include "base/figures.h"

#include <string.h>

#include "base/stow.h"

enum { NAME_MAX = 96 };

/* Behind issued or revoked. */
static const char *const by_names[FIGURES_BY] = {
	"", "_body_kind_", "_region_", "_grade_", "_year_"};

void figures_put_size(struct buf *out, uint64_t tree_size)
{
	stow_int(out, "tree_size", (int64_t)tree_size);
}

void figures_put(struct buf *out, const struct figure *f)
{
	auto_buf name;
	buf_init(&name, NAME_MAX);
	buf_puts(&name, f->is_revoked ? "revoked" : "issued");
	buf_puts(&name, by_names[f->by]);
	buf_str(&name, f->value);
	stow_int(out, buf_z(&name), f->n);
}

static bool take_number(struct str *rest, struct str *ret_name, int64_t *ret_n)
{
	struct stow_field field;
	if (!stow_next(rest, &field) || !str_to_i64(field.text, ret_n) || *ret_n < 0)
		return false;
	*ret_name = field.name;
	return true;
}

bool figures_take_size(struct str *rest, uint64_t *ret_size)
{
	struct str before = *rest, name;
	int64_t n;
	if (take_number(rest, &name, &n) && str_is(name, "tree_size")) {
		*ret_size = (uint64_t)n;
		return true;
	}
	*rest = before;
	return false;
}

static struct str after(struct str s, size_t n)
{
	return (struct str){s.p + n, s.n - n};
}

static bool parse_name(struct str name, struct figure *f)
{
	f->is_revoked = str_starts(name, "revoked");
	if (!f->is_revoked && !str_starts(name, "issued"))
		return false;
	name = after(name, f->is_revoked ? strlen("revoked") : strlen("issued"));
	f->by = FIGURES_ALL;
	f->value = STR_NONE;
	if (!name.n)
		return true;
	for (enum figures_by by = FIGURES_ALL + 1; by < FIGURES_BY; by++) {
		if (!str_starts(name, by_names[by]))
			continue;
		f->by = by;
		f->value = after(name, strlen(by_names[by]));
		return f->value.n > 0;
	}
	return false;
}

bool figures_take(struct str *rest, struct figure *ret_figure)
{
	struct str before = *rest, name;
	struct figure f = {0};
	if (rest->n && take_number(rest, &name, &f.n) && parse_name(name, &f)) {
		*ret_figure = f;
		return true;
	}
	*rest = before;
	return false;
}
