// Log-ins for HTTP tests: follows the pages as a person would, with an authenticator of its own.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { Place, Server } from '../lib/luban.js';

// RFC 4648 base32.
function base32(text) {
	const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
	let bits = '';
	for (const c of text.replace(/[\s=-]/g, '').toUpperCase())
		bits += digits.indexOf(c).toString(2).padStart(5, '0');
	return Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
}

// RFC 6238: the code of a moment, `steps` of 30 seconds from now.
export function totp(secret, steps = 0) {
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
	const mac = createHmac('sha1', base32(secret)).update(counter).digest();
	const at = mac[19] & 15;
	return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

// Hidden fields of the first form on a page that posts to `action`.
export function hidden(html, action) {
	const form = html.split('<form').find((f) => f.includes(`action="${action}"`)) ?? '';
	const fields = {};
	for (const m of form.split('</form>')[0].matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g))
		fields[m[1]] = m[2];
	return fields;
}

export async function submit(client, page, action, values) {
	const html = await (await client.fetch(page, { headers: { accept: 'text/html' } })).text();
	return client.fetch(action, { method: 'POST', headers: { accept: 'text/html' },
		body: new URLSearchParams({ ...hidden(html, action), ...values }) });
}

// Sends the codes of the steps after the one used last until one is taken: a code counts once, and the first may be
// out of date by the time a busy server reads it.
async function sendCode(credentials, send) {
	let r;
	do {
		credentials.used = (credentials.used ?? -2) + 1;
		r = await send(totp(credentials.secret, credentials.used));
	} while (r.status === 422 && credentials.used < 1);
	return r;
}

// Logs in from any stage; credentials {login, password, secret?, next?} gain what was set up on the way.
export async function signIn(client, credentials, page = '/login') {
	const { login, password } = credentials;
	let r = await submit(client, page, '/login', { login, password });
	for (;;) {
		assert.equal(r.status, 303, await r.clone().text());
		const at = r.headers.get('location'), stage = at.split('?')[0];
		if (stage === '/login/second') {
			r = await sendCode(credentials, (code) => submit(client, at, stage, { code }));
		} else if (stage === '/login/enrol') {
			let html = await client.page(at);
			credentials.secret = /密钥：<b class="num">([^<]+)</.exec(html)[1];
			delete credentials.used;
			r = await sendCode(credentials, async (code) => {
				const answer = await client.fetch(stage, { method: 'POST', headers: { accept: 'text/html' },
					body: new URLSearchParams({ ...hidden(html, stage), code }) });
				html = await answer.clone().text();
				return answer;
			});
		} else if (stage === '/login/change') {
			credentials.password = 'Brass-lantern-4711';
			r = await submit(client, at, stage, { old_password: password, new_password: credentials.password,
				repeat: credentials.password });
		} else {
			return at;
		}
	}
}

// A fresh server with its three administrators: {server, credentials: {sysadmin, secadmin, auditadmin}}. Without
// options.second they log in by password alone.
export async function freshServer(options = {}) {
	const place = new Place();
	const text = await place.must('init');
	await place.must('config', 'put', 'login.ip_per_minute', '6000');
	if (!options.second)
		await place.must('config', 'put', 'account.second_factor', '0');
	const credentials = {};
	for (const [, login, password] of text.matchAll(/登录名 (\S+) +一次性密码 (\S+)/g))
		credentials[login] = { login, password };
	const server = await Server.start({ ...options, place });
	return { server, credentials };
}

// Bytes over a plain socket; all that comes back until the other end closes or says nothing for `ms`.
export function raw(url, text, ms = 60_000) {
	const { hostname, port } = new URL(url);
	return new Promise((resolve, reject) => {
		const socket = connect(Number(port), hostname, () => socket.write(text));
		let answer = '';
		const done = () => { socket.destroy(); resolve(answer); };
		socket.setEncoding('utf8');
		socket.setTimeout(ms, done);
		socket.on('data', (d) => { answer += d; });
		socket.on('end', done);
		socket.on('close', done);
		socket.on('error', reject);
	});
}
