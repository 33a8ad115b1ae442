// Credentials: read from the file, from the bytes of a printed code or from its text (src/base/credential.h,
// credential_compact.h, credential_code.h), and what they prove (credential_verify.h), with a snapshot of states (status.h).
import { Refusal, base64, concat, hex, refuse, same, sha256, textOf, unbase45, unbase64, undigits, unhex, utf8 } from './bytes.js';
import { checkNote, checkTrust, issuerKeys, parseCheckpoint, parseNote } from './note.js';
import { commitment, leafHash, leafOf, rootOf, stow } from './record.js';

export const names = ['number', 'name', 'id_type', 'idno_mask', 'idno_commitment', 'occupation_code', 'occupation_name', 'work_type_name',
	'grade', 'body_name', 'body_code', 'theory', 'skill', 'review', 'issued_on', 'photo', 'basis'];
export const questions = ['texts', 'facts', 'idno', 'place', 'log', 'witnesses', 'state'];

const PERSON = 'certificate.person.1', IDNO = 'certificate.idno.1';

// One line of text that may be kept.
const isLine = (text, max) => typeof text === 'string' && text.isWellFormed?.() !== false && utf8(text).length <= max &&
	!/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/.test(text);

function sound(c) {
	const good = names.every((n) => isLine(c.fields[n], 1024)) && (!c.idno || (c.idno.text && isLine(c.idno.text, 64))) &&
		c.leaf.length > 0 && c.leaf.length <= 8192 && c.proof.length <= 64 && utf8(c.checkpoint).length <= 32 * 1024;
	c.note = good ? parseNote(c.checkpoint) : refuse('sound');
	c.head = parseCheckpoint(c.note.text);
	return c.head.origin === c.origin && Number.isSafeInteger(c.index) && c.index >= 0 && c.index < c.head.size ? c : refuse('sound');
}

// ---- JSON ----

// JSON.parse() takes the last of two members of a name; nobody shall be shown another than the first.
function refuseTwins(text) {
	const stack = [];
	let last = null;
	for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
		if (token === '{' || token === '[')
			stack.push(new Set());
		else if (token === '}' || token === ']')
			stack.pop();
		else if (token === ':')
			stack.at(-1)?.has(last) ? refuse('twice') : stack.at(-1)?.add(last);
		last = token[0] === '"' ? JSON.parse(token) : null;
	}
}

const members = (o, wanted) => (o && typeof o === 'object' && !Array.isArray(o) && Object.keys(o).length === wanted.length &&
	wanted.every((n) => Object.hasOwn(o, n)) ? o : refuse('members'));

function fromJson(text) {
	let o;
	try {
		o = JSON.parse(text);
	} catch {
		refuse('json');
	}
	refuseTwins(text);
	const all = ['luban_credential', 'origin', 'fields', 'salt', 'leaf', 'index', 'proof', 'checkpoint'];
	members(o, o && typeof o === 'object' && 'idno' in o ? [...all, 'idno'] : all);
	members(o.fields, names);
	if (o.luban_credential !== 1 || typeof o.origin !== 'string' || typeof o.checkpoint !== 'string' || !Array.isArray(o.proof))
		refuse('members');
	if ('idno' in o)
		members(o.idno, ['text', 'salt']);
	const proof = o.proof.map((p) => unbase64(p));
	return sound({ origin: o.origin, fields: { ...o.fields }, salt: unhex(o.salt, 32), index: o.index, checkpoint: o.checkpoint,
		idno: o.idno && { text: o.idno.text, salt: unhex(o.idno.salt, 32) }, leaf: unbase64(o.leaf),
		proof: proof.every((p) => p.length === 32) ? proof : refuse('proof') });
}

// ---- compact ----

class Reader {
	constructor(bytes) {
		Object.assign(this, { bytes, at: 0 });
	}

	take(n) {
		if (this.at + n > this.bytes.length)
			refuse('short');
		this.at += n;
		return this.bytes.subarray(this.at - n, this.at);
	}

	number() {
		let n = 0n;
		for (let i = 0; i < 9; i++) {
			const [byte] = this.take(1);
			n |= BigInt(byte & 0x7f) << BigInt(7 * i);
			if (!(byte & 0x80))
				return (i && !byte) || n > BigInt(Number.MAX_SAFE_INTEGER) ? refuse('number') : Number(n);
		}
		return refuse('number');
	}

	text() {
		return this.take(this.number());
	}

	value() {
		const n = this.number(), bytes = this.take(Math.floor(n / 2));
		if (n % 2)
			return bytes.length ? hex(bytes) : refuse('packed');
		const text = textOf(bytes);
		return text.length && text.length % 2 === 0 && /^[0-9a-f]+$/.test(text) ? refuse('packed') : text;
	}
}

const leafBytes = (l, f, sum) => concat(stow('luban_leaf', '1'), stow('kind', l.kind), stow('on', l.on), stow('certificate', l.certificate),
	...(l.kind === 'certificate.issued' ? [stow('body', f.body_code), stow('body_kind', l.body_kind), stow('occupation', f.occupation_code),
		stow('grade', f.grade), stow('route', l.route), stow('region', l.region), stow('issued_on', f.issued_on)]
		: [stow('version', String(l.version))]), stow('commitment', sum));

async function compactLeaf(r, c) {
	const [form] = r.take(1), sum = await commitment(PERSON, c.salt, c.fields);
	if (form === 0) {
		const bytes = r.text(), l = leafOf(bytes);
		// what forms 1 and 2 could say is not said so
		return l && same(leafBytes(l, c.fields, sum), bytes) ? refuse('form') : bytes;
	}
	if (form > 2)
		refuse('form');
	const l = { kind: form === 1 ? 'certificate.issued' : 'certificate.corrected', on: r.value(), certificate: hex(r.take(16)) };
	if (form === 1)
		Object.assign(l, { body_kind: r.value(), route: r.value(), region: r.value() });
	else
		l.version = r.number();
	return leafBytes(l, c.fields, sum);
}

async function fromCompact(bytes) {
	const r = new Reader(bytes), [version, flags] = r.take(2);
	if (version !== 1 || flags > 1)
		refuse('version');
	const c = { origin: textOf(r.text()), fields: {} };
	for (const name of names)
		c.fields[name] = r.value();
	c.salt = r.take(32);
	if (flags)
		c.idno = { text: r.value(), salt: r.take(32) };
	c.leaf = await compactLeaf(r, c);
	c.index = r.number();
	const size = r.number(), n = r.number();
	c.proof = n > 64 ? refuse('proof') : Array.from({ length: n }, () => r.take(32));
	const more = textOf(r.text()), lines = r.number();
	const root = await rootOf(c.index, size, await leafHash(c.leaf), c.proof);
	c.checkpoint = `${c.origin}\n${size}\n${base64(root)}\n${more}\n`;
	for (let i = 0; i < lines; i++) {
		const name = textOf(r.text()), signature = r.text();
		c.checkpoint += `\u2014 ${name === c.origin ? refuse('name') : name || c.origin} ${base64(signature)}\n`;
	}
	return r.at === bytes.length ? sound(c) : refuse('long');
}

// ---- whichever it is ----

// The text of a code, or of a file. Refusals are thrown; what is thrown otherwise is a fault of this page.
export async function readText(source) {
	const text = source.replace(/^\ufeff/, '').trim();
	if (text.startsWith('{'))
		return utf8(text).length > 64 * 1024 ? refuse('long') : fromJson(text);
	if (text.startsWith('LUBAN1:'))
		return fromCompact(unbase45(text.slice(7)));
	const digits = text.slice(text.lastIndexOf('#') + 1);
	return fromCompact(undigits(digits));
}

export async function readFile(bytes) {
	if (bytes.length > 64 * 1024)
		refuse('long');
	return bytes[0] === 1 ? fromCompact(bytes) : readText(textOf(bytes));
}

// ---- snapshots ----

// {origin, on, size, root, entries: Map of handle to {state, version}}; throws what trust_parse() would not believe.
export async function readStatus(bytes, trust) {
	const text = textOf(bytes), second = text.indexOf('\n\n', text.indexOf('\n\n') + 2);
	if (second < 0 || text.indexOf('\n\n') < 0)
		refuse('status');
	const note = parseNote(text.slice(0, second + 1)), list = text.slice(second + 2);
	const lines = note.text.split('\n'), [origin, word, on, size, root, n, digest, end] = lines;
	if (lines.length !== 8 || end !== '' || !origin || word !== 'status' || !/^\d{4}-\d\d-\d\d$/.test(on) || !/^(0|[1-9]\d*)$/.test(size) ||
		!/^(0|[1-9]\d*)$/.test(n) || hex(await sha256(utf8(list))) !== digest)
		refuse('status');
	const entries = new Map();
	let before = '';
	for (const line of list ? list.slice(0, -1).split('\n') : []) {
		const m = /^([0-9a-f]{32}) (?=.)([sr]?)(?:c([1-9]\d{0,15}))?$/.exec(line) ?? refuse('status');
		if (m[1] <= before || m[3] === '1')
			refuse('status');
		before = m[1];
		entries.set(m[1], { state: m[2], version: Number(m[3] ?? 0) });
	}
	if (entries.size !== Number(n) || (list && !list.endsWith('\n')))
		refuse('status');
	const keys = await issuerKeys(trust, origin), by = await checkNote(note, keys);
	const issuer = trust.issuers[by.findIndex(Boolean)] ?? refuse('issuer');
	return { origin, on, size: Number(size), root: unbase64(root), entries, issuer: issuer.id };
}

function stateOf(status, c, leaf, version, root) {
	if (!status)
		return { state: 'unasked' };
	if (status.origin !== c.origin || !leaf)
		return { state: 'other' };
	if (status.size <= c.index)
		return { state: 'older' };
	if (status.size === c.head.size && !same(status.root, root))
		return { state: 'other' };
	const e = status.entries.get(leaf.certificate);
	if (e?.state)
		return { state: e.state === 'r' ? 'revoked' : 'suspended', latest: e.version };
	return e && e.version > version ? { state: 'superseded', latest: e.version } : { state: 'good', latest: e?.version ?? 0 };
}

// ---- what it proves ----

const holdsOr = (promise, otherwise) => promise.catch((e) => (e instanceof Refusal ? otherwise : Promise.reject(e)));

// {holds, answers: {question: 'yes'|'no'|'unasked'}, …}, as struct credential_report has it.
export async function verify(c, trust, status = null) {
	const leaf = leafOf(c.leaf), f = c.fields, yes = (is) => (is ? 'yes' : 'no');
	const version = Number(leaf?.version ?? 1), hash = await leafHash(c.leaf);
	const root = await holdsOr(rootOf(c.index, c.head.size, hash, c.proof), null);
	const signers = await holdsOr(checkTrust(trust, c.note, c.origin), null);
	const sum = await commitment(PERSON, c.salt, f);
	const isFact = leaf && (leaf.kind === 'certificate.corrected' || (leaf.body === f.body_code && leaf.occupation === f.occupation_code &&
		leaf.grade === f.grade && leaf.issued_on === f.issued_on));
	const found = stateOf(status, c, leaf, version, c.head.root);
	const answers = {
		texts: yes(leaf && leaf.commitment === sum),
		facts: yes(isFact),
		idno: c.idno ? yes(await commitment(IDNO, c.idno.salt, { idno: c.idno.text }) === f.idno_commitment) : 'unasked',
		place: yes(root && same(root, c.head.root)),
		log: yes(signers?.logs.length),
		witnesses: trust.quorum ? yes(signers && signers.witnesses.length >= trust.quorum) : 'unasked',
		state: status ? yes(found.state === 'good') : 'unasked',
	};
	return { holds: !Object.values(answers).includes('no'), answers, signers, isSignatureBad: !signers, leaf, version,
		index: c.index, size: c.head.size, ...found, stateOn: status?.on };
}
