#include "doc/paper_ground.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/log.h"

enum { ARENA_MAX = 64 * 1024 * 1024 };

struct paper_ground {
	uint8_t digest[DIGEST_BYTES];
	unsigned users;
	char *bytes, *dict; /* the packed stream, and the dictionary of its form */
	size_t n;
	double height; /* of its page, in points */
};

/* ---- cutting ---- */

static const char *find(struct str s, const char *word)
{
	return s.n ? memmem(s.p, s.n, word, strlen(word)) : NULL;
}

static struct str between(const char *from, const char *to)
{
	return (struct str){from, (size_t)(to - from)};
}

/* Behind the end of the group that begins at `at`; NULL when it has none. */
static const char *group_end(const char *at, const char *end)
{
	int depth = 0;
	while ((at = memchr(at, '<', (size_t)(end - at))) != NULL) {
		const char *close = memchr(at, '>', (size_t)(end - at));
		if (!close)
			return NULL;
		struct str tag = between(at, close);
		bool opens = str_starts(tag, "<g ") || str_is(tag, "<g");
		if (opens && close[-1] != '/')
			depth++;
		else if (str_is(tag, "</g") && --depth == 0)
			return close + 1;
		at = close;
	}
	return NULL;
}

bool paper_ground_cut(struct str svg, struct buf *ground, struct buf *rest)
{
	const char *end = svg.p + svg.n, *at = find(svg, "<g data-ground=");
	const char *defs = find(svg, "<defs>"), *root = find(svg, "<svg");
	if (!at || !defs || !root || root > defs || defs > at)
		return false;
	const char *defs_end = find(between(defs, at), "</defs>");
	const char *behind = group_end(at, end);
	if (!defs_end || !behind)
		return false;
	defs_end += strlen("</defs>");
	if (str_trim(between(defs_end, at)).n)
		return false;
	struct str tail = between(behind, end);
	bool refers = find(tail, "href=\"#") || find(tail, "url(#");
	buf_str(ground, between(svg.p, behind));
	buf_puts(ground, "</svg>");
	buf_str(rest, between(svg.p, refers ? at : defs));
	buf_str(rest, tail);
	return !ground->full && !rest->full;
}

/* ---- keeping ---- */

/* Changed under the lock of doc/paper_text.h only. */
static struct paper_ground *kept[GROUNDS_MAX];
static unsigned next_place;

void paper_ground_leave(struct paper_ground *g)
{
	if (!g || --g->users)
		return;
	free(g->bytes);
	free(g->dict);
	free(g);
}

struct paper_ground *paper_ground_use(struct paper_ground *g)
{
	g->users++;
	return g;
}

static void *copy(const void *p, size_t n)
{
	char *c = malloc(n + 1);
	if (!c)
		log_die("out of memory");
	memcpy(c, p, n);
	c[n] = '\0';
	return c;
}

/* The number that stands behind a word: "/Contents 4 0 R". */
static bool reference(struct str dict, const char *word, uint32_t *ret_number)
{
	const char *at = find(dict, word);
	int64_t n;
	if (!at)
		return false;
	struct str rest = str_trim(between(at + strlen(word), dict.p + dict.n));
	if (!str_to_i64(str_cut(&rest, ' '), &n) || n <= 0 || n > UINT32_MAX ||
		!str_starts(rest, "0 R"))
		return false;
	*ret_number = (uint32_t)n;
	return true;
}

static bool page_of(const struct pdf_append *pa, unsigned page, uint32_t *ret_number)
{
	uint32_t pages;
	if (!reference(pdf_append_object(pa, pa->root), "/Pages", &pages))
		return false;
	struct str tree = pdf_append_object(pa, pages);
	const char *kids = find(tree, "/Kids [");
	if (!kids)
		return false;
	struct str rest = between(kids + strlen("/Kids ["), tree.p + tree.n);
	for (unsigned i = 0;; i++) {
		int64_t n;
		rest = str_trim(rest);
		if (!str_to_i64(str_cut(&rest, ' '), &n) || n <= 0 || n > UINT32_MAX ||
			!str_starts(rest, "0 R"))
			return false;
		*ret_number = (uint32_t)n;
		if (i == page)
			return true;
		rest = (struct str){rest.p + 3, rest.n - 3};
	}
}

static const char *box_of(struct arena *a, struct str page)
{
	const char *at = find(page, "/MediaBox");
	const char *end = at ? memchr(at, ']', (size_t)(page.p + page.n - at)) : NULL;
	return end ? arena_str(a, between(at + strlen("/MediaBox"), end + 1)) : NULL;
}

/* The last number of " [ 0 0 595.276 841.89 ]". */
static double box_height(struct arena *a, const char *box)
{
	struct str numbers = str_trim((struct str){box, strlen(box) - 1});
	const char *last = memrchr(numbers.p, ' ', numbers.n);
	return last ? strtod(arena_str(a, between(last, numbers.p + numbers.n)), NULL) : 0;
}

/* What the document shows, as a form; only when nothing else in it is needed for it. */
static bool take_form(struct arena *a, struct str pdf, struct paper_ground *g)
{
	struct pdf_append pa;
	uint32_t page, contents, resources, length;
	int64_t n;
	if (pdf_append_open(a, pdf, &pa) < 0)
		return false;
	buf_fini(&pa.out);
	if (!page_of(&pa, 0, &page))
		return false;
	struct str page_dict = pdf_append_object(&pa, page);
	const char *box = box_of(a, page_dict);
	if (!box || !reference(page_dict, "/Contents", &contents) ||
		!reference(page_dict, "/Resources", &resources))
		return false;
	struct str needs = pdf_append_object(&pa, resources);
	struct str stream = pdf_append_object(&pa, contents);
	if (!needs.n || find(needs, " R\n") || find(needs, " R ") ||
		!reference(stream, "/Length", &length) || !find(stream, "/FlateDecode") ||
		!str_to_i64(pdf_append_object(&pa, length), &n) || n <= 0)
		return false;
	const char *begin = find(between(stream.p + stream.n, pdf.p + pdf.n), "stream\n");
	if (!begin || (size_t)n > (size_t)(pdf.p + pdf.n - begin))
		return false;
	g->n = (size_t)n;
	g->bytes = copy(begin + strlen("stream\n"), g->n);
	g->height = box_height(a, box);
	const char *dict = arena_printf(a, "/Type /XObject /Subtype /Form /BBox%s /Filter "
		"/FlateDecode /Resources %.*s", box, (int)needs.n, needs.p);
	g->dict = copy(dict, strlen(dict));
	return true;
}

static struct paper_ground *make(struct str svg, paper_ground_draw *draw, void *arg)
{
	auto_arena a = arena_new(ARENA_MAX);
	auto_buf pdf;
	buf_init(&pdf, ARENA_MAX / 2);
	struct paper_ground *g = calloc(1, sizeof *g);
	if (!g)
		log_die("out of memory");
	g->users = 1;
	if (draw(arg, svg, &pdf) == 0 && take_form(a, buf_view(&pdf), g))
		return g;
	paper_ground_leave(g);
	return NULL;
}

struct paper_ground *paper_ground_of(struct str svg, paper_ground_draw *draw, void *arg)
{
	uint8_t digest[DIGEST_BYTES];
	crypto_sha256(svg, digest);
	for (size_t i = 0; i < GROUNDS_MAX; i++)
		if (kept[i] && memcmp(kept[i]->digest, digest, sizeof digest) == 0)
			return kept[i];
	struct paper_ground *g = make(svg, draw, arg);
	if (!g)
		return NULL;
	memcpy(g->digest, digest, sizeof digest);
	paper_ground_leave(kept[next_place]);
	kept[next_place] = g;
	next_place = (next_place + 1) % GROUNDS_MAX;
	return g;
}

/* ---- putting ---- */

static const double points = 72 / 25.4;

struct forms {
	const struct paper_ground *grounds[GROUNDS_MAX];
	uint32_t numbers[GROUNDS_MAX];
	size_t n;
	struct buf resources; /* what the page at hand uses */
};

static int form_of(struct pdf_append *pa, struct forms *f, const struct paper_ground *g)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->grounds[i] == g)
			return (int)i;
	if (f->n == GROUNDS_MAX)
		return ERR_LIMIT;
	f->grounds[f->n] = g;
	f->numbers[f->n] = pdf_append_number(pa);
	pdf_append_stream(pa, f->numbers[f->n], g->dict, (struct str){g->bytes, g->n});
	return (int)f->n++;
}

static int show_ground(struct pdf_append *pa, struct forms *f, const struct paper_ground_place *p,
	size_t i, struct buf *out)
{
	int form = form_of(pa, f, p->ground);
	if (form < 0)
		return form;
	buf_puts(out, "q ");
	if (p->page_height > 0)
		buf_printf(out, "%.5f 0 0 %.5f %.4f %.4f cm ", p->scale, p->scale, p->x * points,
			(p->page_height - p->y) * points - p->scale * p->ground->height);
	buf_printf(out, "/Ground%zu Do Q\n", i);
	buf_printf(&f->resources, " /Ground%zu %u 0 R", i, (unsigned)f->numbers[form]);
	return 0;
}

/* Its modules as a stencil: what is 0 is painted. */
static void show_code(struct pdf_append *pa, struct forms *f, const struct paper_ground_place *p,
	size_t i, double page_height, struct buf *out)
{
	uint32_t number = pdf_append_number(pa);
	char dict[160];
	snprintf(dict, sizeof dict, "/Type /XObject /Subtype /Image /Width %d /Height %d "
		"/ImageMask true /BitsPerComponent 1 /Decode [1 0]", p->code.size, p->code.size);
	pdf_append_stream(pa, number, dict, p->code.rows);
	buf_printf(out, "q 0 g %.4f 0 0 %.4f %.4f %.4f cm /Code%zu Do Q\n", p->width * points,
		p->height * points, p->x * points, page_height - (p->y + p->height) * points, i);
	buf_printf(&f->resources, " /Code%zu %u 0 R", i, (unsigned)number);
}

/* As large as fills its place, in the middle, cut at the edges. */
static void show_photo(struct pdf_append *pa, struct forms *f, const struct paper_ground_place *p,
	size_t i, double page_height, struct buf *out)
{
	const struct paper_photo *photo = &p->photo;
	uint32_t number = pdf_append_number(pa);
	char dict[200];
	double by_width = p->width / photo->width, by_height = p->height / photo->height;
	double scale = by_width > by_height ? by_width : by_height;
	double width = photo->width * scale, height = photo->height * scale;
	double bottom = page_height - (p->y + p->height) * points;
	snprintf(dict, sizeof dict, "/Type /XObject /Subtype /Image /Width %u /Height %u "
		"/ColorSpace /%s /BitsPerComponent 8 /Filter /DCTDecode", photo->width,
		photo->height, photo->is_grey ? "DeviceGray" : "DeviceRGB");
	pdf_append_stream(pa, number, dict, photo->jpeg);
	buf_printf(out, "q %.4f %.4f %.4f %.4f re W n %.4f 0 0 %.4f %.4f %.4f cm /Photo%zu Do Q\n",
		p->x * points, bottom, p->width * points, p->height * points, width * points,
		height * points, (p->x + (p->width - width) / 2) * points,
		bottom + (p->height - height) / 2 * points, i);
	buf_printf(&f->resources, " /Photo%zu %u 0 R", i, (unsigned)number);
}

/* What is shown before and after the page's own contents, which leave the axes turned. */
static int put_shows(struct pdf_append *pa, struct forms *f,
	const struct paper_ground_place *places, size_t n, double page_height,
	uint32_t ret_numbers[2])
{
	auto_buf before, after;
	buf_init(&before, 64 * 1024);
	buf_init(&after, 64 * 1024);
	buf_puts(&after, "Q\n");
	int r = 0;
	for (size_t i = 0; r == 0 && i < n; i++)
		if (places[i].ground)
			r = show_ground(pa, f, &places[i], i, &before);
		else if (places[i].code.size)
			show_code(pa, f, &places[i], i, page_height, &after);
		else
			show_photo(pa, f, &places[i], i, page_height, &after);
	buf_puts(&before, "q\n");
	if (r < 0)
		return r;
	ret_numbers[0] = pdf_append_number(pa);
	pdf_append_stream(pa, ret_numbers[0], "", buf_view(&before));
	ret_numbers[1] = pdf_append_number(pa);
	pdf_append_stream(pa, ret_numbers[1], "", buf_view(&after));
	return 0;
}

static void put_resources(struct pdf_append *pa, const struct forms *f, uint32_t number,
	struct str dict)
{
	static const char word[] = "/XObject <<";
	const char *at = find(dict, word);
	const char *cut = at ? at + strlen(word) : dict.p + 2;
	pdf_append_begin(pa, number);
	buf_str(&pa->out, between(dict.p, cut));
	if (!at)
		buf_printf(&pa->out, " %s", word);
	buf_str(&pa->out, buf_view(&f->resources));
	if (!at)
		buf_puts(&pa->out, " >>");
	buf_str(&pa->out, between(cut, dict.p + dict.n));
	pdf_append_end(pa);
}

static int put_page(struct pdf_append *pa, struct forms *f, const struct paper_ground_place *places,
	size_t n)
{
	uint32_t page, contents, resources, shows[2];
	if (!page_of(pa, places[0].page, &page))
		return ERR_INVALID;
	struct str dict = pdf_append_object(pa, page);
	const char *at = find(dict, "/Contents"), *box = box_of(pa->arena, dict);
	if (!at || !box || !reference(dict, "/Contents", &contents) ||
		!reference(dict, "/Resources", &resources))
		return ERR_INVALID;
	struct str needs = pdf_append_object(pa, resources);
	if (!str_starts(needs, "<<"))
		return ERR_INVALID;
	buf_reset(&f->resources);
	int r = put_shows(pa, f, places, n, box_height(pa->arena, box), shows);
	if (r < 0)
		return r;
	put_resources(pa, f, resources, needs);
	const char *behind = find(between(at, dict.p + dict.n), " R") + 2;
	pdf_append_begin(pa, page);
	buf_str(&pa->out, between(dict.p, at));
	buf_printf(&pa->out, "/Contents [%u 0 R %u 0 R %u 0 R]", (unsigned)shows[0],
		(unsigned)contents, (unsigned)shows[1]);
	buf_str(&pa->out, between(behind, dict.p + dict.n));
	pdf_append_end(pa);
	return 0;
}

int paper_ground_put(struct pdf_append *pa, const struct paper_ground_place *places, size_t n)
{
	struct forms forms = {.resources = {.max = 64 * 1024}};
	int r = 0;
	for (size_t i = 0, k; r == 0 && i < n; i = k) {
		for (k = i + 1; k < n && places[k].page == places[i].page;)
			k++;
		r = put_page(pa, &forms, places + i, k - i);
	}
	buf_fini(&forms.resources);
	return r;
}
