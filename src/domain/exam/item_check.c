/* Whether an item is whole: each kind's own demands. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "domain/exam/item.h"

static bool is_number(const char *z)
{
	if (is_blank(z) || strspn(z, "+-0123456789.eE") != strlen(z))
		return false;
	char *end;
	return isfinite(strtod(z, &end)) && !*end;
}

static void check_options(struct ctx *cx, const char *field, const struct item_option *o, int n,
	int least)
{
	if (n < least)
		fail_field(cx, field, "item.options_few", text_of(cx, "%d", least));
	for (int i = 0; i < n; i++)
		if (is_blank(o[i].html))
			fail_field(cx, field, "item.option_empty", text_of(cx, "%c", 'A' + i));
}

static void check_key(struct ctx *cx, const struct item *it)
{
	if (is_blank(it->key))
		fail_field(cx, "key", "item.key_missing");
	else if (!item_response_fits(it, str_of(it->key)) || !it->key[strspn(it->key, "-")])
		fail_field(cx, "key", "item.key_wrong", it->key);
}

static void check_numeric(struct ctx *cx, const struct item *it)
{
	if (!is_number(it->value))
		fail_field(cx, "value", "item.value_wrong");
	if (!is_blank(it->tolerance) && (!is_number(it->tolerance)
		|| strtod(it->tolerance, NULL) < 0))
		fail_field(cx, "tolerance", "item.tolerance_wrong");
}

static void check_variants(struct ctx *cx, const struct item *it)
{
	if (!it->n_variants)
		fail_field(cx, "variants", "item.variants_missing");
	for (int i = 0; i < it->n_variants; i++)
		if (is_blank(it->variants[i]))
			fail_field(cx, "variants", "item.variant_empty");
}

static void check_kind(struct ctx *cx, const struct item *it)
{
	switch (it->kind) {
	case ITEM_TRUE_FALSE:
		check_key(cx, it);
		return;
	case ITEM_SINGLE:
	case ITEM_MULTIPLE:
	case ITEM_ORDER:
		check_options(cx, "options", it->options, it->n_options, 2);
		check_key(cx, it);
		return;
	case ITEM_MATCH:
		check_options(cx, "options", it->options, it->n_options, 2);
		check_options(cx, "targets", it->targets, it->n_targets, 2);
		check_key(cx, it);
		return;
	case ITEM_NUMERIC:
		check_numeric(cx, it);
		return;
	case ITEM_TEXT:
		check_variants(cx, it);
		return;
	default:
		return;
	}
}

int item_validate(struct ctx *cx, const struct item *it)
{
	if (is_blank(it->stem_html))
		fail_field(cx, "stem", "item.stem_missing");
	else if (strlen(it->stem_html) > ITEM_HTML_MAX)
		fail_field(cx, "stem", "item.stem_long");
	check_kind(cx, it);
	return ctx_checked(cx);
}
