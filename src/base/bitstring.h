/* Status lists as W3C Bitstring Status List 1.0 writes them
 * (https://www.w3.org/TR/vc-bitstring-status-list/): one bit for each place, the first one the
 * highest of the first byte; packed with gzip, then 'u' and base64url. */
#ifndef LUBAN_BASE_BITSTRING_H
#define LUBAN_BASE_BITSTRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* The least that the specification allows, so that nobody is found by his place. */
enum { BITSTRING_PLACES = 131072, BITSTRING_BYTES = BITSTRING_PLACES / 8 };

void bitstring_set(uint8_t list[BITSTRING_BYTES], size_t place); /* place < BITSTRING_PLACES */
bool bitstring_is(const uint8_t list[BITSTRING_BYTES], size_t place);
/* Appends. The same list gives the same bytes. */
void bitstring_put(struct buf *out, const uint8_t list[BITSTRING_BYTES]);
/* ERR_INVALID: not such a text, or not of this length. */
int bitstring_read(struct str text, uint8_t ret_list[BITSTRING_BYTES]) MUST_CHECK;

#endif
