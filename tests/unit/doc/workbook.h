/* Workbooks made by hand, part by part, for tests: also such as no program would write. */
#ifndef LUBAN_TEST_DOC_WORKBOOK_H
#define LUBAN_TEST_DOC_WORKBOOK_H

#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/arena.h"
#include "base/str.h"

#define WORKBOOK_NS \
	"xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" " \
	"xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
#define RELATION_TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

struct part {
	const char *name, *text;
	size_t n; /* 0: strlen(text) */
};

static const struct part root_part = {"_rels/.rels",
        "<Relationships><Relationship Id=\"rId1\" Type=\"" RELATION_TYPE "/officeDocument\" "
        "Target=\"xl/workbook.xml\"/></Relationships>",
        0};
static const struct part workbook_part = {"xl/workbook.xml",
        "<workbook " WORKBOOK_NS
        "><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
        0};
static const struct part relations_part = {"xl/_rels/workbook.xml.rels",
        "<Relationships>"
        "<Relationship Id=\"rId1\" Type=\"" RELATION_TYPE
        "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
        "<Relationship Id=\"rId2\" Type=\"" RELATION_TYPE
        "/sharedStrings\" Target=\"sharedStrings.xml\"/>"
        "<Relationship Id=\"rId3\" Type=\"" RELATION_TYPE "/styles\" Target=\"styles.xml\"/>"
        "</Relationships>",
        0};
static const struct part shared_part = {"xl/sharedStrings.xml",
        "<sst " WORKBOOK_NS "><si><t>姓名</t></si><si><r><t>张</t></r><r><rPr/><t>三</t></r>"
        "<rPh sb=\"0\" eb=\"1\"><t>zhang</t></rPh></si><si><t xml:space=\"preserve\"> "
        "a&amp;b_x000D_c </t></si></sst>",
        0};
static const struct part styles_part = {"xl/styles.xml",
        "<styleSheet " WORKBOOK_NS
        "><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/>"
        "<numFmt numFmtId=\"165\" formatCode=\"000000\"/></numFmts>"
        "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
        "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf "
        "numFmtId=\"165\"/>"
        "<xf numFmtId=\"20\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>",
        0};

/* A zip of the parts in the arena. */
static inline struct str zip_of(struct arena *a, const struct part *parts, size_t n)
{
	zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, NULL);
	if (!source || !zip)
		abort();
	zip_source_keep(source);
	for (size_t i = 0; i < n; i++) {
		size_t size = parts[i].n ? parts[i].n : strlen(parts[i].text);
		zip_source_t *part = zip_source_buffer(zip, parts[i].text, size, 0);
		if (zip_file_add(zip, parts[i].name, part, 0) < 0)
			abort();
	}
	if (zip_close(zip))
		abort();
	zip_source_open(source);
	zip_source_seek(source, 0, SEEK_END);
	size_t size = (size_t)zip_source_tell(source);
	zip_source_seek(source, 0, SEEK_SET);
	char *bytes = arena_alloc(a, size);
	if (zip_source_read(source, bytes, size) != (zip_int64_t)size)
		abort();
	zip_source_close(source);
	zip_source_free(source);
	return (struct str){bytes, size};
}

/* A workbook whose only sheet is <worksheet>inner</worksheet>. */
static inline struct str workbook_of(struct arena *a, const char *inner)
{
	char *sheet = arena_printf(
	        a, "<?xml version=\"1.0\"?><worksheet " WORKBOOK_NS ">%s</worksheet>", inner);
	struct part parts[] = {root_part, workbook_part, relations_part, shared_part, styles_part,
	        {"xl/worksheets/sheet1.xml", sheet, 0}};
	return zip_of(a, parts, sizeof parts / sizeof *parts);
}

#endif
