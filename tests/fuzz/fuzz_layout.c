/* Layouts of certificates. The first byte says what the rest is: '0' a whole layout, '1' what is
 * put into a sound one. What is let through must draw, and must not have what is refused. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "doc/layout.h"

static const char head[] =
	"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"210mm\" height=\"297mm\""
	" viewBox=\"0 0 210 297\">"
	"<text x=\"20\" y=\"30\" font-size=\"5\">{{name}} {{id_type}} {{id_number}} {{occupation}}"
	" {{work_type}} {{grade}} {{number}} {{issued_on}} {{body}} {{statement}} {{body_url}}"
	" {{check_url}} {{remark}} {{stripe}}</text>"
	"<rect id=\"photo\" x=\"20\" y=\"90\" width=\"30\" height=\"40\"/>"
	"<rect id=\"qr\" x=\"80\" y=\"90\" width=\"54\" height=\"54\"/>";

static bool has(struct str s, const char *word)
{
	return memmem(s.p, s.n, word, strlen(word)) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const never[] = {"<script", "<foreignObject", "<!DOCTYPE", NULL};
	if (size < 1 || size > 16 * 1024 || data[0] < '0' || data[0] > '1')
		return -1;
	auto_arena a = arena_new(512 << 20);
	struct layout_report report;
	struct str rest = {(const char *)data + 1, size - 1}, pdf, svg = rest;
	if (data[0] == '1')
		svg = str_of(arena_printf(a, "%s%.*s</svg>", head, (int)rest.n, rest.p));
	int r = layout_check(a, LAYOUT_LEVEL, svg, &report);
	if ((r < 0) != (report.n > 0))
		abort();
	for (size_t i = 0; i < report.n; i++)
		(void)message_text(a, report.at[i].id, report.at[i].args);
	if (r == 0 && layout_preview(a, LAYOUT_LEVEL, svg, &pdf) < 0)
		abort();
	for (size_t i = 0; r == 0 && never[i]; i++)
		if (has(svg, never[i]) && !has(svg, "<!--") && !has(svg, "<![CDATA[") &&
			!has(svg, "{{!"))
			abort();
	return 0;
}
