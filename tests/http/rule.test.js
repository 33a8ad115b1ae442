// luban rule explain and luban import from outside: answers, reasons, exit statuses, nothing half saved.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Place } from '../lib/luban.js';

let place;
before(async () => {
	place = new Place();
	await place.must('init');
});
after(() => place.remove());

function file(name, content) {
	const at = path.join(place.dir, name);
	writeFileSync(at, typeof content === 'string' ? content : JSON.stringify(content));
	return at;
}

const worker = {
	birth_on: '1996-05-01',
	works: [{ related: 1, from_on: '2019-07-01', to_on: null }],
	certificates: [{ grade: 5, related: true, issued_on: '2021-03-15' }],
	educations: [],
	titles: [],
};

async function explain(facts, ...args) {
	const r = await place.luban('rule', 'explain', 'eligibility-2023', '--facts', facts, '--json', ...args);
	return { status: r.status, ...JSON.parse(r.stdout) };
}

test('an answer with the clause that held, or what is missing and when', async () => {
	const facts = file('worker.json', worker);
	const met = await explain(facts, '--case', '4', '--on', '2024-03-15');
	assert.equal(met.status, 0);
	assert.equal(met.ruleset, 'eligibility-2023');
	assert.equal(met.answers[0].held, '四级②');
	const early = await explain(facts, '--case', '4', '--on', '2024-03-14');
	assert.equal(early.status, 1);
	assert.equal(early.answers[0].verdict, 'not_met');
	assert.equal(early.answers[0].nearest, '四级②');
	assert.equal(early.answers[0].alternatives[1].met_on, '2024-03-15');
	assert.match(early.answers[0].alternatives[1].missing[0].text, /还需 1 天/);
});

test('what is not given is asked for', async () => {
	const { works, ...rest } = worker;
	const r = await explain(file('nowork.json', rest), '--case', '4', '--on', '2026-01-01');
	assert.equal(r.status, 1);
	assert.equal(r.answers[0].verdict, 'unknown');
});

test('text for people, all grades', async () => {
	const r = await place.luban('rule', 'explain', 'eligibility-2018', '--facts', file('w.json', worker));
	assert.equal(r.status, 0);
	for (const grade of ['五级/初级工', '四级/中级工', '三级/高级工', '二级/技师', '一级/高级技师'])
		assert.ok(r.stdout.includes(grade));
});

test('a rule file of one\'s own, and errors with their line', async () => {
	const facts = file('w.json', worker);
	const own = file('own.yaml', 'ruleset: own\nversion: "1"\ntitle: 试\nsource: 试\neffective_from: 2024-01-01\n'
		+ 'facts: {birth_on: {label: 出生日期}}\n'
		+ 'cases: {a: {title: 例, alternatives: [{clause: 一, text: 例, all: [{age: {min: 18}}]}]}}\n');
	assert.equal((await place.luban('rule', 'explain', own, '--facts', facts)).status, 0);
	const broken = file('broken.yaml', 'ruleset: own\nversion: 1\ntitel: x\n');
	for (const [words, ...args] of [
		[/第 3 行：不认识的键“titel”/, broken, '--facts', facts],
		[/没有规则“no-such-rule”，也没有这个文件/, 'no-such-rule', '--facts', facts],
		[/没有“9”这一情形/, own, '--facts', facts, '--case', '9'],
		[/不是日期/, own, '--facts', facts, '--on', 'soon'],
		[/--facts/, own],
		[/birth_on 不是日期/, own, '--facts', file('f1.json', { birth_on: 'x' })],
		[/works 的第 1 条/, own, '--facts', file('f2.json', { works: [1] })],
		[/第 1 行第 \d+ 列不是正确的 JSON/, own, '--facts', file('f3.json', '{"a":')],
	]) {
		const r = await place.luban('rule', 'explain', ...args);
		assert.equal(r.status, 2, args.join(' '));
		assert.equal(r.stdout, '');
		assert.match(r.stderr, words);
	}
});

test('import: dry run, save, again, and a bad row saves nothing', async () => {
	const good = file('h.csv', 'day,kind,name\n2031-01-01,holiday,元旦\n2031-01-04,workday,元旦调休\n');
	assert.match(await place.must('import', 'holidays', good, '--dry-run'), /新增 2.*没有保存/);
	assert.match(await place.must('import', 'holidays', good), /新增 2.*已保存/);
	assert.match(await place.must('import', 'holidays', good), /新增 0，更改 0，未变 2/);
	const bad = file('b.csv', 'day,kind,name\n2031-05-01,holiday,劳动节\n2031-05-02,workday,劳动节\n');
	const r = await place.luban('import', 'holidays', bad);
	assert.equal(r.status, 1);
	assert.match(r.stdout, /第 3 行：2031-05-02 不是星期六或星期日/);
	assert.match(await place.must('import', 'holidays', file('c.csv', 'day,kind,name\n2031-05-01,holiday,劳动节\n')),
		/新增 1/);
	assert.equal((await place.luban('import', 'planets', good)).status, 2);
	assert.equal((await place.luban('import', 'holidays', path.join(place.dir, 'none'))).status, 2);
});

test('the shipped files are what init loaded', async () => {
	for (const kind of ['regions', 'holidays', 'occupations', 'work_types', 'standards', 'special_projects'])
		assert.match(await place.must('import', kind, `data/${kind}.csv`), /新增 0，更改 0/);
});
