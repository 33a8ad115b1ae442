/* The archive inside an .xlsx: libzip from memory, expat in pieces of 64 KiB. */
#include "doc/xlsx_zip.h"

#include <expat.h>
#include <stdio.h>
#include <string.h>
#include <zip.h>

enum {
	PARTS_MAX = 4000,
	PIECE = 64 * 1024,
	DEPTH_MAX = 64,
	RATIO_FROM = 1024 * 1024,
	/* One start tag or comment: the parser keeps it whole, and reads it again with every piece.
	 */
	TOKEN_MAX = 1024 * 1024,
};

int xlsx_error(struct sheet_error *error, const char *id, const char *arg)
{
	error->id = id;
	snprintf(error->arg, sizeof error->arg, "%s", arg ? arg : "");
	return ERR_INVALID;
}

void xlsx_stop(struct xlsx_part *x, int rc)
{
	if (!x->rc)
		x->rc = rc;
	XML_StopParser(x->parser, XML_FALSE);
}

void xlsx_refuse(struct xlsx_part *x, const char *id, const char *arg)
{
	if (!x->rc)
		xlsx_error(x->zip->error, id, arg);
	xlsx_stop(x, ERR_INVALID);
}

static const char *local(const char *name)
{
	const char *colon = strrchr(name, ':');
	return colon ? colon + 1 : name;
}

const char *xlsx_att(const char **atts, const char *name)
{
	bool is_id = strcmp(name, "id") == 0;
	for (; atts[0]; atts += 2)
		if (strcmp(is_id ? local(atts[0]) : atts[0], name) == 0)
			return atts[1];
	return NULL;
}

static void on_start(void *arg, const char *name, const char **atts)
{
	struct xlsx_part *x = arg;
	if (x->rc)
		return;
	if (++x->depth > DEPTH_MAX)
		xlsx_refuse(x, "sheet.too_deep", NULL);
	else
		x->start(x, local(name), atts);
}

static void on_end(void *arg, const char *name)
{
	struct xlsx_part *x = arg;
	x->depth--;
	if (!x->rc && x->end)
		x->end(x, local(name));
}

static void on_text(void *arg, const char *p, int n)
{
	struct xlsx_part *x = arg;
	if (!x->rc && x->text)
		x->text(x, p, (size_t)n);
}

static void on_doctype(
        void *arg, const char *name, const char *sysid, const char *pubid, int internal)
{
	(void)name, (void)sysid, (void)pubid, (void)internal;
	xlsx_refuse(arg, "sheet.doctype", NULL);
}

/* A name that some unpacker would follow out of its folder. */
static bool is_trick(const char *name)
{
	if (name[0] == '/' || strchr(name, '\\') || strchr(name, ':'))
		return true;
	for (const char *p = name; (p = strstr(p, "..")); p += 2)
		if ((p == name || p[-1] == '/') && (p[2] == '/' || !p[2]))
			return true;
	return false;
}

static int check_names(struct xlsx_zip *z)
{
	zip_int64_t n = zip_get_num_entries(z->zip, 0);
	if (n > PARTS_MAX)
		return xlsx_error(z->error, "sheet.too_many_parts", NULL);
	for (zip_int64_t i = 0; i < n; i++) {
		struct zip_stat st;
		if (zip_stat_index(z->zip, (zip_uint64_t)i, 0, &st) || !(st.valid & ZIP_STAT_NAME))
			return xlsx_error(z->error, "sheet.broken", "zip");
		if (is_trick(st.name))
			return xlsx_error(z->error, "sheet.bad_path", NULL);
		if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE)
			return xlsx_error(z->error, "sheet.encrypted", NULL);
	}
	return 0;
}

/* What is inside an OLE compound file: a new workbook under a password, or an old one. */
static int refuse_ole(struct str bytes, struct sheet_error *error)
{
	static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
	if (memmem(bytes.p, bytes.n, name, sizeof name - 1))
		return xlsx_error(error, "sheet.encrypted", NULL);
	return xlsx_error(error, "sheet.old_xls", NULL);
}

int xlsx_zip_open(struct xlsx_zip *z, struct str bytes, struct sheet_error *error)
{
	*z = (struct xlsx_zip){.packed = bytes.n, .error = error};
	if (str_starts(bytes, "\xd0\xcf\x11\xe0"))
		return refuse_ole(bytes, error);
	if (!str_starts(bytes, "PK\x03\x04"))
		return xlsx_error(error, "sheet.not_xlsx", NULL);
	if (bytes.n > SHEET_PACKED_MAX)
		return xlsx_error(error, "sheet.too_large", NULL);
	zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, NULL);
	if (!source)
		return xlsx_error(error, "sheet.broken", "zip");
	z->zip = zip_open_from_source(source, ZIP_RDONLY, NULL);
	if (!z->zip) {
		zip_source_free(source);
		return xlsx_error(error, "sheet.broken", "zip");
	}
	int rc = check_names(z);
	if (rc)
		xlsx_zip_close(z);
	return rc;
}

void xlsx_zip_close(struct xlsx_zip *z)
{
	if (z->zip)
		zip_discard(z->zip);
	z->zip = NULL;
}

bool xlsx_zip_has(const struct xlsx_zip *z, const char *path)
{
	return zip_name_locate(z->zip, path, 0) >= 0;
}

static bool is_bomb(const struct xlsx_zip *z)
{
	return z->unpacked > SHEET_UNPACKED_MAX ||
	        (z->unpacked > RATIO_FROM && z->unpacked / SHEET_RATIO_MAX > z->packed);
}

/* One piece into the parser: 1 when there is more, 0 at the end. */
static int feed(struct xlsx_part *x, zip_file_t *file, XML_Index *fed)
{
	void *piece = XML_GetBuffer(x->parser, PIECE);
	zip_int64_t n = piece ? zip_fread(file, piece, PIECE) : -1;
	if (n < 0)
		return xlsx_error(x->zip->error, "sheet.broken", "zip");
	x->zip->unpacked += (size_t)n;
	*fed += n;
	if (is_bomb(x->zip))
		return xlsx_error(x->zip->error, "sheet.zip_bomb", NULL);
	enum XML_Status status = XML_ParseBuffer(x->parser, (int)n, n == 0);
	if (x->rc)
		return x->rc;
	if (status != XML_STATUS_OK)
		return xlsx_error(x->zip->error, "sheet.broken", "xml");
	XML_Index at = XML_GetCurrentByteIndex(x->parser);
	if (at >= 0 && *fed - at > TOKEN_MAX)
		return xlsx_error(x->zip->error, "sheet.broken", "xml");
	return n > 0;
}

static int parse(struct xlsx_part *x, zip_file_t *file)
{
	XML_Index fed = 0;
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_start, on_end);
	XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
	int rc;
	while ((rc = feed(x, file, &fed)) == 1 && !x->rc)
		;
	return x->rc ? x->rc : rc;
}

int xlsx_zip_read(struct xlsx_zip *z, const char *path, struct xlsx_part *x)
{
	zip_int64_t at = zip_name_locate(z->zip, path, 0);
	if (at < 0)
		return ERR_NOTFOUND;
	zip_file_t *file = zip_fopen_index(z->zip, (zip_uint64_t)at, 0);
	if (!file)
		return xlsx_error(z->error, "sheet.broken", "zip");
	x->zip = z;
	x->depth = 0;
	x->rc = 0;
	x->parser = XML_ParserCreate(NULL);
	int rc = x->parser ? parse(x, file) : ERR_BUG;
	XML_ParserFree(x->parser);
	x->parser = NULL;
	zip_fclose(file);
	return rc;
}
