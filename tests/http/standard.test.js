// The catalogue: read by all, kept by the system administrator through sheets and rule texts with verdicts.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { freshServer, signIn } from './support.js';
import { sql } from '../lib/luban.js';

let server, admin, visitor;
before(async () => {
	let credentials;
	({ server, credentials } = await freshServer({ args: ['--per-minute', '0'] }));
	visitor = server.client();
	admin = server.client();
	await signIn(admin, credentials.sysadmin);
});
after(() => server.stop());

const csv = (text) => new File([text], 'a.csv', { type: 'text/csv' });
const head = 'edition,code,name,track,digital,green,grades\n';
const good = `${head}2022,6-99-01-01,榫卯工,level,1,0,54321\n`;

async function bring(text, extra = {}) {
	const r = await admin.form('/occupations/import', { kind: 'occupations', file: csv(text), ...extra },
		{ headers: { accept: 'application/json' } });
	return { status: r.status, ...(await r.json()) };
}

const find = async (query) => (await visitor.json(`/occupations?${new URLSearchParams(query)}`)).list;

test('occupations are found by name, code, mark, track and grade', async () => {
	const byName = await find({ find: '养老护理' });
	assert.ok(byName.rows.some((o) => o.name === '养老护理员' && o.code === '4-10-01-05'));
	assert.equal((await find({ find: '4-10-01-05' })).rows[0].name, '养老护理员');
	assert.equal((await find({ find: '%' })).count, (await find({})).count); // wildcards are no way in
	for (const [query, holds] of [[{ mark: 'S' }, (o) => o.digital === 1], [{ mark: 'L' }, (o) => o.green === 1],
		[{ track: 'qualification' }, (o) => o.track === 'qualification'], [{ grade: '1' }, (o) => o.grades.includes('1')]]) {
		const { rows, count } = await find(query);
		assert.ok(count > 0 && count < (await find({})).count, JSON.stringify(query));
		assert.ok(rows.every(holds), JSON.stringify(query));
	}
	assert.equal((await find({ find: '没有这个职业' })).count, 0);
});

test('an occupation shows its standards, and which one is in force', async () => {
	const [one] = (await find({ find: '养老护理员' })).rows;
	const view = await visitor.json(`/occupations/${one.id}`);
	assert.equal(view.standards.filter((s) => s.standing_label === '现行').length, 1);
	assert.equal(view.may_edit, false);
	const html = await visitor.page(`/occupations/${one.id}`);
	assert.match(html, new RegExp(`/register\\?occupation_id=${one.id}`));
	assert.doesNotMatch(html, /retire/);
	await visitor.json('/occupations/1', 404);
});

test('a sheet is judged row by row and saved whole or not at all', async () => {
	const dry = await bring(good, { is_dry_run: '1' });
	assert.equal(dry.report.added, 1);
	assert.equal(dry.report.is_saved, false);
	assert.equal((await find({ find: '榫卯工' })).count, 0);
	const bad = await bring(`${good}2022,6-99-01-02,,level,1,0,54321\n2022,6-99-01-03,坏,nonsense,1,0,54321\n`);
	assert.equal(bad.report.bad, 2);
	assert.deepEqual(bad.report.verdicts.map((v) => v.line), [3, 4]);
	assert.equal((await find({ find: '榫卯工' })).count, 0);
	const saved = await bring(good);
	assert.equal(saved.report.is_saved, true);
	assert.equal((await find({ find: '榫卯工' })).rows[0].grades_text, '五级、四级、三级、二级、一级');
	assert.equal((await bring(good)).report.same, 1);
	assert.equal((await bring('不是表格')).status, 422);
	assert.equal((await visitor.post('/occupations/import', {})).status, 401);
});

test('an occupation is taken out with a reason and put back', async () => {
	await bring(good);
	const [{ id }] = (await find({ find: '榫卯工' })).rows;
	const page = `/occupations/${id}`;
	assert.equal((await admin.form(`${page}/retire`, {}, { page, headers: { accept: 'application/json' } })).status, 422);
	assert.equal((await admin.form(`${page}/retire`, { reason: '并入其他职业' }, { page })).status, 303);
	assert.equal((await find({ find: '榫卯工', state: 'retired' })).count, 1);
	assert.equal((await admin.form(`${page}/retire`, { reason: '再一次' }, { page, headers: { accept: 'application/json' } })).status, 409);
	assert.equal((await admin.form(`${page}/restore`, { reason: '恢复' }, { page })).status, 303);
	assert.equal((await find({ find: '榫卯工', state: 'active' })).count, 1);
});

test('a year whose holidays nobody has told of waits for the system administrator', async () => {
	const waiting = async () => ((await admin.json('/todo')).groups.find((g) => g.label === '待导入的节假日安排')?.items ?? []).map((i) => i.title);
	const year = new Date(Date.now() + 8 * 3600e3).getUTCFullYear(), file = csv(`day,kind,name\n${year}-01-01,holiday,元旦\n${year + 1}-01-01,holiday,元旦\n`);
	sql(server.place, 'DELETE FROM holiday');
	assert.ok((await waiting()).includes(`${year}年的放假调休安排`));
	assert.equal((await admin.form('/occupations/import', { kind: 'holidays', file })).status, 200);
	assert.deepEqual(await waiting(), []);
});

const rule = (version, from, text) => `ruleset: eligibility-2023
version: "${version}"
title: 试行条件
source: 测试
effective_from: ${from}
facts:
  birth_on:
    label: 出生日期
    bring: 身份证件
cases:
  "5":
    title: 五级/初级工
    alternatives:
      - clause: 五级①
        text: ${text}
        all:
          - age: {min: 16}
`;

test('rules are read clause by clause, applied by version, and refused with the line', async () => {
	const { rules } = await visitor.json('/rules');
	assert.ok(rules.some((r) => r.name === 'eligibility-2023' && r.is_current && r.standards > 0));
	const shown = await visitor.json('/rules/eligibility-2023');
	assert.ok(shown.cases.find((c) => c.id === '3').clauses.length >= 3);
	const apply = async (text) => (await admin.form('/rules/new', { text }, { headers: { accept: 'application/json' } }));
	const broken = await apply(rule('2030.1', '2030-01-01', '一').replace('min: 16', 'min: many'));
	assert.equal(broken.status, 422);
	assert.match(await broken.text(), /第 17 行/);
	assert.equal((await apply('')).status, 422);
	assert.ok((await apply(rule('2030.1', '2030-01-01', '年满16周岁。'))).status < 400);
	assert.equal((await apply(rule('2030.1', '2030-01-01', '年满18周岁。'))).status, 409);
	const later = await visitor.json('/rules/eligibility-2023?version=2030.1');
	assert.equal(later.rule.standing_label, '尚未施行');
	assert.equal((await visitor.json('/rules/eligibility-2023')).rule.version, shown.rule.version);
	await visitor.json('/rules/eligibility-2023?version=1', 404);
	await visitor.json('/rules/none', 404);
});
