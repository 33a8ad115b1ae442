/* Photos of candidates, through gdk-pixbuf. Sizes are read from the file's head and checked before
 * anything is decoded; JPEG is decoded at a reduced size, so a large photo takes little memory. */
#include "doc/photo.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "doc/photo_head.h"
#include "doc/picture.h"

enum {
	SIDE_MAX = 6000,
	DECODED_MIN = 2, /* times the size that is wanted, so that scaling down stays sharp */
	QUALITY_BEST = 92,
	QUALITY_WORST = 20,
	QUALITY_STEP = 6,
};

/* The spread of brightness (of 255) below which a picture shows nothing. */
static const double BLANK = 5.0;

static int refuse(const char *id, const char **ret_message)
{
	*ret_message = id;
	return ERR_INVALID;
}

/* The largest 3:4 part: centred from side to side; of what is too high, a third goes from the top,
 * as heads are above the middle. Scaled onto white, for pictures with transparent parts. */
static GdkPixbuf *cut(GdkPixbuf *from)
{
	int width = gdk_pixbuf_get_width(from), height = gdk_pixbuf_get_height(from);
	double scale_x = (double)PHOTO_W / width, scale_y = (double)PHOTO_H / height;
	double scale = scale_x > scale_y ? scale_x : scale_y;
	double left = (width * scale - PHOTO_W) / 2, above = (height * scale - PHOTO_H) / 3;
	GdkPixbuf *to = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, PHOTO_W, PHOTO_H);
	gdk_pixbuf_fill(to, 0xffffffff);
	gdk_pixbuf_composite(from, to, 0, 0, PHOTO_W, PHOTO_H, -left, -above, scale, scale,
	        GDK_INTERP_HYPER, 255);
	return to;
}

static bool is_blank_picture(GdkPixbuf *p)
{
	const guchar *pixels = gdk_pixbuf_read_pixels(p);
	int stride = gdk_pixbuf_get_rowstride(p);
	double sum = 0, squares = 0;
	for (int y = 0; y < PHOTO_H; y++)
		for (int x = 0; x < PHOTO_W; x++) {
			const guchar *c = pixels + y * stride + x * 3;
			double light = 0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2];
			sum += light;
			squares += light * light;
		}
	double n = (double)PHOTO_W * PHOTO_H, mean = sum / n;
	return squares / n - mean * mean < BLANK * BLANK;
}

/* The best quality that keeps within the limit. */
static int encode(GdkPixbuf *p, struct arena *a, struct str *ret_jpeg)
{
	for (int quality = QUALITY_BEST; quality >= QUALITY_WORST; quality -= QUALITY_STEP) {
		gchar *bytes;
		gsize n;
		char text[8];
		snprintf(text, sizeof text, "%d", quality);
		if (!gdk_pixbuf_save_to_buffer(p, &bytes, &n, "jpeg", NULL, "quality", text, NULL))
			return ERR_BUG;
		bool fits = n <= PHOTO_BYTES_MAX;
		if (fits)
			*ret_jpeg = (struct str){arena_copy(a, bytes, n), n};
		g_free(bytes);
		if (fits)
			return 0;
	}
	return ERR_LIMIT;
}

static int check_head(struct str in, const struct photo_head *head, const char **ret_message)
{
	if (in.n > PHOTO_INPUT_MAX || head->width > SIDE_MAX || head->height > SIDE_MAX)
		return refuse("photo.too_large", ret_message);
	unsigned width = head->is_turned ? head->height : head->width;
	unsigned height = head->is_turned ? head->width : head->height;
	if (width < PHOTO_W || height < PHOTO_H)
		return refuse("photo.too_small", ret_message);
	return 0;
}

int photo_normalise(struct arena *a, struct str in, struct str *ret_jpeg, const char **ret_message)
{
	struct photo_head head;
	if (in.n > PHOTO_INPUT_MAX)
		return refuse("photo.too_large", ret_message);
	int rc = photo_head_read(in, &head);
	if (rc == ERR_NOTFOUND)
		return refuse("photo.not_image", ret_message);
	if (rc)
		return refuse("photo.broken", ret_message);
	rc = check_head(in, &head, ret_message);
	if (rc)
		return rc;
	GdkPixbuf *whole = picture_decode(in, head.is_png, PHOTO_H * DECODED_MIN);
	if (!whole)
		return refuse("photo.broken", ret_message);
	GdkPixbuf *portrait = cut(whole);
	g_object_unref(whole);
	if (is_blank_picture(portrait))
		rc = refuse("photo.blank", ret_message);
	else if ((rc = encode(portrait, a, ret_jpeg)))
		refuse("photo.too_large", ret_message);
	g_object_unref(portrait);
	return rc;
}
