// A PNG of two colours, so that it is no blank sheet: a photo as far as a program can tell.
import { crc32, deflateSync } from 'node:zlib';

function chunk(type, data) {
	const body = Buffer.concat([Buffer.from(type), data]), out = Buffer.alloc(body.length + 8);
	out.writeUInt32BE(data.length, 0);
	body.copy(out, 4);
	out.writeUInt32BE(crc32(body), body.length + 4);
	return out;
}

export function png(width = 300, height = 400) {
	const head = Buffer.alloc(13), rows = Buffer.alloc((width * 3 + 1) * height);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head.set([8, 2, 0, 0, 0], 8);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			rows.set([x * 255 / width, y * 255 / height, (x * y) % 255], y * (width * 3 + 1) + 1 + 3 * x);
	return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)),
		chunk('IEND', Buffer.alloc(0))]);
}
