// Batches from plan to seats, as clerks, managers, authorities, candidates and the public meet them; on the demo
// province, whose days move with the calendar: batches are found by state, never by date.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { demoClient, demoServer } from '../lib/demo.js';
import { hidden, submit } from './support.js';

const html = { accept: 'text/html' }, json = { accept: 'application/json' };
const clients = {};
let server;

before(async () => {
	server = await demoServer();
	clients.public = server.client();
});
after(() => server.stop());

async function as(login) {
	clients[login] ??= await demoClient(server, login);
	return clients[login];
}

const list = async (client, query) => (await client.json(`/batches?${query}`)).list.rows;
const first = async (client, state) => (await list(client, `state=${state}`))[0];

async function choices(client, page, field) {
	const text = await client.page(page);
	const select = text.split(`name="${field}"`)[1]?.split('</select>')[0] ?? '';
	return [...select.matchAll(/<option value="(\d+)"/g)].map((m) => m[1]);
}

// Days from the platform's today, as a form wants them.
function day(from, n) {
	return new Date(Date.parse(`${from}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10);
}

async function today() {
	const text = await (await as('province')).page('/board');
	const [, y, m, d] = /(\d{4})年(\d+)月(\d+)日/.exec(text.split('<h1>')[1]);
	return `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`;
}

test('a refused step keeps its reason; why a plan came back is said at the top', async () => {
	const county = await as('county'), filed = await first(county, 'filed'), typed = '理由'.repeat(1001);
	const page = `/batches/${filed.id}`, { actions } = (await county.json(page)).flow;
	const { action } = actions.find((a) => a.reason);
	const answer = await county.form(`${page}/flow`, { action, reason: typed }, { page });
	assert.equal(answer.status, 422);
	const again = await answer.text();
	assert.match(again, new RegExp(`<details class="[^"]*" open>[^]*name="action" value="${action}"[^]*id="f-reason"[^>]*>&#10;${typed}</textarea>`));
	const manager = await as('manager'), returned = await first(manager, 'returned');
	const { flow, why } = await manager.json(`/batches/${returned.id}`);
	assert.ok(why && why === flow.events.at(-1).reason);
	assert.ok((await manager.page(`/batches/${returned.id}`)).includes(`退回修改的理由：</b>${why}`));
});

test('a batch leads to its computer exam, or to setting one up', async () => {
	const clerk = await as('clerk1'), { list: exams } = await clerk.json('/exams');
	const exam = exams.rows[0];
	assert.ok((await clerk.page(`/batches/${exam.batch_id}`)).includes(`href="/exams/${exam.id}"`));
	const form = await clerk.page(`/exams/new?batch_id=${exam.batch_id}`);
	assert.ok(!form.includes('name="batch_id"') || !form.includes(`value="${exam.batch_id}"`), 'a batch has one');
});

test('anybody reads announced plans, with every field of an announcement, and no others', async () => {
	const open = await clients.public.json('/open?state=enrolling');
	assert.ok(open.list.rows.length > 0);
	for (const row of open.list.rows)
		assert.equal(row.state, 'enrolling');
	const { batch, sittings } = await clients.public.json(`/open/${open.list.rows[0].id}`);
	for (const key of ['body_name', 'contact', 'phone', 'body_code', 'body_kind_label', 'occupation_name', 'occupation_code',
		'grade_text', 'enrol_from_on', 'enrol_to_on', 'first_at_text', 'parts_text', 'fee_text'])
		assert.ok(batch[key], key);
	assert.ok(sittings.length > 0 && sittings.every((s) => s.venue_name && s.address && s.part_label));
	assert.equal(batch.seed, undefined);
	const page = await clients.public.page(`/open/${batch.id}`);
	for (const text of [batch.body_name, batch.body_code, batch.phone, '认定科目', '认定地点', '收费标准'])
		assert.ok(page.includes(text), text);
	const manager = await as('manager');
	for (const state of ['draft', 'filed', 'returned']) {
		const hiddenOne = await first(manager, state);
		assert.ok(hiddenOne, state);
		await clients.public.page(`/open/${hiddenOne.id}`, 404);
		assert.ok(!(await clients.public.json('/open')).list.rows.some((r) => r.id === hiddenOne.id));
	}
	const off = await first(manager, 'postponed');
	assert.match(await clients.public.page(`/open/${off.id}`), /暂不执行/);
	await clients.public.page('/open/1', 404);
	await clients.public.page('/open/nonsense', 404);
});

test('filters, sorting and export of the lists', async () => {
	const province = await as('province');
	const all = await province.json('/batches?sort=exam');
	assert.ok(all.list.count > 20 && all.list.more);
	for (const row of await list(province, 'grade=4'))
		assert.equal(row.grade, 4);
	for (const row of await list(province, 'region=3702'))
		assert.match(row.region, /^3702/);
	const city = await as('city');
	for (const row of await list(city, 'region=3702'))
		assert.fail(`another city's ${row.id}`);
	const r = await province.fetch('/batches?grade=5&export=xlsx');
	assert.equal(r.status, 200);
	assert.match(r.headers.get('content-type'), /spreadsheetml/);
	assert.match(await province.page('/batches?state=archived&grade=4'), /清除条件/);
});

// A plan as the clerk types it; two months ahead.
async function typed(client) {
	const now = await today(), occupations = await choices(client, '/batches/new', 'occupation_id');
	return { title: '测试批次', occupation_id: occupations[0], grade: '5', enrol_from_on: day(now, 25),
		enrol_to_on: day(now, 45), quota: '30', fee_fen: '200.00', contact: '经办人', phone: '0631-5200000', notice: '' };
}

async function made(client, title) {
	const r = await submit(client, '/batches/new', '/batches', { ...await typed(client), title });
	assert.equal(r.status, 303, await r.clone().text());
	return r.headers.get('location').split('/')[2];
}

test('a plan with mistakes comes back with each of them, and nothing typed is lost', async () => {
	const clerk = await as('clerk1');
	const values = { ...await typed(clerk), title: '写错的批次', quota: '0', phone: '12', enrol_to_on: '2020-13-45' };
	const r = await submit(clerk, '/batches/new', '/batches', values);
	const text = await r.text();
	assert.equal(r.status, 422);
	assert.match(text, /value="写错的批次"/);
	for (const field of ['quota', 'phone', 'enrol_to_on'])
		assert.match(text, new RegExp(`id="f-${field}-error"`));
	const wrong = await submit(clerk, '/batches/new', '/batches', { ...await typed(clerk), grade: '' });
	assert.equal(wrong.status, 422);
	assert.match(await wrong.text(), /id="f-grade-error"/);
	assert.equal((await list(clerk, `find=${encodeURIComponent('写错')}`)).length, 0);
});

test('a double click makes one batch', async () => {
	const clerk = await as('clerk1');
	const page = await clerk.page('/batches/new');
	const body = new URLSearchParams({ ...hidden(page, '/batches'), ...await typed(clerk), title: '双击批次' });
	const send = () => clerk.fetch('/batches', { method: 'POST', headers: html, body: new URLSearchParams(body) });
	const answers = await Promise.all([send(), send(), send()]);
	for (const r of answers)
		assert.ok([303, 409].includes(r.status), `${r.status}`);
	assert.equal((await list(clerk, `find=${encodeURIComponent('双击批次')}`)).length, 1);
});

const rules = async (client, id) => (await client.json(`/batches/${id}`)).checklist;
const bad = async (client, id) => (await rules(client, id)).filter((f) => !f.ok).map((f) => f.rule);
const boxes = (page, field) => [...page.matchAll(new RegExp(`name="${field}" value="(\\d+)"[^>]*><span>([^<]+)<`, 'g'))]
	.map(([, value, label]) => ({ value, label }));

test('rooms and people are planned, each rule turns from cross to tick, the plan is filed and announced', async () => {
	const clerk = await as('clerk2'), manager = await as('manager'), city = await as('city');
	const id = await made(clerk, '走完计划的批次'), home = `/batches/${id}`;
	assert.ok((await bad(clerk, id)).includes('dates'));
	let page = await clerk.page(home);
	assert.match(page, /项不符合/);
	const rooms = boxes(page, 'room_id'), now = await today();
	const theory = rooms.filter((r) => r.label.includes('理论')), skill = rooms.filter((r) => r.label.includes('技能'));
	const at = (h) => `${day(now, 61)}T${h}`;
	const post = async (action, values) => {
		page = await clerk.page(home);
		const body = new URLSearchParams({ ...hidden(page, action) });
		for (const [k, v] of Object.entries(values))
			for (const one of [v].flat())
				body.append(k, one);
		return clerk.fetch(action, { method: 'POST', headers: html, body });
	};
	let r = await post(`${home}/rooms`, { part: '1', starts_at: at('10:30'), ends_at: at('09:00'), room_id: theory[0].value });
	assert.equal(r.status, 422);
	assert.match(await r.text(), /结束时间应晚于开始时间/);
	r = await post(`${home}/rooms`, { part: '2', starts_at: at('13:30'), ends_at: at('15:10'), room_id: theory[0].value });
	assert.equal(r.status, 422);
	assert.equal((await post(`${home}/rooms`, { part: '1', starts_at: at('08:30'), ends_at: at('10:30'),
		room_id: theory.map((t) => t.value) })).status, 303);
	for (const [from, to] of [['13:30', '15:10'], ['15:20', '17:00']])
		assert.equal((await post(`${home}/rooms`, { part: '2', starts_at: at(from), ends_at: at(to),
			room_id: skill[0].value })).status, 303);
	assert.deepEqual((await bad(clerk, id)).filter((rule) => ['dates', 'rooms'].includes(rule)), []);
	assert.ok((await bad(clerk, id)).includes('proctors'));

	page = await clerk.page(home);
	const { sittings } = await clerk.json(home), people = boxes(page, 'staff_id');
	const of = (word) => people.filter((p) => p.label.includes(word)).map((p) => p.value);
	let next = 0;
	for (const room of sittings[0].rooms)
		assert.equal((await post(`${home}/staff`, { batch_room_id: room.id, duty: 'proctor',
			staff_id: of('监考').slice(next, next += 2) })).status, 303);
	assert.equal((await post(`${home}/staff`, { batch_room_id: sittings[0].rooms[0].id, duty: 'supervisor',
		staff_id: of('督导')[0] })).status, 303);
	r = await post(`${home}/staff`, { batch_room_id: sittings[0].rooms[0].id, duty: 'supervisor', staff_id: of('督导')[0] });
	assert.equal(r.status, 422);
	assert.match(await r.text(), /已安排在这一场次/);
	// Whoever has no card for this occupation is named, and taken off again.
	const group = [];
	for (const candidate of of('考评')) {
		const room = sittings[1].rooms[0].id;
		assert.equal((await post(`${home}/staff`, { batch_room_id: room, duty: group.length ? 'examiner' : 'leader',
			staff_id: candidate })).status, 303);
		if (!(await bad(clerk, id)).some((rule) => ['cards', 'rotation'].includes(rule))) {
			group.push(candidate);
			if (group.length === 3)
				break;
			continue;
		}
		const row = (await clerk.json(home)).sittings[1].rooms[0].staff.find((s) => s.staff_id === candidate);
		assert.equal((await post(`${home}/staff/${row.id}/remove`, {})).status, 303);
	}
	assert.equal(group.length, 3);
	const second = sittings[1].rooms[1].id;
	await post(`${home}/staff`, { batch_room_id: second, duty: 'leader', staff_id: group[0] });
	await post(`${home}/staff`, { batch_room_id: second, duty: 'examiner', staff_id: group.slice(1) });
	assert.deepEqual((await rules(clerk, id)).filter((f) => !f.ok), []);
	assert.match(await clerk.page(home), /全部符合/);

	const stale = await clerk.page(`${home}/edit`);
	r = await submit(clerk, home, `${home}/flow`, { action: 'submit' });
	assert.equal(r.status, 403);
	r = await submit(manager, home, `${home}/flow`, { action: 'submit' });
	assert.equal(r.status, 303);
	r = await clerk.fetch(home, { method: 'POST', headers: html,
		body: new URLSearchParams({ ...hidden(stale, home), ...await typed(clerk) }) });
	assert.equal(r.status, 409);
	assert.match(await r.text(), /当前为“待审核”/);
	assert.equal((await clerk.json(home)).may_edit, false);
	assert.equal((await submit(city, home, `${home}/flow`, { action: 'return' })).status, 422, 'a reason is missing');
	assert.equal((await submit(city, home, `${home}/flow`, { action: 'acknowledge' })).status, 303);
	assert.equal((await clients.public.json(`/open/${id}`)).batch.state, 'announced');
});

test('two clerks who file and edit at once: one of them is told', async () => {
	const clerk = await as('clerk1'), manager = await as('manager');
	const draft = await first(manager, 'draft');
	const plan = (await list(manager, 'state=draft')).find((b) => b.n_enrolled === 0 && b.first_at > 0) ?? draft;
	const home = `/batches/${plan.id}`;
	const page = await manager.page(home), edit = await clerk.page(`${home}/edit`);
	const send = (client, action, text, values) => client.fetch(action, { method: 'POST', headers: html,
		body: new URLSearchParams({ ...hidden(text, action), ...values }) });
	const [filed, saved] = await Promise.all([send(manager, `${home}/flow`, page, { action: 'submit' }),
		send(clerk, home, edit, { ...await typed(clerk), title: '同时修改' })]);
	const after = await manager.json(home);
	if (filed.status === 303 && saved.status === 303)
		assert.equal(after.batch.title, '同时修改', 'edited, then checked and filed');
	else
		assert.ok([filed.status, saved.status].some((s) => [409, 422].includes(s)));
	assert.equal(after.batch.state === 'filed', filed.status === 303);
});

test("another body's batch does not exist", async () => {
	const province = await as('province'), manager = await as('manager');
	const mine = new Set((await list(manager, '')).map((b) => b.body_id));
	const other = (await list(province, 'region=3702'))[0];
	assert.ok(!mine.has(other.body_id));
	for (const path of ['', '/edit', '/arrangement', '/papers/tickets', '/rooms/1'])
		assert.equal((await manager.fetch(`/batches/${other.id}${path}`, { headers: json })).status, 404, path);
});

// Nobody is seated while somebody waits for an answer: accept who may sit, refuse the others.
async function answerEverybody(clerk, batch) {
	const waiting = `/enrolments?batch_id=${batch.id}&state=submitted`, home = `/batches/${batch.id}`;
	assert.ok((await clerk.json(waiting)).list.rows.length > 0);
	const refused = await clerk.post(`${home}/arrangement`, {});
	assert.equal(refused.status, 409);
	assert.match(JSON.stringify(refused.body), /没有审核/);
	assert.equal((await clerk.post(`${home}/enrolments/accept`, {})).status, 200);
	for (const row of (await clerk.json(waiting)).list.rows)
		assert.equal((await clerk.post(`/enrolments/${row.person_id}/${row.id}/flow`, { action: 'reject', reason: '不符合条件' })).status, 200);
}

test('seats: drawn once, checked again, printed; two clerks at once get one arrangement', async () => {
	const clerk = await as('clerk1'), other = await as('clerk2');
	const batch = await first(clerk, 'closed'), home = `/batches/${batch.id}`, at = `${home}/arrangement`;
	assert.ok(batch);
	assert.equal((await clerk.fetch(`${home}/papers/tickets`, { headers: json })).status, 409);
	await answerEverybody(clerk, batch);
	const [{ n_accepted }, { too_few }] = [(await clerk.json(home)).batch, await clerk.json(at)];
	assert.equal(/少于开考最少人数 20 人/.test(too_few), n_accepted < 20);
	const pages = await Promise.all([clerk.page(at), other.page(at)]);
	const answers = await Promise.all([clerk, other].map((c, i) => c.fetch(at, { method: 'POST', headers: html,
		body: new URLSearchParams({ ...hidden(pages[i], at), seed: '' }) })));
	assert.deepEqual(answers.map((r) => r.status).sort(), [303, 409]);
	const done = await clerk.json(at);
	assert.equal(done.is_arranged, true);
	assert.match(done.seed, /^[0-9a-f]{32}$/);
	assert.equal((await submit(clerk, at, `${at}/verify`, {})).status, 303);
	assert.match(await clerk.page(at), /完全一致/);
	let people = 0;
	for (const room of done.rooms) {
		const plan = await clerk.json(`${home}/rooms/${room.id}`);
		const taken = plan.rows.flatMap((r) => r.seats).filter((s) => !s.is_empty);
		assert.equal(taken.length, room.n);
		assert.equal(plan.rows.flatMap((r) => r.seats).length, room.capacity);
		people += room.part === 1 ? room.n : 0;
		for (const paper of room.n ? ['tickets', 'signin', 'doors', 'seats'] : []) {
			const r = await clerk.fetch(`${home}/papers/${paper}?slot=${room.id}`);
			assert.equal(r.status, 200, paper);
			assert.equal(r.headers.get('content-type'), 'application/pdf');
			assert.match(Buffer.from(await r.arrayBuffer()).subarray(0, 5).toString(), /%PDF-/);
		}
	}
	assert.equal(people, (await clerk.json(home)).batch.n_accepted);
	assert.equal((await clerk.fetch(`${home}/papers/nothing`, { headers: json })).status, 404);
	assert.equal((await clerk.fetch(`${home}/papers/signin?slot=1`, { headers: json })).status, 404);
	// The same seed again gives the same seats; one that is no seed is refused with words.
	assert.equal((await submit(clerk, at, at, { seed: done.seed })).status, 303);
	assert.equal((await clerk.json(at)).digest, done.digest);
	const wrong = await submit(clerk, at, at, { seed: '不是种子' });
	assert.equal(wrong.status, 422);
	assert.match(await wrong.text(), /十六进制/);
});

test("a candidate has his own ticket and nobody else's; a ticket's code is not to be guessed", async () => {
	const [, login] = /(\d{17}[\dX])\s+劳动者/.exec(server.place.accounts), worker = await demoClient(server, login);
	const manager = await as('manager'), arranged = await first(manager, 'arranged');
	const someone = (await manager.json(`/enrolments?batch_id=${arranged.id}`)).list.rows.find((e) => e.ticket_no);
	assert.equal((await worker.fetch(`/my/tickets/${someone.id}`, { headers: json })).status, 404);
	assert.equal((await manager.fetch(`/my/tickets/${someone.id}`, { headers: json })).status, 403);
	const r = await manager.fetch(`/batches/${arranged.id}/papers/tickets?person_id=${someone.person_id}`);
	assert.equal(r.headers.get('content-type'), 'application/pdf');
	const guess = `/ticket/${someone.ticket_no}?p=${someone.person_id}&e=${someone.id}&k=${'0'.repeat(64)}`;
	const page = await clients.public.page(guess, 404);
	assert.match(page, /不是本平台签发/);
	assert.ok(!page.includes(someone.name));
});

test('the board: cities, sittings and the month, within what one may see', async () => {
	const province = await as('province'), city = await as('city');
	const { list: { rows } } = await province.json('/batches?state=testing');
	assert.ok(rows.length > 0);
	const on = rows[0].first_at_text.slice(0, 10);
	const board = await province.json(`/board?on=${on}`);
	assert.equal(board.tiles.length, 16);
	assert.equal(board.tiles.reduce((n, t) => n + t.sittings, 0), board.n_sittings);
	assert.equal(board.tiles.reduce((n, t) => n + t.people, 0), board.people);
	assert.equal(board.sittings.reduce((n, s) => n + s.n, 0), board.people);
	assert.ok(board.sittings.some((s) => s.batch_id === rows[0].id));
	const cell = board.weeks.flatMap((w) => w.days).find((d) => d.is_chosen);
	assert.ok(cell.items.some((i) => i.url === `/batches/${rows[0].id}`));
	const own = await city.json(`/board?on=${on}`);
	assert.equal(own.has_tiles, false);
	for (const s of own.sittings)
		assert.match(s.region, /^3710/);
	assert.equal((await (await as('clerk1')).fetch('/board', { headers: json })).status, 403);
});

test('what waits is on the page of whoever must do it', async () => {
	const groups = async (login) => (await (await as(login)).json('/todo')).groups.map((g) => g.label);
	assert.ok((await groups('province')).includes('待审核的批次计划'));
	assert.ok((await groups('manager')).includes('退回修改的批次计划'));
	assert.ok(!(await groups('manager')).includes('待审核的批次计划'));
});

test('when the rehearsal clock moves, batches whose day has come move with it', async () => {
	const province = await as('province'), system = await as('system');
	const arranged = await list(province, 'state=arranged');
	assert.ok(arranged.length > 0);
	assert.equal((await submit(system, '/admin/clock', '/admin/clock', { days: '40', hours: '0' })).status, 303);
	const after = server.client();
	for (const b of arranged)
		assert.ok(['testing', 'marking'].includes((await after.json(`/open/${b.id}`)).batch.state), b.title);
	assert.equal((await after.json('/open?state=announced')).list.rows.filter((b) =>
		Date.parse(b.enrol_from_on) < Date.now()).length, 0);
});
