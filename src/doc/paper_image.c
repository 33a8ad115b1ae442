/* What stands on pages besides text: QR codes and photos. */
#include <qrencode.h>
#include <string.h>

#include "base/hex.h"
#include "doc/paper.h"

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

static int path_of(struct arena *a, QRcode *code, const char **ret_d, int *ret_size)
{
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

int qr_path(struct arena *a, const char *text, const char **ret_d, int *ret_size)
{
	if (!text || !*text)
		return ERR_INVALID;
	return path_of(a, QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1), ret_d,
		ret_size);
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

int qr_path_proof(struct arena *a, const char *text, const char **ret_d, int *ret_size)
{
	const char *mark = strrchr(text, '#');
	if (!mark || !mark[1])
		return ERR_INVALID;
	QRcode *code = encode_proof(text, mark + 1, QR_ECLEVEL_M);
	return path_of(a, code ? code : encode_proof(text, mark + 1, QR_ECLEVEL_L), ret_d,
		ret_size);
}

const char *data_uri(struct arena *a, const char *mime, struct str bytes)
{
	auto_buf b;
	buf_init(&b, bytes.n / 3 * 4 + 256);
	buf_printf(&b, "data:%s;base64,", mime);
	base64_put(&b, bytes.p, bytes.n);
	return arena_str(a, buf_view(&b));
}
