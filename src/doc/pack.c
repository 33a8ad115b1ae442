#include "doc/pack.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

struct pack {
	zip_source_t *target;
	zip_t *zip;
	int64_t at;
};

int pack_new(int64_t at, struct pack **ret_pack)
{
	zip_error_t error;
	struct pack *p = calloc(1, sizeof *p);
	if (!p)
		return ERR_LIMIT;
	p->at = at;
	zip_error_init(&error);
	p->target = zip_source_buffer_create(NULL, 0, 0, &error);
	p->zip = p->target ? zip_open_from_source(p->target, ZIP_TRUNCATE, &error) : NULL;
	zip_error_fini(&error);
	if (!p->zip) {
		if (p->target)
			zip_source_free(p->target);
		free(p);
		return ERR_IO;
	}
	zip_source_keep(p->target);
	*ret_pack = p;
	return 0;
}

int pack_put(struct pack *p, const char *path, struct str bytes)
{
	zip_source_t *source = zip_source_buffer(p->zip, bytes.p, bytes.n, 0);
	if (!source)
		return ERR_IO;
	zip_int64_t index = zip_file_add(p->zip, path, source, ZIP_FL_ENC_UTF_8);
	if (index < 0) {
		zip_source_free(source);
		return ERR_IO;
	}
	return zip_file_set_mtime(p->zip, (zip_uint64_t)index, p->at, 0) < 0 ? ERR_IO : 0;
}

const char *pack_part(struct arena *a, const char *text)
{
	char *part = arena_dup(a, text);
	for (char *p = part; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f || strchr("/\\:*?\"<>|", *p))
			*p = '_';
	return part;
}

static int read_all(zip_source_t *target, struct arena *a, struct str *ret_bytes)
{
	zip_stat_t stat;
	if (zip_source_stat(target, &stat) < 0 || !(stat.valid & ZIP_STAT_SIZE) ||
		zip_source_open(target) < 0)
		return ERR_IO;
	char *bytes = arena_alloc(a, stat.size + 1);
	zip_int64_t n = zip_source_read(target, bytes, stat.size);
	zip_source_close(target);
	if (n < 0 || (zip_uint64_t)n != stat.size)
		return ERR_IO;
	*ret_bytes = (struct str){bytes, (size_t)n};
	return 0;
}

int pack_finish(struct pack *p, struct arena *a, struct str *ret_bytes)
{
	int r = ERR_IO;
	if (zip_close(p->zip) == 0) {
		p->zip = NULL;
		r = read_all(p->target, a, ret_bytes);
	}
	pack_free(p);
	return r;
}

void pack_free(struct pack *p)
{
	if (!p)
		return;
	if (p->zip)
		zip_discard(p->zip);
	zip_source_free(p->target);
	free(p);
}
