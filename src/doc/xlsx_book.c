/* Finding the parts of a workbook through its relations (ECMA-376 part 2, 9.3). */
#include "doc/xlsx_book.h"

#include <stdio.h>
#include <string.h>

static bool ends(const char *text, const char *tail)
{
	return text && str_ends(str_of(text), tail);
}

/* A target as it stands in a relation of a part in `folder`. */
static void put_target(struct xlsx_part *x, const char *folder, const char **atts, char *ret_path)
{
	const char *target = xlsx_att(atts, "Target");
	const char *mode = xlsx_att(atts, "TargetMode");
	if (!target || strstr(target, "..") || (mode && strcmp(mode, "External") == 0)) {
		xlsx_refuse(x, "sheet.bad_path", NULL);
		return;
	}
	if (target[0] == '/')
		folder = "", target++;
	int n = snprintf(ret_path, XLSX_PATH_MAX, "%s%s", folder, target);
	if (n >= XLSX_PATH_MAX)
		xlsx_refuse(x, "sheet.bad_path", NULL);
}

static void on_root_relation(struct xlsx_part *x, const char *name, const char **atts)
{
	struct xlsx_book *book = x->arg;
	if (strcmp(name, "Relationship") == 0 && ends(xlsx_att(atts, "Type"), "/officeDocument"))
		put_target(x, "", atts, book->workbook);
}

static bool is_on(const char *value)
{
	return value && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

static void on_workbook(struct xlsx_part *x, const char *name, const char **atts)
{
	struct xlsx_book *book = x->arg;
	if (strcmp(name, "workbookPr") == 0)
		book->is_1904 = is_on(xlsx_att(atts, "date1904"));
	if (strcmp(name, "sheet") != 0 || book->visible_n == XLSX_SHEETS_MAX)
		return;
	const char *state = xlsx_att(atts, "state"), *id = xlsx_att(atts, "id");
	if ((state && strcmp(state, "visible") != 0) || !id)
		return;
	snprintf(book->visible[book->visible_n++], sizeof book->visible[0], "%s", id);
}

/* The parts lie beside the workbook. */
static void folder_of(const struct xlsx_book *book, char *ret_folder)
{
	const char *slash = strrchr(book->workbook, '/');
	int n = slash ? (int)(slash - book->workbook + 1) : 0;
	snprintf(ret_folder, XLSX_PATH_MAX, "%.*s", n, book->workbook);
}

static void choose_sheet(struct xlsx_part *x, const char *folder, const char **atts)
{
	struct xlsx_book *book = x->arg;
	const char *id = xlsx_att(atts, "Id");
	for (size_t i = 0; id && i < book->visible_n && i < book->chosen; i++)
		if (strcmp(book->visible[i], id) == 0) {
			put_target(x, folder, atts, book->sheet);
			book->chosen = i;
		}
}

static void on_relation(struct xlsx_part *x, const char *name, const char **atts)
{
	struct xlsx_book *book = x->arg;
	char folder[XLSX_PATH_MAX];
	if (strcmp(name, "Relationship") != 0)
		return;
	const char *type = xlsx_att(atts, "Type");
	folder_of(book, folder);
	if (ends(type, "/worksheet"))
		choose_sheet(x, folder, atts);
	else if (ends(type, "/sharedStrings"))
		put_target(x, folder, atts, book->shared);
	else if (ends(type, "/styles"))
		put_target(x, folder, atts, book->styles);
}

static int no_workbook(struct xlsx_zip *z)
{
	if (xlsx_zip_has(z, "content.xml") && xlsx_zip_has(z, "META-INF/manifest.xml"))
		return xlsx_error(z->error, "sheet.ods", NULL);
	return xlsx_error(z->error, "sheet.not_xlsx", NULL);
}

/* "xl/workbook.xml" -> "xl/_rels/workbook.xml.rels" */
static int relations_path(const struct xlsx_book *book, char *ret_path)
{
	char folder[XLSX_PATH_MAX];
	folder_of(book, folder);
	int n = snprintf(ret_path, XLSX_PATH_MAX, "%s_rels/%s.rels", folder,
	        book->workbook + strlen(folder));
	return n < XLSX_PATH_MAX ? 0 : ERR_INVALID;
}

int xlsx_book_read(struct xlsx_book *book, struct xlsx_zip *z)
{
	*book = (struct xlsx_book){.workbook = "xl/workbook.xml", .chosen = XLSX_SHEETS_MAX};
	struct xlsx_part root = {.start = on_root_relation, .arg = book};
	int rc = xlsx_zip_read(z, "_rels/.rels", &root);
	if (rc && rc != ERR_NOTFOUND)
		return rc;
	struct xlsx_part workbook = {.start = on_workbook, .arg = book};
	if (ends(book->workbook, ".bin"))
		return xlsx_error(z->error, "sheet.not_xlsx", NULL);
	rc = xlsx_zip_read(z, book->workbook, &workbook);
	if (rc == ERR_NOTFOUND)
		return no_workbook(z);
	if (rc)
		return rc;
	char path[XLSX_PATH_MAX];
	struct xlsx_part relations = {.start = on_relation, .arg = book};
	rc = relations_path(book, path) ? ERR_NOTFOUND : xlsx_zip_read(z, path, &relations);
	if (rc == ERR_NOTFOUND)
		return xlsx_error(z->error, "sheet.broken", "workbook.xml.rels");
	if (rc)
		return rc;
	return book->sheet[0] ? 0 : xlsx_error(z->error, "sheet.no_sheet", NULL);
}
