// Archives: built once the certificates are out, read with witnesses, every reading on record.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { batchIn, demoClients, demoServer } from '../lib/demo.js';

let server, clerk, manager;
before(async () => {
	server = await demoServer();
	[clerk, manager] = await demoClients(server, 'clerk1', 'manager');
});
after(() => server.stop());

test('five volumes, kept with their hash, read before witnesses', async () => {
	const batch = await batchIn(manager, 'certified'), address = `/batches/${batch}/archive`;
	assert.equal((await clerk.json(address)).volumes.length, 5);
	assert.equal((await clerk.form(address, {})).status, 303);
	const view = await manager.json(address);
	assert.equal(view.batch.state, 'archived');
	assert.match(view.packages[0].digest, /^[0-9a-f]{64}$/);
	const read = `${address}/${view.packages[0].id}/read`;
	assert.equal((await clerk.post(read, { purpose: '检查', witness: '甲、乙' })).status, 403);
	assert.equal((await manager.post(read, { purpose: '检查', witness: '甲' })).status, 422);
	const r = await manager.form(read, { purpose: '年度检查', witness: '甲、乙' }, { page: address });
	assert.equal(r.headers.get('content-type'), 'application/zip');
	assert.equal(Buffer.from(await r.arrayBuffer()).subarray(0, 2).toString(), 'PK');
	const { reads } = await manager.json(address);
	assert.equal(reads.length, 1);
	assert.equal(reads[0].purpose, '年度检查');
	assert.equal((await server.place.luban('check', 'archives', 'files')).status, 0);
});

test('not before', async () => {
	const batch = await batchIn(manager, 'publicity');
	assert.equal((await clerk.post(`/batches/${batch}/archive`, {})).status, 409);
	assert.match(await clerk.page(`/batches/${batch}/archive`), /还不能归档/);
});
