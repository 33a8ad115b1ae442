// An author with the editor: writes an item with a formula, a picture and five options, sees it as a candidate will, submits; a
// colleague judges a look-alike and passes it; the manager approves; who reads it afterwards says why. And once without script.
import assert from 'node:assert/strict';
import { demo } from '../lib/demo.js';
import { phone, play, server, stage, step, tablet } from './support.js';

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAFUlEQVR42mP8z8Dwn4EIwDiqkL4KAcT9GO0U4BxoAAAAAElFTkSuQmCC', 'base64');

const made = {};
play();

const editor = (page, label) => page.getByRole('textbox', { name: label, exact: false }).and(page.locator('.rich-text'));

step('the author writes with the editor and sees the item as a candidate will', async () => {
	const author = await stage.person('命题人'), { page } = author;
	await author.login(demo('clerk1'));
	await author.open('/banks');
	await author.follow('养老护理员四级');
	made.bank = author.at;
	await author.shot('bank');
	await author.follow('命制试题');
	await author.follow('单项选择题');
	await editor(page, '题干').click();
	await page.keyboard.type('按下式计算，体重64 kg、身高1.6 m的老年人，体质指数为（　　）。');
	await page.getByRole('button', { name: '插入公式' }).first().click();
	await page.getByLabel('公式（TeX 写法）').fill('BMI=\\frac{m}{h^2}');
	await page.keyboard.press('Enter');
	const preview = page.locator('[data-preview-body]');
	await preview.locator('math mfrac msup').waitFor();
	for (const [letter, text] of [['A', '20'], ['B', '22'], ['C', '25'], ['D', '28']])
		await editor(page, `选项 ${letter}`).fill(text);
	await page.getByRole('button', { name: '再加一个选项' }).click();
	await editor(page, '选项 E').fill('31');
	await page.getByLabel('选项 C 是正确答案').check();
	assert.equal(await page.locator('[name=key]').inputValue(), 'C');
	assert.equal(await preview.locator('.item-option').count(), 5);
	await author.shot('bank-write');
});

step('a picture goes where it belongs, and everything is kept on saving', async () => {
	const { page } = await stage.person('命题人'), author = await stage.person('命题人');
	await editor(page, '题干').click();
	await page.keyboard.press('Control+End');
	const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: '插入图片' }).first().click()]);
	await chooser.setFiles({ name: '示意图.png', mimeType: 'image/png', buffer: png });
	await page.locator('.rich-stem img').waitFor();
	assert.match(await page.locator('[name=stem]').inputValue(), /<math>.*<img src="asset:image_1" alt="示意图">/);
	await author.send(/items\/new$/, { point_id: /老年人生理与心理/, difficulty: '65', note: '新命' }, { button: '保存草稿' });
	made.item = author.at;
	await author.sees('草稿', '考生所见', 'C 25');
	assert.equal(await page.locator('.item math mfrac').count(), 1);
	assert.ok(await page.locator('.item-stem img').evaluate((img) => img.complete && img.naturalWidth > 0));
	assert.equal(await page.locator('.item-option').count(), 5);
	await author.shot('bank-draft');
	await author.follow('修改');
	assert.equal(await page.locator('.rich-stem math mfrac').count(), 1, 'the editor opens what was saved');
	assert.ok(await page.getByLabel('选项 C 是正确答案').isChecked());
	await author.open(made.item);
	await author.step('提交审核');
	await author.sees('待审核');
});

step('a colleague finds it among the to-dos, sends it back, and passes it when mended', async () => {
	const author = await stage.person('命题人'), judge = await stage.person('审题人', tablet);
	await judge.login(demo('clerk2'));
	await judge.open('/todo');
	await judge.sees('待审核的试题');
	await judge.open(made.item);
	await judge.shot('bank-judge');
	await judge.step('退回修改', '干扰项 31 明显不合理，请删去');
	await author.open(made.item);
	await author.sees('干扰项 31 明显不合理，请删去');
	await author.follow('修改');
	await editor(author.page, '选项 E').fill('');
	await author.send(/\/edit$/, { note: '删去选项E' }, { button: '保存草稿' });
	await author.sees('第 2 版', '与前一版相比');
	assert.match(await author.page.locator('.diff').innerText(), /31/);
	await author.step('提交审核');
	await judge.open(made.item);
	for (let n = await judge.page.locator('form[action$="/near"]').count(); n > 0; n--) {
		await judge.page.locator('form[action$="/near"] input[name=note]').first().fill('题型和数值不同的平行题');
		await judge.go(judge.page.getByRole('button', { name: '确认不重复' }));
	}
	await judge.step('审核通过');
	await judge.sees('待批准');
});

step('the manager approves; from then on reading asks for a reason', async () => {
	const manager = await stage.person('机构负责人', phone), author = await stage.person('命题人');
	await manager.login(demo('manager'));
	await manager.open(made.item);
	await manager.step('批准入库');
	await manager.sees('已入库', '调阅理由');
	await manager.seesNot('体质指数为');
	await manager.shot('bank-live');
	await manager.send(/\/read$/, { reason: '抽查新入库试题的质量' });
	await manager.sees('体质指数为', '抽查新入库试题的质量');
	await author.open(made.item);
	await author.seesNot('体质指数为');
	await author.open(`${made.bank}/readings`);
	await author.sees('抽查新入库试题的质量', '审核试题', '查看本人命制的试题');
	await author.shot('bank-readings');
});

step('the same form works without script', async () => {
	const context = await stage.browser.newContext({ baseURL: server.url, javaScriptEnabled: false, locale: 'zh-CN' });
	const author = await stage.person('命题人');
	await context.addCookies(await author.page.context().cookies());
	const page = await context.newPage();
	await page.goto(`${made.bank}/items/new?kind=multiple`);
	await page.locator('[name=point_id]').selectOption({ index: 1 });
	await page.locator('[name=stem]').fill('下列做法中，能预防老年人走失的有（　　）。');
	for (const [letter, text] of [['A', '佩戴定位手环'], ['B', '随身带联系卡'], ['C', '独自夜间外出']])
		await page.locator(`[name=option_${letter}]`).fill(text);
	await page.locator('[name=key]').fill('AB');
	await page.getByRole('button', { name: '保存草稿' }).click();
	await page.waitForURL(/\/items\/\d+$/);
	assert.match(await page.locator('main').innerText(), /佩戴定位手环[\s\S]*标准答案：A　佩戴定位手环；B　随身带联系卡/);
	await context.close();
});
