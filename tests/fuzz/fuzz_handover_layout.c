/* Any bytes as a layout of the hand-over; what can be read is a layout that keeps its promises.
 * After a byte 0x00 comes a file of answers, which is read by it: every line has all of its values,
 * in UTF-8, and rows ascend. Corpus: tests/fuzz/corpus/handover_layout. */
#include <string.h>

#include "base/utf8.h"
#include "doc/handover_file.h"

static void need(bool is)
{
	if (!is)
		__builtin_trap();
}

static void check(const struct handover_layout *l)
{
	size_t numbers = 0;
	need(l->n > 0 && l->n <= LAYOUT_COLUMNS && l->rows > 0 && l->rows <= LAYOUT_ROWS_MAX);
	need(l->number.at[0] && l->result.at[0] && l->accepted.at[0] && l->refused.at[0]);
	need(!strpbrk(l->file_name, "/\\"));
	for (size_t i = 0; i < l->n; i++) {
		const struct layout_column *c = &l->columns[i];
		need(c->title && (c->field == LAYOUT_CONSTANT) == (c->value != NULL));
		need(c->n_codes <= LAYOUT_CODES && (c->n_codes == 0 || c->codes));
		numbers += c->field == LAYOUT_NUMBER;
	}
	need(numbers > 0);
}

static int each(void *arg, const struct import_line *line)
{
	int64_t *last = arg;
	if (!line->row_no) {
		need(line->refused != NULL);
		return 0;
	}
	need(line->row_no > *last);
	*last = line->row_no;
	for (int i = 0; i < ANSWER_COLUMNS; i++)
		need(line->values[i] && utf8_is_valid(str_of(line->values[i])));
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_arena a = arena_new(1 << 28);
	struct ctx cx = {.arena = a};
	struct handover_answering about = {0};
	const char *error = NULL;
	int64_t last = 0;
	struct str rest = {(const char *)data, size}, text = str_cut(&rest, '\0');
	if (handover_layout_read(a, text, &about.layout, &error)) {
		need(error && !about.layout);
		return 0;
	}
	check(about.layout);
	(void)!handover_answer_read(&cx, &about, rest, each, &last);
	return 0;
}
