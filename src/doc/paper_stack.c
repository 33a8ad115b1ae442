/* Rows of tables and seats in a room. */
#include "doc/paper_stack.h"

#include "doc/paper_tag.h"

enum { STACKS_MAX = 8 };

struct stack {
	struct str name;
	unsigned n;
};

/* The place of the next group of this name. A group begins the stacks anew that were met after its
 * own: those inside it. */
static int next_place(struct stack *stacks, size_t *n, struct str name, unsigned *ret_place)
{
	size_t i = 0;
	while (i < *n && !str_eq(stacks[i].name, name))
		i++;
	if (i == STACKS_MAX)
		return ERR_INVALID;
	if (i == *n)
		stacks[(*n)++] = (struct stack){.name = name};
	*ret_place = stacks[i].n++;
	for (size_t inner = i + 1; inner < *n; inner++)
		stacks[inner].n = 0;
	return 0;
}

static bool is_ours(struct str name)
{
	return str_starts(name, "data-");
}

int paper_stack(struct str svg, struct buf *out)
{
	struct stack stacks[STACKS_MAX];
	size_t n = 0;
	struct str before, tag, name;
	while (paper_tag_next(&svg, "<g", &before, &tag)) {
		unsigned place;
		buf_str(out, before);
		buf_puts(out, "<g");
		if (!paper_tag_value(tag, "data-stack", &name)) {
			buf_str(out, tag);
			buf_putc(out, '>');
			continue;
		}
		if (next_place(stacks, &n, name, &place))
			return ERR_INVALID;
		double columns = paper_tag_number(tag, "data-columns", 1);
		unsigned across = columns >= 1 ? (unsigned)columns : 1;
		unsigned row = place / across;
		paper_tag_put_others(tag, is_ours, out);
		buf_printf(out, " transform=\"translate(%.3f %.3f)\">",
		        paper_tag_number(tag, "data-across", 0) * (place % across),
		        paper_tag_number(tag, "data-down", 0) * row);
	}
	buf_str(out, svg);
	return out->full ? ERR_LIMIT : 0;
}
