// An exam over HTTP: set-up by the body, a candidate who sits it by forms and by JSON, Safe Exam Browser, the receipt and the
// command that verifies it; each on SQLite and on PostgreSQL.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beginRoom, demoClient, demoRoom, demoServer } from '../lib/demo.js';
import { sql } from '../lib/luban.js';
import { configKey, readPlist, requestHash } from '../lib/seb.js';

let server, manager, clerk, here, candidates, exam, rowOf;

before(async () => {
	server = await demoServer();
	manager = await demoClient(server, 'manager');
	clerk = await demoClient(server, 'clerk1');
	here = demoRoom(server);
	({ candidates, exam, rowOf } = here);
});
after(() => server?.stop());

const place = (c) => `${here.address}/sittings/${rowOf(c, 'id')}`;
const ok = async (r, status = 303) => assert.equal(r.status, status, (await r.clone().text()).slice(0, 1500));

test('an exam is found, shown and set up', async () => {
	const { list } = await clerk.json('/exams');
	assert.ok(list.rows.some((e) => e.id === exam && e.state_label === '考试中'));
	assert.ok(list.rows.some((e) => e.state === 'closed' || e.state === 'scored'));
	const ready = list.rows.find((e) => e.state === 'ready');
	const page = await clerk.page(`/exams/${ready.id}`);
	assert.match(page, /待开考/);
	const values = { title: '改过的名称', paper_set_id: '', duration_seconds: '60', late_seconds: '15', stay_seconds: '20', open_seconds: '30',
		layout: 'all', shuffle: '3', admit_mode: 'code', photo_mode: 'off', seb_mode: 'off' };
	let r = await clerk.form(`/exams/${ready.id}/edit`, values);
	assert.equal(r.status, 422, 'an exam that is ready keeps its paper');
	values.paper_set_id = sql(server.place, `SELECT paper_set_id FROM exam WHERE id = ${ready.id}`);
	r = await clerk.form(`/exams/${ready.id}/edit`, values);
	await ok(r);
	const { exam: e } = await clerk.json(`/exams/${ready.id}`);
	assert.equal(e.title, '改过的名称');
	assert.equal(e.duration_seconds, 3600);
	assert.equal(e.layout, 'all');
	const [r1] = (await clerk.json(`/exams/${ready.id}`)).rooms;
	await ok(await clerk.form(`/exams/${ready.id}/rooms/${r1.id}/code`, { entry_code: '鲁7' }, { page: `/exams/${ready.id}` }));
	assert.equal((await clerk.json(`/exams/${ready.id}`)).rooms[0].entry_code, '鲁7');
	await ok(await clerk.form(`/exams/${ready.id}/seat`, {}, { page: `/exams/${ready.id}` }));
	await ok(await manager.form(`/exams/${ready.id}/flow`, { action: 'unready', reason: '改时间' }, { page: `/exams/${ready.id}` }));
	await ok(await manager.form(`/exams/${ready.id}/flow`, { action: 'ready' }, { page: `/exams/${ready.id}` }));
	r = await clerk.form(`/exams/${exam}/edit`, { ...values, title: 'x' }, { page: '/exams/new' });
	assert.equal(r.status, 409, 'one that runs is not changed any more');
	const city = await demoClient(server, 'city');
	assert.equal((await city.fetch(`/exams/${exam}/edit`)).status, 403);
	assert.match(await city.page(`/exams/${exam}`), /考室/);
});

test('a candidate sits it by forms, saves by JSON, hands in twice, and is given one receipt', async () => {
	const [c] = candidates, me = server.client();
	await ok(await me.form('/exam/sit', { ...c, seat: '29' }), 403);
	await ok(await me.form('/exam/sit', c));
	assert.match(await me.page('/exam/sit/wait'), /请在座位上等候监考员/);
	await ok(await me.form('/exam/sit/start', {}, { page: '/exam/sit/wait' }), 409);
	await ok(await manager.form(`${place(c)}/run`, { action: 'admit' }, { page: place(c) }));
	await ok(await me.form('/exam/sit/start', {}, { page: '/exam/sit/wait' }), 409); // too early
	beginRoom(server, here);
	await ok(await me.form('/exam/sit/start', {}, { page: '/exam/sit/wait' }));
	const view = await me.json('/exam/sit/paper');
	const items = view.sections.flatMap((s) => s.items);
	assert.equal(items.length, view.n_items);
	assert.doesNotMatch(JSON.stringify(view), /"key"|variants|tolerance|explanation/, 'nothing of a key');
	const single = items.find((i) => i.kind === 'single');
	const answer = (epoch, answers) => me.post('/exam/sit/answer', { epoch, answers });
	let r = await answer(view.sitting.epoch, [{ seq: 1, item: single.item, response: 'B', spent: 5 }]);
	assert.equal(r.body.saved[0].status, 'saved');
	// an older save that was overtaken comes late: the newer one counts
	r = await answer(view.sitting.epoch, [{ seq: 3, item: single.item, response: 'C' }]);
	r = await answer(view.sitting.epoch, [{ seq: 2, item: single.item, response: 'A' }]);
	assert.equal(r.body.saved[0].status, 'saved');
	assert.equal((await me.json('/exam/sit/paper')).answers.find((a) => a.item === single.item).response, 'C');
	// forms and JSON live together
	const line = items.find((i) => i.kind === 'text');
	await ok(await me.form('/exam/sit/answers', { items: String(line.item), [line.name]: '海姆立克', to: 'check' }, { page: '/exam/sit/paper' }));
	// another page takes it over: the first one is told
	const other = server.client();
	await ok(await other.form('/exam/sit', c));
	r = await answer(view.sitting.epoch, [{ seq: 9, item: single.item, response: 'D' }]);
	assert.equal(r.body.status, 'elsewhere');
	await ok(await me.form('/exam/sit/hand-in', {}, { page: '/exam/sit/elsewhere' }), 409);
	const unsent = await other.form('/exam/sit/hand-in', { last_seq: '99' }, { page: '/exam/sit/check' });
	assert.equal(unsent.status, 409);
	assert.match(await unsent.text(), /没有送达/);
	const csrf = await other.token('/exam/sit/check');
	const two = await Promise.all([1, 2].map(() => other.fetch('/exam/sit/hand-in', { method: 'POST', headers: { accept: 'text/html' },
		body: new URLSearchParams({ csrf }) })));
	for (const one of two)
		await ok(one);
	assert.equal(rowOf(c, 'state'), 'handed_in');
	assert.equal(rowOf(c, 'n_answered'), '2');
	r = await other.post('/exam/sit/answer', { epoch: view.sitting.epoch + 1, answers: [{ seq: 50, item: single.item, response: 'A' }] });
	assert.equal(r.body.saved[0].status, 'not_running');

	const file = path.join(server.place.dir, 'receipt.txt'), receipt = await (await other.fetch('/exam/sit/receipt/file')).text();
	assert.match(receipt, /^luban_receipt:1:1\n/);
	writeFileSync(file, receipt);
	const verify = (...args) => server.place.luban('receipt', 'verify', file, ...args);
	let said = await verify();
	assert.equal(said.status, 0, said.stdout + said.stderr);
	assert.match(said.stdout, /成立：签名有效/);
	said = await verify('--answers');
	assert.equal(said.status, 0, said.stdout);
	assert.match(said.stdout, /数据库中的 2 题作答与回执相同/);
	// without a database
	const keys = path.join(server.place.dir, 'keys.txt');
	writeFileSync(keys, await server.place.must('receipt', 'keys'));
	assert.equal((await verify('--keys', keys, '--database', 'sqlite:/nonexistent/x.db')).status, 0);
	// somebody changes an answer behind the program's back
	sql(server.place, `UPDATE answer SET response = 'D' WHERE sitting_id = ${rowOf(c, 'id')} AND seq = 3`);
	said = await verify('--answers');
	assert.equal(said.status, 1);
	assert.match(said.stdout, new RegExp(`第 ${single.item} 题：数据库中的作答与回执不同`));
	writeFileSync(file, receipt.replace('n_answered:1:2', 'n_answered:1:9'));
	said = await verify();
	assert.equal(said.status, 1);
	assert.match(said.stdout, /不成立：签名与内容不符/);
	const code = rowOf(c, 'receipt_code');
	assert.match(await server.client().page(`/exam/receipts/${code}`), /回执签名有效/);
	await server.client().page('/exam/receipts/AAAAAAAAAAAAAAAA', 404);
	// a rare character is four bytes and one character
	sql(server.place, `UPDATE sitting SET name = '𠮷某' WHERE receipt_code = '${code}'`);
	assert.match(await server.client().page(`/exam/receipts/${code}`), /𠮷\*\*/);
});

// What Moodle 4 makes of these settings (mod/quiz/accessrule/seb, its test of quiz settings): keys of a second implementation.
test('the Config Key of a file is what other implementations make of it', async () => {
	const moodle = { showTaskBar: true, allowWlan: false, showReloadButton: true, showTime: false, showInputLanguage: true, allowQuit: true,
		quitURLConfirm: true, audioControlEnabled: true, audioMute: false, allowSpellCheck: false, browserWindowAllowReload: true,
		URLFilterEnable: true, URLFilterEnableContentFilter: false, examSessionClearCookiesOnStart: false, allowPreferencesWindow: false,
		hashedQuitPassword: createHash('sha256').update('test').digest('hex'), sendBrowserExamKey: true, browserWindowWebView: 3,
		URLFilterRules: [{ action: 1, active: true, expression: 'test.com', regex: false }],
		startURL: 'https://www.example.com/moodle/mod/quiz/view.php?id=1' };
	assert.equal(configKey({ ...moodle, originatorVersion: 'any' }), '65ff7a3b8aec80e58fbe2e7968826c33cbf0ac444a748055ebe665829cbf4201');
	assert.equal(configKey({ ...moodle, URLFilterEnableContentFilter: true }), 'd975b8a2ec4472495a8be7c64d7c8cc960dbb62472d5e88a8847ac0e5d77e533');
	const page = await clerk.page(`/exams/${exam}/seb`), file = await clerk.fetch(`/exams/${exam}/seb/file`);
	assert.match(file.headers.get('content-type'), /^application\/seb/);
	const settings = readPlist(await file.text());
	assert.equal(configKey(settings), /配置密钥<\/dt><dd class="num">([0-9a-f]{64})</.exec(page)[1]);
	assert.equal(settings.startURL, `${server.url}/exam/sit`);
	assert.equal(settings.URLFilterRules[0].expression, `${new URL(server.url).host}/*`);
	assert.equal(settings.sendBrowserExamKey, true);
});

test('Safe Exam Browser is asked for, shown by header or by script, or waived with a reason', async () => {
	const [, c, d] = candidates;
	sql(server.place, `UPDATE exam SET seb_mode = 'required' WHERE id = ${exam}`);
	const page = await clerk.page(`/exams/${exam}/seb`);
	const key = /配置密钥<\/dt><dd class="num">([0-9a-f]{64})</.exec(page)[1];
	const plist = await (await clerk.fetch(`/exams/${exam}/seb/file`)).text();
	assert.match(plist, /<key>startURL<\/key><string>http:\/\/127\.0\.0\.1:\d+\/exam\/sit<\/string>/);
	const hash = (url) => requestHash(server.url + url, key);
	const shown = (url) => ({ 'X-SafeExamBrowser-ConfigKeyHash': hash(url) });

	const one = server.client();
	await ok(await one.form('/exam/sit', c));
	await ok(await manager.form(`${place(c)}/run`, { action: 'admit' }, { page: place(c) }));
	await ok(await one.form('/exam/sit/start', {}, { page: '/exam/sit/wait' }), 403);
	await ok(await one.form('/exam/sit/start', {}, { page: '/exam/sit/wait', headers: shown('/exam/sit/paper') }), 403);
	await ok(await one.form('/exam/sit/start', {}, { page: '/exam/sit/wait', headers: shown('/exam/sit/start') }));
	assert.equal((await one.fetch('/exam/sit/paper', { headers: { accept: 'text/html' } })).headers.get('location'), '/exam/sit/seb');
	assert.equal((await one.fetch('/exam/sit/paper', { headers: { accept: 'text/html', ...shown('/exam/sit/paper') } })).status, 200);
	// by script, once for the page
	const csrf = await one.token('/exam/sit'), url = `${server.url}/exam/sit/seb`;
	let r = await one.post('/exam/sit/seb', { url, hash: '0'.repeat(64) }, { 'x-csrf-token': csrf });
	assert.equal(r.status, 403);
	r = await one.post('/exam/sit/seb', { url: 'http://evil.test/', hash: hash('/exam/sit/seb') }, { 'x-csrf-token': csrf });
	assert.equal(r.status, 403);
	r = await one.post('/exam/sit/seb', { url, hash: hash('/exam/sit/seb') }, { 'x-csrf-token': csrf });
	assert.equal(r.status, 200);
	assert.equal((await one.fetch('/exam/sit/paper', { headers: { accept: 'text/html' } })).status, 200);

	const two = server.client();
	await ok(await two.form('/exam/sit', d));
	await ok(await manager.form(`${place(d)}/run`, { action: 'admit' }, { page: place(d) }));
	await ok(await two.form('/exam/sit/start', {}, { page: '/exam/sit/wait' }), 403);
	await ok(await manager.form(`${place(d)}/waive`, { waive_reason: '考试机不能安装' }, { page: place(d) }));
	await ok(await two.form('/exam/sit/start', {}, { page: '/exam/sit/wait' }));
	assert.equal(rowOf(d, 'seb_waiver'), '考试机不能安装');
});

test('the administrator ends the exam while a candidate is on the hand-in page', async () => {
	const [, , d] = candidates, me = server.client();
	await ok(await me.form('/exam/sit', d));
	assert.match(await me.page('/exam/sit/check'), /题没有作答/);
	const csrf = await me.token('/exam/sit/check');
	await ok(await manager.form(`/exams/${exam}/flow`, { action: 'end', reason: '考点停电' }, { page: `/exams/${exam}` }));
	assert.equal(rowOf(d, 'state'), 'forced');
	const r = await me.fetch('/exam/sit/hand-in', { method: 'POST', body: new URLSearchParams({ csrf }), headers: { accept: 'text/html' } });
	await ok(r);
	assert.equal(r.headers.get('location'), '/exam/sit/receipt');
	assert.match(await me.page('/exam/sit/receipt'), /考点停电/);
	assert.equal(sql(server.place, `SELECT COUNT(*) FROM sitting WHERE exam_id = ${exam} AND state IN ('running', 'paused', 'waiting', 'admitted')`), '0');
});
