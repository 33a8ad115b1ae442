#include "web/server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "web/server_door.h"
#include "web/server_lane.h"
#include "web/server_listen.h"

enum {
	/* of each connection, for its headers; zeroed for every request */
	HEAD_MEMORY = 16 * 1024,
	ARENA_MAX = 1024 * 1024 * 1024,
	BODIES_MAX = 512 * 1024 * 1024, /* bodies in memory at one time, in all */
	/* of a body too large: read and dropped, so that the browser hears why */
	DRAIN_MAX = 256 * 1024 * 1024,
	DRAIN_MS = 5000,
};

struct server {
	struct site *site;
	struct server_options options;
	pthread_key_t worker;
	atomic_size_t bodies, under_way, asleep;
	atomic_bool closing;
	int listening;
	struct door door;
	unsigned n_lanes;
	struct lane lanes[];
};

/* One request while it comes in. */
struct request {
	struct server *server;
	struct lane *lane;
	char *uri;
	struct buf body;
	size_t seen, held;
	time_t since;
	int refused;
	bool started, asleep;
	bool is_unclear; /* where it ends: what follows is not read as another */
	struct wait *wait; /* whose answer it sleeps for, or was woken with */
};

static time_t uptime(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static void worker_free(void *p)
{
	struct worker *w = p;
	db_close(w->db);
	arena_free(w->arena);
	explicit_bzero(w, sizeof *w);
	free(w);
}

static struct worker *worker_here(struct server *s)
{
	struct worker *w = pthread_getspecific(s->worker);
	if (w)
		return w;
	w = calloc(1, sizeof *w);
	if (!w)
		log_die("out of memory");
	w->arena = arena_new(ARENA_MAX);
	pthread_setspecific(s->worker, w);
	return w;
}

static const char *header_of(void *conn, const char *name)
{
	return MHD_lookup_connection_value(conn, MHD_HEADER_KIND, name);
}

static const char *peer_of(struct MHD_Connection *conn, char text[INET6_ADDRSTRLEN])
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(conn,
		MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	text[0] = 0;
	if (!info || !info->client_addr)
		return text;
	if (info->client_addr->sa_family == AF_INET) {
		inet_ntop(AF_INET, &((struct sockaddr_in *)info->client_addr)->sin_addr, text,
			INET6_ADDRSTRLEN);
	} else {
		const struct in6_addr *six = &((struct sockaddr_in6 *)info->client_addr)->sin6_addr;
		if (IN6_IS_ADDR_V4MAPPED(six))
			inet_ntop(AF_INET, six->s6_addr + 12, text, INET6_ADDRSTRLEN);
		else
			inet_ntop(AF_INET6, six, text, INET6_ADDRSTRLEN);
	}
	return text;
}

static bool is_proxy(const struct server *s, const char *peer)
{
	for (const char *const *p = s->options.proxies; p && *p; p++)
		if (streq(*p, peer))
			return true;
	return false;
}

/* Behind a trusted proxy the last address it appended is the visitor's. */
static void name_visitor(struct server *s, struct exchange *ex)
{
	char peer[INET6_ADDRSTRLEN];
	struct in6_addr scratch;
	ex->ip = arena_dup(ex->arena, peer_of(ex->conn, peer));
	if (!is_proxy(s, ex->ip))
		return;
	struct str list = str_of(header_of(ex->conn, "X-Forwarded-For")), last = STR_NONE;
	while (list.n)
		last = str_trim(str_cut(&list, ','));
	char *ip = arena_str(ex->arena, last);
	if (inet_pton(AF_INET, ip, &scratch) == 1 || inet_pton(AF_INET6, ip, &scratch) == 1)
		ex->ip = ip;
	ex->secure = streq(header_of(ex->conn, "X-Forwarded-Proto"), "https");
}

static void bodies_release(struct request *rq)
{
	atomic_fetch_sub(&rq->server->bodies, rq->held);
	rq->held = 0;
	buf_fini(&rq->body);
}

static void refuse(struct request *rq, int status)
{
	rq->refused = status;
	size_t max = rq->body.max;
	bodies_release(rq);
	buf_init(&rq->body, max);
}

static enum MHD_Result send_answer(struct MHD_Connection *conn, struct request *rq,
	struct reply *out)
{
	static const enum MHD_ResponseMemoryMode modes[] = {
		[BODY_STATIC] = MHD_RESPMEM_PERSISTENT, [BODY_COPY] = MHD_RESPMEM_MUST_COPY,
			[BODY_HEAP] = MHD_RESPMEM_MUST_FREE,
	};
	union {
		const char *in;
		void *out;
	} bytes = {out->body.n ? out->body.p : ""};
	enum MHD_ResponseMemoryMode mode = out->body.n ? modes[out->kind] : MHD_RESPMEM_PERSISTENT;
	struct MHD_Response *response = MHD_create_response_from_buffer(out->body.n, bytes.out,
		mode);
	if (!response)
		return MHD_NO;
	for (int i = 0; i < out->n_headers; i++)
		MHD_add_response_header(response, out->headers[i].name, out->headers[i].value);
	if (rq->is_unclear || atomic_load(&rq->server->closing))
		MHD_add_response_header(response, "Connection", "close");
	enum MHD_Result r = MHD_queue_response(conn, (unsigned)out->status, response);
	MHD_destroy_response(response);
	return r;
}

static void wake(struct wait *w)
{
	lane_wake(w->lane, w);
}

/* It may be awake again before this returns, but its worker is this one. */
static enum MHD_Result sleep_on(struct MHD_Connection *conn, struct request *rq, struct wait *w)
{
	rq->wait = w;
	rq->asleep = true;
	w->conn = conn;
	w->lane = rq->lane;
	w->wake = wake;
	atomic_fetch_add(&rq->server->asleep, 1);
	MHD_suspend_connection(conn);
	w->start(w);
	return MHD_YES;
}

static enum MHD_Result answer(struct MHD_Connection *conn, struct request *rq, const char *method)
{
	struct server *s = rq->server;
	struct worker *w = worker_here(s);
	arena_reset(w->arena);
	struct str query = str_of(rq->uri), path = str_cut(&query, '?');
	struct exchange *ex = arena_make(w->arena, struct exchange);
	ex->site = s->site;
	ex->worker = w;
	ex->arena = w->arena;
	ex->method = method;
	ex->path = arena_str(w->arena, path);
	ex->query = query.p;
	ex->conn = conn;
	ex->header = header_of;
	ex->body = buf_view(&rq->body);
	ex->refused = rq->refused;
	name_visitor(s, ex);
	dispatch(ex);
	enum MHD_Result r = ex->wait ? sleep_on(conn, rq, ex->wait) : send_answer(conn, rq,
		&ex->out);
	arena_reset(w->arena);
	return r;
}

static void awake(struct request *rq)
{
	if (rq->asleep)
		atomic_fetch_sub(&rq->server->asleep, 1);
	rq->asleep = false;
}

static enum MHD_Result answer_waited(struct MHD_Connection *conn, struct request *rq)
{
	struct worker *w = worker_here(rq->server);
	struct reply out = {0};
	arena_reset(w->arena);
	awake(rq);
	dispatch_waited(rq->wait, w->arena, &out);
	enum MHD_Result r = send_answer(conn, rq, &out);
	arena_reset(w->arena);
	return r;
}

struct framing {
	unsigned said;
	bool is_odd;
};

static enum MHD_Result look_at_framing(void *arg, enum MHD_ValueKind kind, const char *name,
	const char *value)
{
	static const char length[] = "Content-Length", coding[] = "Transfer-Encoding";
	struct framing *f = arg;
	(void)kind;
	if (strncasecmp(name, length, sizeof length - 1) == 0) {
		f->said++;
		f->is_odd |= name[sizeof length - 1] != 0;
	} else if (strncasecmp(name, coding, sizeof coding - 1) == 0) {
		f->said++;
		f->is_odd |= name[sizeof coding - 1] || !value || strcasecmp(value, "chunked");
	}
	return MHD_YES;
}

/* A proxy may have believed the other of two lengths, or a header that is none here (RFC 9112,
 * 6.3). */
static bool is_unclear(struct MHD_Connection *conn)
{
	struct framing f = {0};
	MHD_get_connection_values(conn, MHD_HEADER_KIND, look_at_framing, &f);
	return f.said > 1 || f.is_odd;
}

/* The headers are there. Returns MHD_YES to go on reading the body; *ret_answered when that is not
 * needed. */
static enum MHD_Result begin(struct MHD_Connection *conn, struct request *rq, const char *method,
	bool *ret_answered)
{
	struct str query = str_of(rq->uri), path = str_cut(&query, '?');
	char *z = strndup(path.p, path.n);
	size_t limit = dispatch_limit(rq->server->site, method, z);
	free(z);
	rq->started = true;
	rq->since = uptime();
	atomic_fetch_add(&rq->server->under_way, 1);
	buf_init(&rq->body, limit);
	const char *length = header_of(conn, "Content-Length"), *expect = header_of(conn, "Expect");
	int64_t n = 0;
	rq->is_unclear = is_unclear(conn);
	if (rq->is_unclear || (length && (!str_to_i64(str_of(length), &n) || n < 0)))
		rq->refused = 400;
	else if (n > (int64_t)limit)
		rq->refused = 413;
	*ret_answered = rq->refused && (rq->is_unclear || expect || n > DRAIN_MAX);
	return *ret_answered ? answer(conn, rq, method) : MHD_YES;
}

/* A piece of the body. MHD_NO closes the connection without a word. */
static enum MHD_Result take(struct request *rq, const char *data, size_t n)
{
	struct server *s = rq->server;
	rq->seen += n;
	if (uptime() - rq->since > (time_t)s->options.request_seconds || rq->seen > DRAIN_MAX)
		return MHD_NO;
	if (rq->refused)
		return MHD_YES;
	if (rq->seen > rq->body.max) {
		refuse(rq, 413);
		return MHD_YES;
	}
	rq->held += n;
	if (atomic_fetch_add(&s->bodies, n) + n > BODIES_MAX) {
		refuse(rq, 503);
		return MHD_YES;
	}
	buf_put(&rq->body, data, n);
	return MHD_YES;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *conn, const char *url,
	const char *method, const char *version, const char *data, size_t *data_n, void **state)
{
	(void)arg, (void)url, (void)version;
	struct request *rq = *state;
	if (!rq || !rq->uri)
		return MHD_NO;
	if (!rq->started) {
		bool answered;
		return begin(conn, rq, method, &answered);
	}
	if (*data_n) {
		size_t n = *data_n;
		*data_n = 0;
		return take(rq, data, n);
	}
	return rq->wait ? answer_waited(conn, rq) : answer(conn, rq, method);
}

static void *on_uri(void *arg, const char *uri, struct MHD_Connection *conn)
{
	(void)conn;
	struct request *rq = calloc(1, sizeof *rq);
	if (!rq)
		log_die("out of memory");
	rq->lane = arg;
	rq->server = rq->lane->server;
	rq->uri = strdup(uri);
	return rq;
}

static void on_completed(void *arg, struct MHD_Connection *conn, void **state,
	enum MHD_RequestTerminationCode why)
{
	(void)arg, (void)conn, (void)why;
	struct request *rq = *state;
	if (!rq)
		return;
	if (rq->started)
		atomic_fetch_sub(&rq->server->under_way, 1);
	awake(rq); /* the client may have gone while it slept */
	if (rq->wait)
		rq->wait->free(rq->wait);
	bodies_release(rq);
	free(rq->uri);
	free(rq);
	*state = NULL;
}

/* Paths are decoded by the router, segment by segment. */
static size_t keep_escapes(void *arg, struct MHD_Connection *conn, char *z)
{
	(void)arg, (void)conn;
	return strlen(z);
}

static void quiet(void *arg, const char *fmt, va_list ap)
{
	char line[512];
	(void)arg;
	int n = vsnprintf(line, sizeof line, fmt, ap);
	while (n > 0 && (size_t)n < sizeof line && line[n - 1] == '\n')
		line[--n] = 0;
	log_debug("http: %s", line);
}

static void on_connection(void *lane, struct MHD_Connection *conn, void **state,
	enum MHD_ConnectionNotificationCode code)
{
	(void)conn, (void)state;
	if (code == MHD_CONNECTION_NOTIFY_CLOSED)
		lane_lost(lane);
}

static unsigned connections_of_lane(const struct server_options *o)
{
	return o->connections / o->threads + 1;
}

static int start_lane(struct server *s, struct lane *l)
{
	const struct server_options *o = &s->options;
	l->server = s;
	l->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_USE_ERROR_LOG | MHD_ALLOW_SUSPEND_RESUME |
			MHD_USE_NO_LISTEN_SOCKET,
		0, NULL, NULL, on_request, l, MHD_OPTION_EXTERNAL_LOGGER, quiet, NULL,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, l,
		MHD_OPTION_CONNECTION_LIMIT, connections_of_lane(o),
		MHD_OPTION_CONNECTION_TIMEOUT, o->idle_seconds,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_MEMORY,
		MHD_OPTION_URI_LOG_CALLBACK, on_uri, l, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes,
		NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_END);
	if (!l->daemon)
		return ERR_IO;
	int r = lane_start(l);
	if (r < 0)
		MHD_stop_daemon(l->daemon);
	return r;
}

static int start_lanes(struct server *s)
{
	while (s->n_lanes < s->options.threads) {
		int r = start_lane(s, &s->lanes[s->n_lanes]);
		if (r < 0)
			return r;
		s->n_lanes++;
	}
	return 0;
}

static void end(struct server *s)
{
	for (unsigned i = 0; i < s->n_lanes; i++)
		lane_stop(&s->lanes[i]);
	close(s->listening);
	pthread_key_delete(s->worker);
	free(s);
}

int server_start(const struct server_options *o, struct site *site, struct server **ret_server,
	const char **ret_error)
{
	int listening;
	int r = server_listen(o->listen, &listening, ret_error);
	if (r < 0)
		return r;
	struct server *s = calloc(1, sizeof *s + o->threads * sizeof s->lanes[0]);
	if (!s)
		log_die("out of memory");
	s->site = site;
	s->options = *o;
	s->listening = listening;
	pthread_key_create(&s->worker, worker_free);
	if (start_lanes(s) < 0 || door_open(&s->door, listening, s->lanes, s->n_lanes,
		connections_of_lane(o)) < 0) {
		*ret_error = "no thread for the server";
		end(s);
		return ERR_IO;
	}
	*ret_server = s;
	return 0;
}

unsigned server_port(const struct server *s)
{
	return server_port_of(s->listening);
}

static void wait_for_requests(struct server *s, unsigned seconds)
{
	for (unsigned i = 0; i < seconds * 20 && atomic_load(&s->under_way); i++)
		usleep(50 * 1000);
}

void server_stop(struct server *s, unsigned seconds)
{
	atomic_store(&s->closing, true);
	door_close(&s->door);
	wait_for_requests(s, seconds);
	dispatch_drain(s->site);
	for (unsigned i = 0; i < DRAIN_MS && atomic_load(&s->asleep); i++)
		usleep(1000);
	end(s);
}
