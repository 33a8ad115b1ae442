// A server on the demo province, and its accounts.
import { Place, Server } from '../lib/luban.js';
import { signIn } from './support.js';

export async function demoServer() {
	const place = await Place.demo();
	return Server.start({ place, args: ['--per-minute', '0'] });
}

// Once for each account: a code counts once.
export async function signedIn(server, login) {
	const client = server.client();
	await signIn(client, { login, password: 'Luban-2026-demo', secret: 'LUBANDEMOLUBANDEMOLUBANDEMOLUBAN' });
	return client;
}

// The newest batch of the demo accounts' body in a state.
export async function batchIn(client, state) {
	const { list } = await client.json(`/results?state=${state}`);
	return list.rows[0].id;
}
