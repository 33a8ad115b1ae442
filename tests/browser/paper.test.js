// A set of papers as its people see it: the author makes a blueprint, has it assembled, reads the report; the manager approves and
// names custodians; each takes a code; two open; a print is traced.
import assert from 'node:assert/strict';
import { demo } from '../lib/demo.js';
import { phone, play, stage, step, tablet } from './support.js';

let set;
const codes = {};

play();

const open = async (person, path = '') => person.open(`${set}${path}`);

step('the author makes a blueprint and has it assembled', async () => {
	const author = await stage.person('命题经办人');
	await author.login(demo('clerk1'));
	await author.open('/blueprints');
	await author.shot('blueprints');
	await author.open('/blueprints/new');
	await author.send('/blueprints/new', { bank_id: '养老护理员四级理论知识题库', title: '春季方案' });
	await author.sees('题型与分值', '逐条要求', '按此方案组卷');
	await author.shot('blueprint');
	const at = author.at;
	await author.page.locator('summary', { hasText: '修改题型与分值' }).click();
	await author.send(/\/sections$/, { items_single: '15', score_single: '4', items_true_false: '10', score_true_false: '4', items_multiple: '0' });
	await author.open(at);
	await author.page.locator('summary', { hasText: '按细目表重填比重' }).click();
	await author.send(/\/weights$/, { slack: '150' });
	await author.page.locator('summary', { hasText: '修改总体要求' }).click();
	await author.send(/\/edit$/, { title: '春季方案', target_permille: '0', overlap: '3', apart_centi: '0.5', spread_permille: '50' });
	await author.send(/\/assemble$/, { title: '春季试卷' });
	set = author.at;
	await author.job();
	await open(author);
	await author.sees('待批准', '等值情况', '换种子重新组卷');
	await author.shot('paper-set');
});

step('the report is read, on a tablet too', async () => {
	const author = await stage.person('命题经办人');
	await open(author, '/report');
	await author.sees('结论', '难度与离散', '测验信息量', '相同试题', '各项要求', '启封前不公开');
	await author.shot('report');
	const pdf = await author.fetch(`${set}/report.pdf`);
	assert.match(pdf.type, /pdf/);
});

step('the manager approves and names custodians', async () => {
	const manager = await stage.person('负责人', tablet);
	await manager.login(demo('manager'));
	await open(manager);
	await manager.step('批准');
	await manager.sees('指定保管人');
	const option = (i) => manager.page.locator('[name=custodian_one] option', { hasText: '经办人' }).nth(i).innerText();
	const values = { custodian_one: await option(0), custodian_two: await option(1), open_from_at: '2025-01-01T08:00' };
	await manager.send(/\/custodians$/, { ...values, open_to_at: '2025-01-01T09:00' }, { refusal: /截止|启封/ });
	const now = new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 16);
	await manager.send(/\/custodians$/, { ...values, open_to_at: now });
	await manager.sees('未领取口令');
	await manager.shot('custodians');
});

step('each custodian takes a code, seen once', async () => {
	for (const login of ['clerk1', 'clerk2']) {
		const custodian = await stage.person(login === 'clerk1' ? '命题经办人' : '保管人', login === 'clerk1' ? undefined : phone);
		if (login === 'clerk2')
			await custodian.login(demo(login));
		await open(custodian);
		await custodian.send(/\/custody$/);
		codes[login] = (await custodian.page.locator('.watch-secret').innerText()).trim();
		assert.match(codes[login], /^[A-Z2-7-]{23}$/);
		await custodian.shot(`code-${login}`);
		await custodian.page.getByRole('link', { name: '返回确认' }).click();
		await custodian.send(/\/custody\/confirm$/, { code: 'AAAAA-AAAAA-AAAAA-AAAAA' }, { refusal: /不符/ });
		await custodian.shot(`confirm-${login}`);
		await custodian.send(/\/custody\/confirm$/, { code: codes[login] });
	}
	const manager = await stage.person('负责人');
	await open(manager);
	await manager.sees('已封存');
	await manager.shot('sealed');
});

step('two open it', async () => {
	const one = await stage.person('命题经办人'), two = await stage.person('保管人');
	await open(one);
	await one.send(/\/open$/, { code: 'AAAAA-AAAAA-AAAAA-AAAAA' }, { refusal: /口令不正确/ });
	await one.send(/\/open$/, { code: codes.clerk1 });
	await one.sees('等待另一人');
	await open(two);
	await two.shot('opening');
	await two.send(/\/open$/, { code: codes.clerk2 });
	await two.sees('已启封', '随机种子');
	await one.open(`${set}/trace`);
	await one.sees('打印登记', '追查泄露来源');
	await one.shot('trace');
});

step('what could not be assembled says why', async () => {
	const author = await stage.person('命题经办人');
	await author.open('/papers?state=failed');
	await author.go('tbody a');
	await author.sees('为什么组不成', '题库缺什么', '库中可用', '不能再少');
	await author.shot('failed');
});
