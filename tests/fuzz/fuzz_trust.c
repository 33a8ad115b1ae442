/* Trust files and snapshots of states: what is taken is written again so that it means the same, a
 * snapshot as the same bytes; and nothing that comes from outside is signed by a key that did not
 * sign it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/trust.h"

enum { ARENA_MAX = 16 << 20 };

static void trust(struct str text)
{
	struct trust t, again;
	struct trust_problem problem;
	auto_buf b;
	buf_init(&b, 2 * TRUST_MAX);
	if (trust_parse(text, &t, &problem) != 0) {
		if (problem.fault < TRUST_TOO_LONG || problem.fault > TRUST_NO_LOG)
			abort();
		return;
	}
	trust_put(&b, &t);
	if (trust_parse(buf_view(&b), &again, NULL) != 0 || again.n_logs != t.n_logs ||
		again.n_witnesses != t.n_witnesses || again.n_issuers != t.n_issuers ||
		again.quorum != t.quorum || t.quorum > t.n_witnesses)
		abort();
}

static void status(struct str file)
{
	struct status s;
	struct note note;
	auto_arena a = arena_new(ARENA_MAX);
	auto_buf b;
	buf_init(&b, file.n + 1);
	if (status_parse(a, file, &s) != 0)
		return;
	status_put_text(&b, &s);
	if (note_parse(s.note, &note) != 0 || !str_eq(note.text, buf_view(&b)))
		abort();
	buf_reset(&b);
	buf_str(&b, s.note);
	buf_putc(&b, '\n');
	status_put_list(&b, &s);
	if (!str_eq(buf_view(&b), file))
		abort();
	for (size_t i = 1; i < s.n; i++)
		if (memcmp(s.entries[i - 1].handle, s.entries[i].handle,
			STATUS_HANDLE_BYTES) >= 0)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	trust(text);
	status(text);
	return 0;
}
