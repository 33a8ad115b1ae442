/* Pictures without what is no picture: nothing is read beyond the file, what comes out is no longer
 * than what came in but for how it is turned, is of the same kind, and stays as it is. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/picture.h"

enum { ORIENTATION_BYTES = 36 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size ? size : 1);
	struct arena *a = arena_new(64 << 20);
	struct str once, twice;
	bool is_png, still;
	memcpy(bytes, data, size);
	if (picture_strip(a, (struct str){bytes, size}, &once, &is_png) == 0) {
		if (once.n > size + ORIENTATION_BYTES)
			abort();
		if (picture_strip(a, once, &twice, &still) || still != is_png ||
			!str_eq(once, twice))
			abort();
	}
	arena_free(a);
	free(bytes);
	return 0;
}
