/* The folder of a witness (watch/witness.h), read and held. */
#ifndef LUBAN_WATCH_WITNESS_FOLDER_H
#define LUBAN_WATCH_WITNESS_FOLDER_H

#include <pthread.h>
#include <stdbool.h>

#include "base/sign.h"
#include "watch/keep.h"
#include "watch/witness.h"

struct watched_log {
	struct note_key keys[WITNESS_LOG_KEYS]; /* all of one name, the origin */
	size_t n_keys;
	char path[KEEP_PATH_MAX];
	const char *file_name; /* its last part */
	struct merkle_head last;
	bool is_signed;
	struct buf note;
};

struct witness {
	char dir[KEEP_PATH_MAX / 2];
	int lock_fd;
	pthread_mutex_t lock; /* over the logs' states and their files */
	struct note_key key;
	uint8_t seed[SIGN_SEED_BYTES];
	size_t n_logs;
	struct watched_log logs[WITNESS_LOGS_MAX];
};

#endif
