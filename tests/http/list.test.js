// Lists find exactly what was asked for, whichever filter leads and whoever asks; what they say is compared with the rows.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { sql } from '../lib/luban.js';
import { demoClient, demoServer } from '../lib/demo.js';

let server, people;
const regions = { province: '37', city: '3710', county: '371002' };
before(async () => {
	server = await demoServer({ all: true });
	people = Object.fromEntries(await Promise.all(Object.keys(regions).map(async (login) => [login, await demoClient(server, login)])));
});
after(() => server.stop());

// The ids of all pages, in order.
async function ids(client, address) {
	const found = [];
	for (let page = 1, more = true; more && page <= 5; page++) {
		const { list } = await client.json(`${address}&page=${page}`);
		found.push(...list.rows.map((row) => row.id));
		more = list.more;
		if (!more)
			assert.equal(list.count, found.length, address);
	}
	return found;
}

async function same(table, query, where, order = 'id DESC') {
	for (const [login, region] of Object.entries(regions)) {
		const rows = sql(server.place, `SELECT id FROM ${table} WHERE region LIKE '${region}%' AND ${where} ORDER BY ${order} LIMIT 100`);
		assert.deepEqual(await ids(people[login], `/${table}s?${query}`), rows ? rows.split('\n') : [], `${login} /${table}s?${query}`);
	}
}

const begun = (text) => `substr(name, 1, ${[...text].length}) = '${text}'`;

test('enrolments', async () => {
	sql(server.place, "UPDATE enrolment SET spot_check = 'good' WHERE id IN (SELECT id FROM enrolment WHERE state = 'certified' ORDER BY id LIMIT 30)");
	const [name] = sql(server.place, "SELECT name FROM enrolment WHERE region = '371002' ORDER BY id LIMIT 1").split('\n');
	const named = (text) => `find=${encodeURIComponent(text)}`, [surname] = name;
	for (const state of ['submitted', 'accepted', 'mend', 'rejected', 'withdrawn', 'failed', 'certified'])
		await same('enrolment', `state=${state}`, `state = '${state}'`);
	for (const verdict of ['met', 'not_met', 'unknown'])
		await same('enrolment', `verdict=${verdict}`, `verdict = '${verdict}'`);
	await same('enrolment', 'x=', '1 = 1');
	await same('enrolment', 'spot_check=good', "spot_check = 'good'");
	await same('enrolment', 'spot_check=good&state=certified&verdict=met', "spot_check = 'good' AND state = 'certified' AND verdict = 'met'");
	await same('enrolment', 'spot_check=bad', "spot_check = 'bad'");
	await same('enrolment', 'state=failed&verdict=met', "state = 'failed' AND verdict = 'met'");
	await same('enrolment', 'state=submitted&verdict=not_met', "state = 'submitted' AND verdict = 'not_met'");
	await same('enrolment', named(name), begun(name), 'name, id');
	await same('enrolment', named(surname), begun(surname), 'name, id');
	await same('enrolment', `${named(surname)}&sort=newest`, begun(surname));
	await same('enrolment', `${named(surname)}&state=failed`, `${begun(surname)} AND state = 'failed'`);
	await same('enrolment', `${named(surname)}&state=certified`, `${begun(surname)} AND state = 'certified'`, 'name, id');
	await same('enrolment', named('%'), '1 = 0');
	const inside = name.slice(1), batch = sql(server.place, `SELECT batch_id FROM enrolment WHERE name = '${name}' AND region = '371002' LIMIT 1`);
	await same('enrolment', `batch_id=${batch}&${named(inside)}`, `batch_id = ${batch} AND name LIKE '%${inside}%'`);
});

test('certificates', async () => {
	const one = (column) => sql(server.place, `SELECT ${column} FROM certificate WHERE region = '371002' ORDER BY id LIMIT 1`).split('\n')[0];
	const occupation = one('occupation_id'), name = one('name'), number = one('number');
	sql(server.place, "UPDATE certificate SET state = 'suspended' WHERE id IN (SELECT id FROM certificate WHERE region LIKE '3710%' ORDER BY id LIMIT 9)");
	for (const state of ['valid', 'suspended', 'revoked'])
		await same('certificate', `state=${state}`, `state = '${state}'`);
	for (const grade of [1, 3, 5])
		await same('certificate', `grade=${grade}`, `grade = ${grade}`);
	for (const kind of ['enterprise', 'school', 'special'])
		await same('certificate', `body_kind=${kind}&grade=4&state=valid`, `body_kind = '${kind}' AND grade = 4 AND state = 'valid'`);
	await same('certificate', `occupation_id=${occupation}`, `occupation_id = ${occupation}`);
	await same('certificate', `occupation_id=${occupation}&grade=4`, `occupation_id = ${occupation} AND grade = 4`);
	await same('certificate', 'region=3710', "region LIKE '3710%'");
	await same('certificate', 'region=371002', "region = '371002'");
	await same('certificate', 'region=371002&grade=4&state=suspended', "region = '371002' AND grade = 4 AND state = 'suspended'");
	await same('certificate', `name=${encodeURIComponent(name)}&grade=4`, `name = '${name}' AND grade = 4`);
	await same('certificate', `number=${number}`, `number = '${number}'`);
	await same('certificate', 'number=Y000000000000000000000', '1 = 0');
	const day = Number(one('issued_on')), text = new Date(day * 86400e3).toISOString().slice(0, 10);
	await same('certificate', `from_on=${text}&to_on=${text}`, `issued_on = ${day}`, 'issued_on DESC, id DESC');
	await same('certificate', `from_on=${text}&state=valid`, `issued_on >= ${day} AND state = 'valid'`, 'issued_on DESC, id DESC');
	await same('certificate', `to_on=${text}&grade=4`, `issued_on <= ${day} AND grade = 4`);
});
