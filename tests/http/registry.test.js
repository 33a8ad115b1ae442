// The registry over HTTP: the same addresses as pages and as JSON, refusals in words, uploads, and who sees whose filings.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { demoClients, demoServer } from '../lib/demo.js';
import { uscc } from '../lib/number.js';
import { hidden, signIn } from './support.js';

const json = { accept: 'application/json' };
const newcomer = { name: '甲评价中心', uscc: uscc('52', '371002', 'MJE01234'), body_kind: 'social', region: '371002',
	legal_person: '林一', address: '文化路 1 号', contact: '林一', phone: '06315201234', login: 'jia', password: 'Brass-lantern-0001' };
const pdf = (size = 20) => Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(size, 32)]);
const file = (bytes, name) => new File([bytes], name);

let server, own, other, city, filing;
before(async () => {
	server = await demoServer({ second: false });
	[other, city] = await demoClients(server, 'manager', 'city');
});
after(() => server.stop());

test('the register is a page and a list of JSON at one address', async () => {
	const client = server.client();
	const { list } = await client.json('/register?state=filed');
	assert.ok(list.rows.length > 5);
	for (const row of list.rows) {
		assert.equal(row.state, 'filed');
		assert.match(row.body_code, /^[A-Z]\d{12}$/);
		assert.ok(!('legal_person' in row), 'not for everybody');
	}
	const page = await client.page('/register?state=filed');
	for (const row of list.rows)
		assert.ok(page.includes(row.name));
	const one = await client.json(`/register/${list.rows[0].id}`);
	assert.equal(one.body.name, list.rows[0].name);
	assert.ok(one.scope.length > 0);
	assert.equal((await client.fetch('/register/1', { headers: json })).status, 404);
});

test('a refused registration names every field, and the page keeps all that was typed but the password', async () => {
	const client = server.client(), wrong = `${newcomer.uscc.slice(0, 17)}${newcomer.uscc[17] === '0' ? '1' : '0'}`;
	const r = await client.post('/register/new', { name: '甲', uscc: wrong });
	assert.equal(r.status, 422);
	assert.ok(r.body.fields.some((f) => f.field === 'region' && f.text.includes('所在地')));
	const page = await (await client.form('/register/new', { ...newcomer, uscc: wrong })).text();
	assert.match(page, /第 18 位校验码应为/);
	for (const value of [wrong, newcomer.name, newcomer.address, newcomer.login])
		assert.ok(page.includes(`value="${value}"`), value);
	assert.match(page, /<option value="371002" selected>/);
	assert.ok(!page.includes(newcomer.password));
});

test('an organisation registers once, and logs in', async () => {
	const client = server.client();
	assert.equal((await client.post('/register/new', newcomer)).body.location, '/login');
	const again = await client.post('/register/new', { ...newcomer, login: 'jia2' });
	assert.equal(again.status, 422);
	assert.match(again.body.fields.find((f) => f.field === 'uscc').text, /已注册/);
	const login = await client.post('/register/new', { ...newcomer, uscc: uscc('52', '371002', 'MJE05678') });
	assert.equal(login.status, 409);
	assert.match(login.body.detail, /登录名/);
	own = server.client();
	await signIn(own, { login: newcomer.login, password: newcomer.password });
	const { groups } = await own.json('/todo');
	assert.match(JSON.stringify(groups), /首次备案/, 'it is told where to begin');
});

test('a filing that is not complete is refused in words, and only its own steps are open', async () => {
	const change = await own.post('/filings/new', { filing_kind: 'change', note: '更名' });
	assert.equal(change.status, 409);
	filing = (await own.post('/filings/new', { filing_kind: 'initial', note: '' })).body.location;
	assert.equal((await own.post('/filings/new', { filing_kind: 'initial', note: '' })).status, 409, 'one open filing at a time');
	const { gaps, flow } = await own.json(filing);
	assert.ok(gaps.length > 5);
	assert.deepEqual(flow.actions.map((a) => a.action), ['submit', 'withdraw']);
	const submit = await own.post(`${filing}/flow`, { action: 'submit' });
	assert.equal(submit.status, 409);
	for (const gap of gaps)
		assert.ok(submit.body.detail.includes(gap.text), gap.text);
	assert.equal((await own.post(`${filing}/flow`, { action: 'file' })).status, 403);
	assert.equal((await city.post(`${filing}/flow`, { action: 'accept' })).status, 409, 'not submitted yet');
	assert.equal((await own.post(`${filing}/flow`, { action: 'fly' })).status < 500, true);
});

test('scope: a grade the occupation lacks, an occupation that is a qualification, are refused at their fields', async () => {
	const [{ id }] = (await own.json('/occupations?find=' + encodeURIComponent('养老护理员'))).list.rows;
	const none = await own.post(`${filing}/scope`, { occupation_id: id, grades: '' });
	assert.equal(none.body.fields[0].field, 'grades');
	assert.equal((await own.post(`${filing}/scope`, { occupation_id: '1', grades: '4' })).body.fields[0].field, 'occupation_id');
	assert.equal((await own.post(`${filing}/scope`, { occupation_id: id, grades: '4,3' })).status, 200);
	assert.equal((await own.json(filing)).scope[0].grades.length, 2);
});

async function attach(client, bytes, name, item = 'application') {
	return client.form(`${filing}/files`, { item, file: file(bytes, name) }, { page: filing, headers: json });
}

test('materials: what is not a document is refused by its bytes, 20 MB are the limit', async () => {
	for (const [bytes, name] of [[Buffer.from('MZ\x90\0'), '程序.exe'], [Buffer.from('<script>alert(1)</script>'), '假.pdf'],
		[Buffer.from('<html>'), 'a.html']]) {
		const r = await attach(own, bytes, name);
		assert.equal(r.status, 422, name);
		const { fields } = await r.json();
		assert.deepEqual(fields.map((e) => e.field), ['file']);
		assert.match(fields[0].text, /(不能接收，请选择|内容不是) PDF、JPG/);
	}
	const large = await attach(own, pdf(21 << 20), '大.pdf');
	assert.equal(large.status, 413);
	assert.match((await large.json()).detail, /最多 20 MB/);
	assert.equal((await attach(own, pdf(), '申请表.pdf', 'unknown')).status, 422);
	assert.equal((await attach(own, pdf((20 << 20) - 100), '申请表.pdf')).status, 200);
	const page = await own.page(filing);
	assert.ok(page.includes('申请表.pdf'));
});

test('materials are seen by their body and its authorities, by nobody else', async () => {
	const [{ id }] = (await own.json(filing)).files, at = `/attachments/${id}`;
	for (const client of [own, city]) {
		const r = await client.fetch(at);
		assert.equal(r.status, 200);
		assert.equal(r.headers.get('content-type'), 'application/pdf');
		assert.match(r.headers.get('content-disposition'), /attachment/);
	}
	assert.equal((await other.fetch(at, { headers: json })).status, 404);
	assert.equal((await server.client().fetch(at, { headers: json })).status, 401);
});

test('another body’s filing does not exist for a body, whatever is asked', async () => {
	assert.equal((await other.fetch(filing, { headers: json })).status, 404);
	for (const [path, value] of [['/flow', { action: 'submit' }], ['/flow', { action: 'withdraw' }], ['/scope', { occupation_id: '1', grades: '4' }]])
		assert.ok([404, 422].includes((await other.post(filing + path, value)).status), path);
	assert.equal((await attach(other, pdf(), 'x.pdf').catch(() => ({ status: 404 }))).status, 404);
	assert.ok(!JSON.stringify(await other.json('/filings')).includes(newcomer.name));
	assert.equal((await own.json(filing)).filing.state, 'draft');
});

test('venues and staff of another body cannot be read or changed', async () => {
	const venue = (await own.post('/venues/new', { name: '甲考点', address: '文化路 1 号' })).body.location;
	assert.equal((await other.fetch(venue, { headers: json })).status, 404);
	assert.equal((await other.post(venue, { name: '改', address: '改' })).status, 404);
	assert.equal((await own.json(venue)).venue.name, '甲考点');
	const form = await own.page(venue), { revision } = hidden(form, venue);
	assert.equal((await own.post(venue, { name: '甲考点', address: '文化路 2 号', revision })).status, 200);
	const late = await own.post(venue, { name: '甲考点', address: '文化路 3 号', revision });
	assert.equal(late.status, 409);
	assert.match(late.body.detail, /已由他人修改/);
	assert.equal((await own.json(venue)).venue.address, '文化路 2 号');
	const rooms = await own.post(`${venue}/rooms`, { name: '一考室', part: '1', seats: 0, per_row: 5 });
	assert.equal(rooms.status, 422);
	assert.equal(rooms.body.fields[0].field, 'seats');
});

test('an examiner’s account must be his own, of this body', async () => {
	const at = (await own.post('/staff/new', { name: '吴一', idno: '371002199206150046', phone: '13800000000', duties: '2' })).body.location;
	const refused = await own.post(`${at}/account`, { login: 'examiner1' });
	assert.equal(refused.status, 422);
	assert.equal(refused.body.fields[0].id, 'staff.no_account', 'another body’s examiner is as good as none');
	assert.equal((await other.fetch(at, { headers: json })).status, 404);
	const shown = JSON.stringify(await own.json(at));
	assert.ok(!shown.includes('371002199206150046') && !shown.includes('13800000000'), 'masked');
});

test('the head of an authority stops one item of a body’s scope; the register says so', async () => {
	const [head] = await demoClients(server, 'city-head');
	const { list } = await head.json('/bodies?state=filed'), visitor = server.client();
	const at = `/bodies/${list.rows[0].id}`, seen = `/register/${list.rows[0].id}`;
	const form = await head.page(at), item = /name="items"[^>]*value="(\d+)"/.exec(form)[1];
	assert.match(form, /处理部分备案项目/);
	assert.ok(!(await city.page(at)).includes('处理部分备案项目'));
	assert.equal((await city.post(`${at}/scope`, { items: item, measure: 'suspend', reason: '抽查' })).status, 403);
	const empty = await (await head.form(`${at}/scope`, { items: item, measure: 'suspend', reason: '' }, { page: at })).text();
	assert.match(empty, /id="f-reason-error"/);
	const before = (await visitor.json(seen)).scope.filter((s) => s.state_label === '暂停').length;
	assert.equal((await head.form(`${at}/scope`, { items: item, measure: 'suspend', reason: '抽查发现评价不规范' }, { page: at })).headers.get('location'), at);
	assert.equal((await visitor.json(seen)).scope.filter((s) => s.state_label === '暂停').length, before + 1);
	assert.match(await head.page(at), /暂停部分项目/);
	assert.match(await (await head.form(`${at}/scope`, { items: item, measure: 'suspend', reason: '再次' }, { page: at })).text(), /不能这样处理/);
	assert.equal((await head.form(`${at}/scope`, { items: item, measure: 'resume', reason: '整改到位' }, { page: at })).status, 303);
});
