/* A file of the format: nothing crashes, what is read is clean. */
#include "items.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size <= 32 * 1024)
		fuzz_read(moodle_read, (struct str){(const char *)data, size});
	return 0;
}
