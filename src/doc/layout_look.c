/* What a filled page consists of, what stands on it, and how large it is. */
#include <librsvg/rsvg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "doc/layout_impl.h"
#include "doc/paper.h"
#include "doc/paper_text.h"

enum { DOTS = 20 /* to a millimetre */, PHOTO_WIDTH = 22, PHOTO_HEIGHT = 30 /* mm */ };

/* ---- elements and attributes ---- */

static bool among(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (streq(*list, name))
			return true;
	return false;
}

/* What paper needs. Filters and foreign objects would turn text into pictures. */
static const char *const elements[] = {"svg", "g", "defs", "title", "desc", "metadata", "path",
	"rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "image", "use",
	"symbol", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern", NULL};

static bool is_inside(const char *value)
{
	return *value == '#' || !*value || str_starts(str_of(value), "data:image/png;base64,") ||
		str_starts(str_of(value), "data:image/jpeg;base64,");
}

/* url(…) may only name something of the page itself. Escapes of CSS would hide it. */
static bool fetches(const char *value)
{
	if (strchr(value, '\\') || strcasestr(value, "@import") || strcasestr(value, "javascript:"))
		return true;
	for (const char *p = value; (p = strcasestr(p, "url(")) != NULL; p++) {
		const char *at = p + 4;
		while (*at == ' ' || *at == '"' || *at == '\'')
			at++;
		if (*at != '#')
			return true;
	}
	return false;
}

/* A value of the certificate belongs into text; in an attribute it could become an address. */
static void look_value(struct look *k, const struct xml *n, const struct xml_att *att)
{
	const char *key;
	json_t *value;
	json_object_foreach(k->view, key, value) {
		const char *text = json_string_value(value);
		if (text && *text && !str_starts(str_of(text), "data:") &&
			strstr(att->value, text))
			layout_wrong(k, "layout.in_attribute", key, n->name);
	}
}

static void look_attribute(struct look *k, const struct xml *n, const struct xml_att *att)
{
	if (str_starts(str_of(att->name), "on"))
		layout_wrong(k, "layout.script", n->name, att->name);
	else if (streq(att->name, "href") && !is_inside(att->value))
		layout_wrong(k, "layout.external", n->name, att->name);
	else if (streq(att->name, "base") || fetches(att->value))
		layout_wrong(k, "layout.external", n->name, att->name);
	else if (streq(att->name, "filter"))
		layout_wrong(k, "layout.filter", n->name, NULL);
	look_value(k, n, att);
}

void layout_look_tree(struct look *k, const struct xml *n)
{
	if (!n->name)
		return;
	if (streq(n->name, "script"))
		layout_wrong(k, "layout.script", n->name, NULL);
	else if (streq(n->name, "filter"))
		layout_wrong(k, "layout.filter", n->name, NULL);
	else if (!among(n->name, elements))
		layout_wrong(k, "layout.element", n->name, NULL);
	for (const struct xml_att *att = n->atts; att; att = att->next)
		look_attribute(k, n, att);
	for (const struct xml *c = n->first; c; c = c->next)
		layout_look_tree(k, c);
}

/* ---- the face ---- */

/* What stands in these is not seen where it stands. */
static const char *const apart[] = {"defs", "title", "desc", "metadata", "symbol",
	"pattern", "mask", "clipPath", NULL};

static bool is_hidden(const struct xml *n)
{
	static const char *const marks[] = {"display:none", "visibility:hidden", "opacity:0;",
		"fill:none", NULL};
	if (among(n->name, apart) || streq(xml_att(n, "display"), "none") ||
		streq(xml_att(n, "visibility"), "hidden") || streq(xml_att(n, "opacity"), "0") ||
		streq(xml_att(n, "fill-opacity"), "0") || streq(xml_att(n, "font-size"), "0"))
		return true;
	for (size_t i = 0; marks[i]; i++)
		if (strstr(xml_att(n, "style"), marks[i]))
			return true;
	return streq(n->name, "text") && streq(xml_att(n, "fill"), "none");
}

/* Without white space, also that between Chinese characters. */
static void put_squeezed(struct buf *out, struct str s)
{
	uint32_t c;
	for (size_t n; s.n && (n = utf8_next(s, &c)) > 0; s = (struct str){s.p + n, s.n - n})
		if (c > ' ' && c != 0x3000 && c != 0xa0)
			buf_put(out, s.p, n);
}

static void put_seen(struct buf *out, const struct xml *n)
{
	if (!n->name)
		put_squeezed(out, n->text);
	if (n->name && is_hidden(n))
		return;
	for (const struct xml *c = n->first; c; c = c->next)
		put_seen(out, c);
	if (n->name && streq(n->name, "text"))
		buf_putc(out, '\n');
}

/* GB and provincial rules: domain facts 2.3. */
static const char *const needed[LAYOUT_KINDS][16] = {
	{"name", "id_type", "id_number", "occupation", "work_type", "grade", "number", "issued_on",
		"body", "statement", "body_url", "check_url", "remark", "stripe", NULL},
	{"name", "id_type", "id_number", "project", "number", "issued_on", "body", "statement",
		"body_url", "check_url", "remark", "stripe", NULL},
};

static void look_words(struct look *k, const char *seen)
{
	static const char *const forbidden[] = {"国徽", "国家", "全国", "中华人民共和国",
		"职业资格", NULL};
	for (size_t i = 0; forbidden[i]; i++)
		if (strstr(seen, forbidden[i]))
			layout_wrong(k, "layout.forbidden", forbidden[i], NULL);
}

/* By its numbers, which the photo and the code are placed by: no group may move it. */
static const struct xml *place_of(const struct xml *n, const char *id, bool *is_moved)
{
	if (!n->name)
		return NULL;
	if (streq(n->name, "rect") && streq(xml_att(n, "id"), id)) {
		*is_moved |= *xml_att(n, "transform") != '\0';
		return n;
	}
	for (const struct xml *c = n->first; c; c = c->next) {
		const struct xml *found = place_of(c, id, is_moved);
		if (found) {
			*is_moved |= *xml_att(n, "transform") ||
				(n->parent && streq(n->name, "svg")) || among(n->name, apart);
			return found;
		}
	}
	return NULL;
}

static double number_of(const struct xml *n, const char *name)
{
	return strtod(xml_att(n, name), NULL);
}

static void look_places(struct look *k, const struct xml *root)
{
	bool is_moved = false;
	const struct xml *code = place_of(root, "qr", &is_moved);
	const struct xml *photo = place_of(root, "photo", &is_moved);
	if (!code)
		layout_wrong(k, "layout.no_qr_id", NULL, NULL);
	if (!photo)
		layout_wrong(k, "layout.no_photo_id", NULL, NULL);
	else if (number_of(photo, "width") < PHOTO_WIDTH || number_of(photo,
		"height") < PHOTO_HEIGHT)
		layout_wrong(k, "layout.small_photo", NULL, NULL);
	if (is_moved)
		layout_wrong(k, "layout.moved", NULL, NULL);
}

void layout_look_face(struct look *k, const struct xml *root)
{
	auto_buf seen, want;
	buf_init(&seen, 1024 * 1024);
	buf_init(&want, 4096);
	put_seen(&seen, root);
	for (size_t i = 0; needed[k->kind][i]; i++) {
		const char *key = needed[k->kind][i];
		buf_reset(&want);
		put_squeezed(&want, str_of(json_string_value(json_object_get(k->view, key))));
		if (!strstr(buf_z(&seen), buf_z(&want)))
			layout_wrong(k, "layout.missing", key, NULL);
	}
	look_places(k, root);
	look_words(k, buf_z(&seen));
}

/* ---- sizes ---- */

static bool is_about(double a, double b)
{
	return fabs(a - b) < 0.5;
}

static void look_code(struct look *k, RsvgHandle *handle, double width, double height)
{
	RsvgRectangle page = {0, 0, width * DOTS, height * DOTS}, ink, logical;
	/* It answers in whole dots of the page's own size, whatever size it is asked for. */
	rsvg_handle_set_dpi(handle, 25.4 * DOTS);
	if (!rsvg_handle_get_geometry_for_layer(handle, "#qr", &page, &ink, &logical, NULL)) {
		layout_wrong(k, "layout.no_qr_id", NULL, NULL);
		return;
	}
	ink = (RsvgRectangle){ink.x / DOTS, ink.y / DOTS, ink.width / DOTS, ink.height / DOTS};
	if (ink.width < LAYOUT_QR_MM || ink.height < LAYOUT_QR_MM)
		layout_wrong(k, "layout.small_qr", arena_printf(k->arena, "%.1f", ink.width),
			arena_printf(k->arena, "%d", LAYOUT_QR_MM));
	else if (!is_about(ink.width, ink.height) || ink.x < 5 || ink.y < 5 ||
		ink.x + ink.width > width - 5 || ink.y + ink.height > height - 5)
		layout_wrong(k, "layout.qr_place", NULL, NULL);
}

static void look_handle(struct look *k, RsvgHandle *handle)
{
	gboolean has_width, has_height, has_box;
	RsvgLength width, height;
	RsvgRectangle box;
	rsvg_handle_get_intrinsic_dimensions(handle, &has_width, &width, &has_height, &height,
		&has_box, &box);
	bool in_mm = has_width && has_height && width.unit == RSVG_UNIT_MM &&
		height.unit == RSVG_UNIT_MM;
	double long_side = fmax(width.length, height.length);
	double short_side = fmin(width.length, height.length);
	if (!in_mm || !is_about(long_side, 297) || !is_about(short_side, 210) || !has_box ||
		!is_about(box.width, width.length) || !is_about(box.height, height.length)) {
		layout_wrong(k, "layout.not_a4", NULL, NULL);
		return;
	}
	look_code(k, handle, width.length, height.length);
}

void layout_look_size(struct look *k, struct str svg)
{
	GError *error = NULL;
	paper_text_lock();
	RsvgHandle *handle = rsvg_handle_new_from_data((const guint8 *)svg.p, svg.n, &error);
	if (handle)
		look_handle(k, handle);
	else
		layout_wrong(k, "layout.not_drawn", error ? error->message : "", NULL);
	g_clear_error(&error);
	if (handle)
		g_object_unref(handle);
	paper_text_unlock();
}
