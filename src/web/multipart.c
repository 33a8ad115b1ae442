#include "web/multipart.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

enum { BOUNDARY_MAX = 70, HEAD_MAX = 8192 };

/* The value of `; name=value` or `; name="value"` in a header; *ret_found says whether it is there.
 * A quoted value ends at the next quote: browsers write a quote inside as %22. */
static struct str parameter(struct str header, const char *name, bool *ret_found)
{
	*ret_found = false;
	str_cut(&header, ';');
	while (header.n && !*ret_found) {
		struct str key = str_trim(str_cut(&header, '='));
		struct str value;
		*ret_found = key.n == strlen(name) && strncasecmp(key.p, name, key.n) == 0;
		if (header.n && header.p[0] == '"') {
			str_cut(&header, '"');
			value = str_cut(&header, '"');
			str_cut(&header, ';');
		} else {
			value = str_trim(str_cut(&header, ';'));
		}
		if (*ret_found)
			return value;
	}
	return STR_NONE;
}

/* Cuts s before mark and leaves what follows it; false when mark is not there. */
static bool cut_at(struct str *s, struct str mark, struct str *ret_head)
{
	const char *at = s->n ? memmem(s->p, s->n, mark.p, mark.n) : NULL;
	if (!at)
		return false;
	*ret_head = (struct str){s->p, (size_t)(at - s->p)};
	size_t used = ret_head->n + mark.n;
	*s = (struct str){s->p + used, s->n - used};
	return true;
}

static struct str disposition_of(struct str head)
{
	static const char wanted[] = "content-disposition:";
	while (head.n) {
		struct str line = str_trim(str_cut(&head, '\n'));
		if (line.n > sizeof wanted - 1 && strncasecmp(line.p, wanted,
			sizeof wanted - 1) == 0)
			return (struct str){line.p + sizeof wanted - 1,
				line.n - (sizeof wanted - 1)};
	}
	return STR_NONE;
}

static bool is_clean(struct str s)
{
	return utf8_is_valid(s) && !(s.n && memchr(s.p, 0, s.n));
}

/* The last part of a path, as some browsers send one, without control characters. */
static const char *base_name(struct arena *a, struct str path)
{
	char *name = arena_alloc(a, path.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < path.n; i++) {
		if (path.p[i] == '/' || path.p[i] == '\\')
			n = 0;
		else if ((unsigned char)path.p[i] >= ' ' && path.p[i] != 0x7f)
			name[n++] = path.p[i];
	}
	name[n] = 0;
	return name;
}

static bool add_part(struct arena *a, struct str part, struct values *v)
{
	struct str head;
	if (!cut_at(&part, STR("\r\n\r\n"), &head) || head.n > HEAD_MAX)
		return false;
	struct str disposition = disposition_of(head);
	bool named, is_file;
	struct str name = parameter(disposition, "name", &named);
	struct str filename = parameter(disposition, "filename", &is_file);
	if (!named || !name.n || !is_clean(name) || !is_clean(filename))
		return false;
	if (!is_file)
		return is_clean(part) && values_add(a, v, arena_str(a, name), part, NULL);
	const char *base = base_name(a, filename);
	if (!*base && !part.n)
		return true;
	return values_add(a, v, arena_str(a, name), part, *base ? base : "file");
}

bool multipart_values(struct arena *a, const char *content_type, struct str body,
	struct values *ret_values)
{
	bool found;
	struct str boundary = parameter(str_of(content_type), "boundary", &found);
	if (!found || boundary.n == 0 || boundary.n > BOUNDARY_MAX)
		return false;
	char *mark = arena_printf(a, "\r\n--%.*s", (int)boundary.n, boundary.p);
	struct str ignored, part, delimiter = str_of(mark);
	/* The first delimiter has no line before it. */
	struct str first = {delimiter.p + 2, delimiter.n - 2};
	if (str_starts(body, first.p))
		body = (struct str){body.p + first.n, body.n - first.n};
	else if (!cut_at(&body, delimiter, &ignored))
		return false;
	while (!str_starts(body, "--")) {
		if (!cut_at(&body, STR("\r\n"), &ignored) || str_trim(ignored).n)
			return false;
		if (!cut_at(&body, delimiter, &part) || !add_part(a, part, ret_values))
			return false;
	}
	return true;
}
