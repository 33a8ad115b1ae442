// The look for copying as its people see it: the manager has a closed exam scored and looked at, the two who gave the same
// answers stand first, their sheet says why and what it does not say; a case is opened, both are heard, and only somebody else
// hands it on.
import assert from 'node:assert/strict';
import { demo } from '../lib/demo.js';
import { sql } from '../lib/luban.js';
import { desktop, phone, play, server, stage, step, tablet } from './support.js';

let manager, exam, sheet, kase;

play({}, async () => {
	manager = await stage.person('负责人', desktop);
	await manager.login(demo('manager'));
});

step('a closed exam is scored, then looked at', async () => {
	await manager.open('/todo');
	await manager.go('a[href$="/scores"]');
	exam = manager.at.replace(/\/scores$/, '');
	await manager.open(`${exam}/forensics`);
	await manager.sees('这是线索，不是结论', '至少需要 20 份答卷');
	await manager.shot('forensics-empty');
	await manager.open(`${exam}/scores`);
	await manager.send(/\/scores\/compute$/);
	await manager.job();
	await manager.go(`a[href="${exam}/forensics"]`);
	await manager.send(/\/forensics$/);
	await manager.job();
	await manager.sees('雷同线索 1 对', '能发现多少', '第1对', '邻座');
	await manager.shot('forensics');
});

step('the two with the same answers stand first; the sheet says what it means', async () => {
	await manager.go('th[scope=row] a');
	sheet = manager.at;
	await manager.sees('不说明原因，也不能说明谁抄谁', '按两人的水平各自独立作答', '答案相同的题', '其他迹象');
	assert.equal(await manager.page.locator('.desks .is-one').count(), 2);
	await manager.shot('forensics-sheet');
});

step('a case: opened with a reason, both heard, handed on by another', async () => {
	await manager.send(/\/case$/, { reason: '短' }, { refusal: /立案理由/ });
	await manager.send(/\/case$/, { reason: '监控显示两人多次交谈' });
	kase = manager.at;
	assert.match(kase, /^\/forensic-cases\/\d+$/);
	await manager.sees('已立案，待听取陈述', '尚未听取');
	await manager.open(sheet);
	await manager.sees('已经立案');
	await manager.open(kase);
	await manager.step('记录双方陈述', '双方均称在同一培训班复习');
	await manager.sees('双方均称在同一培训班复习', '待结论');
	await manager.seesNot('移交考场违纪处理程序的理由');
	const city = await stage.person('市人社', tablet);
	await city.login(demo('city'));
	await city.open(kase);
	await city.shot('forensics-case');
	await city.step('移交考场违纪处理程序', '监控证实交换答案，移交处理');
	await city.sees('结案：移交处理', '监控证实交换答案');
	await city.open('/forensic-cases?state=closed_with');
	await city.sees('结案：移交处理');
});

step('the look over all exams of the same forms is the authority\'s', async () => {
	const set = sql(server.place, `SELECT paper_set_id FROM exam WHERE id = ${exam.split('/').pop()}`);
	assert.equal((await manager.page.request.get(`${server.url}/papers/${set}/forensics`)).status(), 403);
	sql(server.place, `UPDATE exam SET paper_set_id = ${set} WHERE id IN (SELECT id FROM exam WHERE state = 'running')`);
	const county = await stage.person('县人社', desktop);
	await county.login(demo('county'));
	await county.open(`${exam}/forensics`);
	await county.go(`a[href="/papers/${set}/forensics"]`);
	await county.sees('用这套试卷的考试', '尚未评分，不在分析之内', '尚未分析');
	await county.shot('forensics-joint');
});

step('on a phone', async () => {
	const person = await stage.person('省人社', phone);
	await person.login(demo('province'));
	await person.open(`${exam}/forensics`);
	await person.shot('forensics-phone');
	await person.open(sheet);
	await person.shot('forensics-sheet-phone');
});
