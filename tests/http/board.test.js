// The invigilator's board over HTTP: light updates, who may look and who may act, refusals in words, the record sheet.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { demoClient, demoServer } from '../lib/demo.js';
import { sql } from '../lib/luban.js';
import { png } from '../lib/picture.js';

let server, manager, exam, room, here;

before(async () => {
	server = await demoServer();
	manager = await demoClient(server, 'manager');
	[exam, room] = sql(server.place, `SELECT s.exam_id, s.batch_room_id FROM sitting s JOIN exam e ON e.id = s.exam_id
		WHERE e.state = 'running' AND s.state = 'running' GROUP BY s.exam_id, s.batch_room_id ORDER BY s.batch_room_id LIMIT 1`).split('|');
	here = `/exams/${exam}/rooms/${room}`;
});
after(() => server?.stop());

const prints = (seats) => {
	const by = new Map(seats.map((s) => [s.seat, s.print]));
	return Array.from({ length: Math.max(...by.keys()) }, (_, i) => by.get(i + 1) ?? '000000').join('');
};

test('an update holds the seats that have changed, and no others', async () => {
	const whole = await manager.json(`${here}/state`), have = prints(whole.seats);
	assert.ok(whole.seats.length > 5);
	const still = await manager.json(`${here}/state?have=${have}`);
	assert.deepEqual(still.seats, []);
	assert.deepEqual(still.taken, whole.taken);
	assert.ok(JSON.stringify(still).length < 1500);
	const one = whole.seats.find((s) => s.look === 'lost' || s.look === 'running');
	assert.equal((await manager.form(`${one.url}/extend`, { minutes: 5, reason: '补时' }, { page: one.url })).status, 303);
	const next = await manager.json(`${here}/state?have=${have}`);
	assert.deepEqual(next.seats.map((s) => s.seat), [one.seat]);
	assert.equal(next.seats[0].deadline_at, one.deadline_at + 300);
	assert.ok(next.seats[0].flags.some((f) => f.code === 'extra'));
});

test('supervisors and authorities look; they do not act', async () => {
	for (const login of ['supervisor', 'city-head']) {
		const client = await demoClient(server, login);
		assert.match(await client.page(here), /座位图/);
		assert.doesNotMatch(await client.page(here), /全场操作/);
		assert.equal((await client.post(`${here}/run`, { action: 'pause', reason: 'x' })).status, 403);
	}
	const worker = await demoClient(server, /^ *(\d{17}[\dX]) .*劳动者/m.exec(server.place.accounts)[1]);
	assert.equal((await worker.fetch(here, { headers: { accept: 'application/json' } })).status, 403);
});

test('whatever touches an exam asks for a reason', async () => {
	const { seats } = await manager.json(`${here}/state`), open = seats.find((s) => s.is_open);
	for (const action of ['pause', 'force', 'void']) {
		const r = await manager.post(`${open.url}/run`, { action, reason: '' });
		assert.equal(r.status, 422, `${action}: ${JSON.stringify(r.body)}`);
	}
	assert.equal((await manager.post(`${open.url}/waive`, {})).status, 422);
	const strange = await manager.post(`${here}/run`, { action: 'void', reason: 'x' });
	assert.equal(strange.status, 422, 'not for a whole room');
});

test('the whole room stops and goes on, and the time of the pause is given again', async () => {
	const before = (await manager.json(`${here}/state`)).seats.filter((s) => s.is_open);
	assert.equal((await manager.form(`${here}/run`, { action: 'pause', reason: '消防演练' }, { page: here })).status, 303);
	const paused = (await manager.json(`${here}/state`)).seats.filter((s) => s.look === 'paused');
	assert.equal(paused.length, before.length);
	sql(server.place, `UPDATE sitting SET paused_at = paused_at - 60 WHERE exam_id = ${exam} AND state = 'paused'`); // a minute goes by
	assert.equal((await manager.form(`${here}/run`, { action: 'resume', reason: '结束' }, { page: here })).status, 303);
	for (const s of (await manager.json(`${here}/state`)).seats.filter((x) => x.is_open))
		assert.ok(s.deadline_at >= before.find((b) => b.seat === s.seat).deadline_at + 60, `seat ${s.seat}`);
	const page = await manager.json(here);
	assert.ok(page.events.some((e) => e.reason === '消防演练'));
});

test('an incident of the room, and a file that is no picture', async () => {
	const text = new File(['nothing'], 'a.png', { type: 'image/png' });
	const bad = await manager.form(`${here}/incidents`, { kind: 'power', sitting: '', note: '停电', photo: text }, { page: here });
	assert.equal(bad.status, 422);
	assert.match(await bad.text(), /照片须为JPEG或PNG/);
	const photo = new File([png()], 'a.png', { type: 'image/png' });
	assert.equal((await manager.form(`${here}/incidents`, { kind: 'power', sitting: '', note: '停电三分钟', photo }, { page: here })).status, 303);
	const view = await manager.json(here), url = view.incidents[0].photo_url;
	assert.equal((await manager.fetch(url)).headers.get('content-type'), 'image/png');
	const stranger = await demoClient(server, sql(server.place, `SELECT a.login FROM batch_staff t JOIN staff s ON s.id = t.staff_id
		JOIN account a ON a.id = s.account_id WHERE a.role = 'invigilator' AND t.batch_room_id <> ${room} AND s.account_id NOT IN
		(SELECT x.account_id FROM batch_staff y JOIN staff x ON x.id = y.staff_id WHERE y.batch_room_id = ${room}) AND a.login LIKE 'proctor%' LIMIT 1`));
	assert.equal((await stranger.fetch(url)).status, 404);
	assert.equal((await stranger.fetch(here, { headers: { accept: 'application/json' } })).status, 404);
});

test('the record sheet is paper', async () => {
	const r = await manager.fetch(`${here}/record`);
	assert.equal(r.headers.get('content-type'), 'application/pdf');
	assert.equal(Buffer.from(await r.arrayBuffer()).subarray(0, 5).toString(), '%PDF-');
});

test('a form is withdrawn by two people', async () => {
	const page = `/exams/${exam}/board`, view = await manager.json(page);
	const [form, other] = view.withdraw_form.fields.find((f) => f.name === 'form').options.map((o) => o.value);
	const asked = await manager.form(`/exams/${exam}/withdrawals`, { form, other_form: other, withdraw_reason: '试题外泄' }, { page });
	assert.equal(asked.status, 303);
	const id = sql(server.place, 'SELECT id FROM withdrawal');
	assert.equal((await manager.post(`/exams/${exam}/withdrawals/decide`, { withdrawal: id, decision: 'yes' })).body.id, 'withdraw.other_person');
	const office = await demoClient(server, 'city-head');
	assert.equal((await office.form(`/exams/${exam}/withdrawals/decide`, { withdrawal: id, decision: 'yes', decide_reason: '属实' }, { page })).status, 303);
	assert.equal(sql(server.place, `SELECT COUNT(*) FROM sitting WHERE exam_id = ${exam} AND form_id = ${form} AND state IN ('running', 'paused')`), '0');
	assert.match(await manager.page(page), /已停用/);
});
