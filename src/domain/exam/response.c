/* Reading the response matrix: scores, totals, forms. */
#include "domain/exam/response.h"

static int sizes_are_right(const struct response_matrix *r)
{
	return r->n >= 0 && r->n <= RESPONSE_PERSONS && r->m >= 1 && r->m <= RESPONSE_ITEMS
		&& r->forms >= 1 && r->forms <= RESPONSE_FORMS;
}

static bool item_is_right(const struct response_item *item)
{
	return item->options >= 1 && item->options <= RESPONSE_OPTIONS && item->key >= 0
		&& item->key <= item->options && item->max_centi > 0;
}

static bool cell_is_right(const struct response_matrix *r, int person, int item)
{
	int64_t at = (int64_t)person * r->m + item;
	uint8_t a = r->answer[at];
	if (a > r->items[item].options && a != RESPONSE_OTHER && a != RESPONSE_ABSENT)
		return false;
	if (r->score_centi && (r->score_centi[at] < 0
		|| r->score_centi[at] > r->items[item].max_centi))
		return false;
	if (r->time_centi && r->time_centi[at] < 0)
		return false;
	return !r->change || r->change[at] <= CHANGE_WRONG_WRONG;
}

static int fault(int person, int item, int *ret_person, int *ret_item)
{
	*ret_person = person;
	*ret_item = item;
	return ERR_INVALID;
}

int response_check(const struct response_matrix *r, int *ret_person, int *ret_item)
{
	int first[RESPONSE_FORMS];
	if (!sizes_are_right(r))
		return fault(-1, -1, ret_person, ret_item);
	for (int i = 0; i < r->m; i++)
		if (!item_is_right(&r->items[i]))
			return fault(-1, i, ret_person, ret_item);
	for (int f = 0; f < r->forms; f++)
		first[f] = -1;
	for (int p = 0; p < r->n; p++) {
		int form = r->persons[p].form;
		if (form < 0 || form >= r->forms)
			return fault(p, -1, ret_person, ret_item);
		if (first[form] < 0)
			first[form] = p;
		for (int i = 0; i < r->m; i++)
			if (!cell_is_right(r, p, i) || response_is_there(r, p, i)
				!= response_is_there(r, first[form], i))
				return fault(p, i, ret_person, ret_item);
	}
	return 0;
}

int32_t response_score(const struct response_matrix *r, int person, int item)
{
	int64_t at = (int64_t)person * r->m + item;
	uint8_t a = r->answer[at];
	if (a == RESPONSE_ABSENT)
		return 0;
	if (r->score_centi)
		return r->score_centi[at];
	return a && a == r->items[item].key ? r->items[item].max_centi : 0;
}

bool response_is_right(const struct response_matrix *r, int person, int item)
{
	return response_is_there(r, person, item)
		&& response_score(r, person, item) == r->items[item].max_centi;
}

uint8_t *response_right(const struct response_matrix *r, struct arena *arena)
{
	uint8_t *right = arena_array(arena, uint8_t, (int64_t)r->n * r->m + 1);
	for (int p = 0; p < r->n; p++)
		for (int i = 0; i < r->m; i++)
			right[(int64_t)p * r->m + i] = !response_is_there(r, p, i)
				? RESPONSE_ABSENT : response_is_right(r, p, i);
	return right;
}

int64_t *response_totals(const struct response_matrix *r, struct arena *arena)
{
	int64_t *total = arena_array(arena, int64_t, r->n + 1);
	for (int p = 0; p < r->n; p++)
		for (int i = 0; i < r->m; i++)
			total[p] += response_score(r, p, i);
	return total;
}

uint8_t *response_form_items(const struct response_matrix *r, struct arena *arena)
{
	uint8_t *has = arena_array(arena, uint8_t, r->forms * r->m);
	for (int p = 0; p < r->n; p++)
		for (int i = 0; i < r->m; i++)
			if (response_is_there(r, p, i))
				has[r->persons[p].form * r->m + i] = 1;
	return has;
}
