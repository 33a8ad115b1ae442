// Results in the browser: the public notice, a change by two, confirmation with its reasons, the check that alarms.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { batchIn, demoClients, demoServer } from '../lib/demo.js';

let server, batch, clerk, manager, city;
before(async () => {
	server = await demoServer();
	[clerk, manager, city] = await demoClients(server, 'clerk1', 'manager', 'city');
	batch = await batchIn(manager, 'publicity');
});
after(() => server.stop());

test('a list that is not complete is not frozen, and the page says who is missing', async () => {
	const open = await batchIn(manager, 'marking');
	const view = await manager.json(`/batches/${open}/results`);
	assert.ok(view.n_pending > 0);
	assert.equal(view.may_freeze, false);
	assert.ok(view.preview.some((l) => l.waits));
	const r = await manager.post(`/batches/${open}/results/freeze`, {});
	assert.equal(r.status, 409);
	assert.match(r.body.detail, /没有完成/);
	assert.equal((await clerk.post(`/batches/${open}/results/freeze`, {})).status, 403);
});

test('the text of a version has the hash that is shown', async () => {
	const view = await manager.json(`/batches/${batch}/results`);
	for (const version of view.versions) {
		const text = await (await manager.fetch(`/batches/${batch}/results/text/${version.result_version}`)).text();
		assert.equal(createHash('sm3').update(text).digest('hex'), version.digest);
		assert.equal(text.split('\n').length - 1, version.n_rows);
	}
	assert.equal((await manager.fetch(`/batches/${batch}/results/text/99`)).status, 404);
});

test('anybody reads the notice while it runs, with masked numbers', async () => {
	const client = server.client();
	const { list } = await client.json('/results/public');
	assert.ok(list.rows.some((r) => r.id === batch));
	const notice = await client.json(`/results/public/${batch}`);
	assert.equal(notice.is_running, true);
	assert.ok(notice.list.rows.every((r) => /^\d{3}\*+[\dX]{4}$/.test(r.idno_mask)), 'masked');
	assert.doesNotMatch(JSON.stringify(notice), /person_id|enrolment_id/);
	const over = await client.json(`/results/public/${await batchIn(manager, 'archived')}`);
	assert.equal(over.is_running, false);
	assert.equal(over.list, undefined);
	assert.match(await client.page(`/results/public/${await batchIn(manager, 'archived')}`), /公示已经结束/);
	assert.equal((await client.fetch('/results/public/1')).status, 404);
	assert.equal((await client.fetch(`/results/public/${await batchIn(manager, 'marking')}`)).status, 404);
});

test('a change needs the body and the authority; both versions are shown', async () => {
	const { list, versions } = await manager.json(`/batches/${batch}/results`);
	const row = list.rows.find((r) => /^\d/.test(r.skill));
	const address = `/batches/${batch}/results/change/${row.person_id}/${row.enrolment_id}`;
	const change = { part: 2, new_state: 'scored', new_centi: '61.25', reason: '漏记 2 分' };
	assert.equal((await clerk.post(address, { ...change, reason: '' })).status, 422);
	const asked = await clerk.post(address, change);
	assert.equal(asked.status, 200, JSON.stringify(asked.body));
	const at = asked.body.location;
	assert.equal((await clerk.post(`${at}/flow`, { action: 'approve' })).status, 403);
	assert.match((await city.json(`/batches/${batch}/results`)).confirm_waits, /公示到/);
	assert.equal((await manager.post(`${at}/flow`, { action: 'approve' })).status, 200);
	assert.equal((await manager.post(`${at}/flow`, { action: 'apply' })).status, 403);
	assert.equal((await city.post(`${at}/flow`, { action: 'apply' })).status, 200);
	const now = await manager.json(at);
	assert.equal(now.versions.length, versions.length + 1);
	assert.equal(now.versions.at(-1).skill, '61.25');
	assert.equal((await manager.json(`/batches/${batch}/results`)).versions.length, versions.length + 1);
	assert.equal((await city.post(`/batches/${batch}/results/confirm`, {})).status, 409);
});

test('the notice as paper, and the list as a sheet', async () => {
	const pdf = await manager.fetch(`/batches/${batch}/results/notice`);
	assert.equal(pdf.headers.get('content-type'), 'application/pdf');
	const sheet = await manager.fetch(`/batches/${batch}/results?export=xlsx`);
	assert.match(sheet.headers.get('content-type'), /spreadsheetml/);
});

test('luban check finds nothing', async () => {
	assert.equal((await server.place.luban('check', 'marks', 'results', 'archives')).status, 0);
});
