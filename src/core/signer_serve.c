/* The signer itself: reads its keys, gives up what it needs no more, and answers its parent. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "core/signer_impl.h"

enum { FILE_BYTES = 4096, QUESTION_MAX = sizeof(struct signer_question) + SIGNER_BYTES_MAX };

struct keys {
	bool has[SIGN_USES];
	uint8_t seed[SIGN_USES][SIGN_SEED_BYTES], public_key[SIGN_USES][SIGN_PUBLIC_BYTES];
};

static const char note[] =
	"# Signing keys of Luban: whoever has them can sign in its name. Only the signer reads "
		"them;\n"
	"# keep a copy apart from the database and from the other key file.\n";

int signer_file_make(const char *path)
{
	char text[FILE_BYTES];
	int n = snprintf(text, sizeof text, "%s", note);
	for (enum sign_use use = SIGN_RECEIPT; use < SIGN_USES; use++) {
		uint8_t seed[SIGN_SEED_BYTES];
		char hex[2 * SIGN_SEED_BYTES + 1];
		crypto_random(seed, sizeof seed);
		n += snprintf(text + n, sizeof text - (size_t)n, "%s %s\n", sign_use_code(use),
			hex_write(seed, sizeof seed, hex));
		crypto_wipe(seed, sizeof seed);
		crypto_wipe(hex, sizeof hex);
	}
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? ERR_CONFLICT : ERR_IO;
	bool is_good = write(fd, text, (size_t)n) == n && fsync(fd) == 0;
	crypto_wipe(text, sizeof text);
	if (close(fd) || !is_good) {
		unlink(path);
		return ERR_IO;
	}
	return 0;
}

static bool take_line(struct str line, struct keys *k)
{
	struct str code = str_cut(&line, ' ');
	for (enum sign_use use = SIGN_RECEIPT; use < SIGN_USES; use++)
		if (str_is(code, sign_use_code(use))) {
			if (!hex_read(str_trim(line), k->seed[use], SIGN_SEED_BYTES))
				return false;
			sign_public(k->seed[use], k->public_key[use]);
			return k->has[use] = true;
		}
	return false;
}

static int read_keys(const char *path, struct keys *k)
{
	char text[FILE_BYTES];
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ERR_NOTFOUND;
	ssize_t n = fstat(fd, &st) ? -1 : read(fd, text, sizeof text);
	close(fd);
	if (n <= 0)
		return ERR_IO;
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return ERR_DENIED;
	int r = 0;
	for (struct str rest = {text, (size_t)n}; rest.n && r == 0;) {
		struct str line = str_trim(str_cut(&rest, '\n'));
		if (line.n && line.p[0] != '#' && !take_line(line, k))
			r = ERR_INVALID;
	}
	crypto_wipe(text, sizeof text);
	return r;
}

/* No dump, no debugger, no file, no process, no more memory than it has. */
static void shut_in(void)
{
	const struct rlimit none = {0, 0};
	signal(SIGINT, SIG_IGN); /* a terminal's; the parent decides */
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	setrlimit(RLIMIT_CORE, &none);
	setrlimit(RLIMIT_FSIZE, &none);
	setrlimit(RLIMIT_NOFILE, &none);
	setrlimit(RLIMIT_NPROC, &none);
	if (chdir("/"))
		return;
}

/* The line was made by the parent; whoever else gets hold of its end is not answered. */
static bool is_parent(struct msghdr *m, pid_t parent)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		struct ucred who;
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS)
			continue;
		memcpy(&who, CMSG_DATA(c), sizeof who);
		return who.pid == parent && who.uid == geteuid();
	}
	return false;
}

static void answer(const struct keys *k, const struct signer_question *q, struct str bytes,
	bool is_let, struct signer_answer *a)
{
	*a = (struct signer_answer){.id = q->id, .is_refused = 1};
	if (!is_let || q->magic != SIGNER_MAGIC || q->use == 0 || q->use >= SIGN_USES ||
		!k->has[q->use])
		return;
	a->is_refused = 0;
	memcpy(a->public_key, k->public_key[q->use], SIGN_PUBLIC_BYTES);
	sign_make(k->seed[q->use], bytes, a->signature);
}

int signer_serve(int fd, const char *key_file)
{
	static char buffer[QUESTION_MAX];
	static struct keys keys;
	const int on = 1;
	pid_t parent = getppid();
	int r = read_keys(key_file, &keys);
	if (r < 0)
		return r;
	if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on)) /* no line at all */
		return ERR_IO;
	sign_make(keys.seed[SIGN_RECEIPT], STR(""), (uint8_t *)buffer); /* all is loaded now */
	shut_in();
	for (;;) {
		union {
			char bytes[CMSG_SPACE(sizeof(struct ucred))];
			struct cmsghdr align;
		} control;
		struct iovec part = {buffer, sizeof buffer};
		struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
			.msg_controllen = sizeof control};
		struct signer_question q;
		struct signer_answer a;
		ssize_t n = recvmsg(fd, &m, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) /* the parent has gone */
			break;
		if ((size_t)n < sizeof q || m.msg_flags & MSG_TRUNC)
			continue;
		memcpy(&q, buffer, sizeof q);
		struct str bytes = {buffer + sizeof q, (size_t)n - sizeof q};
		answer(&keys, &q, bytes, is_parent(&m, parent), &a);
		if (send(fd, &a, sizeof a, MSG_NOSIGNAL) < 0 && errno == EPIPE)
			break;
	}
	crypto_wipe(&keys, sizeof keys);
	return 0;
}
