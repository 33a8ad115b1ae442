/* Photos of candidates: JPEG or PNG in, checked, turned upright, cut to 3:4 and scaled to 240×320
 * JPEG of at most 20 KB out, without metadata. */
#ifndef LUBAN_DOC_PHOTO_H
#define LUBAN_DOC_PHOTO_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum {
	PHOTO_W = 240,
	PHOTO_H = 320,
	PHOTO_BYTES_MAX = 20 * 1024,
	PHOTO_INPUT_MAX = 8 * 1024 * 1024
};

/* ERR_INVALID with *ret_message: "photo.not_image", "photo.too_small" (below 240×320),
 * "photo.too_large", "photo.broken", "photo.blank" (nearly one colour). */
int photo_normalise(
        struct arena *a, struct str in, struct str *ret_jpeg, const char **ret_message) MUST_CHECK;

#endif
