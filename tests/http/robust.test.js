// What happens when things go wrong: a killed server, a full disk, a database that goes away, two people at once, text
// that wants to be markup, requests that want to be many.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import path from 'node:path';
import { demoClient, demoClients, demoPlace, demoServer, serveDemo } from '../lib/demo.js';
import { smallDisk } from '../lib/disk.js';
import { Place, Server, engine, psql, sql } from '../lib/luban.js';
import * as number from '../lib/number.js';
import { pause, until } from '../lib/wait.js';
import { freshServer, hidden, raw, signIn, submit, totp } from './support.js';

const html = { accept: 'text/html' }, json = { accept: 'application/json' };

const uscc = (serial) => number.uscc('91', '371002', String(serial).padStart(8, '0'));

// A number of a person born on the first day of a year.
const idno = (serial, year = 1990) => number.idno('371002', `${year}0101`, serial);

const holds = (page, what, where) => assert.ok(what.test(page), `${where ?? ''} lacks ${what}: ${/<h1>[^]{0,300}/.exec(page)?.[0]}`);
const lacks = (page, what, where) => assert.ok(!what.test(page), `${where ?? ''} has ${what}: ${what.exec(page)?.[0]}`);

const password = 'Copper-kettle-2931';
const bodyForm = (serial, change = {}) => ({ name: `甲公司${serial}`, uscc: uscc(serial), body_kind: 'enterprise', region: '371002',
	legal_person: '王一', address: '海滨路1号', contact: '李二', phone: '13800000000', website: '', login: `body.${serial}`,
	password, ...change });

async function signUp(client, values) {
	return client.form('/register/new', values);
}

let server, credentials;
before(async () => {
	({ server, credentials } = await freshServer({ args: ['--per-minute', '0'] }));
});
after(() => server.stop());

async function signedIn(who, at = server) {
	const client = at.client();
	await signIn(client, credentials[who]);
	return client;
}

test('whoever opens an account himself keeps the rules for passwords', async () => {
	const client = server.client();
	for (const weak of ['1', 'password', 'aaaaaaaaaaaa']) {
		const r = await signUp(client, bodyForm(901, { password: weak }));
		assert.equal(r.status, 422, `a body with ${weak}`);
		holds(await r.text(), /id="f-password-error"/);
		const worker = await client.form('/register/worker', { name: '周七', idno: idno(1), phone: '13800000001',
			password: weak, repeat: weak, consent: '1' });
		assert.equal(worker.status, 422, `a worker with ${weak}`);
		holds(await worker.text(), /id="f-password-error"/);
	}
});

test('a visitor whose sign-up fails stays a visitor, and the trail says where it came from', async () => {
	const client = server.client();
	assert.equal((await signUp(client, bodyForm(902))).status, 303);
	const r = await signUp(client, bodyForm(903, { login: 'body.902' }));
	assert.ok([409, 422].includes(r.status), `${r.status}`);
	const page = await r.text();
	holds(page, /href="\/login/);
	lacks(page, /href="\/admin/);
	lacks(page, /action="\/logout"/);
	const audit = await signedIn('auditadmin');
	const list = await audit.json('/admin/audit?action=account.create');
	const row = list.list.rows.find((e) => JSON.stringify(e).includes('body.902'));
	assert.ok(row, JSON.stringify(list.list.rows[0]));
	assert.equal(row.ip, '127.0.0.1');
});

const nasty = `"'><script>alert(1)</script><img src=x onerror=alert(2)>{{name}}\u202e=cmd|' /C calc'!A0`;

function isTame(page, where) {
	lacks(page, /<script>alert/, where);
	lacks(page, /<img src=x/, where);
	lacks(page, /=""'>/, where);
}

test('text that wants to be markup is text on every page', async () => {
	const client = server.client();
	const values = bodyForm(904, { name: nasty.slice(0, 90), legal_person: nasty.slice(0, 50), address: nasty, contact: nasty.slice(0, 50),
		website: `javascript:alert(1)//${nasty}` });
	const again = await signUp(client, { ...values, password: 'x' });
	isTame(await again.text(), 'the form again');
	const r = await signUp(client, values);
	isTame(await r.text(), 'the answer');
	if (r.status === 303) {
		const manager = server.client();
		await signIn(manager, { login: values.login, password });
		for (const at of ['/', '/body', '/filings', '/filings/new', '/venues', '/staff'])
			isTame(await (await manager.fetch(at, { headers: html })).text(), at);
	}
	for (const at of [`/register?name=${encodeURIComponent(nasty)}`, `/verify?number=${encodeURIComponent(nasty)}&name=${encodeURIComponent(nasty)}`,
		`/login?next=${encodeURIComponent(nasty)}`, `/open?region=${encodeURIComponent(nasty)}`, `/${encodeURIComponent(nasty)}`]) {
		const page = await client.fetch(at, { headers: html });
		isTame(await page.text(), at);
	}
	const login = await client.form('/login', { login: nasty.slice(0, 60), password: 'x' });
	isTame(await login.text(), 'the log-in again');
	const header = await client.fetch('/nope', { headers: { ...html, 'user-agent': '<script>alert(1)</script>' } });
	isTame(await header.text(), 'the browser’s name');
});

test('a log-in gets a session of its own, and a code counts once', async () => {
	const { server: own, credentials: theirs } = await freshServer({ second: true, args: ['--per-minute', '0'] });
	try {
		const who = theirs.sysadmin, first = own.client();
		await signIn(first, who);
		const planted = own.client();
		planted.cookies.set('luban-session', 'a'.repeat(43));
		await submit(planted, '/login', '/login', who);
		const half = planted.cookies.get('luban-session');
		assert.notEqual(half, 'a'.repeat(43), 'a session that was there before is not taken over');
		const code = totp(who.secret, who.used + 1);
		const second = await submit(planted, '/login/second', '/login/second', { code });
		assert.equal(second.status, 303);
		assert.notEqual(planted.cookies.get('luban-session'), half, 'every stage has a new one');
		const thief = own.client();
		thief.cookies.set('luban-session', half);
		assert.equal((await thief.fetch('/account', { headers: json })).status, 401, 'the stage before is over');
		const other = own.client();
		await submit(other, '/login', '/login', who);
		const replay = await submit(other, '/login/second', '/login/second', { code });
		assert.equal(replay.status, 422, 'the same code again');
	} finally {
		await own.stop();
	}
});

test('JSON that is too deep and forms of too many fields are refused', async () => {
	const client = server.client();
	const post = async (type, body) => (await client.fetch('/login', { method: 'POST', body,
		headers: { ...json, 'content-type': type } })).status;
	const deep = 60_000;
	assert.equal(await post('application/json', `{"login":${'['.repeat(deep)}${']'.repeat(deep)}}`), 400);
	assert.equal(await post('application/json', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`), 400);
	assert.equal(await post('application/x-www-form-urlencoded', 'a=1&'.repeat(20_000)), 400);
	assert.equal(await post('application/json', '{"login":"a\\u0000b","password":"x"}'), 400);
	assert.equal(await post('application/json', '{"login":"a","login":"b","password":"x"}'), 400);
	const fields = Array.from({ length: 9000 }, (_, i) => `--b\r\nContent-Disposition: form-data; name="f${i}"\r\n\r\n\r\n`);
	assert.equal(await post('multipart/form-data; boundary=b', `${fields.join('').slice(0, 250_000)}--b--\r\n`), 400);
	assert.equal((await client.fetch('/healthz')).status, 200);
});

test('headers are bounded, and connections that say nothing hold nobody up', async () => {
	const big = await raw(server.url, `GET /healthz HTTP/1.1\r\nHost: x\r\n${'X-A: b\r\n'.repeat(20_000)}\r\n`, 1000)
		.catch(() => '');
	assert.doesNotMatch(big, /^HTTP\/1.1 200/);
	const { hostname, port } = new URL(server.url);
	const silent = await Promise.all(Array.from({ length: 200 }, () => new Promise((resolve, reject) => {
		const s = connect(Number(port), hostname, () => { s.write('POST /login HTTP/1.1\r\nHost: x\r\nContent-Le'); resolve(s); });
		s.on('error', reject);
	})));
	let gone = 0;
	for (const s of silent)
		s.on('close', () => { gone++; });
	assert.equal((await server.client().fetch('/healthz')).status, 200);
	assert.equal(gone, 0, 'others are answered before these are given up');
	for (const s of silent)
		s.destroy();
});

test('addresses and header lines cannot be led astray', async () => {
	const client = server.client();
	for (const at of ['/static/%2e%2e/templates/layout.html', '/static/..%2f..%2fetc/passwd', '/static/%00', '/static/img/../../x',
		'/register/..%2f..%2f', '/register/1%0d%0aSet-Cookie:%20a=b', '/open/999999999999999999999999', '/open/-1', '/open/0x1'])
		assert.equal((await raw(server.url, `GET ${at} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).split(' ')[1], '404', at);
	for (const next of ['//evil.example', '/\\evil.example', 'https://evil.example', '/\tevil', '/a\r\nSet-Cookie: x=y', 'javascript:alert(1)']) {
		const page = await (await client.fetch(`/login?next=${encodeURIComponent(next)}`, { headers: html })).text();
		assert.equal(hidden(page, '/login').next ?? '', '', next);
	}
	const split = await client.fetch(`/login?next=${encodeURIComponent('/x\r\nSet-Cookie: stolen=1')}`, { headers: html });
	assert.equal(split.headers.get('set-cookie')?.includes('stolen') ?? false, false);
});

test('two clerks at one plan', async (t) => {
	const demo = await demoServer();
	t.after(() => demo.stop());
	const [first, second] = await demoClients(demo, 'clerk1', 'clerk2');
	const lists = await Promise.all(['draft', 'returned', 'postponed'].map((s) => first.json(`/batches?state=${s}`)));
	const batch = lists.flatMap((l) => l.list.rows)[0];
	assert.ok(batch, 'a plan that is open');
	const at = `/batches/${batch.id}`, edit = `${at}/edit`;
	const read = async (client) => Object.fromEntries((await client.json(edit)).form.fields.map((f) => [f.name, f.value]));
	const mine = await read(first), hers = await read(second);
	const one = await first.form(at, { ...mine, contact: '王五' }, { page: edit });
	assert.equal(one.status, 303);
	const two = await second.form(at, { ...hers, contact: '赵六' }, { page: edit });
	assert.equal(two.status, 409);
	const page = await two.text();
	holds(page, /已被他人修改/);
	holds(page, /value="赵六"/);
	assert.equal((await read(first)).contact, '王五', 'the first one’s work is there');
	const insists = await second.form(at, { ...hers, ...hidden(page, at), contact: '赵六' }, { page: edit });
	assert.equal(insists.status, 303);
	assert.equal((await read(first)).contact, '赵六');

	const room = { part: '1', starts_at: '2099-01-01T09:00', ends_at: '2099-01-01T11:00', room_id: '999' };
	for (const r of await Promise.all([first, second].map((c) => c.form(`${at}/rooms`, room, { page: at }))))
		assert.equal(r.status, 422, 'a room that is not theirs');
});

// A sheet of n people who may sit for grade five; every tenth name begins as a formula would.
function sheet(n) {
	const lines = ['姓名,证件号码,手机号码,工作年限'];
	for (let i = 0; i < n; i++)
		lines.push(`${i % 10 ? '考生' : '=甲'}${i},${idno(i % 1000, 1980 + Math.floor(i / 1000))},1380000${String(i).padStart(4, '0')},5`);
	return new File([lines.join('\r\n')], `=cmd"\r\nX: ${'长'.repeat(60)}.csv`, { type: 'text/csv' });
}

const rosterIs = (client, at, what) => until(async () => {
	const { roster } = await client.json(at);
	return what(roster) && roster;
}, `${at}: ${what}`);

test('a roster whose saving was killed is saved once and whole', async (t) => {
	const rows = 3000, people = rows * 9 / 10;
	let demo = await serveDemo(await demoPlace({ second: false }));
	t.after(() => demo.stop());
	let client = await demoClient(demo, 'clerk1');
	const batch = (await client.json('/batches?state=enrolling')).list.rows[0];
	sql(demo.place, `UPDATE batch SET quota = 10000 WHERE id = ${batch.id}`);
	const rosters = `/batches/${batch.id}/rosters`;
	const sent = await client.form(rosters, { file: sheet(rows) });
	assert.equal(sent.status, 303, (await sent.text()).slice(0, 1000));
	const at = sent.headers.get('location');
	const judged = await rosterIs(client, at, (r) => r.state !== 'uploaded' && r.state !== 'judging');
	assert.equal(judged.state, 'judged', JSON.stringify(judged));
	assert.equal(judged.n_good, people);
	assert.equal(judged.n_bad, rows - people, 'what would be a formula elsewhere is refused');
	assert.equal((await client.form(`${at}/confirm`, {}, { page: at })).status, 303);
	const count = async () => (await client.json(`/batches/${batch.id}`)).batch.n_enrolled - batch.n_enrolled;
	while (!await count())
		await new Promise((r) => setTimeout(r, 5));
	await demo.kill();
	const kept = Number(sql(demo.place, `SELECT count(*) FROM enrolment WHERE batch_id = ${batch.id}`)) - batch.n_enrolled;
	assert.ok(kept > 0 && kept < people, `killed in the middle: ${kept} of ${people}`);
	sql(demo.place, "UPDATE job SET beat_at = 0 WHERE state = 'running'");
	demo = await serveDemo(demo.place);
	client = await demoClient(demo, 'clerk1');
	const saved = await rosterIs(client, at, (r) => r.state !== 'saving');
	assert.equal(saved.state, 'saved');
	assert.equal(saved.n_good + saved.n_same, people);
	assert.equal(saved.n_bad, rows - people);
	assert.equal(await count(), people);
	assert.equal(Number(sql(demo.place, `SELECT count(DISTINCT seq) FROM enrolment WHERE batch_id = ${batch.id}`)),
		batch.n_enrolled + people, 'everybody has a number of his own');
	const copy = await client.fetch(`${at}/sheet`);
	assert.equal(copy.status, 200);
	const named = decodeURIComponent(/filename\*=UTF-8''(.+)$/.exec(copy.headers.get('content-disposition'))[1]);
	assert.ok(named.endsWith('.csv.xlsx') || named.endsWith('.xlsx'), named);
	const bytes = Buffer.from(await copy.arrayBuffer());
	assert.equal(bytes.subarray(0, 2).toString(), 'PK');
	const r = await demo.place.luban('check');
	assert.equal(r.status, 0, r.stdout);
});

// Settings are the smallest thing that is written: one row for each day.
async function writer(client, from, n, kept) {
	const at = '/admin/settings/batch.lead_wd', token = await client.token(at);
	for (let i = from; i < from + n; i++) {
		const day = new Date(Date.UTC(2100, 0, 1 + i)).toISOString().slice(0, 10);
		let r;
		try {
			r = await client.fetch(at, { method: 'POST', headers: html, body: new URLSearchParams({ csrf: token, region: '',
				effective_on: day, amount: '21' }) });
		} catch {
			return;
		}
		await r.text().catch(() => '');
		if (r.status === 303)
			kept.push(day);
		else
			kept.refused = [...(kept.refused ?? []), r.status];
	}
}

async function keptDays(client) {
	const { values } = await client.json('/admin/settings/batch.lead_wd');
	return new Set(values.map((v) => v.effective_on));
}

test('a killed server has kept everything that it acknowledged', async () => {
	const { server: first, credentials: theirs } = await freshServer({ args: ['--per-minute', '0'] });
	const clients = await Promise.all([0, 1, 2, 3].map(() => first.client()));
	for (const c of clients)
		await signIn(c, theirs.sysadmin);
	const kept = [];
	const writers = clients.map((c, i) => writer(c, i * 1000, 1000, kept));
	await until(() => kept.length >= 60, 'sixty days');
	await first.kill();
	await Promise.all(writers);
	assert.ok(kept.length >= 60);
	const second = await Server.start({ place: first.place, args: ['--per-minute', '0'] });
	try {
		const client = second.client();
		await signIn(client, theirs.sysadmin);
		const days = await keptDays(client);
		assert.deepEqual(kept.filter((d) => !days.has(d)), [], 'acknowledged and lost');
		assert.equal((await first.place.luban('check')).status, 0);
	} finally {
		await second.stop();
	}
});

test('the database goes away in the middle: the next request finds it again', { skip: engine !== 'postgres' && 'SQLite is a file' }, async () => {
	const client = await signedIn('sysadmin');
	const name = new URL(server.place.database).pathname.slice(1);
	const cut = () => psql(process.env.LUBAN_TEST_PG,
		`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid()`);
	for (let i = 0; i < 5; i++) {
		cut();
		assert.equal((await client.fetch('/admin/settings', { headers: html })).status, 200, 'reading');
		cut();
		const kept = [];
		await writer(client, 5000 + i, 1, kept);
		assert.equal(kept.length, 1, `writing after a cut: ${kept.refused}`);
	}
	const kept = [];
	const busy = writer(client, 6000, 40, kept);
	for (let i = 0; i < 10; i++) {
		cut();
		await pause(20);
	}
	await busy;
	const days = await keptDays(client);
	assert.deepEqual(kept.filter((d) => !days.has(d)), [], 'acknowledged and lost');
	for (const status of kept.refused ?? [])
		assert.ok([503, 409].includes(status), `${status}`);
});

function smallFiles(pid) {
	const limit = (n) => execFileSync('prlimit', ['--pid', String(pid), `--fsize=${n}:unlimited`]);
	return { fill: () => limit(4096), free: () => limit('unlimited'), end: () => {} };
}

async function fullDisk(disk, own, theirs) {
	const client = own.client();
	await signIn(client, theirs.sysadmin);
	const kept = [];
	await writer(client, 0, 5, kept);
	assert.equal(kept.length, 5);
	disk.fill();
	await writer(client, 10, 20, kept);
	assert.ok(kept.refused?.length > 0, 'something was refused');
	for (const status of kept.refused)
		assert.equal(status, 503);
	assert.equal((await client.fetch('/healthz')).status, 200);
	const refused = await client.form('/admin/settings/batch.lead_wd', { region: '', effective_on: '2130-01-01', amount: '21' });
	assert.equal(refused.status, 503);
	assert.match(await refused.text(), /稍后|暂时/);
	const during = await keptDays(client);
	assert.deepEqual(kept.filter((d) => !during.has(d)), [], 'acknowledged and lost');
	disk.free();
	const before = kept.length;
	await writer(client, 40, 5, kept);
	assert.equal(kept.length, before + 5, 'the server recovers by itself');
	const days = await keptDays(client);
	assert.deepEqual(kept.filter((d) => !days.has(d)), [], 'acknowledged and lost');
	assert.equal((await own.place.luban('check')).status, 0);
}

for (const [what, make] of [['the disk is full', smallDisk], ['files may not grow', (_, own) => smallFiles(own.child.pid)]])
	test(`${what}: a clear answer, nothing acknowledged is lost`, { skip: engine !== 'sqlite' && 'SQLite only' },
		async (t) => {
			const place = new Place();
			let disk = what === 'the disk is full' ? make(place) : undefined;
			if (disk === null) {
				t.skip('mounting needs root');
				place.remove();
				return;
			}
			let own;
			try {
				const text = await place.must('init');
				await place.must('config', 'put', 'account.second_factor', '0');
				const theirs = {};
				for (const [, login, once] of text.matchAll(/登录名 (\S+) +一次性密码 (\S+)/g))
					theirs[login] = { login, password: once };
				own = await Server.start({ place, args: ['--per-minute', '0'] });
				disk ??= make(place, own);
				await fullDisk(disk, own, theirs);
			} finally {
				await own?.stop({ keep: true });
				disk?.end();
				place.remove();
			}
		});

test('a backup taken while people write is whole', { skip: engine !== 'sqlite' && 'PostgreSQL has its own tools' },
	async () => {
		const client = await signedIn('sysadmin'), kept = [];
		const copy = path.join(server.place.dir, 'busy.db'), back = `sqlite:${server.place.dir}/busy-back.db`;
		const busy = writer(client, 20_000, 80, kept);
		await until(() => kept.length >= 10, 'ten days');
		const before = [...kept];
		await server.place.must('backup', copy);
		await busy;
		assert.equal(kept.refused, undefined, 'nobody was held up');
		await server.place.must('restore', copy, '--database', back);
		const listed = await server.place.must('config', 'list', '--database', back);
		for (const day of before)
			assert.ok(listed.includes(day), `${day} is not in the copy`);
		const r = await server.place.luban('check', '--database', back);
		assert.equal(r.status, 0, r.stdout + r.stderr);
	});

test('a database of a newer program is refused in words', async () => {
	const place = new Place();
	await place.must('init');
	const sql = "INSERT INTO schema_migration (name, hash, applied_at) VALUES ('9999_future.sql', 'x', 1)";
	if (engine === 'postgres')
		psql(place.database, sql);
	else
		execFileSync('sqlite3', ['-cmd', '.timeout 10000', place.database.slice('sqlite:'.length), sql]);
	for (const args of [['migrate'], ['serve', '--listen', '127.0.0.1:0'], ['user', 'list']]) {
		const r = await place.luban(...args);
		assert.equal(r.status, 3, args.join(' '));
		assert.match(r.stderr, /9999_future\.sql/);
		assert.match(r.stderr, /较新的程序/);
	}
	place.remove();
});
