// Sends answers to the server and says what it has: a write leaves the list of unsent ones when the server has acknowledged its
// number, and by nothing else. Safe to repeat: the server knows each number.
import { setNow } from './clock.js';

const BEAT = 10_000, BATCH = 64, PATIENCE = 8_000;

export class Sync {
	pending = []; // by seq
	savedAt = 0;  // of the newest acknowledgement, by the server's clock
	offline = false;
	stopped = false;
	#sending = false;
	#tries = 0;
	#timer = 0;

	// sitting {id, epoch, last, deadline}; store; on {change(), state(reply), lost(write)}
	constructor(sitting, store, on) {
		this.sitting = sitting;
		this.store = store;
		this.on = on;
		this.seq = sitting.last;
		addEventListener('online', () => this.send());
		addEventListener('pagehide', () => this.#goodbye());
		document.addEventListener('visibilitychange', () => document.hidden || this.send(true));
	}

	// What an earlier page of this browser could not send. `newest(item)`: the highest seq the server has of it.
	async resume(newest) {
		const kept = (await this.store.writes()).sort((a, b) => a.seq - b.seq);
		for (const w of kept) {
			this.seq = Math.max(this.seq, w.seq);
			if (newest(w.item) >= w.seq || kept.some((v) => v.item === w.item && v.seq > w.seq))
				await this.store.drop(w.seq);
			else
				this.pending.push(w);
		}
		this.send(true);
		return this.pending;
	}

	async write(item, response, spent) {
		const w = { seq: ++this.seq, item, response, spent };
		const older = this.pending.filter((v) => v.item === item && !v.sent);
		this.pending = this.pending.filter((v) => !older.includes(v));
		this.pending.push(w);
		this.on.change();
		await this.store.put({ seq: w.seq, item, response, spent }).catch(() => {});
		for (const v of older)
			this.store.drop(v.seq).catch(() => {});
		this.send();
	}

	#body(list) {
		return JSON.stringify({ epoch: this.sitting.epoch,
			answers: list.map(({ seq, item, response, spent }) => ({ seq, item, response, spent: Math.round(spent) || 0 })) });
	}

	// beat: also when there is nothing to say, as a sign of life.
	async send(beat = false) {
		if (this.stopped || this.#sending || (!beat && !this.pending.length))
			return;
		clearTimeout(this.#timer);
		this.#sending = true;
		const list = this.pending.slice(0, BATCH);
		for (const w of list)
			w.sent = true;
		try {
			const r = await fetch('/exam/sit/answer', { method: 'POST', body: this.#body(list), cache: 'no-store',
				headers: { 'content-type': 'application/json', accept: 'application/json' }, signal: AbortSignal.timeout(PATIENCE) });
			if (r.status === 401 || r.status === 403)
				this.on.state({ status: 'door' });
			if (!r.ok)
				throw new Error(String(r.status));
			await this.#take(await r.json());
			this.offline = false;
			this.#tries = 0;
		} catch {
			for (const w of list)
				w.sent = false;
			this.offline = true;
			this.#tries++;
		}
		this.#sending = false;
		this.on.change();
		this.#next();
	}

	#next() {
		if (this.stopped)
			return;
		const soon = this.#tries ? Math.min(10_000, 500 * 2 ** this.#tries) * (0.7 + 0.6 * Math.random()) : 50;
		const wait = this.#tries || (this.pending.length && !this.pending[0].held) ? soon : BEAT;
		this.#timer = setTimeout(() => this.send(true), wait);
	}

	async #take(reply) {
		setNow(reply.now);
		if (reply.deadline)
			this.sitting.deadline = reply.deadline;
		for (const { seq, status, at } of reply.saved) {
			const w = this.pending.find((v) => v.seq === seq);
			if (status === 'saved' || status === 'repeated') {
				this.savedAt = Math.max(this.savedAt, at);
				this.#forget(seq);
			} else if (status === 'clash') {
				this.#forget(seq);
				if (w)
					await this.write(w.item, w.response, 0);
			} else if (status === 'invalid') {
				this.#forget(seq);
				this.on.lost(w);
			} else if (w) {
				w.sent = false;
				w.held = true; // not now: paused, or no longer ours; kept
			}
		}
		if (reply.status === 'saved')
			for (const w of this.pending)
				w.held = false;
		this.on.state(reply);
	}

	#forget(seq) {
		this.pending = this.pending.filter((v) => v.seq !== seq);
		this.store.drop(seq).catch(() => {});
	}

	// Until all has arrived; false after so many milliseconds.
	async flush(ms) {
		const end = performance.now() + ms;
		while (this.pending.length && !this.stopped && performance.now() < end) {
			await this.send();
			if (this.pending.length)
				await new Promise((done) => setTimeout(done, 200));
		}
		return !this.pending.length;
	}

	// A sign of life of now: what is on its way already was asked for earlier.
	async beat(ms) {
		const end = performance.now() + ms;
		while (this.#sending && performance.now() < end)
			await new Promise((done) => setTimeout(done, 50));
		await this.send(true);
	}

	stop() {
		this.stopped = true;
		clearTimeout(this.#timer);
	}

	#goodbye() {
		if (!this.stopped && this.pending.length)
			navigator.sendBeacon?.('/exam/sit/answer', new Blob([this.#body(this.pending.slice(0, BATCH))], { type: 'application/json' }));
	}
}
