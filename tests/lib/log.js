// A reader of the public log that shares nothing with the program: tiles, notes and trees after C2SP and RFC 6962.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { sql } from './luban.js';
import { until } from './wait.js';

const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest();
export const leafHash = (entry) => sha256(Buffer.of(0), entry);
const nodeHash = (a, b) => sha256(Buffer.of(1), a, b);

// RFC 6962, 2.1: by definition, without anything kept.
export function root(hashes) {
	if (hashes.length === 0)
		return sha256();
	if (hashes.length === 1)
		return hashes[0];
	let k = 1;
	while (k * 2 < hashes.length)
		k *= 2;
	return nodeHash(root(hashes.slice(0, k)), root(hashes.slice(k)));
}

// RFC 9162, 2.1.3.2.
export function included(index, size, leaf, proof, top) {
	let fn = index, sn = size - 1, r = leaf;
	for (const p of proof) {
		if (sn === 0)
			return false;
		if (fn % 2 || fn === sn) {
			r = nodeHash(p, r);
			while (fn % 2 === 0 && fn !== 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			r = nodeHash(r, p);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn === 0 && r.equals(top);
}

export function tilePath(level, index, width = 256) {
	const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0').match(/\d{3}/g);
	const path = digits.map((d, i) => (i < digits.length - 1 ? `x${d}` : d)).join('/');
	return `/log/tile/${level}/${path}${width < 256 ? `.p/${width}` : ''}`;
}

export function parseNote(text) {
	const at = text.indexOf('\n\n'), body = text.slice(0, at + 1);
	const [origin, size, top] = body.split('\n');
	const signatures = text.slice(at + 2).trimEnd().split('\n').map((line) => {
		const [, name, base64] = /^— (\S+) (\S+)$/.exec(line), bytes = Buffer.from(base64, 'base64');
		return { name, id: bytes.subarray(0, 4).toString('hex'), bytes: bytes.subarray(4) };
	});
	return { text, body, origin, size: Number(size), root: Buffer.from(top, 'base64'), signatures };
}

// Verifier keys of a trust file; Ed25519 ones with what verifies.
export function parseKeys(text) {
	return text.split('\n').filter((l) => l.startsWith('log ')).map((line) => {
		const [, name, id, base64] = /^log ([^+]+)\+([0-9a-f]{8})\+(.*)$/.exec(line), bytes = Buffer.from(base64, 'base64');
		assert.equal(sha256(`${name}\n`, bytes).subarray(0, 4).toString('hex'), id);
		return { name, id, type: bytes[0], key: bytes[0] === 1 ? createPublicKey({ format: 'jwk',
			key: { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(1).toString('base64url') } }) : undefined };
	});
}

export function signedBy(note, key) {
	const line = note.signatures.find((s) => s.id === key.id && s.name === key.name);
	return Boolean(line && key.key && verify(null, Buffer.from(note.body), key.key, line.bytes));
}

export class Log {
	constructor(url) {
		this.url = url;
	}

	async bytes(path, status = 200) {
		const r = await fetch(new URL(path, this.url));
		assert.equal(r.status, status, path);
		return Buffer.from(await r.arrayBuffer());
	}

	async checkpoint() {
		return parseNote((await this.bytes('/log/checkpoint')).toString());
	}

	// Every entry of a tree of this size.
	async entries(size) {
		const all = [];
		for (let n = 0; n * 256 < size; n++) {
			const width = Math.min(256, size - n * 256), bundle = await this.bytes(tilePath('entries', n, width));
			let at = 0;
			for (let i = 0; i < width; i++) {
				const length = bundle.readUInt16BE(at);
				all.push(bundle.subarray(at + 2, at + 2 + length));
				at += 2 + length;
			}
			assert.equal(at, bundle.length);
		}
		return all;
	}

	// Until there is a checkpoint of at least so many leaves.
	reaches(size) {
		return until(async () => {
			const r = await fetch(new URL('/log/checkpoint', this.url));
			const note = r.status === 200 && parseNote(await r.text());
			return note && note.size >= size && note;
		}, `a checkpoint of ${size} leaves`);
	}
}

// The checkpoint of everything: certificates from before the log have their leaves, the figures of the day theirs, none waits.
export function settled({ place, url }) {
	return until(async () => {
		const [done, waiting, figures, size] = sql(place, `SELECT (SELECT COALESCE(MAX(is_done), 0) FROM certificate_backfill),
			(SELECT COUNT(*) FROM log_pending), (SELECT COUNT(*) FROM figures_publication), (SELECT MAX(tree_size) FROM log_head)`).split('|').map(Number);
		const note = done && !waiting && figures && await new Log(url).reaches(size);
		return note && note.size === size && note;
	}, 'all leaves');
}

// name:length:text, one after the other.
export function record(entry) {
	const fields = {};
	for (let at = 0; at < entry.length;) {
		const name = entry.indexOf(0x3a, at), length = entry.indexOf(0x3a, name + 1), n = Number(entry.subarray(name + 1, length));
		fields[entry.subarray(at, name)] = entry.subarray(length + 1, length + 1 + n).toString();
		at = length + 2 + n;
	}
	return fields;
}
