// The demo province in tests: its accounts, and sessions of them.
import assert from 'node:assert/strict';
import { signIn } from '../http/support.js';
import { Place, Server } from './luban.js';

export const demoPassword = 'Luban-2026-demo', demoSecret = 'LUBANDEMOLUBANDEMOLUBANDEMOLUBAN';

// A server on the demo province (its recent part unless all is asked for), with no limit on requests.
export async function demoServer({ all = false } = {}) {
	const place = await Place.demo({ all });
	await place.must('config', 'put', 'login.ip_per_minute', '6000');
	return Server.start({ place, demo: true, args: ['--per-minute', '0'] });
}

// The login of the first account that `luban demo` names with these words.
export function demoLogin(server, words) {
	const line = server.place.accounts.split('\n').find((l) => l.includes(words));
	assert.ok(line, `the demo has no account “${words}”`);
	return line.trim().split(/\s+/)[0];
}

// A client with a session of that account.
export async function demoClient(server, login) {
	const client = server.client();
	await signIn(client, { login, password: demoPassword, secret: demoSecret });
	return client;
}
