// Every page of the table of routes, as somebody whom it is for: it opens without a complaint of the browser or of the
// content policy, axe finds nothing serious, and it is no wider than a phone. New pages are found by their links. Pages
// look the same on both engines, so they are looked at on one.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { launch } from '../lib/chromium.js';
import { engine, top } from '../lib/luban.js';
import { demoClient, demoServer } from '../lib/demo.js';
import { crawl, key } from '../lib/crawl.js';

const axe = readFileSync(path.join(top, 'node_modules/axe-core/axe.min.js'), 'utf8');
const desktop = { width: 1280, height: 900 }, phone = { width: 390, height: 844 };
// No page of the demo province leads there: what a browser keeps for a moment, parts of a page, what stands in an unusual
// state, and files.
const unseen = new Set(['/exam/receipts/:code', '/exams/:id/seb', '/exams/:id/seb/file', '/exam/sit/items/:item/:name', '/resume/:id', '/jobs/:id/progress', '/admin/accounts/:id/enable', '/rosters/:id/sheet',
	'/my/enrolments/:id/claims', '/my/tickets/:enrolment', '/ticket/:number', '/enrolments/:person/:id/evidence/:file',
	'/batches/:id/marks/settle/:enrolment', '/banks/:id/items/:item/assets/:version/:name',
	'/banks/:id/materials/:material/assets/:name', '/changes/:person/:id/file',
	'/exams/:id/rooms/:room/sittings/:sitting/photo', '/exams/:id/rooms/:room/incidents/:incident/photo',
	'/exams/:id/rooms/:room/state', '/exams/:id/board/state', '/exams/:id/scores/:version', '/exams/:id/marking',
	'/exams/:id/marking/images/:form/:item/:name', '/exams/:id/moderation/images/:form/:item/:name',
	'/exams/:id/statistics/:item/:version', '/exams/:id/forensics/:look/:rank', '/papers/:id/forensics/:look/:rank', '/forensic-cases/:id',
	'/banks/:id/export', '/item-imports/:id', '/item-imports/:id/sheet',
	// Papers and files of cases and changes that the crawled people have none of (revocation.test.js opens them).
	'/certificates/:person/:id/changes/:change/file', '/certificates/:person/:id/changes/:change/photo',
	'/revocations/:person/:id/decision.pdf', '/revocations/:person/:id/review.pdf', '/revocations/:person/:id/file',
	'/revocations/:person/:id/statement', '/revocations/:person/:id/opinion', '/my/matters/:id/opinion',
	'/my/certificates/:id/changes/:change', '/my/certificates/:id/changes/:change/file',
	'/my/certificates/:id/changes/:change/photo', '/my/matters/:id/decision.pdf', '/my/matters/:id/review.pdf', '/my/matters/:id/file',
	'/my/matters/:id/statement', '/recalls/:id/file',
	// Issuing runs, which the demo has none of (issue_run.test.js); files.
	'/issue-runs/:id', '/issue-runs/:id/progress', '/batches/:id/certificates/volumes/:volume',
	'/certificates/:person/:id/vc', '/log/lists/:list/:purpose', '/log/status/:day',
]);

const skip = engine !== 'sqlite' && 'looked at on SQLite';
let server, browser, routes;
const people = {};

before(async () => {
	if (skip)
		return;
	server = await demoServer();
	routes = JSON.parse(await server.place.must('routes', '--json'));
	browser = await launch();
	const worker = /^ *(\d{17}[\dX]) .*劳动者/m.exec(server.place.accounts)[1];
	people.public = { client: server.client() };
	for (const login of ['manager', 'clerk1', 'examiner1', 'proctor1', 'supervisor', 'city-head', 'city', worker, 'system', 'security', 'audit'])
		people[login] = { client: await demoClient(server, login) };
	await sendRoster(people.manager.client);
	for (const one of Object.values(people)) {
		one.found = await crawl(one.client, routes, { each: 1, keep: 1, more: { 'GET /batches/:id': 30, 'GET /batches/:id/results': 12,
			'GET /batches/:id/arrangement': 12, 'GET /handover-packages/:id': 8, 'GET /batches/:id/marks': 12,
			'GET /exams/:id': 8, 'GET /exams/:id/scores': 8, 'GET /papers/:id': 8, 'GET /banks/:id/items': 8, 'GET /banks/:id/items/:item': 60, 'GET /banks/:id/items/:item/edit': 12 } });
		one.context = await browser.newContext({ viewport: desktop, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce' });
		await one.context.addCookies([...one.client.cookies].map(([name, value]) => ({ name, value, url: server.url })));
	}
});
after(async () => {
	await browser?.close();
	await server?.stop();
});

async function sendRoster(client) {
	const { list } = await client.json('/batches?state=enrolling');
	const sheet = new File(['姓名,证件号码\n张某,110101199003070011\n'], '名单.csv', { type: 'text/csv' });
	const r = await client.form(`/batches/${list.rows[0].id}/rosters`, { file: sheet }, { page: '/account' });
	assert.equal(r.status, 303);
}

// What is wrong with a page.
async function look(context, address) {
	const page = await context.newPage(), wrong = [];
	page.on('console', (m) => m.type() === 'error' && wrong.push(`console: ${m.text()}`));
	page.on('pageerror', (e) => wrong.push(`script: ${e.stack}`));
	page.on('response', (r) => r.status() >= 400 && wrong.push(`${r.url()} answered ${r.status()}`));
	await page.addInitScript(() => {
		window.violations = [];
		document.addEventListener('securitypolicyviolation', (e) => window.violations.push(`${e.violatedDirective}: ${e.blockedURI}`));
	});
	await page.goto(server.url + address, { waitUntil: 'load' });
	wrong.push(...(await page.evaluate(() => window.violations)).map((v) => `content policy: ${v}`));
	await page.evaluate(axe);
	const access = (options) => page.evaluate(async (o) => (await window.axe.run({ resultTypes: ['violations'], ...o })).violations
		.filter((v) => v.impact === 'serious' || v.impact === 'critical')
		.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join(' | ')}`), options);
	wrong.push(...await access({}));
	await page.setViewportSize(phone);
	wrong.push(...await page.evaluate(() => {
		const all = document.documentElement.scrollWidth;
		return all <= 390 ? [] : [`${all} px wide on a phone: ${[...document.querySelectorAll('main *')]
			.filter((e) => e.getBoundingClientRect().right > 391 && !e.closest('.sheet:not(:has(.cards))'))
			.filter((e, i, list) => !list.some((other) => other !== e && e.contains(other))).slice(0, 3)
			.map((e) => e.outerHTML.slice(0, 160)).join(' | ')}`];
	}));
	wrong.push(...(await access({ runOnly: ['scrollable-region-focusable', 'aria-hidden-focus', 'link-name', 'button-name'] })).map((text) => `on a phone: ${text}`));
	await page.close();
	return wrong;
}

test('every page opens, reads and fits', { skip }, async (t) => {
	const done = new Set();
	for (const [who, { found, context }] of Object.entries(people))
		for (const [id, addresses] of found.pages)
			if (!done.has(id) && (done.add(id), true))
				await t.test(`${id} as ${who}`, async () => {
					assert.deepEqual(await look(context, addresses[0]), [], addresses[0]);
				});
});

test('no page is left out', { skip }, () => {
	const opened = new Set(Object.values(people).flatMap(({ found }) => [...found.answered, ...found.keys()]));
	const left = routes.filter((r) => r.method === 'GET' && !opened.has(key(r)) && !unseen.has(r.path))
		.map((r) => r.path);
	assert.deepEqual(left, []);
});
