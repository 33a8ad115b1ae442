// The public look-up: every answer apart, nothing told to those who guess, not too often from one address.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { demoClient, demoServer, demoWorker } from '../lib/demo.js';
import { Server } from '../lib/luban.js';
import { until } from '../lib/wait.js';

const stranger = '11010519491231002X', worker = demoWorker;
const query = (values) => `/verify?${new URLSearchParams(values)}`;

let server, head, valid;
before(async () => {
	server = await demoServer({ second: false, config: { 'verify.per_minute': 6000 } });
	head = await demoClient(server, 'city-head');
	[valid] = (await head.json('/certificates?state=valid')).list.rows;
});
after(() => server.stop());

const ask = async (values) => (await server.client().json(query(values))).answer;
const same = (answer) => ({ ...answer, asked_at: 0, asked_at_text: '' });

test('a valid certificate shows every field of its face, and nothing beyond', async () => {
	const answer = await ask({ number: valid.number, name: valid.name });
	assert.equal(answer.outcome, 'valid');
	const [face] = answer.certificates;
	for (const field of ['number', 'name', 'idno_mask', 'occupation_name', 'occupation_code', 'grade_text', 'body_name', 'body_code', 'issued_on'])
		assert.ok(face[field], field);
	assert.match(face.idno_mask, /^\d{3}\*+\d{3}[\dX]$/);
	for (const field of ['person_id', 'id', 'body_id', 'batch_id', 'photo_file_id', 'phone'])
		assert.ok(!(field in face), field);
	const page = await server.client().page(query({ number: valid.number, name: valid.name }));
	for (const text of ['有效', face.number, face.name, face.idno_mask, face.occupation_name, face.body_name])
		assert.ok(page.includes(text), text);
});

test('a number copied with blanks, in small letters or full width finds the same', async () => {
	const wide = [...valid.number].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('');
	for (const number of [` ${valid.number} `, valid.number.toLowerCase(), valid.number.replace(/(.{4})/g, '$1 '), wide])
		assert.equal((await ask({ number, name: ` ${valid.name} ` })).outcome, 'valid', number);
});

test('blanks and dashes of all kinds between the groups of a number, and within a name, do not matter', async () => {
	const groups = valid.number.match(/.{1,4}/g), [family, ...given] = valid.name;
	for (const between of ['\u00a0', '\u3000', '\u2009', '-', '－', '–'])
		assert.equal((await ask({ number: groups.join(between), name: valid.name })).outcome, 'valid', JSON.stringify(between));
	for (const number of [`证书编号：${valid.number}`, `编号: ${groups.join(' ')}`])
		assert.equal((await ask({ number, name: valid.name })).outcome, 'valid', number);
	for (const name of [`${family} ${given.join('')}`, `${family}\u3000${given.join('\u3000')}`, `\u00a0${valid.name}`])
		assert.equal((await ask({ number: valid.number, name })).outcome, 'valid', name);
	assert.equal((await ask({ number: valid.number, name: `${family}·${given.join('')}` })).outcome, 'name_differs');
});

test('a number that is wrong is told as what it was meant to be, by the character as it was typed', async () => {
	const wide = (z) => [...z].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('');
	assert.match((await ask({ number: wide('371002199206150047'), name: '某某' })).text, /身份证号码有误.*校验码应为 6/);
	assert.match((await ask({ number: '3710 0219 9206 1500 47', name: '某某' })).text, /身份证号码有误.*校验码应为 6/);
	assert.match((await ask({ number: `${valid.number.slice(0, 5)}零${valid.number.slice(6)}`, name: '某某' })).text, /第 6 位“零”/);
	assert.match((await ask({ idno: stranger, name: '某某' })).text, /号码.*姓名/);
});

test('what cannot be a number is told so part by part; what could be and is not, otherwise', async () => {
	for (const [number, words] of [['123', /22/], ['', /请填写/], [valid.number.slice(0, 21), /21 位/]]) {
		const answer = await ask({ number, name: valid.name });
		assert.equal(answer.outcome, 'bad_input', number);
		assert.match(answer.text, words);
	}
	assert.equal((await ask({ number: valid.number, name: '' })).outcome, 'bad_input');
	const unknown = `${valid.number.slice(0, 16)}999999`;
	assert.equal((await ask({ number: unknown, name: valid.name })).outcome, 'not_found');
	assert.equal((await ask({ number: valid.number, name: '某某' })).outcome, 'name_differs');
	assert.deepEqual((await ask({ number: valid.number, name: '某某' })).certificates, []);
});

test('an identity number with a wrong name answers as one nobody has', async () => {
	const wrong = await ask({ idno: worker, name: '某某' }), unknown = await ask({ idno: stranger, name: '某某' });
	assert.equal(unknown.outcome, 'not_found');
	assert.deepEqual(same(wrong), same(unknown));
	const page = async (idno) => (await server.client().page(query({ idno, name: '某某' }))).replaceAll(idno, '')
		.replace(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?/g, '').replace(/here=[^"]*|back=[^"]*/g, '').replace(/name="form_id" value="\w+"/g, '');
	assert.equal(await page(worker), await page(stranger));
	assert.equal((await ask({ idno: '371002199206150047', name: '某某' })).outcome, 'bad_input', 'a wrong check digit');
});

test('with number and name of a person all certificates come, newest first', async () => {
	const me = await demoClient(server, worker);
	const page = await me.json('/my/certificates');
	const own = page.certificates ?? page.list.rows;
	const answer = await ask({ number: worker, name: own[0].name });
	assert.equal(answer.certificates.length, own.length);
	const dates = answer.certificates.map((c) => c.issued_on);
	assert.deepEqual(dates, [...dates].sort().reverse());
});

test('suspended and valid again are told apart, with the reason', async () => {
	const at = `/certificates/${valid.person_id}/${valid.id}/flow`, asked = { number: valid.number, name: valid.name };
	assert.equal((await head.post(at, { action: 'suspend', reason: '' })).status, 422);
	assert.equal((await head.post(at, { action: 'suspend', reason: '核查报名材料' })).status, 200);
	let answer = await ask(asked);
	assert.equal(answer.outcome, 'suspended');
	assert.match(JSON.stringify(answer), /核查报名材料/);
	assert.match(await server.client().page(query(asked)), /暂停/);
	assert.equal((await head.post(at, { action: 'resume', reason: '材料属实' })).status, 200);
	assert.equal((await ask(asked)).outcome, 'valid');
	assert.equal((await head.post(at, { action: 'revoke', reason: '冒名顶替' })).status, 404, 'only the end of a case revokes');
	assert.equal((await ask(asked)).outcome, 'valid');
});

test('an issued certificate that is not public yet is known to exist, and no more', async () => {
	const other = (await head.json('/certificates?state=valid')).list.rows.find((c) => c.id !== valid.id);
	assert.equal((await ask({ number: other.number, name: other.name })).outcome, 'valid');
	assert.equal((await ask({ number: other.number, name: '某某' })).outcome, 'name_differs');
});

test('there is no list: a name alone, a part of a number, a wildcard give nothing', async () => {
	for (const values of [{ name: valid.name }, { number: '%', name: '%' }, { number: valid.number.slice(0, 14), name: valid.name },
		{ number: `${valid.number.slice(0, 16)}______`, name: '%' }]) {
		const answer = await ask(values);
		assert.equal(answer.outcome, 'bad_input');
		assert.deepEqual(answer.certificates, []);
	}
});

test('too many look-ups from one address are told when to come back; others go on', async () => {
	await server.place.must('config', 'put', 'verify.per_minute', '5');
	await server.place.must('config', 'put', 'public.per_minute', '2');
	const slow = await Server.start({ place: server.place, demo: true });
	try {
		const client = slow.client(), from = (ip) => ({ headers: { accept: 'application/json', 'x-forwarded-for': ip } });
		let r;
		for (let i = 0; i < 12 && r?.status !== 429; i++)
			r = await client.fetch(query({ number: valid.number, name: valid.name }), from('198.51.100.7'));
		assert.equal(r.status, 429);
		const wait = Number(r.headers.get('retry-after'));
		assert.ok(wait > 0 && wait <= 60);
		assert.match((await r.json()).detail, /秒|分钟/);
		assert.equal((await client.fetch(query({ number: valid.number, name: valid.name }), from('198.51.100.8'))).status, 200);
		const page = await client.fetch(query({ number: valid.number, name: valid.name }),
			{ headers: { accept: 'text/html', 'x-forwarded-for': '198.51.100.7' } });
		assert.equal(page.status, 429);
		assert.match(page.headers.get('content-type'), /html/);
		const text = await page.text(), again = /<a class="btn btn-primary" href="([^"]+)">再试一次/.exec(text)[1].replaceAll('&amp;', '&');
		assert.equal(again, query({ number: valid.number, name: valid.name }), 'nothing that was typed is lost');
		const long = [];
		for (let i = 0; i < 3; i++)
			long.push((await client.fetch('/openapi.json', from('198.51.100.7'))).status);
		assert.deepEqual(long, [200, 200, 429], 'nearly a megabyte, made anew each time');
	} finally {
		await slow.stop({ keep: true });
	}
});

test('the audit administrator sees who asks in vain', async () => {
	const audit = await demoClient(server, 'audit');
	const asked = { number: `${valid.number.slice(0, 16)}999999`, name: '某某' };
	await ask(asked);
	const seen = await until(async () => {
		const view = await audit.json('/admin/lookups');
		return view.outcomes.some((o) => o.outcome === 'not_found') && view;
	});
	const total = seen.outcomes.reduce((sum, o) => sum + o.n, 0);
	assert.equal(seen.n, total);
	assert.ok(seen.addresses.length >= 1 && seen.addresses[0].missed >= 1);
	assert.ok(seen.addresses.every((a) => a.missed <= a.n));
	assert.match(await audit.page('/admin/lookups'), /没有这本证书/);
	const clerk = await demoClient(server, 'city-head');
	assert.equal((await clerk.fetch('/admin/lookups')).status, 403);
});
