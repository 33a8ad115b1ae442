#include "core/ident_text.h"

#include "base/utf8.h"
#include "core/message.h"

enum { NORMAL_MAX = 64 };

static const char *const lengths[] = {
	[IDENT_IDNO] = "18", [IDENT_USCC] = "18", [IDENT_ORGNO] = "9",
	[IDENT_CERTNO] = "22 位，旧版职业资格证书为 16 位、上海为 13", [IDENT_BODYNO] = "13",
		[IDENT_CARDNO] = "9",
};

static const char *const ids[] = {
	[IDENT_OK] = "ident.other",       [IDENT_EMPTY] = "ident.empty",
		  [IDENT_LENGTH] = "ident.length",
	[IDENT_OLD15] = "ident.old15",    [IDENT_SHEET] = "ident.sheet",
		  [IDENT_CHAR] = "ident.char",
	[IDENT_REGION] = "ident.region",  [IDENT_DATE] = "ident.date",
		[IDENT_FUTURE] = "ident.future", [IDENT_KIND] = "ident.kind",
	[IDENT_GRADE] = "ident.grade",    [IDENT_SERIAL] = "ident.serial",
		[IDENT_ORGNO_CHECK] = "ident.orgno",
	[IDENT_CHECK] = "ident.check",
};

static char expected_check(enum ident_what what, const char *text)
{
	switch (what) {
	case IDENT_IDNO:
		return ident_idno_check(text);
	case IDENT_USCC:
		return ident_uscc_check(text);
	case IDENT_ORGNO:
		return ident_orgno_check(text);
	default:
		return 0;
	}
}

/* The character at a place, from 1; a citizen is told of it as he typed it. */
static struct str at_place(struct str s, int place)
{
	struct str before = utf8_cut(s, place > 0 ? (size_t)place - 1 : 0);
	return utf8_cut((struct str){s.p + before.n, s.n - before.n}, place > 0);
}

const char *ident_fault_text(struct arena *a, enum ident_what what, struct str typed,
	const struct ident_fault *fault)
{
	char normal[NORMAL_MAX];
	struct str text = str_of(ident_normalise(typed, normal, sizeof normal));
	struct str shown = utf8_is_valid(typed) ? str_trim(typed) : text;
	bool is_check = fault->reason == IDENT_CHECK;
	char check = is_check ? expected_check(what, normal) : 0;
	const char *args[PROBLEM_ARGS] = {
		arena_printf(a, "%d", fault->at),
		arena_str(a, at_place(shown, fault->at)),
		fault->reason == IDENT_LENGTH ? lengths[what] : arena_printf(a, "%c",
			check ? check : '?'),
		arena_printf(a, "%zu", utf8_count(text)),
	};
	return message_text(a, is_check && !check ? "ident.other" : ids[fault->reason], args);
}
