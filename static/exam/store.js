// What this browser keeps of a sitting until the server has it: every unsent answer, and the candidate's flags. IndexedDB, so that
// a crash or a power cut loses nothing; where a browser refuses it, memory, and `kept` says so.
const wait = (request) => new Promise((done, failed) => {
	request.onsuccess = () => done(request.result);
	request.onerror = () => failed(request.error);
});

function open() {
	return new Promise((done, failed) => {
		const request = indexedDB.open('luban-exam', 1);
		request.onupgradeneeded = () => {
			request.result.createObjectStore('writes', { keyPath: ['sitting', 'seq'] });
			request.result.createObjectStore('flags', { keyPath: ['sitting', 'item'] });
		};
		request.onsuccess = () => done(request.result);
		request.onerror = () => failed(request.error);
		request.onblocked = () => failed(new Error('blocked'));
	});
}

class Memory {
	kept = false;
	#writes = new Map();
	#flags = new Set();
	async put(write) { this.#writes.set(write.seq, write); }
	async drop(seq) { this.#writes.delete(seq); }
	async writes() { return [...this.#writes.values()]; }
	async flag(item, on) { this.#flags[on ? 'add' : 'delete'](item); }
	async flags() { return new Set(this.#flags); }
	async clear() { this.#writes.clear(); }
}

class Disk {
	kept = true;
	constructor(db, sitting) {
		this.db = db;
		this.sitting = sitting;
	}
	#store(name, mode = 'readwrite') { return this.db.transaction(name, mode, { durability: 'strict' }).objectStore(name); }
	#range() { return IDBKeyRange.bound([this.sitting, 0], [this.sitting, Number.MAX_SAFE_INTEGER]); }
	async put(write) { await wait(this.#store('writes').put({ ...write, sitting: this.sitting })); }
	async drop(seq) { await wait(this.#store('writes').delete([this.sitting, seq])); }
	async writes() { return wait(this.#store('writes', 'readonly').getAll(this.#range())); }
	async flag(item, on) {
		const key = [this.sitting, item], store = this.#store('flags');
		await wait(on ? store.put({ sitting: this.sitting, item }) : store.delete(key));
	}
	async flags() { return new Set((await wait(this.#store('flags', 'readonly').getAll(this.#range()))).map((f) => f.item)); }
	async clear() {
		await wait(this.#store('writes').delete(this.#range()));
		await wait(this.#store('flags').delete(this.#range()));
	}
}

export async function openStore(sitting) {
	try {
		return new Disk(await open(), sitting);
	} catch {
		return new Memory();
	}
}
