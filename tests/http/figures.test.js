// Figures on the demo province: every number opens to as many rows as it says, parts add up, a city sees its own.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { demoClients, demoServer } from '../lib/demo.js';

let server, province, city, audit;
before(async () => {
	server = await demoServer();
	[province, city, audit] = await demoClients(server, 'province-head', 'city', 'audit');
});
after(() => server.stop());

const sum = (rows, key = 'n') => rows.reduce((total, row) => total + row[key], 0);

// Every figure of a view that has a way to its rows: [url, number, what it is].
function linked(view) {
	const all = [];
	for (const key of ['grades', 'kinds', 'places', 'months', 'batches', 'stats'])
		for (const row of view[key])
			if (row.url)
				all.push([row.url, row.n, `${key} ${row.label}`]);
	for (const key of ['passed_places', 'passed_occupations'])
		for (const row of view[key])
			all.push([row.url, null, `${key} ${row.label}`]);
	for (const line of view.bodies) {
		all.push([line.url, line.n, `bodies ${line.label}`]);
		for (const cell of line.cells)
			if (cell.url)
				all.push([cell.url, cell.n, `bodies ${line.label} ${cell.kind_label}`]);
	}
	return all;
}

// The years of the demo, the latest first.
async function yearsOf(client) {
	const { months } = await client.json('/figures');
	return [...new Set(months.map((m) => m.label.slice(0, 4)))].sort().reverse();
}

for (const [what, query] of Object.entries({ 'the province': () => '', 'a year': ([last]) => `?year=${last}`, 'a city': () => '?region=3710',
	'a city in a year': ([, before_]) => `?region=3710&year=${before_}`, 'a county': () => '?region=371002' }))
	test(`every figure opens to its rows: ${what}`, async () => {
		const view = await province.json(`/figures${query(await yearsOf(province))}`), all = linked(view);
		assert.ok(all.length > 5, `${all.length} figures`);
		for (const [url, n, name] of all) {
			const { list } = await province.json(url);
			if (n !== null)
				assert.equal(list.count, n, `${name}: ${url}`);
			else
				assert.ok(list.count > 0, `${name}: ${url}`);
		}
	});

test('the same certificates are counted by grade, kind, place and month', async () => {
	const view = await province.json('/figures');
	const total = sum(view.grades);
	assert.ok(total > 100);
	for (const key of ['kinds', 'places', 'months'])
		assert.equal(sum(view[key]), total, key);
	assert.equal(sum(view.kinds, 'n_high'), sum(view.months, 'n_high'));
	assert.equal(sum(view.grades, 'n_revoked'), sum(view.places, 'n_revoked'));
	const years = await Promise.all((await yearsOf(province)).map((year) => province.json(`/figures?year=${year}`)));
	assert.ok(years.length > 1);
	assert.equal(years.reduce((n, v) => n + sum(v.grades), 0), total);
});

test('a city counts its own and is refused another', async () => {
	const own = await city.json('/figures'), asked = await province.json('/figures?region=3710');
	for (const key of ['grades', 'kinds', 'months', 'batches'])
		assert.deepEqual(own[key].map((r) => [r.label, r.n]), asked[key].map((r) => [r.label, r.n]), key);
	for (const line of [...own.places, ...own.bodies])
		assert.match(line.place, /^3710/);
	for (const region of ['3702', '37', '370202']) {
		const r = await city.fetch(`/figures?region=${region}`, { headers: { accept: 'application/json' } });
		assert.ok([403, 422].includes(r.status) || sum((await r.json()).grades) === sum(own.grades), `${region}: ${r.status}`);
	}
});

test('the audit administrator sees the numbers and no way to rows he may not open', async () => {
	const view = await audit.json('/figures'), all = await province.json('/figures');
	assert.equal(sum(view.grades), sum(all.grades));
	for (const row of [...view.grades, ...view.places, ...view.months, ...view.batches])
		assert.equal(row.url, '');
});

test('published figures stand beside our own', async () => {
	const { published } = await province.json('/figures');
	const enterprises = published.find((p) => p.label.includes('自主评价企业'));
	assert.equal(enterprises.published, 8994);
	const { list } = await province.json('/register?state=filed&body_kind=enterprise');
	assert.equal(enterprises.own, list.count);
	const weihai = (await city.json('/figures')).published.find((p) => p.label.includes('自主评价企业'));
	assert.equal(weihai.published, 165);
});

test('the public reads totals, and nothing that leads to persons', async () => {
	const view = await server.client().json('/figures/public');
	assert.equal(sum(view.grades), sum((await province.json('/figures')).grades));
	assert.doesNotMatch(JSON.stringify(view), /\/certificates|\/batches/);
	assert.equal((await server.client().fetch('/figures', { headers: { accept: 'application/json' } })).status, 401);
});

test('the counters of the whole demo agree with their rows', async () => {
	assert.match(await server.place.must('check'), /发现0个问题/);
});
