// One run through everything, each step by whoever does it, over the faces that people and programs use: an item bank, a
// blueprint, a set of forms sealed and opened by two, an exam that candidates sit under the eyes of their invigilator, scores,
// marks, results in public, and certificates that a stranger verifies.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { demoClient, demoServer } from '../lib/demo.js';
import { sql } from '../lib/luban.js';
import { ended, until } from '../lib/wait.js';
import { signIn } from './support.js';

const json = { accept: 'application/json' }, ITEMS = 40;
const made = {}, people = {};
let server, failed;

before(async () => {
	server = await demoServer();
	for (const login of ['manager', 'clerk1', 'clerk2', 'city', 'proctor1'])
		people[login] = await demoClient(server, login);
	made.batch = sql(server.place, `SELECT id FROM batch WHERE state = 'closed' AND body_id = (SELECT body_id FROM account WHERE login = 'manager') ORDER BY id LIMIT 1`);
});
after(() => server?.stop());

// A step after one that failed has nothing to stand on.
function step(name, run) {
	test(name, async (t) => {
		if (failed)
			return t.skip(`after: ${failed}`);
		failed = name;
		await run();
		failed = undefined;
	});
}

async function post(who, address, values = {}) {
	const client = people[who] ?? who, r = await client.post(address, values);
	assert.equal(r.status, 200, `${typeof who === 'string' ? who : ''} ${address}: ${JSON.stringify(r.body)}`);
	return r.body;
}

const one = (text) => sql(server.place, text).split('|');
// The platform's clock, as the rehearsal moves it, to the second.
const clock = (at) => sql(server.place, `UPDATE platform SET clock_offset_s = ${Math.round(at - Date.now() / 1000)}`);
const batchState = () => one(`SELECT state FROM batch WHERE id = ${made.batch}`)[0];

// Texts that resemble no other: the look for near duplicates is not what is tried here.
const words = (seed, n) => Array.from({ length: n }, (_, k) => String.fromCodePoint(0x4e00 + (seed * 7919 + k * 104729 + seed * k * 31) % 20000)).join('');

step('a bank for the occupation: points, items in a file, each through four eyes', async () => {
	const [occupation, grade] = one(`SELECT occupation_id, grade FROM batch WHERE id = ${made.batch}`);
	made.bank = (await post('clerk1', '/banks/new', { title: '全程测试题库', multiple_rule: 'all', grade, occupation_id: occupation })).location;
	const points = new File(['代码,上级代码,名称,重要程度,比重,题量\nA,,基础,,1000,\nA-1,A,常识,,1000,\nA-1-01,A-1,安全,X,600,\nA-1-02,A-1,服务,Y,400,\n'], '表.csv');
	const table = await people.clerk1.form(`${made.bank}/points/import`, { file: points }, { page: `${made.bank}/points`, headers: json });
	assert.equal(table.status, 200, await table.text());
	const rows = Array.from({ length: ITEMS }, (_, i) => (i % 2 ? `判断题,${words(i, 24)}。,,,,,对,A-1-0${1 + (i >> 1) % 2},0.7`
		: `单选题,${words(i, 20)}（　）。,${[1, 2, 3, 4].map((k) => words(100 * k + i, 6)).join()},A,A-1-0${1 + (i >> 1) % 2},0.6`));
	const file = new File([`题型,题干,选项A,选项B,选项C,选项D,答案,鉴定点,难度\n${rows.join('\n')}\n`], '题.csv');
	const sent = await people.clerk1.form(`${made.bank}/imports`, { file }, { page: `${made.bank}/imports`, headers: json });
	const at = (await sent.json()).location;
	const open = () => until(async () => { const v = await people.clerk1.json(at); return !v.is_open && v; }, at);
	const judged = await open();
	assert.deepEqual(judged.list.rows.filter((r) => r.verdict !== 'good').map((r) => r.verdict_text), []);
	await post('clerk1', `${at}/confirm`);
	await open();
	const ids = sql(server.place, `SELECT id FROM item WHERE bank_id = ${made.bank.split('/').at(-1)} ORDER BY id`).split('\n');
	assert.equal(ids.length, ITEMS);
	for (const id of ids)
		for (const [who, action] of [['clerk1', 'submit'], ['clerk2', 'review'], ['manager', 'approve']]) {
			await people[who].json(`${made.bank}/items/${id}`); // nobody lets pass what he has not opened
			await post(who, `${made.bank}/items/${id}/flow`, { action, reason: '全程测试' });
		}
});

step('a blueprint, two equivalent forms, approved, in custody of two, sealed', async () => {
	made.blueprint = (await post('clerk1', '/blueprints/new', { bank_id: made.bank.split('/').at(-1), title: '全程测试方案' })).location;
	await post('clerk1', `${made.blueprint}/sections`, { items_single: '10', score_single: '6', items_true_false: '10', score_true_false: '4' });
	await post('clerk1', `${made.blueprint}/edit`, { title: '全程测试方案', forms: '2', overlap: '5', apart_centi: '0.5', spread_permille: '50', slack_permille: '50' });
	await post('clerk1', `${made.blueprint}/weights`, { slack: '150' });
	made.set = (await post('clerk1', `${made.blueprint}/assemble`, { title: '全程测试套卷' })).location;
	const view = await until(async () => {
		const v = await people.manager.json(made.set);
		return ['assembled', 'failed'].includes(v.set.state) && v;
	}, 'the forms');
	assert.equal(view.set.state, 'assembled', JSON.stringify({ conflict: view.conflict, lacks: view.lacks }));
	await post('manager', `${made.set}/flow`, { action: 'approve' });
	const { custodian_form: form, set } = await people.manager.json(made.set);
	const clerks = form.fields.find((f) => f.name === 'custodian_one').options.filter((o) => o.label.includes('经办人'));
	const minute = (s) => new Date((s + 8 * 3600) * 1000).toISOString().slice(0, 16);
	await post('manager', `${made.set}/custodians`, { custodian_one: clerks[0].value, custodian_two: clerks[1].value,
		open_from_at: minute(set.created_at - 3600), open_to_at: minute(set.created_at + 30 * 86400) });
	made.codes = {};
	for (const who of ['clerk1', 'clerk2'])
		await post(who, `${made.set}/custody/confirm`, { code: made.codes[who] = (await post(who, `${made.set}/custody`)).code });
	assert.equal((await people.manager.json(made.set)).set.state, 'sealed');
});

step('the batch is arranged, the exam set up on it', async () => {
	const waiting = sql(server.place, `SELECT person_id, id FROM enrolment WHERE batch_id = ${made.batch} AND state = 'submitted'`);
	for (const [person, id] of waiting.split('\n').filter(Boolean).map((l) => l.split('|')))
		await post('clerk1', `/enrolments/${person}/${id}/flow`, { action: 'reject', reason: '报名截止前没有补齐材料' });
	await post('clerk1', `/batches/${made.batch}/arrangement`);
	assert.equal(batchState(), 'arranged');
	const r = await post('clerk1', '/exams', { batch_id: made.batch, title: '', paper_set_id: made.set.split('/').at(-1), duration_seconds: '90', late_seconds: '30',
		stay_seconds: '20', open_seconds: '60', layout: 'all', shuffle: '3', admit_mode: 'each', photo_mode: 'off', seb_mode: 'off' });
	made.exam = r.location;
	[made.room, made.starts] = one(`SELECT batch_room_id, starts_at FROM exam_room WHERE exam_id = ${made.exam.split('/').at(-1)}`);
	await post('clerk1', `${made.exam}/flow`, { action: 'ready' });
	made.sittings = sql(server.place, `SELECT s.id, s.person_id, s.enrolment_id, s.ticket_no, s.seat FROM sitting s WHERE s.exam_id = ${made.exam.split('/').at(-1)} ORDER BY s.seat`)
		.split('\n').map((l) => l.split('|')).map(([id, person, enrolment, ticket_no, seat]) => ({ id, person, enrolment, ticket_no, seat }));
	assert.ok(made.sittings.length > 8, `${made.sittings.length} candidates`);
});

step('two codes open the forms; candidates come in and are admitted', async () => {
	clock(Number(made.starts) - 1200);
	for (const who of ['clerk1', 'clerk2'])
		await post(who, `${made.set}/open`, { code: made.codes[who] });
	assert.equal((await people.manager.json(made.set)).set.state, 'opened');
	await post('clerk1', `/batches/${made.batch}/flow`, { action: 'start' });
	made.away = made.sittings.pop(); // does not come
	for (const s of made.sittings) {
		const page = `/enrolments/${s.person}/${s.enrolment}`;
		const html = await (await people.manager.form(`${page}/reveal`, { purpose: '考前核对证件' }, { page })).text();
		s.idno = /\b\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[\dX]\b/.exec(html)[0];
		s.client = server.client();
		const r = await s.client.form('/exam/sit', { ticket_no: s.ticket_no, idno_tail: s.idno.slice(-6), seat: s.seat, entry_code: '' });
		assert.equal(r.status, 303, (await r.clone().text()).slice(0, 500));
	}
	made.board = `${made.exam}/rooms/${made.room}`;
	await post('proctor1', `${made.board}/run`, { action: 'admit' });
	await post('proctor1', `${made.board}/count`, { which: 'in', heads: made.sittings.length });
	const { seats } = await people.proctor1.json(`${made.board}/state`);
	assert.equal(seats.filter((s) => s.look === 'admitted').length, made.sittings.length);
});

step('all begin in the same moment, answer, and hand in', async () => {
	clock(Number(made.starts) + 60);
	const epoch = Object.fromEntries(sql(server.place, `SELECT id, epoch FROM sitting WHERE exam_id = ${made.exam.split('/').at(-1)}`).split('\n').map((l) => l.split('|')));
	const begun = await Promise.all(made.sittings.map((s) => s.client.post('/exam/sit/begin', { epoch: Number(epoch[s.id]) })));
	assert.deepEqual([...new Set(begun.map((r) => r.body.status))], ['begun']);
	for (const [n, s] of made.sittings.entries()) {
		const { sections } = await s.client.json('/exam/sit/paper');
		const items = sections.flatMap((x) => x.items);
		assert.equal(items.length, 20);
		// every key is A; the first one knows nothing, the others miss one item in ten
		const answers = items.map((item, k) => ({ seq: k + 1, item: item.item, response: n === 0 || k % 10 === n % 10 ? 'B' : 'A', spent: 4000 }));
		const r = await s.client.post('/exam/sit/answer', { epoch: Number(epoch[s.id]), answers });
		assert.deepEqual([...new Set(r.body.saved.map((a) => a.status))], ['saved'], JSON.stringify(r.body));
	}
	const { seats } = await people.proctor1.json(`${made.board}/state`);
	assert.deepEqual([...new Set(seats.filter((s) => s.look === 'running').map((s) => s.done))], [20]);
	clock(Number(made.starts) + 1500);
	for (const s of made.sittings) {
		const r = await s.client.form('/exam/sit/hand-in', { last_seq: '20' }, { page: '/exam/sit/check' });
		assert.equal(r.status, 303, (await r.clone().text()).slice(0, 500));
	}
	const receipt = await people.manager.json(`${made.board}/state`);
	assert.equal(receipt.seats.filter((s) => s.look === 'handed_in').length, made.sittings.length);
});

step('the board balances and the exam ends', async () => {
	await post('proctor1', `${made.board}/count`, { which: 'out', heads: made.sittings.length });
	await post('proctor1', `${made.board}/sittings/${made.away.id}/run`, { action: 'absent', reason: '未到' });
	const { alarms } = await people.proctor1.json(`${made.board}/state`);
	assert.deepEqual(alarms.filter((a) => a.rule !== 'receipt'), []);
	// the clock writes down that it has begun
	await until(async () => (await people.manager.json(made.exam)).exam.state === 'running', 'running');
	await post('manager', `${made.exam}/flow`, { action: 'close' });
	assert.equal((await people.manager.json(made.exam)).exam.state, 'closed');
});

step('it is scored and its marks go to the batch', async () => {
	const { location } = await post('manager', `${made.exam}/scores/compute`);
	await ended(people.manager, location);
	const scores = sql(server.place, `SELECT score_centi FROM sitting WHERE exam_id = ${made.exam.split('/').at(-1)} AND state = 'handed_in' ORDER BY seat`).split('\n').map(Number);
	assert.equal(scores[0], 0, 'who knew nothing');
	assert.ok(scores.slice(1).every((s) => s === 9000), scores.join());
	await post('manager', `${made.exam}/scores/publish`);
});

step('three examiners mark the skills, the results are frozen', async () => {
	const [last] = one(`SELECT last_at FROM batch WHERE id = ${made.batch}`);
	clock(Number(last) + 3600);
	await post('clerk1', `/batches/${made.batch}/flow`, { action: 'finish' });
	const duties = sql(server.place, `SELECT DISTINCT a.login FROM batch_staff t JOIN staff s ON s.id = t.staff_id JOIN account a ON a.id = s.account_id
		WHERE t.batch_id = ${made.batch} AND t.part = 2`).split('\n');
	for (const login of duties) {
		const once = /一次性密码 ?(\S+)/.exec(await server.place.must('user', 'reset', login))[1], examiner = server.client();
		await signIn(examiner, { login, password: once });
		for (const slot of (await examiner.json('/marking')).slots.filter((s) => s.batch_id === made.batch && s.n_all)) {
			const at = `/marking/${slot.batch_room_id}`, { seats } = await examiner.json(at);
			const r = await post(examiner, at, Object.fromEntries(seats.map((s) => [`score_${s.enrolment_id}`, '80'])));
			assert.ok(r);
			await post(examiner, `${at}/sign`, { agreed: '1' });
		}
	}
	await post('clerk1', `/batches/${made.batch}/results/compile`);
	await post('manager', `/batches/${made.batch}/results/freeze`);
	assert.equal(batchState(), 'publicity');
	const notice = await server.client().page(`/results/public/${made.batch}`);
	assert.match(notice, /缺考/);
});

step('after the notice they are confirmed, certificates issued, and one is verified by a stranger', async () => {
	clock(Date.now() / 1000 + Number(one('SELECT clock_offset_s FROM platform')[0]) + 21 * 86400);
	await post('city', `/batches/${made.batch}/results/confirm`);
	await post('manager', `/batches/${made.batch}/certificates`);
	assert.equal(batchState(), 'certified');
	const got = sql(server.place, `SELECT person_id, number FROM certificate WHERE batch_id = ${made.batch}`).split('\n').map((l) => l.split('|'));
	assert.deepEqual(got.map(([person]) => person).sort(), made.sittings.slice(1).map((s) => s.person).sort(), 'who passed, and nobody else');
	const [name] = one(`SELECT name FROM sitting WHERE id = ${made.sittings[1].id}`), number = got.find(([p]) => p === made.sittings[1].person)[1];
	const { answer } = await server.client().json(`/verify?${new URLSearchParams({ number, name })}`);
	assert.equal(answer.outcome, 'valid');
	const checked = await server.place.luban('check');
	assert.equal(checked.status, 0, checked.stdout + checked.stderr);
});
