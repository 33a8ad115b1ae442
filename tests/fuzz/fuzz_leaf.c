/* Leaves: what is taken is written again as the same bytes. */
#include <stdint.h>
#include <stdlib.h>

#include "base/leaf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str entry = {(const char *)data, size};
	struct leaf leaf;
	auto_buf again;
	buf_init(&again, LEAF_MAX);
	if (leaf_parse(entry, &leaf) < 0)
		return 0;
	if (leaf_put(&again, &leaf) < 0 || !str_eq(buf_view(&again), entry))
		abort();
	return 0;
}
