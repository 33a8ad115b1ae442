// The public log from outside: its files, its pages, its keys and their change; and that a killed server, or one of two,
// never loses a leaf, forks, or shows what it later takes back.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { demoClient, demoPlace, serveDemo } from '../lib/demo.js';
import { Place, engine, sql } from '../lib/luban.js';
import { Log, included, leafHash, parseKeys, record, root, signedBy, tilePath } from '../lib/log.js';
import { pause, until } from '../lib/wait.js';

let place, server, log, staff, certificates;
const start = async () => {
	server = await serveDemo(place);
	log = new Log(server.url);
	if (staff)
		staff.url = server.url;
};
const again = async () => {
	await server.stop({ keep: true });
	await start();
};
// Suspended, or given back: a leaf each time.
const held = new Set();
const move = async (row) => {
	const at = `/certificates/${row.person_id}/${row.id}`, action = held.has(row.id) ? 'resume' : 'suspend';
	const r = await staff.form(`${at}/flow`, { action, reason: '接到举报，核查中' }, { page: at });
	if (r.status === 303)
		held[action === 'suspend' ? 'add' : 'delete'](row.id);
	return r;
};
// The checkpoint that a further leaf brings about, signed by the server that runs now.
const next = async (row) => {
	const { size } = await log.checkpoint();
	assert.equal((await move(row)).status, 303);
	return log.reaches(size + 1);
};

before(async () => {
	place = await demoPlace();
	await start();
	staff = await demoClient(server, 'city-head');
	certificates = (await staff.json('/certificates?state=valid')).list.rows;
});
after(() => server.stop());

test('init says when the signing keys have served another log', async () => {
	await log.reaches(1);
	const other = new Place();
	const r = await other.luban('init', '--keys', place.keys);
	assert.equal(r.status, 0);
	assert.match(r.stderr, /已为另一个数据库的公开日志luban\.local\/log签到\d+条/);
	other.remove();
});

test('bundles make the tree that the checkpoint names, signed by a key of the trust file', async () => {
	const note = await log.reaches(1), entries = await log.entries(note.size);
	assert.ok(root(entries.map(leafHash)).equals(note.root));
	const keys = parseKeys((await log.bytes('/log/keys')).toString());
	assert.deepEqual(keys.map((k) => k.type).sort((a, b) => a - b), [0x01, 0xff]);
	assert.ok(signedBy(note, keys.find((k) => k.type === 0x01)));
	assert.equal(note.signatures.length, 2);
	for (const key of keys)
		assert.ok(note.signatures.some((s) => s.id === key.id));
	const kinds = new Set(entries.map((e) => record(e).kind));
	for (const kind of ['certificate.issued', 'certificate.revoked', 'certificate.suspended', 'result.frozen', 'draw.committed', 'draw.drawn'])
		assert.ok(kinds.has(kind), kind);
});

test('no leaf tells a name, a number or a mark', async () => {
	const note = await log.checkpoint(), all = Buffer.concat(await log.entries(note.size)).toString();
	for (const row of sql(place, 'SELECT number, name, idno_mask, body_name FROM certificate').split('\n')) {
		const [number, name, mask, body] = row.split('|');
		for (const text of [number, name, mask, body])
			assert.ok(!all.includes(text), text);
	}
	assert.doesNotMatch(all, /[^\x20-\x7e\n]/);
});

test('tiles are kept for ever, the checkpoint for a moment, and only what is signed is shown', async () => {
	const note = await log.checkpoint(), width = note.size % 256;
	const tile = await fetch(new URL(tilePath(0, 0), server.url));
	assert.equal(tile.headers.get('content-type'), 'application/octet-stream');
	assert.match(tile.headers.get('cache-control'), /immutable/);
	assert.ok(!tile.headers.get('set-cookie'));
	const hashes = Buffer.from(await tile.arrayBuffer()), entries = await log.entries(256);
	assert.equal(hashes.length, 256 * 32);
	assert.ok(entries.every((e, i) => leafHash(e).equals(hashes.subarray(32 * i, 32 * i + 32))));
	const head = await fetch(new URL('/log/checkpoint', server.url), { method: 'HEAD' });
	assert.match(head.headers.get('cache-control'), /max-age=1\b/);
	assert.match(head.headers.get('content-type'), /^text\/plain/);
	assert.deepEqual(await log.bytes(tilePath(0, 0, 7)), hashes.subarray(0, 7 * 32));
	const last = Math.floor(note.size / 256);
	for (const path of [tilePath(0, last + 1), tilePath(0, last), tilePath('entries', last, width + 30), '/log/tile/0/0', '/log/tile/0/000.p/256',
		'/log/tile/8/000', '/log/tile/0/000.p/0', '/log/tile/entries/x000/000'])
		assert.equal((await fetch(new URL(path, server.url))).status, 404, path);
});

test('a leaf by its number, with a proof that holds', async () => {
	const note = await log.checkpoint(), client = server.client();
	for (const index of [0, 1, 255, 256, note.size - 1].filter((i) => i < note.size)) {
		const leaf = await client.json(`/log/leaf/${index}`);
		assert.ok(leaf.is_included);
		assert.ok(included(index, leaf.size, leafHash(Buffer.from(leaf.entry, 'base64')), leaf.proof.map((p) => Buffer.from(p, 'base64')),
			Buffer.from(leaf.root, 'base64')));
	}
	for (const index of ['999999999', '-1', 'x', '9999999999999999999999'])
		await client.json(`/log/leaf/${index}`, 404);
	assert.match(await client.page('/log/leaf/0'), /证明核对无误/);
	const page = await client.page('/log');
	for (const text of ['公开日志', note.origin, '已签，核对无误', '怎样核对'])
		assert.ok(page.includes(text), text);
	assert.ok((await client.json('/log')).is_sound);
});

test('what happens to a certificate is in the log within seconds, and its page says where', async () => {
	const row = certificates[0];
	assert.equal((await move(row)).status, 303);
	// Not by the tree's size: other things that happen are leaves too.
	const leaves = await until(async () => {
		const all = (await staff.json(`/certificates/${row.person_id}/${row.id}`)).leaves;
		return all.at(-1).is_placed && all;
	});
	const last = leaves.at(-1), note = await log.reaches(Number(last.leaf_index) + 1);
	assert.equal(leaves[0].kind, 'certificate.issued');
	assert.equal(last.kind, 'certificate.suspended');
	const entry = record((await log.entries(note.size))[last.leaf_index]);
	assert.equal(entry.certificate, last.handle);
	assert.equal(entry.kind, 'certificate.suspended');
});

test('the seed of a draw is the one that was committed to before', async () => {
	const note = await log.checkpoint(), committed = new Map();
	let drawn = 0;
	for (const leaf of (await log.entries(note.size)).map(record)) {
		if (leaf.kind === 'draw.committed')
			committed.set(leaf.draw, leaf.commitment);
		if (leaf.kind !== 'draw.drawn' || !committed.has(leaf.draw))
			continue;
		const hex = (text) => createHash('sha256').update(text).digest('hex'), salt = hex(leaf.seed);
		assert.equal(hex(`commit:1:1\npurpose:11:draw.seed.1\nsalt:64:${salt}\nseed:${leaf.seed.length}:${leaf.seed}\n`), committed.get(leaf.draw));
		drawn++;
	}
	assert.ok(drawn > 0);
});

test('the name of the log is fixed once it has signed', async () => {
	assert.equal((await place.luban('log', 'origin', 'elsewhere.example/log')).status, 1);
	assert.equal((await place.must('log', 'origin')).trim(), (await log.checkpoint()).origin);
});

// From here on the keys change.

const signing = () => `${place.keys}.signing`;

test('a key file of before SM2 signs with what it has, and is completed by a command', async () => {
	const whole = readFileSync(signing(), 'utf8');
	writeFileSync(signing(), whole.split('\n').filter((l) => !l.startsWith('log_sm2')).join('\n'));
	await again();
	assert.equal((await next(certificates[1])).signatures.length, 1);
	assert.match(await place.must('key', 'complete'), /已补齐1把/);
	await again();
	assert.equal((await next(certificates[1])).signatures.length, 2);
	assert.match(await place.must('key', 'complete'), /没有改动/);
});

test('a new key takes over: both sign until the old one is retired, which is still trusted for what it signed', async () => {
	const old = parseKeys((await log.bytes('/log/keys')).toString());
	await place.must('key', 'rotate', 'log');
	await again();
	const both = await next(certificates[2]), now = parseKeys((await log.bytes('/log/keys')).toString());
	const fresh = now.filter((k) => !old.some((o) => o.id === k.id));
	assert.equal(fresh.length, 2);
	assert.equal(both.signatures.length, 4);
	for (const key of [...old, ...fresh].filter((k) => k.type === 1 && both.signatures.some((s) => s.id === k.id)))
		assert.ok(signedBy(both, key));
	await place.must('key', 'retire', 'log');
	await again();
	const after_ = await next(certificates[2]);
	assert.deepEqual(after_.signatures.map((s) => s.id).sort(), fresh.map((k) => k.id).sort());
	const listed = (await log.bytes('/log/keys')).toString();
	for (const key of now)
		assert.ok(listed.includes(key.id));
	assert.match(await server.client().page('/log'), /已停用/);
});

test('a lost key is replaced, taken out of the file, and named so that nobody trusts it', async () => {
	const lost = (await log.checkpoint()).signatures.map((s) => s.id);
	await place.must('key', 'rotate', 'log');
	await place.must('key', 'retire', 'log', '--lost');
	await again();
	const note = await next(certificates[3]), listed = (await log.bytes('/log/keys')).toString();
	assert.equal(note.signatures.length, 2);
	for (const id of lost) {
		assert.ok(!note.signatures.some((s) => s.id === id));
		assert.ok(!listed.includes(id));
	}
	assert.match(await server.client().page('/log'), /已失密，不可信/);
	const issuer = /^issuer (\S+)/m.exec(listed)[1];
	await place.must('key', 'rotate', 'certificate');
	await place.must('key', 'retire', 'certificate', '--lost');
	await again();
	assert.ok(!(await log.bytes('/log/keys')).toString().includes(issuer));
	assert.equal((await place.luban('check', 'log')).status, 0);
});

test('a key file that is gone is replaced; its keys are ended by name', async () => {
	const old = (await log.checkpoint()).signatures.map((s) => s.id);
	rmSync(signing());
	await place.must('init');
	await again();
	const note = await next(certificates[3]), listed = (await log.bytes('/log/keys')).toString();
	for (const id of old) {
		assert.ok(!note.signatures.some((s) => s.id === id));
		const [key] = listed.split('\n').filter((l) => l.startsWith('log ') && l.includes(`+${id}+`));
		await place.must('key', 'retire', 'log', '--key', key.slice(4), '--lost');
	}
	const now = (await log.bytes('/log/keys')).toString();
	for (const id of old)
		assert.ok(!now.includes(`+${id}+`));
	assert.equal((await place.luban('key', 'retire', 'log', '--key', 'nonsense')).status, 2);
	assert.equal((await place.luban('check', 'log')).status, 0);
});

test('without any signing key leaves wait for their checkpoint and none is lost', async () => {
	const whole = readFileSync(signing(), 'utf8'), { size } = await log.checkpoint();
	writeFileSync(signing(), whole.split('\n').filter((l) => !l.startsWith('log')).join('\n'));
	await again();
	assert.equal((await move(certificates[4])).status, 303);
	await pause(2500);
	assert.equal((await log.checkpoint()).size, size);
	writeFileSync(signing(), whole);
	await again();
	assert.ok((await log.reaches(size + 1)).size > size);
});

test('killed again and again while it works, the log loses nothing and takes nothing back', async () => {
	const seen = [], rows = certificates.slice(5, 25), KILLS = 6;
	const total = () => Number(sql(place, 'SELECT COUNT(*) FROM certificate_proof'));
	let acknowledged = 0, unsure = 0;
	const before_ = total();
	for (let k = 0; k < KILLS; k++) {
		const others = engine === 'postgres' ? [await serveDemo(place)] : [];
		let is_over = false;
		const worker = async (n) => {
			for (let i = n; !is_over; i++) {
				let r;
				try {
					r = await move(rows[i % rows.length]);
				} catch {
					unsure++;
					break;
				}
				acknowledged += r.status === 303; // of two at one row, or after a lost answer, one is refused
			}
		};
		const watcher = async () => {
			while (!is_over) {
				try {
					seen.push(await log.checkpoint());
				} catch {
					break;
				}
				await pause(50);
			}
		};
		const all = Promise.all([worker(0), worker(7), worker(13), watcher()]);
		const enough = acknowledged + 1;
		await until(() => acknowledged >= enough, 'an acknowledged leaf');
		await pause(Math.random() * 1500);
		await server.kill();
		is_over = true;
		await all;
		await Promise.all(others.map((o) => o.kill()));
		await start();
	}
	const grown = total() - before_;
	assert.ok(grown >= acknowledged && grown <= acknowledged + unsure, `${acknowledged} acknowledged, ${unsure} unsure, ${grown} kept`);
	const kept = Number(sql(place, 'SELECT COUNT(*) FROM certificate_proof'));
	const facts = Number(sql(place, 'SELECT COUNT(*) FROM log_fact')) + Number(sql(place, 'SELECT COUNT(*) FROM figures_publication'));
	const note = await log.reaches(kept + facts), hashes = (await log.entries(note.size)).map(leafHash);
	assert.ok(root(hashes).equals(note.root));
	for (const old of new Map(seen.map((s) => [s.size, s])).values())
		assert.ok(root(hashes.slice(0, old.size)).equals(old.root), `the tree of ${old.size} leaves was shown, and is not the beginning`);
	assert.equal((await place.luban('check', 'log')).status, 0);
});
