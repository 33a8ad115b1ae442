/* Pages: mustache, fitting, librsvg, cairo. */
#include "doc/paper.h"

#include <cairo-pdf.h>
#include <librsvg/rsvg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/mustache.h"
#include "conf/asset.h"
#include "doc/paper_fit.h"
#include "doc/paper_ground.h"
#include "doc/paper_stack.h"
#include "doc/paper_tag.h"
#include "doc/paper_text.h"
#include "doc/pdf_append.h"

enum {
	MAGIC = 0x50415052,
	SVG_MAX = 8 * 1024 * 1024,
	FIT_MAX = 64 * 1024 * 1024,
	PDF_MAX = 256 * 1024 * 1024,
};

struct paper {
	unsigned magic;
	struct mustache_set *templates;
	struct buf pdf;
	cairo_surface_t *surface;
	cairo_t *cairo;
	unsigned pages;
	const struct pdf_attachment *attachment;
	double sheet_height; /* of the sheet that several are put on, mm */
	struct qr_code code; /* of the next page, as the photo */
	struct paper_photo photo;
	struct paper_ground_place *grounds;
	size_t n_grounds, grounds_cap;
	char error[320];
};

/* Where a page is put: the whole sheet, or some part of it (mm). */
struct place {
	bool is_part;
	double x, y, scale;
};

static const double POINTS = 72 / 25.4;

static int fault(struct paper *p, int rc, const char *what, const char *detail)
{
	snprintf(p->error, sizeof p->error, "%s: %s", what, detail);
	return rc;
}

const char *paper_error(const struct paper *p)
{
	return p->error;
}

static int load(void *arg, const char *name, struct str *ret_text)
{
	(void)arg;
	char path[MUSTACHE_NAME_MAX + 32];
	snprintf(path, sizeof path, "templates/paper/%s.svg", name);
	const struct asset *asset = asset_find(path);
	if (!asset)
		return ERR_NOTFOUND;
	*ret_text = asset->bytes;
	return 0;
}

static cairo_status_t write_pdf(void *arg, const unsigned char *bytes, unsigned n)
{
	struct buf *pdf = arg;
	buf_put(pdf, bytes, n);
	return pdf->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

int paper_new(const char *title, struct paper **ret_paper)
{
	struct paper *p = calloc(1, sizeof *p);
	if (!p)
		log_die("out of memory");
	p->magic = MAGIC;
	p->templates = mustache_set_new(load, NULL);
	buf_init(&p->pdf, PDF_MAX);
	paper_text_lock();
	p->surface = cairo_pdf_surface_create_for_stream(write_pdf, &p->pdf, 1, 1);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, title);
	p->cairo = cairo_create(p->surface);
	paper_text_unlock();
	if (cairo_status(p->cairo)) {
		paper_free(p);
		return ERR_BUG;
	}
	*ret_paper = p;
	return 0;
}

void paper_date(struct paper *p, int64_t at)
{
	time_t seconds = (time_t)at;
	struct tm tm;
	char text[32];
	if (gmtime_r(&seconds, &tm) && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm))
		cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATE_DATE, text);
}

static int render_text(struct paper *p, const char *name, json_t *view, unsigned flags,
	struct buf *svg)
{
	const struct mustache *template;
	struct mustache_error error = {0};
	int rc = mustache_compile(p->templates, name, &template, &error);
	if (!rc)
		rc = mustache_render(template, view, svg, MUSTACHE_STRICT | flags, &error);
	if (!rc)
		return 0;
	char at[sizeof error.template + 16];
	snprintf(at, sizeof at, "%s:%u", error.template[0] ? error.template : name, error.line);
	return fault(p, rc, at, error.text);
}

/* Millimetres are what pages are measured in; anything else is an error of the template. */
static bool page_size(RsvgHandle *handle, RsvgRectangle *ret_points)
{
	gboolean has_width, has_height;
	RsvgLength width, height;
	rsvg_handle_get_intrinsic_dimensions(
	        handle, &has_width, &width, &has_height, &height, NULL, NULL);
	if (!has_width || !has_height || width.unit != RSVG_UNIT_MM || height.unit != RSVG_UNIT_MM)
		return false;
	*ret_points = (RsvgRectangle){0, 0, width.length * POINTS, height.length * POINTS};
	return width.length > 0 && height.length > 0;
}

static int draw(struct paper *p, const char *name, RsvgHandle *handle, const struct place *at)
{
	RsvgRectangle page;
	if (!page_size(handle, &page))
		return fault(p, ERR_INVALID, name, "width and height must be given in mm");
	if (!at->is_part)
		cairo_pdf_surface_set_size(p->surface, page.width, page.height);
	page = (RsvgRectangle){at->x * POINTS, at->y * POINTS, page.width * at->scale,
		page.height * at->scale};
	GError *error = NULL;
	if (!rsvg_handle_render_document(handle, p->cairo, &page, &error)) {
		int rc = fault(p, ERR_INVALID, name, error ? error->message : "not drawn");
		g_clear_error(&error);
		return rc;
	}
	if (!at->is_part)
		cairo_show_page(p->cairo);
	cairo_status_t status = cairo_status(p->cairo);
	return status ? fault(p, ERR_LIMIT, name, cairo_status_to_string(status)) : 0;
}

/* No base address is given: a page can not fetch anything but its data: images. */
static RsvgHandle *open_svg(struct str svg, GError **error)
{
	GInputStream *stream = g_memory_input_stream_new_from_data(svg.p, (gssize)svg.n, NULL);
	RsvgHandle *handle = rsvg_handle_new_from_stream_sync(
		stream, NULL, RSVG_HANDLE_FLAG_KEEP_IMAGE_DATA, NULL, error);
	g_object_unref(stream);
	return handle;
}

static int draw_svg(struct paper *p, const char *name, struct str svg, const struct place *at)
{
	GError *error = NULL;
	RsvgHandle *handle = open_svg(svg, &error);
	if (!handle) {
		int rc = fault(p, ERR_INVALID, name, error ? error->message : "not SVG");
		g_clear_error(&error);
		return rc;
	}
	int rc = draw(p, name, handle, at);
	g_object_unref(handle);
	return rc;
}

/* A page of its own, for what is kept. */
static int draw_ground(void *arg, struct str svg, struct buf *ret_pdf)
{
	struct paper one = {.surface = cairo_pdf_surface_create_for_stream(write_pdf, ret_pdf, 1,
		1)};
	(void)arg;
	one.cairo = cairo_create(one.surface);
	int rc = draw_svg(&one, "ground", svg, &(struct place){.scale = 1});
	cairo_surface_finish(one.surface);
	if (!rc && (cairo_surface_status(one.surface) || ret_pdf->full))
		rc = ERR_LIMIT;
	cairo_destroy(one.cairo);
	cairo_surface_destroy(one.surface);
	return rc;
}

static struct paper_ground_place *new_place(struct paper *p, const struct place *at)
{
	if (p->n_grounds == p->grounds_cap) {
		p->grounds_cap = p->grounds_cap ? 2 * p->grounds_cap : 4;
		p->grounds = realloc(p->grounds, p->grounds_cap * sizeof *p->grounds);
		if (!p->grounds)
			log_die("out of memory");
	}
	struct paper_ground_place *new = &p->grounds[p->n_grounds++];
	*new = (struct paper_ground_place){.page = p->pages, .x = at->x, .y = at->y,
		.scale = at->scale, .page_height = at->is_part ? p->sheet_height : 0};
	return new;
}

/* Where the page has left room for its code and its photo. */
static void note_places(struct paper *p, struct str svg, const struct place *at)
{
	struct str before, tag, id;
	while ((p->code.size || p->photo.width) &&
		paper_tag_next(&svg, "<rect", &before, &tag)) {
		if (!paper_tag_value(tag, "id", &id))
			continue;
		bool is_code = p->code.size && str_is(id, "qr");
		bool is_photo = p->photo.width && str_is(id, "photo");
		if (!is_code && !is_photo)
			continue;
		struct paper_ground_place *new = new_place(p, at);
		new->x += at->scale * paper_tag_number(tag, "x", 0);
		new->y += at->scale * paper_tag_number(tag, "y", 0);
		new->width = at->scale * paper_tag_number(tag, "width", 0);
		new->height = at->scale * paper_tag_number(tag, "height", 0);
		if (is_code)
			new->code = p->code;
		else
			new->photo = p->photo;
		if (is_code)
			p->code.size = 0;
		else
			p->photo.width = 0;
	}
	p->code.size = 0;
	p->photo.width = 0;
}

/* The page, or what of it is not kept from before. */
static int draw_page(struct paper *p, const char *name, struct str svg, const struct place *at)
{
	auto_buf ground = {.max = SVG_MAX}, rest = {.max = SVG_MAX};
	struct paper_ground *g = paper_ground_cut(svg, &ground, &rest)
		? paper_ground_of(buf_view(&ground), draw_ground, NULL) : NULL;
	if (!g)
		return draw_svg(p, name, svg, at);
	int rc = draw_svg(p, name, buf_view(&rest), at);
	if (!rc)
		new_place(p, at)->ground = paper_ground_use(g);
	return rc;
}

static int set_page(struct paper *p, const char *name, struct str svg, const struct place *at)
{
	auto_buf stacked = {.max = SVG_MAX}, fitted = {.max = SVG_MAX};
	auto_arena a = arena_new(FIT_MAX);
	const char *what = "data-stack, or too long";
	int rc = paper_stack(svg, &stacked);
	if (!rc)
		rc = paper_fit(a, buf_view(&stacked), &fitted, &what);
	if (rc)
		return fault(p, rc, name, what);
	rc = draw_page(p, name, buf_view(&fitted), at);
	if (!rc)
		note_places(p, buf_view(&fitted), at);
	return rc;
}

int paper_layout(struct paper *p, const char *name, struct str template)
{
	const struct mustache *compiled;
	struct mustache_error error = {0};
	int rc = mustache_compile_text(p->templates, name, template, &compiled, &error);
	if (!rc)
		return 0;
	char at[sizeof error.template + 16];
	snprintf(at, sizeof at, "%s:%u", error.template[0] ? error.template : name, error.line);
	return fault(p, rc, at, error.text);
}

int paper_text_of_layout(struct arena *a, const char *name, struct str template, json_t *view,
	struct buf *out, const char **ret_problem)
{
	struct paper p = {.templates = mustache_set_new(load, NULL)};
	int rc = paper_layout(&p, name, template);
	if (!rc)
		rc = render_text(&p, name, view, MUSTACHE_STRICT_SECTIONS, out);
	mustache_set_free(p.templates);
	if (rc)
		*ret_problem = arena_dup(a, p.error);
	return rc;
}

static int put(struct paper *p, const char *name, json_t *view, const struct place *at)
{
	auto_buf svg = {.max = SVG_MAX};
	int rc = render_text(p, name, view, 0, &svg);
	if (rc)
		return rc;
	paper_text_lock();
	rc = set_page(p, name, buf_view(&svg), at);
	paper_text_unlock();
	return rc;
}

int paper_page(struct paper *p, const char *name, json_t *view)
{
	if (p->pages == PAPER_PAGES_MAX)
		return fault(p, ERR_LIMIT, name, "too many pages");
	int rc = put(p, name, view, &(struct place){.scale = 1});
	if (!rc)
		p->pages++;
	return rc;
}

void paper_sheet(struct paper *p, double width, double height)
{
	cairo_pdf_surface_set_size(p->surface, width * POINTS, height * POINTS);
	p->sheet_height = height;
}

int paper_put(struct paper *p, const char *name, json_t *view, double x, double y, double scale)
{
	return put(p, name, view, &(struct place){true, x, y, scale});
}

int paper_sheet_end(struct paper *p)
{
	if (p->pages == PAPER_PAGES_MAX)
		return fault(p, ERR_LIMIT, "sheet", "too many pages");
	paper_text_lock();
	cairo_show_page(p->cairo);
	cairo_status_t status = cairo_status(p->cairo);
	paper_text_unlock();
	p->pages++;
	return status ? fault(p, ERR_LIMIT, "sheet", cairo_status_to_string(status)) : 0;
}

void paper_code(struct paper *p, const struct qr_code *code)
{
	p->code = *code;
}

void paper_photo(struct paper *p, const struct paper_photo *photo)
{
	p->photo = *photo;
}

void paper_attach(struct paper *p, const struct pdf_attachment *file)
{
	p->attachment = file;
}

/* What cairo can not do is appended to what it made. */
static int append(struct paper *p, struct arena *a, struct str *ret_pdf)
{
	struct pdf_append pa;
	int rc = pdf_append_open(a, buf_view(&p->pdf), &pa);
	if (rc)
		return rc;
	rc = paper_ground_put(&pa, p->grounds, p->n_grounds);
	if (!rc && p->attachment)
		rc = pdf_attach(&pa, p->attachment);
	int finished = pdf_append_finish(&pa, ret_pdf);
	return rc ? rc : finished;
}

int paper_finish(struct paper *p, struct arena *a, struct str *ret_pdf)
{
	paper_text_lock();
	cairo_surface_finish(p->surface);
	paper_text_unlock();
	int rc = p->pages && !cairo_surface_status(p->surface) && !p->pdf.full ? 0 : ERR_INVALID;
	if (!rc && (p->attachment || p->n_grounds))
		rc = append(p, a, ret_pdf);
	else if (!rc)
		*ret_pdf = (struct str){arena_copy(a, p->pdf.p, p->pdf.n), p->pdf.n};
	paper_free(p);
	return rc;
}

void paper_free(struct paper *p)
{
	if (!p)
		return;
	if (p->magic != MAGIC)
		log_die("not a paper");
	paper_text_lock();
	cairo_destroy(p->cairo);
	cairo_surface_destroy(p->surface);
	for (size_t i = 0; i < p->n_grounds; i++)
		if (p->grounds[i].ground)
			paper_ground_leave(p->grounds[i].ground);
	paper_text_unlock();
	free(p->grounds);
	mustache_set_free(p->templates);
	buf_fini(&p->pdf);
	p->magic = 0;
	free(p);
}
