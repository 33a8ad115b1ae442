/* The authors' sheet as comma-separated text (workbooks have a fuzzer of their own), by way of the
 * guess which format it is. */
#include "items.h"

static int read_any(struct ctx *cx, struct str bytes, struct item_sheet *sheet)
{
	return item_file_read(cx, bytes, "x", sheet);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data, size};
	if (size > 32 * 1024)
		return 0;
	fuzz_read(read_any, bytes);
	fuzz_read(item_table_read, bytes);
	return 0;
}
