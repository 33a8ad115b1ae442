/* Inside the room: the items of the demo's banks, made from facts, lists and formulas. */
#ifndef LUBAN_DEMO_BANK_ITEMS_H
#define LUBAN_DEMO_BANK_ITEMS_H

#include "domain/demo/chance.h"
#include "domain/exam/item.h"

struct demo_item {
	const char *point; /* code in the bank's table */
	int64_t difficulty_permille;
	struct item content;
};

/* All of a bank ("care", "power", "weld") in a shuffled order, the same for the same chance. */
size_t demo_bank_items(struct arena *a, const char *bank, struct chance *c,
	struct demo_item **ret_items);

#endif
