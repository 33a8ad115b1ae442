#include "base/status.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkpoint.h"
#include "base/civil.h"
#include "base/crypto.h"
#include "base/hex.h"
#include "base/log.h"
#include "base/note.h"

enum { LINE_MAX_BYTES = 64, EVENTS_MAX = 8 * STATUS_ENTRIES_MAX };

#define WORD "status"

struct status_event {
	uint8_t handle[STATUS_HANDLE_BYTES];
	enum leaf_kind kind;
	int64_t version;
	size_t at;
};

static void put_entry(struct buf *out, const struct status_entry *e)
{
	char hex[LEAF_HANDLE_HEX + 1];
	buf_printf(out, "%s ", hex_write(e->handle, STATUS_HANDLE_BYTES, hex));
	if (e->state)
		buf_putc(out, e->state);
	if (e->version)
		buf_printf(out, "c%" PRId64, e->version);
	buf_putc(out, '\n');
}

void status_put_list(struct buf *out, const struct status *s)
{
	for (size_t i = 0; i < s->n; i++)
		put_entry(out, &s->entries[i]);
}

void status_put_text(struct buf *out, const struct status *s)
{
	char day[CIVIL_TEXT], digest[DIGEST_HEX];
	auto_buf list;
	buf_init(&list, STATUS_MAX);
	status_put_list(&list, s);
	buf_str(out, s->origin);
	buf_printf(out, "\n" WORD "\n%s\n%" PRIu64 "\n", civil_put_day(s->on, day), s->head.size);
	base64_put(out, s->head.root.bytes, MERKLE_BYTES);
	buf_printf(out, "\n%zu\n%s\n", s->n, crypto_sha256_hex(buf_view(&list), digest));
}

static struct str cut_line(struct str *rest)
{
	return str_cut(rest, '\n');
}

/* Decimal as printf writes it; false for anything else. */
static bool take_number(struct str s, int64_t least, int64_t *ret_n)
{
	int64_t n;
	if (!s.n || s.p[0] < '0' || s.p[0] > '9' || (s.p[0] == '0' && s.n > 1) ||
		!str_to_i64(s, &n) || n < least)
		return false;
	*ret_n = n;
	return true;
}

static bool take_entry(struct str line, struct status_entry *e)
{
	if (line.n < LEAF_HANDLE_HEX + 2 || line.p[LEAF_HANDLE_HEX] != ' ' ||
		!hex_read((struct str){line.p, LEAF_HANDLE_HEX}, e->handle, STATUS_HANDLE_BYTES))
		return false;
	for (size_t i = 0; i < LEAF_HANDLE_HEX; i++)
		if (line.p[i] >= 'A' && line.p[i] <= 'F')
			return false;
	struct str state = {line.p + LEAF_HANDLE_HEX + 1, line.n - LEAF_HANDLE_HEX - 1};
	if (state.p[0] == 's' || state.p[0] == 'r') {
		e->state = state.p[0];
		state = (struct str){state.p + 1, state.n - 1};
	}
	return !state.n || (state.p[0] == 'c' &&
		take_number((struct str){state.p + 1, state.n - 1}, 2, &e->version));
}

static bool take_list(struct arena *a, struct str list, struct status *s)
{
	struct status_entry *entries = arena_array(a, struct status_entry, s->n + 1);
	if (list.n && !str_ends(list, "\n"))
		return false;
	for (size_t i = 0; i < s->n; i++) {
		if (!take_entry(cut_line(&list), &entries[i]))
			return false;
		if (i && memcmp(entries[i - 1].handle, entries[i].handle,
			STATUS_HANDLE_BYTES) >= 0)
			return false;
	}
	s->entries = entries;
	return !list.n;
}

/* The lines that are signed. */
static bool take_text(struct str text, struct str list, struct status *s)
{
	char day[CIVIL_TEXT], digest[DIGEST_HEX];
	int64_t size, n;
	auto_buf root;
	buf_init(&root, MERKLE_BYTES);
	s->origin = cut_line(&text);
	struct str word = cut_line(&text), on = cut_line(&text);
	if (!s->origin.n || !str_is(word, WORD) || !civil_parse_day(on, &s->on) ||
		!str_is(on, civil_put_day(s->on, day)) ||
		!take_number(cut_line(&text), 0, &size) ||
		!base64_read(cut_line(&text), &root) || root.n != MERKLE_BYTES ||
		!take_number(cut_line(&text), 0, &n) || n > STATUS_ENTRIES_MAX)
		return false;
	s->head.size = (uint64_t)size;
	memcpy(s->head.root.bytes, root.p, MERKLE_BYTES);
	s->n = (size_t)n;
	struct str hash = cut_line(&text);
	return !text.n && str_is(hash, crypto_sha256_hex(list, digest));
}

/* The note ends at the second empty line. */
static bool cut_note(struct str file, struct str *ret_note, struct str *ret_list)
{
	int empty = 0;
	size_t most = file.n < NOTE_MAX ? file.n : NOTE_MAX;
	for (size_t i = 1; i < most; i++)
		if (file.p[i] == '\n' && file.p[i - 1] == '\n' && ++empty == 2) {
			*ret_note = (struct str){file.p, i};
			*ret_list = (struct str){file.p + i + 1, file.n - i - 1};
			return true;
		}
	return false;
}

int status_parse(struct arena *a, struct str file, struct status *ret_status)
{
	struct status s = {0};
	struct note note;
	struct str list;
	if (file.n > STATUS_MAX)
		return ERR_LIMIT;
	if (!cut_note(file, &s.note, &list))
		return ERR_INVALID;
	int r = note_parse(s.note, &note);
	if (r < 0)
		return r;
	if (!take_text(note.text, list, &s) || list.n < s.n * (LEAF_HANDLE_HEX + 3) ||
		!take_list(a, list, &s))
		return ERR_INVALID;
	*ret_status = s;
	return 0;
}

int status_issuer(const struct status *s, const struct trust *t, size_t *ret_issuer)
{
	struct note note;
	struct note_key keys[TRUST_ISSUERS_MAX];
	struct note_verdict v;
	int r = note_parse(s->note, &note);
	for (size_t i = 0; !r && i < t->n_issuers; i++)
		r = note_key_make(NOTE_ED25519, s->origin, t->issuers[i].public_key, &keys[i]);
	if (!r)
		r = note_check(&note, keys, t->n_issuers, &v);
	if (r < 0)
		return r;
	for (size_t i = 0; i < t->n_issuers; i++)
		if (v.by[i].holds) {
			*ret_issuer = i;
			return 0;
		}
	return ERR_NOTFOUND;
}

static int by_handle(const void *a, const void *b)
{
	const struct status_entry *x = a, *y = b;
	return memcmp(x->handle, y->handle, STATUS_HANDLE_BYTES);
}

const struct status_entry *status_find(const struct status *s, struct str handle)
{
	struct status_entry key;
	if (!s->n || !hex_read(handle, key.handle, STATUS_HANDLE_BYTES))
		return NULL;
	return bsearch(&key, s->entries, s->n, sizeof key, by_handle);
}

static bool is_event(enum leaf_kind kind)
{
	return kind == LEAF_CORRECTED || kind == LEAF_SUSPENDED || kind == LEAF_REINSTATED ||
		kind == LEAF_REVOKED;
}

int status_fold_add(struct status_fold *f, const struct leaf *leaf)
{
	struct status_event e = {.kind = leaf->kind, .version = leaf->version, .at = f->n};
	if (!is_event(leaf->kind))
		return 0;
	if (f->n == EVENTS_MAX)
		return ERR_LIMIT;
	if (!hex_read(leaf->certificate, e.handle, sizeof e.handle))
		return ERR_INVALID;
	if (f->n == f->cap) {
		f->cap = f->cap ? 2 * f->cap : 1024;
		f->events = realloc(f->events, f->cap * sizeof *f->events);
		if (!f->events)
			log_die("out of memory: %zu events", f->cap);
	}
	f->events[f->n++] = e;
	return 0;
}

static int by_time(const void *a, const void *b)
{
	const struct status_event *x = a, *y = b;
	int order = memcmp(x->handle, y->handle, STATUS_HANDLE_BYTES);
	return order ? order : (x->at > y->at) - (x->at < y->at);
}

static void apply(struct status_entry *e, const struct status_event *event)
{
	if (event->kind == LEAF_CORRECTED)
		e->version = event->version;
	else
		e->state = event->kind == LEAF_SUSPENDED ? 's' : event->kind == LEAF_REVOKED ? 'r'
			: 0;
}

int status_fold_finish(struct status_fold *f, struct arena *a,
	const struct status_entry **ret_entries, size_t *ret_n)
{
	struct status_entry *entries = arena_array(a, struct status_entry, f->n + 1);
	size_t n = 0;
	if (f->n)
		qsort(f->events, f->n, sizeof *f->events, by_time);
	for (size_t i = 0; i < f->n;) {
		struct status_entry e = {0};
		memcpy(e.handle, f->events[i].handle, sizeof e.handle);
		for (; i < f->n && memcmp(e.handle, f->events[i].handle, sizeof e.handle) == 0; i++)
			apply(&e, &f->events[i]);
		if (e.state || e.version)
			entries[n++] = e;
	}
	if (n > STATUS_ENTRIES_MAX)
		return ERR_LIMIT;
	*ret_entries = entries;
	*ret_n = n;
	return 0;
}

void status_fold_fini(struct status_fold *f)
{
	free(f->events);
	*f = (struct status_fold){0};
}
