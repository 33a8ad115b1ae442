// Every address × every role against tests/fixtures/permissions.txt, asked of the running server. After a route was added
// or changed: look at what this test shows, then LUBAN_UPDATE=1 node --test tests/http/permission.test.js, and commit.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sql, top } from '../lib/luban.js';
import { freshServer, signIn } from './support.js';

const file = path.join(top, 'tests/fixtures/permissions.txt');
const staff = { body_clerk: ['--body', '7'], body_manager: ['--body', '7'], examiner: ['--body', '7'], invigilator: ['--body', '7'],
	supervisor: ['--region', '37'], authority: ['--region', '37'], authority_head: ['--region', '37'] };
const admins = { admin_system: 'sysadmin', admin_security: 'secadmin', admin_audit: 'auditadmin' };

let server, routes, clients;
before(async () => {
	let credentials;
	({ server, credentials } = await freshServer({ args: ['--per-minute', '0'] }));
	sql(server.place, `INSERT INTO body (id, name, uscc, body_kind, body_code, region, state, legal_person, address, contact, phone,
		website, filed_on, created_at) VALUES (7, '甲公司', '', 'enterprise', '', '37', 'registered', '', '', '', '', '', 0, 0)`);
	routes = JSON.parse(await server.place.must('routes', '--json'));
	clients = { public: server.client() };
	for (const [role, login] of Object.entries(admins)) {
		clients[role] = server.client();
		await signIn(clients[role], credentials[login]);
	}
	for (const [role, where] of Object.entries(staff)) {
		const login = role.replace('_', '.');
		const text = await server.place.must('user', 'add', login, '--role', role, '--name', '测试', ...where);
		const password = /一次性密码 ?(\S+)/.exec(text)[1];
		clients[role] = server.client();
		await signIn(clients[role], { login, password });
	}
});
after(() => server.stop());

test('the matrix is the committed one', () => {
	const text = routes.map((r) => `${r.method.padEnd(4)} ${r.path}  ${r.permission}  ${r.roles.join(' ')}\n`).sort().join('');
	if (process.env.LUBAN_UPDATE)
		writeFileSync(file, text);
	const committed = readFileSync(file, 'utf8').split('\n'), now = text.split('\n');
	assert.deepEqual(now.filter((line) => !committed.includes(line)), [], 'new or changed');
	assert.deepEqual(committed.filter((line) => !now.includes(line)), [], 'gone');
});

// A thing that does not exist, so that nothing happens where the role may ask.
const address = (route) => route.path.replace(/:\w+/g, '1');

async function ask(client, route) {
	const headers = { accept: 'application/json' };
	const body = route.method === 'POST' ? { method: 'POST', body: '{}' } : {};
	const r = await client.fetch(address(route), { ...body, headers: { ...headers, 'content-type': 'application/json' } });
	const text = await r.text();
	return { status: r.status, id: r.headers.get('content-type')?.includes('problem') ? JSON.parse(text).id : '' };
}

test('whoever lacks the permission is refused, before anything else is looked at', async () => {
	for (const route of routes)
		for (const [role, client] of Object.entries(clients))
			if (!route.roles.includes(role))
				assert.deepEqual(await ask(client, route), role === 'public' ? { status: 401, id: 'web.log_in' } :
					{ status: 403, id: 'web.denied' }, `${role} ${route.method} ${route.path}`);
});

// A room may still refuse for reasons of its own.
test('whoever holds the permission is not refused a page for want of it', async () => {
	for (const route of routes)
		for (const [role, client] of Object.entries(clients))
			if (route.roles.includes(role) && route.method === 'GET') {
				const { status, id } = await ask(client, route);
				assert.ok(status < 500 && id !== 'web.log_in' && id !== 'web.denied', `${role} GET ${route.path}: ${status} ${id}`);
			}
});

test('what another role may do is not told to a page without a session either', async () => {
	for (const route of routes)
		if (!route.roles.includes('public') && route.method === 'GET') {
			const r = await clients.public.fetch(address(route), { headers: { accept: 'text/html' } });
			assert.equal(r.status, 303, route.path);
			assert.match(r.headers.get('location'), /^\/login\?next=/);
		}
});
