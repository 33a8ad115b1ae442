/* Pictures of items on paper, through gdk-pixbuf. */
#include "doc/picture.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <math.h>

#include "doc/paper.h"
#include "doc/photo_head.h"

enum { SIDE_MAX = 6000, SIDE_WANTED = 1000 };

static void on_size(GdkPixbufLoader *loader, int width, int height, gpointer data)
{
	int short_side = width < height ? width : height, wanted = *(const int *)data;
	if (short_side <= wanted)
		return;
	double by = (double)wanted / short_side;
	gdk_pixbuf_loader_set_size(loader, (int)ceil(width * by), (int)ceil(height * by));
}

GdkPixbuf *picture_decode(struct str in, bool is_png, int short_side)
{
	GdkPixbufLoader *loader = gdk_pixbuf_loader_new_with_type(is_png ? "png" : "jpeg", NULL);
	if (!loader)
		return NULL;
	g_signal_connect(loader, "size-prepared", G_CALLBACK(on_size), &short_side);
	gboolean ok = gdk_pixbuf_loader_write(loader, (const guchar *)in.p, in.n, NULL);
	ok = gdk_pixbuf_loader_close(loader, NULL) && ok;
	GdkPixbuf *raw = ok ? gdk_pixbuf_loader_get_pixbuf(loader) : NULL;
	GdkPixbuf *upright = raw ? gdk_pixbuf_apply_embedded_orientation(raw) : NULL;
	g_object_unref(loader);
	return upright;
}

static GdkPixbuf *on_white(GdkPixbuf *from)
{
	int w = gdk_pixbuf_get_width(from), h = gdk_pixbuf_get_height(from);
	GdkPixbuf *to = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, w, h);
	if (!to)
		return NULL;
	gdk_pixbuf_fill(to, 0xffffffff);
	gdk_pixbuf_composite(from, to, 0, 0, w, h, 0, 0, 1, 1, GDK_INTERP_NEAREST, 255);
	return to;
}

int picture_for_paper(struct arena *a, struct str in, struct picture *ret_picture)
{
	struct photo_head head;
	gchar *bytes;
	gsize n;
	int r = photo_head_read(in, &head);
	if (r < 0 || head.width > SIDE_MAX || head.height > SIDE_MAX)
		return ERR_INVALID;
	GdkPixbuf *whole = picture_decode(in, head.is_png, SIDE_WANTED);
	GdkPixbuf *flat = whole ? on_white(whole) : NULL;
	if (whole)
		g_object_unref(whole);
	if (!flat)
		return ERR_INVALID;
	gboolean ok = head.is_png
		? gdk_pixbuf_save_to_buffer(flat, &bytes, &n, "png", NULL, NULL)
		: gdk_pixbuf_save_to_buffer(flat, &bytes, &n, "jpeg", NULL, "quality", "88", NULL);
	if (ok) {
		*ret_picture = (struct picture){
			data_uri(a, head.is_png ? "image/png" : "image/jpeg",
				(struct str){bytes, n}),
			gdk_pixbuf_get_width(flat), gdk_pixbuf_get_height(flat)};
		g_free(bytes);
	}
	g_object_unref(flat);
	return ok ? 0 : ERR_INVALID;
}
