/* Pages from the sample views in tests/fixtures/paper: a list of views, one page each. In a value
 * "@photo" stands for a portrait, "@qr TEXT" for the object that qr_path() gives. */
#ifndef LUBAN_TEST_DOC_RENDER_H
#define LUBAN_TEST_DOC_RENDER_H

#include <cairo.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "doc/paper.h"
#include "doc/photo.h"

static inline cairo_status_t put_png(void *arg, const unsigned char *bytes, unsigned n)
{
	buf_put(arg, bytes, n);
	return CAIRO_STATUS_SUCCESS;
}

/* Head and shoulders. */
static inline struct str portrait(struct arena *a)
{
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 480, 640);
	cairo_t *c = cairo_create(s);
	struct buf png = {.max = 4 * 1024 * 1024};
	struct str jpeg = {0};
	const char *message;
	cairo_set_source_rgb(c, .55, .72, .88);
	cairo_paint(c);
	cairo_set_source_rgb(c, .16, .2, .28);
	cairo_arc(c, 240, 660, 210, 0, 7);
	cairo_fill(c);
	cairo_set_source_rgb(c, .93, .78, .68);
	cairo_rectangle(c, 200, 380, 80, 90);
	cairo_arc(c, 240, 290, 115, 0, 7);
	cairo_fill(c);
	cairo_set_source_rgb(c, .1, .09, .09);
	cairo_arc(c, 240, 265, 122, 3.1, 6.3);
	cairo_fill(c);
	cairo_surface_write_to_png_stream(s, put_png, &png);
	cairo_destroy(c);
	cairo_surface_destroy(s);
	if (photo_normalise(a, buf_view(&png), &jpeg, &message))
		abort();
	buf_fini(&png);
	return jpeg;
}

static inline json_t *expanded(struct arena *a, const char *text)
{
	const char *d;
	int size;
	if (streq(text, "@photo"))
		return json_string(data_uri(a, "image/jpeg", portrait(a)));
	if (!str_starts(str_of(text), "@qr ") || qr_path(a, text + 4, &d, &size))
		return NULL;
	return json_pack("{sssi}", "d", d, "size", size);
}

static inline void expand(struct arena *a, json_t *view)
{
	const char *key;
	json_t *value;
	json_object_foreach (view, key, value) {
		json_t *other =
		        json_is_string(value) ? expanded(a, json_string_value(value)) : NULL;
		if (other)
			json_object_set_new(view, key, other);
	}
}

/* The views of tests/fixtures/paper/NAME.json. */
static inline json_t *views_of(struct arena *a, const char *name)
{
	json_error_t error;
	json_t *views =
	        json_load_file(arena_printf(a, "tests/fixtures/paper/%s.json", name), 0, &error);
	json_t *view;
	size_t i;
	if (!views) {
		fprintf(stderr, "%s: line %d: %s\n", name, error.line, error.text);
		abort();
	}
	json_array_foreach (views, i, view)
		expand(a, view);
	return views;
}

/* A PDF of all of them; NULL in .p when it can not be made, after saying why. */
static inline struct str rendered(struct arena *a, const char *name, json_t *views)
{
	struct paper *p;
	struct str pdf = {0};
	json_t *view;
	size_t i;
	if (paper_new(name, &p))
		return pdf;
	paper_date(p, 1700000000);
	json_array_foreach (views, i, view)
		if (paper_page(p, name, view)) {
			fprintf(stderr, "%s: %s\n", name, paper_error(p));
			paper_free(p);
			return pdf;
		}
	if (paper_finish(p, a, &pdf))
		fprintf(stderr, "%s: not finished\n", name);
	return pdf;
}

/* What a program prints; args end with NULL. */
static inline const char *output_of(struct arena *a, const char *const *args)
{
	int ends[2], status;
	pid_t pid;
	posix_spawn_file_actions_t actions;
	struct buf b = {.max = 16 * 1024 * 1024};
	posix_spawn_file_actions_init(&actions);
	if (pipe2(ends, O_CLOEXEC) ||
		posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO) ||
		posix_spawnp(&pid, args[0], &actions, NULL, (char *const *)args, environ))
		abort();
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	char piece[4096];
	ssize_t n;
	while ((n = read(ends[0], piece, sizeof piece)) > 0)
		buf_put(&b, piece, (size_t)n);
	close(ends[0]);
	waitpid(pid, &status, 0);
	const char *text = arena_str(a, buf_view(&b));
	buf_fini(&b);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? text : NULL;
}

#endif
