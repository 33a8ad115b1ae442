// An author brings items in a file: sees the verdict of each before anything is saved, confirms, finds the drafts, takes the
// sheet back; a manager takes the bank out, and has to say what for.
import assert from 'node:assert/strict';
import { demo } from '../lib/demo.js';
import { phone, play, stage, step, tablet } from './support.js';

const gift = `// 电工基础
::单相电压::我国单相交流电的电压是（　）。{=220 V#对 ~110 V ~380 V}

::并联电阻::[html]R<sub>1</sub>\\=6 Ω 与 R<sub>2</sub>\\=3 Ω 并联，等效电阻为多少？{#2:0.05}

::未写完::这道题少了右括号 {=甲 ~乙

::材料::[html]<p>某车间配电箱铭牌如下。</p>

::接地::[markdown]**接地线**应先接接地端。{T#不对#对####先接接地端，后接导线端。}
`;
let bank;

play();

step('a file of another system is judged item by item', async () => {
	const clerk = await stage.person('考务甲');
	await clerk.login(demo('clerk1'));
	await clerk.open('/banks?state=open');
	await clerk.go('main table a[href^="/banks/"]');
	bank = clerk.at;
	await clerk.follow('导入导出');
	await clerk.sees('下载试题模板', '确认之前不保存任何试题');
	await clerk.shot('item-exchange');
	const template = await clerk.download(() => clerk.page.getByRole('link', { name: '下载试题模板' }).click());
	assert.equal(template.name, '试题模板.xlsx');
	await clerk.send(/\/imports$/, { file: { name: '题库.txt', mimeType: 'text/plain', buffer: Buffer.from('没有题') } },
		{ refusal: /认不出文件的格式/ });
	await clerk.send(/\/imports$/, { file: { name: '电工.txt', mimeType: 'text/plain', buffer: Buffer.from(gift) }, point_id: /^[A-Z]-\d/ });
	await clerk.job();
	await clerk.sees('待确认', '可以导入', '花括号没有成对', 'Markdown 格式不支持', '确认导入 3 题');
	await clerk.shot('item-import');
});

step('confirmed, they are drafts; the sheet goes back with the verdicts', async () => {
	const clerk = await stage.person('考务甲');
	const at = clerk.at;
	await clerk.send(/\/confirm$/);
	await clerk.job();
	await clerk.open(at);
	await clerk.sees('导入完成', '已导入');
	const sheet = await clerk.download(() => clerk.page.getByRole('link', { name: '下载审核结果' }).click());
	assert.match(sheet.name, /审核结果-电工/);
	await clerk.follow('单相电压');
	await clerk.sees('我国单相交流电的电压是', '草稿');
	await clerk.resize(phone);
	await clerk.open(at);
	await clerk.shot('item-import-phone');
	await clerk.open(`${bank}/imports`);
	await clerk.shot('item-exchange-phone');
});

step('a bank goes out for a purpose', async () => {
	const manager = await stage.person('负责人', tablet);
	await manager.login(demo('manager'));
	await manager.open(`${bank}/imports`);
	await manager.sees('导出试题', '逐题记入调阅记录');
	await manager.shot('item-exchange-tablet');
	const form = await manager.form(/\/export$/);
	await manager.put(form, { format: /QTI/, state: '草稿', purpose: '浏览器测试导出' });
	const file = await manager.download(() => form.getByRole('button', { name: '导出' }).click());
	assert.match(file.name, /\.zip$/);
	assert.equal(file.bytes.subarray(0, 2).toString(), 'PK');
	await manager.open(`${bank}/readings`);
	await manager.sees('浏览器测试导出');
});
