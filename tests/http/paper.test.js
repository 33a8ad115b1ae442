// Papers over HTTP: a blueprint, a set assembled in the background, its report, four eyes, custody, sealing, opening by two,
// prints with a mark and the way back from it; what others may not do or see.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { demoClient, demoServer } from '../lib/demo.js';
import { until } from '../lib/wait.js';
import { execFileSync } from 'node:child_process';

const pdfText = (bytes) => execFileSync('pdftotext', ['-layout', '-', '-'], { input: bytes, encoding: 'utf8' });

const json = { headers: { accept: 'application/json' } };
let server, blueprint, set;
const people = {}, codes = {};
before(async () => {
	server = await demoServer();
	for (const login of ['manager', 'clerk1', 'clerk2', 'province', 'city', 'examiner1'])
		people[login] = await demoClient(server, login);
});
after(() => server?.stop());

const minute = (at) => new Date((at + 8 * 3600) * 1000).toISOString().slice(0, 16);
const reached = (client, address, states) => until(async () => {
	const view = await client.json(address);
	return states.includes(view.set.state) && view;
}, `${address} ${states}`);

test('a blueprint knows the kinds and weights of its bank', async () => {
	const { clerk1, province, examiner1 } = people;
	const page = await clerk1.json('/blueprints/new');
	const banks = page.form.fields.find((f) => f.name === 'bank_id').options;
	const own = banks.find((b) => b.label.startsWith('养老护理员')), above = banks.find((b) => b.label.includes('省级'));
	assert.ok(own && above, 'its own bank and that of the province');
	const r = await clerk1.post('/blueprints/new', { bank_id: own.value, title: '测试方案' });
	blueprint = r.body.location;
	const view = await clerk1.json(blueprint);
	assert.ok(view.sections.length >= 3);
	assert.ok(view.wishes.some((w) => w.kind_label === '分值' && /^A /.test(w.what)));
	assert.equal(view.may_edit, true);
	assert.equal((await province.json(blueprint)).may_edit, false);
	assert.equal((await examiner1.fetch(blueprint, json)).status, 403);
	assert.equal((await province.post(`${blueprint}/wishes`, { wish_kind: 'items', least: '1' })).status, 403);
});

test('wishes are checked and added row by row', async () => {
	const { clerk1 } = people;
	const none = await clerk1.post(`${blueprint}/wishes`, { wish_kind: 'items' });
	assert.equal(none.body.fields[0].field, 'least');
	const crossed = await clerk1.post(`${blueprint}/wishes`, { wish_kind: 'items', least: '9', most: '3' });
	assert.equal(crossed.body.fields[0].field, 'most');
	const gone = await clerk1.post(`${blueprint}/wishes`, { wish_kind: 'must', item_no: '99999' });
	assert.equal(gone.body.fields[0].field, 'item_no');
	assert.equal((await clerk1.post(`${blueprint}/sections`, { items_single: '16', score_single: '5', items_true_false: '10', score_true_false: '2' })).status, 200);
	assert.equal((await clerk1.post(`${blueprint}/edit`, { title: '测试方案', forms: '2', overlap: '3', apart_centi: '0.5',
		spread_permille: '50', slack_permille: '20' })).status, 200);
	assert.equal((await clerk1.post(`${blueprint}/weights`, { slack: '150' })).status, 200);
	assert.equal((await clerk1.post(`${blueprint}/wishes`, { wish_kind: 'items', facility_from: '0', facility_to: '400', most: '12' })).status, 200);
	const view = await clerk1.json(blueprint);
	assert.equal(view.items, 26);
	assert.equal(view.score, '100');
	assert.ok(view.wishes.some((w) => w.text === '不多于 12 题' && w.band === '0～0.4'));
	const drop = view.wishes.find((w) => w.text === '不多于 12 题');
	assert.equal((await clerk1.post(`${blueprint}/wishes/${drop.id}/drop`)).status, 200);
	assert.equal((await clerk1.json(blueprint)).wishes.length, view.wishes.length - 1);
});

test('a set is assembled in the background; its report tells no item and no seed', async () => {
	const { clerk1, manager } = people;
	set = (await clerk1.post(`${blueprint}/assemble`, { title: '测试套卷' })).body.location;
	const view = await reached(manager, set, ['assembled', 'failed']);
	assert.equal(view.set.state, 'assembled', JSON.stringify({ conflict: view.conflict, lacks: view.lacks }));
	assert.equal(view.set.seed, undefined);
	assert.equal(view.wishes_met, view.wishes_n);
	const report = await clerk1.json(`${set}/report`);
	assert.equal(report.forms.length, 2);
	assert.ok(report.wishes.every((w) => w.is_met));
	const [a, b] = report.forms.map((f) => Number(f.expected));
	assert.ok(Math.abs(a - b) <= 0.5 + 1e-9, `${a} and ${b}`);
	assert.ok(report.forms[0].overlap[1].n <= 3);
	assert.equal(report.has_curve, true);
	assert.equal(report.solved.seed, '');
	assert.doesNotMatch(JSON.stringify(report), /item_id|cipher/);
	const pdf = Buffer.from(await (await clerk1.fetch(`${set}/report.pdf`)).arrayBuffer());
	assert.match(pdfText(pdf), /试卷等值报告[^]*测试套卷[^]*相同试题/);
	const next = await clerk1.post(`${blueprint}/wishes`, { wish_kind: 'items', least: '1' });
	assert.equal(next.status, 200);
	assert.equal((await clerk1.json(blueprint)).blueprint.version_no, 2, 'the used version stays');
});

test('whoever assembled does not approve; custodians are two', async () => {
	const { clerk1, manager } = people;
	assert.equal((await clerk1.post(`${set}/flow`, { action: 'approve' })).status, 403);
	assert.equal((await manager.post(`${set}/flow`, { action: 'approve' })).status, 200);
	const view = await manager.json(set);
	const choices = view.custodian_form.fields.find((f) => f.name === 'custodian_one').options;
	const now = view.set.created_at;
	const [one, two] = [people.clerk1, people.clerk2].map((p, i) => choices.filter((c) => c.label.includes('经办人'))[i].value);
	const window = { open_from_at: minute(now - 3600), open_to_at: minute(now + 86400) };
	const same = await manager.post(`${set}/custodians`, { custodian_one: one, custodian_two: one, ...window });
	assert.equal(same.body.fields[0].field, 'custodian_two');
	assert.equal((await manager.post(`${set}/custodians`, { custodian_one: one, custodian_two: two, ...window })).status, 200);
	assert.equal((await manager.post(`${set}/custody`)).status, 403, 'no custodian');
});

test('each takes a code of his own; the last one seals', async () => {
	for (const login of ['clerk1', 'clerk2']) {
		const r = await people[login].post(`${set}/custody`);
		assert.equal(r.status, 200, JSON.stringify(r.body));
		assert.match(r.body.code, /^[A-Z2-7]{5}(-[A-Z2-7]{5}){3}$/);
		codes[login] = (await people[login].post(`${set}/custody`)).body.code;
		assert.notEqual(codes[login], r.body.code, 'lost, taken anew');
		const wrong = await people[login].post(`${set}/custody/confirm`, { code: r.body.code });
		assert.equal(wrong.body.fields[0].field, 'code');
		assert.equal((await people[login].post(`${set}/custody/confirm`, { code: codes[login] })).status, 200);
		assert.equal((await people[login].post(`${set}/custody`)).status, 409, 'once confirmed');
	}
	const view = await people.manager.json(set);
	assert.equal(view.set.state, 'sealed');
	assert.equal(view.forms.length, 2);
	assert.equal((await people.clerk1.fetch(`${set}/trace`, json)).status, 409, 'nothing to print yet');
});

test('two codes open it, wrong ones are counted', async () => {
	const { clerk1, clerk2, manager } = people;
	assert.equal((await manager.post(`${set}/open`, { code: codes.clerk1 })).status, 403);
	const wrong = await clerk1.post(`${set}/open`, { code: codes.clerk2 });
	assert.equal(wrong.status, 422);
	assert.match(wrong.body.fields[0].text, /再错 4 次/);
	assert.equal((await clerk1.post(`${set}/open`, { code: codes.clerk1.toLowerCase() })).status, 200);
	assert.equal((await manager.json(set)).set.state, 'sealed');
	assert.equal((await clerk2.post(`${set}/open`, { code: codes.clerk2.replaceAll('-', ' ') })).status, 200);
	const view = await manager.json(set);
	assert.equal(view.set.state, 'opened');
	assert.match(view.set.seed, /^\d+$/);
	const said = view.flow.events.map((e) => e.reason).join(' ');
	for (const word of ['领取口令', '输入口令', '口令不正确'])
		assert.ok(said.includes(word), word);
});

test('a print bears a mark that leads back to it', async () => {
	const { clerk1, city } = people;
	const page = await clerk1.json(`${set}/trace`);
	const form = page.print_form.fields.find((f) => f.name === 'form').options[0].value;
	const print = (values) => clerk1.form(`${set}/print`, values, { page: `${set}/trace` });
	const r = await print({ form, print_kind: 'paper', venue: '第三考点' });
	const text = pdfText(Buffer.from(await r.arrayBuffer()));
	const mark = /第三考点[\s　]*([A-Z2-7]{10})/.exec(text)?.[1];
	assert.ok(mark, text.slice(0, 400));
	assert.match(text, /一、/);
	const found = (await city.json(`${set}/trace?mark=${mark.toLowerCase()}`)).found;
	assert.equal(found.venue, '第三考点');
	const asked = await city.json(`${set}/trace?mark=aaaaaaaaaa&orders=12-CABD`);
	assert.deepEqual(['mark', 'orders'].map((name) => asked.trace_form.fields.find((f) => f.name === name).value), ['aaaaaaaaaa', '12-CABD']);
	assert.equal((await city.json(`${set}/trace?mark=AAAAAAAAAA`)).is_unknown, true);
	const key = await print({ form, print_kind: 'key', venue: '阅卷组' });
	assert.match(pdfText(Buffer.from(await key.arrayBuffer())), /参考答案/);
	assert.equal((await clerk1.json(`${set}/trace`)).prints.length, 2);
});

test('what the demo could not assemble says what lacks', async () => {
	const { list } = await people.clerk1.json('/papers?state=failed');
	const view = await people.clerk1.json(`/papers/${list.rows[0].id}`);
	assert.equal(view.is_proven, true);
	assert.match(view.lacks[0].text, /每套卷需要 60 题.*库中可用 \d+ 题/);
	assert.ok(view.has_conflict && view.is_smallest);
});
