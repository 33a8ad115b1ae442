// The hand-over and held certificates over HTTP: layouts that a province replaces, packages and answers with hostile files, who
// may, and what a stranger never learns.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { demoClient, demoClients, demoServer } from '../lib/demo.js';
import { sql } from '../lib/luban.js';
import { unzip } from '../lib/xlsx.js';
import { idno, xlsx, zip } from '../lib/sheet.js';
import { until } from '../lib/wait.js';

let server, clerk, other, office;
before(async () => {
	server = await demoServer();
	[clerk, other, office] = await demoClients(server, 'clerk1', 'clerk2', 'city');
});
after(() => server.stop());

const file = (bytes, name = 'a.csv') => new File([bytes], name);
const day = (n = 0) => new Date(Date.now() + 8 * 3_600_000 + n * 86_400_000).toISOString().slice(0, 10);
const settled = (client, at) => until(async () => {
	const shown = await client.json(at);
	return !shown.is_open && shown;
}, at);

async function sendForm(client, address, values, page = address) {
	const r = await client.form(address, values, { page });
	assert.equal(r.status, 303, (await r.text()).replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').slice(0, 1500));
	return r.headers.get('location');
}

// In GB 18030, with the columns of its own.
const layout = `name: sd-national
version: "2027.1"
title: 山东上报格式
target: national
effective_from: 2020-02-01
file: {format: csv, encoding: gb18030, name: 山东, rows: 5}
date: YYYY/MM/DD
columns:
  - {title: 编号, field: number, required: yes}
  - {title: 姓名, field: name}
  - {title: 发证, field: issued_on}
  - {title: 操作, field: record, codes: {new: A, change: U, suspend: S, resume: R, revoke: D}}
answer: {number: [编号], name: [姓名], result: [结果], reason: [原因], accepted: [好], refused: [坏]}
`;

test('a province puts its layout in the place of the example', async () => {
	const system = await demoClient(server, 'system');
	const broken = await system.form('/handover-layouts', { file: file(layout.replace('编号, field: number', '编号, field: colour'), 'x.yaml') });
	assert.equal(broken.status, 422);
	assert.match(await broken.text(), /第 9 行：colour：没有这个字段/);
	assert.ok((await clerk.json('/handover-layouts')).layouts.find((l) => l.name === 'national-example').is_used);
	await sendForm(system, '/handover-layouts', { file: file(layout, 'x.yaml') });
	const { layouts } = await clerk.json('/handover-layouts');
	assert.ok(layouts.find((l) => l.name === 'sd-national').is_used);
	assert.ok(!layouts.find((l) => l.name === 'national-example').is_used);
	const [type] = layouts.find((l) => l.name === 'national-example').columns.filter((c) => c.title === '证件类型');
	assert.deepEqual(type.codes[0], { from: 'idno', label: '居民身份证', to: '01' }, 'codes say what they stand for');
	assert.equal((await clerk.post('/handover-layouts', {})).status, 403);
});

let made;
test('withdrawn, and taken again by the new layout: several files, in GB 18030', async () => {
	const [ready] = (await clerk.json('/handover-packages?state=ready')).list.rows, at = `/handover-packages/${ready.id}`;
	await sendForm(clerk, `${at}/withdraw`, { reason: '改用山东格式' }, at);
	assert.equal((await settled(clerk, at)).package.state, 'withdrawn');
	made = await sendForm(clerk, '/handover-packages', { target: 'national', from_on: '2020-01-01', to_on: day() }, '/handover-packages/new');
	const shown = await settled(clerk, made);
	assert.equal(shown.package.state, 'ready');
	assert.ok(shown.package.n_rows >= ready.n_rows, `${shown.package.n_rows}`);
	const r = await clerk.fetch(`${made}/file`), files = unzip(Buffer.from(await r.arrayBuffer()));
	assert.equal(r.status, 200);
	const parts = [...files.keys()].filter((n) => n.endsWith('.csv'));
	assert.equal(parts.length, Math.ceil(shown.package.n_rows / 5));
	const lines = new TextDecoder('gb18030').decode(files.get(parts[0])).trim().split('\r\n');
	assert.equal(lines[0], '编号,姓名,发证,操作');
	assert.match(lines[1], /^[YS]\d{21},[^,]+,20\d\d\/\d\d\/\d\d,[AUSRD]$/);
	assert.match(files.get('说明.txt').toString(), /山东上报格式/);
	assert.ok(!files.get('说明.txt').toString().includes('示例'));
	assert.match(sql(server.place, "SELECT COUNT(*) FROM audit WHERE purpose = '下载证书上报文件' OR detail LIKE '%下载证书上报文件%' OR action LIKE '%下载证书上报文件%'"), /^[1-9]/);
});

test('answers: hostile files are refused in words, the others judged line by line', async () => {
	await sendForm(clerk, `${made}/send`, { sent_on: day() }, made);
	const shown = await settled(clerk, made);
	assert.equal(shown.package.state, 'sent');
	const upload = async (bytes, name) => settled(clerk, await sendForm(clerk, `${made}/answers`, { file: file(bytes, name) }, made));
	for (const [bytes, words, name] of [
		['PK\x03\x04 nonsense', /损坏|工作簿/, 'a.xlsx'],
		['甲,乙\n1,2\n', /表头/, 'a.csv'],
		['编号,姓名\n1,2\n', /结果/, 'a.csv'],
		['编号,编号,结果\n1,2,好\n', /两次/, 'a.csv'],
		['编号,结果\n', /没有内容/, 'a.csv'],
		[zip({ 'xl/workbook.xml': Buffer.alloc(64 << 20, 32) }), /体积异常|损坏/, 'a.xlsx'],
	]) {
		const refused = await upload(bytes, name);
		assert.equal(refused.import.state, 'refused');
		assert.match(refused.import.message, words);
	}
	const { rows } = (await clerk.json(`/handover?package_id=${made.split('/').pop()}`)).list, [a, b, c] = rows;
	const judged = await upload(xlsx([['编号', '姓名', '结果', '原因'], [a.number, a.name, '好', ''], [b.number, '', '坏', '=1+1'],
		[c.number, '某某', '好', ''], [{ formula: 'A1', shown: c.number }, '', '好', ''], [Number('37100001263000'), '', '好', '']]), 'a.xlsx');
	assert.deepEqual(judged.list.rows.map((r) => r.verdict), ['good', 'good', 'bad', 'bad', 'bad']);
	const at = `/handover-answers/${judged.import.id}`;
	assert.equal((await other.json(at)).import.id, judged.import.id, 'a colleague sees it');
	assert.equal((await clerk.post(`${at}/confirm`, {})).status, 200);
	await until(async () => (await clerk.json(at)).import.state === 'saved');
	assert.equal((await clerk.post(`${at}/confirm`, {})).status, 409);
	assert.equal((await clerk.json(`/handover/${a.person_id}/${a.id}`)).record.state, 'accepted');
	assert.equal((await clerk.json(`/handover/${b.person_id}/${b.id}`)).record.reason, '=1+1');
	const sheet = await clerk.fetch(`${at}/sheet`);
	assert.match(sheet.headers.get('content-type'), /spreadsheet/);
	assert.ok((await clerk.json('/handover?overdue=1')).list.count > 0);
});

test('the words for the public, and what they leave out', async () => {
	const [refused] = (await clerk.json('/handover?state=refused')).list.rows, stranger = server.client();
	const { answer } = await stranger.json(`/verify?number=${refused.number}&name=${encodeURIComponent(refused.name)}`);
	const words = answer.certificates[0].handover.map((h) => `${h.target_label}：${h.words}`).join('；');
	assert.match(words, /省级查询：本平台，已可查/);
	assert.match(words, /全国联网查询：.*被退回，正在改正重报/);
	assert.ok(!JSON.stringify(answer).includes(refused.reason), 'the reason is nobody else’s business');
	assert.ok(!JSON.stringify(answer).includes('person_id'));
});

test('held certificates: four eyes, and apart for strangers', async () => {
	const fields = { name: '邢师傅', idno: idno(501), number: '1337100001300501', occupation: '焊工', issued_on: '2013-06-30', issuer: '某市鉴定中心' };
	const at = await sendForm(clerk, '/held', fields, '/held/new');
	const own = await clerk.form(`${at}/check`, { decision: 'accept', against: 'original', reason: '' }, { page: at });
	assert.equal(own.status, 403);
	const ask = async (number, name) => (await server.client().json(`/verify?number=${number}&name=${encodeURIComponent(name)}`)).answer;
	assert.equal((await ask(fields.number, fields.name)).outcome, 'not_found');
	await sendForm(other, `${at}/check`, { decision: 'accept', against: 'original', reason: '' }, at);
	const told = await ask(fields.number, fields.name);
	assert.equal(told.outcome, 'held');
	assert.deepEqual(told.certificates, []);
	assert.equal(told.held[0].against_label, '证书原件');
	assert.ok(!/person_id|created_by|checked_by/.test(JSON.stringify(told)));
	assert.equal((await ask(fields.number, '别人')).outcome, 'not_found');
	const byPerson = (await server.client().json(`/verify?idno=${fields.idno}&name=${encodeURIComponent(fields.name)}`)).answer;
	assert.equal(byPerson.outcome, 'held');
	assert.equal((await office.json(at)).held.state, 'accepted');
	const worker = await demoClient(server, '371002199206150046');
	for (const address of ['/held', at, '/handover', '/handover-packages'])
		await worker.json(address, 403);
});

test('one’s own claim, on one’s own page', async () => {
	const worker = await demoClient(server, '371002199206150046').catch(() => null);
	if (!worker)
		return;
	const occupation = sql(server.place, "SELECT id FROM occupation WHERE name = '电工' AND state = 'active' ORDER BY edition DESC LIMIT 1");
	const claim = { label: '电工证', level: '4', occupation_id: occupation, from_on: '2013-06-30', number: '1337100001400777' };
	await sendForm(worker, '/my/facts/certificate', claim);
	const again = await worker.form('/my/facts/certificate', claim);
	assert.equal(again.status, 409);
	const [mine] = (await worker.json('/my/facts')).kinds.find((k) => k.kind === 'certificate').rows;
	assert.equal(mine.state_label, '待核验');
	await sendForm(worker, `/my/facts/${mine.id}/remove`, {}, '/my/facts');
	assert.ok((await worker.json('/my/facts')).kinds.find((k) => k.kind === 'certificate').is_empty);
});

test('10,000 old certificates in a sheet', async () => {
	const rows = Array.from({ length: 10_000 }, (_, i) => [`师傅${i}`, idno(20_000 + i), `133710000${i < 5000 ? 1 : 2}4${String(i % 5000 + 1).padStart(5, '0')}`,
		'焊工', '', '2013-06-30', '某市鉴定中心']);
	const at = await sendForm(clerk, '/held-imports', { file: file(xlsx([['姓名', '身份证号', '证书编号', '职业', '等级', '发证日期', '发证机关'], ...rows]), 'a.xlsx') });
	const shown = await settled(clerk, at);
	assert.deepEqual([shown.import.n_good, shown.import.n_bad], [10_000, 0], shown.list.rows[0]?.verdict_text);
	assert.equal((await clerk.post(`${at}/confirm`, {})).status, 200);
	await until(async () => (await clerk.json(at)).import.state === 'saved', 300);
	assert.equal((await clerk.json('/held?name=' + encodeURIComponent('师傅9999'))).list.count, 1);
});
