#include "web/static.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "conf/asset.h"
#include "web/answer.h"

static const char *mime_of(const char *path)
{
	static const struct {
		const char *suffix, *mime;
	} known[] = {
		{".css", "text/css; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
		{".svg", "image/svg+xml"}, {".png", "image/png"}, {".ico", "image/x-icon"},
			{".jpg", "image/jpeg"},
		{".woff2", "font/woff2"}, {".webmanifest", "application/manifest+json"},
		{".json", "application/json"}, {".txt", "text/plain; charset=utf-8"},
		{".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (str_ends(str_of(path), known[i].suffix))
			return known[i].mime;
	return "application/octet-stream";
}

/* Among the comma-separated entries of a header, parameters left aside. */
static bool lists(const char *header, const char *wanted)
{
	struct str rest = str_of(header);
	while (rest.n) {
		struct str entry = str_cut(&rest, ',');
		struct str parameters = entry;
		if (!str_is(str_trim(str_cut(&parameters, ';')), wanted))
			continue;
		struct str q = str_trim(parameters);
		return !str_is(q, "q=0") && !str_starts(q, "q=0.0");
	}
	return false;
}

static bool is_current(const char *if_none_match, const char *etag)
{
	struct str rest = str_of(if_none_match);
	while (rest.n) {
		struct str tag = str_trim(str_cut(&rest, ','));
		if (str_starts(tag, "W/"))
			tag = (struct str){tag.p + 2, tag.n - 2};
		if (str_is(tag, etag) || str_is(tag, "*"))
			return true;
	}
	return false;
}

static void send_asset(struct exchange *ex, const struct asset *asset)
{
	struct str version = str_of(ex->query);
	bool hashed = str_is(str_cut(&version, '='), "v") && str_is(version, asset->etag);
	const char *etag = arena_printf(ex->arena, "\"%s\"", asset->etag);
	answer_header(ex, "ETag", etag);
	answer_header(ex, "Cache-Control",
		hashed ? "public, max-age=31536000, immutable" : "public, max-age=3600");
	if (asset->gzip.n)
		answer_header(ex, "Vary", "Accept-Encoding");
	if (is_current(exchange_header(ex, "If-None-Match"), etag)) {
		ex->out.status = 304;
		return;
	}
	struct str bytes = asset->bytes;
	if (asset->gzip.n && lists(exchange_header(ex, "Accept-Encoding"), "gzip")) {
		bytes = asset->gzip;
		answer_header(ex, "Content-Encoding", "gzip");
	}
	answer_bytes(ex, 200, mime_of(asset->path), bytes, BODY_STATIC);
}

bool static_answer(struct exchange *ex)
{
	const char *path = streq(ex->path, "/favicon.ico") ? "/static/img/mark.svg" : ex->path;
	if (!str_starts(str_of(path),
		"/static/") || (!streq(ex->method, "GET") && !streq(ex->method, "HEAD")))
		return false;
	const struct asset *asset = asset_find(path + 1);
	if (!asset)
		return false;
	ex->is_static = true;
	send_asset(ex, asset);
	return true;
}

json_t *static_addresses(void)
{
	json_t *all = json_object();
	size_t n, skip = strlen("static/");
	const struct asset *at = asset_range("static/", &n);
	for (size_t i = 0; i < n; i++) {
		char key[200], address[300];
		snprintf(key, sizeof key, "%s", at[i].path + skip);
		for (char *c = key; *c; c++)
			if (!isalnum((unsigned char)*c))
				*c = '_';
		snprintf(address, sizeof address, "/%s?v=%s", at[i].path, at[i].etag);
		json_object_set_new(all, key, json_string(address));
	}
	return all;
}
