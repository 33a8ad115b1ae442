// The demo province in tests: its accounts, and sessions of them.
import assert from 'node:assert/strict';
import { signIn } from '../http/support.js';
import { Place, Server, sql } from './luban.js';

export const demoPassword = 'Luban-2026-demo', demoSecret = 'LUBANDEMOLUBANDEMOLUBANDEMOLUBAN';
export const demoWorker = '371002199206150046';

// What an account of the demo logs in with.
export const demo = (login) => ({ login, password: demoPassword, secret: demoSecret });

// A place with the demo province (its recent part unless all is asked for), whose accounts log in as often as they like;
// `second: false`: by password alone, so that one account may come twice in a minute; `config`: further settings.
export async function demoPlace({ all = false, second = true, config = {} } = {}) {
	const place = await Place.demo({ all });
	const settings = { 'login.ip_per_minute': 6000, ...(second ? {} : { 'account.second_factor': 0 }), ...config };
	for (const [name, value] of Object.entries(settings))
		await place.must('config', 'put', name, String(value));
	return place;
}

// A server on a place of the demo, with no limit on requests.
export const serveDemo = (place, args = []) => Server.start({ place, demo: true, args: ['--per-minute', '0', ...args] });

export async function demoServer(options = {}) {
	return serveDemo(await demoPlace(options), options.args);
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
	await signIn(client, demo(login));
	return client;
}

export const demoClients = (server, ...logins) => Promise.all(logins.map((login) => demoClient(server, login)));

// The newest batch of the client's body in a state.
export async function batchIn(client, state) {
	const { list } = await client.json(`/results?state=${state}`);
	return list.rows[0].id;
}

// The room in which three candidates of the demo wait for their exam: {exam, room, address, candidates, rowOf}; a candidate is
// what he types at the door.
export function demoRoom({ place }) {
	const candidates = [...place.accounts.matchAll(/准考证号 (\S+) +证件后六位 (\S+) +座位 (\d+)/g)]
		.map(([, ticket_no, idno_tail, seat]) => ({ ticket_no, idno_tail, seat }));
	assert.equal(candidates.length, 3);
	const [exam, room] = sql(place, `SELECT exam_id, batch_room_id FROM sitting WHERE ticket_no = '${candidates[0].ticket_no}'`).split('|');
	const rowOf = (c, columns) => sql(place, `SELECT ${columns} FROM sitting WHERE exam_id = ${exam} AND ticket_no = '${c.ticket_no}'`);
	return { exam, room, address: `/exams/${exam}/rooms/${room}`, candidates, rowOf };
}

// That room has begun some time ago: by default with half an hour gone.
export function beginRoom({ place }, { exam, room }, { starts = 2400, started = 1860 } = {}) {
	const now = Math.floor(Date.now() / 1000);
	sql(place, `UPDATE exam SET late_seconds = 7200 WHERE id = ${exam}`);
	sql(place, `UPDATE exam_room SET starts_at = ${now - starts}, started_at = ${now - started}, room_state = 'running'
		WHERE exam_id = ${exam} AND batch_room_id = ${room}`);
}
