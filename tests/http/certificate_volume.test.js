// All certificates of a batch as files: a zip of PDFs with their credentials, and sheets for the printer; made by a job that
// goes on behind what it kept when its process was killed; each certificate once.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { demoClient, demoPlace, demoWorker, serveDemo } from '../lib/demo.js';
import { sql } from '../lib/luban.js';
import { unzip } from '../lib/xlsx.js';
import { readFile } from '../../static/offline/credential.js';
import { attachments } from '../../static/offline/pdf.js';
import { ended, until } from '../lib/wait.js';

const json = { accept: 'application/json', 'content-type': 'application/json' };
let place, server, manager, at, numbers;

async function start() {
	server = await serveDemo(place);
	manager = await demoClient(server, 'manager');
}

before(async () => {
	place = await demoPlace({ second: false });
	await start();
	const batches = new Map();
	for (let page = 1; page <= 5; page++)
		for (const c of (await manager.json(`/certificates?page=${page}`)).list.rows)
			batches.set(c.batch_id, (batches.get(c.batch_id) ?? 0) + 1);
	const [batch] = [...batches].filter(([id]) => id && id !== '0').sort((a, b) => b[1] - a[1])[0];
	at = `/batches/${batch}/certificates`;
	numbers = (await manager.json(at)).certificates.filter((c) => c.state !== 'revoked').map((c) => c.number).sort();
	assert.ok(numbers.length > 4, `${numbers.length} certificates`);
});
after(() => server?.stop());

async function submit(kind, each) {
	const r = await manager.fetch(`${at}/print`, { method: 'POST', headers: json, body: JSON.stringify({ kind, each: String(each) }) });
	assert.ok(r.status < 400, `${r.status} ${await r.clone().text()}`);
	return (await r.json()).location;
}

const done = (job) => ended(manager, job);

async function volumes(kind) {
	const list = (await manager.json(at)).volumes.filter((v) => v.volume_kind === kind).sort((a, b) => a.volume_no - b.volume_no);
	const files = [];
	for (const v of list) {
		const r = await manager.fetch(`${at}/volumes/${v.id}`);
		assert.equal(r.status, 200);
		files.push(Buffer.from(await r.arrayBuffer()));
	}
	return { list, files };
}

const info = (pdf) => execFileSync('pdfinfo', ['-'], { input: pdf, encoding: 'utf8' });
const text = (pdf) => execFileSync('pdftotext', ['-', '-'], { input: pdf, encoding: 'utf8' }).replace(/\s+/g, '');

test('each certificate is in one volume, with its credential, though the server is killed in between', async () => {
	const job = await submit('zip', 2);
	await until(() => sql(place, 'SELECT count(*) FROM certificate_volume') !== '0', 'a first volume');
	await server.kill();
	sql(place, 'UPDATE job SET beat_at = 0 WHERE state = \'running\'');
	await start();
	assert.equal((await done(job)).done, numbers.length);
	const { list, files } = await volumes('zip');
	assert.deepEqual(list.map((v) => v.volume_no), list.map((_, i) => i + 1));
	const seen = [];
	for (const file of files)
		for (const [name, pdf] of unzip(file)) {
			const [number] = name.split('-'), [attached] = await attachments(new Uint8Array(pdf));
			seen.push(number);
			assert.ok(attached, `${name} carries no credential`);
			assert.equal((await readFile(attached)).fields.number, number);
			assert.ok(text(pdf).includes(number));
		}
	assert.deepEqual(seen.sort(), numbers);
});

test('sheets: one on a page, two on a page, in the order of the numbers', async () => {
	for (const [kind, across, size] of [['single', 1, /841\.89 x 595\.27/], ['double', 2, /595\.27\d* x 841\.89/]]) {
		await done(await submit(kind, 60));
		const { list, files } = await volumes(kind);
		assert.equal(list.length, 1);
		assert.equal(list[0].n, numbers.length);
		assert.match(info(files[0]), new RegExp(`Pages:\\s+${Math.ceil(numbers.length / across)}\\b`));
		assert.match(info(files[0]), size);
		const order = [...text(files[0]).matchAll(/[A-Z]\d{21}/g)].map((m) => m[0]);
		assert.deepEqual(order, numbers);
		if (process.env.LUBAN_KEEP)
			writeFileSync(`${process.env.LUBAN_KEEP}-${kind}.pdf`, files[0]);
	}
});

test('only within the scope, and only what there is', async () => {
	const [volume] = (await manager.json(at)).volumes;
	assert.equal((await manager.fetch(`${at.replace(/\d+/, '1')}/volumes/${volume.id}`, { headers: json })).status, 404);
	assert.equal((await manager.fetch(`${at}/volumes/1`, { headers: json })).status, 404);
	for (const body of [{ kind: 'tar', each: '5' }, { kind: 'zip', each: '0' }, { kind: 'zip', each: '100000' }])
		assert.equal((await manager.fetch(`${at}/print`, { method: 'POST', headers: json, body: JSON.stringify(body) })).status, 422);
	const worker = await demoClient(server, demoWorker);
	assert.ok([403, 404].includes((await worker.fetch(`${at}/volumes/${volume.id}`, { headers: json })).status));
});

test('a volume can be downloaded until its day, which the page names; then its file is gone', async () => {
	const { list } = await volumes('zip'), [first, second] = list;
	assert.match(await manager.page(at), new RegExp(`可下载至 <span class="num">${first.until_on}`));
	sql(place, `UPDATE certificate_volume SET until_on = 20000 WHERE id = ${first.id}`);
	const gone = await manager.fetch(`${at}/volumes/${first.id}`, { headers: json });
	assert.equal(gone.status, 404);
	assert.match((await gone.json()).detail, /到期清除.*重新印制/);
	assert.match(await manager.page(at), /已于 .*到期清除/);
	await server.kill();
	await start(); // the routine runs at once
	const left = (id) => sql(place, `SELECT count(*) FROM file WHERE id = (SELECT file_id FROM certificate_volume WHERE id = ${id})`);
	await until(() => left(first.id) === '0', 'the file to be cleared');
	assert.equal((await manager.fetch(`${at}/volumes/${second.id}`)).status, 200);
});
