#include "doc/item_exchange.h"

#include <string.h>

#include "base/gb18030.h"
#include "doc/item_table.h"


static const char sheet_mime[] =
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const struct item_format item_formats[] = {
	{"xlsx", "Excel 试题表", "xlsx", sheet_mime, item_table_read, item_table_write},
	{"csv", "CSV 试题表", "csv", "text/csv", item_table_read, NULL},
	{"gift", "GIFT 文本", "txt", "text/plain", gift_read, gift_write},
	{"aiken", "Aiken 文本", "txt", "text/plain", aiken_read, NULL},
	{"moodle", "Moodle XML", "xml", "application/xml", moodle_read, NULL},
	{"qti", "QTI 试题包", "zip", "application/zip", qti_read, qti_write},
	{0},
};

const struct item_format *item_format_of(const char *code)
{
	for (const struct item_format *f = item_formats; f->code; f++)
		if (streq(f->code, code))
			return f;
	return NULL;
}

static bool has(struct str s, const char *part)
{
	return s.n && memmem(s.p, s.n, part, strlen(part));
}

static const char *sniff_text(struct str text)
{
	if (str_starts(text, "<"))
		return has(text, "<quiz") ? "moodle" : has(text, "ssessment") ? "qti" : "moodle";
	if (item_table_has_header(text))
		return "csv";
	if (has(text, "{") && has(text, "}"))
		return "gift";
	if (has(text, "\nANSWER") || has(text, "\nAnswer") || has(text, "\n答案"))
		return "aiken";
	return has(text, "::") || has(text, "$CATEGORY") ? "gift" : NULL;
}

const struct item_format *item_format_sniff(struct str bytes)
{
	auto_buf text;
	enum text_encoding encoding;
	buf_init(&text, 4 * ITEM_FILE_MAX);
	if (str_starts(bytes, "PK\x03\x04"))
		return item_format_of(has(bytes, "imsmanifest.xml") ? "qti" :
			has(bytes, "xl/workbook") ? "xlsx" : "qti");
	if (str_starts(bytes, "\xd0\xcf\x11\xe0"))
		return item_format_of("xlsx");
	if (text_to_utf8(bytes, &text, &encoding) < 0)
		return NULL;
	const char *code = sniff_text(str_trim(buf_view(&text)));
	return code ? item_format_of(code) : NULL;
}

int item_file_read(struct ctx *cx, struct str bytes, const char *filename,
	struct item_sheet *sheet)
{
	(void)filename;
	if (!bytes.n)
		return fail(cx, ERR_INVALID, "exchange.empty");
	if (bytes.n > ITEM_FILE_MAX)
		return fail(cx, ERR_LIMIT, "exchange.file_large");
	const struct item_format *f = item_format_sniff(bytes);
	if (!f)
		return fail(cx, ERR_INVALID, "exchange.format_unknown");
	return f->read(cx, bytes, sheet);
}
