// An invigilator runs a room on a tablet: three candidates at the door, admitted, at work, one given time, one moved to another
// machine, one whose paper is taken; what happened is noted with a photo; and the board says at once when the numbers do not balance.
import assert from 'node:assert/strict';
import { beginRoom, demo, demoRoom } from '../lib/demo.js';
import { sql } from '../lib/luban.js';
import { png } from '../lib/picture.js';
import { desktop, enter, phone, play, server, stage, step, tablet } from './support.js';

let proctor, candidates, exam, room, here, rowOf;

play({}, async () => {
	({ candidates, exam, room, address: here, rowOf } = demoRoom(server));
	const login = sql(server.place, `SELECT a.login FROM batch_staff t JOIN staff s ON s.id = t.staff_id JOIN account a ON a.id = s.account_id
		WHERE t.batch_room_id = ${room} AND a.role = 'invigilator'`);
	for (const c of candidates)
		[c.id, c.name] = rowOf(c, 'id, name').split('|');
	proctor = await stage.person('监考员', tablet);
	await proctor.login(demo(login));
});

const seat = (person, number) => person.page.locator(`.berth[data-seat="${number}"]`);
const becomes = (person, number, look) => person.page.locator(`.berth.look-${look}[data-seat="${number}"]`).waitFor();

step('the to-do page leads to the room of today, and to no other', async () => {
	await proctor.open('/todo');
	await proctor.sees('今天监考的考场');
	await proctor.open('/watch');
	await proctor.shot('watch');
	await proctor.go(`a[href="${here}"]`);
	assert.equal(proctor.at, here);
	await proctor.sees('座位图', '应考', '未到');
	const other = sql(server.place, `SELECT exam_id || '/rooms/' || batch_room_id FROM exam_room WHERE batch_room_id <> ${room} AND exam_id = ${exam} LIMIT 1`);
	assert.equal((await proctor.page.request.get(`/exams/${other}`, { headers: { accept: 'text/html' } })).status(), 404);
});

step('candidates appear at the door without a reload, and are admitted together', async () => {
	await proctor.page.evaluate(() => { window.same = true; });
	for (const c of candidates) {
		await becomes(proctor, c.seat, 'waiting');
		await enter(c.name, c);
		await becomes(proctor, c.seat, 'here');
	}
	assert.ok(await proctor.page.evaluate(() => window.same), 'the page was not loaded anew');
	await proctor.shot('board-door');
	await proctor.open(here);
	await proctor.step('全场准入（3人）');
	await proctor.sees('已对3名考生准入');
	for (const c of candidates)
		await becomes(proctor, c.seat, 'admitted');
});

step('the exam begins: who works is shown with what is answered and the time left', async () => {
	beginRoom(server, { exam, room }, { starts: 60, started: 60 });
	for (const c of candidates) {
		const person = await stage.person(c.name);
		await person.page.getByText('监考员已准入').waitFor();
		await person.open('/exam/sit/wait');
		await person.send('/exam/sit/start');
		await person.page.locator('[data-ready]').waitFor({ state: 'attached' });
	}
	for (const c of candidates)
		await becomes(proctor, c.seat, 'running');
	const one = (await stage.person(candidates[0].name)).page;
	await one.locator('.q[data-kind="true_false"] .opt').first().click();
	await seat(proctor, candidates[0].seat).getByText(/^1\/20$/).waitFor();
	assert.match(await seat(proctor, candidates[0].seat).innerText(), /余 \d+:\d\d/);
	await proctor.shot('board-running');
});

step('ten minutes more for one, with a reason', async () => {
	const [c] = candidates, before = Number(rowOf(c, 'deadline_at'));
	await proctor.go(seat(proctor, c.seat).locator('a'));
	assert.ok(proctor.at.endsWith(`/sittings/${c.id}`), proctor.at);
	await proctor.send(/\/extend$/, { minutes: '10', reason: '' }, { refusal: /理由/ });
	await proctor.send(/\/extend$/, { minutes: '10', reason: '键盘更换，补时' });
	assert.equal(Number(rowOf(c, 'deadline_at')), before + 600);
	await proctor.sees('键盘更换，补时', '个人延时');
	await proctor.shot('board-seat');
	await proctor.open(here);
	await seat(proctor, c.seat).getByText('延时').waitFor();
});

step('another machine: the candidate goes on there with what was written', async () => {
	const c = candidates[1], person = await stage.person(c.name), answered = rowOf(c, 'epoch');
	await person.page.locator('.q[data-kind="true_false"] .opt').first().click();
	await person.page.waitForFunction(() => /^已保存/.test(document.querySelector('[data-saved]').textContent));
	await proctor.open(`${here}/sittings/${c.id}`);
	await proctor.send(/\/reseat$/, { room: /第/, seat: String(candidates[0].seat), move_reason: '显示器故障' }, { refusal: /座位/ });
	const free = await (async () => {
		const taken = new Set(sql(server.place, `SELECT seat FROM sitting WHERE exam_id = ${exam} AND batch_room_id = ${room}`).split('\n'));
		return [...Array(30).keys()].map((i) => String(i + 1)).find((n) => !taken.has(n));
	})();
	await proctor.send(/\/reseat$/, { seat: free, move_reason: '显示器故障' });
	const old = c.seat;
	c.seat = free;
	await proctor.open(here);
	await becomes(proctor, free, 'running');
	assert.ok(await proctor.page.locator(`.berth-empty[data-seat="${old}"]`).count());
	const again = await enter(`${c.name}的新机器`, c);
	await again.page.locator('[data-ready]').waitFor({ state: 'attached' });
	assert.ok(await again.page.locator('.q[data-kind="true_false"] input:checked').count(), 'the answer is there');
	await seat(proctor, free).getByText('换过页面或机器').waitFor();
	assert.equal(Number(rowOf(c, 'epoch')), Number(answered) + 1);
});

step('what happened is noted, with a photo', async () => {
	const c = candidates[2];
	await proctor.open(here);
	await proctor.send(/\/incidents$/, { kind: '涉嫌作弊', sitting: new RegExp(c.name), note: '', photo: { name: 'a.png', mimeType: 'image/png', buffer: png() } },
		{ refusal: /经过与处理/ });
	await proctor.send(/\/incidents$/, { kind: '涉嫌作弊', sitting: new RegExp(c.name), note: '桌下有手机，已收存并告知考生。',
		photo: { name: 'a.png', mimeType: 'image/png', buffer: png() } });
	await proctor.sees('考场情况已登记', '桌下有手机');
	const photo = await proctor.page.getByRole('link', { name: '查看照片' }).first().getAttribute('href');
	const r = await proctor.page.request.get(photo);
	assert.equal(r.headers()['content-type'], 'image/png');
});

step('a paper is taken by force, with a reason', async () => {
	const c = candidates[2];
	await proctor.open(`${here}/sittings/${c.id}`);
	await proctor.step('强制交卷', '违反考场纪律');
	await proctor.open(here);
	await becomes(proctor, c.seat, 'forced');
	assert.equal(rowOf(c, 'state'), 'forced');
});

step('numbers that do not balance raise an alarm, in the room and for the manager, without a reload', async () => {
	const manager = await stage.person('负责人', desktop);
	await manager.login(demo('manager'));
	await manager.open(`/exams/${exam}/board`);
	await manager.shot('board-exam');
	await proctor.open(here);
	await proctor.send(/\/count$/, { which: '开考清点人数', heads: '4' });
	await proctor.sees('人数不平', '开考清点4人');
	await manager.page.locator(`.hall-alarm[data-room="${room}"]`).waitFor();
	await proctor.send(/\/count$/, { which: '开考清点人数', heads: '3' });
	await proctor.seesNot('开考清点4人');
	await manager.page.locator(`.hall-alarm[data-room="${room}"]`).waitFor({ state: 'detached' });
	// The time for being late is over, and some have not come.
	sql(server.place, `UPDATE exam SET late_seconds = 1 WHERE id = ${exam}`);
	const gone = Number(sql(server.place, `SELECT COUNT(*) FROM sitting WHERE exam_id = ${exam} AND batch_room_id = ${room} AND state IN ('waiting', 'absent')`));
	await proctor.open(here);
	if (gone)
		await proctor.page.locator('.chain-step[data-step="seated"]').getByText(/缺考|未到/).waitFor();
	await proctor.shot('board-alarm');
});

step('the record sheet', async () => {
	const file = await proctor.download(() => proctor.page.getByRole('link', { name: '考场情况记录单' }).click());
	assert.equal(file.bytes.subarray(0, 5).toString(), '%PDF-');
});

step('without script the page is the same after loading it again', async () => {
	const context = await stage.browser.newContext({ viewport: phone, locale: 'zh-CN', javaScriptEnabled: false });
	await context.addCookies(await proctor.page.context().cookies());
	const page = await context.newPage();
	await page.goto(`${server.url}${here}`);
	assert.equal(await page.locator('.berth.look-forced').count(), 1);
	assert.ok(await page.getByRole('link', { name: '刷新' }).count());
	await context.close();
	const small = await stage.person('监考员的手机', phone);
	await small.page.context().addCookies(await proctor.page.context().cookies());
	await small.open(here);
	await small.shot('board-phone');
});
