#include "base/checkpoint.h"

#include <inttypes.h>
#include <string.h>

#include "base/hex.h"

void checkpoint_put(struct buf *out, const struct checkpoint *c)
{
	buf_str(out, c->origin);
	buf_printf(out, "\n%" PRIu64 "\n", c->head.size);
	base64_put(out, c->head.root.bytes, MERKLE_BYTES);
	buf_putc(out, '\n');
	buf_str(out, c->more);
}

/* A line that ends with a line feed and has something before it. */
static bool take_line(struct str *s, struct str *ret_line)
{
	const char *end = s->n ? memchr(s->p, '\n', s->n) : NULL;
	if (!end || end == s->p)
		return false;
	*ret_line = (struct str){s->p, (size_t)(end - s->p)};
	*s = (struct str){end + 1, s->n - ret_line->n - 1};
	return true;
}

/* Decimal, without leading zeros. */
static bool size_of(struct str s, uint64_t *ret_size)
{
	int64_t n;
	if (s.p[0] < '0' || s.p[0] > '9' || (s.p[0] == '0' && s.n > 1) || !str_to_i64(s, &n))
		return false;
	*ret_size = (uint64_t)n;
	return true;
}

static bool root_of(struct str s, struct merkle_hash *ret_root)
{
	auto_buf bytes;
	buf_init(&bytes, MERKLE_BYTES);
	if (!base64_read(s, &bytes) || bytes.n != MERKLE_BYTES)
		return false;
	memcpy(ret_root->bytes, bytes.p, MERKLE_BYTES);
	return true;
}

int checkpoint_parse(struct str text, struct checkpoint *ret_checkpoint)
{
	struct checkpoint c = {0};
	struct str rest = text, size, root, line;
	if (!take_line(&rest, &c.origin) || c.origin.n > CHECKPOINT_ORIGIN_MAX ||
		!take_line(&rest, &size) || !size_of(size, &c.head.size) ||
		!take_line(&rest, &root) || !root_of(root, &c.head.root))
		return ERR_INVALID;
	c.more = rest;
	while (rest.n)
		if (!take_line(&rest, &line))
			return ERR_INVALID;
	*ret_checkpoint = c;
	return 0;
}
