// The credential that a PDF carries. Attachments of a PDF that was saved again by another program may be packed; they are
// still streams of their own, so that the document need not be understood as a whole.
import { refuse, textOf } from './bytes.js';

const latin = (bytes) => new TextDecoder('latin1').decode(bytes);

async function unpacked(bytes, dict) {
	if (!/\/Filter/.test(dict))
		return bytes;
	if (!/\/Filter\s*(\[\s*)?\/(FlateDecode|Fl)\s*\]?/.test(dict) || /DecodeParms/.test(dict))
		return null;
	const out = [], reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
	let n = 0;
	try {
		for (let r = await reader.read(); !r.done; r = await reader.read()) {
			out.push(r.value);
			n += r.value.length;
			if (n > 128 * 1024)
				return null;
		}
	} catch { /* what follows the end of the stream */ }
	return new Uint8Array(await new Blob(out).arrayBuffer());
}

export const isPdf = (bytes) => latin(bytes.subarray(0, 1024)).includes('%PDF-');

// The streams of a document, by a pattern that their dictionaries match: {dict, bytes}.
function* streams(bytes, wanted) {
	const text = latin(bytes);
	for (const m of text.matchAll(/\d+\s+\d+\s+obj\s*<<((?:(?!endobj|stream)[\s\S]){0,4000}?)>>\s*stream\r?\n/g)) {
		const begin = m.index + m[0].length, length = /\/Length\s+(\d+)(?!\s*\d*\s+\d+\s+R)/.exec(m[1]);
		const end = length ? begin + Number(length[1]) : text.indexOf('endstream', begin);
		if (wanted.test(m[1]) && end >= begin && end <= bytes.length)
			yield { dict: m[1], bytes: bytes.subarray(begin, end) };
	}
}

// The photos of the page that stand in it as they were taken in: JPEG.
export const photos = (bytes) => [...streams(bytes, /\/DCTDecode/)].map((s) => s.bytes);

// The bytes of each attachment that could be a credential, the last one first: an updated document has the newest behind.
export async function attachments(bytes) {
	if (bytes.length > 64 * 1024 * 1024)
		refuse('long');
	const found = [];
	for (const s of streams(bytes, /\/Type\s*\/EmbeddedFile/)) {
		const content = await unpacked(s.bytes, s.dict);
		if (content && /^\s*\{[\s\S]*"luban_credential"/.test(latin(content)))
			found.unshift(content);
	}
	return found.filter((b) => {
		try {
			return textOf(b);
		} catch {
			return false;
		}
	});
}
