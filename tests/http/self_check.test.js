// 我能申报吗: without an account, for every grade, and nothing is kept.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { sql } from '../lib/luban.js';
import { province } from './enrol.js';

let it, occupation;
before(async () => {
	it = await province();
	occupation = sql(it.place, "SELECT id FROM occupation WHERE name = '养老护理员'");
});
after(() => it.server.stop());

const ask = (values) => `/check?${new URLSearchParams({ occupation_id: occupation, birth_on: '1990-01-01', ...values })}`;

test('every grade is answered, with the clause that holds or what is missing and from when', async () => {
	const client = it.server.client(), year = new Date().getFullYear();
	const { grades, steps } = await client.json(ask({ work_from_on: `${year - 6}-11-01` }));
	assert.deepEqual(grades.map((g) => g.grade), [5, 4, 3, 2, 1]);
	assert.equal(steps.length, 5);
	assert.equal(grades[1].clause, '四级①');
	assert.equal(grades[2].is_met, false);
	assert.equal(grades[2].met_on, `${year + 4}-11-01`);
	for (const grade of grades.filter((g) => !g.is_met))
		for (const one of grade.alternatives)
			assert.ok(one.missing.length && one.missing.every((m) => m.text), `${grade.grade_text} ${one.clause}`);
	assert.ok(!JSON.stringify(grades).includes('"is_unknown":true'));
});

test('certificates, schooling and titles reach the rules', async () => {
	const client = it.server.client(), held = async (values, grade) => (await client.json(ask(values))).grades[5 - grade].clause;
	assert.equal(await held({ cert5_on: '2020-01-01', work_years: '4' }, 4), '四级②');
	assert.equal(await held({ education: 'technical_intermediate', related: 'related', enrolled: '1' }, 4), '四级③');
	assert.equal(await held({ title_level: 'junior', title_on: '2020-01-01', work_years: '3' }, 3), '三级③');
});

test('the page keeps what was typed, shows the stair, and links to open batches', async () => {
	const client = it.server.client(), page = await client.page(ask({ work_from_on: '2021-11-01' }));
	assert.match(page, /class="stair"/);
	assert.match(page, /value="2021-11-01"/);
	const open = sql(it.place, "SELECT id, occupation_id FROM batch WHERE state = 'enrolling' LIMIT 1").split('|');
	assert.ok((await client.page(ask({ occupation_id: open[1] }))).includes(`href="/open/${open[0]}"`));
	assert.doesNotMatch(await client.page('/check'), /field-error/);
});

test('wrong or contradictory entries are named beside their fields', async () => {
	const client = it.server.client();
	assert.match(await client.page(ask({ birth_on: '1990-13-01' }), 422), /id="f-birth_on-error"/);
	assert.match(await client.page(ask({ work_from_on: '2020-01-01', work_years: '3' })), /id="f-work_years-error"/);
	assert.match(await client.page(ask({ title_level: 'senior' })), /id="f-title_on-error"/);
	assert.match(await client.page(ask({ birth_on: '2999-01-01' })), /id="f-birth_on-error">日期不能晚于今天/);
	assert.match(await client.page(ask({ work_from_on: '1979-01-01' })), /id="f-work_from_on-error">从业起始日期早于出生日期（1990年1月1日）/);
	assert.match(await client.page(ask({ work_years: '60' })), /id="f-work_years-error">累计工作 60 年/);
	await client.json(ask({ title_level: 'senior' }), 422);
	await client.json(ask({ occupation_id: '12' }), 422);
	await client.json(ask({ cert5_on: '2999-01-01' }), 422);
});

test('nothing is kept', async () => {
	const count = () => sql(it.place, 'SELECT (SELECT COUNT(*) FROM person) + (SELECT COUNT(*) FROM audit) + (SELECT COUNT(*) FROM person_fact)');
	const before_ = count();
	await it.server.client().page(ask({ work_from_on: '2001-02-03' }));
	assert.equal(count(), before_);
	assert.ok(!it.server.log.includes('2001-02-03'));
});
