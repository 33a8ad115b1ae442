// The whole story once, as its people would live it: an organisation registers and is filed, plans a batch, brings people,
// examines them, the results stand publicly, certificates are issued, and a stranger verifies one.
import assert from 'node:assert/strict';
import { demo } from '../lib/demo.js';
import { fillSheet, readSheet } from '../lib/xlsx.js';
import { idno, uscc } from '../lib/number.js';
import { phone, play, portrait, server, stage, step, tablet } from './support.js';

const pdf = (name) => ({ name: `${name}.pdf`, mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n') });

play();

// The platform's day, from the rehearsal banner; days from then.
async function day(days = 0) {
	const { page } = await stage.person('系统管理员');
	await page.goto('/admin/clock');
	const [today] = /\d{4}-\d\d-\d\d/.exec(await page.locator('.rehearsal .num').innerText());
	return new Date(Date.parse(`${today}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

// Enough for five working days whatever holidays there are.
const weeks = (n) => 7 * n;

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
	made.filing = manager.at;
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
	await forward(weeks(3));
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
	const at = system.at;
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
	made.plan = clerk.at;
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
	made.exam = await day(weeks(4) + 4);
	await clerk.open(`${made.plan}/edit`);
	await clerk.send(made.plan, { enrol_to_on: await day(weeks(4) - 1) });
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
	made.open = stranger.at;
	await stranger.sees(made.body, '养老护理员', '四级/中级工', '180');
	await stranger.shot('open-batch');
	const clerk = await stage.person('经办人甲');
	await reach(clerk, '开始报名', '报名中');
});

step('a stranger asks whether she may sit, without an account', async () => {
	const stranger = await stage.person('社会公众', phone);
	await stranger.open('/');
	await stranger.shot('home-phone');
	await stranger.open('/check');
	await stranger.send('/check#answer', { occupation_id: /养老护理员/, birth_on: '1990-05-20', work_from_on: '2015-03-01' });
	await stranger.sees(/可以申报/);
	await stranger.shot('check');
});


// What one person does to a batch until it is in a state; the calendar may have been faster.
async function reach(person, words, state) {
	await person.open(made.plan);
	if ((await person.said()).includes(state))
		return;
	await person.step(words).catch((e) => {
		if (!/404|409|当前|状态/.test(e.message))
			throw e;
	});
	await person.open(made.plan);
	await person.sees(state);
}

step('a worker registers and enrols online with a photo', async () => {
	const worker = await stage.person('劳动者', phone);
	made.worker = { name: '刘海霞', idno: idno('371002', '19900520', 26) };
	await worker.open('/register/worker');
	const password = 'Brass-lantern-0002';
	await worker.send('/register/worker', { name: made.worker.name, idno: made.worker.idno, phone: '13906310001', password, repeat: password },
		{ refusal: /同意/ });
	await worker.shot('worker-register');
	await worker.send('/register/worker', { password, repeat: password, consent: true });
	await worker.login({ login: made.worker.idno, password });
	await worker.open(made.open);
	await worker.follow('我要报名');
	await worker.shot('enrol-form');
	const photo = { name: '照片.jpg', mimeType: 'image/jpeg', buffer: await portrait(stage) };
	await worker.send(`${made.open}/enrol`, { work_from_on: '2015-03-01', unit: '威海市社会福利院', photo, evidence: pdf('工作证明'), consent: true });
	made.enrolment = worker.at;
	await worker.sees('待审核', '符合');
	await worker.shot('enrolment');
});

step('the clerk brings a roster: every row is judged before anything is saved', async () => {
	const clerk = await stage.person('经办人甲');
	await clerk.open(`${made.plan}/rosters`);
	await clerk.shot('rosters');
	const template = await clerk.download(() => clerk.page.getByRole('link', { name: '下载模板' }).click());
	const people = Array.from({ length: 19 }, (_, i) => ({ 姓名: `考生${'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申'[i]}`, 证件号码: idno('371082', `19${80 + i % 10}0${1 + i % 9}15`, 31 + i),
		手机号码: `1390631${1000 + i}`, 工作单位: i % 2 ? '荣成市人民医院' : '威海市社会福利院', 从事本职业或相关职业起始日期: '2014-07-01' }));
	const wrong = people[3].证件号码, last = wrong.at(-1) === '1' ? '2' : '1';
	const rows = [...people, { ...people[0], 姓名: '号码有误', 证件号码: wrong.slice(0, 17) + last },
		{ ...people[1], 姓名: '年限不足', 证件号码: idno('371082', '20010615', 77), 从事本职业或相关职业起始日期: await day(-200) },
		{ ...people[2] }];
	const mimeType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
	await clerk.send(`${made.plan}/rosters`, { file: { name: '名册.xlsx', mimeType, buffer: Buffer.from('这不是一个表格') } },
		{ refusal: /名册\.xlsx/ });
	await clerk.shot('roster-refused');
	await clerk.send(`${made.plan}/rosters`, { file: { name: '名册.xlsx', mimeType, buffer: fillSheet(template.bytes, rows) } });
	made.roster = clerk.at;
	await clerk.job();
	await clerk.sees('确认导入 19 人');
	await clerk.shot('roster-verdicts');
	await clerk.follow('不能导入');
	await clerk.sees('校验', '同一个证件号码', '年限不足', '符合条件 3 条');
	await clerk.shot('roster-bad');
	const sheet = await clerk.download(() => clerk.page.getByRole('link', { name: '下载审核结果' }).click());
	const back = readSheet(sheet.bytes).map((row) => Object.values(row).join('|'));
	assert.equal(back.length, rows.length + 1, 'every row comes back');
	assert.match(back.find((row) => row.includes('号码有误')), /校验/);
	assert.match(back.find((row) => row.includes('年限不足')), /年/);
	await clerk.send(`${made.roster}/confirm`);
	await clerk.job();
	await clerk.sees('导入完成');
	await clerk.shot('roster-saved');
});

step('the clerk reviews the enrolments, the authority checks some', async () => {
	const clerk = await stage.person('经办人甲'), city = await stage.person('市级经办');
	await clerk.follow('查看本批次的报名');
	await clerk.shot('enrolments');
	await clerk.follow(made.worker.name);
	await clerk.shot('enrolment-review');
	await clerk.step('审核通过');
	await clerk.open(made.plan);
	await clerk.follow(/报名/);
	await clerk.send(`${made.plan}/enrolments/accept`);
	await clerk.job();
	await clerk.sees('审核通过');
	await city.open(`/enrolments?batch_id=${made.plan.split('/').pop()}`);
	await city.send(`${made.plan}/enrolments/draw`);
	await city.shot('spot-checks');
	await city.go('tbody th a');
	await city.send(/\/spot$/, { verdict: '材料属实、符合条件' });
	await city.shot('spot-checked');
});

step('enrolment ends; rooms and seats are drawn, tickets and lists printed', async () => {
	await forward(weeks(4));
	const clerk = await stage.person('经办人甲'), worker = await stage.person('劳动者', phone);
	await reach(clerk, '截止报名', '报名截止');
	await clerk.open(`${made.plan}/arrangement`);
	await clerk.shot('arrangement-before');
	await clerk.send(`${made.plan}/arrangement`);
	await clerk.sees('种子', '20/30');
	await clerk.shot('arrangement');
	await clerk.send(`${made.plan}/arrangement/verify`);
	for (const paper of ['tickets', 'signin', 'doors', 'seats']) {
		const { type, bytes } = await clerk.fetch(`${made.plan}/papers/${paper}`);
		assert.equal(type, 'application/pdf');
		assert.equal(bytes.toString('latin1', 0, 5), '%PDF-', paper);
	}
	await clerk.open(`${made.plan}/arrangement`);
	await clerk.follow('理论一考室');
	await clerk.shot('seats');
	await forward(1);
	await worker.open(made.enrolment);
	await worker.shot('enrolment-ticket');
	const { bytes } = await worker.fetch(await worker.page.getByRole('link', { name: '准考证' }).getAttribute('href'));
	assert.equal(bytes.toString('latin1', 0, 5), '%PDF-');
});

step('on the day of the examination', async () => {
	const city = await stage.person('市级经办'), clerk = await stage.person('经办人甲');
	await forward(3);
	await city.open('/board');
	await city.sees(made.batch);
	await city.shot('board');
	await reach(clerk, '开考', '考试中').catch(() => clerk.sees('评分中'));
	await forward(1);
	await reach(clerk, '考试结束', '评分中');
	await clerk.shot('batch-marking');
});

// Every empty score of the form of a page: of candidates by name, or the preset.
async function scores(person, preset, special = {}) {
	for (const row of await person.page.locator('tr:has(input[name^=score_]), li:has(input[name^=score_])').all()) {
		const text = await row.innerText();
		const [, value] = Object.entries(special).find(([name]) => text.includes(name)) ?? [null, preset];
		const choice = row.locator(`input[type=radio][value=${value === '缺' ? 'absent' : 'score'}]`);
		if (await choice.count())
			await choice.locator('..').click();
		if (value !== '缺' || !await choice.count())
			await row.locator('input[name^=score_]').fill(value);
	}
}

step('theory marks are entered twice by two people; a difference is settled by a third', async () => {
	const first = await stage.person('经办人甲'), second = await stage.person('经办人乙'), manager = await stage.person('机构负责人');
	await second.login(made.accounts['赵经办']);
	for (const [person, special] of [[first, { 考生乙: '缺', 考生丙: '45' }], [second, { 考生乙: '缺', 考生丙: '54' }]]) {
		await person.open(`${made.plan}/marks`);
		await person.follow('录入成绩');
		await scores(person, '82.5', special);
		await person.send(/\/marks\/\d+$/);
		await person.shot(`theory-${person === first ? 1 : 2}`);
		await person.send(/\/marks\/\d+\/sign$/);
	}
	await manager.open(`${made.plan}/marks`);
	await manager.sees('两次录入不一致', '考生丙');
	await manager.shot('marks-difference');
	await manager.follow('核定');
	await manager.send(/\/marks\/settle\//, { flag: '有成绩', score: '54', note: '查阅答卷原件，第一次录入时数字颠倒。' });
	await manager.open(`${made.plan}/marks`);
	await manager.sees('54');
});

step('three examiners mark on tablets, each for himself, and sign', async () => {
	for (const [i, name] of ['吴考一', '吴考二', '吴考三'].entries()) {
		const examiner = await stage.person(name, tablet);
		await examiner.login(made.accounts[name]);
		await examiner.open('/marking');
		if (i === 0)
			await examiner.shot('marking');
		await examiner.follow(/技能|评分/);
		await scores(examiner, String(78 + i), { 考生乙: '缺' });
		if (i === 0)
			await examiner.shot('marking-seats');
		await examiner.send(/^\/marking\/\d+$/);
		await examiner.send(/^\/marking\/\d+\/sign$/, { agreed: true });
		await examiner.sees('您已签字');
		if (i === 2)
			await examiner.shot('marking-signed');
	}
});

step('the results are compiled, frozen and shown publicly', async () => {
	const clerk = await stage.person('经办人甲'), manager = await stage.person('机构负责人'), stranger = await stage.person('社会公众', phone);
	await clerk.open(`${made.plan}/results`);
	await clerk.send(`${made.plan}/results/compile`);
	await clerk.shot('results-compiled');
	await manager.open(`${made.plan}/results`);
	await manager.send(`${made.plan}/results/freeze`);
	await manager.sees('第 1 版');
	await manager.shot('results-frozen');
	await stranger.open('/results/public');
	await stranger.follow(made.batch);
	await stranger.sees('考生丙', '54', '缺考');
	await stranger.seesNot(made.worker.idno);
	await stranger.shot('notice');
});

step('an objection is received and answered', async () => {
	const stranger = await stage.person('社会公众', phone), clerk = await stage.person('经办人甲');
	await stranger.send(/^\/results\/public\/\d+\/objections$/, { name: '考生丙', phone: '13906311002', text: '我的理论成绩登记有误，申请复核答卷。' });
	await stranger.shot('objection-receipt');
	await clerk.open('/todo');
	await clerk.shot('todo-objection');
	await clerk.open('/objections');
	await clerk.follow('考生丙');
	await clerk.shot('objection');
	await clerk.step('答复', '已复核答卷，第 12 题漏判，将申请更改成绩。');
	await stranger.page.reload();
	await stranger.sees('已复核答卷');
	await stranger.shot('objection-answered');
});

step('a result is changed after the freeze by two approvers; both versions stay', async () => {
	const clerk = await stage.person('经办人甲'), manager = await stage.person('机构负责人'), city = await stage.person('市级经办');
	await clerk.open(`${made.plan}/results?find=${encodeURIComponent('考生丙')}`);
	await clerk.follow('申请更改');
	await clerk.send(/\/results\/change\//, { part: /理论/, new_state: '有成绩', new_centi: '62', reason: '第 12 题漏判 8 分。' });
	made.change = clerk.at;
	await manager.open(made.change);
	await manager.step('初审同意');
	await city.open(made.change);
	await city.step('复审同意并更改');
	await city.sees('第 1 版', '第 2 版', '62');
	await city.shot('result-change');
});

step('after five working days the authority confirms, the manager issues the certificates', async () => {
	const city = await stage.person('市级经办'), manager = await stage.person('机构负责人');
	await city.open(`${made.plan}/results`);
	await city.sees('还不能核准');
	await forward(weeks(3));
	await city.open(`${made.plan}/results`);
	await city.send(`${made.plan}/results/confirm`);
	await city.sees('成绩已核准');
	await city.shot('results-confirmed');
	await manager.open('/todo');
	await manager.shot('todo-manager');
	await manager.open(`${made.plan}/certificates`);
	await manager.send(`${made.plan}/certificates`);
	await manager.sees('19');
	await manager.shot('certificates');
	await manager.page.locator('tr', { hasText: made.worker.name }).getByRole('link').first().click();
	await manager.page.waitForLoadState();
	made.certificate = manager.at;
	made.number = new RegExp(`${made.code}\\d{9}`).exec(await manager.said())[0];
	await manager.shot('certificate');
	const { type, bytes } = await manager.fetch(`${made.certificate}/pdf`);
	assert.equal(type, 'application/pdf');
	assert.equal(bytes.toString('latin1', 0, 5), '%PDF-');
});

step('a stranger verifies the certificate; the authority suspends it, and the stranger sees that', async () => {
	const stranger = await stage.person('社会公众', phone), head = await stage.person('市级负责人');
	const asked = { number: made.number, name: made.worker.name };
	await stranger.open('/verify');
	await stranger.send('/verify', asked);
	await stranger.sees('有效', made.number, made.worker.name, made.body, '四级/中级工');
	await stranger.seesNot(made.worker.idno);
	await stranger.shot('verify-valid');
	await stranger.open('/verify');
	await stranger.send('/verify', { ...asked, name: '刘海' });
	await stranger.sees('姓名不符');
	await stranger.shot('verify-name');
	await head.open(made.certificate);
	await head.step('暂停', '接到举报，正在核查报名材料。');
	await stranger.open('/verify');
	await stranger.send('/verify', asked);
	await stranger.sees('暂停使用');
	await stranger.shot('verify-suspended');
	await head.step('恢复有效', '核查完毕，材料属实。');
	await stranger.open('/verify');
	await stranger.send('/verify', asked);
	await stranger.sees('有效');
});

step('the archive is built and read', async () => {
	const clerk = await stage.person('经办人甲'), manager = await stage.person('机构负责人');
	await clerk.open(`${made.plan}/archive`);
	await clerk.send(`${made.plan}/archive`);
	await clerk.job();
	await clerk.sees('档案包');
	await clerk.shot('archive');
	await manager.open(`${made.plan}/archive`);
	const form = await manager.form(/\/archive\/\d+\/read$/);
	await manager.put(form, { purpose: '年度质量检查', witness: '孙经办、赵经办' });
	const file = await manager.download(() => form.locator('button').click());
	assert.equal(file.bytes.toString('latin1', 0, 2), 'PK');
	await manager.open(`${made.plan}/archive`);
	await manager.sees('年度质量检查');
});

step('the worker sees her ladder and her certificate', async () => {
	const worker = await stage.person('劳动者', phone);
	await worker.open('/career');
	await worker.sees('四级');
	await worker.shot('career');
	await worker.open('/my/certificates');
	await worker.sees(made.number);
	await worker.shot('my-certificates');
	await worker.open('/my/enrolments');
	await worker.shot('my-enrolments');
	const { bytes } = await worker.fetch(`/my/certificates/${made.certificate.split('/').pop()}/pdf`);
	assert.equal(bytes.toString('latin1', 0, 5), '%PDF-');
});

step('the authority reads its figures; nothing kept was changed behind the program’s back', async () => {
	const city = await stage.person('市级经办');
	await city.open('/todo');
	await city.shot('todo-end');
	await city.open('/figures');
	await city.shot('figures');
	const checked = await server.place.luban('check');
	assert.equal(checked.status, 0, checked.stdout + checked.stderr);
});
