/* What is read can be written, and what was written reads back as the same value. */
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_json first = NULL;
	auto_json again = NULL;
	auto_buf one;
	auto_buf two;
	buf_init(&one, 1 << 20);
	buf_init(&two, 1 << 20);
	if (size > 64 * 1024 || json_read((struct str){(const char *)data, size}, 64 * 1024, &first,
		NULL))
		return 0;
	if (json_write(first, &one) || json_read(buf_view(&one), 1 << 20, &again, NULL))
		abort();
	if (json_write(again, &two) || !str_eq(buf_view(&one), buf_view(&two)))
		abort();
	return 0;
}
