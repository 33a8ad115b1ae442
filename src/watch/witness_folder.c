#include "watch/witness_folder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checkpoint.h"
#include "base/crypto.h"
#include "base/hex.h"
#include "base/log.h"

#define PRIVATE "PRIVATE+KEY+"

enum { KEY_FILE_MAX = 1024, LOGS_FILE_MAX = 256 * 1024, ID_BYTES = 4 };

static int path_in(const char *dir, const char *name, char out[KEEP_PATH_MAX])
{
	int n = snprintf(out, KEEP_PATH_MAX, "%s/%s", dir, name);
	return n < KEEP_PATH_MAX && strlen(dir) < KEEP_PATH_MAX / 2 ? 0 : ERR_IO;
}

/* ---- the key ---- */

static void put_private(struct buf *out, const struct note_key *key, const uint8_t *seed)
{
	uint8_t bytes[1 + SIGN_SEED_BYTES] = {NOTE_COSIGNATURE};
	memcpy(bytes + 1, seed, SIGN_SEED_BYTES);
	buf_printf(out, PRIVATE "%s+%08" PRIx32 "+", key->name, key->id);
	base64_put(out, bytes, sizeof bytes);
	buf_putc(out, '\n');
	crypto_wipe(bytes, sizeof bytes);
}

static int parse_private(struct str text, struct note_key *ret_key, uint8_t *ret_seed)
{
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	char hex[2 * ID_BYTES + 1];
	auto_buf bytes;
	buf_init(&bytes, 256);
	text = str_trim(text);
	if (!str_starts(text, PRIVATE))
		return ERR_INVALID;
	struct str rest = {text.p + strlen(PRIVATE), text.n - strlen(PRIVATE)};
	struct str name = str_cut(&rest, '+'), id = str_cut(&rest, '+');
	if (!base64_read(rest, &bytes) || bytes.n != 1 + SIGN_SEED_BYTES ||
		bytes.p[0] != NOTE_COSIGNATURE)
		return ERR_INVALID;
	memcpy(ret_seed, bytes.p + 1, SIGN_SEED_BYTES);
	sign_public(ret_seed, public_key);
	int r = note_key_make(NOTE_COSIGNATURE, name, public_key, ret_key);
	snprintf(hex, sizeof hex, "%08" PRIx32, r < 0 ? 0 : ret_key->id);
	crypto_wipe(bytes.p, bytes.n);
	return r < 0 || !str_is(id, hex) ? ERR_INVALID : 0;
}

int witness_init(const char *dir, struct str name, struct note_key *ret_key)
{
	char path[KEEP_PATH_MAX];
	uint8_t seed[SIGN_SEED_BYTES], public_key[SIGN_PUBLIC_BYTES];
	struct note_key key;
	struct stat st;
	auto_buf text;
	buf_init(&text, KEY_FILE_MAX);
	if (path_in(dir, "state/x", path) < 0 || keep_folders(path) < 0 ||
		path_in(dir, "witness.key", path) < 0)
		return ERR_IO;
	if (stat(path, &st) == 0)
		return ERR_CONFLICT;
	crypto_random(seed, sizeof seed);
	sign_public(seed, public_key);
	int r = note_key_make(NOTE_COSIGNATURE, name, public_key, &key);
	if (!r) {
		put_private(&text, &key, seed);
		r = chmod(dir, 0700) < 0 ? ERR_IO : keep_write(path, buf_view(&text), 0600);
	}
	crypto_wipe(seed, sizeof seed);
	if (text.p)
		crypto_wipe(text.p, text.n);
	if (!r)
		*ret_key = key;
	return r;
}

static int load_key(struct witness *w)
{
	char path[KEEP_PATH_MAX];
	struct stat st;
	auto_buf text;
	buf_init(&text, KEY_FILE_MAX);
	int r = path_in(w->dir, "witness.key", path);
	if (!r)
		r = keep_read(path, &text);
	if (r < 0)
		return r;
	if (stat(path, &st) < 0 || st.st_mode & 077)
		return ERR_DENIED;
	r = parse_private(buf_view(&text), &w->key, w->seed);
	crypto_wipe(text.p, text.n);
	return r;
}

/* ---- the logs ---- */

static void state_name(struct str origin, char out[sizeof "state/" + DIGEST_HEX])
{
	char hex[DIGEST_HEX];
	snprintf(out, sizeof "state/" + DIGEST_HEX, "state/%s", crypto_sha256_hex(origin, hex));
}

static struct watched_log *log_of_name(struct witness *w, const char *name)
{
	for (size_t i = 0; i < w->n_logs; i++)
		if (streq(w->logs[i].keys[0].name, name))
			return &w->logs[i];
	return NULL;
}

static int add_key(struct witness *w, const struct note_key *key)
{
	struct watched_log *log = log_of_name(w, key->name);
	if (key->type == NOTE_COSIGNATURE)
		return ERR_INVALID;
	if (!log && w->n_logs == WITNESS_LOGS_MAX)
		return ERR_LIMIT;
	if (!log) {
		log = &w->logs[w->n_logs++];
		buf_init(&log->note, NOTE_MAX + 1024);
	}
	for (size_t i = 0; i < log->n_keys; i++)
		if (log->keys[i].id == key->id)
			return ERR_CONFLICT;
	if (log->n_keys == WITNESS_LOG_KEYS)
		return ERR_LIMIT;
	log->keys[log->n_keys++] = *key;
	return 0;
}

static int load_logs(struct witness *w, struct buf *text)
{
	char path[KEEP_PATH_MAX];
	int r = path_in(w->dir, "logs", path);
	if (!r)
		r = keep_read(path, text);
	if (r == ERR_NOTFOUND)
		return 0;
	struct str rest = buf_view(text);
	while (!r && rest.n) {
		struct note_key key;
		struct str line = str_trim(str_cut(&rest, '\n'));
		if (!line.n || line.p[0] == '#')
			continue;
		r = note_key_parse(line, &key);
		if (!r)
			r = add_key(w, &key);
	}
	return r;
}

/* The state of before the first signature. */
static void put_nothing(struct buf *out, const char *origin)
{
	struct checkpoint c = {.origin = str_of(origin)};
	merkle_empty(&c.head.root);
	checkpoint_put(out, &c);
}

static bool is_nothing(struct str text, const char *origin)
{
	auto_buf nothing;
	buf_init(&nothing, 1024);
	put_nothing(&nothing, origin);
	return str_eq(text, buf_view(&nothing));
}

/* Only what this witness signed, or what witness_watch() wrote. */
static int read_state(struct witness *w, struct watched_log *log)
{
	struct note note;
	struct checkpoint c;
	struct str text = buf_view(&log->note);
	if (is_nothing(text, log->keys[0].name)) {
		log->last.size = 0;
		merkle_empty(&log->last.root);
		return 0;
	}
	if (note_parse(text, &note) < 0 || checkpoint_parse(note.text, &c) < 0 ||
		!str_is(c.origin, log->keys[0].name) || note_quorum(&note, &w->key, 1, 1) < 0)
		return ERR_INVALID;
	log->last = c.head;
	log->is_signed = true;
	return 0;
}

static int load_state(struct witness *w, struct watched_log *log)
{
	char name[sizeof "state/" + DIGEST_HEX];
	state_name(str_of(log->keys[0].name), name);
	int r = path_in(w->dir, name, log->path);
	if (r < 0)
		return r;
	log->file_name = strrchr(log->path, '/') + 1;
	r = keep_read(log->path, &log->note);
	return r < 0 ? r : read_state(w, log);
}

/* is_alone: no other process may have it. */
static int hold(struct witness *w, const char *dir, bool is_alone)
{
	char path[KEEP_PATH_MAX];
	struct stat st;
	w->lock_fd = -1;
	pthread_mutex_init(&w->lock, NULL);
	if (path_in(dir, "lock", path) < 0)
		return ERR_IO;
	if (stat(dir, &st) < 0)
		return ERR_NOTFOUND;
	snprintf(w->dir, sizeof w->dir, "%s", dir);
	return is_alone ? keep_lock(path, &w->lock_fd) : 0;
}

static const char *describe(int r)
{
	return r == ERR_NOTFOUND ? "不存在"
		: r == ERR_DENIED ? "权限过宽，请执行 chmod 600"
		: r == ERR_CONFLICT ? "正被另一个luban witness使用"
		: r == ERR_IO ? strerror(errno)
			      : "内容不正确";
}

static int refuse(int r, const char *what, const char *dir, char problem[WITNESS_PROBLEM])
{
	snprintf(problem, WITNESS_PROBLEM, "%s/%s：%s", dir, what, describe(r));
	return r;
}

static int load(
	struct witness *w, const char *dir, bool is_alone, char problem[WITNESS_PROBLEM])
{
	auto_buf text;
	buf_init(&text, LOGS_FILE_MAX);
	int r = hold(w, dir, is_alone);
	if (r < 0)
		return refuse(r, r == ERR_NOTFOUND ? "" : "lock", dir, problem);
	if ((r = load_key(w)) < 0)
		return refuse(r, "witness.key", dir, problem);
	if ((r = load_logs(w, &text)) < 0)
		return refuse(r == ERR_CONFLICT ? ERR_INVALID : r, "logs", dir, problem);
	for (size_t i = 0; i < w->n_logs; i++)
		if ((r = load_state(w, &w->logs[i])) < 0)
			return refuse(r, w->logs[i].path + strlen(dir) + 1, dir, problem);
	return 0;
}

static int open_folder(const char *dir, bool is_alone, struct witness **ret_witness,
	char problem[WITNESS_PROBLEM])
{
	struct witness *w = calloc(1, sizeof *w);
	if (!w)
		log_die("out of memory");
	int r = load(w, dir, is_alone, problem);
	if (r < 0)
		witness_close(w);
	else
		*ret_witness = w;
	return r;
}

int witness_open(const char *dir, struct witness **ret_witness, char problem[WITNESS_PROBLEM])
{
	return open_folder(dir, /* is_alone= */ true, ret_witness, problem);
}

int witness_look(const char *dir, struct witness **ret_witness, char problem[WITNESS_PROBLEM])
{
	return open_folder(dir, /* is_alone= */ false, ret_witness, problem);
}

/* The state first: a log without one is refused, a state without its log does no harm. */
static int add_log(struct witness *w, const struct note_key *key)
{
	char path[KEEP_PATH_MAX], name[sizeof "state/" + DIGEST_HEX];
	struct stat st;
	auto_buf logs, nothing;
	buf_init(&logs, LOGS_FILE_MAX);
	buf_init(&nothing, 1024);
	int r = load_logs(w, &logs);
	if (!r)
		r = add_key(w, key);
	if (r < 0)
		return r;
	state_name(str_of(key->name), name);
	r = path_in(w->dir, name, path);
	if (!r && stat(path, &st) < 0) {
		put_nothing(&nothing, key->name);
		r = keep_write(path, buf_view(&nothing), 0600);
	}
	if (logs.n && logs.p[logs.n - 1] != '\n')
		buf_putc(&logs, '\n');
	note_key_put(&logs, key);
	buf_putc(&logs, '\n');
	if (!r)
		r = path_in(w->dir, "logs", path);
	return r < 0 ? r : logs.full ? ERR_LIMIT : keep_write(path, buf_view(&logs), 0600);
}

int witness_watch(const char *dir, struct str verifier_key)
{
	struct note_key key;
	if (note_key_parse(str_trim(verifier_key), &key) < 0)
		return ERR_INVALID;
	struct witness *w = calloc(1, sizeof *w);
	if (!w)
		log_die("out of memory");
	int r = hold(w, dir, true);
	if (!r)
		r = add_log(w, &key);
	witness_close(w);
	return r;
}
