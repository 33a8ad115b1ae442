#include "domain/exam/bank_diff.h"

#include <ctype.h>
#include <string.h>

#include "base/markup.h"
#include "base/utf8.h"

enum { WORDS_MAX = 60000, TABLE_MAX = 2000 };

/* ---- the text ---- */

static void add_line(struct ctx *cx, struct buf *out, const char *label, const char *html)
{
	if (!is_blank(html))
		buf_printf(out, "%s%s\n", label, markup_words(cx->arena, str_of(html)));
}

static void add_text(struct buf *out, const char *label, const char *text)
{
	if (!is_blank(text))
		buf_printf(out, "%s%s\n", label, text);
}

static void add_list(struct ctx *cx, struct buf *out, const char *what,
	const struct item_option *o, int n)
{
	for (int i = 0; i < n; i++) {
		add_line(cx, out, text_of(cx, "%s%c. ", what, 'A' + i), o[i].html);
		add_line(cx, out, text_of(cx, "%s%c 的反馈：", what, 'A' + i), o[i].feedback_html);
	}
}

const char *item_lines(struct ctx *cx, const struct item *it)
{
	auto_buf out;
	buf_init(&out, 8 * ITEM_HTML_MAX);
	add_line(cx, &out, "", it->stem_html);
	add_list(cx, &out, "", it->options, it->n_options);
	add_list(cx, &out, "对应项 ", it->targets, it->n_targets);
	add_text(&out, "答案：", it->key);
	add_text(&out, "答案：", it->value);
	add_text(&out, "允许误差：", it->tolerance);
	add_text(&out, "单位：", it->unit);
	for (int i = 0; i < it->n_variants; i++)
		add_text(&out, it->kind == ITEM_ESSAY ? "参考答案：" : "可接受：", it->variants[i]);
	add_line(cx, &out, "评分要点：", it->rubric_html);
	add_line(cx, &out, "解析：", it->explanation_html);
	if (it->keep_order)
		buf_puts(&out, "选项不乱序\n");
	if (it->case_sensitive)
		buf_puts(&out, "区分大小写\n");
	return arena_dup(cx->arena, buf_z(&out));
}

/* ---- words ---- */

static bool is_run(struct str s)
{
	return s.n && (isalnum((unsigned char)s.p[0]) || s.p[0] == '.');
}

static size_t word_length(struct str s)
{
	uint32_t point;
	size_t n = utf8_next(s, &point);
	if (!is_run(s))
		return n ? n : 1;
	for (n = 0; n < s.n && is_run((struct str){s.p + n, 1});)
		n++;
	return n;
}

static size_t words_of(struct ctx *cx, const char *text, struct str **ret_words)
{
	struct str rest = str_of(text);
	size_t n = 0, room = rest.n < WORDS_MAX ? rest.n : WORDS_MAX;
	struct str *words = arena_array(cx->arena, struct str, room + 1);
	while (rest.n && n < room) {
		size_t length = n + 1 == room ? rest.n : word_length(rest);
		words[n++] = (struct str){rest.p, length};
		rest.p += length;
		rest.n -= length;
	}
	*ret_words = words;
	return n;
}

/* ---- the difference ---- */

struct diff {
	struct ctx *cx;
	struct diff_piece *pieces;
	size_t n;
	struct buf piece; /* the one that grows */
	enum diff_op op;
};

static void flush(struct diff *d)
{
	if (d->piece.n)
		d->pieces[d->n++] = (struct diff_piece){d->op, arena_dup(d->cx->arena,
			buf_z(&d->piece))};
	buf_reset(&d->piece);
}

static void put(struct diff *d, enum diff_op op, struct str word)
{
	if (op != d->op)
		flush(d);
	d->op = op;
	buf_str(&d->piece, word);
}

static void put_all(struct diff *d, enum diff_op op, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(d, op, words[i]);
}

static void middle(struct diff *d, const struct str *a, size_t n, const struct str *b, size_t m)
{
	if (n > TABLE_MAX || m > TABLE_MAX) {
		put_all(d, DIFF_OUT, a, n);
		put_all(d, DIFF_IN, b, m);
		return;
	}
	size_t width = m + 1, i = 0, k = 0;
	uint16_t *t = arena_array(d->cx->arena, uint16_t, (n + 1) * width);
	for (size_t x = n; x-- > 0;)
		for (size_t y = m; y-- > 0;) {
			uint16_t down = t[(x + 1) * width + y], right = t[x * width + y + 1];
			t[x * width + y] = str_eq(a[x], b[y])
				? (uint16_t)(t[(x + 1) * width + y + 1] + 1)
				: down > right ? down : right;
		}
	while (i < n && k < m) {
		if (str_eq(a[i], b[k])) {
			put(d, DIFF_SAME, a[i++]);
			k++;
		} else if (t[(i + 1) * width + k] >= t[i * width + k + 1]) {
			put(d, DIFF_OUT, a[i++]);
		} else {
			put(d, DIFF_IN, b[k++]);
		}
	}
	put_all(d, DIFF_OUT, a + i, n - i);
	put_all(d, DIFF_IN, b + k, m - k);
}

size_t text_diff(struct ctx *cx, const char *before, const char *after,
	struct diff_piece **ret_pieces)
{
	struct str *a, *b;
	size_t n = words_of(cx, before, &a), m = words_of(cx, after, &b), head = 0, tail = 0;
	struct diff d = {.cx = cx};
	d.pieces = arena_array(cx->arena, struct diff_piece, n + m + 1);
	buf_init(&d.piece, 16 * ITEM_HTML_MAX);
	while (head < n && head < m && str_eq(a[head], b[head]))
		head++;
	while (tail < n - head && tail < m - head && str_eq(a[n - 1 - tail], b[m - 1 - tail]))
		tail++;
	put_all(&d, DIFF_SAME, a, head);
	middle(&d, a + head, n - head - tail, b + head, m - head - tail);
	put_all(&d, DIFF_SAME, a + n - tail, tail);
	flush(&d);
	buf_fini(&d.piece);
	*ret_pieces = d.pieces;
	return d.n;
}
