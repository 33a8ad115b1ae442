/* Who may write to a SQLite file now: one connection of this process at a time, in the order they
 * asked. First come, first served matters: a mutex would let a thread that writes without pause
 * (the committer of answers) take it again and again while everybody else waits. */
#ifndef LUBAN_STORE_WRITER_LOCK_H
#define LUBAN_STORE_WRITER_LOCK_H

#include <stdbool.h>

struct writer_lock;

/* The lock of that file, shared by all who ask for it; path is malloc()ed and taken over. NULL: one
 * of its own. */
struct writer_lock *writer_lock_find(char *path);
void writer_lock_drop(struct writer_lock *lock);
/* false after so many seconds without a turn. */
bool writer_lock_take(struct writer_lock *lock, int seconds);
void writer_lock_give(struct writer_lock *lock);
bool writer_lock_has_file(const struct writer_lock *lock);

#endif
