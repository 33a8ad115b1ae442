#include "web/server_plain.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "web/server_listen.h"

enum { HEAD_MEMORY = 16 * 1024, ANSWER_MAX = 1024 * 1024 };

struct plain_server {
	struct MHD_Daemon *daemon;
	struct plain_options options;
	plain_handler *handle;
	void *self;
	int listening;
};

static enum MHD_Result send_answer(struct MHD_Connection *conn, struct plain_answer *a)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		a->body.n, a->body.n ? a->body.p : (char[]){""}, MHD_RESPMEM_MUST_COPY);
	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, "Content-Type", a->type ? a->type : "text/plain");
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(response, "Cache-Control", "no-store");
	enum MHD_Result r = MHD_queue_response(conn, (unsigned)a->status, response);
	MHD_destroy_response(response);
	return r;
}

static enum MHD_Result answer(struct plain_server *s, struct MHD_Connection *conn,
	const struct plain_request *rq, bool is_too_long)
{
	struct plain_answer a = {.status = 500};
	buf_init(&a.body, ANSWER_MAX);
	if (is_too_long) {
		a.status = 413;
		buf_puts(&a.body, "too long\n");
	} else {
		s->handle(s->self, rq, &a);
	}
	enum MHD_Result r = send_answer(conn, &a);
	buf_fini(&a.body);
	return r;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *conn, const char *url,
	const char *method, const char *version, const char *data, size_t *data_n, void **state)
{
	struct plain_server *s = arg;
	struct buf *body = *state;
	(void)version;
	if (!body) {
		body = calloc(1, sizeof *body);
		if (!body)
			return MHD_NO;
		buf_init(body, s->options.body_max);
		*state = body;
		return MHD_YES;
	}
	if (*data_n) {
		buf_put(body, data, *data_n);
		*data_n = 0;
		return MHD_YES;
	}
	struct plain_request rq = {method, url, buf_view(body)};
	return answer(s, conn, &rq, body->full);
}

static void on_completed(void *arg, struct MHD_Connection *conn, void **state,
	enum MHD_RequestTerminationCode why)
{
	struct buf *body = *state;
	(void)arg, (void)conn, (void)why;
	if (body)
		buf_fini(body);
	free(body);
	*state = NULL;
}

static void quiet(void *arg, const char *fmt, va_list ap)
{
	(void)arg, (void)fmt, (void)ap;
}

static bool start_daemon(struct plain_server *s)
{
	const struct plain_options *o = &s->options;
	s->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL,
		NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER, quiet, NULL,
		MHD_OPTION_LISTEN_SOCKET, s->listening, MHD_OPTION_THREAD_POOL_SIZE, o->threads,
		MHD_OPTION_CONNECTION_LIMIT, o->connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		o->connections_of_one, MHD_OPTION_CONNECTION_TIMEOUT, o->seconds,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_MEMORY,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_END);
	return s->daemon;
}

int server_plain_start(const struct plain_options *o, plain_handler *handle, void *self,
	struct plain_server **ret_server, const char **ret_error)
{
	struct plain_server *s = calloc(1, sizeof *s);
	if (!s)
		log_die("out of memory");
	s->options = *o;
	s->handle = handle;
	s->self = self;
	int r = server_listen(o->listen, &s->listening, ret_error);
	if (r < 0) {
		free(s);
		return r;
	}
	if (!start_daemon(s)) {
		*ret_error = "no thread for the server";
		close(s->listening);
		free(s);
		return ERR_IO;
	}
	*ret_server = s;
	return 0;
}

unsigned server_plain_port(const struct plain_server *s)
{
	return server_port_of(s->listening);
}

void server_plain_stop(struct plain_server *s)
{
	if (!s)
		return;
	MHD_stop_daemon(s->daemon); /* closes the socket too */
	free(s);
}
