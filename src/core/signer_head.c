#include "core/signer_head.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "base/owner.h"
#include "base/stow.h"

struct slot {
	struct str origin;
	struct merkle_head head;
};

int signer_heads_open(const char *path, int *ret_fd)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		owner_as_folder(fd, path);
	else
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return ERR_IO;
	*ret_fd = fd;
	return 0;
}

static bool take(struct str *rest, const char *name, struct str *ret_text)
{
	struct stow_field field;
	if (!stow_next(rest, &field) || !str_is(field.name, name))
		return false;
	*ret_text = field.text;
	return true;
}

/* A record, its digest behind it, filled up with line feeds. */
static bool parse(struct str bytes, struct slot *ret_slot)
{
	struct str rest = bytes, size, root, sum;
	char hex[DIGEST_HEX];
	int64_t n;
	if (!take(&rest, "origin", &ret_slot->origin) || !take(&rest, "size", &size) ||
		!take(&rest, "root", &root))
		return false;
	struct str summed = {bytes.p, bytes.n - rest.n};
	if (!take(&rest, "sha256", &sum) || !str_is(sum, crypto_sha256_hex(summed, hex)) ||
		!str_to_i64(size, &n) || n < 0)
		return false;
	ret_slot->head.size = (uint64_t)n;
	return hex_read(root, ret_slot->head.root.bytes, MERKLE_BYTES);
}

/* ERR_NOTFOUND: an empty one. */
static int read_slot(int fd, int i, char bytes[SIGNER_HEAD_BYTES], struct slot *ret_slot)
{
	ssize_t n = pread(fd, bytes, SIGNER_HEAD_BYTES, (off_t)i * SIGNER_HEAD_BYTES);
	if (n < 0)
		return ERR_IO;
	if (n == 0)
		return ERR_NOTFOUND;
	return n == SIGNER_HEAD_BYTES && parse((struct str){bytes, (size_t)n}, ret_slot)
		? 0 : ERR_INVALID;
}

/* All that are there are read: what is damaged may be the one that is looked for. */
static int find(int fd, struct str origin, struct merkle_head *ret_head, int *ret_i)
{
	char bytes[SIGNER_HEAD_BYTES];
	struct slot slot;
	bool has_found = false;
	for (int i = 0; i < SIGNER_HEADS_MAX; i++) {
		int r = read_slot(fd, i, bytes, &slot);
		if (r == ERR_NOTFOUND && !has_found)
			*ret_i = i;
		if (r == ERR_NOTFOUND)
			return has_found ? 0 : r;
		if (r < 0)
			return r;
		if (!str_eq(slot.origin, origin))
			continue;
		has_found = true;
		*ret_head = slot.head;
		*ret_i = i;
	}
	*ret_i = has_found ? *ret_i : SIGNER_HEADS_MAX;
	return has_found ? 0 : ERR_NOTFOUND;
}

int signer_head_find(int fd, struct str origin, struct merkle_head *ret_head)
{
	int i;
	return find(fd, origin, ret_head, &i);
}

static int write_slot(int fd, int i, const struct checkpoint *c)
{
	char root[2 * MERKLE_BYTES + 1], hex[DIGEST_HEX];
	auto_buf b;
	buf_init(&b, SIGNER_HEAD_BYTES);
	stow_str(&b, "origin", c->origin);
	stow_int(&b, "size", (int64_t)c->head.size);
	stow_text(&b, "root", hex_write(c->head.root.bytes, MERKLE_BYTES, root));
	stow_text(&b, "sha256", crypto_sha256_hex(buf_view(&b), hex));
	while (b.n < SIGNER_HEAD_BYTES && !b.full)
		buf_putc(&b, '\n');
	if (b.full)
		return ERR_LIMIT;
	bool is_kept = pwrite(fd, b.p, b.n, (off_t)i * SIGNER_HEAD_BYTES) == (ssize_t)b.n &&
		fsync(fd) == 0;
	return is_kept ? 0 : ERR_IO;
}

static int advance(int fd, const struct checkpoint *c, const struct merkle_proof *proof)
{
	struct merkle_head last;
	int i, r = find(fd, c->origin, &last, &i);
	if (r == ERR_NOTFOUND)
		return i < SIGNER_HEADS_MAX ? write_slot(fd, i, c) : ERR_LIMIT;
	if (r < 0)
		return r;
	if (c->head.size == last.size)
		return merkle_equal(&c->head.root, &last.root) ? 0 : ERR_STATE;
	return merkle_extends(&last, &c->head, proof) ? write_slot(fd, i, c) : ERR_STATE;
}

int signer_head_advance(int fd, const struct checkpoint *c, const struct merkle_proof *proof)
{
	if (flock(fd, LOCK_EX))
		return ERR_IO;
	int r = advance(fd, c, proof);
	flock(fd, LOCK_UN);
	return r;
}

int signer_head_read(const char *path, const char *origin, struct merkle_head *ret_head)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ERR_NOTFOUND;
	int r = signer_head_find(fd, str_of(origin), ret_head);
	close(fd);
	return r;
}
