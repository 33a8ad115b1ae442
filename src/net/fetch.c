#include "net/fetch.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

enum { POLL_MS = 500, SLOW_BYTES = 200, SLOW_SECONDS = 20 };

struct fetch {
	struct fetch_limits limits;
	CURLM *multi;
	CURL *easy[FETCH_AT_ONCE]; /* made when first needed */
};

static void begin_once(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		log_die("libcurl cannot begin");
}

struct fetch *fetch_new(const struct fetch_limits *limits)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, begin_once);
	struct fetch *f = calloc(1, sizeof *f);
	if (!f || !(f->multi = curl_multi_init()))
		log_die("out of memory");
	f->limits = *limits;
	return f;
}

void fetch_free(struct fetch *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < FETCH_AT_ONCE; i++)
		curl_easy_cleanup(f->easy[i]);
	curl_multi_cleanup(f->multi);
	free(f);
}

void fetch_cleanup(struct fetch **f)
{
	fetch_free(*f);
	*f = NULL;
}

/* 0 ends the transfer. */
static size_t take(char *p, size_t size, size_t n, void *arg)
{
	struct fetch_call *call = arg;
	buf_put(call->body, p, size * n);
	return call->body->full ? 0 : size * n;
}

static CURL *handle(struct fetch *f, size_t i)
{
	if (!f->easy[i] && !(f->easy[i] = curl_easy_init()))
		log_die("out of memory");
	curl_easy_reset(f->easy[i]);
	return f->easy[i];
}

static CURL *prepare(struct fetch *f, size_t i, struct fetch_call *call, struct curl_slist *headers)
{
	CURL *easy = handle(f, i);
	call->status = 0;
	call->type[0] = call->problem[0] = 0;
	curl_easy_setopt(easy, CURLOPT_URL, call->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "luban/" LUBAN_VERSION);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)f->limits.connect_seconds);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)f->limits.seconds);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
	if (call->post.p) {
		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->post.n);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call->post.p);
		curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	}
	return easy;
}

static void keep_outcome(CURL *easy, CURLcode code)
{
	struct fetch_call *call = NULL;
	long status = 0;
	const char *type = NULL;
	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &call);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
	if (code == CURLE_OK && status > 0)
		call->status = (int)status;
	else if (call->body->full)
		snprintf(call->problem, sizeof call->problem, "the answer is longer than %zu bytes",
			call->body->max);
	else
		snprintf(call->problem, sizeof call->problem, "%s", curl_easy_strerror(code));
	if (type && strlen(type) < sizeof call->type)
		memcpy(call->type, type, strlen(type) + 1);
}

static void collect(struct fetch *f)
{
	CURLMsg *message;
	int left;
	while ((message = curl_multi_info_read(f->multi, &left)))
		if (message->msg == CURLMSG_DONE)
			keep_outcome(message->easy_handle, message->data.result);
}

static void run(struct fetch *f)
{
	int running = 1;
	while (running) {
		if (curl_multi_perform(f->multi, &running) != CURLM_OK)
			return;
		collect(f);
		if (running && curl_multi_poll(f->multi, NULL, 0, POLL_MS, NULL) != CURLM_OK)
			return;
	}
}

static int verdict(const struct fetch_call *calls, size_t n)
{
	int r = 0;
	for (size_t i = 0; i < n; i++)
		if (calls[i].status == 0)
			r = calls[i].body->full && r != ERR_IO ? ERR_LIMIT : ERR_IO;
	return r;
}

int fetch_all(struct fetch *f, struct fetch_call *calls, size_t n)
{
	if (n > FETCH_AT_ONCE)
		return ERR_BUG;
	struct curl_slist *headers = curl_slist_append(NULL,
		"Content-Type: text/plain; charset=utf-8");
	headers = curl_slist_append(headers, "Expect:");
	if (!headers)
		log_die("out of memory");
	for (size_t i = 0; i < n; i++)
		curl_multi_add_handle(f->multi, prepare(f, i, &calls[i], headers));
	run(f);
	for (size_t i = 0; i < n; i++)
		curl_multi_remove_handle(f->multi, f->easy[i]);
	curl_slist_free_all(headers);
	return verdict(calls, n);
}

bool fetch_is_base(struct str url)
{
	struct str rest = url;
	if (url.n > FETCH_URL_MAX / 2)
		return false;
	for (size_t i = 0; i < url.n; i++) {
		unsigned char c = (unsigned char)url.p[i];
		if (c <= ' ' || c >= 0x7f || strchr("\"<>\\^`{|}@?#", c))
			return false;
	}
	size_t scheme = str_starts(url, "http://") ? 7 : str_starts(url, "https://") ? 8 : 0;
	rest = (struct str){url.p + scheme, url.n - scheme};
	return scheme && rest.n && rest.p[0] != '/' && rest.p[0] != ':';
}
