// Signed notes (src/base/note.h), checkpoints (src/base/checkpoint.h), and whom one trusts (src/base/trust.h).
import { verifyAsync } from '@noble/ed25519';
import { base64, concat, hex, refuse, same, sha256, unbase64, unhex, utf8 } from './bytes.js';
import { sm2Holds, sm2IsPublic, sm3 } from './sm.js';

const ED25519 = 1, COSIGNATURE = 4, SM2 = 255, sm2Name = utf8('luban/sm2-sm3/v1');
const space = /[\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const control = /[\u0000-\u001f]/, controlButLine = /[\u0000-\u0009\u000b-\u001f]/;
const isName = (text) => text && utf8(text).length <= 255 && !text.includes('+') && !space.test(text) && !control.test(text);
const plainNumber = (text) => (/^(0|[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : refuse('number'));

async function keyOf(type, name, bytes) {
	const material = type === SM2 ? concat(Uint8Array.of(type), sm2Name, bytes) : concat(Uint8Array.of(type), bytes);
	const id = hex((await sha256(concat(utf8(`${name}\n`), material))).subarray(0, 4));
	return { type, name, bytes, id, text: `${name}+${id}+${base64(material)}` };
}

async function parseKey(text) {
	const [name, id, ...rest] = text.split('+'), material = unbase64(rest.join('+'));
	const type = material[0], bytes = material.subarray(type === SM2 ? 1 + sm2Name.length : 1);
	unhex(id, 4);
	if (!isName(name) || ![ED25519, COSIGNATURE, SM2].includes(type) || bytes.length !== (type === SM2 ? 65 : 32))
		refuse('key');
	if (type === SM2 && (!same(material.subarray(1, 1 + sm2Name.length), sm2Name) || !sm2IsPublic(bytes)))
		refuse('key');
	const key = await keyOf(type, name, bytes);
	return key.id === id.toLowerCase() ? key : refuse('key');
}

// {text, lines: [{name, id, bytes}]}
export function parseNote(source) {
	const cut = source.lastIndexOf('\n\n'), text = source.slice(0, cut + 1), tail = source.slice(cut + 2);
	if (cut < 0 || controlButLine.test(source) || utf8(source).length > 128 * 1024 || utf8(text).length > 60 * 1024 ||
		!tail.endsWith('\n'))
		refuse('note');
	const lines = tail.slice(0, -1).split('\n').map((line) => {
		const m = /^\u2014 ([^ ]+) (.+)$/.exec(line) ?? refuse('note'), bytes = unbase64(m[2]);
		if (!isName(m[1]) || bytes.length <= 4 || bytes.length > 8 * 1024)
			refuse('note');
		return { name: m[1], id: hex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) };
	});
	return lines.length > 64 ? refuse('note') : { text, lines };
}

export function parseCheckpoint(text) {
	const lines = text.split('\n'), root = unbase64(lines[2] ?? '');
	if (lines.length < 4 || lines.pop() !== '' || lines.some((l) => !l) || utf8(lines[0]).length > 255 || root.length !== 32)
		refuse('checkpoint');
	return { origin: lines[0], size: plainNumber(lines[1]), root, more: lines.slice(3) };
}

async function ed25519Holds(key, message, signature) {
	try {
		const known = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
		return await crypto.subtle.verify('Ed25519', known, signature, message);
	} catch { /* a browser without it */ }
	try {
		return await verifyAsync(signature, message, key, { zip215: false });
	} catch {
		return false;
	}
}

async function lineHolds(note, key, line) {
	let message = utf8(note.text), signature = line.bytes, at = 0;
	if (key.type === COSIGNATURE) {
		if (line.bytes.length !== 72)
			return null;
		const time = new DataView(line.bytes.buffer, line.bytes.byteOffset, 8).getBigUint64(0);
		parseCheckpoint(note.text);
		if (time >> 63n)
			return null;
		message = concat(utf8(`cosignature/v1\ntime ${time}\n`), message);
		signature = line.bytes.subarray(8);
		at = Number(time);
	}
	if (signature.length !== 64)
		return null;
	return (key.type === SM2 ? sm2Holds(key.bytes, message, signature) : await ed25519Holds(key.bytes, message, signature))
		? { at } : null;
}

// For each key: {at} when it has signed, else null. Refuses when a line by one of them does not hold.
export async function checkNote(note, keys) {
	const by = [];
	for (const key of keys) {
		let found = null;
		for (const line of note.lines.filter((l) => l.name === key.name && l.id === key.id)) {
			const holds = await lineHolds(note, key, line) ?? refuse('signature');
			found = { at: Math.max(found?.at ?? 0, holds.at) };
		}
		by.push(found);
	}
	return by;
}

const wrong = (fault, line) => {
	const e = new Error(fault);
	Object.assign(e, { fault, line });
	throw e;
};

async function trustLine(trust, line) {
	const at = line.indexOf(' '), word = at < 0 ? line : line.slice(0, at), rest = at < 0 ? '' : line.slice(at + 1);
	const known = (key) => [...trust.logs, ...trust.witnesses].some((k) => (k.type === SM2) === (key.type === SM2) && same(k.bytes, key.bytes));
	if (word === 'log' || word === 'witness') {
		const key = await parseKey(rest).catch(() => null);
		if (!key || (key.type === COSIGNATURE) !== (word === 'witness'))
			return 'bad_key';
		if (known(key))
			return 'twice';
		trust[word === 'log' ? 'logs' : 'witnesses'].push(key);
	} else if (word === 'quorum') {
		if (trust.quorumLine || !/^(0|[1-9]\d?)$/.test(rest) || Number(rest) > 32)
			return 'bad_quorum';
		trust.quorum = Number(rest);
	} else if (word === 'issuer') {
		const [id, key] = rest.split(' ');
		const bytes = /^[0-9a-fA-F]{64}$/.test(key ?? '') && rest.split(' ').length === 2 ? unhex(key, 32) : null;
		if (!bytes || hex(sm3(bytes)).slice(0, 16) !== id)
			return 'bad_key';
		if (trust.issuers.some((i) => same(i.bytes, bytes)))
			return 'twice';
		trust.issuers.push({ id, bytes });
	} else {
		return 'unknown_word';
	}
	return null;
}

// Throws an error with fault and line, as enum trust_fault has them.
export async function parseTrust(text) {
	const trust = { logs: [], witnesses: [], issuers: [], quorum: 0, quorumLine: 0 };
	if (utf8(text).length > 64 * 1024)
		wrong('too_long', 0);
	if (/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f]|\r(?!\n)/.test(text))
		wrong('not_text', 0);
	for (const [i, raw] of text.split('\n').entries()) {
		const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
		const fault = !line || line.startsWith('#') ? null : await trustLine(trust, line);
		if (fault)
			wrong(fault, i + 1);
		if (line.startsWith('quorum '))
			trust.quorumLine = i + 1;
	}
	if (trust.logs.length > 16 || trust.witnesses.length > 32 || trust.issuers.length > 16)
		wrong('too_long', 0);
	if (trust.quorum > trust.witnesses.length)
		wrong('bad_quorum', trust.quorumLine);
	return trust.logs.length ? trust : wrong('no_log', 0);
}

// Who signed a checkpoint, of those who are trusted.
export async function checkTrust(trust, note, origin) {
	const logs = await checkNote(note, trust.logs), witnesses = await checkNote(note, trust.witnesses);
	return {
		logs: trust.logs.filter((k, i) => logs[i] && k.name === origin),
		witnesses: trust.witnesses.map((key, i) => ({ key, at: witnesses[i]?.at, holds: Boolean(witnesses[i]) })).filter((w) => w.holds),
	};
}

export const issuerKeys = (trust, origin) => Promise.all(trust.issuers.map((i) => keyOf(ED25519, origin, i.bytes)));
