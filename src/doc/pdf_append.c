#include "doc/pdf_append.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "base/log.h"
#include "base/utf8.h"

enum { TAIL = 1024, ENTRY = 20, OFFSET_DIGITS = 10 };

static bool number_after(struct str s, const char *word, uint64_t *ret_number)
{
	const char *at = s.n ? memmem(s.p, s.n, word, strlen(word)) : NULL;
	if (!at)
		return false;
	const char *p = at + strlen(word), *end = s.p + s.n;
	uint64_t n = 0;
	int digits = 0;
	while (p < end && (*p == ' ' || *p == '\r' || *p == '\n'))
		p++;
	for (; p < end && *p >= '0' && *p <= '9' && digits < 12; p++, digits++)
		n = n * 10 + (uint64_t)(*p - '0');
	*ret_number = n;
	return digits > 0;
}

static struct str from(struct str s, uint64_t at)
{
	return at < s.n ? (struct str){s.p + at, s.n - at} : STR_NONE;
}

/* From the last of these words on. */
static struct str last(struct str s, const char *word)
{
	const char *at;
	struct str found = STR_NONE;
	while (s.n && (at = memmem(s.p, s.n, word, strlen(word))) != NULL) {
		found = from(s, (uint64_t)(at - s.p));
		s = from(found, 1);
	}
	return found;
}

static int read_entries(struct pdf_append *pa, struct str *table, size_t n)
{
	pa->offsets = arena_array(pa->arena, uint64_t, n);
	pa->n_offsets = n;
	for (size_t i = 0; i < n; i++) {
		int64_t offset;
		if (table->n < ENTRY ||
			!str_to_i64((struct str){table->p, OFFSET_DIGITS}, &offset) || offset < 0)
			return ERR_INVALID;
		pa->offsets[i] = table->p[17] == 'n' ? (uint64_t)offset : 0;
		*table = from(*table, ENTRY);
	}
	return 0;
}

int pdf_append_open(struct arena *a, struct str pdf, struct pdf_append *ret_append)
{
	struct pdf_append pa = {.arena = a, .pdf = pdf};
	uint64_t n, root, info = 0;
	struct str tail = last(from(pdf, pdf.n > TAIL ? pdf.n - TAIL : 0), "startxref");
	if (!str_starts(pdf, "%PDF-") || !number_after(tail, "startxref", &pa.xref))
		return ERR_INVALID;
	struct str table = from(pdf, pa.xref);
	if (!str_starts(table, "xref\n0 "))
		return ERR_INVALID;
	struct str head = from(table, strlen("xref\n"));
	struct str line = str_cut(&head, '\n');
	if (!number_after(line, "0 ", &n) || !n || n > PDF_OBJECTS_MAX ||
		read_entries(&pa, &head, n) < 0 || !str_starts(head, "trailer") ||
		!number_after(head, "/Root", &root) || root >= n)
		return ERR_INVALID;
	(void)number_after(head, "/Info", &info);
	pa.root = (uint32_t)root;
	pa.info = (uint32_t)info;
	pa.next = (uint32_t)n;
	buf_init(&pa.out, PDF_APPEND_MAX);
	*ret_append = pa;
	return 0;
}

struct str pdf_append_object(const struct pdf_append *pa, uint32_t number)
{
	if (number >= pa->n_offsets || !pa->offsets[number])
		return STR_NONE;
	struct str s = from(pa->pdf, pa->offsets[number]);
	const char *begin = memmem(s.p, s.n < 40 ? s.n : 40, " obj", 4);
	if (!begin)
		return STR_NONE;
	s = from(s, (uint64_t)(begin - s.p) + 4);
	const char *end = memmem(s.p, s.n, "endobj", 6);
	const char *stream = end ? memmem(s.p, (size_t)(end - s.p), "stream", 6) : NULL;
	return end ? str_trim((struct str){s.p, (size_t)((stream ? stream : end) - s.p)})
		: STR_NONE;
}

uint32_t pdf_append_number(struct pdf_append *pa)
{
	return pa->next++;
}

void pdf_append_begin(struct pdf_append *pa, uint32_t number)
{
	if (pa->n == pa->cap) {
		pa->cap = pa->cap ? pa->cap * 2 : 16;
		pa->numbers = realloc(pa->numbers, pa->cap * sizeof *pa->numbers);
		pa->places = realloc(pa->places, pa->cap * sizeof *pa->places);
		if (!pa->numbers || !pa->places)
			log_die("out of memory");
	}
	pa->numbers[pa->n] = number;
	pa->places[pa->n++] = pa->pdf.n + pa->out.n;
	buf_printf(&pa->out, "%u 0 obj\n", (unsigned)number);
}

void pdf_append_end(struct pdf_append *pa)
{
	buf_puts(&pa->out, "\nendobj\n");
}

void pdf_append_stream(struct pdf_append *pa, uint32_t number, const char *dict, struct str bytes)
{
	pdf_append_begin(pa, number);
	buf_printf(&pa->out, "<< %s /Length %zu >>\nstream\n", dict, bytes.n);
	buf_str(&pa->out, bytes);
	buf_puts(&pa->out, "\nendstream");
	pdf_append_end(pa);
}

/* Named after the document's bytes, as no two are the same. */
static void put_trailer(struct pdf_append *pa)
{
	char digest[DIGEST_HEX];
	crypto_sha256_hex(pa->pdf, digest);
	buf_printf(&pa->out, "trailer\n<< /Size %u /Root %u 0 R", (unsigned)pa->next,
		(unsigned)pa->root);
	if (pa->info)
		buf_printf(&pa->out, " /Info %u 0 R", (unsigned)pa->info);
	buf_printf(&pa->out, " /Prev %" PRIu64 " /ID [<%.32s> <%.32s>] >>\n", pa->xref, digest,
		digest + DIGEST_BYTES);
}

int pdf_append_finish(struct pdf_append *pa, struct str *ret_pdf)
{
	uint64_t xref = pa->pdf.n + pa->out.n;
	buf_puts(&pa->out, "xref\n");
	for (size_t i = 0; i < pa->n; i++)
		buf_printf(&pa->out, "%u 1\n%010" PRIu64 " 00000 n \n", (unsigned)pa->numbers[i],
			pa->places[i]);
	put_trailer(pa);
	buf_printf(&pa->out, "startxref\n%" PRIu64 "\n%%%%EOF\n", xref);
	bool fits = !pa->out.full;
	if (fits) {
		char *all = arena_alloc(pa->arena, pa->pdf.n + pa->out.n + 1);
		memcpy(all, pa->pdf.p, pa->pdf.n);
		memcpy(all + pa->pdf.n, pa->out.p, pa->out.n);
		*ret_pdf = (struct str){all, pa->pdf.n + pa->out.n};
	}
	buf_fini(&pa->out);
	free(pa->numbers);
	free(pa->places);
	pa->numbers = NULL;
	pa->places = NULL;
	return fits ? 0 : ERR_LIMIT;
}

/* ---- attachments ---- */

/* Text strings of a PDF: UTF-16BE with its mark, in hexadecimal. */
static void put_text(struct buf *out, const char *text)
{
	struct str rest = str_of(text);
	uint32_t c;
	buf_puts(out, "<FEFF");
	for (size_t n; rest.n && (n = utf8_next(rest, &c)) > 0; rest = from(rest, n)) {
		if (c < 0x10000) {
			buf_printf(out, "%04X", (unsigned)c);
			continue;
		}
		c -= 0x10000;
		buf_printf(out, "%04X%04X", (unsigned)(0xd800 | c >> 10),
			(unsigned)(0xdc00 | (c & 0x3ff)));
	}
	buf_putc(out, '>');
}

static void put_name(struct buf *out, const char *mime)
{
	buf_putc(out, '/');
	for (; *mime; mime++)
		if (*mime == '/')
			buf_puts(out, "#2F");
		else
			buf_putc(out, *mime);
}

static uint32_t put_file(struct pdf_append *pa, const struct pdf_attachment *file)
{
	uint32_t number = pdf_append_number(pa);
	time_t at = (time_t)file->at;
	struct tm tm;
	char when[40] = "";
	if (gmtime_r(&at, &tm))
		(void)strftime(when, sizeof when, "%Y%m%d%H%M%SZ", &tm);
	auto_buf dict;
	buf_init(&dict, 4096);
	buf_puts(&dict, "/Type /EmbeddedFile /Subtype ");
	put_name(&dict, file->mime);
	buf_printf(&dict, " /Params << /Size %zu /ModDate (D:%s) >>", file->bytes.n, when);
	pdf_append_stream(pa, number, buf_z(&dict), file->bytes);
	return number;
}

static uint32_t put_spec(struct pdf_append *pa, const struct pdf_attachment *file, uint32_t bytes)
{
	uint32_t number = pdf_append_number(pa);
	pdf_append_begin(pa, number);
	buf_puts(&pa->out, "<< /Type /Filespec /F ");
	put_text(&pa->out, file->name);
	buf_puts(&pa->out, " /UF ");
	put_text(&pa->out, file->name);
	buf_puts(&pa->out, " /Desc ");
	put_text(&pa->out, file->description);
	buf_printf(&pa->out, " /AFRelationship /Data /EF << /F %u 0 R /UF %u 0 R >> >>",
		(unsigned)bytes, (unsigned)bytes);
	pdf_append_end(pa);
	return number;
}

int pdf_attach(struct pdf_append *pa, const struct pdf_attachment *file)
{
	struct str catalog = pdf_append_object(pa, pa->root);
	if (!str_starts(catalog, "<<") || !str_ends(catalog, ">>"))
		return ERR_INVALID;
	uint32_t spec = put_spec(pa, file, put_file(pa, file));
	pdf_append_begin(pa, pa->root);
	buf_str(&pa->out, (struct str){catalog.p, catalog.n - 2});
	buf_puts(&pa->out, "   /Version /1.7 /Lang (zh-CN) /PageMode /UseNone\n"
		"   /Names << /EmbeddedFiles << /Names [");
	put_text(&pa->out, file->name);
	buf_printf(&pa->out, " %u 0 R] >> >>\n   /AF [%u 0 R]\n>>", (unsigned)spec,
		(unsigned)spec);
	pdf_append_end(pa);
	return 0;
}
