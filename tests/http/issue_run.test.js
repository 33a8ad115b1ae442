// Issuing to several batches in the background: who may, what is refused, progress as page and JSON, stop and go on, a server
// killed in the middle.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { demoClients, demoPlace, serveDemo } from '../lib/demo.js';
import { sql } from '../lib/luban.js';
import { until as reached } from '../lib/wait.js';
import { signIn } from './support.js';

const json = { accept: 'application/json' }, LARGE = 2500;

let place, server, manager, clerk, city, confirmed;
before(async () => {
	place = await demoPlace({ second: false });
	await start();
	confirmed = (await manager.json('/batches?state=confirmed')).list.rows;
});
after(() => server.stop());

async function start() {
	server = await serveDemo(place);
	[manager, clerk, city] = await demoClients(server, 'manager', 'clerk1', 'city');
}

const until = (id, is) => reached(async () => {
	const view = await manager.json(`/issue-runs/${id}`);
	return is(view.run) && view;
}, `run ${id}: ${is}`);

const started = (r) => {
	assert.equal(r.status, 200, JSON.stringify(r.body));
	return /\/issue-runs\/(\d+)/.exec(r.body.location)[1];
};

test('a body’s manager is offered its confirmed batches; nobody else may issue', async () => {
	assert.ok(confirmed.length >= 1);
	const page = await manager.page('/issue-runs/new');
	assert.ok(page.includes(confirmed[0].title) && page.includes('开始颁发'));
	for (const other of [clerk, city]) {
		assert.equal((await other.fetch('/issue-runs/new', { headers: json })).status, 403);
		assert.equal((await other.post('/issue-runs', { batches: [confirmed[0].id] })).status, 403);
	}
	const none = await manager.post('/issue-runs', { batches: [] });
	assert.equal(none.status, 422);
	const [early] = (await manager.json('/batches?state=enrolling')).list.rows;
	const refused = await manager.post('/issue-runs', { batches: [early.id] });
	assert.equal(refused.status, 409);
	assert.match(refused.body.detail, /报名中|核准/);
	assert.equal((await manager.json('/issue-runs')).list.rows.length, 0);
});

test('a run issues, is over, and its page says so', async () => {
	const id = started(await manager.post('/issue-runs', { batches: [confirmed[0].id] }));
	const { run, batches } = await until(id, (r) => r.state === 'done');
	assert.equal(run.n_issued, confirmed[0].n_passed);
	assert.equal(run.percent, 100);
	assert.equal(batches[0].state, 'done');
	assert.equal((await manager.json(`/certificates?batch_id=${confirmed[0].id}`)).list.rows.length, confirmed[0].n_passed);
	const page = await manager.page(`/issue-runs/${id}`);
	assert.ok(page.includes('已完成') && page.includes(confirmed[0].title) && !page.includes('>暂停<'));
	assert.equal((await manager.post(`/issue-runs/${id}/pause`, {})).status, 409);
	assert.equal((await manager.post(`/issue-runs/${id}/resume`, {})).status, 409);
	assert.equal((await manager.post('/issue-runs', { batches: [confirmed[0].id] })).status, 409);
	assert.equal((await city.json(`/issue-runs/${id}`)).run.n_issued, run.n_issued);
	const foreign = (await city.json('/register?state=filed')).list.rows.find((b) => b.name !== confirmed[0].body_name);
	const added = await place.must('user', 'add', 'other.manager', '--role', 'body_manager', '--name', '王二', '--body', foreign.id);
	const stranger = server.client();
	await signIn(stranger, { login: 'other.manager', password: /一次性密码 ?(\S+)/.exec(added)[1] });
	assert.equal((await stranger.fetch(`/issue-runs/${id}`, { headers: json })).status, 404);
	assert.equal((await stranger.post(`/issue-runs/${id}/pause`, {})).status, 404);
});

// A batch of thousands: copies of somebody who passed, under numbers of their own.
function makeLarge() {
	const [batch] = confirmed, id = '77001', columns = (table) => sql(place, place.database.startsWith('sqlite:')
		? `SELECT name FROM pragma_table_info('${table}')`
		: `SELECT column_name FROM information_schema.columns WHERE table_name = '${table}' AND table_schema = 'public' ORDER BY ordinal_position`).split('\n');
	const copy = (table, from, changed) => {
		const names = columns(table);
		sql(place, `WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < ${LARGE})
			INSERT INTO ${table} (${names.join(', ')}) SELECT ${names.map((c) => changed[c] ?? `o.${c}`).join(', ')} FROM ${from}`);
	};
	const names = columns('batch'), changed = { id, batch_no: `'large'`, title: `'大批次'`, state: `'confirmed'`, n_passed: LARGE, n_certified: 0, n_enrolled: LARGE, n_accepted: LARGE };
	sql(place, `INSERT INTO batch (${names.join(', ')}) SELECT ${names.map((c) => changed[c] ?? c).join(', ')} FROM batch WHERE id = ${batch.id}`);
	const one = `SELECT * FROM enrolment WHERE batch_id = ${batch.id} AND certificate_id <> 0 ORDER BY id LIMIT 1`;
	const person = '880000 + k.n', enrolment = '990000 + k.n';
	copy('person', `k, (SELECT p.* FROM person p JOIN (${one}) e ON e.person_id = p.person_id) o`, { person_id: person, idno_index: `'large' || k.n` });
	copy('result', `k, (SELECT r.* FROM result r JOIN (${one}) e ON e.person_id = r.person_id AND e.id = r.enrolment_id ORDER BY r.result_version DESC LIMIT 1) o`,
		{ person_id: person, enrolment_id: enrolment, batch_id: id, seq: 'k.n', outcome: `'passed'` });
	copy('enrolment', `k, (${one}) o`, { person_id: person, id: enrolment, batch_id: id, seq: 'k.n', state: `'passed'`, certificate_id: 0, ticket_no: `''` });
	return id;
}

const numbers = (id) => sql(place, `SELECT number FROM certificate WHERE batch_id = ${id} ORDER BY number`).split('\n');

test('a server killed in the middle of thousands: they go on, paused and resumed, and nobody has two', async () => {
	await server.stop({ keep: true });
	const id = makeLarge();
	await start();
	// A batch as large as this is issued in the background, from its own page too.
	const run = started(await manager.post(`/batches/${id}/certificates`, {}));
	await until(run, (r) => r.n_issued > 0);
	await server.kill();
	await start();
	const after = (await manager.json(`/issue-runs/${run}`)).run;
	assert.ok(after.n_issued % 500 === 0 || after.n_issued === LARGE, `${after.n_issued}`);
	if (after.state !== 'done') {
		assert.equal((await manager.post(`/issue-runs/${run}/pause`, {})).status, 200);
		assert.equal((await manager.json(`/issue-runs/${run}`)).run.state, 'paused');
		assert.equal((await manager.post(`/issue-runs/${run}/resume`, {})).status, 200);
	}
	const { run: done, batches } = await until(run, (r) => r.state === 'done');
	assert.equal(done.n_issued, LARGE);
	assert.equal(batches[0].n_issued, LARGE);
	const given = numbers(id);
	assert.equal(given.length, LARGE);
	assert.equal(new Set(given).size, LARGE);
	const serials = given.map((n) => Number(n.slice(16))), first = serials[0];
	assert.deepEqual(serials, serials.map((_, i) => first + i));
	const per = sql(place, `SELECT COUNT(*) FROM (SELECT person_id FROM certificate WHERE batch_id = ${id} GROUP BY person_id HAVING COUNT(*) > 1) x`);
	assert.equal(per, '0');
});
