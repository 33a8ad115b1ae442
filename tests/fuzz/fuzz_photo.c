/* The heads of picture files: what is read lies inside the file, and sizes are real ones. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "doc/photo_head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of exactly that size, so that the sanitizer sees a step beyond it. */
	char *bytes = malloc(size ? size : 1);
	struct photo_head head;
	memcpy(bytes, data, size);
	int rc = photo_head_read((struct str){bytes, size}, &head);
	if (!rc && (!head.width || !head.height))
		abort();
	free(bytes);
	return 0;
}
