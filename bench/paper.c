/* How fast certificates become PDF on one core: the program's layout with a portrait, a code that
 * holds a whole proof and the credential attached; as single files, and as sheets of one document.
 * The first page of a process (fonts, ornaments) is not counted. */
#include <cairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/message.h"
#include "doc/layout.h"
#include "doc/paper.h"
#include "doc/pdf_append.h"
#include "doc/photo.h"

enum { FILES = 200, CODE_TEXT = 3600, CREDENTIAL_BYTES = 3200, ARENA = 1024 * 1024 * 1024 };

static double cpu_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(int r, const char *what)
{
	if (r >= 0)
		return;
	fprintf(stderr, "bench_paper: %s\n", what);
	exit(1);
}

static cairo_status_t put(void *arg, const unsigned char *bytes, unsigned n)
{
	buf_put(arg, bytes, n);
	return CAIRO_STATUS_SUCCESS;
}

/* With the noise of a camera, so that it packs no better than a face. */
static struct paper_photo portrait(struct arena *a)
{
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 480, 640);
	unsigned char *pixels = cairo_image_surface_get_data(s);
	auto_buf png;
	struct str jpeg;
	struct paper_photo photo;
	const char *message;
	buf_init(&png, 4 * 1024 * 1024);
	for (size_t i = 0; i < 480 * 640 * 4; i++)
		pixels[i] = (unsigned char)(120 + (i / 4 % 480) / 8 + (size_t)rand() % 24);
	cairo_surface_mark_dirty(s);
	cairo_surface_write_to_png_stream(s, put, &png);
	cairo_surface_destroy(s);
	must(photo_normalise(a, buf_view(&png), &jpeg, &message), "no portrait");
	must(paper_photo_read(jpeg, &photo), "no photo");
	return photo;
}

static struct qr_code code(struct arena *a)
{
	struct qr_code made;
	auto_buf text;
	buf_init(&text, CODE_TEXT);
	buf_puts(&text, "https://rencai.example.gov.cn/verify/offline#");
	while (text.n < CODE_TEXT)
		buf_putc(&text, (char)('0' + rand() % 10));
	must(qr_code_proof(a, buf_z(&text), &made), "no code");
	return made;
}

static json_t *face(struct arena *a, int i)
{
	static const char *const names[] = {"王秀英", "欧阳建国", "买买提·艾力", "赵䶮", "诸葛明"};
	json_t *v = layout_sample(LAYOUT_LEVEL, false);
	static const char *const none[] = {"seal", "stripe", "remark"};
	for (size_t k = 0; k < sizeof none / sizeof *none; k++)
		json_object_set_new(v, none[k], json_null());
	json_object_set_new(v, "name", json_string(names[i % 5]));
	json_object_set_new(v, "number",
		json_string(arena_printf(a, "S0000371000012330%05d", i)));
	return v;
}

static size_t one_file(struct arena *a, json_t *view, const struct qr_code *qr,
	const struct paper_photo *photo, const struct pdf_attachment *file)
{
	struct paper *p;
	struct str pdf;
	must(paper_new("证书", &p), "no paper");
	paper_attach(p, file);
	paper_code(p, qr);
	paper_photo(p, photo);
	must(paper_page(p, "certificate", view), paper_error(p));
	must(paper_finish(p, a, &pdf), "not finished");
	return pdf.n;
}

static size_t sheets(struct arena *a, json_t **views, const struct qr_code *qr,
	const struct paper_photo *photo)
{
	struct paper *p;
	struct str pdf;
	must(paper_new("证书", &p), "no paper");
	for (int i = 0; i < FILES; i++) {
		paper_code(p, qr);
		paper_photo(p, photo);
		must(paper_page(p, "certificate", views[i]), paper_error(p));
	}
	must(paper_finish(p, a, &pdf), "not finished");
	return pdf.n;
}

int main(void)
{
	auto_arena a = arena_new(ARENA);
	static json_t *views[FILES];
	message_load();
	struct paper_photo photo = portrait(a);
	struct qr_code qr = code(a);
	char *credential = arena_alloc(a, CREDENTIAL_BYTES);
	for (size_t i = 0; i < CREDENTIAL_BYTES; i++)
		credential[i] = (char)('a' + rand() % 26);
	struct pdf_attachment file = {"S.luban.json", "application/json", "凭证",
		{credential, CREDENTIAL_BYTES}, 1700000000};
	for (int i = 0; i < FILES; i++)
		views[i] = face(a, i);
	size_t bytes = one_file(a, views[0], &qr, &photo, &file);
	double began = cpu_seconds();
	for (int i = 0; i < FILES; i++)
		bytes = one_file(a, views[i], &qr, &photo, &file);
	double took = cpu_seconds() - began;
	printf("certificate_pdf %.1f files/s of a core (>= 40)\n", FILES / took);
	printf("certificate_pdf_bytes %zu bytes\n", bytes);
	began = cpu_seconds();
	bytes = sheets(a, views, &qr, &photo);
	took = cpu_seconds() - began;
	printf("certificate_sheets %.1f pages/s of a core\n", FILES / took);
	printf("certificate_sheets_bytes %zu bytes a page\n", bytes / FILES);
	for (int i = 0; i < FILES; i++)
		json_decref(views[i]);
	return 0;
}
