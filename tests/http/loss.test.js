// Nothing acknowledged is lost, nothing is doubled, every sitting goes on: while the server is killed, the line cut, the
// disk full, the database restarted. Candidates behave as their page does: an answer is sent again, with its number, until
// it is acknowledged.
import test from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { Cluster } from '../lib/cluster.js';
import { smallDisk } from '../lib/disk.js';
import { items, seed, sittingOf, tokens } from '../lib/intake.js';
import { Place, Server, engine, sql } from '../lib/luban.js';
import { pause, until } from '../lib/wait.js';

const CANDIDATES = 20, KILLS = 30, PATIENCE = 8_000;
const some = (least, most) => least + Math.floor(Math.random() * (most - least + 1));

class Candidate {
	acknowledged = new Map(); // seq to what was answered
	pending = [];
	seq = 0;
	unsure = 0; // calls without an answer
	refused = [];

	constructor(at, number, cookie) {
		Object.assign(this, { at, number, cookie });
		this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
	}

	#post(body) {
		return new Promise((resolve, reject) => {
			const rq = http.request(`${this.at.url}/exam/sit/answer`, { method: 'POST', agent: this.agent, timeout: PATIENCE,
				headers: { 'content-type': 'application/json', cookie: `luban-sitting=${this.cookie}` } }, (res) => {
				let text = '';
				res.on('data', (chunk) => { text += chunk; });
				res.on('end', () => resolve({ status: res.statusCode, text }));
				res.on('error', reject);
				res.on('aborted', () => reject(new Error('aborted')));
			});
			rq.on('timeout', () => rq.destroy(new Error('timeout')));
			rq.on('error', reject);
			rq.end(body);
		});
	}

	#write() {
		this.seq++;
		// the response names itself: one that stands twice is seen
		this.pending.push({ seq: this.seq, item: 1 + this.seq % items, response: `${this.number}-${this.seq}`, spent: some(0, 9000) });
	}

	// One call; true when everything pending was acknowledged.
	async send() {
		let r;
		try {
			r = await this.#post(JSON.stringify({ epoch: 1, answers: this.pending.slice(0, 64) }));
		} catch {
			this.unsure++;
			return false;
		}
		if (r.status !== 200) {
			this.refused.push(r.status);
			return false;
		}
		for (const { seq, status } of JSON.parse(r.text).saved) {
			assert.ok(['saved', 'repeated'].includes(status), `${this.number}: ${seq} ${status}`);
			const w = this.pending.find((v) => v.seq === seq);
			this.acknowledged.set(seq, w);
		}
		this.pending = this.pending.filter((w) => !this.acknowledged.has(w.seq));
		return !this.pending.length;
	}

	async sit(running) {
		while (running()) {
			for (let n = some(1, 3); n && this.pending.length < 64; n--)
				this.#write();
			await pause(await this.send() ? some(0, 5) : some(10, 40));
		}
	}

	// Until all is acknowledged: the sitting goes on.
	async finish() {
		this.#write();
		await until(() => this.send(), `an answer to ${this.number}`);
	}
}

// Candidates at work while `harm` happens; then everything is counted.
async function exam(place, at, harm) {
	const cookie = tokens(place);
	const all = Array.from({ length: CANDIDATES }, (_, i) => new Candidate(at, i + 1, cookie(i + 1)));
	let running = true;
	const sitting = all.map((c) => c.sit(() => running));
	try {
		await harm(all);
		const enough = (c) => c.acknowledged.size > 3;
		await until(() => all.every(enough), 'answers enough to say anything');
	} finally {
		running = false;
		await Promise.all(sitting);
	}
	await Promise.all(all.map((c) => c.finish()));
	for (const c of all)
		c.agent.destroy();
	count(place, all);
	return all;
}

function count(place, all) {
	const rows = new Map(sql(place, 'SELECT sitting_id, seq, item_no, response FROM answer').split('\n').map((line) => {
		const [sitting, seq, item, response] = line.split('|');
		return [`${sitting} ${seq}`, { item: Number(item), response }];
	}));
	const once = new Set([...rows.values()].map((r) => r.response));
	let acknowledged = 0;
	for (const c of all) {
		for (const [seq, w] of c.acknowledged) {
			const row = rows.get(`${sittingOf(c.number)} ${seq}`);
			assert.ok(row, `acknowledged and lost: ${w.response}`);
			assert.deepEqual(row, { item: w.item, response: w.response });
		}
		assert.equal(c.acknowledged.size, c.seq, `${c.number} was acknowledged everything in the end`);
		acknowledged += c.acknowledged.size;
	}
	assert.equal(once.size, rows.size, 'an answer stands twice');
	assert.equal(rows.size, acknowledged, 'nothing else is there');
}

async function place() {
	const own = new Place();
	await own.must('init');
	seed(own, CANDIDATES);
	return own;
}

const serve = (own) => Server.start({ place: own, args: ['--quiet', '--per-minute', '0', '--no-jobs'] });

test(`killed ${KILLS} times at random moments`, async () => {
	const own = await place(), at = {};
	let server;
	try {
		const all = await exam(own, at, async () => {
			for (let i = 0; i < KILLS; i++) {
				server = await serve(own);
				at.url = server.url;
				await pause(some(20, 250));
				await server.kill();
			}
			server = await serve(own);
			at.url = server.url;
			await pause(100);
		});
		assert.ok(all.reduce((n, c) => n + c.unsure, 0) >= KILLS, 'calls were under way when it was killed');
		await server.stop({ keep: true });
	} finally {
		await server?.kill();
		own.remove();
	}
});

// Between the candidates and the server; what is cut is cut in the middle.
async function line(server) {
	const { port } = new URL(server.url), open = new Set();
	const wire = net.createServer((near) => {
		const far = net.connect(Number(port), '127.0.0.1');
		for (const [a, b] of [[near, far], [far, near]]) {
			open.add(a);
			a.on('error', () => b.destroy());
			a.on('close', () => { open.delete(a); b.destroy(); });
			a.pipe(b);
		}
	});
	await new Promise((done) => wire.listen(0, '127.0.0.1', done));
	const at = { url: `http://127.0.0.1:${wire.address().port}` }, up = at.url;
	const cut = () => {
		at.url = 'http://127.0.0.1:9'; // nobody is there
		for (const s of open)
			s.destroy();
	};
	return { at, cut, mend: () => { at.url = up; }, end: () => { cut(); wire.close(); } };
}

test('the line is cut and restored', async () => {
	const own = await place(), server = await serve(own), wire = await line(server);
	try {
		const all = await exam(own, wire.at, async () => {
			for (let i = 0; i < 20; i++) {
				await pause(some(10, 120));
				wire.cut();
				await pause(some(10, 60));
				wire.mend();
			}
		});
		assert.ok(all.some((c) => c.unsure > 0));
	} finally {
		wire.end();
		await server.stop();
	}
});

test('the disk is full', { skip: engine !== 'sqlite' && 'PostgreSQL has a disk of its own' }, async (t) => {
	const own = new Place(), disk = smallDisk(own);
	if (!disk) {
		own.remove();
		t.skip('mounting needs root');
		return;
	}
	let server;
	try {
		await own.must('init');
		seed(own, CANDIDATES);
		server = await serve(own);
		const all = await exam(own, server, async (all_) => {
			await pause(200);
			disk.fill();
			await until(() => all_.some((c) => c.refused.length), 'a refusal: the server has given up trying by itself');
			disk.free();
		});
		const refused = all.flatMap((c) => c.refused);
		assert.ok(refused.length, 'some were told');
		assert.deepEqual([...new Set(refused)], [503]);
	} finally {
		await server?.stop({ keep: true });
		disk.end();
		own.remove();
	}
});

// Crashed, under a default that acknowledges what is not on disk yet.
test('the database is restarted', { skip: engine !== 'postgres' && 'SQLite is a file' }, async () => {
	const shared = process.env.LUBAN_TEST_PG;
	const cluster = await Cluster.start('synchronous_commit = off\nwal_writer_delay = 10000ms\nfsync = off');
	process.env.LUBAN_TEST_PG = cluster.url;
	let own, server;
	try {
		own = await place();
		sql(own, 'CHECKPOINT'); // what is there before is not what is tried
		server = await serve(own);
		await exam(own, server, async () => {
			for (const mode of ['immediate', 'fast', 'immediate', 'immediate']) {
				await pause(some(150, 400));
				cluster.down(mode);
				await pause(some(0, 300));
				cluster.up();
			}
			await pause(300);
		});
	} finally {
		await server?.stop({ keep: true });
		own?.remove();
		process.env.LUBAN_TEST_PG = shared;
		cluster.remove();
	}
});

test('the server ends while candidates write: what waits is kept first', async () => {
	const own = await place(), at = {};
	let server = await serve(own);
	at.url = server.url;
	try {
		await exam(own, at, async () => {
			for (let i = 0; i < 3; i++) {
				await pause(some(100, 200));
				await server.stop({ keep: true });
				server = await serve(own);
				at.url = server.url;
			}
		});
	} finally {
		await server.stop();
	}
});
