// The site itself: addresses, methods, limits, tokens, double sending, sessions, static files, what machines read.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { top } from '../lib/luban.js';
import { freshServer, hidden, raw, signIn, submit } from './support.js';

let server, credentials;
before(async () => {
	({ server, credentials } = await freshServer({ demo: true, args: ['--per-minute', '0'] }));
});
after(() => server.stop());

const html = { accept: 'text/html' }, json = { accept: 'application/json' };

async function signedIn(who) {
	const client = server.client();
	await signIn(client, credentials[who]);
	return client;
}

test('an unknown address is 404 with a reference, as page and as problem+json', async () => {
	const client = server.client();
	const page = await client.page('/no/such/page', 404);
	assert.match(page, /找不到/);
	assert.match(page, /[0-9a-f]{10}/);
	const r = await client.fetch('/no/such/page', { headers: json });
	assert.equal(r.status, 404);
	assert.equal(r.headers.get('content-type'), 'application/problem+json');
	const problem = await r.json();
	assert.equal(problem.status, 404);
	assert.equal(problem.type, 'urn:luban:problem:not_found');
	assert.match(problem.ref, /^[0-9a-f]{10}$/);
	for (const path of ['//login', '/login/', '/login//second', '/%2e%2e/etc/passwd', '/static/../templates/layout.html',
		'/static/', '/static/nope.css', '/jobs/%ff', '/login%00'])
		assert.equal((await raw(server.url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).split(' ')[1], '404',
			path);
});

test('a known address with another method is 405 and says which it takes', async () => {
	const client = server.client();
	for (const [method, path, allow] of [['DELETE', '/login', 'GET, HEAD, POST'], ['POST', '/healthz', 'GET, HEAD'],
		['GET', '/logout', 'POST'], ['PUT', '/', 'GET, HEAD'], ['OPTIONS', '/login', 'GET, HEAD, POST']]) {
		const r = await client.fetch(path, { method, headers: json });
		assert.equal(r.status, 405, `${method} ${path}`);
		assert.equal(r.headers.get('allow'), allow);
	}
});

test('HEAD is GET without the body', async () => {
	const client = server.client();
	const get = await client.fetch('/healthz'), head = await client.fetch('/healthz', { method: 'HEAD' });
	assert.equal(head.status, 200);
	assert.equal(head.headers.get('content-length'), get.headers.get('content-length'));
	assert.equal(await head.text(), '');
});

test('every answer carries the headers that keep browsers safe', async () => {
	for (const path of ['/', '/nope', '/static/luban.css', '/healthz']) {
		const { headers } = await server.client().fetch(path, { headers: html });
		const csp = headers.get('content-security-policy');
		assert.match(csp, /default-src 'self'/);
		assert.match(csp, /frame-ancestors 'none'/);
		assert.match(csp, /object-src 'none'/);
		assert.doesNotMatch(csp, /unsafe/);
		assert.equal(headers.get('x-content-type-options'), 'nosniff');
		assert.ok(headers.get('referrer-policy'));
		assert.ok(headers.get('permissions-policy'));
	}
});

test('a JSON answer is nobody\'s page and is kept by nobody', async () => {
	const { headers } = await server.client().fetch('/verify?number=1&name=x', { headers: json });
	assert.match(headers.get('content-security-policy'), /default-src 'none'; frame-ancestors 'none'/);
	assert.equal(headers.get('x-content-type-options'), 'nosniff');
	assert.equal(headers.get('cache-control'), 'no-store');
});

test('static files: tags, packing, addresses that last', async () => {
	const client = server.client();
	const page = await client.page('/');
	const address = /href="(\/static\/luban\.css\?v=[0-9a-f]+)"/.exec(page)[1];
	const r = await client.fetch(address, { headers: { 'accept-encoding': 'gzip' } });
	assert.equal(r.status, 200);
	assert.equal(r.headers.get('content-type'), 'text/css; charset=utf-8');
	assert.match(r.headers.get('cache-control'), /immutable/);
	assert.equal(r.headers.get('content-encoding'), 'gzip');
	assert.match(r.headers.get('vary'), /Accept-Encoding/);
	const packed = await r.text();
	assert.match(packed, /--paper/);
	const plain = await client.fetch(address, { headers: { 'accept-encoding': 'gzip;q=0, identity' } });
	assert.equal(plain.headers.get('content-encoding'), null);
	assert.equal(await plain.text(), packed);
	const again = await client.fetch(address, { headers: { 'if-none-match': r.headers.get('etag') } });
	assert.equal(again.status, 304);
	assert.equal(await again.text(), '');
	const other = await client.fetch('/static/luban.css?v=0000000000000000');
	assert.doesNotMatch(other.headers.get('cache-control'), /immutable/);
	assert.equal((await client.fetch('/favicon.ico')).headers.get('content-type'), 'image/svg+xml');
});

test('a body that is too large is refused: by its length, by its count, before it is sent', async () => {
	const client = server.client();
	const big = 'x'.repeat(300 * 1024);
	const r = await client.fetch('/login', { method: 'POST', headers: html, body: new URLSearchParams({ login: big }) });
	assert.equal(r.status, 413);
	assert.match(await r.text(), /内容过大/);
	const chunk = `${(64 * 1024).toString(16)}\r\n${'y'.repeat(64 * 1024)}\r\n`;
	const counted = await raw(server.url, `POST /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n` +
		`Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(6)}0\r\n\r\n`);
	assert.equal(counted.split(' ')[1], '413');
	const early = await raw(server.url, 'POST /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n' +
		'Content-Length: 209715200\r\n\r\n');
	assert.match(early, /^HTTP\/1.1 413 /);
	assert.doesNotMatch(early, /100 Continue/);
});

test('200 MB are read and dropped, and the browser hears why', { timeout: 60_000 }, async () => {
	const piece = new Uint8Array(1024 * 1024);
	let sent = 0;
	const stream = new ReadableStream({ pull(c) { sent++ < 200 ? c.enqueue(piece) : c.close(); } });
	const r = await fetch(new URL('/login', server.url), { method: 'POST', body: stream, duplex: 'half',
		headers: { ...html, 'content-type': 'application/octet-stream' } });
	assert.equal(r.status, 413);
	const metrics = await (await fetch(new URL('/metrics', server.url))).text();
	const memory = Number(/luban_resident_bytes (\d+)/.exec(metrics)[1]);
	assert.ok(memory < 400 * 1024 * 1024, `${memory} bytes are held`);
});

test('a body of an unknown or broken kind is 415 or 400', async () => {
	const client = server.client();
	const post = async (type, body) => (await client.fetch('/login', { method: 'POST', body,
		headers: { ...json, 'content-type': type } })).status;
	assert.equal(await post('text/plain', 'hello'), 415);
	assert.equal(await post('application/json', '{"login": '), 400);
	assert.equal(await post('application/json', '["login"]'), 400);
	assert.equal(await post('application/json', '{"login": {"nested": 1}}'), 400);
	assert.equal(await post('application/x-www-form-urlencoded', 'login=%zz'), 400);
	assert.equal(await post('application/x-www-form-urlencoded', 'login=%ff%fe'), 400);
	assert.equal(await post('application/x-www-form-urlencoded', 'login=a%00b'), 400);
	assert.equal(await post('multipart/form-data', 'x'), 400);
	assert.equal(await post('multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="login"\r\n\r\nx'), 400);
	assert.equal((await client.fetch('/login?next=%ff', { headers: json })).status, 400);
});

test('a form without its token is refused and comes back filled in', async () => {
	const client = server.client();
	const r = await client.fetch('/login', { method: 'POST', headers: html,
		body: new URLSearchParams({ login: 'sysadmin', password: 'x', csrf: 'f'.repeat(32) }) });
	assert.equal(r.status, 403);
	const page = await r.text();
	assert.match(page, /页面已过期/);
	assert.match(page, /value="sysadmin"/);
	const { csrf } = hidden(page, '/login');
	const next = await client.fetch('/login', { method: 'POST', headers: html,
		body: new URLSearchParams({ csrf, login: 'nobody', password: 'x' }) });
	assert.notEqual(next.status, 403 && (await next.clone().text()).includes('页面已过期') ? 403 : 0);
});

test('another site cannot send a form, not even with the token', async () => {
	const client = await signedIn('sysadmin');
	const csrf = await client.token('/admin/accounts/new');
	for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' },
		{ origin: 'https://evil.example' }, { origin: 'null' }]) {
		const r = await client.fetch('/admin/accounts', { method: 'POST', headers: { ...html, ...headers },
			body: new URLSearchParams({ csrf, login: 'foreign', name: '外人' }) });
		assert.equal(r.status, 403, JSON.stringify(headers));
		const call = await client.post('/admin/accounts', { login: 'foreign', name: '外人' }, headers);
		assert.equal(call.status, 403, JSON.stringify(headers));
	}
	const list = await client.json('/admin/accounts?login=foreign');
	assert.equal(list.list.count, 0);
});

test('wrong input comes back beside its field, and nothing typed is lost', async () => {
	const client = await signedIn('sysadmin');
	const r = await client.form('/admin/accounts', { login: 'x', name: '李"四<b>' }, { page: '/admin/accounts/new' });
	assert.equal(r.status, 422);
	const page = await r.text();
	assert.match(page, /value="李&quot;四&lt;b&gt;"/);
	assert.match(page, /id="f-login-error"/);
	assert.match(page, /id="problem"/);
	const call = await client.post('/admin/accounts', { login: 'x', name: '' });
	assert.equal(call.status, 422);
	assert.deepEqual(call.body.fields.map((f) => f.field).sort(), ['login', 'name']);
});

test('a form sent twice acts once, at the same moment too', async () => {
	const client = await signedIn('sysadmin');
	const page = await client.page('/admin/accounts/new');
	const fields = { ...hidden(page, '/admin/accounts'), login: 'zhangsan', name: '张三' };
	const send = (change = {}) => client.fetch('/admin/accounts', { method: 'POST', headers: html,
		body: new URLSearchParams({ ...fields, ...change }) });
	const both = await Promise.all([send(), send(), send()]);
	assert.deepEqual(both.map((r) => r.status), [303, 303, 303]);
	const places = new Set(both.map((r) => r.headers.get('location')));
	assert.equal(places.size, 1);
	const later = await send();
	assert.equal(later.status, 303);
	assert.ok(places.has(later.headers.get('location')));
	const changed = await send({ login: 'zhangsan2' });
	assert.equal(changed.status, 303);
	assert.ok(!places.has(changed.headers.get('location')), 'another content is another form');
	const list = await client.json('/admin/accounts?name=%E5%BC%A0%E4%B8%89');
	assert.equal(list.list.count, 2);
	const fresh = await client.form('/admin/accounts', { login: 'zhangsan', name: '张三' }, { page: '/admin/accounts/new' });
	assert.equal(fresh.status, 409);
	assert.match(await fresh.text(), /value="zhangsan"/);
});

test('a call with an Idempotency-Key acts once', async () => {
	const client = await signedIn('sysadmin');
	const call = () => client.post('/admin/accounts', { login: 'keyed', name: '王五' }, { 'idempotency-key': 'k1' });
	const first = await call(), second = await call();
	assert.equal(first.status, 200);
	assert.equal(second.status, 200);
	assert.equal(second.body.location, first.body.location);
	assert.match(first.body.location, /^\/admin\/accounts\/\d+$/);
});

test('logging in: wrong password, second factor, the page one wanted, logging out', async () => {
	const client = server.client();
	const ask = await client.fetch('/admin/settings?x=1', { headers: html });
	assert.equal(ask.status, 303);
	assert.equal(ask.headers.get('location'), '/login?next=%2Fadmin%2Fsettings%3Fx%3D1');
	assert.equal((await client.fetch('/admin/settings', { headers: json })).status, 401);
	const wrong = await submit(client, '/login', '/login', { login: 'sysadmin', password: 'wrong' });
	assert.equal(wrong.status, 403);
	assert.match(await wrong.text(), /登录名或密码不正确[^]*value="sysadmin"/);
	assert.equal(await signIn(client, credentials.sysadmin, ask.headers.get('location')), '/admin/settings?x=1');
	await client.page('/admin/settings');
	const session = client.cookies.get('luban-session');
	const out = await submit(client, '/account', '/logout', {});
	assert.equal(out.status, 303);
	assert.equal(client.cookies.has('luban-session'), false);
	assert.match(await client.page('/'), /您已退出登录/);
	assert.doesNotMatch(await client.page('/'), /您已退出登录/);
	client.cookies.set('luban-session', session);
	assert.equal((await client.fetch('/admin/settings', { headers: json })).status, 401, 'the session has ended');
});

test('a log-in never leads to another site', async () => {
	for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
		const client = server.client();
		const at = await signIn(client, credentials.sysadmin, `/login?next=${encodeURIComponent(next)}`);
		assert.equal(at, '/', next);
	}
});

test('cookies are kept from scripts and other sites, and are host-bound behind TLS', async () => {
	const client = server.client();
	const plain = await client.fetch('/login', { headers: html });
	const [cookie] = plain.headers.getSetCookie();
	assert.match(cookie, /^luban-visitor=[0-9a-f]{32}; Path=\/; HttpOnly; SameSite=Lax$/);
	const secure = await client.fetch('/login', { headers: { ...html, 'x-forwarded-proto': 'https' } });
	assert.match(secure.headers.getSetCookie()[0], /^__Host-luban-visitor=.*; Secure/);
	assert.ok(secure.headers.get('strict-transport-security'));
});

test('who lacks the permission is told which', async () => {
	const client = await signedIn('auditadmin');
	assert.match(await client.page('/admin/settings', 403), /查看参数/);
	assert.equal((await client.fetch('/admin/settings', { headers: json })).status, 403);
});

test('a session that ends in mid-form: the form is there again after the log-in', async () => {
	const client = await signedIn('sysadmin');
	const page = await client.page('/admin/accounts/new');
	const fields = hidden(page, '/admin/accounts');
	const session = client.cookies.get('luban-session');
	const other = server.client();
	other.cookies = new Map(client.cookies);
	await submit(other, '/account', '/logout', {});
	client.cookies.set('luban-session', session);
	const r = await client.fetch('/admin/accounts', { method: 'POST', headers: html,
		body: new URLSearchParams({ ...fields, login: 'midform', name: '赵六' }) });
	assert.equal(r.status, 303);
	const login = r.headers.get('location');
	assert.match(login, /^\/login\?next=%2Fresume%2F[0-9a-f]{32}$/);
	assert.match(await client.page(login), /已保留 15 分钟/);
	const back = await signIn(client, credentials.sysadmin, login);
	assert.match(back, /^\/resume\//);
	const form = await client.page(back);
	assert.match(form, /value="midform"/);
	assert.match(form, /value="赵六"/);
	assert.equal((await client.json('/admin/accounts?login=midform')).list.count, 0, 'nothing was done yet');
	const sent = await client.fetch('/admin/accounts', { method: 'POST', headers: html,
		body: new URLSearchParams({ ...hidden(form, '/admin/accounts'), login: 'midform', name: '赵六' }) });
	assert.equal(sent.status, 303);
	const stranger = await signedIn('sysadmin');
	await stranger.page(back, 404);
});

test('the password is changed, and every other session ends', async () => {
	const one = await signedIn('auditadmin'), two = await signedIn('auditadmin');
	const mine = credentials.auditadmin;
	const differs = await submit(one, '/account/password', '/account/password',
		{ old_password: mine.password, new_password: 'long-Enough-4711', repeat: 'other-Enough-4711' });
	assert.equal(differs.status, 422);
	assert.match(await differs.text(), /不一致/);
	const r = await submit(one, '/account/password', '/account/password',
		{ old_password: mine.password, new_password: 'long-Enough-4711', repeat: 'long-Enough-4711' });
	assert.equal(r.status, 303, await r.clone().text());
	mine.password = 'long-Enough-4711';
	assert.match(await one.page('/account'), /密码已修改/);
	assert.equal((await two.fetch('/account', { headers: json })).status, 401);
});

test('a token acts for its account, within its permissions', async () => {
	const security = await signedIn('secadmin');
	assert.equal((await security.post('/admin/tokens', { login: 'sysadmin', name: '监测', perms: 'job.read', days: 30 })).status, 403);
	await server.place.must('user', 'add', 'jiance', '--role', 'authority', '--region', '37');
	const made = await security.post('/admin/tokens', { login: 'jiance', name: '监测', perms: 'job.read', days: 30 });
	assert.equal(made.status, 200, JSON.stringify(made.body));
	const program = server.client();
	program.headers = { authorization: `Bearer ${made.body.token}` };
	assert.ok((await program.json('/admin/jobs')).list);
	assert.equal((await program.fetch('/admin/settings')).status, 403);
	assert.equal((await program.fetch('/admin/settings')).headers.get('content-type'), 'application/problem+json');
	assert.equal((await program.post('/account/password', {})).status, 403);
	assert.equal((await security.post(`/admin/tokens/${made.body.token_id}/revoke`, {})).status, 200);
	const gone = await program.fetch('/admin/jobs');
	assert.equal(gone.status, 401);
	program.headers = { authorization: 'Bearer nonsense' };
	assert.equal((await program.fetch('/admin/jobs')).status, 401);
});

test('administrators: one opens the account, another gives it a role and a password', async () => {
	const system = await signedIn('sysadmin'), security = await signedIn('secadmin');
	const opened = await system.post('/admin/accounts', { login: 'chengshi', name: '陈市' });
	const page = opened.body.location;
	assert.equal((await system.post(`${page}/grant`, { role: 'authority', region: '3710', reason: '新任' })).status, 403);
	assert.equal((await security.post(`${page}/grant`, { role: 'authority', region: '3710', reason: '' })).status, 422);
	const nowhere = await security.post(`${page}/grant`, { role: 'authority', region: '3799', reason: '新任' });
	assert.equal(nowhere.status, 422);
	assert.match(nowhere.body.fields[0].text, /没有代码为“3799”的地区/);
	const granted = await submit(security, `${page}/grant`, `${page}/grant`, { role: 'authority', region: '3710', reason: '新任' });
	assert.equal(granted.status, 303, await granted.clone().text());
	const reset = await submit(security, `${page}/reset`, `${page}/reset`, { reason: '首次' });
	assert.equal(reset.status, 200);
	const password = /一次性密码<\/dt><dd class="num"><b>([^<]+)</.exec(await reset.text())[1];
	const clerk = server.client();
	assert.equal(await signIn(clerk, { login: 'chengshi', password }), '/');
	assert.equal((await clerk.fetch('/', { headers: html })).headers.get('location'), '/todo');
	assert.match(await clerk.page('/todo'), /没有待办事项/);
	assert.equal((await system.post(`${page}/disable`, { reason: '离任' })).status, 200);
	assert.equal((await clerk.fetch('/account', { headers: json })).status, 401);
	const auditor = await signedIn('auditadmin');
	const trail = await auditor.json('/admin/audit?sort=oldest');
	assert.ok(trail.list.rows.length > 0);
	for (const row of trail.list.rows)
		assert.match(row.action_text + row.kind_text, /^[^a-z]+$/, `${row.action} ${row.kind} in words`);
	const { list } = await auditor.json('/admin/audit?login=chengshi');
	assert.ok(list.rows.length > 0 && list.rows.every((row) => row.actor_name === list.rows[0].actor_name));
	assert.equal((await auditor.json('/admin/audit?login=nobody.here')).list.rows.length, 0);
	assert.match(await auditor.page(page), /<nav class="crumbs"[^>]*>\s*<a class="crumb" href="\/admin\/accounts">账户</);
	const sheet = await auditor.fetch('/admin/audit?export=xlsx');
	assert.equal(sheet.headers.get('content-type'), 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
	assert.match(sheet.headers.get('content-disposition'), /\.xlsx$/);
	assert.equal(Buffer.from(await sheet.arrayBuffer()).subarray(0, 2).toString(), 'PK');
});

test('every action that the program notes has words in the trail', () => {
	const words = readFileSync(path.join(top, 'src/web/page/audit.c'), 'utf8'), missing = [];
	for (const file of readdirSync(path.join(top, 'src'), { recursive: true }).filter((f) => f.endsWith('.c')))
		for (const [, action] of readFileSync(path.join(top, 'src', file), 'utf8').matchAll(/audit_note\([\w>.-]+,\s+"([^"]+)"/g))
			if (!words.includes(`{"${action}", "`))
				missing.push(`${action} (${file})`);
	assert.deepEqual(missing, []);
});

test('lists: an unknown sort or a wrong filter is told, pages keep the filters', async () => {
	const client = await signedIn('sysadmin');
	const wrong = await client.fetch('/admin/accounts?role=emperor', { headers: html });
	assert.equal(wrong.status, 422);
	assert.equal((await client.fetch('/admin/accounts?role=emperor', { headers: json })).status, 422);
	assert.equal((await client.fetch('/admin/accounts?sort=shoe_size', { headers: json })).status, 422);
	const page = await client.page('/admin/accounts?state=active');
	assert.match(page, /state=active&amp;sort=/);
	assert.match(page, /state=active&amp;export=xlsx/);
	const { list } = await client.json('/admin/accounts?state=active');
	assert.equal(list.page, 1);
	assert.ok(list.rows.every((row) => !('password_hash' in row) && !('totp_cipher' in row)));
	assert.ok(list.rows.every((row) => typeof row.id === 'string'));
});

test('settings have values by day, and are checked', async () => {
	const client = await signedIn('sysadmin');
	const name = 'batch.lead_wd', path = `/admin/settings/${name}`;
	const before = (await client.json(path)).setting;
	const wrong = await client.form(path, { region: '', effective_on: '2099-01-01', amount: String(before.max + 1) });
	assert.equal(wrong.status, 422);
	const r = await client.form(path, { region: '3710', effective_on: '2099-01-01', amount: String(before.max) });
	assert.equal(r.status, 303, await r.clone().text());
	const now = await client.json(path);
	assert.equal(now.values.length, 1);
	assert.equal(now.values[0].effective_on, '2099-01-01');
	assert.equal(now.setting.now, before.now, 'the future does not count yet');
	assert.equal((await client.fetch('/admin/settings/no.such', { headers: json })).status, 404);
	await client.page('/admin/settings');
	await client.page(path);
});

test('settings are found by words, by room, and by what was changed', async () => {
	const client = await signedIn('sysadmin');
	const ask = async (query) => {
		const view = await client.json(`/admin/settings?${new URLSearchParams(query)}`);
		return { ...view, all: view.rooms.flatMap((room) => room.settings) };
	};
	const whole = await ask({});
	assert.equal(new Set(whole.rooms.map((room) => room.label)).size, whole.rooms.length, 'a room stands once');
	assert.equal(whole.n, whole.all.length);
	const some = await ask({ q: '公示\u3000工作日' });
	assert.ok(some.n > 0 && some.n < whole.n);
	assert.ok(some.all.every((s) => /公示/.test(s.label + s.source) && /工作日/.test(s.label + s.source)));
	const [one, other] = some.index;
	const room = await ask({ q: '公示 工作日', room: one.label });
	assert.ok(room.all.length && room.all.every((s) => s.room === one.label));
	assert.ok(room.index.find((it) => it.label === other.label), 'the other rooms are a link away');
	assert.match(await client.page('/admin/settings?q=nothing-like-it'), /没有符合条件的参数/);
	const path = '/admin/settings/batch.mend_wd', put = (amount) => client.form(path,
		{ region: '', effective_on: '2099-01-01', amount: String(amount) });
	const { preset, max } = (await client.json(path)).setting;
	const changed = async () => (await ask({ changed: 1 })).all.some((s) => s.name === 'batch.mend_wd');
	assert.ok(!await changed());
	assert.equal((await put(max)).status, 303);
	assert.ok(await changed());
	assert.equal((await put(preset)).status, 303);
	assert.ok(!await changed());
});

test('how people log in is the security administrator’s to set, the rest the system administrator’s', async () => {
	const values = { region: '', effective_on: '2099-01-01', amount: '20' };
	for (const [who, name, other] of [['sysadmin', 'batch.lead_wd', 'login.failures_max'], ['secadmin', 'login.failures_max', 'batch.lead_wd']]) {
		const client = await signedIn(who);
		assert.ok((await client.page('/admin/settings')).includes(`/admin/settings/${other}`));
		assert.match(await client.page(`/admin/settings/${other}`), /管理员设置/);
		assert.equal((await client.post(`/admin/settings/${other}`, values)).status, 403);
		assert.equal((await client.form(`/admin/settings/${name}`, values)).status, 303);
	}
});

test('the rehearsal clock only goes forward, and not at all over a database that is no demo', async () => {
	const client = await signedIn('sysadmin');
	assert.equal((await client.post('/admin/clock', { days: 0 })).status, 422);
	assert.equal((await client.post('/admin/clock', { days: -3 })).status, 422);
	assert.equal((await client.form('/admin/clock', { days: '2', hours: '0' })).status, 409);
});

test('every page of the administrators can be drawn', async () => {
	const system = await signedIn('sysadmin'), security = await signedIn('secadmin'), audit = await signedIn('auditadmin');
	const [row] = (await system.json('/admin/accounts')).list.rows;
	for (const path of ['/todo', '/account', '/account/password', '/account/second', '/admin/accounts', '/admin/accounts/new',
		`/admin/accounts/${row.id}`, `/admin/accounts/${row.id}/disable`, '/admin/jobs', '/admin/clock'])
		await system.page(path);
	for (const path of ['/admin/accounts', `/admin/accounts/${row.id}`, `/admin/accounts/${row.id}/grant`,
		`/admin/accounts/${row.id}/reset`, '/admin/tokens'])
		await security.page(path);
	await audit.page('/admin/audit');
	await system.page('/jobs/999', 404);
	await system.page('/resume/0123', 404);
});

test('what the command line writes beside the server is seen by every thread of it, and the other way round', async () => {
	const client = await signedIn('sysadmin');
	for (let i = 0; i < 3; i++) {
		await server.place.must('user', 'add', `beside.${i}`, '--name', '旁路', '--role', 'authority', '--region', '37');
		const lists = await Promise.all(Array.from({ length: 16 }, () => client.json('/admin/accounts?name=%E6%97%81%E8%B7%AF')));
		assert.ok(lists.every((l) => l.list.count === i + 1), lists.map((l) => l.list.count).join());
	}
	assert.equal((await client.post('/admin/accounts', { login: 'inside', name: '旁路' })).status, 200);
	assert.match(await server.place.must('user', 'list'), /inside/);
});

test('health, metrics and the description of the interface', async () => {
	const client = server.client();
	assert.equal(await (await client.fetch('/healthz')).text(), 'ok\n');
	const metrics = await (await client.fetch('/metrics')).text();
	for (const line of metrics.trimEnd().split('\n'))
		assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? [0-9.e+-]+)$/);
	assert.match(metrics, /luban_requests_total\{method="GET",route="\/healthz",status="200"\} \d+/);
	assert.match(metrics, /luban_request_seconds_bucket\{method="GET",route="\/healthz",le="\+Inf"\} \d+/);
	const families = [...metrics.matchAll(/^# HELP (\w+) /gm)].map((m) => m[1]), samples = metrics.split('\n').filter((l) => l && l[0] !== '#');
	assert.equal(new Set(families).size, families.length, 'each family once');
	assert.deepEqual([...metrics.matchAll(/^# TYPE (\w+) (?:counter|gauge|histogram)$/gm)].map((m) => m[1]), families);
	assert.equal(new Set(samples.map((l) => l.slice(0, l.lastIndexOf(' ')))).size, samples.length, 'each series once');
	const api = await client.json('/openapi.json');
	assert.equal(api.openapi, '3.1.0');
	assert.ok(api.info.title && api.info.version);
	const seen = new Set();
	for (const [path, item] of Object.entries(api.paths)) {
		assert.match(path, /^\//);
		assert.doesNotMatch(path, /:/);
		for (const [method, operation] of Object.entries(item)) {
			assert.ok(['get', 'post'].includes(method));
			assert.ok(operation.summary);
			assert.ok(Object.keys(operation.responses).length > 0);
			const named = [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]);
			const declared = operation.parameters.filter((p) => p.in === 'path');
			assert.deepEqual(declared.map((p) => p.name), named, path);
			assert.ok(declared.every((p) => p.required === true && p.schema));
			assert.equal(new Set(operation.parameters.map((p) => `${p.in} ${p.name}`)).size, operation.parameters.length, path);
			const bodies = Object.values(operation.requestBody?.content ?? {}).flatMap((c) => Object.entries(c.schema.properties));
			for (const [name, s] of [...operation.parameters.map((p) => [p.name, p.schema]), ...bodies]) {
				assert.ok(s.type && !(s.minimum > s.maximum) && !(s.minLength > s.maxLength) && s.enum?.length !== 0, `${path} ${name}`);
				assert.ok(!s.pattern || new RegExp(s.pattern, 'u'), `${path} ${name}`);
			}
			assert.ok(Object.values(operation.responses).every((r) => r.description), path);
			seen.add(`${method} ${path}`);
		}
	}
	assert.ok(seen.has('post /login'));
	const shapes = Object.keys(api.paths).map((path) => path.replace(/\{\w+\}/g, '{}'));
	assert.deepEqual(shapes.filter((s, i) => shapes.indexOf(s) !== i), [], 'two addresses that nobody could tell apart');
});

test('a file of a visitor who is not logged in is left out, however large; the rest of the form waits for the log-in', async () => {
	const client = server.client(), form = new FormData();
	form.append('note', '甲');
	form.append('file', new File([new Uint8Array(20 * 1024 * 1024)], '花名册.csv'));
	const r = await client.fetch('/held-imports', { method: 'POST', headers: html, body: form });
	assert.equal(r.status, 303);
	assert.match(r.headers.get('location'), /^\/login\?next=%2Fresume%2F/);
	assert.equal((await client.fetch('/healthz')).status, 200);
});

test('how long a request is must be said once and in one way; nothing behind it is read as another', async () => {
	const next = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', chunked = 'Transfer-Encoding: chunked';
	const ask = async (head, body) => {
		const text = await raw(server.url, `POST /login HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n${body}${next}`, 300);
		return text.match(/^HTTP\/1\.1 (\d+)/gm)?.join() ?? '';
	};
	for (const [head, body] of [['Content-Length: 3\r\nContent-Length: 90', 'a=b'], ['Content-Length: 0\r\nContent-Length: 90', ''],
		[`Content-Length: 3\r\n${chunked}`, '3\r\na=b\r\n0\r\n\r\n'], [`${chunked}\r\nContent-Length: 90`, '0\r\n\r\n'],
		[`${chunked}\r\n${chunked}`, '0\r\n\r\n'], ['Transfer-Encoding : chunked', '0\r\n\r\n'],
		['Transfer-Encoding: xchunked', '0\r\n\r\n'], ['Content-Length : 3', 'a=b']])
		assert.equal(await ask(head, body), 'HTTP/1.1 400', head);
	assert.equal(await ask(chunked, '3\r\na=b\r\n0\r\n\r\n'), 'HTTP/1.1 415,HTTP/1.1 200');
	assert.equal(await ask('Content-Length: 3', 'a=b'), 'HTTP/1.1 415,HTTP/1.1 200');
});

test('the server goes on after it was sent nonsense', async () => {
	for (const text of ['GET\r\n\r\n', '\0\0\0\0\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', `GET /${'a'.repeat(40_000)} HTTP/1.1\r\n\r\n`,
		`GET / HTTP/1.1\r\nHost: x\r\nCookie: ${'c'.repeat(40_000)}\r\n\r\n`,
		'POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', 'POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab'])
		await raw(server.url, text, 300);
	assert.equal((await server.client().fetch('/healthz')).status, 200);
});
