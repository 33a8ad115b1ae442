/* What is wrong with an identifier, in words that say how to mend it. */
#ifndef LUBAN_CORE_IDENT_TEXT_H
#define LUBAN_CORE_IDENT_TEXT_H

#include "base/arena.h"
#include "base/ident_explain.h"

/* "第 18 位校验码应为 X，您输入的是 5，请逐位核对". typed: as it came in. */
const char *ident_fault_text(struct arena *a, enum ident_what what, struct str typed,
	const struct ident_fault *fault);

#endif
