// A log that a test makes up: a Merkle tree (RFC 6962) in the layout of C2SP tlog-tiles, signed notes, and a server that may lie.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';

const sha256 = (...parts) => {
	const h = createHash('sha256');
	for (const p of parts)
		h.update(p);
	return h.digest();
};
const leafHash = (entry) => sha256(Buffer.of(0), entry);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

// RFC 6962, section 2.1.
export function root(hashes) {
	if (hashes.length === 0)
		return sha256();
	if (hashes.length === 1)
		return hashes[0];
	let k = 1;
	while (2 * k < hashes.length)
		k *= 2;
	return nodeHash(root(hashes.slice(0, k)), root(hashes.slice(k)));
}

// C2SP signed-note: an Ed25519 key of a log (type 1) or of a witness (type 4).
export class Key {
	constructor(name, type = 1) {
		const { publicKey, privateKey } = generateKeyPairSync('ed25519');
		const bytes = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
		this.name = name;
		this.type = type;
		this.privateKey = privateKey;
		this.id = sha256(`${name}\n`, Buffer.of(type), bytes).subarray(0, 4);
		this.verifier = `${name}+${this.id.toString('hex')}+${Buffer.concat([Buffer.of(type), bytes]).toString('base64')}`;
	}

	// The line under a text; at: the time of a cosignature.
	line(text, at = 0) {
		const time = Buffer.alloc(8);
		time.writeBigUInt64BE(BigInt(at));
		const message = this.type === 4 ? `cosignature/v1\ntime ${at}\n${text}` : text;
		const parts = [this.id, ...(this.type === 4 ? [time] : []), sign(null, Buffer.from(message), this.privateKey)];
		return `— ${this.name} ${Buffer.concat(parts).toString('base64')}\n`;
	}
}

// The entries of a bundle.
export function entriesOf(bundle) {
	const all = [];
	for (let at = 0; at < bundle.length;) {
		const n = bundle.readUInt16BE(at);
		all.push(bundle.subarray(at + 2, at + 2 + n));
		at += 2 + n;
	}
	return all;
}

const bundleOf = (entries) => Buffer.concat(entries.flatMap((e) => {
	const n = Buffer.alloc(2);
	n.writeUInt16BE(e.length);
	return [n, e];
}));

const place = (n) => {
	const groups = [String(n % 1000).padStart(3, '0')];
	for (n = Math.floor(n / 1000); n; n = Math.floor(n / 1000))
		groups.unshift(`x${String(n % 1000).padStart(3, '0')}`);
	return groups.join('/');
};

// All files of a log of these entries: {path: bytes}, the checkpoint signed by `key`, with more lines behind.
export function files(key, entries, { lie = {}, witnesses = [] } = {}) {
	const out = {};
	let hashes = entries.map(leafHash);
	const tile = (level, list, make) => {
		for (let i = 0; i * 256 < list.length; i++) {
			const part = list.slice(i * 256, i * 256 + 256);
			out[`tile/${level}/${place(i)}${part.length < 256 ? `.p/${part.length}` : ''}`] = make(part);
		}
	};
	const top = lie.root ?? root(hashes);
	tile('entries', entries, bundleOf);
	for (let level = 0; hashes.length; level++) {
		tile(level, hashes, (h) => Buffer.concat(h));
		const next = [];
		for (let i = 0; i + 256 <= hashes.length; i += 256)
			next.push(root(hashes.slice(i, i + 256)));
		hashes = next;
	}
	const text = `${key.name}\n${lie.size ?? entries.length}\n${top.toString('base64')}\n`;
	out.checkpoint = Buffer.from(`${text}\n${key.line(text)}${witnesses.map(([w, at]) => w.line(text, at)).join('')}`);
	return out;
}

// Serves files below /log. handle(path, response): true when it has answered itself.
export class Liar {
	static async start(all, handle = () => false) {
		const l = new Liar();
		l.files = all;
		l.handle = handle;
		l.server = createServer((rq, rs) => {
			const path = rq.url.replace(/^\/log\//, '');
			if (l.handle(path, rs, rq))
				return;
			const bytes = l.files[path];
			rs.writeHead(bytes ? 200 : 404);
			rs.end(bytes);
		});
		await new Promise((done) => l.server.listen(0, '127.0.0.1', done));
		l.url = `http://127.0.0.1:${l.server.address().port}/log`;
		return l;
	}

	stop() {
		this.server.closeAllConnections();
		this.server.close();
	}
}

// A gigabyte of zeros, packed.
export const bomb = () => gzipSync(Buffer.alloc(1 << 28));
