// What browser tests share: a play of steps on the demo province, Debian's Chromium, people with a browser each, forms filled by
// the names of their fields, and a look at every page that is pictured: no console error, no violation of the content policy,
// nothing serious for axe, nothing wider than a phone. Pictures go into test-results/ENGINE/ (LUBAN_SHOTS: another folder, or
// none: neither pictures nor looks).
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { launch } from '../lib/chromium.js';
import { demoServer } from '../lib/demo.js';
import { engine, top } from '../lib/luban.js';
import { pause } from '../lib/wait.js';
import { totp } from '../http/support.js';

export const desktop = { width: 1440, height: 900 }, tablet = { width: 820, height: 1180 }, phone = { width: 390, height: 844 };

const pictures = process.env.LUBAN_SHOTS ?? path.join(top, 'test-results', engine);
const axe = readFileSync(path.join(top, 'node_modules/axe-core/axe.min.js'), 'utf8');
const seconds = 1000, patience = 60 * seconds; // that a page may take to show what is waited for

// What a test file plays: a server on the demo province and its stage, there from the first step to the last.
export let server, stage;
let failed;

// Begins a play: options as of demoServer(); open() prepares what the steps need. In the end no page that was looked at may have
// had anything wrong with it.
export function play(options = {}, open = () => {}) {
	before(async () => {
		server = await demoServer(options);
		stage = await Stage.open(server);
		await open();
	});
	after(async () => {
		await stage?.close();
		await server?.stop();
		assert.deepEqual(stage?.findings ?? [], [], 'what is wrong with the pages');
	});
}

// A step after one that failed has nothing to stand on.
export function step(name, run) {
	test(name, async (t) => {
		if (failed)
			return t.skip(`after: ${failed}`);
		failed = name;
		await run(t);
		failed = undefined;
	});
}

export class Stage {
	static async open(server) {
		if (pictures !== 'none')
			mkdirSync(pictures, { recursive: true });
		const stage = new Stage();
		stage.server = server;
		stage.shots = 0;
		stage.findings = [];
		stage.people = new Map();
		stage.browser = await launch();
		return stage;
	}

	// Somebody with a browser of his own; the same name is the same person.
	async person(name, viewport = desktop) {
		if (!this.people.has(name)) {
			const context = await this.browser.newContext({ viewport, locale: 'zh-CN', timezoneId: 'Asia/Shanghai',
				baseURL: this.server.url, acceptDownloads: true, reducedMotion: 'reduce' });
			context.setDefaultTimeout(patience);
			this.people.set(name, new Person(this, name, await context.newPage(), viewport));
		}
		return this.people.get(name);
	}

	async close() {
		await this.browser.close();
	}
}

export class Person {
	constructor(stage, name, page, viewport) {
		Object.assign(this, { stage, name, page, viewport, complaints: [] });
		// A refused form is answered with its page and a status; the browser's remark on that is no complaint.
		page.on('console', (m) => {
			if (m.type() === 'error' && !m.text().startsWith('Failed to load resource'))
				this.complaints.push(`${page.url()}: ${m.text()}`);
		});
		page.on('pageerror', (e) => this.complaints.push(`${page.url()}: ${e.stack}`));
		page.on('response', (r) => {
			if (r.status() >= 500 || (r.status() >= 400 && r.request().resourceType() !== 'document'))
				this.complaints.push(`${r.url()} answered ${r.status()}`);
		});
	}

	// A page that loads itself again may come in between, and again before that has ended.
	async open(address) {
		const between = /interrupted by another navigation|ERR_ABORTED/;
		const go = (tries) => this.page.goto(address)
			.catch((e) => (tries > 1 && between.test(e.message) ? go(tries - 1) : Promise.reject(e)));
		const r = await go(5);
		assert.ok(r.status() < 400, `${address}: ${r.status()} ${await this.said()}`);
		return this;
	}

	// Opens it again until it says the words: what somebody else, or the clock, is at.
	async opened(address, words) {
		for (const end = Date.now() + 3 * patience; ; await pause(200)) {
			const text = await (await this.open(address)).said();
			if (text.includes(words))
				return this;
			assert.ok(Date.now() < end, `${this.name} waits for “${words}” at ${address}: ${text.slice(0, 1500)}`);
		}
	}

	// Where this person is.
	get at() {
		return new URL(this.page.url()).pathname;
	}

	// The words on the page.
	async said() {
		return (await this.page.locator('main').innerText()).replace(/\s+/g, ' ');
	}

	async sees(...words) {
		const text = await this.said();
		for (const word of words)
			assert.ok(typeof word === 'string' ? text.includes(word) : word.test(text),
				`${this.name} does not see “${word}” at ${this.page.url()}: ${text.slice(0, 1500)}`);
	}

	async seesNot(...words) {
		const text = await this.said();
		for (const word of words)
			assert.ok(!(typeof word === 'string' ? text.includes(word) : word.test(text)), `${this.name} sees “${word}” at ${this.page.url()}`);
	}

	// Clicks what leads to another page (a selector, or a locator: the first of them) and waits for it.
	async go(what) {
		const at = typeof what === 'string' ? this.page.locator(what) : what;
		await Promise.all([this.page.waitForNavigation({ waitUntil: 'load' }), at.first().click()]);
		return this;
	}

	// Follows a link by its words.
	follow(words, within = 'main') {
		return this.go(this.page.locator(within).getByRole('link', { name: words }));
	}

	// What was clicked sends a form; waits for the page that answers. A refusal is an error unless it is awaited in words.
	async #sent(click, refusal) {
		await Promise.all([this.page.waitForNavigation({ waitUntil: 'load' }), click()]);
		const problem = this.page.locator('#problem.note-bad, .error-page');
		const text = await problem.count() ? (await problem.first().innerText()).replace(/\s+/g, ' ') : '';
		if (refusal)
			assert.match(text, refusal, `${this.name} at ${this.page.url()}`);
		else
			assert.equal(text, '', `${this.name} is refused at ${this.page.url()}: ${text}`);
		return this;
	}

	// The form that is sent to the address (a text, or a pattern of it), brought into view.
	async form(action) {
		const forms = this.page.locator('form');
		const at = await forms.evaluateAll((list, [text, is]) => list.findIndex((f) => {
			const a = f.getAttribute('action');
			return is ? new RegExp(text).test(a) : a === text;
		}), action instanceof RegExp ? [action.source, true] : [action, false]);
		assert.ok(at >= 0, `${this.name} has no form ${action} at ${this.page.url()}: ${(await this.said()).slice(0, 1500)}`);
		await forms.nth(at).evaluate((f) => {
			for (let d = f.closest('details'); d; d = d.parentElement.closest('details'))
				d.open = true;
		});
		return forms.nth(at);
	}

	// Fills a form by names: text; a choice by its words (text: exactly or, as a pattern, somewhere); true to tick; arrays of
	// words for several ticks; {name, mimeType, buffer} for a file.
	async put(form, values) {
		for (const [name, value] of Object.entries(values)) {
			const field = form.locator(`[name="${name}"]`);
			assert.ok(await field.count(), `${this.name} has no field ${name} at ${this.page.url()}`);
			const tag = await field.first().evaluate((f) => f.tagName === 'INPUT' ? f.type : f.tagName.toLowerCase());
			if (tag === 'select') {
				await this.#choose(field, value);
			} else if (tag === 'checkbox' || tag === 'radio') {
				for (const v of Array.isArray(value) ? value : [value])
					await (v === true ? field.first() : form.getByLabel(v)).check();
			} else if (tag === 'file') {
				await field.setInputFiles(value);
			} else {
				await field.fill(String(value));
			}
		}
	}

	async #choose(field, value) {
		const options = await field.locator('option').allTextContents();
		const at = options.findIndex((o) => value instanceof RegExp ? value.test(o) : o.trim() === value);
		assert.ok(at >= 0, `no choice ${value} among ${options.slice(0, 40).join('|')} at ${this.page.url()}`);
		await field.selectOption({ index: at });
	}

	async send(action, values = {}, { refusal, button } = {}) {
		const form = await this.form(action);
		await this.put(form, values);
		const which = button ? form.getByRole('button', { name: button }) : form.locator('button:not([type=button])');
		return this.#sent(() => which.last().click(), refusal);
	}

	// A step of a lifecycle by its button's words; with a reason where one is asked for.
	async step(words, reason = '', { refusal } = {}) {
		const act = this.page.locator('.act').filter({ has: this.page.locator('.btn', { hasText: words }) }).first();
		assert.ok(await act.count(), `${this.name} has no button “${words}” at ${this.page.url()}: ${(await this.said()).slice(0, 800)}`);
		const fold = act.locator('summary');
		if (await fold.count()) {
			await fold.click();
			if (await act.locator('textarea').count())
				await act.locator('textarea').fill(reason);
		}
		return this.#sent(() => act.locator('button[type=submit]').click(), refusal);
	}

	// Waits for the job that a page shows, and goes to what it made.
	async job() {
		const link = this.page.locator('#job').getByRole('link', { name: '查看结果' });
		if (await this.page.locator('#job').count()) {
			await link.waitFor({ timeout: 3 * patience });
			await this.go(link);
		}
		return this;
	}

	// Follows a link or sends a form whose answer is a file; gives its name and bytes.
	async download(click) {
		const [file] = await Promise.all([this.page.waitForEvent('download'), click()]);
		return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
	}

	// A file behind an address, with this person's session; the status must be 200.
	async fetch(address) {
		const r = await this.page.request.get(address);
		assert.equal(r.status(), 200, `${address}: ${r.status()} ${(await r.text()).slice(0, 500)}`);
		return { type: r.headers()['content-type'], bytes: await r.body() };
	}

	// A picture of the page as this person has it before him; what is wrong with the page goes to the stage's findings.
	async shot(name) {
		if (pictures === 'none')
			return;
		const number = String(++this.stage.shots).padStart(2, '0');
		await this.page.screenshot({ path: path.join(pictures, `${number}-${name}.png`), fullPage: true });
		const found = [...this.complaints.splice(0), ...await this.#width(), ...await this.#access()];
		this.stage.findings.push(...found.map((text) => `${number}-${name} (${this.name}): ${text}`));
	}

	// The same at three widths.
	async shots(name) {
		await this.shot(name);
		const { viewport } = this;
		for (const size of [tablet, phone]) {
			await this.resize(size);
			await this.shot(`${name}-${size.width}`);
		}
		await this.resize(viewport);
	}

	async resize(viewport) {
		this.viewport = viewport;
		await this.page.setViewportSize(viewport);
	}

	async #width() {
		await this.page.setViewportSize(phone);
		const wide = await this.page.evaluate(() => {
			const all = document.documentElement.scrollWidth;
			return all <= 390 ? [] : [`wider than a phone: ${all} px`, ...[...document.querySelectorAll('body *')]
				.filter((e) => e.getBoundingClientRect().right > 391 && !e.closest('.sheet:not(:has(.cards))'))
				.filter((e, i, list) => !list.some((other) => other !== e && e.contains(other))).slice(0, 3)
				.map((e) => e.outerHTML.slice(0, 160))];
		});
		await this.page.setViewportSize(this.viewport);
		return wide;
	}

	async #access() {
		await this.page.evaluate(axe);
		return this.page.evaluate(async () => (await window.axe.run({ resultTypes: ['violations'] })).violations
			.filter((v) => v.impact === 'serious' || v.impact === 'critical')
			.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join(' | ')}`));
	}

	// Logs in; credentials {login, password, secret?}. A secret that is shown on the way is kept in them.
	async login(credentials) {
		this.credentials = credentials;
		await this.open('/login');
		await this.send('/login', { login: credentials.login, password: credentials.password });
		if (this.page.url().includes('/login/enrol')) {
			credentials.secret = (await this.page.locator('main b.num').innerText()).trim();
			await this.send('/login/enrol', { code: totp(credentials.secret) });
		} else if (this.page.url().includes('/login/second')) {
			await this.send('/login/second', { code: totp(credentials.secret) });
		}
		if (this.page.url().includes('/login/change')) {
			const old = credentials.password;
			credentials.password = 'Brass-lantern-4711';
			await this.send('/login/change', { old_password: old, new_password: credentials.password, repeat: credentials.password });
		}
		assert.ok(!new URL(this.page.url()).pathname.startsWith('/login'), `${this.name} is not logged in: ${await this.said()}`);
		return this;
	}
}

// A candidate at the door of the exam room; c as demoRoom() has him.
export async function enter(name, { ticket_no, idno_tail, seat }, viewport) {
	const person = await stage.person(name, viewport);
	await person.open('/exam/sit');
	return person.send('/exam/sit', { ticket_no, idno_tail, seat, entry_code: '' });
}

// A face to enrol with, as JPEG.
export async function portrait(stage) {
	const page = await stage.browser.newPage({ viewport: { width: 413, height: 579 } });
	await page.setContent(`<body style="margin:0;background:#4a90d9"><svg viewBox="0 0 413 579" width="413" height="579">
		<path d="M60 579 Q70 430 206 420 Q343 430 353 579Z" fill="#2b3a55"/><rect x="176" y="360" width="60" height="80" fill="#e3b48f"/>
		<ellipse cx="206" cy="250" rx="105" ry="140" fill="#f0c8a4"/><path d="M100 240 Q110 90 206 90 Q303 90 312 240 Q280 150 206 150 Q132 150 100 240Z" fill="#22201f"/>
		<circle cx="168" cy="250" r="9"/><circle cx="244" cy="250" r="9"/><path d="M175 320 Q206 340 237 320" stroke="#a33" stroke-width="6" fill="none"/></svg>`);
	const jpeg = await page.screenshot({ type: 'jpeg', quality: 90 });
	await page.close();
	return jpeg;
}
