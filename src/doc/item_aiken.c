/* Aiken (docs.moodle.org/en/Aiken_format): the stem on a line, "A. text" or "A) text" for each
 * option, "ANSWER: B". Chinese colons and full stops are taken too, and 答案：. */
#include <string.h>

#include "base/gb18030.h"
#include "doc/item_exchange.h"
#include "doc/item_take.h"

struct aiken {
	struct item_take take;
	struct buf stem;
	bool is_open; /* an item was begun: options have been seen */
	bool is_full;
};

/* "A. " and the like; 0 for none, else the letter. */
static char option_letter(struct str s, struct str *ret_text)
{
	static const char *const marks[] = {".", ")", "．", "、", "）", ":", "："};
	char c = s.n > 1 ? s.p[0] : 0;
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 32);
	if (c < 'A' || c > 'Z')
		return 0;
	struct str rest = {s.p + 1, s.n - 1};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (str_starts(rest, marks[i])) {
			size_t n = strlen(marks[i]);
			*ret_text = str_trim((struct str){rest.p + n, rest.n - n});
			return c;
		}
	return 0;
}

static bool answer_line(struct str s, struct str *ret_text)
{
	static const char *const marks[] = {"ANSWER:", "ANSWER：", "Answer:", "答案:", "答案："};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (str_starts(s, marks[i])) {
			size_t n = strlen(marks[i]);
			*ret_text = str_trim((struct str){s.p + n, s.n - n});
			return true;
		}
	return false;
}

static void begin(struct aiken *k)
{
	k->take.name = "";
	if (!take_begin(&k->take)) {
		k->is_full = true;
		take_refuse(&k->take, "exchange.items_many");
		return;
	}
	k->is_open = true;
	k->take.entry->content.stem_html = take_html(&k->take, buf_view(&k->stem), TAKE_PLAIN);
	if (!k->stem.n)
		take_refuse(&k->take, "exchange.no_stem");
	buf_reset(&k->stem);
}

static void option(struct aiken *k, char letter, struct str text)
{
	if (!k->is_open)
		begin(k);
	if (!k->is_open)
		return;
	if (letter != 'A' + k->take.entry->content.n_options)
		take_refuse(&k->take, "exchange.letter_order",
			arena_printf(k->take.a, "%c", letter));
	else
		take_option(&k->take, take_html(&k->take, text, TAKE_PLAIN), "");
}

static void finish(struct aiken *k, struct str answer)
{
	struct item *it = &k->take.entry->content;
	bool chosen[ITEM_OPTIONS_MAX] = {0};
	int n = 0;
	for (size_t i = 0; i < answer.n; i++) {
		int at = (answer.p[i] | 32) - 'a';
		if (answer.p[i] == ' ' || answer.p[i] == ',')
			continue;
		if (at < 0 || at >= it->n_options || chosen[at]) {
			take_refuse(&k->take, "exchange.key_wrong", arena_str(k->take.a, answer));
			break;
		}
		chosen[at] = true;
		n++;
	}
	if (!n && !k->take.is_refused)
		take_refuse(&k->take, "exchange.no_answer");
	it->kind = n > 1 ? ITEM_MULTIPLE : ITEM_SINGLE;
	it->key = take_letters(&k->take, chosen, it->n_options);
	take_end(&k->take);
	k->is_open = false;
}

static void broken_off(struct aiken *k)
{
	if (k->is_open) {
		take_refuse(&k->take, "exchange.no_answer");
		take_end(&k->take);
	} else if (k->stem.n) {
		take_refuse(&k->take, "exchange.no_options");
	}
	buf_reset(&k->stem);
	k->is_open = false;
}

static void take_line(struct aiken *k, struct str s, int64_t number)
{
	struct str text;
	char letter;
	if (!s.n)
		return;
	if (answer_line(s, &text)) {
		if (k->is_open)
			finish(k, text);
		else
			broken_off(k);
	} else if ((letter = option_letter(s,
		&text)) && (k->is_open || (letter == 'A' && k->stem.n))) {
		option(k, letter, text);
	} else {
		if (k->is_open)
			broken_off(k);
		if (!k->stem.n)
			k->take.line = number;
		else
			buf_putc(&k->stem, '\n');
		buf_str(&k->stem, s);
	}
}

int aiken_read(struct ctx *cx, struct str bytes, struct item_sheet *sheet)
{
	struct aiken k = {.take = {.sheet = sheet, .a = sheet->arena, .place = "", .name = ""}};
	enum text_encoding encoding;
	int64_t number = 0;
	auto_buf text;
	buf_init(&text, 2 * ITEM_FILE_MAX);
	if (text_to_utf8(bytes, &text, &encoding) < 0)
		return fail(cx, ERR_INVALID, "exchange.encoding");
	buf_init(&k.stem, ITEM_FILE_MAX);
	struct str rest = buf_view(&text);
	while (rest.n && !k.is_full)
		take_line(&k, str_trim(str_cut(&rest, '\n')), ++number);
	broken_off(&k);
	buf_fini(&k.stem);
	return 0;
}
