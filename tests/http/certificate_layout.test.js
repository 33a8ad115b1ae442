// A province's own layout of certificates: checked with every fault named, put in place, printed, taken back.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { demoClient, demoServer } from '../lib/demo.js';
import { sql, top } from '../lib/luban.js';

let place, server, manager, certificate;
const file = (name, text) => {
	const at = path.join(place.dir, name);
	writeFileSync(at, text);
	return at;
};
const own = (words) => readFileSync(path.join(top, 'templates/paper/certificate.svg'), 'utf8')
	.replace('CERTIFICATE OF VOCATIONAL SKILL LEVEL', words);
const printed = async () => {
	const r = await manager.fetch(`/certificates/${certificate.person_id}/${certificate.id}/pdf`);
	assert.equal(r.status, 200);
	return execFileSync('pdftotext', ['-', '-'], { input: Buffer.from(await r.arrayBuffer()), encoding: 'utf8' }).replace(/\s+/g, '');
};

before(async () => {
	server = await demoServer();
	({ place } = server);
	manager = await demoClient(server, 'manager');
	certificate = (await manager.json('/certificates?state=valid')).list.rows.find((c) => c.grade > 0);
});
after(() => server?.stop());

test('what is wrong is said, thing by thing, and nothing is loaded', async () => {
	const bad = file('bad.svg', own('全国统一').replace('{{number}}', '').replace('</svg>', '') + '<script>alert(1)</script>');
	const r = await place.luban('template', 'load', 'certificate', bad);
	assert.equal(r.status, 1);
	const half = file('half.svg', own('全国统一').replace('{{number}}', '——'));
	const check = await place.luban('template', 'check', 'certificate', half);
	assert.equal(check.status, 1);
	assert.match(check.stderr, /没有 number/);
	assert.match(check.stderr, /“全国”字样/);
	assert.equal(sql(place, 'SELECT count(*) FROM certificate_layout'), '0');
	assert.equal((await place.luban('template', 'check', 'ticket', half)).status, 2);
	assert.equal((await place.luban('template', 'check', 'certificate', path.join(place.dir, 'none.svg'))).status, 3);
});

test('a layout counts from when it is loaded until it is taken back', async () => {
	assert.ok((await printed()).includes('CERTIFICATEOFVOCATIONALSKILLLEVEL'));
	await place.must('template', 'load', 'certificate', file('good.svg', own('PROVINCE OF SAMPLES')), '--note', '样张省版式');
	const text = await printed();
	assert.ok(text.includes('PROVINCEOFSAMPLES') && !text.includes('SKILLLEVEL') && text.includes(certificate.number));
	assert.match(await place.must('template', 'show', 'certificate'), /PROVINCE OF SAMPLES/);
	assert.match(await place.must('template', 'list'), /certificate\s+[0-9a-f]{64} 样张省版式/);
	await place.must('template', 'reset', 'certificate');
	assert.ok((await printed()).includes('CERTIFICATEOFVOCATIONALSKILLLEVEL'));
	assert.equal(sql(place, 'SELECT count(*) FROM certificate_layout'), '2');
	assert.match(sql(place, "SELECT count(*) FROM audit WHERE action = 'certificate.layout'"), /^2$/);
});
