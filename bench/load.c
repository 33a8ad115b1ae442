/* Load over many open connections, from one thread:
 *
 *   bench_load PORT CONNECTIONS SECONDS get PATH            a request as soon as the answer is
 * there
 *   bench_load PORT CONNECTIONS SECONDS save TOKENS FIRST   answers of as many candidates, seq from
 * FIRST
 *   bench_load PORT CONNECTIONS SECONDS begin TOKENS        everybody begins once, within SECONDS;
 *                                                           who is told to wait comes again
 *
 * TOKENS is a file with a cookie's value a line. Prints one JSON object: requests, errors, seconds,
 * rate, and latencies in microseconds. An answer that is not what was asked for is an error. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { IN_MAX = 4096, OUT_MAX = 1024, EVENTS = 512, TOKEN_MAX = 300, SLICE_US = 200,
	WARM_US = 1000000 };

enum mode { GET, SAVE, BEGIN };

struct connection {
	int fd;
	int64_t asked, first, due; /* micros; due 0: an answer is under way */
	int64_t seq;
	size_t in_n;
	const char *token;
	char in[IN_MAX];
};

struct load {
	enum mode mode;
	const char *path;
	int port, epoll;
	size_t n, done;
	struct connection *all;
	int64_t begun, from, until;
	int64_t requests, errors, waits;
	uint32_t *latency;
	size_t latency_n, latency_cap;
};

static void die(const char *what)
{
	fprintf(stderr, "bench_load: %s: %s\n", what, strerror(errno));
	exit(3);
}

static int64_t micros(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static size_t put_request(const struct load *l, const struct connection *c, char out[OUT_MAX])
{
	char body[200];
	int n;
	if (l->mode == GET) {
		n = snprintf(out, OUT_MAX, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", l->path);
		return (size_t)n;
	}
	int length = l->mode == SAVE
		? snprintf(body, sizeof body, "{\"epoch\":1,\"answers\":[{\"seq\":%" PRId64
			",\"item\":%d,\"response\":\"%c\",\"spent\":4211}]}", c->seq,
			(int)(c->seq % 100) + 1, 'A' + (int)(c->seq % 4))
		: snprintf(body, sizeof body, "{\"epoch\":1}");
	n = snprintf(out, OUT_MAX, "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
		"application/json\r\nCookie: luban-sitting=%s\r\nContent-Length: %d\r\n\r\n%s",
		l->path, c->token, length, body);
	return (size_t)n;
}

static void ask(struct load *l, struct connection *c)
{
	char out[OUT_MAX];
	c->seq++;
	size_t n = put_request(l, c, out);
	c->asked = micros();
	c->due = 0;
	if (!c->first)
		c->first = c->asked;
	if (send(c->fd, out, n, MSG_NOSIGNAL) != (ssize_t)n)
		die("send");
}

static void connect_one(struct load *l, struct connection *c)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)l->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int on = 1;
	c->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) < 0)
		die("connect");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &e) < 0)
		die("epoll");
}

static void note(struct load *l, int64_t latency)
{
	if (l->latency_n == l->latency_cap) {
		l->latency_cap = l->latency_cap ? l->latency_cap * 2 : 65536;
		l->latency = realloc(l->latency, l->latency_cap * sizeof *l->latency);
		if (!l->latency)
			die("memory");
	}
	l->latency[l->latency_n++] = (uint32_t)(latency > UINT32_MAX ? UINT32_MAX : latency);
}

/* Everybody starts at his own moment within the window. */
static void answered_begin(struct load *l, struct connection *c, int status, const char *body,
	int64_t now)
{
	const char *retry = strstr(body, "\"retry_ms\":");
	note(l, now - c->asked);
	if (status == 202 && retry) {
		l->waits++;
		c->due = now + strtoll(retry + 11, NULL, 10) * 1000;
		return;
	}
	l->done++;
	l->until = now;
	if (status != 200 || !strstr(body, "\"key\":")) {
		if (!l->errors++)
			fprintf(stderr, "bench_load: %d %s\n", status, body);
	}
	c->due = INT64_MAX;
}

static void answered(struct load *l, struct connection *c, int status, const char *body)
{
	int64_t now = micros();
	if (l->mode == BEGIN) {
		l->requests++;
		answered_begin(l, c, status, body, now);
		return;
	}
	bool ok = status == 200 && (l->mode == GET || strstr(body, "\"status\":\"saved\",\"at\":"));
	if (!ok && !l->errors++)
		fprintf(stderr, "bench_load: %d %s\n", status, body);
	if (c->asked >= l->from && now < l->until) {
		l->requests++;
		note(l, now - c->asked);
	}
	if (now < l->until)
		ask(l, c);
	else
		l->done++;
}

/* One whole answer in c->in? */
static void take(struct load *l, struct connection *c)
{
	char *end = strstr(c->in, "\r\n\r\n");
	if (!end)
		return;
	const char *length = strcasestr(c->in, "content-length:");
	size_t head = (size_t)(end + 4 - c->in), n = length ? strtoul(length + 15, NULL, 10) : 0;
	if (c->in_n < head + n)
		return;
	c->in_n = 0;
	answered(l, c, atoi(c->in + 9), c->in + head);
}

static void read_some(struct load *l, struct connection *c)
{
	ssize_t got = recv(c->fd, c->in + c->in_n, IN_MAX - 1 - c->in_n, 0);
	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0)
		die("the server hung up");
	c->in_n += (size_t)got;
	c->in[c->in_n] = 0;
	take(l, c);
}

static void ask_those_due(struct load *l)
{
	int64_t now = micros();
	for (size_t i = 0; i < l->n; i++)
		if (l->all[i].due && l->all[i].due <= now)
			ask(l, &l->all[i]);
}

static void run(struct load *l, int64_t seconds)
{
	struct epoll_event events[EVENTS];
	l->begun = micros();
	l->from = l->begun + (l->mode == BEGIN ? 0 : WARM_US);
	l->until = l->from + seconds * 1000000;
	for (size_t i = 0; i < l->n; i++) {
		if (l->mode == BEGIN)
			l->all[i].due = l->begun + 1 + (int64_t)i * seconds * 1000000 / (
				int64_t)l->n;
		else
			ask(l, &l->all[i]);
	}
	while (l->done < l->n) {
		if (l->mode == BEGIN)
			ask_those_due(l);
		int n = epoll_wait(l->epoll, events, EVENTS, l->mode == BEGIN ? 1 : 30000);
		if (n == 0 && l->mode != BEGIN) {
			fprintf(stderr, "bench_load: no answer for 30 s, %zu of %zu wait\n",
				l->n - l->done, l->n);
			exit(3);
		}
		for (int i = 0; i < n; i++)
			read_some(l, events[i].data.ptr);
	}
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

static void report(struct load *l, int64_t seconds)
{
	qsort(l->latency, l->latency_n, sizeof *l->latency, by_size);
	size_t n = l->latency_n ? l->latency_n : 1;
	uint32_t none = 0, *at = l->latency_n ? l->latency : &none;
	double took = l->mode == BEGIN ? (double)(l->until - l->begun) / 1e6 : (double)seconds;
	printf("{\"requests\":%" PRId64 ",\"errors\":%" PRId64 ",\"waits\":%" PRId64 ",\"seconds\":"
		"%.3f,"
		"\"rate\":%.1f,\"p50\":%u,\"p99\":%u,\"max\":%u}\n", l->requests, l->errors,
		l->waits, took, (double)l->requests / took, at[n / 2], at[n * 99 / 100], at[n - 1]);
}

static void read_tokens(struct load *l, const char *path)
{
	FILE *f = fopen(path, "r");
	char line[TOKEN_MAX];
	if (!f)
		die(path);
	for (size_t i = 0; i < l->n; i++) {
		if (!fgets(line, sizeof line, f))
			die("too few tokens");
		line[strcspn(line, "\n")] = 0;
		l->all[i].token = strdup(line);
	}
	fclose(f);
}

int main(int argc, char **argv)
{
	struct rlimit files;
	if (argc < 6)
		return 2;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	int64_t seconds = strtoll(argv[3], NULL, 10);
	struct load l = {.port = (int)strtol(argv[1], NULL, 10), .n = strtoul(argv[2], NULL, 10)};
	l.mode = strcmp(argv[4], "get") == 0 ? GET : strcmp(argv[4], "save") == 0 ? SAVE : BEGIN;
	l.path = l.mode == GET ? argv[5] : l.mode == SAVE ? "/exam/sit/answer" : "/exam/sit/begin";
	l.epoll = epoll_create1(0);
	l.all = calloc(l.n, sizeof *l.all);
	if (!l.all || l.epoll < 0)
		die("memory");
	if (l.mode != GET)
		read_tokens(&l, argv[5]);
	for (size_t i = 0; i < l.n; i++) {
		l.all[i].seq = l.mode == SAVE && argc > 6 ? strtoll(argv[6], NULL, 10) : 0;
		connect_one(&l, &l.all[i]);
	}
	run(&l, seconds);
	report(&l, seconds);
	return 0;
}
