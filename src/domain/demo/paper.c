/* Papers that people bring: one line on a sheet. */
#include <string.h>

#include "base/utf8.h"
#include "domain/demo/province.h"

/* PDF with a font that every reader brings along. */
struct str demo_paper(struct demo *d, const char *title)
{
	static const char tail[] =
		"4 0 obj<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H/Des"
			"cendantFonts[5 0 R]>>endobj\n"
		"5 0 obj<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Reg"
			"istry(Adobe)"
		"/Ordering(GB1)/Supplement 4>>/FontDescriptor 6 0 R>>endobj\n"
		"6 0 obj<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[-25 -254 "
			"1000 "
			"880]/ItalicAngle 0"
		"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>endobj\ntrailer<</Root 1 0 R/"
			"Size "
			"8>>\n%%EOF\n";
	auto_buf hex, all;
	uint32_t code;
	buf_init(&hex, 4096);
	buf_init(&all, 16384);
	struct str rest = str_of(title);
	for (size_t n; rest.n && (n = utf8_next(rest, &code)); rest.p += n, rest.n -= n)
		buf_printf(&hex, "%04X", (unsigned)code & 0xffff);
	char *draw = text_of(d->cx, "BT /F 22 Tf 72 740 Td <%s> Tj ET", buf_z(&hex));
	buf_puts(&all, "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
		       "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
		       "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 7 0 R"
		       "/Resources<</Font<</F 4 0 R>>>>>>endobj\n");
	buf_printf(&all, "7 0 obj<</Length %zu>>stream\n%s\nendstream endobj\n%s", strlen(draw),
		draw, tail);
	return (struct str){arena_str(d->cx->arena, buf_view(&all)), all.n};
}
