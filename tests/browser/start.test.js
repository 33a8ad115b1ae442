// The start without a spike: the paper comes sealed before it, and the start opens it in the same document.
import assert from 'node:assert/strict';
import { demoClient, demoRoom } from '../lib/demo.js';
import { sql } from '../lib/luban.js';
import { enter, phone, play, server, step } from './support.js';

let manager, here, candidates, rowOf;
let ahead; // seconds by which the platform's clock is put forward
const now = () => Math.floor(Date.now() / 1000) + ahead;

play({}, async () => {
	manager = await demoClient(server, 'manager');
	here = demoRoom(server);
	({ candidates, rowOf } = here);
	ahead = Number(sql(server.place, 'SELECT clock_offset_s FROM platform'));
});

// At the door, admitted, in the waiting room of an exam that starts in so many seconds.
async function waiting(c, seconds) {
	const { exam, room, address } = here, person = await enter(`考生${c.seat}`, c), page = `${address}/sittings/${rowOf(c, 'id')}`;
	assert.equal((await manager.form(`${page}/run`, { action: 'admit', reason: '' }, { page })).status, 303);
	sql(server.place, `UPDATE exam_room SET starts_at = ${now() + seconds}, started_at = 0 WHERE exam_id = ${exam} AND batch_room_id = ${room}`);
	sql(server.place, `UPDATE exam SET late_seconds = 7200, stay_seconds = 0 WHERE id = ${exam}`);
	return person;
}

// In the waiting room with the sealed paper at hand, ten minutes before the start; and what the page asks for from then on.
async function sealed(c) {
	const person = await waiting(c, 600), { page } = person, seen = [];
	page.on('request', (r) => seen.push(`${r.method()} ${new URL(r.url()).pathname}`));
	await page.addInitScript(() => { Math.random = () => 0; }); // no moment of its own: at once
	const came = page.waitForResponse('**/exam/sit/sealed');
	await person.open('/exam/sit/wait');
	await (await came).finished();
	return { person, seen };
}

// The start is now, as the page hears when it asks for the time.
function strike() {
	ahead += 600;
	sql(server.place, `UPDATE platform SET clock_offset_s = ${ahead}`);
}

step('the camera takes the photo of the check-in, and is switched off', async () => {
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
	const photo = await manager.fetch(`${here.address}/sittings/${rowOf(c, 'id')}/photo`);
	assert.equal(photo.status, 200);
	assert.equal(photo.headers.get('content-type'), 'image/jpeg');
	const size = await person.page.evaluate(async (bytes) => {
		const image = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }));
		return [image.width, image.height];
	}, [...new Uint8Array(await photo.arrayBuffer())]);
	assert.deepEqual(size, [640, 480]);
	await person.open('/exam/sit/wait');
	await person.sees('签到照片已保存');
	const phoneUser = await enter('手机考生', c, phone);
	await phoneUser.open('/exam/sit/wait');
	await phoneUser.shot('exam-wait-phone');
});

step('sealed before, opened at the start, in the same document', async () => {
	const [c] = candidates, { person, seen } = await sealed(c);
	await person.page.evaluate(() => { window.same = true; });
	strike();
	await person.page.locator('[data-ready]').waitFor({ state: 'attached' });
	assert.equal(await person.page.evaluate(() => window.same), true);
	assert.ok(seen.includes('GET /exam/sit/sealed'), seen.join('\n'));
	assert.ok(seen.includes('POST /exam/sit/begin'));
	assert.ok(!seen.includes('GET /exam/sit/paper'), 'nothing was rendered at the start');
	assert.equal(person.at, '/exam/sit/paper');
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

step('what came sealed does not open after a change of the form: the page is loaded', async () => {
	const c = candidates[1], { person, seen } = await sealed(c);
	const forms = sql(server.place, `SELECT f.id FROM paper_form f JOIN exam e ON e.paper_set_id = f.paper_set_id WHERE e.id = ${here.exam}`).split('\n');
	const other = forms.find((f) => f !== rowOf(c, 'form_id'));
	assert.ok(other, 'the demo has several forms');
	sql(server.place, `UPDATE sitting SET form_id = ${other} WHERE id = ${rowOf(c, 'id')}`);
	strike();
	await person.page.locator('[data-ready]').waitFor({ state: 'attached' });
	assert.ok(seen.includes('GET /exam/sit/paper'), seen.join('\n'));
	assert.equal(rowOf(c, 'state'), 'running');
});
