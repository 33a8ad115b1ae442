/* The file of the signing keys: read by the signer, written by commands. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "base/owner.h"
#include "core/signer_impl.h"

enum { FILE_BYTES = 16 * 1024, PATH_BYTES = 4096 };

static const char note[] =
	"# Signing keys of Luban: whoever has them can sign in its name. Only the signer reads "
		"them;\n"
	"# keep a copy apart from the database and from the other key file.\n";

static const char *code_of(uint32_t kind)
{
	return kind == SIGNER_SM2 ? "log_sm2" : sign_use_code((enum sign_use)kind);
}

static uint32_t kind_of(struct str code)
{
	for (uint32_t kind = 1; kind < SIGNER_KINDS; kind++)
		if (str_is(code, code_of(kind)))
			return kind;
	return SIGNER_KINDS;
}

static int make_public(uint32_t kind, const uint8_t *secret, uint8_t *ret_public)
{
	if (kind == SIGNER_SM2)
		return sm2_public(secret, ret_public);
	sign_public(secret, ret_public);
	return 0;
}

/* In front of those that are there: it is the current one. */
static int push(struct signer_secrets *s, uint32_t kind, const uint8_t *secret)
{
	uint8_t public_key[SM2_PUBLIC_BYTES] = {0};
	if (s->n[kind] == SIGNER_KEYS_MAX)
		return ERR_LIMIT;
	if (make_public(kind, secret, public_key) < 0)
		return ERR_INVALID;
	size_t n = s->n[kind]++;
	memmove(s->secret[kind][1], s->secret[kind][0], n * sizeof s->secret[kind][0]);
	memmove(s->public_key[kind][1], s->public_key[kind][0],
		n * sizeof s->public_key[kind][0]);
	memcpy(s->secret[kind][0], secret, SIGN_SEED_BYTES);
	memcpy(s->public_key[kind][0], public_key, SM2_PUBLIC_BYTES);
	return 0;
}

static int push_new(struct signer_secrets *s, uint32_t kind)
{
	uint8_t secret[SIGN_SEED_BYTES];
	int r;
	do { /* all but a few numbers are a key of SM2 */
		crypto_random(secret, sizeof secret);
		r = push(s, kind, secret);
	} while (r == ERR_INVALID);
	crypto_wipe(secret, sizeof secret);
	return r;
}

static int take_line(struct str line, struct signer_secrets *s)
{
	uint8_t secret[SIGN_SEED_BYTES];
	uint32_t kind = kind_of(str_cut(&line, ' '));
	if (kind == SIGNER_KINDS || !hex_read(str_trim(line), secret, sizeof secret))
		return ERR_INVALID;
	int r = push(s, kind, secret);
	crypto_wipe(secret, sizeof secret);
	return r < 0 ? ERR_INVALID : 0;
}

static int read_text(const char *path, char text[FILE_BYTES], size_t *ret_n)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? ERR_NOTFOUND : ERR_IO;
	ssize_t n = fstat(fd, &st) ? -1 : read(fd, text, FILE_BYTES);
	close(fd);
	if (n <= 0)
		return ERR_IO;
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return ERR_DENIED;
	if (n == FILE_BYTES)
		return ERR_INVALID;
	*ret_n = (size_t)n;
	return 0;
}

int signer_secrets_read(const char *path, struct signer_secrets *ret_secrets)
{
	char text[FILE_BYTES];
	size_t n;
	int r = read_text(path, text, &n);
	if (r < 0)
		return r;
	memset(ret_secrets, 0, sizeof *ret_secrets);
	for (struct str rest = {text, n}; rest.n && r == 0;) {
		struct str line = str_trim(str_cut(&rest, '\n'));
		if (line.n && line.p[0] != '#')
			r = take_line(line, ret_secrets);
	}
	crypto_wipe(text, sizeof text);
	return r;
}

void signer_secrets_sign(const struct signer_secrets *s, uint32_t kind, uint32_t no,
	struct str bytes, uint8_t ret_signature[SIGN_BYTES])
{
	if (kind != SIGNER_SM2)
		sign_make(s->secret[kind][no], bytes, ret_signature);
	else if (sm2_make(s->secret[kind][no], SM2_ID, bytes, ret_signature) < 0)
		memset(ret_signature, 0, SIGN_BYTES);
}

/* The oldest first, so that the current one is read last. */
static size_t put_lines(const struct signer_secrets *s, char text[FILE_BYTES])
{
	char hex[2 * SIGN_SEED_BYTES + 1];
	int n = snprintf(text, FILE_BYTES, "%s", note);
	for (uint32_t kind = 1; kind < SIGNER_KINDS; kind++)
		for (size_t i = s->n[kind]; i; i--)
			n += snprintf(text + n, FILE_BYTES - (size_t)n, "%s %s\n", code_of(kind),
				hex_write(s->secret[kind][i - 1], SIGN_SEED_BYTES, hex));
	crypto_wipe(hex, sizeof hex);
	return (size_t)n;
}

/* like: whose file it is to be, too; NULL: a first one. */
static int write_new(const char *path, const struct signer_secrets *s, const struct stat *like)
{
	char text[FILE_BYTES];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? ERR_CONFLICT : ERR_IO;
	if (!like)
		owner_as_folder(fd, path);
	size_t n = put_lines(s, text);
	bool is_good = write(fd, text, n) == (ssize_t)n && fsync(fd) == 0 &&
		(!like || like->st_uid == geteuid() || !fchown(fd, like->st_uid, like->st_gid));
	crypto_wipe(text, sizeof text);
	if (close(fd) || !is_good) {
		unlink(path);
		return ERR_IO;
	}
	return 0;
}

/* The old file stands until the new one is on disk, and whoever owned it owns the new one: root may
 * be at work for the account that the signer runs as. */
static int replace(const char *path, const struct signer_secrets *s)
{
	char other[PATH_BYTES];
	struct stat old;
	if (snprintf(other, sizeof other, "%s.new", path) >= (int)sizeof other || stat(path, &old))
		return ERR_IO;
	unlink(other); /* of a command that was killed */
	int r = write_new(other, s, &old);
	if (r < 0)
		return r;
	if (rename(other, path)) {
		unlink(other);
		return ERR_IO;
	}
	return 0;
}

static int complete(struct signer_secrets *s)
{
	int n = 0;
	for (uint32_t kind = 1; kind < SIGNER_KINDS; kind++)
		if (!s->n[kind] && push_new(s, kind) == 0)
			n++;
	return n;
}

int signer_file_make(const char *path)
{
	struct signer_secrets s = {0};
	complete(&s);
	int r = write_new(path, &s, NULL);
	crypto_wipe(&s, sizeof s);
	return r;
}

int signer_file_complete(const char *path, int *ret_n)
{
	struct signer_secrets s;
	int r = signer_secrets_read(path, &s);
	if (r < 0)
		return r;
	int n = complete(&s);
	r = n ? replace(path, &s) : 0;
	crypto_wipe(&s, sizeof s);
	if (r == 0)
		*ret_n = n;
	return r;
}

int signer_file_rotate(const char *path, const char *use)
{
	struct signer_secrets s;
	uint32_t kind = kind_of(str_of(use));
	if (kind >= SIGNER_SM2)
		return ERR_NOTFOUND;
	int r = signer_secrets_read(path, &s);
	if (r == 0)
		r = push_new(&s, kind);
	if (r == 0 && kind == SIGN_LOG)
		r = push_new(&s, SIGNER_SM2);
	if (r == 0)
		r = replace(path, &s);
	crypto_wipe(&s, sizeof s);
	return r;
}

static int drop_old(struct signer_secrets *s, uint32_t kind)
{
	int n = s->n[kind] ? (int)s->n[kind] - 1 : 0;
	s->n[kind] -= (size_t)n;
	return n;
}

int signer_file_retire(const char *path, const char *use, int *ret_n)
{
	struct signer_secrets s;
	uint32_t kind = kind_of(str_of(use));
	if (kind >= SIGNER_SM2)
		return ERR_NOTFOUND;
	int r = signer_secrets_read(path, &s);
	if (r < 0)
		return r;
	int n = drop_old(&s, kind) + (kind == SIGN_LOG ? drop_old(&s, SIGNER_SM2) : 0);
	r = n ? replace(path, &s) : 0;
	crypto_wipe(&s, sizeof s);
	if (r == 0)
		*ret_n = n;
	return r;
}

int signer_file_keys(const char *path, signer_hear *hear, void *arg)
{
	struct signer_secrets s;
	int r = signer_secrets_read(path, &s);
	for (uint32_t kind = 1; r == 0 && kind < SIGNER_KINDS; kind++)
		for (size_t i = 0; i < s.n[kind]; i++)
			hear(arg, code_of(kind), i == 0, s.public_key[kind][i]);
	crypto_wipe(&s, sizeof s);
	return r;
}
