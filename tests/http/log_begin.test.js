// An older copy of the database is put back: the signer remembers more and signs nothing; then another log is begun over the same
// leaves, and what was proven by the old one stays proven.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { demoClient, demoPlace, serveDemo } from '../lib/demo.js';
import { Place } from '../lib/luban.js';
import { Log, parseKeys, settled } from '../lib/log.js';
import { until } from '../lib/wait.js';

const heads = (p) => `${p.keys}.signing.heads`;
const file = (name) => path.join(place.dir, name);
let place, later, server, log, staff, certificates, first, last;

const start = async (where) => {
	server = await serveDemo(where);
	log = new Log(server.url);
	if (staff)
		staff.url = server.url; // the session is in the copy too
	else
		staff = await demoClient(server, 'city-head');
	return log.reaches(1);
};
const stop = () => server.stop({ keep: true });
const suspend = async (row) => {
	const at = `/certificates/${row.person_id}/${row.id}`;
	assert.equal((await staff.form(`${at}/flow`, { action: 'suspend', reason: '核查中' }, { page: at })).status, 303);
};
const credential = async (row, name) => {
	const r = await until(async () => {
		const answer = await staff.fetch(`/certificates/${row.person_id}/${row.id}/credential`);
		return answer.status === 200 && answer;
	});
	writeFileSync(file(name), await r.text());
};

before(async () => {
	later = await demoPlace();
	await start(later);
	certificates = (await staff.json('/certificates?state=valid')).list.rows;
	first = await settled(server);
	await stop();
	place = new Place(later); // the copy
	await start(later);
	await credential(certificates[0], 'old.luban.json');
	await suspend(certificates[1]);
	last = await log.reaches(first.size + 1);
	await stop();
	copyFileSync(heads(later), heads(place)); // the signer's machine is the same
});
after(async () => {
	await server.stop();
	later.remove();
});

test('the server says what is wrong and signs nothing', async () => {
	await start(place);
	await until(async () => server.log.includes('log.signed_more'));
	assert.match(server.log, /另立新日志/);
	assert.equal((await log.checkpoint()).size, first.size);
	for (const row of certificates.slice(2, 12))
		await suspend(row);
	await until(async () => server.log.includes('log.signed_other'));
	assert.equal((await log.checkpoint()).size, first.size);
	await stop();
});

test('luban check names it', async () => {
	const r = await place.luban('check', 'log');
	assert.equal(r.status, 1);
	assert.match(r.stdout, /签名进程/);
});

test('another log is begun: the old one stays readable, its proofs stay proofs', async () => {
	const old = first.origin, name = 'rencai.example.cn/log/2';
	assert.equal((await place.luban('log', 'begin', name)).status, 1);
	assert.equal((await place.luban('log', 'begin', old, '--reason', '试')).status, 1);
	assert.match(await place.must('log', 'begin', name, '--reason', '从旧备份恢复'), /已关闭/);
	await start(place);
	const note = await log.reaches(first.size + 10);
	assert.equal(note.origin, name);
	assert.equal(note.signatures.length, 2);
	const keys = parseKeys((await log.bytes('/log/keys')).toString());
	assert.deepEqual([...new Set(keys.map((k) => k.name))].sort(), [old, name].sort());
	writeFileSync(file('trust'), await log.bytes('/log/keys'));
	await credential(certificates[0], 'new.luban.json');
	for (const c of ['old.luban.json', 'new.luban.json'])
		await place.must('cert', 'verify', file(c), '--trust', file('trust'));
	// the snapshot of states is of the new log at once
	const status = await until(async () => {
		const text = (await log.bytes('/log/status')).toString();
		return text.startsWith(`${name}\n`) && text;
	});
	writeFileSync(file('status'), status);
	await place.must('cert', 'verify', file('new.luban.json'), '--trust', file('trust'), '--status', file('status'));
	assert.ok((await log.bytes('/log/closed/1/checkpoint')).toString().startsWith(`${old}\n${first.size}\n`));
	for (const url of ['/log', '/log/closed/1'])
		await place.must('log', 'audit', new URL(url, server.url).href, '--trust', file('trust'));
	for (const bad of ['/log/closed/2/checkpoint', '/log/closed/01/checkpoint', '/log/closed/x/checkpoint', '/log/closed/1/x'])
		await log.bytes(bad, 404);
	const page = await staff.page('/log');
	for (const text of ['已关闭的日志', old, '从旧备份恢复', `曾签到 ${last.size} 条`])
		assert.ok(page.includes(text), text);
	assert.equal((await place.luban('check', 'log')).status, 0);
});
