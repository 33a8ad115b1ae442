// luban simulate from outside: killed and gone on with, every figure as published, the books in order, the page shows the same.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { Place, Server, binary, sql } from '../lib/luban.js';
import { until } from '../lib/wait.js';
import { signIn } from './support.js';

const scale = ['--scale', '0.003'];

let place, server;
before(async () => {
	place = new Place();
	await place.must('init');
});
after(() => server?.stop());

// Killed as soon as it has made some more certificates.
async function killed() {
	const count = () => Number(sql(place, 'SELECT count(*) FROM certificate')), before_ = count();
	const child = spawn(binary, ['simulate', 'shandong', ...scale, '--database', place.database, '--keys', place.keys], { stdio: 'ignore' });
	const ended = new Promise((resolve) => { child.on('exit', (code, signal) => resolve(signal)); });
	await until(() => count() > before_, 'certificates');
	child.kill('SIGKILL');
	assert.equal(await ended, 'SIGKILL', 'in the middle');
}

test('wrong use is said', async () => {
	for (const args of [['simulate'], ['simulate', 'hebei'], ['simulate', 'shandong', '--scale', '2'], ['simulate', 'shandong', '--scale', 'x']])
		assert.equal((await place.luban(...args)).status, 2, args.join(' '));
	const none = await place.luban('simulate', 'shandong', '--figures');
	assert.equal(none.status, 1);
	assert.match(none.stderr, /没有模拟数据/);
});

test('killed twice and gone on with, it adds up to what was published', async () => {
	await killed();
	await killed();
	const other = await place.luban('simulate', 'shandong', ...scale, '--seed', 'other', '--quiet');
	if (other.status === 0)
		return assert.fail('another seed was taken');
	assert.match(other.stderr, /种子/);
	const done = await place.must('simulate', 'shandong', ...scale, '--quiet');
	assert.match(done, /模拟完成/);
	assert.match(done, /全省 +7710 +7710 +2570000 +职业技能等级证书/);
	assert.match(done, /全省 +4050 +4050 +1350000 +通过企业评价提升技能的职工/);
	assert.match(done, /威海市 +231 +231 +77000 +企业评价/);
	assert.ok(!done.includes('不一致'));
	assert.equal((await place.luban('simulate', 'shandong', '--figures')).status, 0);
	assert.equal((await place.luban('simulate', 'shandong', ...scale, '--quiet')).status, 0, 'once more changes nothing');
	const check = await place.luban('check');
	assert.equal(check.status, 0, check.stdout);
});

test('the page of figures shows the same, a stranger can look one up', async () => {
	await place.must('config', 'put', 'account.second_factor', '0');
	const added = await place.must('user', 'add', 'office', '--role', 'authority', '--region', '37', '--name', '张三');
	server = await Server.start({ place, args: ['--per-minute', '0'] });
	const office = server.client();
	await signIn(office, { login: 'office', password: /一次性密码 ?(\S+)/.exec(added)[1] });
	const { published } = await office.json('/figures');
	const own = Object.fromEntries(published.map((p) => [p.label, p.own]));
	assert.equal(own['职业技能等级证书'], 7710);
	assert.equal(own['其中高级工及以上'], 4620);
	assert.equal(own['通过企业评价提升技能的职工'], 4050);
	assert.equal(own['社会培训评价组织覆盖的职业'], 179);
	const [row] = (await office.json('/certificates?grade=4')).list.rows;
	const look = await server.client().json(`/verify?number=${row.number}&name=${encodeURIComponent(row.name)}`);
	assert.equal(look.answer.outcome, 'valid');
});
