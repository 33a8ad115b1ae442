// A candidate sits a whole exam: the door, the waiting room, the paper with the line cut, a crash, a second tab and another machine;
// without script; the invigilator and the clock ending it meanwhile; hand-in and the receipt. Pictures as in the other stories.
import assert from 'node:assert/strict';
import { beginRoom, demoClient, demoRoom } from '../lib/demo.js';
import { sql } from '../lib/luban.js';
import { enter, phone, play, server, stage, step, tablet } from './support.js';

let manager, here, candidates, rowOf;

play({}, async () => {
	manager = await demoClient(server, 'manager');
	here = demoRoom(server);
	({ candidates, rowOf } = here);
});

const idOf = (c) => rowOf(c, 'id');
const saved = (c) => sql(server.place, `SELECT a.item_no, a.response FROM answer a WHERE a.sitting_id = ${idOf(c)} AND a.seq = (SELECT MAX(b.seq)
	FROM answer b WHERE b.sitting_id = a.sitting_id AND b.item_no = a.item_no) ORDER BY a.item_no`).split('\n').filter(Boolean);

async function act(c, action, reason = '') {
	const page = `${here.address}/sittings/${idOf(c)}`;
	const r = await manager.form(`${page}/run`, { action, reason }, { page });
	assert.equal(r.status, 303, await r.clone().text());
}

const savedLine = (person) => person.page.locator('[data-saved]');
const ready = (person) => person.page.locator('[data-ready]').waitFor({ state: 'attached' });
const says = (person, words) => person.page.waitForFunction(([w]) => new RegExp(w).test(document.querySelector('[data-saved]').textContent),
	[words.source]);
// The article of an item, brought up.
async function item(person, kind, nth = 0) {
	const q = person.page.locator(`.q[data-kind="${kind}"]`).nth(nth), no = await q.getAttribute('data-no');
	const fold = person.page.locator('[data-map-fold]');
	if (!await fold.evaluate((d) => d.open))
		await fold.locator('summary').click();
	await person.page.locator('[data-map-list] button', { hasText: new RegExp(`^${no}$`) }).click();
	return q;
}

async function answerAll(person) {
	const { page } = person;
	await item(person, 'single'); // opens the map
	for (const q of await page.locator('.q').all()) {
		const kind = await q.getAttribute('data-kind');
		const no = await q.getAttribute('data-no');
		await page.locator('[data-map-list] button', { hasText: new RegExp(`^${no}$`) }).click();
		if (kind === 'true_false' || kind === 'single')
			await q.locator('.opt').first().click();
		else if (kind === 'multiple')
			for (const i of [0, 2])
				await q.locator('.opt').nth(i).click();
		else if (kind === 'order')
			for (const [i, s] of (await q.locator('select').all()).entries())
				await s.selectOption(String(i + 1));
		else if (kind === 'match')
			for (const s of await q.locator('select').all())
				await s.selectOption({ index: 1 });
		else
			await q.locator('input[type=text], textarea').fill(kind === 'numeric' ? '25.0' : '海姆立克');
	}
}

step('the door, the waiting room, the start', async () => {
	const [c] = candidates, person = await stage.person('考生甲');
	await person.open('/exam/sit');
	await person.shot('exam-door');
	await person.send('/exam/sit', { ...c, seat: '29' }, { refusal: /座位号不符/ });
	await person.send('/exam/sit', { ...c, entry_code: '' });
	assert.equal(person.at, '/exam/sit/wait');
	await person.sees('请在座位上等候监考员', '签到照片');
	await person.shot('exam-wait');
	await act(c, 'admit');
	await person.page.getByText('监考员已准入').waitFor(); // seen without a reload by hand
	await person.shot('exam-admitted');
	beginRoom(server, here);
	await person.open('/exam/sit/wait');
	await person.send('/exam/sit/start');
	await ready(person);
	assert.equal(person.at, '/exam/sit/paper');
	await says(person, /尚未作答/);
	await person.shot('exam-paper');
});

step('every change is saved, and the line says so only when the server has it', async () => {
	const [c] = candidates, person = await stage.person('考生甲'), { page } = person;
	const q = await item(person, 'single');
	await page.keyboard.press('B');
	await says(person, /^已保存 \d\d:\d\d:\d\d$/);
	const number = await q.getAttribute('data-item');
	const value = await q.locator('input:checked').getAttribute('value');
	assert.ok(saved(c).includes(`${number}|${value}`));
	await page.keyboard.press('2');
	assert.equal(await q.locator('input:checked').getAttribute('value'), value);
	await page.keyboard.press('f');
	await page.keyboard.press('ArrowRight');
	assert.equal(await page.locator('.is-flagged').count() >= 1, true);
	const essay = await item(person, 'essay');
	const held = new Promise((done) => { page.route('**/exam/sit/answer', (route) => done(route), { times: 1 }); });
	await essay.locator('textarea').press('a');
	const route = await held; // on its way, and not there yet
	assert.doesNotMatch(await savedLine(person).innerText(), /^已保存/, 'what is just typed is not saved');
	await route.continue();
	await says(person, /^已保存/);
	assert.ok(saved(c).some((line) => line.endsWith('|a')));
	await essay.locator('textarea').fill('');
	await essay.locator('textarea').blur();
	await says(person, /^已保存/);
	await page.keyboard.press('?');
	await page.locator('[data-help][open]').waitFor();
	await person.shot('exam-keys');
	await page.keyboard.press('Escape');
});

step('the line is cut: kept here, said so, sent when it is back; and a crash meanwhile loses nothing', async () => {
	const [c] = candidates, person = await stage.person('考生甲'), { page } = person;
	await page.context().setOffline(true);
	const before = saved(c).length;
	const text = await item(person, 'text');
	await text.locator('input[type=text]').fill('海姆立克');
	await text.locator('input[type=text]').blur();
	const tf = await item(person, 'true_false');
	await tf.locator('.opt').first().click();
	await says(person, /未送达 2 项/);
	await person.shot('exam-offline');
	assert.equal(saved(c).length, before);
	await page.context().setOffline(false);
	await says(person, /^已保存/);
	assert.equal(saved(c).length, before + 2);

	// typed without a line, then the browser dies
	await page.context().setOffline(true);
	const numeric = await item(person, 'numeric');
	await numeric.locator('input[type=text]').fill('25.0');
	await numeric.locator('input[type=text]').blur();
	await says(person, /未送达 1 项/);
	await page.goto('about:blank');
	await page.context().setOffline(false);
	await person.open('/exam/sit/paper');
	await ready(person);
	await says(person, /^已保存/);
	assert.equal(saved(c).length, before + 3);
	assert.equal(await page.locator('.q[data-kind="numeric"]').first().locator('input[type=text]').inputValue(), '25.0');
	assert.equal(await page.locator('.is-flagged').count() >= 1, true, 'flags are kept too');
	person.complaints.length = 0;
});

step('the clock of the machine is set back: the count-down does not care', async () => {
	const person = await stage.person('考生甲'), { page } = person;
	const before = await page.locator('[data-left]').innerText();
	await page.evaluate(() => {
		const real = Date;
		// eslint-disable-next-line no-global-assign
		Date = class extends real { constructor(...a) { super(...(a.length ? a : [real.now() - 3600e3])); } static now() { return real.now() - 3600e3; } };
	});
	await page.waitForFunction((text) => document.querySelector('[data-left]').textContent !== text, before);
	const seconds = (t) => t.split(':').reduce((n, part) => n * 60 + Number(part), 0);
	const passed = seconds(before) - seconds(await page.locator('[data-left]').innerText());
	assert.ok(passed >= 1 && passed < 1800, `${passed} s went by, not an hour back or forth`);
});

step('more time in the last moment: the page asks before it hands in, and goes on', async () => {
	const [c] = candidates, person = await stage.person('考生甲'), { page } = person;
	const was = Number(rowOf(c, 'deadline_at'));
	const put = (at) => sql(server.place, `UPDATE sitting SET deadline_at = ${at} WHERE id = ${idOf(c)}`);
	const told = (deadline) => page.waitForResponse(async (r) => r.url().endsWith('/exam/sit/answer') && (await r.json()).deadline === deadline);
	const essay = (await item(person, 'essay')).locator('textarea'), soon = Math.floor(Date.now() / 1000) + 6;
	put(soon);
	await Promise.all([told(soon), essay.fill('再想一想').then(() => essay.blur())]);
	put(was);
	await told(was); // asked for at the end of the time; the next sign of life would come later
	await page.waitForFunction(() => !document.querySelector('[data-paper]').inert);
	assert.equal(await page.getByRole('heading', { name: '考试时间到' }).isVisible(), false);
	assert.equal(rowOf(c, 'state'), 'running');
});

step('a second tab is told, and may take the sitting over', async () => {
	const [c] = candidates, person = await stage.person('考生甲');
	const tab = await person.page.context().newPage();
	await tab.goto('/exam/sit/paper');
	await tab.getByRole('heading', { name: '已在别处打开' }).waitFor();
	const n = saved(c).length, epoch = Number(rowOf(c, 'epoch'));
	await tab.getByRole('button', { name: '在这里继续' }).click();
	await tab.locator('[data-ready]').waitFor({ state: 'attached' });
	await person.page.getByRole('heading', { name: '已在别处打开' }).waitFor();
	assert.equal(Number(rowOf(c, 'epoch')), epoch + 1);
	await person.page.close();
	person.page = tab;
	await tab.reload();
	await tab.locator('[data-ready]').waitFor({ state: 'attached' });
	assert.equal(saved(c).length, n);
});

step('another machine: the answers are there, the first machine stops saving', async () => {
	const [c] = candidates, first = await stage.person('考生甲'), other = await enter('考生甲（另一台）', c, tablet);
	await ready(other);
	await other.page.locator('.q[data-kind="numeric"] input[type=text]').first().waitFor({ state: 'attached' });
	assert.equal(await other.page.locator('.q[data-kind="numeric"] input[type=text]').first().inputValue(), '25.0');
	const n = saved(c).length;
	const q = await item(first, 'multiple');
	await q.locator('.opt').first().click();
	await first.page.getByRole('heading', { name: '已在别处打开' }).waitFor();
	assert.equal(saved(c).length, n);
	await other.shot('exam-other-machine');
	first.complaints.length = 0;
});

step('the rest, the hand-in page, the receipt', async () => {
	const [c] = candidates, person = await stage.person('考生甲（另一台）', tablet), { page } = person;
	await answerAll(person);
	await says(person, /^已保存/);
	await person.shot('exam-all');
	await page.getByRole('button', { name: '检查并交卷' }).click();
	await page.waitForURL('**/exam/sit/check');
	await person.sees('全部题目都已作答');
	await person.shot('exam-check');
	await page.locator('[data-check-page][data-ready]').waitFor({ state: 'attached' });
	await page.getByRole('button', { name: '确认交卷' }).click();
	await page.waitForURL('**/exam/sit/receipt');
	await person.sees('已交卷', '作答摘要');
	assert.equal(rowOf(c, 'state'), 'handed_in');
	assert.equal(Number(rowOf(c, 'n_answered')), saved(c).filter((line) => !line.endsWith('|')).length);
	// a second time, from a stale page
	const again = await page.request.get('/exam/sit/paper', { maxRedirects: 0 });
	assert.equal(again.headers().location, '/exam/sit/receipt');
	await person.shot('exam-receipt');
});

step('without script: forms alone', async () => {
	const c = candidates[1];
	await act(c, 'admit');
	const context = await stage.browser.newContext({ javaScriptEnabled: false, viewport: phone, locale: 'zh-CN', baseURL: server.url });
	const page = await context.newPage();
	await page.goto('/exam/sit');
	for (const [name, value] of Object.entries(c))
		await page.locator(`[name="${name}"]`).fill(value);
	await page.getByRole('button', { name: '签到' }).click();
	await page.getByRole('button', { name: '开始作答' }).click();
	await page.waitForURL('**/exam/sit/paper');
	await page.locator('.q[data-kind="single"] .opt input').first().check();
	for (const i of [0, 1])
		await page.locator('.q[data-kind="multiple"]').first().locator('.opt input').nth(i).check();
	await page.locator('.q[data-kind="text"] input[type=text]').first().fill('120');
	await page.getByRole('button', { name: '保存', exact: true }).click();
	await page.getByText('已保存').first().waitFor();
	assert.equal(saved(c).length, 3);
	await page.locator('.q[data-kind="text"] input[type=text]').first().fill('海姆立克');
	await page.getByRole('button', { name: '检查并交卷' }).click();
	await page.waitForURL('**/exam/sit/check');
	await page.getByText('题没有作答').waitFor();
	assert.ok(saved(c).some((line) => line.endsWith('|海姆立克')));
	await page.getByRole('button', { name: '确认交卷' }).click();
	await page.waitForURL('**/exam/sit/receipt');
	assert.equal(rowOf(c, 'state'), 'handed_in');
	assert.equal(rowOf(c, 'n_answered'), '3');
	await context.close();
});

step('ended from outside: paused, then forced while the candidate looks at the hand-in page', async () => {
	const c = candidates[2];
	await act(c, 'admit');
	const person = await enter('考生丙', c, phone), { page } = person;
	await person.send('/exam/sit/start');
	await ready(person);
	await person.shot('exam-phone');
	await (await item(person, 'single')).locator('.opt').first().click();
	await says(person, /^已保存/);
	await act(c, 'pause', '设备检查');
	await page.getByRole('heading', { name: '考试已暂停' }).waitFor();
	await act(c, 'resume');
	await page.getByRole('heading', { name: '考试已暂停' }).waitFor({ state: 'hidden' });
	await page.getByRole('button', { name: '检查并交卷' }).click();
	await page.waitForURL('**/exam/sit/check');
	await act(c, 'force', '考点停电，提前收卷');
	await page.waitForURL('**/exam/sit/receipt');
	await person.sees('作答已收卷', '考点停电');
	assert.equal(rowOf(c, 'n_answered'), '1');
});
