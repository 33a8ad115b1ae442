// What the paper page and the hand-in page have in common: the clock, the line that says what is saved, and what happens when the
// sitting goes on elsewhere, is paused or has ended.
import { clockText, leftText, now, setNow } from './clock.js';
import { openStore } from './store.js';
import { Sync } from './sync.js';
import { beOnly } from './tab.js';

const find = (name) => document.querySelector(`[data-${name}]`);

export function post(path, csrf, values = {}) {
	return fetch(path, { method: 'POST', body: JSON.stringify(values), cache: 'no-store',
		headers: { 'content-type': 'application/json', accept: 'application/json', 'x-csrf-token': csrf } });
}

export class Sitting {
	#warned = false;
	#typing = false;
	// root: the element with the data; on {change(), frozen(bool), ended()}
	constructor(root, on) {
		const d = root.dataset;
		this.root = root;
		this.on = on;
		this.csrf = d.csrf;
		this.id = d.id;
		this.sitting = { id: d.id, epoch: Number(d.epoch), last: Number(d.last), deadline: Number(d.deadline) };
		this.state = d.state;
		this.stayUntil = Number(d.stay);
		this.server = new Map(JSON.parse(d.answers || '[]').map((a) => [a.item, a]));
		this.savedAt = Math.max(0, ...[...this.server.values()].map((a) => a.at));
		setNow(Number(d.now));
	}

	async start() {
		this.tab = await beOnly(this.sitting, () => this.#elsewhere());
		if (!this.tab.mine) {
			this.#elsewhere();
			return false;
		}
		this.store = await openStore(this.id);
		this.sync = new Sync(this.sitting, this.store, { change: () => this.#show(), state: (r) => this.#told(r),
			lost: () => this.say('有一项作答格式不正确，没有保存，请检查后重新作答', true) });
		this.sync.savedAt = this.savedAt;
		await this.sync.resume((item) => this.server.get(item)?.seq ?? 0);
		this.#show();
		this.#tick();
		setInterval(() => this.#tick(), 500);
		return true;
	}

	say(text, bad = false, good = false) {
		const at = find('saved');
		if (!at || at.textContent === text)
			return;
		at.textContent = text;
		at.classList.toggle('is-bad', bad);
		at.classList.toggle('is-good', good);
	}

	// Typed, and not yet on its way.
	typing(on) {
		this.#typing = on;
		if (this.sync)
			this.#show();
	}

	// Only what the server has acknowledged counts as saved.
	#show() {
		const { pending, offline, savedAt } = this.sync, n = pending.length;
		if (n && (offline || pending.some((w) => w.held)))
			this.say(`未送达 ${n} 项${this.store.kept ? '，已存本机，联网后自动补送' : '，请不要关闭本页'}`, true);
		else if (n || this.#typing)
			this.say('正在保存…');
		else if (offline)
			this.say('网络中断，正在重新连接', true);
		else
			this.say(savedAt ? `已保存 ${clockText(savedAt)}` : '尚未作答', false, savedAt > 0);
		this.on.change?.();
	}

	#tick() {
		const left = this.sitting.deadline * 1000 - now(), at = find('left');
		if (at)
			at.textContent = leftText(left);
		at?.closest('.sit-clock').classList.toggle('is-late', left < 5 * 60e3);
		if (left <= 0 && this.state === 'running' && !this.#warned) {
			this.#warned = true;
			this.#timeUp();
		}
	}

	async #timeUp() {
		this.block('考试时间到', '正在送达最后的作答并交卷，请不要关机。');
		this.on.frozen?.(true);
		await this.sync.flush(4_000);
		await this.sync.beat(9_000); // longer than a request may take
		if (!this.#warned)
			return; // more time was given a moment ago
		const r = await post('/exam/sit/hand-in', this.csrf).catch(() => null);
		if (r?.ok)
			location.replace('/exam/sit/receipt'); // otherwise the server does it, and the next sign of life says so
	}

	#told(reply) {
		if (reply.status === 'door')
			return this.block('请重新签到', '本页的凭证已失效。已保存的答案不会丢失，请重新签到后继续。', '重新签到',
				() => location.assign('/exam/sit'));
		if (reply.status === 'elsewhere')
			return this.#elsewhere();
		if (reply.status === 'late' && reply.state === 'running')
			return this.block('考试时间到', '正在收卷，请稍候。');
		const was = this.state;
		this.state = reply.state;
		if (this.#warned && reply.state === 'running' && this.sitting.deadline * 1000 > now()) {
			this.#warned = false; // extended, perhaps while the line was cut
			this.on.frozen?.(false);
			this.unblock();
		}
		if (reply.state === 'handed_in' || reply.state === 'forced') {
			this.sync.stop();
			location.replace('/exam/sit/receipt');
		} else if (reply.state === 'void') {
			this.sync.stop();
			this.on.frozen?.(true);
			this.block('本次应试已作废', '请举手向监考员了解原因。');
		} else if (reply.state === 'paused') {
			this.on.frozen?.(true);
			this.block('考试已暂停', '监考员已暂停您的考试，暂停期间不计时。恢复后自动继续。');
		} else if (was === 'paused') {
			this.on.frozen?.(false);
			this.unblock();
		}
		return undefined;
	}

	#elsewhere() {
		this.sync?.stop();
		this.on.frozen?.(true);
		this.block('已在别处打开', '本场考试已在另一个页面或另一台机器上打开，这个页面不再保存作答。', '在这里继续', async () => {
			const r = await post('/exam/sit/take-over', this.csrf).catch(() => null);
			if (!r?.ok)
				return;
			this.tab?.taken();
			location.assign('/exam/sit/paper');
		});
	}

	block(title, text, act, run) {
		const dialog = find('block');
		if (!dialog)
			return;
		find('block-title').textContent = title;
		find('block-text').textContent = text;
		const button = find('block-act');
		button.hidden = !act;
		button.textContent = act ?? '';
		button.onclick = run ?? null;
		dialog.oncancel = (event) => event.preventDefault();
		if (!dialog.open)
			dialog.showModal();
	}

	unblock() {
		find('block')?.close();
	}
}
