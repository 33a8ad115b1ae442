// Objections: anybody's while the notice runs, answered by the body, read by the receipt number.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { batchIn, demoClients, demoServer } from '../lib/demo.js';

let server, batch, clerk, manager;
before(async () => {
	server = await demoServer();
	[clerk, manager] = await demoClients(server, 'clerk1', 'manager');
	batch = await batchIn(manager, 'publicity');
});
after(() => server.stop());

const objection = { name: '孙某', phone: '13800138000', text: '对本人理论成绩有异议，请复核答题卡。' };

test('from the form to the answer', async () => {
	const visitor = server.client(), address = `/results/public/${batch}`;
	const bad = await visitor.form(`${address}/objections`, { ...objection, phone: '12' }, { page: address });
	assert.equal(bad.status, 422);
	assert.match(await bad.text(), /对本人理论成绩有异议/, 'nothing typed is lost');
	const r = await visitor.form(`${address}/objections`, objection, { page: address });
	assert.equal(r.status, 303);
	const at = r.headers.get('location'), receipt = new URL(at, server.url).searchParams.get('receipt');
	assert.match(receipt, /^[A-Z2-7]{7}(-[A-Z2-7]{7}){2}$/);
	assert.match(await visitor.page(at), /待答复/);
	const list = (await clerk.json('/objections?state=received')).list.rows;
	const mine = list.find((o) => o.text === objection.text);
	assert.ok(mine);
	const show = `/objections/${mine.person}/${mine.id}`;
	assert.doesNotMatch(await clerk.page(show), /13800138000/);
	assert.equal((await clerk.post(`${show}/phone`, {})).status, 422);
	assert.equal((await clerk.post(`${show}/phone`, { purpose: '电话核实' })).body.phone, '13800138000');
	assert.equal((await clerk.post(`${show}/flow`, { action: 'answer' })).status, 422);
	assert.equal((await clerk.post(`${show}/flow`, { action: 'answer', reason: '经复核无误，维持原成绩' })).status, 200);
	const answer = await server.client().json(`/results/receipt?receipt=${receipt.toLowerCase().replaceAll('-', '')}`);
	assert.equal(answer.objection.answer, '经复核无误，维持原成绩');
	assert.equal(answer.objection.phone, undefined);
});

test('a wrong receipt is told so, in words', async () => {
	const visitor = server.client();
	assert.match(await visitor.page('/results/receipt?receipt=AAAAAAA-AAAAAAA-AAAAAAA'), /没有这个回执号/);
	assert.equal((await visitor.fetch('/results/receipt?receipt=A', { headers: { accept: 'application/json' } })).status, 404);
	await visitor.page('/results/receipt');
});

test('not outside a notice', async () => {
	const over = await batchIn(manager, 'archived');
	const r = await server.client().post(`/results/public/${over}/objections`, objection);
	assert.equal(r.status, 409);
	assert.match(r.body.detail, /不在成绩公示期内/);
});
