// A venue without a line, as its people do it: packed at the centre, run on a machine with a database of its own, brought back.
// The centre is on the engine under test; the venue is always SQLite.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { demoClient, demoServer } from '../lib/demo.js';
import { Place, Server, sql } from '../lib/luban.js';
import { signIn } from './support.js';

let server, manager, exam, room, pack, back, code, venue, machine, machineKey, head, candidates;
const cookieOf = {};

const offset = (place, seconds) => sql(place, `UPDATE platform SET clock_offset_s = ${Math.round(seconds)}`);
const now = () => Date.now() / 1000;
const json = (place, text) => sql(place, text).split('\n').filter(Boolean).map((line) => line.split('|'));

before(async () => {
	server = await demoServer();
	venue = new Place();
	venue.database = `sqlite:${venue.dir}/venue.db`;
	[exam, room] = sql(server.place, "SELECT e.id, k.batch_room_id FROM exam e JOIN exam_room k ON k.exam_id = e.id WHERE e.state = 'ready' ORDER BY e.id LIMIT 1").split('|');
	pack = path.join(venue.dir, 'pack.luban');
	back = path.join(venue.dir, 'back.luban');
	manager = await demoClient(server, 'manager');
	candidates = json(server.place, `SELECT person_id, enrolment_id, ticket_no, seat, name FROM sitting WHERE exam_id = ${exam} ORDER BY seat LIMIT 2`)
		.map(([person, enrolment, ticket_no, seat, name]) => ({ person, enrolment, ticket_no, seat, name }));
	for (const c of candidates) { // what stands on the identity card
		const page = `/enrolments/${c.person}/${c.enrolment}`;
		const html = await (await manager.form(`${page}/reveal`, { purpose: '考前核对证件' }, { page })).text();
		c.idno_tail = /\b\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[\dX]\b/.exec(html)[0].slice(-6);
	}
});
after(async () => {
	await machine?.stop({ keep: true });
	venue?.remove();
	await server?.stop();
});

test('the machine of the venue has a key of its own, which staff register', async () => {
	machineKey = path.join(venue.dir, 'machine.key');
	const said = await venue.must('venue', 'key', machineKey), known = /机器公钥 ([0-9a-f]{64})/.exec(said)[1];
	assert.equal(statSync(machineKey).mode & 0o777, 0o600);
	assert.ok(!said.includes(readFileSync(machineKey, 'utf8').trim()), 'the secret half is not shown');
	assert.ok((await venue.must('venue', 'key', machineKey)).includes(known), 'again: the same key');
	const id = sql(server.place, `SELECT venue_id FROM batch_room WHERE id = ${room}`), at = `/venues/${id}`;
	const { venue: v } = await manager.json(at);
	const put = (machine_key) => manager.form(at, { name: v.name, address: v.address, contact: v.contact, phone: v.phone,
		equipment: v.equipment, state: v.state, revision: v.revision, machine_key });
	assert.match(await (await put('abc')).text(), /机器公钥应为/);
	assert.equal((await put(known)).status, 303);
	assert.equal((await manager.json(at)).venue.machine_key, known);
});

test('rooms go out in a file that says nothing without its code', async () => {
	const text = await server.place.must('venue', 'pack', exam, '--rooms', room, '--out', pack);
	code = /开包口令 (\S+)/.exec(text)[1];
	assert.match(code, /^[A-Z2-7]{5}(-[A-Z2-7]{1,5})+$/);
	assert.equal(statSync(pack).mode & 0o777, 0o600);
	const bytes = readFileSync(pack, 'utf8');
	for (const c of candidates)
		assert.ok(!bytes.includes(c.name) && !bytes.includes(c.ticket_no));
	const again = await server.place.luban('venue', 'pack', exam, '--rooms', room, '--out', `${pack}.2`);
	assert.equal(again.status, 1);
	assert.match(again.stderr, /已经打包/);
	assert.ok(!existsSync(`${pack}.2`));
});

test('the centre does not run what is away', async () => {
	const page = `/exams/${exam}/rooms/${room}`;
	assert.match(await manager.page(page), /已交给离线考点运行/);
	const r = await manager.post(`${page}/count`, { which: 'in', heads: 1 });
	assert.equal(r.status, 409);
	assert.equal(r.body.id, 'board.away');
});

test('the machine takes the package with its code, and makes accounts', async () => {
	const key = ['--machine-key', machineKey];
	const wrong = await venue.luban('venue', 'serve', pack, '--only-open', ...key, '--code', 'AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-A');
	assert.match(wrong.stderr, /口令不对/);
	const stolen = await venue.luban('venue', 'serve', pack, '--only-open', '--code', code);
	assert.match(stolen.stderr, /另一台机器/);
	const text = await venue.must('venue', 'serve', pack, '--only-open', ...key, '--code', code.toLowerCase());
	head = /考务负责人.*登录名 (\S+) +一次性密码 (\S+)/.exec(text).slice(1);
	assert.match(text, /第一理论考场.*登录名 jiankao/);
	assert.match(await venue.must('venue', 'serve', '--only-open'), /继续运行/);
	assert.equal(sql(venue, 'SELECT COUNT(*) FROM sitting'), sql(server.place, `SELECT COUNT(*) FROM sitting WHERE exam_id = ${exam} AND batch_room_id = ${room}`));
});

test('the start code is told in the hour before, and opens the forms there', async () => {
	const id = sql(server.place, 'SELECT id FROM venue_pack'), starts = Number(sql(server.place, `SELECT starts_at FROM exam WHERE id = ${exam}`));
	const page = `/exams/${exam}/board`;
	assert.equal((await manager.post(`/exams/${exam}/packs/tell`, { pack: id })).status, 409, 'too early');
	for (const place of [server.place, venue])
		offset(place, starts - 1200 - now());
	assert.equal((await manager.form(`/exams/${exam}/packs/tell`, { pack: id }, { page })).status, 303);
	const start = /开卷口令 <b[^>]*>([^<]+)</.exec(await manager.page(page))[1];
	assert.ok(!(await (await demoClient(server, 'city-head')).page(page)).includes(start), 'shown to whoever asked alone');
	machine = await Server.start({ place: venue, args: ['--per-minute', '0'] });
	const client = machine.client();
	await signIn(client, { login: head[0], password: head[1] });
	assert.match(await client.page(page), /尚未启封/);
	const refused = await client.form(`/exams/${exam}/start`, { code }, { page });
	assert.match(await refused.text(), /口令不对/);
	assert.equal((await client.form(`/exams/${exam}/start`, { code: start }, { page })).status, 303);
	assert.doesNotMatch(await client.page(page), /尚未启封/);
	assert.equal(sql(venue, "SELECT COUNT(*) FROM paper_form WHERE form_state = 'opened'"), '2');
	head = client;
});

async function sitDown(c) {
	const client = machine.client(), page = '/exam/sit';
	const r = await client.form(page, { ticket_no: c.ticket_no, idno_tail: c.idno_tail, seat: c.seat, entry_code: '' });
	assert.equal(r.status, 303, await r.clone().text());
	cookieOf[c.ticket_no] = client;
	c.id = sql(venue, `SELECT id FROM sitting WHERE ticket_no = '${c.ticket_no}'`);
	return client;
}

test('candidates sit there, watched by their invigilator', async () => {
	const at = `/exams/${exam}/rooms/${room}`;
	for (const c of candidates)
		await sitDown(c);
	const starts = Number(sql(venue, `SELECT starts_at FROM exam WHERE id = ${exam}`));
	const r = await head.form(`${at}/run`, { action: 'admit' }, { page: at });
	assert.equal(r.status, 303, await r.clone().text());
	offset(venue, starts + 30 - now());
	for (const c of candidates) {
		const client = cookieOf[c.ticket_no];
		const begun = await client.form('/exam/sit/start', {}, { page: '/exam/sit/wait' });
		assert.equal(begun.status, 303, await begun.clone().text());
		const epoch = Number(sql(venue, `SELECT epoch FROM sitting WHERE id = ${c.id}`));
		const saved = await client.post('/exam/sit/answer', { epoch, answers: [{ seq: 1, item: 1, response: 'A', spent: 1000 },
			{ seq: 2, item: 2, response: 'B', spent: 1000 }] });
		assert.equal(saved.status, 200, JSON.stringify(saved.body));
		assert.deepEqual(saved.body.saved.map((s) => s.status), ['saved', 'saved']);
	}
	const state = await head.json(`${at}/state`);
	assert.deepEqual(state.seats.filter((s) => s.look === 'running').map((s) => s.done), [2, 2]);
	const forced = await head.form(`${at}/run`, { action: 'force', reason: '停电，提前收卷' }, { page: at });
	assert.equal(forced.status, 303);
	const rest = await head.form(`${at}/run`, { action: 'absent', reason: '未到' }, { page: at });
	assert.equal(rest.status, 303);
	const early = await venue.luban('venue', 'return', '--out', back);
	assert.equal(early.status, 0, early.stderr);
	await machine.stop({ keep: true });
	machine = null;
});

test('what happened comes back once, whole, and only if it is genuine', async () => {
	const bytes = readFileSync(back);
	for (const at of [60, bytes.length >> 1, bytes.length - 30]) {
		const bad = Buffer.from(bytes);
		bad[at] ^= 1;
		writeFileSync(`${back}.bad`, bad);
		assert.notEqual((await server.place.luban('venue', 'return', `${back}.bad`)).status, 0);
	}
	assert.equal(sql(server.place, `SELECT place FROM exam_room WHERE batch_room_id = ${room} AND exam_id = ${exam}`), 'venue');
	assert.match(await server.place.must('venue', 'return', back), /导入考场1个.*作答记录4条/);
	const rows = (place) => sql(place, `SELECT person_id, state, last_seq, n_answered, answers_hash, receipt_code FROM sitting WHERE exam_id = ${exam} ORDER BY person_id`);
	const there = rows(venue), here = rows(server.place);
	assert.equal(here, there);
	assert.match(here, /forced\|2\|2/);
	assert.match(await server.place.must('venue', 'return', back), /导入考场0个.*另有1个考场以前已导入，没有变化/);
	assert.equal(rows(server.place), here);
	const state = await manager.json(`/exams/${exam}/rooms/${room}/state`);
	assert.deepEqual(state.alarms.filter((a) => a.rule !== 'receipt'), []);
	assert.equal((await server.place.luban('check')).status, 0);
});
