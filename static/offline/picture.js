// The code on a picture: as it is, sharpened, and in other sizes, until it reads.
import decodeQR from 'qr/decode.js';

// {data: RGBA, width, height} in another size, as grey.
export function scaled({ data, width, height }, factor) {
	const w = Math.round(width * factor), h = Math.round(height * factor), out = new Uint8ClampedArray(w * h * 4);
	const most = (v, n) => Math.min(n - 1.001, Math.max(0, v));
	for (let y = 0; y < h; y++) {
		const v = most((y + 0.5) / factor - 0.5, height), y0 = Math.floor(v), b = v - y0;
		for (let x = 0; x < w; x++) {
			const u = most((x + 0.5) / factor - 0.5, width), x0 = Math.floor(u), a = u - x0, i = (y0 * width + x0) * 4, j = i + width * 4;
			const k = (y * w + x) * 4;
			out[k] = out[k + 1] = out[k + 2] = (data[i + 1] * (1 - a) + data[i + 5] * a) * (1 - b) + (data[j + 1] * (1 - a) + data[j + 5] * a) * b;
			out[k + 3] = 255;
		}
	}
	return { data: out, width: w, height: h };
}

export function sharpened({ data, width, height }) {
	const out = new Uint8ClampedArray(data);
	for (let y = 1; y < height - 1; y++)
		for (let x = 1; x < width - 1; x++) {
			const i = (y * width + x) * 4, around = (data[i - 4] + data[i + 4] + data[i - width * 4] + data[i + width * 4]) / 4;
			out[i] = out[i + 1] = out[i + 2] = data[i] + 1.5 * (data[i] - around);
		}
	return { data: out, width, height };
}

const tries = [(p) => p, sharpened, (p) => scaled(p, 1.5), (p) => scaled(p, 0.75), (p) => sharpened(scaled(p, 1.5)), (p) => scaled(p, 2),
	(p) => scaled(p, 0.5)];

function attempt(picture) {
	try {
		return decodeQR(picture);
	} catch {
		return null;
	}
}

// The text of the code, or null. pause: called between tries, so that the page stays alive.
export async function codeOf(picture, pause = async () => {}) {
	for (const change of tries) {
		const changed = change(picture), text = changed.width * changed.height > 60e6 ? null : attempt(changed);
		if (text)
			return text;
		await pause();
	}
	return null;
}

// The left half of a page holds the code: where the whole page does not read, its parts may.
export async function codeInParts(picture, crop, pause) {
	const whole = await codeOf(picture, pause), { width: w, height: h } = picture;
	if (whole)
		return whole;
	for (const [x, y, pw, ph] of [[0, h / 3, w / 2, h * 2 / 3], [0, 0, w / 2, h], [w / 2, 0, w / 2, h], [0, 0, w, h / 2], [0, h / 2, w, h / 2]]) {
		const text = await codeOf(crop(Math.floor(x), Math.floor(y), Math.floor(pw), Math.floor(ph)), pause);
		if (text)
			return text;
	}
	return null;
}
