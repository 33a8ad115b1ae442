#include "doc/paper_font.h"

#include <fontconfig/fontconfig.h>
#include <harfbuzz/hb-ot.h>
#include <harfbuzz/hb-subset.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/gb18030.h"
#include "base/str.h"
#include "base/utf8.h"

#define SOURCE "Noto Serif CJK SC"
#define FAMILY "Luban Serif"

enum { NAMES = 4, NAME_MAX_BYTES = 1024, TABLES_MAX = 64, WINDOWS = 3, UNICODE = 1,
	ENGLISH = 0x409 };

/* ---- which characters ---- */

/* GB 2312, which holds what is written in nearly all names, places and trades, and the signs. */
static void add_characters(hb_set_t *set)
{
	hb_set_add_range(set, 0x20, 0x7e);
	hb_set_add_range(set, 0xa0, 0xff);
	hb_set_add_range(set, 0x2000, 0x206f);
	hb_set_add_range(set, 0x3000, 0x303f);
	hb_set_add_range(set, 0xff00, 0xffef);
	for (int row = 0xa1; row <= 0xf7; row++)
		for (int cell = 0xa1; cell <= 0xfe; cell++) {
			const char bytes[] = {(char)row, (char)cell};
			uint32_t c;
			auto_buf text;
			buf_init(&text, 16);
			if (gb18030_to_utf8((struct str){bytes, 2}, &text) == 0 &&
				utf8_next(buf_view(&text), &c))
				hb_set_add(set, c);
		}
}

static hb_face_t *cut(hb_face_t *whole)
{
	hb_subset_input_t *input = hb_subset_input_create_or_fail();
	if (!input)
		return NULL;
	add_characters(hb_subset_input_unicode_set(input));
	hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_DESUBROUTINIZE);
	hb_face_t *part = hb_subset_or_fail(whole, input);
	hb_subset_input_destroy(input);
	return part;
}

/* ---- its name ---- */

static void put16(struct buf *b, unsigned n)
{
	buf_putc(b, (char)(n >> 8 & 0xff));
	buf_putc(b, (char)(n & 0xff));
}

/* The table of names (OpenType, "name", format 0): family, style, whole, PostScript. */
static hb_blob_t *make_names(bool is_bold)
{
	static const unsigned ids[NAMES] = {1, 2, 4, 6};
	const char *const texts[NAMES] = {FAMILY, is_bold ? "Bold" : "Regular",
		is_bold ? FAMILY " Bold" : FAMILY,
		is_bold ? "NotoSerifCJKsc-Bold" : "NotoSerifCJKsc-Regular"};
	auto_buf b;
	buf_init(&b, NAME_MAX_BYTES);
	put16(&b, 0);
	put16(&b, NAMES);
	put16(&b, 6 + 12 * NAMES);
	unsigned at = 0;
	for (size_t i = 0; i < NAMES; i++) {
		unsigned n = 2 * (unsigned)strlen(texts[i]);
		const unsigned record[] = {WINDOWS, UNICODE, ENGLISH, ids[i], n, at};
		for (size_t k = 0; k < sizeof record / sizeof *record; k++)
			put16(&b, record[k]);
		at += n;
	}
	for (size_t i = 0; i < NAMES; i++)
		for (const char *p = texts[i]; *p; p++)
			put16(&b, (unsigned char)*p);
	return hb_blob_create(b.p, (unsigned)b.n, HB_MEMORY_MODE_DUPLICATE, NULL, NULL);
}

/* What was just built does not list its tables; once it is bytes, it does. */
static hb_blob_t *renamed(hb_face_t *built, bool is_bold)
{
	hb_tag_t tags[TABLES_MAX];
	unsigned n = TABLES_MAX;
	hb_face_t *builder = hb_face_builder_create();
	hb_blob_t *bytes = hb_face_reference_blob(built);
	hb_face_t *part = hb_face_create(bytes, 0);
	hb_face_get_table_tags(part, 0, &n, tags);
	for (unsigned i = 0; i < n; i++) {
		bool is_name = tags[i] == HB_TAG('n', 'a', 'm', 'e');
		hb_blob_t *table = is_name ? make_names(is_bold)
			: hb_face_reference_table(part, tags[i]);
		hb_face_builder_add_table(builder, tags[i], table);
		hb_blob_destroy(table);
	}
	hb_blob_t *font = hb_face_reference_blob(builder);
	hb_face_destroy(builder);
	hb_face_destroy(part);
	hb_blob_destroy(bytes);
	return font;
}

/* ---- fontconfig ---- */

/* The installed file, in a text of fontconfig's. */
static FcChar8 *find_source(bool is_bold, int *ret_index)
{
	FcChar8 *file = NULL, *family = NULL;
	FcPattern *wanted = FcPatternBuild(NULL, FC_FAMILY, FcTypeString, SOURCE, FC_WEIGHT,
		FcTypeInteger, is_bold ? FC_WEIGHT_BOLD : FC_WEIGHT_REGULAR, (char *)NULL);
	FcResult result;
	FcConfigSubstitute(NULL, wanted, FcMatchPattern);
	FcDefaultSubstitute(wanted);
	FcPattern *found = FcFontMatch(NULL, wanted, &result);
	if (found && FcPatternGetString(found, FC_FAMILY, 0, &family) == FcResultMatch &&
		strcmp((const char *)family, SOURCE) == 0 &&
		FcPatternGetString(found, FC_FILE, 0, &file) == FcResultMatch &&
		FcPatternGetInteger(found, FC_INDEX, 0, ret_index) == FcResultMatch)
		file = FcStrCopy(file);
	else
		file = NULL;
	if (found)
		FcPatternDestroy(found);
	FcPatternDestroy(wanted);
	return file;
}

/* In memory, where everybody in this process opens it by this path; stays open for good. */
static void tell(hb_blob_t *font)
{
	unsigned n;
	const char *bytes = hb_blob_get_data(font, &n);
	char path[40];
	int fd = memfd_create("luban-font", MFD_CLOEXEC);
	if (fd < 0)
		return;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (!n || write(fd, bytes, n) != (ssize_t)n ||
		!FcConfigAppFontAddFile(NULL, (const FcChar8 *)path))
		close(fd);
}

static void prepare(bool is_bold)
{
	int index;
	FcChar8 *file = find_source(is_bold, &index);
	if (!file)
		return;
	hb_blob_t *blob = hb_blob_create_from_file((const char *)file);
	hb_face_t *whole = hb_face_create(blob, (unsigned)index & 0xffff);
	hb_face_t *part = cut(whole);
	if (part) {
		hb_blob_t *font = renamed(part, is_bold);
		tell(font);
		hb_blob_destroy(font);
		hb_face_destroy(part);
	}
	hb_face_destroy(whole);
	hb_blob_destroy(blob);
	FcStrFree(file);
}

void paper_font_prepare(void)
{
	if (!FcInit())
		return;
	prepare(false);
	prepare(true);
}
