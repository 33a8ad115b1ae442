/* Measuring and breaking text with pango. */
#include "doc/paper_text.h"

#include <pango/pangocairo.h>
#include <pthread.h>
#include <string.h>

#include "doc/paper.h"
#include "doc/paper_font.h"

/* Pango counts in pixels: enough of them to a millimetre that rounding does not matter. */
static const double SCALE = 32 * PANGO_SCALE;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t fonts = PTHREAD_ONCE_INIT;

void paper_text_lock(void)
{
	pthread_once(&fonts, paper_font_prepare);
	pthread_mutex_lock(&lock);
}

void paper_text_unlock(void)
{
	pthread_mutex_unlock(&lock);
}

static void set_font(PangoLayout *layout, const struct paper_font *font)
{
	PangoFontDescription *d = pango_font_description_new();
	pango_font_description_set_family(d, font->family ? font->family : "Noto Sans CJK SC");
	pango_font_description_set_absolute_size(d, font->size * SCALE);
	pango_font_description_set_weight(
	        d, font->is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(layout, d);
	pango_font_description_free(d);
	if (font->spacing == 0.0)
		return;
	PangoAttrList *list = pango_attr_list_new();
	pango_attr_list_insert(list, pango_attr_letter_spacing_new((int)(font->spacing * SCALE)));
	pango_layout_set_attributes(layout, list);
	pango_attr_list_unref(list);
}

/* The default font map belongs to the thread. */
static PangoLayout *layout_of(const struct paper_font *font, const char *text)
{
	PangoContext *context = pango_font_map_create_context(pango_cairo_font_map_get_default());
	cairo_font_options_t *options = cairo_font_options_create();
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(context, options);
	cairo_font_options_destroy(options);
	pango_context_set_language(context, pango_language_from_string("zh-CN"));
	pango_context_set_round_glyph_positions(context, FALSE);
	PangoLayout *layout = pango_layout_new(context);
	g_object_unref(context);
	set_font(layout, font);
	pango_layout_set_text(layout, text, -1);
	return layout;
}

double paper_text_width(const struct paper_font *font, const char *text)
{
	PangoLayout *layout = layout_of(font, text);
	int width;
	pango_layout_get_size(layout, &width, NULL);
	g_object_unref(layout);
	return width / SCALE;
}

size_t paper_text_break(struct arena *a, const struct paper_font *font, const char *text,
        double width, const char ***ret_lines)
{
	PangoLayout *layout = layout_of(font, text);
	pango_layout_set_width(layout, (int)(width * SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	size_t n = (size_t)pango_layout_get_line_count(layout);
	const char **lines = arena_array(a, const char *, n);
	for (size_t i = 0; i < n; i++) {
		PangoLayoutLine *line = pango_layout_get_line_readonly(layout, (int)i);
		struct str s = {text + line->start_index, (size_t)line->length};
		while (s.n && strchr(" \t\r\n", s.p[s.n - 1]))
			s.n--;
		lines[i] = arena_str(a, s);
	}
	g_object_unref(layout);
	*ret_lines = lines;
	return n;
}

size_t paper_wrap(
        struct arena *a, const char *text, double size_mm, double width_mm, const char ***ret_lines)
{
	struct paper_font font = {.size = size_mm};
	paper_text_lock();
	size_t n = paper_text_break(a, &font, text, width_mm, ret_lines);
	paper_text_unlock();
	return n;
}
