// What HTTP and browser tests share: a server of the real binary on a fresh database, and a client that keeps cookies.
//   LUBAN_BIN           the binary (build/debug/luban)
//   LUBAN_TEST_ENGINE   sqlite (default) or postgres
//   LUBAN_TEST_PG       postgresql:// address of a cluster in which databases may be created
//   LUBAN_TEST_FILLED   a folder where places that are filled once are kept, to be copied (script/test gives one)
//   LUBAN_TEST_FILLER   the binary that fills those (LUBAN_BIN): without sanitizers it is done in a tenth of the time
import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { until } from './wait.js';

export const top = path.resolve(import.meta.dirname, '../..');
export const engine = process.env.LUBAN_TEST_ENGINE ?? 'sqlite';
export const binary = path.resolve(top, process.env.LUBAN_BIN ?? 'build/debug/luban');
const filler = path.resolve(top, process.env.LUBAN_TEST_FILLER ?? binary);

const run = promisify(execFile);

// A place of its own: a folder, an empty database, a key file to be; or all of another, {dir, name}, which nobody has open.
export class Place {
	constructor(other) {
		this.dir = mkdtempSync(path.join(tmpdir(), 'luban-test-'));
		this.keys = path.join(this.dir, 'luban.keys');
		if (other)
			cpSync(other.dir, this.dir, { recursive: true });
		this.database = engine === 'postgres' ? this.#createDatabase(other?.name ?? 'template0') : `sqlite:${this.dir}/luban.db`;
	}

	// A place with the demo province (all of it, or its recent part); `accounts` is what `luban demo` said.
	static async demo({ all = false } = {}) {
		const args = all ? [] : ['--small'], kept = process.env.LUBAN_TEST_FILLED;
		if (kept)
			return Place.#copy(path.join(kept, `${engine}-${all ? 'all' : 'small'}`), args);
		const place = new Place();
		try {
			await place.#fill(args);
		} catch (e) {
			place.remove();
			throw e;
		}
		return place;
	}

	async #fill(args, program = binary) {
		const tell = async (...words) => (await run(program, words, { env: this.env, maxBuffer: 1 << 28 })).stdout;
		await tell('init');
		this.accounts = await tell('demo', ...args);
	}

	// Whoever comes first fills; what is older than some minutes is filled anew, because the demo's day goes on.
	static async #copy(stem, args) {
		const folder = `${stem}-${Math.floor(Date.now() / 480_000)}`, made = path.join(folder, 'made.json');
		mkdirSync(path.dirname(stem), { recursive: true });
		let first = true;
		try {
			mkdirSync(folder);
		} catch {
			first = false;
		}
		if (first) {
			const place = new Place(), dir = path.join(folder, 'place');
			const failed = await place.#fill(args, filler).then(() => '', (e) => e.message);
			cpSync(place.dir, dir, { recursive: true });
			rmSync(place.dir, { recursive: true });
			writeFileSync(`${made}.new`, JSON.stringify({ dir, name: place.name, accounts: place.accounts, failed }));
			renameSync(`${made}.new`, made);
		}
		await until(() => existsSync(made), folder, 600);
		const other = JSON.parse(readFileSync(made, 'utf8'));
		if (other.failed)
			throw new Error(other.failed);
		return Object.assign(new Place(other), { accounts: other.accounts });
	}

	#createDatabase(template) {
		const cluster = process.env.LUBAN_TEST_PG;
		if (!cluster)
			throw new Error('LUBAN_TEST_ENGINE=postgres needs LUBAN_TEST_PG');
		this.name = `t_${randomBytes(6).toString('hex')}`;
		psql(cluster, `CREATE DATABASE ${this.name} TEMPLATE ${template} ENCODING 'UTF8'`);
		const url = new URL(cluster);
		url.pathname = `/${this.name}`;
		return url.href;
	}

	get env() {
		return { ...process.env, LUBAN_DATABASE: this.database, LUBAN_KEYS: this.keys };
	}

	// Runs a command of the binary: {status, stdout, stderr}; whatever the status.
	async luban(...args) {
		try {
			const { stdout, stderr } = await run(binary, args, { env: this.env, maxBuffer: 1 << 28 });
			return { status: 0, stdout, stderr };
		} catch (e) {
			if (typeof e.code !== 'number')
				throw e;
			return { status: e.code, stdout: e.stdout, stderr: e.stderr };
		}
	}

	// The same, but anything but success is an error.
	async must(...args) {
		const r = await this.luban(...args);
		if (r.status !== 0)
			throw new Error(`luban ${args.join(' ')} ended with ${r.status}: ${r.stderr}`);
		return r.stdout;
	}

	// While run() waits for what the clock does, a further worker: one that begins looks at once.
	async withWorker(run) {
		const child = spawn(binary, ['worker'], { env: this.env, stdio: 'ignore' });
		const ended = new Promise((resolve) => { child.once('exit', (code, signal) => resolve(code ?? signal)); });
		try {
			return await run();
		} finally {
			child.kill('SIGTERM');
			if (await ended !== 0)
				throw new Error('the worker did not end well');
		}
	}

	remove() {
		if (this.name)
			psql(process.env.LUBAN_TEST_PG, `DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`);
		rmSync(this.dir, { recursive: true, force: true });
	}
}

// Behind the program's back: rows as text, columns joined by |.
export function sql(place, text) {
	const file = /^sqlite:(.*)/.exec(place.database)?.[1];
	return (file ? execFileSync('sqlite3', ['-batch', '-cmd', '.timeout 10000', file, text], { encoding: 'utf8' }) : psql(place.database, text)).trim();
}

export function psql(url, sql) {
	return execFileSync('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-c', sql, url], { encoding: 'utf8' });
}

export class Server {
	// options.demo: with the demo province; options.small: only its recent batches; options.args: more for `serve`; options.place: one that is filled already
	static async start(options = {}) {
		const place = options.place ?? (options.demo ? await Place.demo({ all: !options.small }) : new Place());
		try {
			if (!options.place && !options.demo)
				await place.must('init');
			return await new Server().#serve(place, options);
		} catch (e) {
			if (!options.place)
				place.remove();
			throw e;
		}
	}

	#serve(place, options) {
		this.place = place;
		const args = ['serve', '--listen', '127.0.0.1:0', ...(options.demo ? ['--demo'] : []), ...(options.args ?? [])];
		this.child = spawn(binary, args, { env: place.env, stdio: ['ignore', 'pipe', 'pipe'] });
		this.log = '';
		this.ended = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve(code ?? signal)));
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => reject(new Error(`the server did not start: ${this.log}`)), 180_000);
			const read = (chunk) => {
				this.log += chunk;
				const m = /http:\/\/127\.0\.0\.1:(\d+)/.exec(this.log);
				if (m && !this.url) {
					clearTimeout(timer);
					this.url = `http://127.0.0.1:${m[1]}`;
					resolve(this);
				}
			};
			this.child.stdout.on('data', read);
			this.child.stderr.on('data', read);
			this.ended.then((how) => reject(new Error(`the server ended with ${how}: ${this.log}`)));
		});
	}

	client() {
		return new Client(this.url);
	}

	// Ends the server; a sanitizer's finding or a crash is an error.
	async stop({ keep = false } = {}) {
		this.child.kill('SIGTERM');
		const how = await this.ended;
		if (!keep)
			this.place.remove();
		if (how !== 0)
			throw new Error(`the server ended with ${how}: ${this.log}`);
	}

	async kill() {
		this.child.kill('SIGKILL');
		await this.ended;
	}
}

// A browser without pages: cookies, forms with their token, JSON. Redirects are not followed unless asked.
export class Client {
	constructor(url) {
		this.url = url;
		this.cookies = new Map();
		this.headers = {};
	}

	async fetch(address, { headers = {}, ...options } = {}) {
		const cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
		const r = await fetch(new URL(address, this.url), {
			redirect: 'manual', ...options,
			headers: { ...this.headers, ...(cookie ? { cookie } : {}), ...headers } });
		for (const line of r.headers.getSetCookie()) {
			const [pair] = line.split(';'), at = pair.indexOf('=');
			if (/;\s*max-age=0(;|$)/i.test(line))
				this.cookies.delete(pair.slice(0, at));
			else
				this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
		}
		return r;
	}

	// A page's text; the status must be the one named.
	async page(address, status = 200) {
		const r = await this.fetch(address, { headers: { accept: 'text/html' } });
		const text = await r.text();
		if (r.status !== status)
			throw new Error(`${address}: ${r.status} instead of ${status}: ${text.slice(0, 2000)}`);
		return text;
	}

	async json(address, status = 200) {
		const r = await this.fetch(address, { headers: { accept: 'application/json' } });
		const text = await r.text();
		if (r.status !== status)
			throw new Error(`${address}: ${r.status} instead of ${status}: ${text.slice(0, 2000)}`);
		return text ? JSON.parse(text) : null;
	}

	// Any page with a form gives the token.
	async token(page = '/login') {
		const m = /name="csrf" value="([^"]+)"/.exec(await (await this.fetch(page, { headers: { accept: 'text/html' } })).text());
		if (!m)
			throw new Error(`${page} has no form token`);
		return m[1];
	}

	// A form as a browser sends it; values may be text, arrays or File. Takes the token from `page` (the address itself).
	async form(address, values, { page = address, headers = {} } = {}) {
		const fields = [['csrf', await this.token(page)]];
		for (const [name, value] of Object.entries(values))
			for (const v of Array.isArray(value) ? value : [value])
				fields.push([name, v]);
		let body = new URLSearchParams();
		if (fields.some(([, v]) => v instanceof Blob))
			body = new FormData();
		for (const [name, v] of fields)
			body.append(name, v);
		return this.fetch(address, { method: 'POST', body, headers: { accept: 'text/html', ...headers } });
	}

	// A call of the API; {status, body, headers}.
	async post(address, value, headers = {}) {
		const r = await this.fetch(address, { method: 'POST', body: JSON.stringify(value),
			headers: { accept: 'application/json', 'content-type': 'application/json', ...headers } });
		const text = await r.text();
		return { status: r.status, headers: r.headers, body: text ? JSON.parse(text) : null };
	}
}
