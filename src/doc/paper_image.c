/* What stands on pages besides text: QR codes and photos. */
#include <qrencode.h>
#include <string.h>

#include "base/hex.h"
#include "doc/paper.h"
#include "doc/photo_head.h"

enum { QR_PATH_MAX = 256 * 1024 };

/* Runs of dark modules in a row become one bar. */
static void put_row(struct buf *b, const unsigned char *modules, int width, int y)
{
	for (int x = 0; x < width;) {
		int begin = x;
		while (x < width && modules[x] & 1)
			x++;
		if (x > begin)
			buf_printf(b, "M%d %dh%dv1h-%dz", begin, y, x - begin, x - begin);
		else
			x++;
	}
}

int qr_path(struct arena *a, const char *text, const char **ret_d, int *ret_size)
{
	if (!text || !*text)
		return ERR_INVALID;
	QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	if (!code)
		return ERR_INVALID;
	auto_buf b;
	buf_init(&b, QR_PATH_MAX);
	for (int y = 0; y < code->width; y++)
		put_row(&b, code->data + y * code->width, code->width, y);
	*ret_size = code->width;
	QRcode_free(code);
	*ret_d = arena_str(a, buf_view(&b));
	return 0;
}

static int take_code(struct arena *a, QRcode *code, struct qr_code *ret_code)
{
	if (!code)
		return ERR_INVALID;
	size_t size = (size_t)code->width, stride = (size + 7) / 8;
	char *rows = arena_alloc(a, size * stride);
	memset(rows, 0, size * stride);
	for (size_t y = 0; y < size; y++)
		for (size_t x = 0; x < size; x++)
			if (code->data[y * size + x] & 1)
				rows[y * stride + x / 8] |= (char)(0x80 >> x % 8);
	QRcode_free(code);
	*ret_code = (struct qr_code){(int)size, {rows, size * stride}};
	return 0;
}

int qr_code_text(struct arena *a, const char *text, struct qr_code *ret_code)
{
	if (!text || !*text)
		return ERR_INVALID;
	return take_code(a, QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1), ret_code);
}

/* How many components a JPEG has: in its frame header (ITU-T T.81, B.2.2). 0: none is found. */
static int components(struct str jpeg)
{
	const unsigned char *p = (const unsigned char *)jpeg.p;
	for (size_t at = 2; at + 10 <= jpeg.n && p[at] == 0xff;) {
		unsigned marker = p[at + 1];
		if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 &&
			marker != 0xcc)
			return p[at + 9];
		at += 2 + (size_t)p[at + 2] * 256 + p[at + 3];
	}
	return 0;
}

int paper_photo_read(struct str jpeg, struct paper_photo *ret_photo)
{
	struct photo_head head;
	if (photo_head_read(jpeg, &head) < 0 || head.is_png || head.is_turned)
		return ERR_INVALID;
	int n = components(jpeg);
	if (n != 1 && n != 3)
		return ERR_INVALID;
	*ret_photo = (struct paper_photo){jpeg, head.width, head.height, n == 1};
	return 0;
}

/* Two segments, each as dense as its characters allow. */
static QRcode *encode_proof(const char *text, const char *digits, QRecLevel level)
{
	QRcode *code = NULL;
	QRinput *in = QRinput_new2(0, level);
	if (in && !QRinput_append(in, QR_MODE_8, (int)(digits - text),
		(const unsigned char *)text) &&
		!QRinput_append(in, QR_MODE_NUM, (int)strlen(digits),
		(const unsigned char *)digits))
		code = QRcode_encodeInput(in);
	if (in)
		QRinput_free(in);
	return code;
}

int qr_code_proof(struct arena *a, const char *text, struct qr_code *ret_code)
{
	const char *mark = strrchr(text, '#');
	if (!mark || !mark[1])
		return ERR_INVALID;
	QRcode *code = encode_proof(text, mark + 1, QR_ECLEVEL_M);
	return take_code(a, code ? code : encode_proof(text, mark + 1, QR_ECLEVEL_L), ret_code);
}

const char *data_uri(struct arena *a, const char *mime, struct str bytes)
{
	auto_buf b;
	buf_init(&b, bytes.n / 3 * 4 + 256);
	buf_printf(&b, "data:%s;base64,", mime);
	base64_put(&b, bytes.p, bytes.n);
	return arena_str(a, buf_view(&b));
}
