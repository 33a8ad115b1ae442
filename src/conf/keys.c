#include "conf/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owner.h"

enum { SECRET_BYTES = 32 };

static const char note[] =
	"# Secrets of Luban. Without them the personal data in the database cannot be read:\n"
	"# keep a copy in a safe place, apart from the database.\n";

static int write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return ERR_IO;
		p += done;
		n -= (size_t)done;
	}
	return fsync(fd) ? ERR_IO : 0;
}

int keys_create(const char *path)
{
	unsigned char secret[SECRET_BYTES];
	char text[sizeof note + 2 * SECRET_BYTES + 2];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? ERR_CONFLICT : ERR_IO;
	crypto_random(secret, sizeof secret);
	int n = snprintf(text, sizeof text, "%s", note);
	for (size_t i = 0; i < sizeof secret; i++)
		n += snprintf(text + n, sizeof text - (size_t)n, "%02x", secret[i]);
	n += snprintf(text + n, sizeof text - (size_t)n, "\n");
	owner_as_folder(fd, path);
	int r = write_all(fd, text, (size_t)n);
	crypto_wipe(secret, sizeof secret);
	crypto_wipe(text, sizeof text);
	int kept = errno;
	if (close(fd) && r == 0)
		r = ERR_IO;
	else
		errno = kept;
	if (r < 0)
		unlink(path);
	return r;
}

/* Blanks the notes, so that only secrets and white space are left. */
static void blank_notes(char *p, size_t n)
{
	bool in_note = false;
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\n')
			in_note = false;
		else if (p[i] == '#')
			in_note = true;
		if (in_note)
			p[i] = ' ';
	}
}

static int load(FILE *f, struct keyring **ret_keys)
{
	char text[KEYS_FILE_MAX + 1];
	struct stat st;
	if (fstat(fileno(f), &st))
		return ERR_IO;
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return ERR_DENIED;
	size_t n = fread(text, 1, sizeof text, f);
	if (ferror(f))
		return ERR_IO;
	if (n > KEYS_FILE_MAX)
		return ERR_INVALID;
	blank_notes(text, n);
	int r = keyring_from_hex(str_trim((struct str){text, n}), ret_keys);
	crypto_wipe(text, sizeof text);
	return r < 0 ? ERR_INVALID : 0;
}

int keys_load(const char *path, struct keyring **ret_keys)
{
	FILE *f = fopen(path, "rbe");
	if (!f)
		return errno == ENOENT ? ERR_NOTFOUND : ERR_IO;
	int r = load(f, ret_keys);
	fclose(f);
	return r;
}
