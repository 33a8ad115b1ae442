// Items in files over HTTP: the template, every item's verdict before anything is saved, drafts once, the sheet that goes
// back, and a bank taken out as a file for a purpose.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { demoClient, demoServer } from '../lib/demo.js';
import { readSheet } from '../lib/xlsx.js';
import { until } from '../lib/wait.js';

const json = { accept: 'application/json' };
let server, bank, point;
const people = {};
before(async () => {
	server = await demoServer();
	for (const login of ['manager', 'clerk1', 'examiner1', 'province'])
		people[login] = await demoClient(server, login);
	const { clerk1 } = people;
	const { list } = await clerk1.json(`/occupations?find=${encodeURIComponent('保育师')}`);
	const r = await clerk1.post('/banks/new', { title: '导入导出题库', multiple_rule: 'all', grade: '4', occupation_id: list.rows[0].id });
	bank = r.body.location;
	const table = new File(['代码,上级代码,名称,重要程度,比重,题量\nA,,基础,,1000,\nA-1,A,常识,,1000,\nA-1-01,A-1,用电,X,1000,\n'], '表.csv');
	const t = await clerk1.form(`${bank}/points/import`, { file: table }, { page: `${bank}/points`, headers: json });
	assert.equal(t.status, 200, await t.text());
	point = (await clerk1.json(`${bank}/points`)).points.find((p) => p.code === 'A-1-01').id;
});
after(() => server?.stop());

async function upload(text, name, more = {}) {
	const r = await people.clerk1.form(`${bank}/imports`, { file: new File([text], name), ...more }, { page: `${bank}/imports`, headers: json });
	const body = await r.json();
	assert.equal(r.status, 200, JSON.stringify(body));
	return until(async () => {
		const shown = await people.clerk1.json(body.location);
		return !shown.is_open && { ...shown, at: body.location };
	});
}

async function confirm(shown) {
	const r = await people.clerk1.post(`${shown.at}/confirm`, {});
	assert.equal(r.status, 200, JSON.stringify(r.body));
	return until(async () => {
		const now = await people.clerk1.json(shown.at);
		return !now.is_open && now;
	});
}

const items = async () => (await people.clerk1.json(`${bank}/items`)).list.count;
const verdicts = (shown) => shown.list.rows.map((r) => [r.place, r.verdict]);
const csv = '题型,题干,选项A,选项B,答案,鉴定点,难度\n'
	+ '单选题,安全电压是,36 V,380 V,A,A-1-01,0.8\n判断题,先验电后接地,,,对,,\n单选题,没有这个点,甲,乙,A,Z-9,\n单选题,答案不对,甲,乙,C,A-1-01,\n';

test('the template offers the points of the bank and explains itself', async () => {
	const r = await people.clerk1.fetch(`${bank}/imports/template`);
	const bytes = Buffer.from(await r.arrayBuffer());
	assert.match(r.headers.get('content-disposition'), /xlsx/);
	const rows = readSheet(bytes).map(Object.values);
	assert.ok(rows[0].includes('题型*') && rows[0].includes('答案*'), rows[0].join());
	assert.equal(rows.length, 9);
	const shown = await upload(bytes, '模板.xlsx');
	assert.equal(shown.import.state, 'refused');
	assert.match(shown.import.message, /没有试题/);
});

test('every item gets its verdict; nothing is saved before the confirmation', async () => {
	const shown = await upload(csv, '题.csv');
	assert.deepEqual(verdicts(shown), [['2', 'good'], ['3', 'bad'], ['4', 'bad'], ['5', 'bad']]);
	assert.match(shown.list.rows[1].verdict_text, /没有写鉴定点/);
	assert.match(shown.list.rows[2].verdict_text, /没有鉴定点“Z-9”/);
	assert.match(shown.list.rows[3].verdict_text, /对不上/);
	assert.equal(await items(), 0);
	const done = await confirm(shown);
	assert.equal(done.import.state, 'saved');
	assert.equal(await items(), 1);
	const row = (await people.clerk1.json(`${bank}/items`)).list.rows[0];
	assert.equal(row.state, 'draft');
	const page = await (await people.clerk1.fetch(shown.at)).text();
	assert.match(page, /导入完成/);
});

test('the same file again changes nothing; with a point chosen the rest is taken', async () => {
	const again = await upload(csv, '题.csv', { point_id: point });
	assert.deepEqual(verdicts(again), [['2', 'same'], ['3', 'good'], ['4', 'bad'], ['5', 'bad']]);
	await confirm(again);
	assert.equal(await items(), 2);
	assert.equal((await people.clerk1.post(`${again.at}/confirm`, {})).status, 409);
});

test('the sheet goes back with verdicts', async () => {
	const { imports } = await people.clerk1.json(`${bank}/imports`);
	const r = await people.clerk1.fetch(`/item-imports/${imports[0].id}/sheet`);
	const rows = readSheet(Buffer.from(await r.arrayBuffer()));
	const column = Object.keys(rows[0]).find((k) => rows[0][k] === '审核结果');
	assert.deepEqual(rows.slice(1).map((row) => row[column]).sort(), ['不能导入', '不能导入', '已导入', '题库已有'].sort());
});

test('a file of no format, and a hostile one, are refused in words', async () => {
	const r = await people.clerk1.form(`${bank}/imports`, { file: new File(['no items here'], 'x.txt') },
		{ page: `${bank}/imports`, headers: json });
	assert.equal(r.status, 422);
	assert.match((await r.json()).fields[0].text, /认不出文件的格式/);
	const shown = await upload('<!DOCTYPE quiz [<!ENTITY a "b">]><quiz>&a;</quiz>', 'x.xml');
	assert.equal(shown.import.state, 'refused');
	assert.match(shown.import.message, /DTD/);
});

test('out for a purpose only, each reading in the log, and in again as the same', async () => {
	const { manager, examiner1, province } = people, before_ = await items();
	for (const [format, mime] of [['xlsx', /spreadsheet/], ['gift', /text\/plain/], ['qti', /zip/]]) {
		assert.equal((await manager.fetch(`${bank}/export?format=${format}&purpose=`, { headers: json })).status, 422);
		const r = await manager.fetch(`${bank}/export?format=${format}&purpose=${encodeURIComponent('制作模拟考试')}`);
		assert.equal(r.status, 200, await r.clone().text());
		assert.match(r.headers.get('content-type'), mime);
		const again = await upload(Buffer.from(await r.arrayBuffer()), `out.${format}`);
		assert.deepEqual([...new Set(again.list.rows.map((row) => row.verdict))], ['same'], format);
	}
	assert.equal(await items(), before_);
	const { list } = await manager.json(`${bank}/readings`);
	assert.equal(list.rows.filter((row) => row.purpose === '制作模拟考试').length, 3 * before_);
	assert.equal((await examiner1.fetch(`${bank}/export?format=gift&purpose=test`, { headers: json })).status, 403);
	assert.equal((await province.fetch(`${bank}/export?format=gift&purpose=test`, { headers: json })).status, 403);
});
