// Scores of a computer exam as their people see them: the clerk has the sheets scored, two examiners mark essays blind and a
// third where they are apart, a wrong key is tried out before anybody decides, two people decide, the statistics show the item.
import assert from 'node:assert/strict';
import { demo } from '../lib/demo.js';
import { play, stage, step, tablet } from './support.js';

const points = { examiner1: (n) => 1 + (n * 7) % 5, examiner2: () => 3, examiner3: () => 2 };
let exam;

play();

async function mark(login) {
	const examiner = await stage.person(login, tablet);
	await examiner.login(demo(login));
	await examiner.open(`${exam}/marking`);
	await examiner.send(/\/marking\/take$/);
	let n = 0;
	for (; await examiner.page.locator('[name=score]').count(); n++) {
		if (n === 0 && login === 'examiner1') {
			await examiner.sees('参考答案', '满分');
			await examiner.seesNot('准考证号', '身份证');
			await examiner.shot('essay');
			await examiner.send(/\/marking$/, { score: '99' }, { refusal: /得分应在 0 到/ });
		}
		await examiner.send(/\/marking$/, { score: String(points[login](n)), note: n ? '' : '要点不全' });
	}
	await examiner.sees('目前没有需要您阅的题');
	return n;
}

step('a closed exam is scored', async () => {
	const manager = await stage.person('负责人');
	await manager.login(demo('manager'));
	await manager.open('/todo');
	await manager.sees('待评分或待报送的机考');
	await manager.go('a[href$="/scores"]');
	exam = manager.at.replace(/\/scores$/, '');
	await manager.send(/\/scores\/compute$/);
	await manager.job();
	await manager.sees('分数分布', '道没有结果');
	await manager.shot('scores');
});

step('essays are marked blind, by a third where two are apart', async () => {
	const first = await mark('examiner1'), second = await mark('examiner2'), third = await mark('examiner3');
	assert.ok(first > 5 && first === second, `${first} and ${second} essays`);
	assert.ok(third > 0 && third < first, `${third} third marks`);
	const manager = await stage.person('负责人');
	await manager.open(`${exam}/moderation`);
	await manager.sees('平均得分率', '三评');
	await manager.shot('moderation');
	const link = await manager.page.locator('a[href*="/moderation/"]').first().getAttribute('href');
	const other = new URL(link.replace(/\d+$/, '1'), manager.page.url()).href;
	assert.equal((await manager.page.request.get(other)).status(), 404, 'what is no essay is not shown');
	await manager.go('a[href*="/moderation/"]');
	await manager.send(/\/moderation\//, { score: '4', note: '按评分标准第二条' });
});

step('a decision is computed before it is made, and made by two', async () => {
	const manager = await stage.person('负责人');
	await manager.open(`${exam}/scores`);
	await manager.send(/\/scores\/publish$/);
	await manager.sees('成绩已写入本批次的理论科目');
	await manager.open(`${exam}/scores/replay`);
	await manager.send(/\/replay$/, { reason: '题干有误' }, { refusal: /至少更改/ });
	await manager.send(/\/replay$/, { item1: /A卷第3题/, ruling1: '全体送分', reason: '第3题题干有误，专家认定无正确答案' });
	const page = manager.at;
	await manager.opened(page, '变为合格');
	await manager.sees('受影响的考生', '全体送分');
	await manager.shot('replay');
	await manager.step('初审同意', '', { refusal: /不能审核自己提出/ });
	const city = await stage.person('市局');
	await city.login(demo('city'));
	await city.open(page);
	await city.step('初审同意');
	const head = await stage.person('市局负责人');
	await head.login(demo('city-head'));
	await head.open(page);
	await head.step('复审同意并采用');
	await head.sees('已采用');
	await manager.open(`${exam}/scores`);
	await manager.sees('第 2 版', '现用');
});

step('the statistics show every item and one of them', async () => {
	const manager = await stage.person('负责人');
	await manager.open(`${exam}/statistics`);
	await manager.send(/\/statistics$/);
	await manager.job();
	await manager.sees('信度', '点二列相关', 'α 系数');
	await manager.shot('statistics');
	await manager.go('table a[href*="/statistics/"]');
	await manager.sees('各答案的选择', '标准答案');
	await manager.shot('item-statistics');
	await manager.open(`${exam}/scores?state=handed_in`);
	await manager.go('a[href*="/sheets/"]');
	await manager.sees('逐题得分', '卷面');
	await manager.shot('sheet');
});
