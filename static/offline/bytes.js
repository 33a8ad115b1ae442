// Bytes and their spellings, as src/base/hex.c has them: one spelling each. What is not spelt so throws.
export class Refusal extends Error {}

export const refuse = (why) => {
	throw new Refusal(why);
};

export const utf8 = (text) => new TextEncoder().encode(text);

export function textOf(bytes) {
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		return refuse('utf8');
	}
}

export function concat(...parts) {
	const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
	let at = 0;
	for (const p of parts) {
		out.set(p, at);
		at += p.length;
	}
	return out;
}

export const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);

export const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

export function unhex(text, n) {
	if (typeof text !== 'string' || text.length !== 2 * n || !/^[0-9a-fA-F]*$/.test(text))
		refuse('hex');
	return Uint8Array.from({ length: n }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

export function base64(bytes) {
	let text = '';
	for (let i = 0; i < bytes.length; i += 4096)
		text += String.fromCharCode(...bytes.subarray(i, i + 4096));
	return btoa(text);
}

export function unbase64(text) {
	if (typeof text !== 'string' || text.length % 4 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
		refuse('base64');
	const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
	return base64(bytes) === text ? bytes : refuse('base64');
}

const digits45 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

export function unbase45(text) {
	const out = [];
	for (let i = 0; i < text.length; i += 3) {
		const group = [...text.slice(i, i + 3)].map((c) => digits45.indexOf(c));
		const value = group.reduceRight((n, d) => n * 45 + d, 0);
		if (group.includes(-1) || group.length === 1 || value > (group.length === 3 ? 0xffff : 0xff))
			refuse('base45');
		if (group.length === 3)
			out.push(value >> 8);
		out.push(value & 0xff);
	}
	return Uint8Array.from(out);
}

// The digits of a printed code: src/base/credential_code.h.
const digitsOf = [0, 3, 5, 8, 10, 13, 15, 17];

export function undigits(text) {
	const out = [];
	if (!/^[0-9]+$/.test(text))
		refuse('digits');
	for (let i = 0; i < text.length; i += 17) {
		const group = text.slice(i, i + 17), n = digitsOf.indexOf(group.length);
		let value = n > 0 ? BigInt(group) : refuse('digits');
		if (value >> BigInt(8 * n))
			refuse('digits');
		const bytes = [];
		for (let k = 0; k < n; k++, value >>= 8n)
			bytes.unshift(Number(value & 0xffn));
		out.push(...bytes);
	}
	return Uint8Array.from(out);
}

export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
