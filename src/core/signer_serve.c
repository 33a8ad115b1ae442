/* The signer itself: reads its keys, gives up what it needs no more, and answers its parent. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/crypto.h"
#include "core/signer_impl.h"

enum { QUESTION_MAX = sizeof(struct signer_question) + SIGNER_BYTES_MAX };

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

static void answer(const struct signer_secrets *k, const struct signer_question *q,
	struct str bytes, bool is_let, struct signer_answer *a)
{
	*a = (struct signer_answer){.id = q->id, .is_refused = 1};
	if (!is_let || q->magic != SIGNER_MAGIC || q->kind == 0 || q->kind >= SIGNER_KINDS ||
		q->no >= k->n[q->kind])
		return;
	a->is_refused = 0;
	memcpy(a->public_key, k->public_key[q->kind][q->no], SM2_PUBLIC_BYTES);
	signer_secrets_sign(k, q->kind, q->no, bytes, a->signature);
}

int signer_serve(int fd, const char *key_file)
{
	static char buffer[QUESTION_MAX];
	static struct signer_secrets keys;
	const int on = 1;
	pid_t parent = getppid();
	int r = signer_secrets_read(key_file, &keys);
	if (r < 0)
		return r;
	if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on)) /* no line at all */
		return ERR_IO;
	for (uint32_t kind = 1; kind < SIGNER_KINDS; kind++) /* what signing needs is loaded now */
		if (keys.n[kind])
			signer_secrets_sign(&keys, kind, 0, STR(""), (uint8_t *)buffer);
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
