// Item banks over HTTP: pages and JSON at one address, the table of points by form and by sheet, items of all kinds, four eyes,
// readings with reasons, pictures, and who never sees what.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { demoClient, demoServer } from '../lib/demo.js';
import { readSheet } from '../lib/xlsx.js';
import { signIn } from './support.js';

const json = { accept: 'application/json' };
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64');

let server, bank, points;
const people = {};
before(async () => {
	server = await demoServer();
	for (const login of ['manager', 'clerk1', 'clerk2', 'examiner1', 'province', 'province-head', 'city', 'system'])
		people[login] = await demoClient(server, login);
	const text = await server.place.must('user', 'reset', 'whj-clerk1');
	people.other = server.client();
	await signIn(people.other, { login: 'whj-clerk1', password: /一次性密码 ?(\S+)/.exec(text)[1] });
});
after(() => server?.stop());

const occupation = async (name) => (await people.clerk1.json(`/occupations?find=${encodeURIComponent(name)}`)).list.rows[0].id;

async function write(client, values, at = bank) {
	const r = await client.post(`${at}/items/new`, { point_id: points.leaf, difficulty: 60, ...values });
	assert.equal(r.status, 200, JSON.stringify(r.body));
	return r.body.location;
}

async function act(client, item, action, reason = '测试理由') {
	if (action === 'review' || action === 'approve')
		await client.json(item); // nobody lets pass what he has not opened
	return client.post(`${item}/flow`, { action, reason });
}

async function pass(item) {
	for (const [who, action] of [['clerk1', 'submit'], ['clerk2', 'review'], ['manager', 'approve']])
		assert.equal((await act(people[who], item, action)).status, 200, action);
}

test('a bank is begun by its body; the list and the page are JSON too', async () => {
	const { clerk1, examiner1, city } = people;
	const wrong = await clerk1.post('/banks/new', { title: '', multiple_rule: 'x' });
	assert.deepEqual(wrong.body.fields.map((f) => f.field).sort(), ['multiple_rule', 'occupation_id', 'title']);
	const r = await clerk1.post('/banks/new', { title: '保育师四级题库', multiple_rule: 'half', grade: '4',
		occupation_id: await occupation('保育师') });
	bank = r.body.location;
	const { bank: row, may_edit: mayEdit } = await clerk1.json(bank);
	assert.equal(row.custodian_label, '机构题库');
	assert.equal(mayEdit, true);
	assert.ok((await clerk1.json('/banks')).list.rows.some((b) => bank.endsWith(b.id)));
	assert.equal((await examiner1.json(bank)).may_edit, false);
	assert.equal((await examiner1.post('/banks/new', { title: '考评员的题库' })).status, 403);
	assert.equal((await city.post('/banks/new', { title: '市级题库', multiple_rule: 'all', custodian: 'province', grade: '4',
		occupation_id: await occupation('保育师') })).status, 403);
});

test('the table of points: by form, by sheet, all or nothing, and back again', async () => {
	const { clerk1 } = people;
	const line = (code, parent_code, title, importance, weight_permille) => ({ code, parent_code, title, importance, weight_permille });
	assert.equal((await clerk1.post(`${bank}/points`, line('A', '', '相关知识', '', 1000))).status, 200);
	const bad = await clerk1.post(`${bank}/points`, line('B-1', 'A', '前缀不对', '', 0));
	assert.match(bad.body.detail, /以上级代码加连字符开头/);
	const sheet = (text) => clerk1.form(`${bank}/points/import`, { file: new File([text], '细目表.csv') },
		{ page: `${bank}/points`, headers: json });
	const refused = await sheet('代码,上级代码,名称,重要程度,比重,题量\nA-1,A,卫生保健,,600,\nA-2,Q,安全,,400,\nA-1-01,A-1,晨检,W,1000,\n');
	assert.equal(refused.status, 422);
	const said = (await refused.json()).fields[0].text;
	assert.match(said, /第 3 行：没有代码为“Q”的鉴定范围/);
	assert.match(said, /第 4 行：重要程度“W”/);
	const odd = async (text) => (await (await sheet(text)).json()).fields[0].text;
	assert.match(await odd('A-1,A,卫生保健,,600,\nA-2,A,安全,,400,\n'), /第一行应是列名/);
	assert.match(await odd('代码,上级代码,名称,重要程度,比重,题量\n=B2,A,安全,,400,\n'), /第 2 行有公式/);
	assert.equal((await clerk1.json(`${bank}/points`)).points.length, 1, 'nothing of it was taken');
	const long = await sheet(`代码,上级代码,名称,重要程度,比重,题量\n${'A,,相关知识,,1000,\n'.repeat(3000)}A,,末行,,1000,\n`);
	assert.match((await long.json()).detail ?? '', /不超过 3000 行/, 'the last line is not left out in silence');
	const good = await sheet('代码,上级代码,名称,重要程度,比重,题量\nA-1,A,卫生保健,,600,\nA-2,A,安全,,300,\n'
		+ 'A-1-01,A-1,晨检,X,1000,3\nA-2-01,A-2,活动安全,Y,1000,\n');
	assert.equal(good.status, 200, await good.text());
	const view = await clerk1.json(bank);
	assert.match(view.weights_wrong, /“A 相关知识”的比重合计为 900‰/);
	assert.equal(view.points.find((p) => p.code === 'A').n_wanted, 3 + 4);
	await clerk1.post(`${bank}/points`, line('A-2', 'A', '安全', '', 400));
	assert.equal((await clerk1.json(bank)).weights_wrong, '');
	const download = await clerk1.fetch(`${bank}/points/sheet`);
	const rows = await readSheet(Buffer.from(await download.arrayBuffer()));
	assert.ok(JSON.stringify(rows).includes('A-2-01'));
	const { points: tree } = await clerk1.json(`${bank}/points`);
	points = { leaf: tree.find((p) => p.code === 'A-1-01').id, other: tree.find((p) => p.code === 'A-2-01').id,
		range: tree.find((p) => p.code === 'A-1').id };
	assert.equal((await clerk1.post(`${bank}/points/${points.range}/drop`, {})).status, 409);
});

test('an item of each kind; every wrong field is named at once and what was typed stays', async () => {
	const { clerk1 } = people;
	const wrong = await clerk1.post(`${bank}/items/new`, { kind: 'single', point_id: points.range, stem: ' ', option_A: '甲', option_C: '丙', key: 'D' });
	assert.equal(wrong.status, 422);
	assert.deepEqual(wrong.body.fields.map((f) => f.field).sort(), ['key', 'option_A', 'point_id', 'stem'].sort());
	const page = await (await clerk1.form(`${bank}/items/new`, { kind: 'single', stem: '晨检的时间是（　　）。', option_A: '入园时', key: 'A' },
		{ page: `${bank}/items/new?kind=single` })).text();
	assert.match(page, /晨检的时间是（　　）。<\/textarea>/);
	assert.match(page, /至少要有 2 个选项/);
	const kinds = [
		{ kind: 'true_false', stem: '晨检时发现幼儿发热应当隔离观察。', key: 'A' },
		{ kind: 'single', stem: '幼儿园晨检的“一摸”是指（　　）。', option_A: '摸额头', option_B: '摸口袋', option_C: '摸书包', key: 'a' },
		{ kind: 'multiple', stem: '晨检的内容有（　　）。', option_A: '看面色', option_B: '问饮食', option_C: '查违禁物品', option_D: '量身高', key: 'C、A，B' },
		{ kind: 'numeric', stem: '每班30人，缺席3人，出勤率是多少？', value: '90', tolerance: '0.5', unit: '%' },
		{ kind: 'text', stem: '幼儿园应当建立每日（　　）制度。', variants: '晨检\n晨间检查\n' },
		{ kind: 'order', stem: '将洗手步骤排序。', option_A: '湿手', option_B: '打皂', option_C: '搓洗', option_D: '冲净', key: 'ABCD' },
		{ kind: 'match', stem: '将症状与处理配对。', option_A: '发热', option_B: '擦伤', target_A: '隔离观察', target_B: '清洗消毒', target_C: '冷敷', key: 'AB' },
		{ kind: 'essay', stem: '简述晨检的流程。', variants: '一摸二看三问四查', rubric: '每点2分' },
	];
	for (const values of kinds) {
		const item = await write(clerk1, values);
		const { face, answer, item: row } = await clerk1.json(item);
		assert.equal(face.kind, values.kind);
		assert.equal(row.state, 'draft');
		if (values.kind === 'multiple')
			assert.match(answer.key_text, /^A　看面色；B　问饮食；C　查违禁物品$/);
		if (values.kind === 'text')
			assert.deepEqual(answer.variants.map((v) => v.text), ['晨检', '晨间检查']);
		await clerk1.page(item);
		await clerk1.page(`${item}/edit`);
	}
	const { list } = await clerk1.json(`${bank}/items?item_kind=order`);
	assert.equal(list.rows.length, 1);
	assert.equal((await clerk1.json(`${bank}/items?point=A`)).list.count, kinds.length, 'a range holds what lies below it');
	assert.equal((await clerk1.json(`${bank}/items?item_no=3`)).list.rows[0].item_kind, 'multiple');
});

test('what an author pastes is cleaned; a formula stays', async () => {
	const { clerk1 } = people;
	const item = await write(clerk1, { kind: 'true_false', key: 'B',
		stem: '<p onclick="x()">幼儿的<b>心率</b>比成人慢。<script>alert(1)</script><math><mfrac><mi>U</mi><mi>R</mi></mfrac></math></p>'
			+ '<iframe src="https://example.org/"></iframe><img src="https://example.org/x.png" onerror="y()" alt="外链">' });
	const { face } = await clerk1.json(item);
	assert.doesNotMatch(face.stem_html, /script|onclick|iframe|example\.org|onerror/);
	assert.match(face.stem_html, /<b>心率<\/b>/);
	assert.match(face.stem_html, /<mfrac><mi>U<\/mi><mi>R<\/mi><\/mfrac>/);
});

test('four eyes: author, reviewer, approver; a change goes the same way while the old version is used', async () => {
	const { clerk1, clerk2, manager, examiner1 } = people;
	const item = await write(examiner1, { kind: 'single', stem: '幼儿异物入鼻时应当（　　）。', option_A: '用镊子夹', option_B: '堵住另一侧鼻孔轻擤', key: 'B' });
	assert.equal((await act(examiner1, item, 'submit')).status, 200);
	assert.equal((await act(examiner1, item, 'review')).status, 403);
	assert.deepEqual((await examiner1.json(item)).flow.actions.map((a) => a.action), ['recall']);
	assert.deepEqual((await clerk2.json(item)).flow.actions.map((a) => a.action), ['review', 'return']);
	assert.equal((await act(clerk2, item, 'return', '')).status, 422, 'without what to mend');
	assert.equal((await act(clerk2, item, 'return', '选项 A 表述不完整')).status, 200);
	assert.ok(JSON.stringify((await examiner1.json(item)).flow.events).includes('选项 A 表述不完整'));
	const mended = { kind: 'single', base: 1, point_id: points.leaf, stem: '幼儿异物入鼻时应当（　　）。', option_A: '自行用镊子夹取', option_B: '堵住另一侧鼻孔轻擤', key: 'B', note: '补全选项' };
	assert.equal((await examiner1.post(`${item}/edit`, mended)).status, 200);
	const overtaken = await clerk1.post(`${item}/edit`, mended);
	assert.ok([403, 409].includes(overtaken.status), 'a draft of another is read with a reason, an old version is overtaken');
	for (const [who, action] of [[examiner1, 'submit'], [clerk2, 'review'], [manager, 'approve']])
		assert.equal((await act(who, item, action)).status, 200, action);
	const { item: row, flow } = await manager.json(item);
	assert.equal(row.approved_version_no, 2);
	assert.equal(flow.label, '已入库');
	assert.equal((await examiner1.post(`${item}/edit`, { ...mended, base: 2 })).status, 403, 'an item in use is read with a reason before it is changed');
	assert.equal((await examiner1.post(`${item}/read`, { reason: '按新版教材修改' })).status, 200);
	const saved = await examiner1.post(`${item}/edit`, { ...mended, base: 2, stem: '幼儿异物入鼻，正确的做法是（　　）。', note: '按新版教材' });
	assert.equal(saved.status, 200, JSON.stringify(saved.body));
	const changed = await examiner1.json(item);
	assert.equal(changed.item.state, 'draft');
	assert.equal(changed.item.approved_version_no, 2);
	assert.ok(changed.diff.some((d) => d.is_out && d.text.includes('时应当')), 'what changed, in words');
	assert.ok(changed.diff.some((d) => d.is_in && d.text.includes('正确的做法')));
	assert.match(await examiner1.page(item), /<ins>[^<]*正确的做法/);
});

test('a live item asks for a reason; readings are listed with it', async () => {
	const { clerk1, clerk2, manager } = people;
	const item = await write(clerk1, { kind: 'true_false', stem: '户外活动前应检查场地和器械。', key: 'A' });
	await pass(item);
	const closed = await clerk2.json(item);
	assert.equal(closed.face, false);
	assert.doesNotMatch(JSON.stringify(closed), /户外活动/);
	assert.doesNotMatch(await clerk2.page(item), /户外活动/);
	assert.match(await clerk2.page(item), /调阅理由/);
	assert.equal((await clerk2.post(`${item}/read`, { reason: '看' })).body.fields[0].field, 'reason');
	const r = await clerk2.post(`${item}/read`, { reason: '核对题目与教材是否一致' });
	assert.match((await clerk2.json(r.body.location)).face.stem_html, /户外活动/);
	const { readings } = await manager.json(item);
	assert.ok(readings.some((x) => x.purpose === '核对题目与教材是否一致' && x.is_typed === 1 && x.role_label === '评价机构经办人'));
	assert.equal((await manager.json(item)).face, false, 'a reason is the reader’s own');
	const ledger = await manager.json(`${bank}/readings`);
	assert.ok(ledger.list.rows.length >= readings.length);
	const typed = (await manager.json(`${bank}/readings?is_typed=1`)).list.rows;
	assert.ok(typed.length > 0 && typed.every((x) => x.is_typed === 1));
	const { list: hers } = await manager.json(`${bank}/readings?actor_name=${encodeURIComponent(typed[0].actor_name)}&read_kind=item`);
	assert.ok(hers.rows.every((x) => x.actor_name === typed[0].actor_name && x.read_kind === 'item'));
});

test('a reason that lapsed while somebody wrote is asked again, and nothing typed is lost', async () => {
	const { clerk1 } = people;
	const item = await write(clerk1, { kind: 'true_false', stem: '玩具应当定期清洗消毒。', key: 'A' });
	await pass(item);
	await clerk1.post(`${item}/read`, { reason: '按新规范修改' });
	await clerk1.page(`${item}/edit`);
	await server.place.must('config', 'put', 'bank.read_minutes', '0');
	await new Promise((done) => setTimeout(done, 1100));
	const values = { kind: 'true_false', base: 1, point_id: points.leaf, stem: '玩具应当每周清洗消毒。', key: 'A' };
	const lapsed = await clerk1.form(`${item}/edit`, values, { page: bank });
	const page = await lapsed.text();
	assert.equal(lapsed.status, 403);
	assert.match(page, /玩具应当每周清洗消毒。<\/textarea>/);
	assert.match(page, /name="reason"/);
	assert.equal((await clerk1.form(`${item}/edit`, { ...values, reason: '按新规范修改' }, { page: bank })).status, 303);
	assert.equal((await clerk1.json(item)).item.version_no, 2);
	await server.place.must('config', 'put', 'bank.read_minutes', '15');
});

test('a look-alike stops the review until somebody else says why it is not one', async () => {
	const { clerk1, clerk2 } = people;
	const first = await write(clerk1, { kind: 'true_false', stem: '幼儿进餐时应当保持安静，不催促、不训斥。', key: 'A' });
	const second = await write(clerk1, { kind: 'true_false', stem: '幼儿进餐时应保持安静，不催促，不训斥幼儿。', key: 'A' });
	await act(clerk1, second, 'submit');
	const { near } = await clerk2.json(second);
	assert.equal(near.length, 1);
	assert.ok(first.endsWith(near[0].id) && near[0].percent >= 70);
	assert.equal((await act(clerk2, second, 'review')).status, 409);
	assert.equal((await clerk1.post(`${second}/near`, { other: near[0].id, note: '不一样' })).status, 403);
	assert.equal((await clerk2.post(`${second}/near`, { other: near[0].id, note: '考查的要点不同' })).status, 200);
	assert.equal((await act(clerk2, second, 'review')).status, 200);
});

test('pictures: png and jpeg only, shown to whoever may read, each reading written', async () => {
	const { clerk1, clerk2 } = people;
	const values = { kind: 'true_false', point_id: points.leaf, stem: '如图所示为<img src="asset:image_1" alt="标志">安全出口标志。', key: 'A' };
	const none = await clerk1.form(`${bank}/items/new`, values, { page: `${bank}/items/new?kind=true_false`, headers: json });
	assert.match((await none.json()).fields[0].text, /没有上传/);
	const wrong = await clerk1.form(`${bank}/items/new`, { ...values, image_1: new File(['<svg onload=alert(1)>'], 'a.png') },
		{ page: `${bank}/items/new?kind=true_false`, headers: json });
	assert.match((await wrong.json()).fields[0].text, /不是 PNG 或 JPEG/);
	const r = await clerk1.form(`${bank}/items/new`, { ...values, image_1: new File([png], '标志.png') },
		{ page: `${bank}/items/new?kind=true_false`, headers: json });
	const item = (await r.json()).location;
	const [, address] = /src="([^"]+)"/.exec((await clerk1.json(item)).face.stem_html);
	const picture = await clerk1.fetch(address);
	assert.equal(picture.headers.get('content-type'), 'image/png');
	assert.deepEqual(Buffer.from(await picture.arrayBuffer()), png);
	assert.equal((await clerk2.fetch(address)).status, 403, 'not yet submitted');
	assert.equal((await people.other.fetch(address)).status, 404);
	const before = (await clerk1.json(item)).n_readings;
	await clerk1.fetch(address);
	assert.equal((await clerk1.json(item)).n_readings, before + 2, 'the picture and the page');
});

test('materials are shared and pinned', async () => {
	const { clerk1 } = people;
	const r = await clerk1.post(`${bank}/materials/new`, { title: '一日生活流程', html: '<p>7:30 入园；8:00 早餐。</p>' });
	const id = r.body.location.split('/').at(-1);
	const item = await write(clerk1, { kind: 'single', stem: '根据材料，早餐时间是（　　）。', option_A: '7:30', option_B: '8:00', key: 'B', material_id: id });
	assert.match((await clerk1.json(item)).face.material_html, /8:00 早餐/);
	assert.equal((await clerk1.post(r.body.location, { base: 1, title: '一日生活流程', html: '<p>7:40 入园；8:10 早餐。</p>' })).status, 200);
	assert.match((await clerk1.json(item)).face.material_html, /8:00 早餐/, 'the version it was written with');
	assert.match(await clerk1.page(r.body.location), /8:10 早餐/);
});

test('nobody beyond the custodian changes, and others do not even find', async () => {
	const { province, city, other, system, clerk1 } = people;
	const item = await write(clerk1, { kind: 'true_false', stem: '保育师应当持健康证上岗。', key: 'A' });
	for (const address of [bank, `${bank}/items`, item, `${bank}/points`, `${bank}/readings`, `${bank}/materials`, `${bank}/points/sheet`])
		assert.equal((await other.fetch(address, { headers: json })).status, 404, address);
	assert.equal((await system.fetch(bank, { headers: json })).status, 403);
	assert.equal((await city.json(bank)).is_own, false);
	assert.equal((await city.json(item)).face, false);
	assert.equal((await city.post(`${item}/read`, { reason: '检查题库质量' })).status, 200);
	assert.equal((await act(city, item, 'retire')).status, 403);
	assert.equal((await city.post(`${bank}/items/new`, { kind: 'true_false', stem: '市里的题', key: 'A', point_id: points.leaf })).status, 403);
	const rows = (await province.json('/banks?custodian=province')).list.rows;
	assert.equal(rows.length, 1);
	const kept = `/banks/${rows[0].id}`, { list } = await province.json(`${kept}/items`);
	for (const who of [other, clerk1, city])
		for (const address of [kept, `${kept}/items`, `${kept}/items/${list.rows[0].id}`])
			assert.equal((await who.fetch(address, { headers: json })).status, 404, address);
	/* the item of one bank under the address of another */
	assert.equal((await clerk1.fetch(`${(await clerk1.json('/banks')).list.rows.map((b) => `/banks/${b.id}`).find((b) => b !== bank)}/items/${item.split('/').at(-1)}`,
		{ headers: json })).status, 404);
});

test('what waits stands among the to-dos of those who may judge it, not of the author', async () => {
	const { clerk1, clerk2, manager } = people;
	const item = await write(clerk1, { kind: 'true_false', stem: '午睡时应当巡视幼儿的呼吸和面色。', key: 'A' });
	await act(clerk1, item, 'submit');
	const labels = async (client, label) => ((await client.json('/todo')).groups.find((g) => g.label === label)?.items ?? []).map((i) => i.url);
	const { list } = await manager.json('/banks');
	assert.ok(list.rows.length >= 2);
	assert.ok((await labels(clerk2, '待审核的试题')).length > 0);
	assert.ok(!(await labels(clerk1, '待审核的试题')).includes(item));
	assert.ok((await labels(manager, '待批准的试题')).length > 0);
});

test('a closed bank takes nothing, and opens again with a reason', async () => {
	const { manager, clerk1 } = people;
	assert.equal((await manager.post(`${bank}/flow`, { action: 'close', reason: '标准换版' })).status, 200);
	const r = await clerk1.post(`${bank}/items/new`, { kind: 'true_false', stem: '封存后的题', key: 'A', point_id: points.leaf });
	assert.equal(r.status, 409);
	assert.match(r.body.detail, /封存/);
	assert.equal((await manager.post(`${bank}/flow`, { action: 'reopen', reason: '继续使用' })).status, 200);
});
