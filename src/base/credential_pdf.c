#include "base/credential_pdf.h"

#include <string.h>
#include <zlib.h>

#include "base/credential.h"

enum { HEAD = 1024, DICT_MAX = 4096, FILES_MAX = 64 };

static struct str from(struct str s, size_t at)
{
	return at < s.n ? (struct str){s.p + at, s.n - at} : STR_NONE;
}

/* Where the word begins; s.n when it is not there. */
static size_t find(struct str s, const char *word)
{
	const char *at = s.n ? memmem(s.p, s.n, word, strlen(word)) : NULL;
	return at ? (size_t)(at - s.p) : s.n;
}

static bool has(struct str s, const char *word)
{
	return find(s, word) < s.n;
}

bool pdf_is(struct str file)
{
	return has((struct str){file.p, file.n < HEAD ? file.n : HEAD}, "%PDF-");
}

/* "/Length 123", but not "/Length 4 0 R", which another object tells. */
static bool direct_length(struct str dict, size_t *ret_length)
{
	struct str s = from(dict, find(dict, "/Length "));
	size_t i = strlen("/Length "), n = 0;
	if (s.n <= i || s.p[i] < '0' || s.p[i] > '9')
		return false;
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) {
		n = n * 10 + (size_t)(s.p[i] - '0');
		if (n > CREDENTIAL_PDF_MAX)
			return false;
	}
	while (i < s.n && s.p[i] == ' ')
		i++;
	*ret_length = n;
	return i >= s.n || s.p[i] < '0' || s.p[i] > '9';
}

/* What stands between "stream" and "endstream". */
static struct str body_of(struct str dict, struct str behind)
{
	size_t n, begin = behind.n && behind.p[0] == '\r' ? 1 : 0;
	if (begin < behind.n && behind.p[begin] == '\n')
		begin++;
	struct str body = from(behind, begin);
	if (!direct_length(dict, &n) || n > body.n)
		n = find(body, "endstream");
	return (struct str){body.p, n};
}

static struct str inflated(struct arena *a, struct str packed)
{
	Bytef *out = arena_alloc(a, CREDENTIAL_MAX);
	uLongf n = CREDENTIAL_MAX;
	int r = uncompress(out, &n, (const Bytef *)packed.p, packed.n);
	return r == Z_OK ? (struct str){(const char *)out, n} : STR_NONE;
}

static struct str content_of(struct arena *a, struct str dict, struct str body)
{
	if (!has(dict, "/Filter"))
		return body;
	return has(dict, "/FlateDecode") && !has(dict, "/DecodeParms") ? inflated(a, body)
		: STR_NONE;
}

/* From what names an embedded file to the stream that it is. false: no stream, as in the
 * catalogue's /EmbeddedFiles. */
static bool stream_of(struct str at, struct str *ret_dict, struct str *ret_behind)
{
	struct str near = {at.p, at.n < DICT_MAX ? at.n : DICT_MAX};
	size_t n = find(near, "stream");
	*ret_dict = (struct str){at.p, n};
	*ret_behind = from(at, n + strlen("stream"));
	return n < near.n && !has(*ret_dict, "endobj");
}

/* The whole dictionary: what stands before as well. */
static struct str dict_around(struct str pdf, struct str dict)
{
	size_t at = (size_t)(dict.p - pdf.p), begin = at > DICT_MAX ? at - DICT_MAX : 0;
	struct str s = {pdf.p + begin, at - begin + dict.n};
	for (size_t next; (next = find(s, " obj")) < s.n;)
		s = from(s, next + strlen(" obj"));
	return s;
}

int credential_in_pdf(struct arena *a, struct str pdf, struct str *ret_file)
{
	struct str found = STR_NONE, rest = pdf, dict, behind;
	for (int tried = 0; tried < FILES_MAX; tried++) {
		rest = from(rest, find(rest, "/EmbeddedFile"));
		if (!rest.n)
			break;
		if (stream_of(rest, &dict, &behind)) {
			dict = dict_around(pdf, dict);
			struct str content = content_of(a, dict, body_of(dict, behind));
			if (content.n <= CREDENTIAL_MAX && has(content, "\"luban_credential\""))
				found = content;
		}
		rest = from(rest, strlen("/EmbeddedFile"));
	}
	if (!found.n)
		return ERR_NOTFOUND;
	*ret_file = found;
	return 0;
}
