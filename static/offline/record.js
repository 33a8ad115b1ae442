// Records (src/base/stow.h), commitments (src/base/commit.h), leaves of the log (src/base/leaf.h) and inclusion proofs
// (src/base/merkle.h).
import { concat, hex, refuse, sha256, textOf, utf8 } from './bytes.js';

export const stow = (name, text) => {
	const bytes = utf8(text);
	return concat(utf8(`${name}:${bytes.length}:`), bytes, utf8('\n'));
};

// The fields of a record, as [name, text].
export function unstow(bytes) {
	const fields = [], colon = 58;
	for (let at = 0; at < bytes.length;) {
		const a = bytes.indexOf(colon, at), b = a < 0 ? -1 : bytes.indexOf(colon, a + 1);
		const length = b < 0 ? '' : textOf(bytes.subarray(a + 1, b));
		const end = b + 1 + Number(length);
		if (!/^[0-9]{1,9}$/.test(length) || bytes[end] !== 10)
			refuse('record');
		fields.push([textOf(bytes.subarray(at, a)), textOf(bytes.subarray(b + 1, end))]);
		at = end + 1;
	}
	return fields;
}

export async function commitment(purpose, salt, fields) {
	const sorted = Object.keys(fields).sort();
	const parts = sorted.map((name) => stow(name, fields[name]));
	return hex(await sha256(concat(stow('commit', '1'), stow('purpose', purpose), stow('salt', hex(salt)), ...parts)));
}

const day = (text) => /^[1-9]\d{3}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
	new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
const number = (least, most = Number.MAX_SAFE_INTEGER) => (text) => /^(0|[1-9]\d{0,15})$/.test(text) && Number(text) >= least &&
	Number(text) <= most;
const like = (pattern) => (text) => pattern.test(text);
const handle = like(/^[0-9a-f]{32}$/), hex64 = like(/^[0-9a-f]{64}$/), code = like(/^[0-9a-z_.]{1,32}$/);

// Those that show a face; the other kinds are of no use to a credential.
const kinds = {
	'certificate.issued': [['certificate', handle], ['body', like(/^[0-9A-Z]{13}$/)], ['body_kind', code],
		['occupation', like(/^[0-9A-Za-z-]{0,32}$/)], ['grade', number(0, 8)], ['route', code], ['region', like(/^[0-9]{2,12}$/)],
		['issued_on', day], ['commitment', hex64]],
	'certificate.corrected': [['certificate', handle], ['version', number(2)], ['commitment', hex64]],
};

// An object of the leaf's fields; null for what is none of a face.
export function leafOf(bytes) {
	let fields;
	try {
		fields = unstow(bytes);
	} catch {
		return null;
	}
	const kind = fields[1]?.[1], form = Object.hasOwn(kinds, kind ?? '') ? kinds[kind] : null;
	const head = [['luban_leaf', like(/^1$/)], ['kind', like(/./)], ['on', day]];
	if (!form || fields.length !== head.length + form.length)
		return null;
	if (![...head, ...form].every(([name, is], i) => fields[i][0] === name && is(fields[i][1])))
		return null;
	const again = concat(...fields.map(([name, text]) => stow(name, text)));
	return again.length === bytes.length && again.every((b, i) => b === bytes[i]) ? Object.fromEntries(fields) : null;
}

const node = (left, right) => sha256(concat(Uint8Array.of(1), left, right));
export const leafHash = (bytes) => sha256(concat(Uint8Array.of(0), bytes));

// The root that the leaf's hash and the proof lead to (RFC 9162, 2.1.3.2).
export async function rootOf(index, size, leaf, proof) {
	const half = (n) => Math.floor(n / 2);
	let fn = index, sn = size - 1, hash = leaf;
	if (index >= size || proof.length > 64)
		refuse('proof');
	for (const p of proof) {
		if (!sn)
			refuse('proof');
		if (fn % 2 || fn === sn) {
			hash = await node(p, hash);
			while (fn && fn % 2 === 0) {
				fn = half(fn);
				sn = half(sn);
			}
		} else {
			hash = await node(hash, p);
		}
		fn = half(fn);
		sn = half(sn);
	}
	return sn ? refuse('proof') : hash;
}
