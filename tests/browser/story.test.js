// The whole story once, as its people would live it: an organisation registers and is filed, plans a batch, brings people,
// examines them, the results stand publicly, certificates are issued, and a stranger verifies one.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from '../lib/luban.js';
import { Stage, desktop, idno, phone, tablet, uscc } from './support.js';

const demo = (login) => ({ login, password: 'Luban-2026-demo', secret: 'LUBANDEMOLUBANDEMOLUBANDEMOLUBAN' });
const pdf = (name) => ({ name: `${name}.pdf`, mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n') });

let server, stage, failed;
before(async () => {
	server = await Server.start({ demo: true, small: true, args: ['--per-minute', '0'] });
	stage = await Stage.open(server);
});
after(async () => {
	await stage?.close();
	await server?.stop();
});

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

// The platform's day, from the rehearsal banner; days from then.
async function day(days = 0) {
	const { page } = await stage.person('系统管理员');
	await page.goto('/admin/clock');
	const [today] = /\d{4}-\d\d-\d\d/.exec(await page.locator('.rehearsal .num').innerText());
	return new Date(Date.parse(`${today}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

async function forward(days, hours = 0) {
	const admin = await stage.person('系统管理员');
	await admin.open('/admin/clock');
	await admin.send('/admin/clock', { days, hours });
}

// What later steps need of earlier ones.
const made = { body: '海岳职业技能评价中心', batch: '海岳养老护理员四级评价' };

step('the system administrator sees the rehearsal clock', async () => {
	const admin = await stage.person('系统管理员');
	await admin.login(demo('system'));
	await admin.open('/admin/clock');
	await admin.shot('clock');
});

step('an organisation registers; a wrong code is refused and nothing typed is lost', async () => {
	const manager = await stage.person('机构负责人');
	await manager.open('/');
	await manager.shot('home');
	await manager.open('/register/new');
	const code = made.uscc = uscc('52', '371002', 'MJE01234');
	const values = { name: made.body, uscc: code.slice(0, 17) + (code[17] === '0' ? '1' : '0'), body_kind: '社会培训评价组织',
		region: /环翠区/, legal_person: '林海岳', address: '威海市环翠区文化路 88 号', contact: '林海岳', phone: '06315201234',
		login: 'haiyue', password: 'Brass-lantern-0001' };
	await manager.send('/register/new', values, { refusal: /统一社会信用代码|校验/ });
	assert.equal(await manager.page.locator('[name=address]').inputValue(), values.address);
	await manager.shot('register-refused');
	await manager.send('/register/new', { uscc: code, password: values.password });
	await manager.login({ login: 'haiyue', password: values.password });
	await manager.open('/todo');
	await manager.shot('todo-new-body');
});

step('the manager registers a venue with its rooms', async () => {
	const manager = await stage.person('机构负责人');
	await manager.open('/venues/new');
	await manager.send('/venues/new', { name: '海岳考点', address: '威海市环翠区文化路 88 号', contact: '林海岳', phone: '06315201234',
		equipment: '护理床 10 张，模拟人 10 具' });
	const rooms = /^\/venues\/\d+\/rooms$/;
	await manager.send(rooms, { name: '理论一考室', part: ['理论'], seats: 30, per_row: 6 });
	await manager.send(rooms, { name: '技能一考室', part: ['技能'], seats: 30, per_row: 6 });
	await manager.sees('理论一考室', '技能一考室');
	await manager.shot('venue');
});

step('and the staff with their cards', async () => {
	const manager = await stage.person('机构负责人');
	made.staff = [['周监一', '监考员'], ['周监二', '监考员'], ['吴考一', '考评员'], ['吴考二', '考评员'], ['吴考三', '考评员'],
		['郑督导', '内部督导员']];
	for (const [i, [name, duty]] of made.staff.entries()) {
		await manager.open('/staff/new');
		await manager.send('/staff/new', { name, idno: idno('370602', `197${i}0305`, 11 + 2 * i), phone: `1380000000${i}`,
			employer: '胶东护理学会', duties: [duty] });
		if (duty === '考评员')
			await manager.send(/^\/staff\/\d+\/cards$/, { number: `KP2026${i}`, card_kind: '考评员', occupation_id: /养老护理员/,
				grade_top: '三级/高级工', valid_from_on: await day(-100), valid_to_on: await day(900) });
	}
	await manager.shot('staff');
	await manager.open('/staff');
	await manager.sees('吴考三', '郑督导');
	await manager.shot('staff-list');
});

step('a filing says what is missing, is put together and submitted', async () => {
	const manager = await stage.person('机构负责人');
	await manager.open('/filings/new');
	await manager.send('/filings/new', { filing_kind: '首次备案', note: '申请养老护理员五级、四级、三级评价。' });
	made.filing = new URL(manager.page.url()).pathname;
	await manager.sees('缺少材料：备案申请表', '还没有填写评价职业');
	await manager.shot('filing-gaps');
	await manager.step('提交', '', { refusal: /缺少材料/ });
	await manager.open(made.filing);
	await manager.send(`${made.filing}/scope`, { occupation_id: /养老护理员/, grades: ['五级/初级工', '四级/中级工', '三级/高级工'] });
	const form = await manager.form(`${made.filing}/files`);
	const items = (await form.locator('[name=item] option').allTextContents()).map((t) => t.trim()).slice(1);
	await manager.send(`${made.filing}/files`, { item: items[0], file: { name: 'run.exe', mimeType: 'application/x-msdownload',
		buffer: Buffer.from('MZ\x90\0\x03') } }, { refusal: /文件/ });
	for (const item of items)
		await manager.send(`${made.filing}/files`, { item, file: pdf(item) });
	await manager.seesNot('提交前还缺什么');
	await manager.step('提交');
	await manager.sees('待形式审查');
	await manager.shot('filing-submitted');
});

step('the authority sends it back once, checks, inspects, reviews and publishes it', async () => {
	const city = await stage.person('市级经办'), manager = await stage.person('机构负责人');
	await city.login(demo('city'));
	await city.open('/todo');
	await city.sees(made.body);
	await city.shot('todo-authority');
	await city.open(made.filing);
	await city.send(`${made.filing}/checks`, { item: '场地设备清单', verdict: '需补正', note: '缺少租赁合同的续签页。' });
	await city.shot('filing-check');
	await city.step('形式审查通过', '', { refusal: /场地设备清单/ });
	await city.open(made.filing);
	await city.step('退回补正', '请补充租赁合同续签页。');
	await manager.open(made.filing);
	await manager.sees('请补充租赁合同续签页');
	await manager.shot('filing-returned');
	await manager.send(`${made.filing}/files`, { item: /场地设备清单/, file: pdf('租赁合同续签页') });
	await manager.step('提交');
	await city.open(made.filing);
	await city.send(`${made.filing}/checks`, { item: '场地设备清单', verdict: '符合' });
	await city.step('形式审查通过');
	await city.send(`${made.filing}/checks`, { item: '现场设备', verdict: '符合' });
	await city.step('实地核查通过');
	await city.step('专家评审通过');
	const head = await stage.person('市级负责人');
	await head.login(demo('city-head'));
	await head.open(made.filing);
	await head.step('开始公示');
	await head.sees('公示中');
	const stranger = await stage.person('社会公众', phone);
	await stranger.open('/register/publicity');
	await stranger.sees(made.body);
	await stranger.shot('filing-publicity');
	await head.step('准予备案', '', { refusal: /公示/ });
});

step('after the publicity it is filed and has its code', async () => {
	await forward(9);
	const head = await stage.person('市级负责人');
	await head.open(made.filing);
	await head.step('准予备案');
	await head.sees('已备案');
	await head.shot('filing-filed');
	const stranger = await stage.person('社会公众', phone);
	await stranger.open(`/register?find=${encodeURIComponent(made.body)}`);
	await stranger.shot('register');
	await stranger.follow(made.body);
	await stranger.sees(/S00003710\d{4}/, '养老护理员');
	made.code = /S00003710\d{4}/.exec(await stranger.said())[0];
	await stranger.shot('register-body');
});

// An account as it comes about: one administrator opens it, another grants the role and gives the first password.
async function account(login, name, role) {
	const system = await stage.person('系统管理员'), security = await stage.person('安全管理员');
	await system.open('/admin/accounts/new');
	await system.send('/admin/accounts', { login, name });
	const at = new URL(system.page.url()).pathname;
	await security.open(`${at}/grant`);
	await security.send(`${at}/grant`, { role, body: made.uscc, reason: '机构书面申请' });
	await security.open(`${at}/reset`);
	await security.send(`${at}/reset`, { reason: '首次发放' });
	return { login, password: (await security.page.locator('main dd b').innerText()).trim() };
}

step('two administrators open the accounts of clerks and examiners; the manager ties the examiners to the staff', async () => {
	const security = await stage.person('安全管理员'), manager = await stage.person('机构负责人');
	await security.login(demo('security'));
	const accounts = [['haiyue.clerk1', '孙经办', '评价机构经办人'], ['haiyue.clerk2', '赵经办', '评价机构经办人'],
		['haiyue.ex1', '吴考一', '考评员'], ['haiyue.ex2', '吴考二', '考评员'], ['haiyue.ex3', '吴考三', '考评员']];
	made.accounts = {};
	for (const [login, name, role] of accounts)
		made.accounts[name] = await account(login, name, role);
	await security.shot('one-time-password');
	for (const [login, name] of accounts.slice(2)) {
		await manager.open('/staff');
		await manager.follow(name);
		const form = new RegExp('^/staff/\\d+/account$');
		if (name === '吴考一')
			await manager.send(form, { login: 'haiyue.ex2' }, { refusal: /吴考二/ });
		await manager.send(form, { login });
	}
	await manager.shot('staff-account');
	const clerk = await stage.person('经办人甲');
	await clerk.login(made.accounts['孙经办']);
	await clerk.open('/todo');
	await clerk.shot('todo-clerk');
});

const time = (date, clock) => `${date}T${clock}`;

async function sitting(clerk, part, room, date, from, to) {
	await clerk.send(`${made.plan}/rooms`, { part, room_id: [room], starts_at: time(date, from), ends_at: time(date, to) });
}

async function duty(clerk, room, words, names) {
	await clerk.send(`${made.plan}/staff`, { batch_room_id: room, duty: words, staff_id: names });
}

step('the clerk plans a batch; the checklist says what does not hold yet, with the numbers that count', async () => {
	const clerk = await stage.person('经办人甲'), manager = await stage.person('机构负责人');
	await clerk.open('/batches/new');
	await clerk.send('/batches', { title: made.batch, occupation_id: /养老护理员/, grade: '四级/中级工', enrol_from_on: await day(),
		enrol_to_on: await day(1), quota: 20, fee_fen: '180', contact: '孙经办', phone: '06315201234', notice: '考点可乘 12 路公交车到达。' });
	made.plan = new URL(clerk.page.url()).pathname;
	const soon = await day(3);
	await sitting(clerk, '理论知识考试', '理论一考室', soon, '09:00', '10:30');
	await sitting(clerk, '技能考核', '技能一考室', soon, '13:30', '16:30');
	await duty(clerk, /理论一考室/, '监考员', ['周监一', '周监二']);
	await duty(clerk, /技能一考室/, '考评组长', ['吴考一']);
	await duty(clerk, /技能一考室/, '考评员', ['吴考二']);
	await clerk.sees('不符合', /报备提前量.*要求不少于 5 个工作日/, /2 人，其中组长 1 人；要求不少于 3 人且为单数/, /内部督导员.*已安排 0 人次/);
	await clerk.shot('batch-checklist');
	await manager.open(made.plan);
	await manager.step('报备计划', '', { refusal: /报备提前量/ });
});

step('the plan is mended and filed', async () => {
	const clerk = await stage.person('经办人甲'), manager = await stage.person('机构负责人');
	made.exam = await day(14);
	await clerk.open(`${made.plan}/edit`);
	await clerk.send(made.plan, { enrol_to_on: await day(9) });
	for (let i = 0; i < 2; i++)
		await clerk.send(new RegExp(`^${made.plan}/rooms/\\d+/remove$`));
	await sitting(clerk, '理论知识考试', '理论一考室', made.exam, '09:00', '10:30');
	await sitting(clerk, '技能考核', '技能一考室', made.exam, '13:30', '16:30');
	await duty(clerk, /理论一考室/, '监考员', ['周监一', '周监二']);
	await duty(clerk, /技能一考室/, '考评组长', ['吴考一']);
	await duty(clerk, /技能一考室/, '考评员', ['吴考二', '吴考三']);
	await duty(clerk, /理论一考室/, '内部督导员', ['郑督导']);
	await clerk.sees('全部符合');
	await clerk.shot('batch-ready');
	await manager.open(made.plan);
	await manager.step('报备计划');
	await manager.sees('待审核');
});

step('the authority acknowledges it; everybody reads the announcement', async () => {
	const city = await stage.person('市级经办'), stranger = await stage.person('社会公众', phone);
	await city.open('/todo');
	await city.follow(made.batch);
	await city.shot('batch-review');
	await city.step('审核通过');
	await city.sees('已公告');
	await stranger.open('/open');
	await stranger.shot('open-list');
	await stranger.open(`/open?find=${encodeURIComponent(made.batch)}`);
	await stranger.follow(made.batch);
	made.open = new URL(stranger.page.url()).pathname;
	await stranger.sees(made.body, '养老护理员', '四级/中级工', '180');
	await stranger.shot('open-batch');
	const clerk = await stage.person('经办人甲');
	await clerk.open(made.plan);
	await clerk.step('开始报名');
	await clerk.sees('报名中');
});

step('a stranger asks whether she may sit, without an account', async () => {
	const stranger = await stage.person('社会公众', phone);
	await stranger.open('/');
	await stranger.shot('home-phone');
	await stranger.open('/check');
	await stranger.send('/check', { occupation_id: /养老护理员/, birth_on: '1990-05-20', work_from_on: '2015-03-01' });
	await stranger.sees(/可以申报/);
	await stranger.shot('check');
});

test('no page complained: console, policy, width of a phone, axe', () => {
	assert.deepEqual(stage.findings, []);
});
