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

enum {
	QUESTION_MAX = sizeof(struct signer_question) + sizeof((struct merkle_proof *)0)->hashes +
		SIGNER_BYTES_MAX,
	HEADS_BYTES = SIGNER_HEADS_MAX * SIGNER_HEAD_BYTES
};

/* No dump, no debugger, no file but the one it remembers in, no process. */
static void shut_in(void)
{
	const struct rlimit none = {0, 0};
	const struct rlimit heads = {HEADS_BYTES, HEADS_BYTES};
	signal(SIGINT, SIG_IGN); /* a terminal's; the parent decides */
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	setrlimit(RLIMIT_CORE, &none);
	setrlimit(RLIMIT_FSIZE, &heads);
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

struct desk {
	struct signer_secrets keys;
	int heads; /* the file; < 0: it cannot be opened */
};

/* What the log's keys sign: one history of each log. */
static int judge_log(const struct desk *d, struct str bytes, const struct merkle_proof *proof)
{
	struct checkpoint c;
	if (str_is(bytes, SIGNER_PROBE))
		return 0;
	if (checkpoint_parse(bytes, &c) < 0)
		return ERR_DENIED;
	return d->heads < 0 ? ERR_IO : signer_head_advance(d->heads, &c, proof);
}

static int sign_with(const struct desk *d, const struct signer_question *q, struct str bytes,
	const struct merkle_proof *proof, struct signer_answer *a)
{
	if (q->kind == 0 || q->kind >= SIGNER_KINDS || q->no >= d->keys.n[q->kind])
		return ERR_DENIED;
	bool is_log = q->kind == SIGN_LOG || q->kind == SIGNER_SM2;
	int r = is_log ? judge_log(d, bytes, proof) : 0;
	if (r < 0)
		return r;
	memcpy(a->public_key, d->keys.public_key[q->kind][q->no], SM2_PUBLIC_BYTES);
	signer_secrets_sign(&d->keys, q->kind, q->no, bytes, a->signature);
	return 0;
}

static void answer(const struct desk *d, struct str question, bool is_let,
	struct signer_answer *ret_answer)
{
	struct signer_question q;
	struct merkle_proof proof;
	struct str bytes = {question.p + sizeof q, question.n - sizeof q};
	memcpy(&q, question.p, sizeof q);
	*ret_answer = (struct signer_answer){.id = q.id, .err = ERR_DENIED};
	if (!is_let || q.magic != SIGNER_MAGIC || q.n_proof > MERKLE_PROOF_MAX ||
		bytes.n < q.n_proof * sizeof *proof.hashes)
		return;
	proof.n = q.n_proof;
	size_t n = proof.n * sizeof *proof.hashes;
	memcpy(proof.hashes, bytes.p, n);
	bytes = (struct str){bytes.p + n, bytes.n - n};
	if (q.kind != SIGNER_HEAD)
		ret_answer->err = sign_with(d, &q, bytes, &proof, ret_answer);
	else
		ret_answer->err = d->heads < 0 ? ERR_IO
			: signer_head_find(d->heads, bytes, &ret_answer->head);
}

/* What signing needs is loaded before the door is shut. */
static int open_desk(const char *key_file, const char *heads_file, struct desk *d)
{
	uint8_t signature[SIGN_BYTES];
	int r = signer_secrets_read(key_file, &d->keys);
	for (uint32_t kind = 1; r == 0 && kind < SIGNER_KINDS; kind++)
		if (d->keys.n[kind])
			signer_secrets_sign(&d->keys, kind, 0, STR(""), signature);
	if (signer_heads_open(heads_file, &d->heads) < 0)
		d->heads = -1;
	return r;
}

int signer_serve(int fd, const char *key_file, const char *heads_file)
{
	static char buffer[QUESTION_MAX];
	static struct desk desk;
	const int on = 1;
	pid_t parent = getppid();
	int r = open_desk(key_file, heads_file, &desk);
	if (r < 0)
		return r;
	if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on)) /* no line at all */
		return ERR_IO;
	shut_in();
	for (;;) {
		union {
			char bytes[CMSG_SPACE(sizeof(struct ucred))];
			struct cmsghdr align;
		} control;
		struct iovec part = {buffer, sizeof buffer};
		struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
			.msg_controllen = sizeof control};
		struct signer_answer a;
		ssize_t n = recvmsg(fd, &m, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) /* the parent has gone */
			break;
		if ((size_t)n < sizeof(struct signer_question) || m.msg_flags & MSG_TRUNC)
			continue;
		answer(&desk, (struct str){buffer, (size_t)n}, is_parent(&m, parent), &a);
		if (send(fd, &a, sizeof a, MSG_NOSIGNAL) < 0 && errno == EPIPE)
			break;
	}
	crypto_wipe(&desk, sizeof desk);
	return 0;
}
