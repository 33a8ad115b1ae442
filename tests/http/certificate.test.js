// Certificates over HTTP: lists and faces as pages and JSON, the PDF, reissue, correction by two, scope.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { demoClient, demoClients, demoServer, demoWorker } from '../lib/demo.js';
import { signIn } from './support.js';

const json = { accept: 'application/json' };

let server, manager, clerk, city, list, at, certificate;
before(async () => {
	server = await demoServer({ second: false });
	[manager, clerk, city] = await demoClients(server, 'manager', 'clerk1', 'city');
	list = (await manager.json('/certificates?state=valid')).list.rows;
	[certificate] = list;
	at = `/certificates/${certificate.person_id}/${certificate.id}`;
});
after(() => server.stop());

test('the list is a page and JSON; a body sees its own certificates only', async () => {
	assert.ok(list.length > 5);
	const bodies = new Set(list.map((c) => c.body_name));
	assert.equal(bodies.size, 1);
	for (const c of list) {
		assert.match(c.number, /^[A-Z]\d{20}[\dX]$/);
		assert.match(c.idno_mask, /\*/);
	}
	const page = await manager.page('/certificates?state=valid');
	assert.ok(page.includes(certificate.number) && page.includes(at));
	const foreign = (await city.json('/register?state=filed')).list.rows.find((b) => !bodies.has(b.name));
	const added = await server.place.must('user', 'add', 'other.manager', '--role', 'body_manager', '--name', '王二', '--body', foreign.id);
	const stranger = server.client();
	await signIn(stranger, { login: 'other.manager', password: /一次性密码 ?(\S+)/.exec(added)[1] });
	assert.ok(!(await stranger.page('/certificates')).includes(certificate.number));
	for (const [method, where] of [['GET', ''], ['GET', '/pdf'], ['POST', '/reissue'], ['POST', '/correct']]) {
		const body = method === 'POST' ? JSON.stringify({ reason: '遗失', field: 'name', value: '某某' }) : undefined;
		const r = await stranger.fetch(at + where, { method, body, headers: { ...json, 'content-type': 'application/json' } });
		assert.equal(r.status, 404, where);
	}
});

// Texts of fonts inside a PDF: the objects as they stand and those packed into streams.
function unpacked(bytes) {
	let text = bytes.toString('latin1');
	for (const m of bytes.toString('latin1').matchAll(/\/Type ?\/ObjStm[^]*?stream\r?\n/g)) {
		const from = m.index + m[0].length, end = bytes.indexOf('endstream', from);
		text += inflateSync(bytes.subarray(from, end)).toString('latin1');
	}
	return text;
}

test('the certificate as PDF, on one sheet, with its fonts embedded', async () => {
	const r = await manager.fetch(`${at}/pdf`);
	assert.equal(r.status, 200);
	assert.equal(r.headers.get('content-type'), 'application/pdf');
	const bytes = Buffer.from(await r.arrayBuffer());
	assert.equal(bytes.toString('latin1', 0, 5), '%PDF-');
	assert.ok(bytes.length > 20_000 && bytes.length < 4 << 20, `${bytes.length} bytes`);
	const text = unpacked(bytes);
	assert.match(text, /\/Type ?\/Pages\b[^>]*\/Count 1\b/);
	const fonts = [...text.matchAll(/\/Type ?\/FontDescriptor[^]*?>>/g)].map((m) => m[0]);
	assert.ok(fonts.length > 0);
	for (const font of fonts)
		assert.match(font, /\/FontFile[23]?/, font);
});

test('a certificate lost is issued again under its number, with a reason', async () => {
	const blank = await clerk.post(`${at}/reissue`, {});
	assert.equal(blank.status, 422);
	assert.equal(blank.body.fields[0].field, 'reason');
	const refused = await (await clerk.form(`${at}/reissue`, { reason: '' }, { page: at })).text();
	assert.match(refused, /请填写“补发理由”/);
	const r = await clerk.post(`${at}/reissue`, { reason: '原件遗失' });
	assert.equal(r.status, 200);
	assert.equal((await clerk.post(`${at}/reissue`, { reason: '再次' })).status, 409, 'one waits');
	const before = (await clerk.json(at)).certificate.reissued;
	const asked = (await clerk.json(at)).changes.find((c) => c.state === 'requested');
	const where = `${at}/changes/${asked.id}`;
	assert.equal((await clerk.post(`${where}/flow`, { action: 'approve' })).status, 403, 'another decides');
	assert.equal((await manager.post(`${where}/flow`, { action: 'approve' })).status, 200);
	const { certificate: now, changes } = await clerk.json(at);
	assert.equal(now.number, certificate.number);
	assert.equal(now.reissued, before + 1);
	const kept = changes.find((c) => c.id === asked.id);
	assert.equal(kept.kind_label, '补发');
	assert.equal(kept.state_label, '已办理');
	assert.match(await clerk.page(at), /原件遗失/);
	assert.match(await manager.page(where), /补发申请/);
});

test('a correction needs a second person; the face as it was stays in the record', async () => {
	const unknown = await clerk.post(`${at}/correct`, { field: 'grade', value: '1', reason: '升一级' });
	assert.equal(unknown.status, 422, 'only what may be corrected');
	assert.equal(unknown.body.fields[0].field, 'field');
	const name = `${certificate.name}儿`;
	assert.equal((await manager.post(`${at}/correct`, { field: 'name', value: name, reason: '录入时漏字' })).status, 200);
	const change = (await manager.json(at)).changes.find((c) => c.state === 'requested');
	const where = `${at}/changes/${change.id}`;
	assert.equal((await manager.post(`${where}/flow`, { action: 'approve' })).status, 403, 'he who asked does not decide');
	assert.equal((await clerk.post(`${where}/flow`, { action: 'approve' })).status, 403);
	assert.equal((await manager.json(at)).certificate.name, certificate.name);
	assert.equal((await city.post(`${where}/flow`, { action: 'refuse' })).status, 422, 'a refusal says why');
	assert.equal((await city.post(`${where}/flow`, { action: 'approve' })).status, 200);
	const { certificate: now, changes } = await manager.json(at);
	assert.equal(now.name, name);
	assert.equal(now.number, certificate.number);
	const kept = changes.find((c) => c.id === change.id);
	assert.ok(kept.before_text.includes(certificate.name) && kept.after_text.includes(name));
	assert.equal((await city.post(`${where}/flow`, { action: 'approve' })).status, 409, 'once');
	const page = await manager.page(at);
	assert.ok(!page.includes('name='.concat(name)), 'in words, not in codes');
	const look = await server.client().json(`/verify?number=${now.number}&name=${encodeURIComponent(name)}`);
	assert.equal(look.answer.outcome, 'valid');
	assert.match(look.answer.word, /有效（已更正/);
});

test('certificates are issued once, for a confirmed batch', async () => {
	const [{ id }] = (await manager.json('/batches?state=enrolling')).list.rows;
	const early = await manager.post(`/batches/${id}/certificates`, {});
	assert.equal(early.status, 409);
	assert.match(early.body.detail, /报名中|核准|当前/);
	assert.equal((await clerk.post(`/batches/${id}/certificates`, {})).status, 403);
	const done = (await manager.json('/batches?state=certified')).list.rows[0];
	if (done)
		assert.equal((await manager.post(`/batches/${done.id}/certificates`, {})).status, 409);
});

test('a worker has his own certificates, and nobody else’s', async () => {
	const worker = await demoClient(server, demoWorker);
	const page = await worker.page('/my/certificates');
	assert.match(page, /[A-Z]\d{20}[\dX]/);
	assert.equal((await worker.fetch(at, { headers: json })).status, 403);
	assert.equal((await worker.fetch(`/my/certificates/${certificate.id}/pdf`, { headers: json })).status, 404);
});
