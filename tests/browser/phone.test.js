// A phone in an old hand: the narrowest screen, large type. What strangers and workers come for fits, and is not covered.
// Pages look the same on both engines, so they are looked at on one.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { launch } from '../lib/chromium.js';
import { engine } from '../lib/luban.js';
import { demoClient, demoPassword, demoServer } from '../lib/demo.js';

const skip = engine !== 'sqlite' && 'looked at on SQLite', narrow = { width: 320, height: 640 };
let server, browser, login, worker;

before(async () => {
	if (skip)
		return;
	server = await demoServer();
	browser = await launch();
	login = /^ *(\d{17}[\dX]) .*劳动者/m.exec(server.place.accounts)[1];
	worker = await demoClient(server, login);
});
after(async () => {
	await browser?.close();
	await server?.stop();
});

async function onPhone(cookies = new Map()) {
	const context = await browser.newContext({ viewport: narrow, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
	await context.addCookies([...cookies, ['large', '1']].map(([name, value]) => ({ name, value, url: server.url })));
	return context.newPage();
}

test('what is looked up, held and enrolled in is no wider than the screen', { skip }, async () => {
	const [mine] = (await worker.json('/my/certificates')).certificates, page = await onPhone(worker.cookies);
	const [enrolment] = (await worker.json('/my/enrolments')).enrolments;
	for (const address of [`/verify?${new URLSearchParams({ number: mine.number, name: mine.name })}`, '/my/certificates',
		`/my/certificates/${mine.id}`, `/my/enrolments/${enrolment.id}`, '/my/profile', '/account', '/career', '/my/matters']) {
		await page.goto(server.url + address);
		assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= narrow.width, address);
		const covered = await page.locator('.rehearsal .num').evaluate((e) => {
			const box = e.getBoundingClientRect();
			return document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2) !== e;
		});
		assert.ok(!covered, `the platform's time at ${address}`);
	}
});

test('a password can be looked at, and is sent as one', { skip }, async () => {
	const page = await onPhone();
	await page.goto(`${server.url}/login`);
	await page.locator('[name=login]').fill(login);
	const password = page.locator('[name=password]');
	await password.fill(demoPassword);
	await page.getByRole('button', { name: '显示密码' }).click();
	assert.equal(await password.getAttribute('type'), 'text');
	await page.getByRole('button', { name: '隐藏密码' }).click();
	assert.equal(await password.getAttribute('type'), 'password');
	await page.getByRole('button', { name: '显示密码' }).click();
	await page.locator('main form button[type=submit]').click();
	await page.waitForURL('**/career');
});
