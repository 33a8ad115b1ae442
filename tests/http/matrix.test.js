// Row-level scope, for every route that takes an id: what a body of Weihai, its examiner and a worker find by following
// their links is asked for by another city, another county, another body, another examiner and another worker. A
// stranger who holds the permission gets 404, never the row, and nothing is changed by asking. Who may use a route at
// all is the matter of permission.test.js. New routes are found by the table of routes and the links to them.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { signIn } from './support.js';
import { crawl, key, matcher } from '../lib/crawl.js';
import { demo, demoServer } from '../lib/demo.js';
import { settled } from '../lib/log.js';
import { sql } from '../lib/luban.js';
import { idno } from '../lib/number.js';
import { ended, until } from '../lib/wait.js';

// Rows that are nobody's, by the permission of their route: anyone who holds it sees all of them.
const common = /^(public|account\.|token\.|setting\.|standard\.|audit\.|clock\.)/;
// Not rows of anybody: what one browser left behind to go on with after its log-in; a batch that every worker may enter.
const exempt = new Set(['GET /resume/:id', 'GET /open/:id/enrol', 'POST /open/:id/enrol']);
// Who sees rows of all because that is his work: the system administrator's jobs.
const everywhere = (name, route) => name === 'system' && route.path.startsWith('/jobs/');
// A parameter that is an id of another address.
const same = { 'GET /my/tickets/:enrolment': 'GET /my/enrolments/:id' };
const scoped = (r) => r.path.includes(':') && !common.test(r.permission) && !exempt.has(key(r));

const owners = { body: ['manager', 'clerk1', 'examiner1', 'proctor1'], worker: ['371002'], city: ['city-head'] };
// Whom the rows of the body (371002) concern, and whom they do not.
const above = ['county', 'city', 'city-head', 'province', 'province-head'];
const apart = ['rs3702', 'rs3702-head', 'qda-manager', 'qda-clerk1', 'qda-kp07', 'qda-proctor1', 'whs-proctor1', 'whs-manager', 'whs-clerk1', 'whs-kp07',
	'county.rongcheng', 'supervisor.qingdao', 'worker.other', 'system', 'security', 'audit'];
// Whom even the rows of its city do not concern: what only the city has, such as a recall, is asked for by them.
const afar = apart.filter((name) => /3702|^qda-|qingdao/.test(name));

let server, routes, schemas, match;
const clients = {}, tokens = {}, found = {}, roles = {};

async function enter(name, credentials) {
	clients[name] = server.client();
	await signIn(clients[name], credentials);
	tokens[name] = await clients[name].token('/account');
}

// A demo account whose password is known, or any other after a reset.
const known = (name) => enter(name, demo(name));

async function fresh(name, ...command) {
	const text = await server.place.must('user', ...command);
	await enter(name, { login: name, password: /一次性密码 ?(\S+)/.exec(text)[1] });
}

async function addWorker(name) {
	const login = idno('370202', '19900307', 511), password = 'Brass-lantern-4711';
	const client = server.client();
	const r = await client.form('/register/worker', { name: '周某', idno: login, phone: '13900000001', password, repeat: password,
		consent: '1' });
	assert.equal(r.status, 303, await r.text());
	clients[name] = client;
	if (r.headers.get('location').startsWith('/login'))
		await signIn(client, { login, password });
	tokens[name] = await client.token('/account');
}

// A list that was sent in and not yet judged: it and its job are rows too.
async function sendRoster() {
	const { list } = await clients.manager.json('/batches?state=enrolling');
	assert.ok(list.rows.length > 0);
	const sheet = new File(['姓名,证件号码\n张某,110101199003070011\n'], '名单.csv', { type: 'text/csv' });
	const r = await clients.manager.form(`/batches/${list.rows[0].id}/rosters`, { file: sheet }, { page: '/account' });
	assert.equal(r.status, 303, await r.text());
}

const judged = (at) => until(async () => !(await clients.manager.json(at)).is_open, at);

// Items from a file, judged and waiting for the confirmation.
async function sendItems() {
	const { list } = await clients.manager.json('/banks?state=open');
	const bank = `/banks/${list.rows[0].id}`, { points } = await clients.manager.json(`${bank}/points`);
	const sheet = new File(['题型,题干,答案\n判断题,矩阵测试,对\n'], '题.csv', { type: 'text/csv' });
	const r = await clients.manager.form(`${bank}/imports`, { file: sheet, point_id: points.find((p) => p.is_point).id },
		{ page: `${bank}/imports` });
	assert.equal(r.status, 303, await r.text());
	const at = r.headers.get('location');
	await judged(at);
}

// A sheet of old certificates and an answer of the national look-up, judged and waiting for the confirmation.
async function sendSheets() {
	const send = async (address, page, text) => {
		const r = await clients.manager.form(address, { file: new File([text], '表.csv', { type: 'text/csv' }) }, { page });
		assert.equal(r.status, 303, await r.text());
		const at = r.headers.get('location');
		await judged(at);
	};
	await send('/held-imports', '/held-imports', '姓名,证件号码,证书编号,职业,等级,发证日期,发证机构\n' +
		'张某,110101199003070011,1337100001400999,电工,,2013-06-30,某中心\n');
	const [sent] = (await clients.manager.json('/handover-packages?state=sent')).list.rows;
	const [record] = (await clients.manager.json(`/handover?package_id=${sent.id}`)).list.rows;
	await send(`/handover-packages/${sent.id}/answers`, `/handover-packages/${sent.id}`, `证书编号,结果\n${record.number},成功\n`);
}

// A look for copying at the exam that is over, and a case from it.
async function openCase() {
	const exam = `/exams/${sql(server.place, "SELECT id FROM exam WHERE state = 'closed'")}`, look = `${exam}/forensics`;
	const send = (address, values, page) => clients.manager.form(address, values, { page });
	await ended(clients.manager, (await send(`${exam}/scores/compute`, {}, `${exam}/scores`)).headers.get('location'));
	await ended(clients.manager, (await send(look, {}, look)).headers.get('location'));
	const sheet = /href="([^"]*\/forensics\/\d+\/1)"/.exec(await clients.manager.page(look))[1];
	const r = await send(`${sheet}/case`, { reason: '监控显示两人交谈' }, sheet);
	assert.equal(r.status, 303, await r.text());
}

// Certificates of a confirmed batch, issued in the background.
async function issueRun() {
	const { list } = await clients.manager.json('/batches?state=confirmed');
	const r = await clients.manager.form('/issue-runs', { batches: list.rows[0].id }, { page: '/issue-runs/new' });
	assert.equal(r.status, 303, await r.text());
	const at = r.headers.get('location');
	await until(async () => (await clients.manager.json(at)).run.state === 'done', at);
}

before(async () => {
	server = await demoServer();
	routes = JSON.parse(await server.place.must('routes', '--json'));
	schemas = JSON.parse(await server.place.must('openapi')).paths;
	match = matcher(routes);
	const worker = /^ *(\d{17}[\dX]) .*劳动者/m.exec(server.place.accounts)[1];
	owners.worker = [worker];
	for (const name of [...owners.body, worker, ...above, 'system', 'security', 'audit'])
		await known(name);
	for (const name of apart.filter((n) => n.includes('-') || /\d/.test(n)))
		await fresh(name, 'reset', name);
	await fresh('county.rongcheng', 'add', 'county.rongcheng', '--role', 'authority', '--region', '371082', '--name', '测试');
	await fresh('supervisor.qingdao', 'add', 'supervisor.qingdao', '--role', 'supervisor', '--region', '3702', '--name', '测试');
	await addWorker('worker.other');
	await sendRoster();
	await sendItems();
	await sendSheets();
	await openCase();
	await issueRun();
	await settled(server); // what the clock writes is written before anybody looks
	for (const [group, names] of Object.entries(owners)) {
		found[group] = new Map();
		for (const name of names)
			for (const [id, list] of await crawl(clients[name], routes, { each: 3, keep: 3, more: { 'GET /batches/:id': 40, 'GET /batches/:id/results': 40 } }))
				found[group].set(id, [...(found[group].get(id) ?? []), ...list.map((thing) => ({ thing, by: name }))]);
	}
});
after(() => server.stop());

// Addresses of a route that its owners were shown. One that no page led to is made of the rows above it.
function instances(group, route) {
	const seen = found[group].get(key(route)) ?? [];
	if (seen.length)
		return seen.map(({ thing, by }) => (typeof thing === 'string' ? { address: thing, by, fields: {} } :
			{ address: thing.action, by, fields: thing.fields }));
	const like = found[group].get(same[key(route)])?.[0];
	if (like)
		return [{ address: route.path.replace(/:\w+/, like.thing.split('/').at(-1)), by: like.by, fields: {} }];
	const segments = route.path.split('/');
	for (let n = segments.length - 1; n > 1; n--) {
		if (!segments[n].startsWith(':'))
			continue;
		const head = segments.slice(0, n + 1).join('/');
		for (const [id, list] of found[group])
			if (id === `GET ${head}` || id.startsWith(`GET ${head}/`) || id.startsWith(`POST ${head}/`)) {
				const { thing, by } = list[0], real = (thing.action ?? thing).split(/[?#]/)[0].split('/').slice(0, n + 1);
				const rest = segments.slice(n + 1).map((s) => (s.startsWith(':') ? '1' : s));
				return [{ address: [...real, ...rest].join('/'), by, fields: {} }];
			}
	}
	return [];
}

// A value that passes for a field, so that what answers is not the form.
function plausible(schema) {
	if (schema.enum)
		return schema.enum[0];
	if (schema.format === 'binary')
		return new File(['\x89PNG'], 'a.png', { type: 'image/png' });
	if (schema.format === 'date')
		return '2026-12-01';
	if (schema.pattern?.includes('T'))
		return '2026-12-01T09:00';
	if (schema.pattern?.includes('17'))
		return idno('370202', '19900307', 511);
	if (schema.type === 'integer')
		return String(Math.max(schema.minimum ?? 1, 1));
	if (schema.type === 'boolean')
		return '1';
	if (schema.type === 'array' || schema.pattern)
		return '1';
	return /电话|手机/.test(schema.title) ? '13900000001' : (schema.examples?.[0] ?? '测试理由测试'.slice(0, schema.maxLength ?? 6));
}

function body(route, fields, token) {
	const content = schemas[route.path.replace(/:(\w+)/g, '{$1}')]?.post?.requestBody?.content ?? {};
	const schema = Object.values(content)[0]?.schema ?? { properties: {} };
	const values = { ...fields };
	delete values.form_id;
	for (const [name, s] of Object.entries(schema.properties ?? {}))
		if ((schema.required ?? []).includes(name) && !values[name])
			values[name] = plausible(s);
	values.csrf = token;
	const form = Object.values(values).some((v) => v instanceof Blob) ? new FormData() : new URLSearchParams();
	for (const [name, v] of Object.entries(values))
		form.append(name, v);
	return form;
}

async function ask(name, route, address, fields = {}) {
	const options = { headers: { accept: 'application/json' } };
	if (route.method === 'POST')
		Object.assign(options, { method: 'POST', body: body(route, fields, tokens[name]) });
	const r = await clients[name].fetch(address, options);
	return { status: r.status, text: await r.text() };
}

// What a stranger hears is what he hears of a row that does not exist. A form may say first that it is filled in wrongly,
// if it says the same of nothing.
async function refused(name, route, address, fields) {
	const r = await ask(name, route, address, fields);
	if (r.status === 404)
		return null;
	if (route.method === 'POST' && r.status === 422) {
		const nowhere = address.replace(/\/\d{6,}/g, '/999999999999999999');
		const other = await ask(name, route, nowhere, fields), plain = (t) => t.replace(/"ref":"[^"]*"/, '').replace(/\d{15,}/g, '');
		if (other.status === r.status && plain(other.text) === plain(r.text))
			return null;
	}
	return `${name} ${key(route)} ${address}: ${r.status} ${r.text.slice(0, 200)}`;
}

// The role of a session, as the page of one's own account says.
async function roleOf(name) {
	if (!roles[name]) {
		const html = await clients[name].page('/account');
		roles[name] = /class="user-role">([^<]*)</.exec(html)[1];
	}
	return roles[name];
}

const codes = { 劳动者: 'worker', 评价机构经办人: 'body_clerk', 评价机构负责人: 'body_manager', 考评员: 'examiner', 监考员: 'invigilator', 督导员: 'supervisor',
	人社部门经办: 'authority', 人社部门负责人: 'authority_head', 系统管理员: 'admin_system', 安全管理员: 'admin_security',
	审计管理员: 'admin_audit' };

// Looking leaves its own trace here.
const ledger = /^\/banks\/\d+\/readings/;

// Paper and files say nothing that the JSON of their rows does not: they are not made again and again.
const papers = new Set();

async function snapshot() {
	const all = {};
	for (const group of ['body', 'worker'])
		for (const route of routes.filter((r) => scoped(r) && r.method === 'GET'))
			for (const { address, by } of instances(group, route).filter((i) => !papers.has(i.address))) {
				const r = await clients[by].fetch(address, { headers: { accept: 'application/json' } });
				const text = await r.text(), type = r.headers.get('content-type') ?? '';
				if (r.status === 200 && !type.includes('json'))
					papers.add(address);
				if (type.includes('json') && !ledger.test(address))
					all[address] = text.replace(/"(csrf|form_id|ref|now_text)":"[^"]*"|"now(_ms)?":\d+/g, '')
						.replace(/"readings":\[.*?\],"n_readings":\d+/, '');
			}
	return all;
}

test('every route with an id has rows to be tried', () => {
	const untried = routes.filter((r) => scoped(r) && !['body', 'worker', 'city'].some((g) => instances(g, r).length)).map(key);
	assert.deepEqual(untried, []);
});

test('owners are shown what their pages lead to', async () => {
	const wrong = [];
	for (const group of ['body', 'worker'])
		for (const route of routes.filter((r) => scoped(r) && r.method === 'GET'))
			for (const { thing, by } of found[group].get(key(route)) ?? []) {
				const r = await ask(by, route, thing);
				if (r.status !== 200 && r.status !== 303)
					wrong.push(`${by} ${thing}: ${r.status} ${r.text.slice(0, 160)}`);
			}
	assert.deepEqual(wrong, []);
});

test('strangers get 404 for every row, and change nothing', async () => {
	const before = await snapshot(), wrong = [];
	for (const group of Object.keys(owners))
		for (const route of routes.filter((r) => scoped(r) && (group !== 'city' || !found.body.has(key(r)))))
			for (const { address, fields } of instances(group, route).slice(0, 3))
				for (const name of group === 'city' ? afar : apart) {
					if (!route.roles.includes(codes[await roleOf(name)]) || everywhere(name, route))
						continue;
					wrong.push(await refused(name, route, address, fields));
				}
	assert.deepEqual(wrong.filter(Boolean), []);
	assert.deepEqual(await snapshot(), before);
});

// The row is mine, what hangs on it is another's.
test('a part is not reached through a row of one\'s own', async () => {
	const before = await snapshot(), wrong = [];
	for (const name of ['qda-manager', 'qda-clerk1', 'rs3702-head']) {
		const own = await crawl(clients[name], routes, { each: 3, keep: 2 });
		for (const route of routes.filter(scoped)) {
			const mine = own.get(key(route))?.[0], names = route.path.match(/:\w+/g);
			if (!mine || names.length < 2 || !route.roles.includes(codes[await roleOf(name)]))
				continue;
			for (const { address, fields } of instances('body', route).slice(0, 2)) {
				const theirs = match(route.method, address).params;
				const params = match(route.method, mine.action ?? mine).params;
				if (!/^\d{6,}$/.test(theirs.at(-1)))
					continue;
				const mixed = route.path.split('/').map((s) => (s.startsWith(':') ? params.shift() : s));
				mixed[route.path.split('/').lastIndexOf(names.at(-1))] = theirs.at(-1);
				wrong.push(await refused(name, route, mixed.join('/'), fields));
			}
		}
	}
	assert.deepEqual(wrong.filter(Boolean), []);
	assert.deepEqual(await snapshot(), before);
});

test('the authorities above a body see its rows', async () => {
	const wrong = [];
	for (const route of routes.filter((r) => scoped(r) && r.method === 'GET' && r.permission !== 'self'))
		for (const { thing } of (found.body.get(key(route)) ?? []).slice(0, 2))
			for (const name of above) {
				if (!route.roles.includes(codes[await roleOf(name)]))
					continue;
				const r = await ask(name, route, thing);
				if (r.status !== 200 && !r.text.includes('"bank.not_custodian"')) // sees it, and may not change it
					wrong.push(`${name} ${thing}: ${r.status} ${r.text.slice(0, 160)}`);
			}
	assert.deepEqual(wrong, []);
});

// Rows of a tenant carry region and body_id: in whatever stands in a view.
function* rowsOf(value, path = '') {
	if (Array.isArray(value))
		for (const [i, v] of value.entries())
			yield* rowsOf(v, `${path}[${i}]`);
	else if (value && typeof value === 'object') {
		if ('region' in value || 'body_id' in value)
			yield [path, value];
		for (const [k, v] of Object.entries(value))
			yield* rowsOf(v, path ? `${path}.${k}` : k);
	}
}

test('lists hold rows of one\'s own scope only, whatever is asked for', async () => {
	const body = await clients.manager.json('/venues'), target = body.venues[0].body_id, wrong = [];
	const mine = await clients['qda-manager'].json('/venues'), own = mine.venues[0].body_id;
	let looked = 0;
	assert.notEqual(target, own);
	for (const [name, is] of [['rs3702', (row) => (row.region ?? '3702').startsWith('3702')], ['qda-clerk1',
		(row) => (row.body_id ?? own) === own], ['qda-manager', (row) => (row.body_id ?? own) === own]])
		for (const route of routes.filter((r) => r.method === 'GET' && !r.path.includes(':') && !common.test(r.permission))) {
			if (!route.roles.includes(codes[await roleOf(name)]))
				continue;
			for (const query of ['', `?body_id=${target}`, '?region=371002', `?body_id=${target}&region=3710&own_level=0`]) {
				const r = await clients[name].fetch(route.path + query, { headers: { accept: 'application/json' } });
				const text = await r.text();
				if (!r.headers.get('content-type')?.includes('json') || r.status !== 200)
					continue;
				for (const [path, row] of rowsOf(JSON.parse(text))) {
					if (/form|filters/.test(path))
						continue;
					looked++;
					if (!is(row))
						wrong.push(`${name} ${route.path}${query}: ${path} ${JSON.stringify(row).slice(0, 160)}`);
				}
			}
		}
	assert.deepEqual(wrong, []);
	assert.ok(looked > 100, `only ${looked} rows`);
});
