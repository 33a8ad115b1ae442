/* Identifiers: the parts are all right if and only if the number is, and its normal spelling is
 * read the same. Dates too, since they are read from the same cells. */
#include <stdint.h>
#include <stdlib.h>

#include "base/civil.h"
#include "base/ident_explain.h"

static void one(struct arena *a, enum ident_what what, struct str s)
{
	enum { TODAY = 20779 };
	struct ident_report r = ident_explain(a, what, s, TODAY);
	bool all = true;
	for (size_t i = 0; i < r.n; i++)
		all = all && r.lines[i].ok;
	if (r.n && all != r.ok)
		abort();
	if (!r.n && r.ok)
		abort();
	if (r.ok != (r.fault.reason == IDENT_OK))
		abort();
	if (r.ok && !ident_explain(a, what, str_of(r.text), TODAY).ok)
		abort();
}

static void dates(struct str s)
{
	char text[CIVIL_TEXT];
	int64_t value, again;
	if (civil_parse_day(s, &value) &&
		(!civil_parse_day(str_of(civil_put_day(value, text)), &again) || again != value))
		abort();
	if (civil_parse_time(s, &value) &&
		(!civil_parse_time(str_of(civil_put_time_input(value, text)),
		&again) || value - again > 59))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size};
	auto_arena a = arena_new(1 << 24);
	if (size > 4096)
		return 0;
	for (int what = IDENT_IDNO; what <= IDENT_CARDNO; what++)
		one(a, (enum ident_what)what, s);
	ident_mask_idno(a, s);
	ident_mask_name(a, s);
	ident_mask_phone(a, s);
	dates(s);
	return 0;
}
