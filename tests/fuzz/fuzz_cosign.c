/* What a witness is sent: read and written again it is the same, and nothing but growth of what was
 * signed last, signed by the log, is answered with 200. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkpoint.h"
#include "base/cosign.h"
#include "watch/witness.h"

/* The log of C2SP tlog-witness's example. */
static void judge(const struct cosign_request *rq, const struct merkle_head *next)
{
	struct merkle_head last = {0};
	merkle_empty(&last.root);
	for (uint64_t size = 0; size < 3; size++) {
		last.size = size;
		int status = witness_judge(&last, rq, next);
		if (status == 200 && (rq->old_size != size || next->size < size))
			abort();
		if (status != 200 && status != 400 && status != 409 && status != 422)
			abort();
	}
	if (witness_judge(next, rq, next) == 200 && (rq->old_size != next->size || rq->proof.n))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str body = {(const char *)data, size};
	struct cosign_request rq;
	struct note note;
	struct checkpoint c;
	if (cosign_parse(body, &rq) < 0)
		return 0;
	auto_buf again;
	buf_init(&again, size + 1);
	if (cosign_put(&again, &rq) < 0 || !str_eq(buf_view(&again), body))
		abort();
	if (note_parse(rq.note, &note) == 0 && checkpoint_parse(note.text, &c) == 0)
		judge(&rq, &c.head);
	return 0;
}
