// Cases of revocation, employers and recalls over HTTP: who may see and do what, refusals in words, papers, and
// the clock that ends terms.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { demoClient, demoClients, demoServer, demoWorker } from '../lib/demo.js';
import { sql } from '../lib/luban.js';
import { until as reached } from '../lib/wait.js';

let server, clerk, manager, city, head, upper, stranger, holder, system, certificates;
const at = (c) => `/certificates/${c.person_id}/${c.id}`;

const demo = (login) => demoClient(server, login);

before(async () => {
	server = await demoServer({ second: false });
	[clerk, manager, city, head, upper, holder] = await demoClients(server, 'clerk1', 'manager', 'city', 'city-head', 'province-head', demoWorker);
	stranger = server.client();
	certificates = (await clerk.json('/certificates?state=valid')).list.rows;
});
after(() => server.stop());

const ask = async (c) => (await stranger.json(`/verify?number=${c.number}&name=${encodeURIComponent(c.name)}`)).answer;

const until = (client, where, is) => reached(async () => {
	const view = await client.json(where);
	return is(view) && view;
}, `${where}: ${is}`);

// So many days later, when the clock has done its work: it comes to that.
async function days(n, ...what) {
	system ??= await demo('system'); // a code counts once
	assert.equal((await system.post('/admin/clock', { days: n })).status, 200);
	return server.place.withWorker(() => until(...what));
}

test('a case is opened by the authority, with a kind of reason and facts', async () => {
	const [c] = certificates;
	for (const [client, status] of [[clerk, 403], [manager, 403], [stranger, 401]])
		assert.equal((await client.post(`${at(c)}/revoke`, { reason_kind: 'cheating', reason: '夹带资料作弊' })).status, status);
	const r = await city.post(`${at(c)}/revoke`, { reason_kind: 'whim', reason: '短' });
	assert.equal(r.status, 422);
	assert.deepEqual(r.body.fields.map((f) => f.field).sort(), ['reason', 'reason_kind']);
	const opened = await city.post(`${at(c)}/revoke`, { reason_kind: 'cheating', reason: '监控显示夹带资料' });
	assert.equal(opened.status, 200);
	const kase = opened.body.location;
	assert.match(kase, /^\/revocations\/\d+\/\d+$/);
	assert.equal((await city.post(`${at(c)}/revoke`, { reason_kind: 'cheating', reason: '监控显示夹带资料' })).status, 409);
	// The body reads it and does nothing.
	assert.equal((await clerk.json(kase)).case.state, 'opened');
	assert.equal((await clerk.post(`${kase}/notice`, { text: '经查，拟撤销该证书。', means: 'electronic' })).status, 403);
	assert.equal((await ask(c)).outcome, 'valid', 'a case alone says nothing to strangers');
	assert.equal((await city.fetch(`${kase}/notice.pdf`, { headers: { accept: 'application/json' } })).status, 404, 'not yet');
	assert.equal((await head.post(`${kase}/decide`, { text: '决定撤销，理由是事实清楚。' })).status, 409, 'not before notice');
});

test('the body that issued it gives its opinion while the term runs, by its manager', async () => {
	const c = certificates[3];
	const kase = (await city.post(`${at(c)}/revoke`, { reason_kind: 'lenient', reason: '评分表事后补填' })).body.location;
	const opinion = { opinion_kind: 'disagree', text: '考场录像完整，评分表系当场填写。' };
	assert.equal((await manager.post(`${kase}/opinion`, opinion)).status, 409, 'before the notice');
	assert.equal((await city.post(`${kase}/notice`, { text: '经查，评分表事后补填，拟撤销该证书。', means: 'mail' })).status, 200);
	for (const [client, status] of [[clerk, 403], [city, 403], [head, 403], [stranger, 401]])
		assert.equal((await client.post(`${kase}/opinion`, opinion)).status, status);
	assert.equal((await manager.post(`${kase}/opinion`, { ...opinion, opinion_kind: 'maybe' })).status, 422);
	assert.equal((await manager.json(kase)).may_opine, true);
	const file = new File(['%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n'], '录像目录.pdf', { type: 'application/pdf' });
	assert.equal((await manager.form(`${kase}/opinion`, { ...opinion, file }, { page: kase })).status, 303);
	assert.equal((await manager.post(`${kase}/opinion`, { ...opinion, text: '考评员愿意作证。' })).status, 200);
	const seen = (await city.json(kase)).case;
	assert.equal(seen.opinion_label, '不同意撤销');
	assert.match(seen.opinion, /录像完整[^]*作证/);
	assert.ok(seen.has_opinion_file);
	assert.equal((await city.fetch(`${kase}/opinion`)).headers.get('content-type'), 'application/pdf');
	assert.match(await city.page(kase), /发证机构意见/);
	assert.equal((await city.json(kase)).may_opine, false);
	await days(21, city, kase, (v) => v.case.state === 'heard');
	assert.equal((await manager.post(`${kase}/opinion`, opinion)).status, 409, 'the term is over');
	assert.equal((await head.post(`${kase}/flow`, { action: 'drop', reason: '机构意见属实' })).status, 200);
});

test('a holder asks for a correction and a reissue himself, and learns what became of it', async () => {
	const [own] = (await holder.json('/my/certificates')).certificates.filter((c) => c.state === 'valid');
	const mine = `/my/certificates/${own.id}`, his = `/certificates/${own.person_id}/${own.id}`;
	const view = await holder.json(mine);
	assert.ok(view.may_correct && view.may_reissue);
	assert.equal((await holder.post(`${mine}/correct`, { field: 'grade', value: '1', reason: '应为一级' })).status, 422);
	assert.equal((await holder.fetch(his, { headers: { accept: 'application/json' } })).status, 403);
	assert.equal((await holder.post(`/my/certificates/${certificates[0].id}/reissue`, { reason: '遗失' })).status, 404, 'another’s');
	const file = new File(['%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n'], '身份证.pdf', { type: 'application/pdf' });
	const asked = await holder.form(`${mine}/correct`, { field: 'name', value: '王更正', reason: '户籍更名', file }, { page: mine });
	assert.equal(asked.status, 303);
	const change = asked.headers.get('location');
	assert.ok(change.startsWith(`${mine}/changes/`));
	const waits = await holder.json(change);
	assert.equal(waits.change.state, 'requested');
	assert.deepEqual(waits.flow.actions.map((a) => a.action), ['take_back']);
	assert.equal((await holder.fetch(`${change}/file`)).headers.get('content-type'), 'application/pdf');
	assert.equal((await holder.post(`${change}/flow`, { action: 'approve' })).status, 403);
	assert.equal((await holder.json(mine)).may_correct, false, 'one waits');
	// The body's manager finds it among what waits, and refuses.
	const seen = `${his}/changes/${change.split('/').at(-1)}`;
	assert.equal((await manager.json(seen)).change.is_holders, true);
	const todo = JSON.stringify(await manager.json('/todo'));
	assert.ok(todo.includes(seen) && todo.includes('本人申请'));
	assert.equal((await manager.post(`${seen}/flow`, { action: 'refuse', reason: '请补交户口簿更名页' })).status, 200);
	const news = (await holder.json('/my/certificates')).requests.filter((r) => r.is_new);
	assert.deepEqual(news.map((r) => [r.url, r.state, r.decision]), [[change, 'refused', '请补交户口簿更名页']]);
	assert.match(await holder.page('/career'), /请补交户口簿更名页/);
	assert.match(await holder.page(change), /请补交户口簿更名页[^]*不予办理/);
	assert.ok(!(await holder.json('/my/certificates')).requests.some((r) => r.is_new), 'seen');
	assert.match(await holder.page('/my/matters'), /请补交户口簿更名页/);
	const second = await holder.post(`${mine}/reissue`, { reason: '原件水浸损坏' });
	assert.equal(second.status, 200);
	assert.equal((await holder.post(`${mine}/reissue`, { reason: '再来一次' })).status, 409);
	const office = await demo('county');
	assert.equal((await office.post(`${his}/changes/${second.body.location.split('/').at(-1)}/flow`, { action: 'approve' })).status, 200);
	assert.match(await holder.page(second.body.location), /编号不变/);
	const third = (await holder.post(`${mine}/correct`, { field: 'name', value: '王更正', reason: '户籍更名' })).body.location;
	assert.equal((await holder.post(`${third}/flow`, { action: 'take_back' })).status, 200);
	assert.equal((await holder.json(third)).change.state, 'withdrawn');
});

test('notice, silence, decision by another, service, silence: only then revoked', async () => {
	const c = certificates[1];
	const kase = (await city.post(`${at(c)}/revoke`, { reason_kind: 'false_material', reason: '年限证明系伪造' })).body.location;
	assert.equal((await city.post(`${kase}/notice`, { text: '太短', means: 'electronic' })).status, 422);
	assert.equal((await city.post(`${kase}/notice`, { text: '经查，年限证明系伪造，拟撤销该证书。', means: 'mail' })).status, 200);
	const noticed = (await city.json(kase)).case;
	assert.match(noticed.notice_no, /^证撤告〔\d{4}〕3710-\d{6}号$/);
	const paper = await city.fetch(`${kase}/notice.pdf`);
	const bytes = Buffer.from(await paper.arrayBuffer());
	assert.equal(bytes.toString('latin1', 0, 5), '%PDF-');
	const again = Buffer.from(await (await city.fetch(`${kase}/notice.pdf`)).arrayBuffer());
	assert.ok(bytes.equals(again), 'the same paper each time');
	const early = await city.post(`${kase}/flow`, { action: 'record', reason: '没有来' });
	assert.equal(early.status, 409);
	assert.match(early.body.detail, /期满后/);
	await days(21, city, kase, (v) => v.case.state === 'heard');
	assert.equal((await city.post(`${kase}/decide`, { text: '决定撤销该证书，事实清楚。' })).status, 403);
	assert.equal((await head.post(`${kase}/decide`, { text: '决定撤销该证书，事实清楚。' })).status, 200);
	assert.equal((await city.post(`${kase}/serve`, { means: 'pigeon' })).status, 422);
	assert.equal((await city.post(`${kase}/serve`, { means: 'direct' })).status, 200);
	assert.equal((await ask(c)).outcome, 'valid', 'decided is not final');
	await days(40, city, kase, (v) => v.case.state === 'final');
	const answer = await ask(c);
	assert.equal(answer.outcome, 'revoked');
	assert.match(answer.certificates[0].state_reason, /提供虚假申报材料（证撤决/);
	assert.ok(!JSON.stringify(answer).includes('伪造'), 'the facts are nobody’s business');
});

test('what was decided is the holder’s from its service on, and not before', async () => {
	const worker = await demo(demoWorker);
	const [{ person_id: person }] = (await worker.json('/my/certificates')).certificates;
	const [{ id }] = (await worker.json('/my/matters')).cases.filter((v) => !v.served_at);
	const kase = `/revocations/${person}/${id}`, mine = `/my/matters/${id}`;
	const pdf = async (name) => (await worker.fetch(`${mine}/${name}.pdf`, { headers: { accept: 'application/json' } })).status;
	await until(city, kase, (v) => v.case.state === 'heard');
	assert.equal((await head.post(`${kase}/decide`, { text: '决定撤销该证书，事实清楚。' })).status, 200);
	const listed = async () => (await worker.json('/my/matters')).cases.find((v) => v.id === id);
	const shown = await worker.json(mine);
	assert.equal(shown.case.state, 'heard');
	assert.equal(shown.flow.state, 'heard');
	assert.equal((await listed()).state, 'heard');
	assert.doesNotMatch(JSON.stringify([shown, await listed()]), /决定撤销|证撤决|"decided"/);
	assert.equal(await pdf('decision'), 404);
	assert.equal((await city.post(`${kase}/serve`, { means: 'direct' })).status, 200);
	assert.match((await worker.json(mine)).case.decision_text, /事实清楚/);
	assert.equal((await listed()).state, 'served');
	assert.equal(await pdf('decision'), 200);
});

test('an employer watches with number and name, for a purpose; and learns of changes', async () => {
	const c = certificates[2];
	assert.equal((await city.post('/follows', { number: c.number, name: c.name, purpose: 'post' })).status, 403);
	assert.equal((await clerk.post('/follows', { number: c.number, name: '某某', purpose: 'post' })).status, 404);
	assert.equal((await clerk.post('/follows', { number: c.number, name: c.name, purpose: 'gossip' })).status, 422);
	assert.equal((await clerk.post('/follows', { number: c.number, name: c.name, purpose: 'post' })).status, 200);
	assert.equal((await head.post(`${at(c)}/flow`, { action: 'suspend', reason: '核查' })).status, 200);
	const { list } = await clerk.json('/follows?only_new=1');
	const row = list.rows.find((f) => f.number === c.number);
	assert.equal(row.change_label, '已暂停使用');
	assert.equal(row.certificate_state, 'suspended');
	const foreign = await clerk.post(`/follows/${row.person}/${BigInt(row.id) + 1n}/seen`, {});
	assert.equal(foreign.status, 404);
	assert.equal((await clerk.post(`/follows/${row.person}/${row.id}/seen`, {})).status, 200);
	assert.ok(!(await clerk.json('/follows?only_new=1')).list.rows.some((f) => f.id === row.id));
	// A suspension that nobody else confirms ends by itself.
	await days(21, head, at(c), (v) => v.certificate.state === 'valid');
	assert.equal((await clerk.post(`/follows/${row.person}/${row.id}/end`, {})).status, 200);
	const ended = (await clerk.json('/follows')).list.rows.find((f) => f.id === row.id);
	assert.equal(ended.certificate_label, '—', 'nothing is shown any more');
});

test('a recall: list, sheet, exceptions, another approves, decisions, service, the end', async () => {
	// not where cases of their own are under way
	const used = certificates.slice(0, 4).map((c) => c.batch_id), [{ id: one }] = certificates;
	const [id] = sql(server.place, `SELECT batch_id FROM certificate WHERE state = 'valid' AND body_id = (SELECT body_id FROM certificate WHERE id = ${one})
		AND batch_id <> 0 AND batch_id NOT IN (${used}) GROUP BY batch_id HAVING COUNT(*) BETWEEN 4 AND 20 ORDER BY batch_id DESC`).split('\n');
	const { batch } = await clerk.json(`/batches/${id}`);
	const values = { title: '走过场', pick_kind: 'batch', picked: batch.batch_no, reason_kind: 'lenient', reason: '评分表事后补填' };
	assert.equal((await clerk.post('/recalls', values)).status, 403);
	const wrong = await city.post('/recalls', { ...values, picked: '没有的批次' });
	assert.equal(wrong.status, 422);
	assert.equal(wrong.body.fields[0].field, 'picked');
	const recall = (await city.post('/recalls', values)).body.location;
	await until(city, recall, (v) => v.recall.state === 'listed');
	assert.equal((await clerk.fetch(recall, { headers: { accept: 'application/json' } })).status, 403);
	const { list } = await city.json(`${recall}/people`);
	assert.ok(list.rows.length > 2);
	const sheet = await city.fetch(`${recall}/people?export=xlsx`);
	assert.match(sheet.headers.get('content-type'), /spreadsheetml/);
	const [first] = list.rows, item = `${recall}/people/${first.person}/${first.id}`;
	assert.equal((await city.post(`${item}/out`, {})).status, 422);
	assert.equal((await city.post(`${item}/out`, { reason: '监控完整' })).status, 200);
	assert.equal((await city.post(`${item}/out`, { reason: '监控完整' })).status, 409);
	assert.deepEqual((await city.json(`${recall}/exceptions`)).list.rows.map((e) => [e.action_label, e.reason.split('：')[1]]), [['不予列入', '监控完整']]);
	const course = await city.json(recall);
	assert.ok(!course.flow.events.some((e) => e.action === 'take_out') && course.n_exceptions === 1, 'apart from the course');
	assert.equal((await city.post(`${recall}/flow`, { action: 'freeze', reason: '核对完毕' })).status, 200);
	assert.match((await city.json(recall)).recall.list_digest, /^[0-9a-f]{64}$/);
	assert.equal((await city.post(`${recall}/flow`, { action: 'approve', reason: '同意' })).status, 403);
	assert.equal((await upper.post(`${recall}/flow`, { action: 'approve', reason: '同意' })).status, 200);
	const running = await until(city, recall, (v) => v.recall.state === 'running');
	assert.equal(running.cases[0].code, 'noticed');
	const waiting = (await city.json(`${recall}/people?case_state=noticed`)).list.rows;
	assert.equal(waiting.length, Math.min(list.rows.length - 1, 20));
	assert.equal((await head.post(`${recall}/decide`, { text: '决定撤销该证书，事实清楚。' })).status, 409, 'the term runs');
	await days(21, city, recall, (v) => v.silent > 0 && v.cases.every((s) => s.code !== 'noticed'));
	assert.equal((await head.post(`${recall}/decide`, { text: '决定撤销该证书，事实清楚。' })).status, 200);
	await until(city, recall, (v) => v.recall.state === 'running');
	assert.equal((await city.post(`${recall}/go-on`, {})).status, 409, 'nothing to go on with');
	assert.equal((await city.post(`${recall}/flow`, { action: 'serve' })).status, 200);
	await until(city, recall, (v) => v.recall.state === 'running');
	assert.equal((await head.post(`${recall}/flow`, { action: 'close', reason: '办结' })).status, 409, 'cases are open');
	await days(40, city, recall, (v) => v.cases.every((s) => s.code === 'final'));
	assert.equal((await head.post(`${recall}/flow`, { action: 'close', reason: '办结' })).status, 200);
	const gone = list.rows[1];
	assert.equal((await ask(gone)).outcome, 'revoked');
	assert.equal((await ask(first)).outcome, 'valid');
});

test('afterwards luban check finds nothing', async () => {
	const r = await server.place.luban('check');
	assert.equal(r.status, 0, r.stdout);
});
