// The public log seen from outside: the real server with real witnesses and the real monitor, then servers that lie.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { binary, sql } from '../lib/luban.js';
import { Key, Liar, bomb, entriesOf, files } from '../lib/forge.js';
import { demoClient, demoPlace, serveDemo } from '../lib/demo.js';
import { freePort } from '../lib/port.js';
import { until } from '../lib/wait.js';

let server, place, witnesses, trust, copy, entries;

// A witness as a process of its own, which may be killed and begin again at the same address.
class Witness {
	constructor(name) {
		this.name = name;
		this.dir = path.join(place.dir, name);
	}

	async start() {
		this.listen ??= `127.0.0.1:${await freePort()}`;
		this.child = spawn(binary, ['witness', 'serve', this.dir, '--listen', this.listen], { stdio: ['ignore', 'pipe', 'pipe'] });
		this.ended = new Promise((done) => this.child.once('exit', done));
		let log = '';
		this.url = await new Promise((resolve, reject) => {
			const read = (chunk) => {
				log += chunk;
				const m = /http:\/\/127\.0\.0\.1:\d+/.exec(log);
				if (m)
					resolve(m[0]);
			};
			this.child.stdout.on('data', read);
			this.child.stderr.on('data', read);
			this.ended.then((how) => reject(new Error(`the witness ended with ${how}: ${log}`)));
		});
	}

	async end(signal = 'SIGTERM') {
		this.child.kill(signal);
		return this.ended;
	}

	async post(body) {
		const r = await fetch(`${this.url}/add-checkpoint`, { method: 'POST', body });
		return { status: r.status, type: r.headers.get('content-type'), text: await r.text() };
	}
}

const checkpoint = async () => (await fetch(`${server.url}/log/checkpoint`)).text();
const lines = (note) => note.split('\n').filter((l) => l.startsWith('—')).map((l) => l.split(' ')[1]);

before(async () => {
	place = await demoPlace({ config: { 'log.quorum': 2 } });
	server = await serveDemo(place);
	await until(async () => (await checkpoint()).includes('—'), 'a checkpoint');
	const keys = (await (await fetch(`${server.url}/log/keys`)).text()).split('\n').filter((l) => l.startsWith('log '));
	witnesses = [new Witness('witness.example/a'), new Witness('witness.example/b')];
	for (const w of witnesses) {
		w.key = (await place.must('witness', 'init', w.dir, w.name)).trim();
		for (const key of keys)
			await place.must('witness', 'watch', w.dir, key.slice(4));
		await w.start();
		await place.must('log', 'witness', 'add', w.url, w.key);
	}
	await until(async () => lines(await checkpoint()).filter((n) => n.startsWith('witness.')).length === 2, 'two cosignatures');
	await until(() => sql(place, 'SELECT count(*) FROM figures_publication') === '1', 'published figures');
	await until(async () => {
		const note = await checkpoint();
		return Number(note.split('\n')[1]) > Number(sql(place, 'SELECT tree_size FROM figures_publication')) && lines(note).length === 4;
	}, 'figures signed');
	trust = path.join(place.dir, 'trust');
	copy = path.join(place.dir, 'copy');
	writeFileSync(trust, await (await fetch(`${server.url}/log/keys`)).text());
});
after(async () => {
	for (const w of witnesses ?? [])
		if (w.child.exitCode === null)
			await w.end();
	await server?.stop();
});

async function audit(where, ...args) {
	const r = await place.luban('log', 'audit', where, '--json', ...args);
	return { status: r.status, stderr: r.stderr, ...(r.stdout ? JSON.parse(r.stdout) : {}) };
}
const faults = (a) => a.findings.map((f) => f.fault);

test('the trust file names logs, witnesses and quorum', async () => {
	const text = readFileSync(trust, 'utf8');
	assert.equal(text.match(/^log /gm).length, 2);
	for (const w of witnesses)
		assert.ok(text.includes(`witness ${w.key}\n`));
	assert.match(text, /^quorum 2$/m);
	const list = JSON.parse(await place.must('log', 'witness', 'list', '--json'));
	assert.deepEqual([list.quorum, list.witnesses.map((w) => [w.name, w.key, w.problem])],
		[2, witnesses.map((w) => [w.name, w.key, ''])]);
});

test('the audit of the real log finds nothing and counts what the database counts', async () => {
	const state = path.join(place.dir, 'state');
	const a = await audit(`${server.url}/log`, '--trust', trust, '--state', state);
	assert.deepEqual([a.status, a.findings, a.stderr], [0, [], '']);
	assert.ok(a.whole && a.grown && a.leaves['figures.published'] === 1);
	assert.equal(a.signatures.filter((s) => s.witness).length, 2);
	const count = (where) => Number(sql(place, `SELECT count(*) FROM certificate WHERE ${where}`));
	assert.equal(a.certificates.issued, count('1 = 1'));
	for (const state of ['valid', 'suspended', 'revoked'])
		assert.equal(a.certificates[state], count(`state = '${state}'`));
	for (const [grade, c] of Object.entries(a.grade))
		assert.equal(c.issued, count(`grade = ${grade}`));
	assert.equal(readFileSync(state, 'utf8').split('\n')[1], String(a.size));
	const text = await place.must('log', 'audit', `${server.url}/log/`, '--trust', trust, '--state', state);
	assert.match(text, /没有发现问题/);
});

test('the log grows by what is done, and the audit says so', async () => {
	const state = path.join(place.dir, 'state'), before = await audit(`${server.url}/log`, '--trust', trust, '--state', state);
	const [clerk, manager] = [await demoClient(server, 'clerk1'), await demoClient(server, 'manager')];
	const [c] = (await clerk.json('/certificates?state=valid')).list.rows;
	const at = `/certificates/${c.person_id}/${c.id}`;
	assert.equal((await clerk.post(`${at}/reissue`, { reason: '证书损坏' })).status, 200);
	const asked = (await clerk.json(at)).changes.find((change) => change.state === 'requested');
	assert.equal((await manager.post(`${at}/changes/${asked.id}/flow`, { action: 'approve' })).status, 200);
	await until(async () => Number((await checkpoint()).split('\n')[1]) > before.size, 'a larger tree');
	await until(async () => lines(await checkpoint()).length === 4, 'its cosignatures');
	const a = await audit(`${server.url}/log`, '--trust', trust, '--state', state);
	assert.deepEqual([a.status, a.findings], [0, []]);
	assert.equal(a.size, before.size + 1);
	assert.equal(a.leaves['certificate.reissued'], before.leaves['certificate.reissued'] + 1);
});

test('a copy is audited without the server', async () => {
	await place.must('log', 'copy', `${server.url}/log`, copy);
	const a = await audit(copy, '--trust', trust);
	assert.deepEqual([a.status, a.findings], [0, []]);
	// Cut short by a power failure: no checkpoint yet, and a tile that is there but empty.
	rmSync(path.join(copy, 'checkpoint'));
	writeFileSync(path.join(copy, 'tile/0/000'), '');
	await place.must('log', 'copy', `${server.url}/log`, copy);
	assert.equal((await audit(copy, '--trust', trust)).status, 0);
	const again = await place.must('log', 'copy', `${server.url}/log`, copy);
	assert.match(again, /取得 0 个文件/);
	const bundles = [];
	const walk = (dir) => readdirSync(dir, { withFileTypes: true }).sort((x, y) => (x.name < y.name ? -1 : 1))
		.forEach((e) => (e.isDirectory() ? walk : (f) => bundles.push(f))(path.join(dir, e.name)));
	walk(path.join(copy, 'tile/entries'));
	entries = bundles.flatMap((f) => entriesOf(readFileSync(f)));
	assert.equal(entries.length, a.size);
});

test('a witness that was killed has not forgotten, and holds nobody up', async () => {
	const [w] = witnesses, body = `old 0\n\n${await checkpoint()}`;
	assert.equal((await w.post(body)).status, 409);
	await w.end('SIGKILL');
	assert.equal((await fetch(`${server.url}/verify`)).status, 200);
	await w.start();
	const r = await w.post(body);
	assert.equal(r.status, 409);
	assert.equal(r.type, 'text/x.tlog.size');
	assert.equal(r.text, `${(await checkpoint()).split('\n')[1]}\n`);
	assert.equal((await w.post('nonsense')).status, 400);
	assert.equal((await w.post(body.replace('luban.local/log', 'other.example/log'))).status, 404);
	assert.equal((await fetch(`${w.url}/elsewhere`)).status, 404);
	assert.equal((await fetch(`${w.url}/add-checkpoint`)).status, 405);
	assert.equal((await w.post('x'.repeat(300_000))).status, 413);
	assert.ok((await (await fetch(w.url)).text()).startsWith(w.key));
});

// ---- servers that lie; each has the log's key ----

const key = new Key('forged.example/log'), friend = new Key('witness.example/f', 4);
const now = () => Math.floor(Date.now() / 1000);
let forgedTrust;

// The audit of a server of these files, after an audit of the honest ones when there is a state.
async function liar(all, handle, ...args) {
	const l = await Liar.start(all, handle);
	forgedTrust = path.join(place.dir, 'forged-trust');
	writeFileSync(forgedTrust, `log ${key.verifier}\nwitness ${friend.verifier}\nquorum 1\n`);
	try {
		return await audit(l.url, '--trust', forgedTrust, ...args);
	} finally {
		l.stop();
	}
}
const honest = (n = entries.length) => files(key, entries.slice(0, n), { witnesses: [[friend, now()]] });

// A state file as an honest audit of the first n leaves leaves it.
async function stateOf(name, n) {
	const state = path.join(place.dir, name);
	const a = await liar(honest(n), undefined, '--state', state);
	assert.equal(a.status, 0, JSON.stringify(a.findings.filter((f) => f.fault !== 'figures')));
	return state;
}

test('an honest copy with a key of its own is sound, at every size', async () => {
	for (const n of [1, 200, 256, 257, entries.length])
		assert.deepEqual((await liar(honest(n))).findings, []);
});

test('a split view is named, and both checkpoints are kept', async () => {
	const state = await stateOf('split', 250), known = readFileSync(state, 'utf8');
	const other = entries.map((e, i) => (i === 100 ? entries[101] : e)), forged = files(key, other, { witnesses: [[friend, now()]] });
	const a = await liar(forged, undefined, '--state', state);
	assert.equal(a.status, 1);
	assert.ok(faults(a).includes('forked') && !a.grown);
	assert.equal(readFileSync(state, 'utf8'), known);
	const proof = readFileSync(`${state}.250-${entries.length}.proof`, 'utf8');
	assert.ok(proof.includes(known) && proof.includes(forged.checkpoint.toString()));
});

test('a log that shrank is named', async () => {
	const state = await stateOf('shrunk', 270), known = readFileSync(state, 'utf8');
	const a = await liar(honest(200), undefined, '--state', state);
	assert.deepEqual([a.status, faults(a)], [1, ['shrunk']]);
	assert.equal(readFileSync(state, 'utf8'), known);
	assert.ok(existsSync(`${state}.270-200.proof`));
});

test('one leaf that was changed is named', async () => {
	const all = honest(), bundle = entriesOf(all['tile/entries/000']);
	const forged = { ...all };
	const changed = files(key, bundle.map((e, i) => (i === 77 ? Buffer.from(e.toString().replace('grade:1:5', 'grade:1:2').replace('grade:1:4', 'grade:1:2')
		.replace('grade:1:3', 'grade:1:2')) : e)));
	forged['tile/entries/000'] = changed['tile/entries/000'];
	const a = await liar(forged);
	assert.equal(a.status, 1);
	assert.ok(a.findings.some((f) => f.fault === 'tile' && f.at === 77 && f.subject === 'tile/0/000'));
	assert.ok(faults(a).includes('root') && !a.whole);
});

test('a wrong root is named', async () => {
	const a = await liar(files(key, entries, { lie: { root: Buffer.alloc(32, 5) }, witnesses: [[friend, now()]] }));
	assert.deepEqual([a.status, faults(a)], [1, ['root']]);
});

test('a stale checkpoint is named, and one without its witness', async () => {
	const old = files(key, entries, { witnesses: [[friend, now() - 25 * 3600]] });
	let a = await liar(old);
	assert.deepEqual([a.status, faults(a)], [1, ['stale']]);
	assert.equal((await liar(old, undefined, '--fresh', '26')).status, 0);
	a = await liar(files(key, entries));
	assert.deepEqual([a.status, faults(a)], [1, ['quorum']]);
	const stranger = files(new Key('forged.example/log'), entries, { witnesses: [[friend, now()]] });
	a = await liar(stranger);
	assert.deepEqual([a.status, faults(a)], [1, ['signature']]);
});

test('each missing tile is named', async () => {
	for (const gone of Object.keys(honest())) {
		const all = honest();
		delete all[gone];
		const a = await liar(all);
		assert.equal(a.status, 1);
		if (gone === 'checkpoint')
			assert.deepEqual(faults(a), ['checkpoint']);
		else
			assert.ok(a.findings.some((f) => f.fault === 'missing' && f.subject === gone), gone);
	}
});

test('figures that the leaves do not bear out are named', async () => {
	const record = (o) => Object.entries(o).map(([k, v]) => `${k}:${Buffer.byteLength(`${v}`)}:${v}\n`).join('');
	const figures = record({ tree_size: 200, issued: 5 });
	const leaf = Buffer.from(record({ luban_leaf: 1, kind: 'figures.published', on: '2026-11-22', figures, digest: '0'.repeat(64) }));
	const a = await liar(files(key, [...entries.slice(0, 200), leaf], { witnesses: [[friend, now()]] }));
	assert.equal(a.status, 1);
	const found = Object.fromEntries(a.findings.map((f) => [f.subject, f]));
	assert.ok(found.digest);
	assert.equal(found.issued.found, '5');
	assert.equal(found.issued.at, 200);
});

test('a hostile server is survived', async () => {
	const endless = (rs) => {
		rs.writeHead(200);
		const more = () => {
			while (!rs.destroyed && rs.write(Buffer.alloc(65536, 0x61)))
				;
		};
		rs.on('drain', more);
		rs.on('error', () => {});
		more();
		return true;
	};
	const packed = bomb();
	const ways = {
		endless,
		bomb: (rs) => !!rs.writeHead(200, { 'content-encoding': 'gzip' }).end(packed),
		cut: (rs) => !!rs.writeHead(200, { 'content-length': '1000' }).write('x') && !!setTimeout(() => rs.destroy(), 20),
		gone: (rs) => !rs.destroy().writable,
		redirect: (rs, url) => !!rs.writeHead(302, { location: url }).end(),
		error: (rs) => !!rs.writeHead(500).end('no'),
		garbage: (rs) => !!rs.writeHead(200).end(Buffer.alloc(5000, 0xff)),
		empty: (rs) => !!rs.writeHead(200).end(),
	};
	for (const [name, way] of Object.entries(ways))
		for (const at of ['checkpoint', 'tile/entries/000', 'tile/0/000', 'tile/1/000.p/1']) {
			const a = await liar(honest(), (p, rs, rq) => p === at && way(rs, rq.url));
			assert.ok(a.status === 1 || a.status === 3, `${name} at ${at}: ${a.status} ${a.stderr}`);
		}
});

test('wrong use and what is not there', async () => {
	assert.equal((await place.luban('log', 'audit', '/nowhere/at/all')).status, 2);
	assert.equal((await place.luban('log', 'audit', 'ftp://x')).status, 2);
	assert.equal((await place.luban('log', 'audit', 'http://127.0.0.1:1/log')).status, 3);
	const empty = path.join(place.dir, 'empty');
	mkdirSync(empty);
	assert.equal((await place.luban('log', 'audit', empty)).status, 1);
	writeFileSync(path.join(place.dir, 'bad'), 'log nonsense\n');
	assert.equal((await place.luban('log', 'audit', copy, '--trust', path.join(place.dir, 'bad'))).status, 3);
	assert.equal((await place.luban('log', 'audit', copy, '--state', path.join(place.dir, 'bad'))).status, 3);
});
