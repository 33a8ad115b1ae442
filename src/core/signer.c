/* The asking side: one connection of the process, used by one thread at a time. */
#include "core/signer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/signer_impl.h"

enum { PATH_BYTES = 4096, PATIENCE_MS = 2000 };

static struct {
	pthread_mutex_t lock;
	bool is_wanted;
	int fd;
	pid_t pid;
	uint32_t id;
	time_t started;
	char program[PATH_BYTES], key_file[PATH_BYTES], heads_file[PATH_BYTES];
} signer = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1};

const char *sign_use_code(enum sign_use use)
{
	static const char *const codes[SIGN_USES] = {[SIGN_RECEIPT] = "receipt",
		[SIGN_VENUE] = "venue", [SIGN_CERTIFICATE] = "certificate", [SIGN_LOG] = "log"};
	return use > 0 && use < SIGN_USES ? codes[use] : "";
}

static time_t seconds(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

static void close_signer(void)
{
	if (signer.fd >= 0)
		close(signer.fd);
	signer.fd = -1;
	if (signer.pid > 0) { /* it ends when its line does */
		int status;
		for (int i = 0; i < 50 && waitpid(signer.pid, &status, WNOHANG) == 0; i++)
			nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
		if (waitpid(signer.pid, &status, WNOHANG) == 0) {
			kill(signer.pid, SIGKILL);
			waitpid(signer.pid, &status, 0);
		}
	}
	signer.pid = 0;
}

/* A new program, not a fork of this one: it has none of this process's memory. */
static int spawn_with(int fd)
{
	char *const argv[] = {
		signer.program, "signer", signer.key_file, signer.heads_file, NULL};
	char *const envp[] = {NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none;
	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd, SIGNER_FD);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attr, &none);
	int r = posix_spawn(&signer.pid, signer.program, &actions, &attr, argv, envp);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return r ? ERR_IO : 0;
}

static int open_signer(void)
{
	int pair[2];
	const int on = 1;
	if (signer.fd >= 0)
		return 0;
	if (!signer.is_wanted || (signer.started && seconds() - signer.started < 1))
		return ERR_IO;
	signer.started = seconds();
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return ERR_IO;
	/* before the first question: the kernel adds who asks when it is sent */
	int r = setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) ? ERR_IO
		: spawn_with(pair[1]);
	close(pair[1]);
	if (r < 0) {
		close(pair[0]);
		return r;
	}
	signer.fd = pair[0];
	return 0;
}

/* Answers that come too late are passed over by their number. */
static int receive(uint32_t id, struct signer_answer *ret_answer)
{
	for (;;) {
		struct pollfd p = {.fd = signer.fd, .events = POLLIN};
		int n = poll(&p, 1, PATIENCE_MS);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ERR_IO;
		ssize_t got = recv(signer.fd, ret_answer, sizeof *ret_answer, 0);
		if (got != (ssize_t)sizeof *ret_answer)
			return ERR_IO;
		if (ret_answer->id == id)
			return 0;
	}
}

static int ask_once(struct signer_question *q, const struct merkle_proof *proof, struct str bytes,
	struct signer_answer *ret_answer)
{
	int r = open_signer();
	if (r < 0)
		return r;
	q->id = ++signer.id;
	q->n_proof = (uint32_t)proof->n;
	struct iovec parts[] = {{q, sizeof *q},
		{(void *)proof->hashes, proof->n * sizeof *proof->hashes},
		{(void *)bytes.p, bytes.n}};
	struct msghdr m = {.msg_iov = parts, .msg_iovlen = sizeof parts / sizeof *parts};
	if (sendmsg(signer.fd, &m, MSG_NOSIGNAL) < 0)
		return ERR_IO;
	return receive(q->id, ret_answer);
}

/* What it says is passed on: ERR_NOTFOUND and ERR_STATE of heads. */
static int judge(struct ctx *cx, const struct signer_answer *a)
{
	if (a->err == ERR_DENIED)
		return fail(cx, ERR_DENIED, "signer.refused");
	if (a->err == 0 || a->err == ERR_NOTFOUND || a->err == ERR_STATE)
		return a->err;
	return fail(cx, ERR_IO, "signer.heads", signer.heads_file);
}

/* Once more with a new one, when it has died. */
static int ask_with(struct ctx *cx, struct signer_question *q, const struct merkle_proof *proof,
	struct str bytes, struct signer_answer *ret_answer)
{
	if (bytes.n > SIGNER_BYTES_MAX)
		return fail(cx, ERR_LIMIT, "signer.large");
	pthread_mutex_lock(&signer.lock);
	int r = ask_once(q, proof, bytes, ret_answer);
	if (r == ERR_IO && signer.fd >= 0) {
		close_signer();
		signer.started = 0;
		r = ask_once(q, proof, bytes, ret_answer);
		if (r == ERR_IO)
			close_signer();
	}
	r = r < 0 ? fail(cx, ERR_IO, "signer.away") : judge(cx, ret_answer);
	pthread_mutex_unlock(&signer.lock);
	return r;
}

static int ask(struct ctx *cx, struct signer_question *q, struct str bytes,
	struct signer_answer *ret_answer)
{
	return ask_with(cx, q, &(const struct merkle_proof){0}, bytes, ret_answer);
}

static void keep(const struct signer_answer *a, struct signature *ret_signature)
{
	memcpy(ret_signature->public_key, a->public_key, SIGN_PUBLIC_BYTES);
	memcpy(ret_signature->bytes, a->signature, SIGN_BYTES);
	sign_key_id(a->public_key, ret_signature->key_id);
}

int signer_sign(struct ctx *cx, enum sign_use use, struct str bytes,
	struct signature *ret_signature)
{
	struct signer_question q = {.magic = SIGNER_MAGIC, .kind = use};
	struct signer_answer a;
	int r = use > 0 && use < SIGN_USES ? ask(cx, &q, bytes, &a)
					   : fail(cx, ERR_DENIED, "signer.refused");
	if (r < 0)
		return r;
	if (!sign_holds(a.public_key, bytes, a.signature))
		return fail(cx, ERR_IO, "signer.away");
	keep(&a, ret_signature);
	return 0;
}

int signer_keys(struct ctx *cx, struct signer_public *ret_keys, size_t *ret_n)
{
	size_t n = 0;
	for (enum sign_use use = SIGN_RECEIPT; use < SIGN_USES; use++) {
		struct signature s;
		int r = signer_sign(cx, use, STR(SIGNER_PROBE), &s);
		if (r < 0)
			return r;
		ret_keys[n].use = use;
		memcpy(ret_keys[n].key_id, s.key_id, SIGN_ID_HEX);
		memcpy(ret_keys[n++].public_key, s.public_key, SIGN_PUBLIC_BYTES);
	}
	*ret_n = n;
	return 0;
}

static struct signer_question of_log(const struct signer_log_key *key)
{
	return (struct signer_question){.magic = SIGNER_MAGIC, .no = key->no,
		.kind = key->is_sm2 ? (uint32_t)SIGNER_SM2 : (uint32_t)SIGN_LOG};
}

int signer_log_last(struct ctx *cx, const char *origin, struct merkle_head *ret_head)
{
	struct signer_question q = {.magic = SIGNER_MAGIC, .kind = SIGNER_HEAD};
	struct signer_answer a;
	int r = ask(cx, &q, str_of(origin), &a);
	if (r == 0)
		*ret_head = a.head;
	return r;
}

int signer_log_sign(struct ctx *cx, const struct signer_log_key *key, struct str bytes,
	const struct merkle_proof *proof, uint8_t ret_signature[SIGN_BYTES])
{
	struct signer_question q = of_log(key);
	struct signer_answer a;
	int r = ask_with(cx, &q, proof, bytes, &a);
	if (r < 0)
		return r;
	/* a key file that was changed meanwhile: the keys are asked for again the next time */
	if (memcmp(a.public_key, key->public_key, SM2_PUBLIC_BYTES))
		return fail(cx, ERR_IO, "signer.away");
	memcpy(ret_signature, a.signature, SIGN_BYTES);
	return 0;
}

int signer_log_keys(struct ctx *cx, struct signer_log_key *ret_keys, size_t *ret_n)
{
	size_t n = 0;
	bool has_gone[2] = {false};
	for (uint32_t no = 0; no < SIGNER_KEYS_MAX; no++)
		for (int is_sm2 = 0; is_sm2 < 2 && !has_gone[is_sm2]; is_sm2++) {
			struct signer_log_key key = {.is_sm2 = is_sm2, .no = no};
			struct signer_question q = of_log(&key);
			struct signer_answer a;
			int r = ask(cx, &q, STR(SIGNER_PROBE), &a);
			if (r == ERR_DENIED) {
				has_gone[is_sm2] = true;
				ctx_clear(cx);
				continue;
			}
			if (r < 0)
				return r;
			memcpy(key.public_key, a.public_key, SM2_PUBLIC_BYTES);
			ret_keys[n++] = key;
		}
	*ret_n = n;
	return 0;
}

int signer_start(const char *program, const char *key_file, const char *heads_file)
{
	int fd = open(key_file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	close(fd);
	pthread_mutex_lock(&signer.lock);
	snprintf(signer.program, sizeof signer.program, "%s", program);
	snprintf(signer.key_file, sizeof signer.key_file, "%s", key_file);
	snprintf(signer.heads_file, sizeof signer.heads_file, "%s", heads_file);
	signer.is_wanted = true;
	signer.started = 0;
	int r = open_signer();
	pthread_mutex_unlock(&signer.lock);
	return r;
}

void signer_stop(void)
{
	pthread_mutex_lock(&signer.lock);
	signer.is_wanted = false;
	close_signer();
	pthread_mutex_unlock(&signer.lock);
}

/* For tests. */
int signer_pid(void)
{
	return signer.pid;
}
int signer_line(void)
{
	return signer.fd;
}
