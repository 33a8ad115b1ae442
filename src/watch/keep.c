#include "watch/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 64 * 1024 };

int keep_read(const char *path, struct buf *out)
{
	char piece[PIECE];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? ERR_NOTFOUND : ERR_IO;
	while ((n = read(fd, piece, sizeof piece)) > 0 && !out->full)
		buf_put(out, piece, (size_t)n);
	int why = errno;
	close(fd);
	errno = why;
	return n < 0 ? ERR_IO : out->full ? ERR_LIMIT : 0;
}

static bool write_whole(int fd, struct str bytes)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes = (struct str){bytes.p + n, bytes.n - (size_t)n};
	}
	return true;
}

static int write_beside(const char *path, struct str bytes, mode_t mode, bool is_kept)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return ERR_IO;
	bool is_bad = !write_whole(fd, bytes) || (is_kept && fsync(fd) < 0);
	int why = errno;
	is_bad |= close(fd) < 0;
	if (is_bad)
		errno = why;
	return is_bad ? ERR_IO : 0;
}

static int keep_folder_of(const char *path)
{
	char folder[KEEP_PATH_MAX];
	const char *slash = strrchr(path, '/');
	int n = slash ? (int)(slash - path) : 1;
	snprintf(folder, sizeof folder, "%.*s", n ? n : 1, slash ? path : ".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	int r = fsync(fd) < 0 ? ERR_IO : 0;
	close(fd);
	return r;
}

static int replace(const char *path, struct str bytes, mode_t mode, bool is_kept)
{
	char beside[KEEP_PATH_MAX];
	if (snprintf(beside, sizeof beside, "%s.new", path) >= KEEP_PATH_MAX) {
		errno = ENAMETOOLONG;
		return ERR_IO;
	}
	int r = write_beside(beside, bytes, mode, is_kept);
	if (r < 0)
		return r;
	if (rename(beside, path) < 0)
		return ERR_IO;
	return is_kept ? keep_folder_of(path) : 0;
}

int keep_write(const char *path, struct str bytes, mode_t mode)
{
	return replace(path, bytes, mode, /* is_kept= */ true);
}

int keep_copy(const char *path, struct str bytes)
{
	return replace(path, bytes, 0644, /* is_kept= */ false);
}

int keep_folders(const char *path)
{
	char folder[KEEP_PATH_MAX];
	if (snprintf(folder, sizeof folder, "%s", path) >= KEEP_PATH_MAX) {
		errno = ENAMETOOLONG;
		return ERR_IO;
	}
	for (char *p = strchr(folder + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = 0;
		if (mkdir(folder, 0755) < 0 && errno != EEXIST)
			return ERR_IO;
		*p = '/';
	}
	return 0;
}

int keep_lock(const char *path, int *ret_fd)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return ERR_IO;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		return ERR_CONFLICT;
	}
	*ret_fd = fd;
	return 0;
}

int keep_sync(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	int r = syncfs(fd) < 0 ? ERR_IO : 0;
	close(fd);
	return r;
}
