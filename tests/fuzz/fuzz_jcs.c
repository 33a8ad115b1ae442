/* Canonical JSON, base 58 and status lists: what was written is read as the same value and written
 * as the same bytes; a document is not signed by a key that did not sign it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bitstring.h"
#include "base/data_integrity.h"
#include "base/jcs.h"
#include "base/multibase.h"

enum { TEXT_MAX = 1 << 20 };

static void canonical(struct str text)
{
	uint8_t key[SIGN_PUBLIC_BYTES] = {1};
	auto_json value = NULL;
	auto_json back = NULL;
	auto_buf once, twice;
	buf_init(&once, TEXT_MAX);
	buf_init(&twice, TEXT_MAX);
	if (json_read(text, TEXT_MAX / 8, &value, NULL) != 0 || jcs_put(value, &once) != 0)
		return;
	/* Integers that are written in full and are no int64 are not read here. */
	if (json_read(buf_view(&once), TEXT_MAX, &back, NULL) == 0 &&
		(jcs_put(back, &twice) != 0 || !str_eq(buf_view(&once), buf_view(&twice))))
		abort();
	if (json_is_object(value) && data_integrity_holds(value, key))
		abort();
}

static void base58(struct str text)
{
	auto_buf bytes, again;
	buf_init(&bytes, BASE58_MAX);
	buf_init(&again, TEXT_MAX);
	if (!base58_read(text, &bytes))
		return;
	base58_put(&again, bytes.p, bytes.n);
	if (!str_eq(buf_view(&again), text))
		abort();
}

static void bits(struct str text)
{
	uint8_t list[BITSTRING_BYTES], back[BITSTRING_BYTES];
	auto_buf b;
	buf_init(&b, TEXT_MAX);
	if (bitstring_read(text, list) != 0)
		return;
	bitstring_put(&b, list);
	if (bitstring_read(buf_view(&b), back) != 0 || memcmp(list, back, sizeof list) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	canonical(text);
	base58(text);
	bits(text);
	return 0;
}
