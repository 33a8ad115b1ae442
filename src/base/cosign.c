#include "base/cosign.h"

#include <inttypes.h>
#include <string.h>

#include "base/hex.h"

int cosign_put(struct buf *out, const struct cosign_request *rq)
{
	if (rq->proof.n > COSIGN_PROOF_MAX)
		return ERR_LIMIT;
	buf_printf(out, "old %" PRIu64 "\n", rq->old_size);
	for (size_t i = 0; i < rq->proof.n; i++) {
		base64_put(out, rq->proof.hashes[i].bytes, MERKLE_BYTES);
		buf_putc(out, '\n');
	}
	buf_putc(out, '\n');
	buf_str(out, rq->note);
	return out->full ? ERR_LIMIT : 0;
}

/* Up to and without the next line feed. */
static bool take_line(struct str *s, struct str *ret_line)
{
	const char *end = s->n ? memchr(s->p, '\n', s->n) : NULL;
	if (!end)
		return false;
	*ret_line = (struct str){s->p, (size_t)(end - s->p)};
	*s = (struct str){end + 1, s->n - ret_line->n - 1};
	return true;
}

/* "old N", without leading zeros. */
static bool old_size_of(struct str line, uint64_t *ret_size)
{
	int64_t n;
	if (!str_starts(line, "old ") || line.n < 5)
		return false;
	struct str s = {line.p + 4, line.n - 4};
	if (s.p[0] < '0' || s.p[0] > '9' || (s.p[0] == '0' && s.n > 1) || !str_to_i64(s, &n))
		return false;
	*ret_size = (uint64_t)n;
	return true;
}

static bool add_hash(struct str line, struct merkle_proof *proof)
{
	auto_buf bytes;
	buf_init(&bytes, MERKLE_BYTES);
	if (proof->n == COSIGN_PROOF_MAX || !base64_read(line, &bytes) || bytes.n != MERKLE_BYTES)
		return false;
	memcpy(proof->hashes[proof->n++].bytes, bytes.p, MERKLE_BYTES);
	return true;
}

int cosign_parse(struct str body, struct cosign_request *ret_rq)
{
	struct cosign_request rq = {0};
	struct str line;
	if (!take_line(&body, &line) || !old_size_of(line, &rq.old_size))
		return ERR_INVALID;
	for (;;) {
		if (!take_line(&body, &line))
			return ERR_INVALID;
		if (!line.n)
			break;
		if (!add_hash(line, &rq.proof))
			return ERR_INVALID;
	}
	if (!body.n)
		return ERR_INVALID;
	rq.note = body;
	*ret_rq = rq;
	return 0;
}
