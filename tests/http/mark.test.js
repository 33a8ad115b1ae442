// Marks in the browser: two blind entries, nothing typed is lost, differences settled by a third, examiners apart.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { batchIn, demoClients, demoServer } from '../lib/demo.js';

let server, batch, clerk1, clerk2, manager, examiner1, examiner3;
before(async () => {
	server = await demoServer();
	[clerk1, clerk2, manager, examiner1, examiner3] = await demoClients(server, 'clerk1', 'clerk2', 'manager', 'examiner1', 'examiner3');
	batch = await batchIn(manager, 'marking');
});
after(() => server.stop());

const theoryRoom = async (client) =>
	(await client.json(`/batches/${batch}/marks`)).rooms.find((r) => r.is_theory);

test('the second clerk sees nothing of the first, and what he types wrong comes back', async () => {
	const room = await theoryRoom(clerk2), address = `/batches/${batch}/marks/${room.id}`;
	const { seats, round } = await clerk2.json(address);
	assert.equal(round, 2);
	assert.ok(seats.length > 2);
	assert.ok(seats.every((s) => s.value === '' && s.flag === ''), 'blind');
	const page = await clerk2.page(address);
	assert.match(page, /第二次录入/);
	const cells = { round };
	for (const s of seats)
		cells[`score_${s.enrolment_id}`] = '80';
	cells[`score_${seats[0].enrolment_id}`] = '180';
	cells[`score_${seats[1].enrolment_id}`] = '违';
	const r = await clerk2.form(address, cells), text = await r.text();
	assert.equal(r.status, 422);
	assert.match(text, /value="180"/);
	assert.match(text, /value="违"/);
	assert.match(text, /判为违纪时请写明事实/);
	assert.ok((await clerk2.json(address)).seats.every((s) => s.value === ''), 'all or nothing');
});

test('two entries, their differences, and a third who settles', async () => {
	const room = await theoryRoom(clerk2), address = `/batches/${batch}/marks/${room.id}`;
	const first = (await clerk1.json(address)).seats, { seats, round } = await clerk2.json(address);
	const cells = { round };
	for (const s of seats)
		cells[`score_${s.enrolment_id}`] = first.find((f) => f.enrolment_id === s.enrolment_id).value;
	const scored = seats.find((s) => /^\d/.test(cells[`score_${s.enrolment_id}`]));
	cells[`score_${scored.enrolment_id}`] = '1.25';
	assert.equal((await clerk2.form(address, cells)).status, 303);
	assert.equal((await clerk2.form(`${address}/sign`, {}, { page: address })).status, 303);
	assert.equal((await clerk2.form(address, { round, [`score_${scored.enrolment_id}`]: '2' })).status, 409);
	const { differences, n_open } = await manager.json(`/batches/${batch}/marks`);
	assert.equal(n_open, 1);
	assert.equal(differences[0].second, '1.25');
	const settle = `/batches/${batch}/marks/settle/${differences[0].enrolment_id}`;
	const third = { person_id: differences[0].person_id, enrolment_id: differences[0].enrolment_id, flag: 'score', score: '77' };
	assert.equal((await clerk1.post(settle, { ...third, note: '查阅答卷' })).status, 409);
	assert.equal((await manager.post(settle, third)).status, 422);
	assert.equal((await manager.post(settle, { ...third, note: '查阅答卷，复录有误' })).status, 200);
	assert.equal((await manager.json(`/batches/${batch}/marks`)).n_open, 0);
});

test('an examiner sees his own marks, and those of others only after signing', async () => {
	const slot = (await examiner3.json('/marking')).slots.find((s) => s.is_due);
	const address = `/marking/${slot.batch_room_id}`;
	let view = await examiner3.json(address);
	assert.ok(view.seats.every((s) => s.value === '' && !('others' in s)));
	assert.equal((await examiner3.form(`${address}/sign`, { agreed: 1 }, { page: address })).status, 409);
	const cells = {};
	view.seats.forEach((s, i) => {
		cells[`flag_${s.enrolment_id}`] = i ? 'score' : 'absent';
		cells[`score_${s.enrolment_id}`] = i ? '66.5' : '';
	});
	assert.equal((await examiner3.form(address, cells)).status, 303);
	view = await examiner3.json(address);
	assert.equal(view.n_left, 0);
	assert.equal(view.seats[0].value, '缺考');
	assert.equal(view.seats[1]?.value ?? '66.5', '66.5');
	assert.equal((await examiner3.form(`${address}/sign`, {}, { page: address })).status, 422, 'must agree');
	assert.equal((await examiner3.form(`${address}/sign`, { agreed: 1 }, { page: address })).status, 303);
	view = await examiner3.json(address);
	assert.ok(view.is_signed);
	assert.ok('others' in view.seats[0]);
	const sheet = await examiner3.fetch(`${address}/sheet`);
	assert.equal(sheet.headers.get('content-type'), 'application/pdf');
	assert.equal(Buffer.from(await sheet.arrayBuffer()).subarray(0, 5).toString(), '%PDF-');
});

test('rooms of others are not there', async () => {
	assert.equal((await clerk1.fetch('/marking/1')).status, 403);
	assert.equal((await examiner1.fetch('/marking/1')).status, 404);
	assert.equal((await examiner1.fetch(`/batches/${batch}/marks`)).status, 403);
	assert.equal((await manager.fetch(`/batches/${batch}/marks/1`)).status, 404);
});

test('a sheet is judged row by row before anything is saved', async () => {
	const { list } = await manager.json('/results?state=marking');
	const other = list.rows.map((b) => b.id).find((id) => id !== batch), address = `/batches/${other}/marks/import`;
	const rooms = (await clerk1.json(`/batches/${other}/marks`)).rooms.filter((r) => r.is_theory);
	const { seats } = await clerk1.json(`/batches/${other}/marks/${rooms[0].id}`);
	const csv = (rows) => new File(['准考证号,成绩,记事\n' + rows.map((r) => r.join(',')).join('\n')], 'scores.csv');
	const good = seats.map((s, i) => [s.ticket_no, i ? '81.5' : '缺考', '']);
	let text = await (await clerk1.form(address, { round: 1, file: csv([...good, good[1], ['000', '70', ''],
		[seats[0].ticket_no + '9', '170', '']]) })).text();
	assert.match(text, /是同一名考生/);
	assert.match(text, /没有这个准考证号/);
	assert.doesNotMatch(text, /import\/save/);
	text = await (await clerk1.form(address, { round: 1, file: csv([[seats[0].ticket_no, '80', '长'.repeat(10_000)], ...good.slice(1)]) })).text();
	assert.match(text, /记事超过 500 个字/);
	assert.ok(!text.includes('长'.repeat(502)), 'what is too long is not carried along');
	const r = await clerk1.form(address, { round: 1, file: csv(good) });
	text = await r.text();
	assert.equal(r.status, 200, text);
	const rows = /<textarea[^>]*name="rows"[^>]*>\n?([^<]*)<\/textarea>/.exec(text)[1];
	assert.equal((await clerk1.json(`/batches/${other}/marks/${rooms[0].id}`)).n_entered, 0);
	assert.equal((await clerk1.form(`${address}/save`, { round: 1, rows }, { page: address })).status, 303);
	assert.equal((await clerk1.json(`/batches/${other}/marks/${rooms[0].id}`)).n_entered, seats.length);
	text = await (await clerk1.form(address, { round: 2, file: csv(good) })).text();
	assert.match(text, /第二次录入应由另一人完成/);
	for (const [file, words] of [[new File(['a,b\n1,2\n'], 'x.csv'), /没有找到列名/], [csv([]), /没有成绩行/]])
		assert.match(await (await clerk2.form(address, { round: 2, file })).text(), words);
});
