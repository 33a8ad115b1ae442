#include "base/bitstring.h"

#define ZLIB_CONST
#include <zlib.h>

#include "base/hex.h"
#include "base/log.h"

enum { PACKED_MAX = 2 * BITSTRING_BYTES, GZIP = 15 + 16, MEMORY = 8 };

void bitstring_set(uint8_t list[BITSTRING_BYTES], size_t place)
{
	if (place < BITSTRING_PLACES)
		list[place / 8] = (uint8_t)(list[place / 8] | 0x80 >> place % 8);
}

bool bitstring_is(const uint8_t list[BITSTRING_BYTES], size_t place)
{
	return place < BITSTRING_PLACES && (list[place / 8] & 0x80 >> place % 8);
}

void bitstring_put(struct buf *out, const uint8_t list[BITSTRING_BYTES])
{
	uint8_t packed[PACKED_MAX];
	z_stream z = {.next_in = list, .avail_in = BITSTRING_BYTES, .next_out = packed,
		.avail_out = sizeof packed};
	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP, MEMORY,
		Z_DEFAULT_STRATEGY) != Z_OK || deflate(&z, Z_FINISH) != Z_STREAM_END)
		log_die("zlib failed");
	deflateEnd(&z);
	buf_putc(out, 'u');
	base64url_put(out, packed, z.total_out);
}

int bitstring_read(struct str text, uint8_t ret_list[BITSTRING_BYTES])
{
	auto_buf packed;
	buf_init(&packed, PACKED_MAX);
	if (!str_starts(text, "u") ||
		!base64url_read((struct str){text.p + 1, text.n - 1}, &packed))
		return ERR_INVALID;
	uint8_t list[BITSTRING_BYTES + 1];
	z_stream z = {.next_in = (const unsigned char *)packed.p, .avail_in = (unsigned)packed.n,
		.next_out = list, .avail_out = sizeof list};
	if (inflateInit2(&z, GZIP) != Z_OK)
		return ERR_INVALID;
	int r = inflate(&z, Z_FINISH);
	size_t n = z.total_out, left = z.avail_in;
	inflateEnd(&z);
	if (r != Z_STREAM_END || n != BITSTRING_BYTES || left)
		return ERR_INVALID;
	for (size_t i = 0; i < n; i++)
		ret_list[i] = list[i];
	return 0;
}
