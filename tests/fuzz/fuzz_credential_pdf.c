/* A document from anybody: what is taken for its credential lies in it or was unpacked within the
 * limit. */
#include <stdint.h>
#include <stdlib.h>

#include "base/credential.h"
#include "base/credential_pdf.h"

enum { ARENA_MAX = 16 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str pdf = {(const char *)data, size}, file;
	struct arena *a = arena_new(ARENA_MAX);
	if (credential_in_pdf(a, pdf, &file) == 0) {
		struct credential c;
		if (!file.n || file.n > CREDENTIAL_MAX)
			abort();
		(void)!credential_parse(a, file, &c);
	}
	arena_free(a);
	return 0;
}
