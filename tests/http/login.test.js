// The second factor, lockout and the limit per address, with everything switched on.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { freshServer, hidden, signIn, submit, totp } from './support.js';

let server, credentials;
before(async () => {
	({ server, credentials } = await freshServer({ second: true, args: ['--per-minute', '40'] }));
});
after(() => server.stop());

const json = { accept: 'application/json' };

test('first log-in: a second factor and a password of one’s own, then in', async () => {
	const client = server.client(), mine = credentials.sysadmin, once = mine.password;
	assert.equal(await signIn(client, mine), '/');
	assert.notEqual(mine.password, once);
	assert.ok(mine.secret);
	const { account } = await client.json('/account');
	assert.equal(account.has_second, true);
	const again = server.client();
	assert.equal(await signIn(again, mine), '/');
	assert.equal((await again.json('/account')).sessions.length, 2);
});

test('between password and code nothing is open, and one is sent back to the code', async () => {
	const client = server.client(), { password } = credentials.sysadmin;
	const r = await submit(client, '/login', '/login', { login: 'sysadmin', password });
	assert.equal(r.headers.get('location').split('?')[0], '/login/second');
	assert.equal((await client.fetch('/admin/settings', { headers: json })).status, 401);
	const sent = await client.fetch('/admin/settings', { headers: { accept: 'text/html' } });
	assert.equal(sent.headers.get('location'), '/login/second?next=%2Fadmin%2Fsettings');
	const wrong = await submit(client, '/login/second', '/login/second', { code: '000000' });
	assert.equal(wrong.status, 422);
	const used = await submit(client, '/login/second', '/login/second', { code: totp(credentials.sysadmin.secret, -1) });
	assert.equal(used.status, 422, 'a code counts once');
});

test('a mistyped code at enrolment keeps the secret that was scanned', async () => {
	const client = server.client(), mine = credentials.secadmin;
	const r = await submit(client, '/login', '/login', { login: mine.login, password: mine.password });
	const at = r.headers.get('location');
	assert.match(at, /^\/login\/enrol/);
	const page = await client.page(at);
	assert.match(page, /<path d="[^"]{100,}"/);
	const secret = /密钥：<b class="num">([^<]+)</.exec(page)[1];
	const send = (form, code) => client.fetch('/login/enrol', { method: 'POST', headers: { accept: 'text/html' },
		body: new URLSearchParams({ ...hidden(form, '/login/enrol'), code }) });
	const wrong = await send(page, '000000');
	assert.equal(wrong.status, 422);
	const right = await send(await wrong.text(), totp(secret));
	assert.equal(right.status, 303);
	assert.match(right.headers.get('location'), /^\/login\/change/);
});

test('the same page for every stage when asked out of turn', async () => {
	const client = server.client();
	for (const path of ['/login/second', '/login/enrol', '/login/change'])
		assert.equal((await client.fetch(path, { headers: { accept: 'text/html' } })).headers.get('location'), '/login', path);
});

test('wrong passwords lock the account, even for the right one', async () => {
	const client = server.client();
	let r;
	for (let i = 0; i < 6; i++)
		r = await client.post('/login', { login: 'auditadmin', password: 'wrong' });
	assert.equal(r.status, 429);
	r = await client.post('/login', { login: 'auditadmin', password: credentials.auditadmin.password });
	assert.equal(r.status, 429);
	const nobody = await client.post('/login', { login: 'nobody', password: 'wrong' });
	assert.equal(nobody.status, 403);
});

test('too many tries from one address are told when to come back; another address is not held up', async () => {
	const client = server.client();
	let r;
	for (let i = 0; i < 60 && r?.status !== 429; i++)
		r = await client.post('/login', {}, { 'x-forwarded-for': '198.51.100.7' });
	assert.equal(r.status, 429);
	assert.ok(Number(r.headers.get('retry-after')) > 0);
	const same = await client.post('/login', {}, { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' });
	assert.equal(same.status, 429, 'only the address that the proxy itself saw counts');
	const other = await client.post('/login', {}, { 'x-forwarded-for': '203.0.113.9' });
	assert.equal(other.status, 422);
});
