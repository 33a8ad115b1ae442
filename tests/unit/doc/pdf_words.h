#ifndef LUBAN_TEST_DOC_PDF_WORDS_H
#define LUBAN_TEST_DOC_PDF_WORDS_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"

/* The words of a PDF, by pdftotext; pages end with a form feed. */
static inline const char *pdf_words(struct arena *a, struct str pdf)
{
	char path[] = "/tmp/luban-words-XXXXXX";
	int fd = mkstemp(path);
	auto_buf text;
	char chunk[4096];
	buf_init(&text, 1 << 20);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, pdf.p, pdf.n), (ssize_t)pdf.n);
	close(fd);
	FILE *p = popen(arena_printf(a, "pdftotext -layout %s -", path), "r");
	assert_non_null(p);
	for (size_t n; (n = fread(chunk, 1, sizeof chunk, p)) > 0;)
		buf_put(&text, chunk, n);
	assert_int_equal(pclose(p), 0);
	unlink(path);
	return arena_dup(a, buf_z(&text));
}

#endif
