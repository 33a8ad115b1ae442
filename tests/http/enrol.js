// A small province with an open batch, its clerk, a clerk of another body, an officer, and workers who register themselves.
import assert from 'node:assert/strict';
import { demoPlace } from '../lib/demo.js';
import { Server, sql } from '../lib/luban.js';
import { idno } from '../lib/sheet.js';
import { signIn } from './support.js';

export const html = { accept: 'text/html' }, json = { accept: 'application/json' };

export async function province(options = {}) {
	const place = await demoPlace({ second: false });
	const [id, body, occupation, number] = sql(place, `SELECT id, body_id, occupation_id, batch_no FROM batch WHERE state = 'enrolling'
		AND grade = 4 ORDER BY id LIMIT 1`).split('|');
	const elsewhere = sql(place, `SELECT id FROM body WHERE id <> ${body} AND state = 'filed' LIMIT 1`);
	sql(place, `UPDATE batch SET quota = 100000 WHERE id = ${id}`);
	const server = await Server.start({ place, args: ['--per-minute', '0', ...(options.args ?? [])] });
	const it = { server, place, batch: { id, body, occupation, number } };
	it.staff = (login, role, ...where) => account(it, login, role, where);
	it.clerk = await it.staff('t.clerk', 'body_clerk', '--body', body);
	it.stranger = await it.staff('t.other', 'body_clerk', '--body', elsewhere);
	it.officer = await it.staff('t.officer', 'authority', '--region', '37');
	return it;
}

async function account({ server, place }, login, role, where) {
	const text = await place.must('user', 'add', login, '--role', role, '--name', '测试', ...where);
	const client = server.client();
	await signIn(client, { login, password: /一次性密码 ?(\S+)/.exec(text)[1] });
	return client;
}

export const password = 'Quiet-harbour-3';

// The i-th worker, registered and logged in.
export async function worker({ server }, i, name = `工友${i}`) {
	const client = server.client();
	const r = await client.form('/register/worker', { name, idno: idno(i), phone: '13800000001', password, repeat: password, consent: '1' });
	assert.equal(r.status, 303, await r.text());
	await signIn(client, { login: idno(i), password });
	return client;
}
