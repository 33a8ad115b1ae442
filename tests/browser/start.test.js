// The start without a spike: the paper comes sealed before it, and the start opens it in the same document.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { demoClient, demoServer } from '../lib/demo.js';
import { sql } from '../lib/luban.js';
import { phone, Stage } from './support.js';

let server, stage, manager, candidates, exam, room;
const now = () => Math.floor(Date.now() / 1000);

before(async () => {
	server = await demoServer();
	stage = await Stage.open(server);
	manager = await demoClient(server, 'manager');
	candidates = [...server.place.accounts.matchAll(/准考证号 (\S+) +证件后六位 (\S+) +座位 (\d+)/g)]
		.map(([, ticket_no, idno_tail, seat]) => ({ ticket_no, idno_tail, seat }));
	[exam, room] = sql(server.place, `SELECT exam_id, batch_room_id FROM sitting WHERE ticket_no = '${candidates[0].ticket_no}'`).split('|');
});
after(async () => {
	await stage?.close();
	await server?.stop();
	assert.deepEqual(stage.findings, []);
});

const rowOf = (c, columns) => sql(server.place, `SELECT ${columns} FROM sitting WHERE exam_id = ${exam} AND ticket_no = '${c.ticket_no}'`);

// At the door, admitted, in the waiting room of an exam that starts in so many seconds.
async function waiting(c, seconds) {
	const person = await stage.person(`考生${c.seat}`), page = `/exams/${exam}/rooms/${room}/sittings/${rowOf(c, 'id')}`;
	await person.open('/exam/sit');
	await person.send('/exam/sit', { ...c, entry_code: '' });
	assert.equal((await manager.form(`${page}/run`, { action: 'admit', reason: '' }, { page })).status, 303);
	sql(server.place, `UPDATE exam_room SET starts_at = ${now() + seconds}, started_at = 0 WHERE exam_id = ${exam} AND batch_room_id = ${room}`);
	sql(server.place, `UPDATE exam SET late_seconds = 7200, stay_seconds = 0 WHERE id = ${exam}`);
	return person;
}

function requests(person) {
	const seen = [];
	person.page.on('request', (r) => seen.push(`${r.method()} ${new URL(r.url()).pathname}`));
	return seen;
}

test('the camera takes the photo of the check-in, and is switched off', { timeout: 60_000 }, async () => {
	const c = candidates[2], person = await waiting(c, 1800);
	await person.open('/exam/sit/wait');
	await person.page.getByRole('button', { name: '打开摄像头' }).click();
	await person.page.waitForFunction(() => document.querySelector('[data-video]').videoWidth > 0);
	await person.sees('请正对摄像头');
	await person.shot('exam-camera');
	await person.page.evaluate(() => { window.track = document.querySelector('[data-video]').srcObject.getTracks()[0]; });
	await person.page.getByRole('button', { name: '拍照' }).click();
	await person.page.getByText('签到照片已保存').waitFor();
	assert.equal(await person.page.evaluate(() => window.track.readyState), 'ended');
	const photo = await manager.fetch(`/exams/${exam}/rooms/${room}/sittings/${rowOf(c, 'id')}/photo`);
	assert.equal(photo.status, 200);
	assert.equal(photo.headers.get('content-type'), 'image/jpeg');
	const size = await person.page.evaluate(async (bytes) => {
		const image = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }));
		return [image.width, image.height];
	}, [...new Uint8Array(await photo.arrayBuffer())]);
	assert.deepEqual(size, [640, 480]);
	await person.open('/exam/sit/wait');
	await person.sees('签到照片已保存');
	const phoneUser = await stage.person('手机考生', phone);
	await phoneUser.open('/exam/sit');
	await phoneUser.send('/exam/sit', { ...c, entry_code: '' });
	await phoneUser.open('/exam/sit/wait');
	await phoneUser.shot('exam-wait-phone');
});

test('sealed before, opened at the start, in the same document', { timeout: 120_000 }, async () => {
	const [c] = candidates, person = await waiting(c, 9), seen = requests(person);
	await person.open('/exam/sit/wait');
	await person.page.evaluate(() => { window.same = true; });
	await person.page.locator('[data-ready]').waitFor({ state: 'attached', timeout: 30_000 });
	assert.equal(await person.page.evaluate(() => window.same), true);
	assert.ok(seen.includes('GET /exam/sit/sealed'), seen.join('\n'));
	assert.ok(seen.includes('POST /exam/sit/begin'));
	assert.ok(!seen.includes('GET /exam/sit/paper'), 'nothing was rendered at the start');
	assert.equal(new URL(person.page.url()).pathname, '/exam/sit/paper');
	assert.equal(rowOf(c, 'state'), 'running');
	const left = await person.page.locator('[data-left]').textContent();
	assert.match(left, /^0\d:[0-5]\d:\d\d$/);
	await person.shot('exam-sealed');
	await person.page.keyboard.press('1'); // the first item is one of choices
	await person.page.waitForFunction(() => /^已保存/.test(document.querySelector('[data-saved]').textContent));
	const answers = () => sql(server.place, `SELECT item_no, response FROM answer WHERE sitting_id = ${rowOf(c, 'id')} AND response <> ''`);
	const kept = answers();
	assert.match(kept, /^\d+\|[A-Z]$/);
	// loaded anew, it is the same paper in the same order, with the answer
	const order = () => person.page.locator('.q').evaluateAll((all) => all.map((q) => `${q.dataset.item}:${[...q.querySelectorAll('input')].map((i) => i.value)}`));
	const before = await order();
	await person.page.reload();
	await person.page.locator('[data-ready]').waitFor({ state: 'attached' });
	assert.deepEqual(await order(), before);
	assert.equal(answers(), kept);
});

test('what came sealed does not open after a change of the form: the page is loaded', { timeout: 120_000 }, async () => {
	const c = candidates[1], person = await waiting(c, 9), seen = requests(person);
	await person.open('/exam/sit/wait');
	while (!seen.includes('GET /exam/sit/sealed'))
		await new Promise((done) => setTimeout(done, 50));
	await person.page.waitForLoadState('networkidle');
	const forms = sql(server.place, `SELECT f.id FROM paper_form f JOIN exam e ON e.paper_set_id = f.paper_set_id WHERE e.id = ${exam}`).split('\n');
	const other = forms.find((f) => f !== rowOf(c, 'form_id'));
	assert.ok(other, 'the demo has several forms');
	sql(server.place, `UPDATE sitting SET form_id = ${other} WHERE id = ${rowOf(c, 'id')}`);
	await person.page.locator('[data-ready]').waitFor({ state: 'attached', timeout: 30_000 });
	assert.ok(seen.includes('GET /exam/sit/paper'), seen.join('\n'));
	assert.equal(rowOf(c, 'state'), 'running');
});
