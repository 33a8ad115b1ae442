/* Notes, keys and checkpoints: what is read is written again as the same bytes, and nothing that
 * comes from outside makes a key that did not sign count. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkpoint.h"
#include "base/hex.h"
#include "base/note.h"

static void key(struct str text)
{
	struct note_key k, again;
	auto_buf b;
	buf_init(&b, 1024);
	if (note_key_parse(text, &k) != 0)
		return;
	note_key_put(&b, &k);
	if (note_key_parse(buf_view(&b), &again) != 0 || memcmp(&k, &again, sizeof k) != 0)
		abort();
}

static void checkpoint(struct str text)
{
	struct checkpoint c;
	auto_buf b;
	buf_init(&b, text.n + 1);
	if (checkpoint_parse(text, &c) != 0)
		return;
	checkpoint_put(&b, &c);
	if (!str_eq(buf_view(&b), text))
		abort();
}

/* The key of the Go checksum database, which signed only what is in the corpus. */
static void verdict(const struct note *note)
{
	const struct str go = STR(
		"sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8");
	struct note_key k;
	struct note_verdict v;
	if (note_key_parse(go, &k) != 0)
		abort();
	if (note_check(note, &k, 1, &v) == 0 && v.n && !str_starts(note->text, "go.sum database"))
		abort();
}

static void note(struct str text)
{
	struct note n;
	auto_buf b;
	buf_init(&b, text.n + 1);
	if (note_parse(text, &n) != 0)
		return;
	if (!n.n || note_put_text(&b, n.text) != 0)
		abort();
	for (size_t i = 0; i < n.n; i++) {
		buf_puts(&b, "\u2014 ");
		buf_str(&b, n.signatures[i].name);
		buf_putc(&b, ' ');
		buf_str(&b, n.signatures[i].base64);
		buf_putc(&b, '\n');
	}
	if (!str_eq(buf_view(&b), text))
		abort();
	verdict(&n);
	checkpoint(n.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	key(text);
	checkpoint(text);
	note(text);
	return 0;
}
