// `luban check` over the demo province: it adds up, and whatever is changed behind the program's back is named.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Place, sql } from '../lib/luban.js';

let place;
before(async () => {
	place = await Place.demo();
});
after(() => place.remove());

// Changes something, looks at what one check says, changes it back.
async function tampered(check, words, change, back) {
	sql(place, change);
	const r = await place.luban('check', check);
	sql(place, back);
	assert.equal(r.status, 1, `${change}: ${r.stdout}${r.stderr}`);
	assert.match(r.stdout, new RegExp(`^${check}: .*${words}`, 'm'));
	assert.equal((await place.luban('check', check)).status, 0, `still alarmed after ${back}`);
}

const one = (query) => sql(place, `${query} LIMIT 1`).split('|');

test('the demo province adds up', async () => {
	const r = await place.luban('check');
	assert.equal(r.status, 0, r.stdout + r.stderr);
});

test('a frozen list, and the mark behind it', async () => {
	const [person, enrolment, version, theory] = one(
		"SELECT person_id, enrolment_id, result_version, theory FROM result WHERE theory LIKE '8%' ORDER BY enrolment_id");
	const row = `WHERE person_id = ${person} AND enrolment_id = ${enrolment}`;
	const set = (value) => `UPDATE result SET theory = '${value}' ${row} AND result_version = ${version}`;
	await tampered('results', '批次', set(theory.replace('8', '9')), set(theory));
	const part = (by) => `UPDATE enrolment_part SET score_centi = score_centi + ${by} ${row} AND part = 1`;
	await tampered('results', '批次', part(100), part(-100));
});

// docs/auditing.md, "Frozen results": without the program.
test('an auditor computes the hash of a frozen list', () => {
	const [batch, version, hash, n, batchNo] = one(
		'SELECT l.batch_id, l.result_version, l.list_hash, l.n_rows, b.batch_no FROM result_list l JOIN batch b ON b.id = l.batch_id ORDER BY l.id');
	const rows = sql(place, `SELECT seq, enrolment_id, name, idno_mask, theory, skill, review, outcome FROM result
		WHERE batch_id = ${batch} AND result_version = ${version} ORDER BY seq`).split('\n');
	assert.equal(rows.length, Number(n));
	const text = rows.map((row) => `${[batchNo, version, ...row.split('|')].join('\t')}\n`).join('');
	assert.equal(createHash('sm3').update(text).digest('hex'), hash);
});

test('the face of a certificate', async () => {
	const [person, id, name] = one('SELECT person_id, id, name FROM certificate ORDER BY id');
	const set = (value) => `UPDATE certificate SET name = '${value}' WHERE person_id = ${person} AND id = ${id}`;
	await tampered('certificates', '', set(`${name}甲`), set(name));
});

test('a serial that was given twice or skipped', async () => {
	const prefix = one('SELECT prefix FROM certificate_serial WHERE last > 0 ORDER BY prefix')[0];
	await tampered('certificates', prefix,
		`UPDATE certificate_serial SET last = last + 1 WHERE prefix = '${prefix}'`,
		`UPDATE certificate_serial SET last = last - 1 WHERE prefix = '${prefix}'`);
});

test('a count of the dashboard', async () => {
	const [n] = one('SELECT max(n) FROM certificate_tally');
	await tampered('certificates', '', `UPDATE certificate_tally SET n = n + 1 WHERE n = ${n}`,
		`UPDATE certificate_tally SET n = n - 1 WHERE n = ${Number(n) + 1}`);
});

test('a setting out of its limits', async () => {
	await tampered('settings', 'batch.lead_wd',
		"INSERT INTO setting_value (name, region, effective_on, amount, set_by, set_at) VALUES ('batch.lead_wd', '99', 1, 5000, 0, 0)",
		"DELETE FROM setting_value WHERE name = 'batch.lead_wd' AND region = '99'");
});

test('an account without the scope that its role needs', async () => {
	await tampered('accounts', '没有地区', "UPDATE account SET region = '' WHERE login = 'city'",
		"UPDATE account SET region = '3710' WHERE login = 'city'");
});
