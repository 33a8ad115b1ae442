/* The template lint: what no template may contain, found by reading its text; and, with a fixture,
 * what comes out of it. Used by the build only. */
#ifndef LUBAN_TMPLLINT_LINT_H
#define LUBAN_TMPLLINT_LINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* What the reader calls for {{{x}}}, {{&x}} and for the templates that a template names. */
struct lint_hooks {
	bool (*may_be_raw)(void *arg, const char *file, struct str name);
	bool (*template_exists)(void *arg, const char *file, struct str name);
	void *arg;
};

/* Problems go to stderr as "file:line: what". Returns how many. is_output: rendered text, without
 * mustache tags; then ids must also be unique. */
size_t lint_text(const char *file, struct str text, bool is_output, const struct lint_hooks *hooks);

#endif
