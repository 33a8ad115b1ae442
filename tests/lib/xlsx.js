// Workbooks in tests: a zip archive in and out, and rows put into a sheet that Excel would fill in.
import { deflateRawSync, inflateRawSync } from 'node:zlib';

const table = Array.from({ length: 256 }, (_, n) => {
	for (let k = 0; k < 8; k++)
		n = n & 1 ? 0xedb88320 ^ n >>> 1 : n >>> 1;
	return n >>> 0;
});
const crc32 = (bytes) => (bytes.reduce((crc, b) => table[(crc ^ b) & 255] ^ crc >>> 8, 0xffffffff) ^ 0xffffffff) >>> 0;

// name → bytes, in the order of the archive.
export function unzip(bytes) {
	const files = new Map();
	const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06'));
	let at = bytes.readUInt32LE(end + 16);
	for (let n = bytes.readUInt16LE(end + 10); n > 0; n--) {
		const [method, packed, name] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28)];
		const head = bytes.readUInt32LE(at + 42);
		const from = head + 30 + bytes.readUInt16LE(head + 26) + bytes.readUInt16LE(head + 28);
		const data = bytes.subarray(from, from + packed);
		files.set(bytes.toString('utf8', at + 46, at + 46 + name), method ? inflateRawSync(data) : Buffer.from(data));
		at += 46 + name + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
	}
	return files;
}

export function zip(files) {
	const parts = [], directory = [];
	let at = 0;
	for (const [name, bytes] of files) {
		const packed = deflateRawSync(bytes), title = Buffer.from(name), common = Buffer.alloc(26);
		common.writeUInt16LE(20, 0);
		common.writeUInt16LE(0x800, 2);
		common.writeUInt16LE(8, 4);
		common.writeUInt32LE(crc32(bytes), 10);
		common.writeUInt32LE(packed.length, 14);
		common.writeUInt32LE(bytes.length, 18);
		common.writeUInt16LE(title.length, 22);
		const tail = Buffer.alloc(14);
		tail.writeUInt32LE(at, 10);
		parts.push(Buffer.from('PK\x03\x04'), common, title, packed);
		directory.push(Buffer.from('PK\x01\x02\x14\x00'), common, tail, title);
		at += 30 + title.length + packed.length;
	}
	const list = Buffer.concat(directory), end = Buffer.alloc(18);
	end.writeUInt16LE(files.size, 4);
	end.writeUInt16LE(files.size, 6);
	end.writeUInt32LE(list.length, 8);
	end.writeUInt32LE(at, 12);
	return Buffer.concat([...parts, list, Buffer.from('PK\x05\x06'), end]);
}

const plain = (xml) => xml.replace(/<[^>]+>/g, '').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
const escaped = (text) => String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;');
const column = (n) => (n >= 26 ? column(Math.floor(n / 26) - 1) : '') + String.fromCharCode(65 + n % 26);

// The texts of the first sheet, row by row: a map of column letters.
export function readSheet(bytes) {
	const files = unzip(bytes), sheet = files.get('xl/worksheets/sheet1.xml').toString();
	const shared = [...(files.get('xl/sharedStrings.xml')?.toString() ?? '').matchAll(/<si>(.*?)<\/si>/gs)].map((m) => plain(m[1]));
	return [...sheet.matchAll(/<row [^>]*?(?:\/>|>(.*?)<\/row>)/gs)].map((row) =>
		Object.fromEntries([...(row[1] ?? '').matchAll(/<c r="([A-Z]+)\d+"([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)].map(([, at, kind, body]) =>
			[at, kind.includes('t="s"') ? shared[Number(plain(body ?? ''))] : plain(body ?? '')])));
}

// The workbook with rows below the headings of its first sheet, in place of what stands there; rows are {heading: text}.
export function fillSheet(bytes, rows) {
	const files = unzip(bytes), name = 'xl/worksheets/sheet1.xml', sheet = files.get(name).toString();
	const [head] = readSheet(bytes);
	const at = new Map(Object.entries(head).map(([letters, text]) => [text.replace(/\s*[*＊]$/, ''), letters]));
	const lines = rows.map((row, i) => {
		const order = (letters) => letters.length * 100 + letters.charCodeAt(letters.length - 1);
		const cells = Object.entries(row).map(([heading, text]) => {
			if (!at.has(heading))
				throw new Error(`the sheet has no column ${heading}: ${[...at.keys()]}`);
			return [at.get(heading), text];
		}).sort(([a], [b]) => order(a) - order(b));
		return `<row r="${i + 2}">${cells.map(([letters, text]) =>
			`<c r="${letters}${i + 2}" t="inlineStr"><is><t>${escaped(text)}</t></is></c>`).join('')}</row>`;
	});
	const first = /<row .*?<\/row>/s.exec(sheet)[0];
	files.set(name, Buffer.from(sheet.replace(/<sheetData>.*<\/sheetData>/s, () => `<sheetData>${first}${lines.join('')}</sheetData>`)
		.replace(/<dimension [^>]*>/, `<dimension ref="A1:${column(at.size - 1)}${rows.length + 1}"/>`)));
	return zip(files);
}
