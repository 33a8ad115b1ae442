#include "domain/exam/sheet.h"

#include <inttypes.h>
#include <string.h>

#include "base/stow.h"

enum { RULINGS_MAX = FORM_ITEMS_MAX * 4 };

static const char verdict_letters[] = {
	[VERDICT_OMITTED] = 'O', [VERDICT_WRONG] = 'W', [VERDICT_PART] = 'P', [VERDICT_RIGHT] = 'R',
	[VERDICT_PENDING] = 'N',
};

void sheet_clear(struct sheet *s)
{
	memset(s, 0, sizeof *s);
	for (int i = 0; i < FORM_ITEMS_MAX; i++)
		s->given_centi[i] = -1;
}

static const struct ruling *ruling_of(const struct score_rules *rules, int64_t item_id)
{
	const struct ruling *found = NULL;
	for (size_t i = 0; i < rules->n_rulings; i++)
		if (rules->rulings[i].item_id == item_id)
			found = &rules->rulings[i].ruling;
	return found;
}

static struct item_score by_people(struct item_score s, int64_t given, int64_t full)
{
	if (s.verdict != VERDICT_PENDING || given < 0)
		return s;
	s.centi = given > full ? full : given;
	s.verdict = s.centi == full ? VERDICT_RIGHT : s.centi ? VERDICT_PART : VERDICT_WRONG;
	return s;
}

void sheet_score(const struct form *f, const struct sheet *s, const struct score_rules *rules,
	struct sheet_score *ret_score)
{
	enum multiple_rule multiple = multiple_rule_of(
		is_blank(rules->multiple_rule) ? f->multiple_rule : rules->multiple_rule);
	struct sheet_score out = {.n_items = f->n_items};
	for (int i = 0; i < f->n_items; i++) {
		const struct form_item *it = &f->items[i];
		struct item_score got = score_response(&it->content, it->score_centi, multiple,
			ruling_of(rules, it->item_id), s->responses[i]);
		out.items[i] = got = by_people(got, s->given_centi[i], it->score_centi);
		out.raw_centi += got.centi;
		out.n_right += got.verdict == VERDICT_RIGHT;
		out.n_omitted += got.verdict == VERDICT_OMITTED;
		out.n_pending += got.verdict == VERDICT_PENDING;
	}
	if (f->score_centi > 0)
		out.score_centi = (2 * 10000 * out.raw_centi + f->score_centi) / (
			2 * f->score_centi);
	*ret_score = out;
}

const char *sheet_detail(struct arena *a, const struct sheet_score *s)
{
	auto_buf b;
	buf_init(&b, FORM_ITEMS_MAX * 24);
	for (int i = 0; i < s->n_items; i++)
		buf_printf(&b, "%s%c%" PRId64, i ? " " : "", verdict_letters[s->items[i].verdict],
			s->items[i].centi);
	return arena_dup(a, buf_z(&b));
}

static enum verdict verdict_of(char letter)
{
	for (int v = VERDICT_OMITTED; v <= VERDICT_PENDING; v++)
		if (verdict_letters[v] == letter)
			return (enum verdict)v;
	return 0;
}

bool sheet_detail_read(struct str text, struct sheet_score *ret_score)
{
	struct sheet_score s = {0};
	while (text.n) {
		struct str one = str_cut(&text, ' ');
		int64_t centi;
		if (s.n_items == FORM_ITEMS_MAX || one.n < 2 || !verdict_of(one.p[0]) ||
			!str_to_i64((struct str){one.p + 1, one.n - 1}, &centi))
			return false;
		s.items[s.n_items++] = (struct item_score){verdict_of(one.p[0]), centi};
	}
	*ret_score = s;
	return true;
}

static const char *const ruling_codes[] = {
	[RULING_KEY] = "key", [RULING_ALSO] = "also", [RULING_ALL] = "all"};

const char *rulings_text(struct arena *a, const struct item_ruling *rulings, size_t n)
{
	auto_buf b;
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < n; i++) {
		stow_int(&b, "item", rulings[i].item_id);
		stow_text(&b, ruling_codes[rulings[i].ruling.kind], rulings[i].ruling.text);
	}
	return arena_dup(a, buf_z(&b));
}

static enum ruling_kind ruling_kind_of(struct str name)
{
	for (int k = RULING_KEY; k <= RULING_ALL; k++)
		if (str_is(name, ruling_codes[k]))
			return (enum ruling_kind)k;
	return RULING_NONE;
}

int rulings_read(struct arena *a, struct str text, struct item_ruling **ret_rulings, size_t *ret_n)
{
	struct item_ruling *list = arena_array(a, struct item_ruling, RULINGS_MAX);
	struct stow_field item, what;
	size_t n = 0;
	while (stow_next(&text, &item)) {
		int64_t id;
		if (!str_is(item.name, "item") || !str_to_i64(item.text, &id) || n == RULINGS_MAX ||
			!stow_next(&text, &what) || !ruling_kind_of(what.name))
			return ERR_INVALID;
		list[n++] = (struct item_ruling){id, {ruling_kind_of(what.name),
			arena_str(a, what.text)}};
	}
	if (text.n)
		return ERR_INVALID;
	*ret_rulings = list;
	*ret_n = n;
	return 0;
}
