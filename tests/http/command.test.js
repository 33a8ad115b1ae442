// The command line from outside: setting up, looking after, exit statuses, one clear line of error.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { binary, engine, Place, sql, top } from '../lib/luban.js';

let place;
before(async () => {
	place = new Place();
	place.first = await place.luban('init');
});
after(() => place.remove());

// The command fails with this status and one line on stderr that says this.
async function refused(status, words, ...args) {
	const r = await place.luban(...args);
	assert.equal(r.status, status, `${args.join(' ')}: ${r.stdout}${r.stderr}`);
	assert.match(r.stderr, words);
	assert.match(r.stderr, /^luban: [^\n]*\n$/);
}

test('init makes keys, schema and three administrators, once', async () => {
	assert.equal(place.first.status, 0, place.first.stderr);
	const logins = [...place.first.stdout.matchAll(/登录名 (\S+) +一次性密码 (\S+)/g)];
	assert.deepEqual(logins.map((m) => m[1]), ['sysadmin', 'secadmin', 'auditadmin']);
	assert.equal(new Set(logins.map((m) => m[2])).size, 3);
	assert.equal(statSync(place.keys).mode & 0o777, 0o600);
	const keys = readFileSync(place.keys, 'utf8');
	const again = await place.luban('init');
	assert.equal(again.status, 0, again.stderr);
	assert.doesNotMatch(again.stdout, /一次性密码/);
	assert.equal(readFileSync(place.keys, 'utf8'), keys);
});

test('what root makes in a folder of the service is the service’s', { skip: process.getuid() !== 0 && 'only root can' }, async () => {
	const own = new Place(), copy = path.join(own.dir, 'copy.db'), back = path.join(own.dir, 'back.db');
	const made = [own.keys, `${own.keys}.signing`];
	chownSync(own.dir, 65534, 65534);
	try {
		await own.must('init');
		if (engine === 'sqlite') {
			await own.must('backup', copy);
			await own.must('restore', copy, '--database', `sqlite:${back}`);
			made.push(`${own.dir}/luban.db`, copy, back);
		}
		for (const file of made)
			assert.equal(statSync(file).uid, 65534, file);
		rmSync(`${own.keys}.signing`);
		await own.must('init');
		assert.equal(statSync(`${own.keys}.signing`).uid, 65534);
	} finally {
		own.remove();
	}
});

test('a key file that is missing, open to others, broken or of another database is refused', async () => {
	const other = new Place();
	try {
		await refused(3, /没有密钥文件/, 'user', 'list', '--keys', path.join(place.dir, 'none'));
		const file = path.join(place.dir, 'copy');
		writeFileSync(file, readFileSync(place.keys), { mode: 0o600 });
		assert.equal((await place.luban('user', 'list', '--keys', file)).status, 0);
		chmodSync(file, 0o644);
		await refused(3, /仅属主可读/, 'user', 'list', '--keys', file);
		writeFileSync(file, 'not a key\n');
		chmodSync(file, 0o600);
		await refused(3, /不是密钥文件/, 'user', 'list', '--keys', file);
		await other.must('init');
		await refused(3, /不匹配/, 'user', 'list', '--keys', other.keys);
		await refused(3, /没有密钥文件/, 'init', '--keys', path.join(place.dir, 'none'));
		assert.equal(existsSync(path.join(place.dir, 'none')), false);
	} finally {
		other.remove();
	}
});

test('wrong use is 2 and says what is wrong', async () => {
	await refused(2, /缺少命令/);
	await refused(2, /没有命令“nothing”/, 'nothing');
	await refused(2, /没有选项--nothing/, 'check', '--nothing');
	await refused(2, /没有检查项/, 'check', 'nothing');
	await refused(2, /应为日期/, 'config', 'get', 'batch.lead_wd', '--on', 'yesterday');
	await refused(2, /没有参数/, 'config', 'get', 'nothing');
	await refused(2, /应为整数/, 'config', 'put', 'batch.lead_wd', 'many');
	await refused(2, /--role/, 'user', 'add', 'somebody', '--role', 'king');
	for (const day of ['1900-01-01', '9999-12-31', '2026-02-30'])
		await refused(2, /--until应为2022-01-01至2099-12-31的日期/, 'demo', '--until', day);
	await refused(2, /没有角色“king”/, 'user', 'list', '--role', 'king');
	await refused(2, /user后面应写明做什么：list、add、/, 'user');
	await refused(2, /log后面应写明做什么：[^\n]*audit/, 'log', 'nothing');
	await refused(2, /没有命令“user nothing”/, 'help', 'user', 'nothing');
	for (const url of ['var/luban.db', 'mysql://luban@db/luban', 'sqlite:', 'postgres:luban'])
		await refused(2, /数据库应写作sqlite:文件或postgresql:/, 'user', 'list', '--database', url);
});

test('what is named in wrong places or not there at all', async () => {
	await refused(1, /没有代码为“xx”的地区/, 'config', 'get', 'batch.lead_wd', '--region', 'xx');
	await refused(1, /没有代码为“3799”的地区/, 'config', 'put', 'batch.lead_wd', '5', '--region', '3799');
	await refused(1, /没有代码为“99”的地区/, 'user', 'add', 'somebody', '--role', 'authority', '--region', '99');
	await refused(1, /没有编号为5的评价机构/, 'user', 'add', 'somebody', '--role', 'body_clerk', '--body', '5');
	const file = path.join(place.dir, 'none');
	for (const args of [['import', 'holidays', file], ['import', 'roster', file, '--batch', '1'], ['rule', 'explain', 'special-skill', '--facts', file]])
		await refused(2, /无法打开文件\S+：No such file/, ...args);
	await refused(2, /无法读取文件\S+：Is a directory/, 'import', 'holidays', place.dir);
	await refused(2, /没有规则“none”，也没有这个文件/, 'rule', 'explain', 'none', '--facts', file);
	await refused(2, /“key”不是日志的验证公钥/, 'witness', 'watch', place.dir, 'key');
	await refused(2, /监听地址应写作/, 'serve', '--listen', '8080');
});

test('what the database says when it fails stands in the same line', async () => {
	sql(place, 'ALTER TABLE holiday RENAME TO gone');
	await refused(3, /没有保存，请稍后重试（[^）]*holiday/, 'import', 'holidays', path.join(top, 'data/holidays.csv'));
	sql(place, 'ALTER TABLE gone RENAME TO holiday');
});

test('closed or full, standard output is no place for a database or a secret', async () => {
	const sh = (line) => spawnSync('sh', ['-c', line, 'sh', binary], { env: place.env, encoding: 'utf8' });
	for (const line of ['"$1" routes >&-', '"$1" user list >&-', '"$1" check >/dev/full', '"$1" help --man >/dev/full']) {
		const r = sh(line);
		assert.equal(r.status, 3, line);
		assert.match(r.stderr, /^luban: 无法写出结果：[^\n]*\n$/, line);
	}
	assert.equal(sh('"$1" config put batch.lead_wd 20 >&- 2>&- <&-').status, 0);
	assert.equal((await place.luban('check')).status, 0);
});

test('every command has help, and the manual names them all', async () => {
	const list = await place.must('help');
	const names = [...list.matchAll(/^ {2}([a-z]+(?: [a-z]+)?) {2,}/gm)].map((m) => m[1]);
	assert.ok(names.length > 15, list);
	const family = await place.must('help', 'user');
	assert.match(family, /^用法：luban user add /m);
	assert.equal(await place.must('user', '--help'), family);
	const manual = await place.must('help', '--man');
	for (const name of names) {
		assert.match(await place.must('help', ...name.split(' ')), /^用法：luban /);
		assert.match(manual, new RegExp(`^\\.SS luban ${name} `, 'm'));
	}
});

test('settings: the nearest region and the latest day count', async () => {
	const get = async (...args) => (await place.must('config', 'get', 'batch.lead_wd', ...args)).trim();
	const preset = await get();
	await place.must('config', 'put', 'batch.lead_wd', '11', '--region', '37');
	await place.must('config', 'put', 'batch.lead_wd', '12', '--region', '3710', '--from', '2099-01-01');
	assert.equal(await get(), preset);
	assert.equal(await get('--region', '371002'), '11');
	assert.equal(await get('--region', '371002', '--on', '2098-12-31'), '11');
	assert.equal(await get('--region', '371002', '--on', '2099-01-01'), '12');
	assert.equal(await get('--region', '3702', '--on', '2099-01-01'), '11');
	const r = await place.luban('config', 'put', 'batch.lead_wd', '100000');
	assert.equal(r.status, 1);
	assert.match(r.stderr, /^luban: [^\n]*0 至 60[^\n]*\n$/);
});

test('accounts: opened, reset, disabled, enabled', async () => {
	const password = /一次性密码 (\S+)/;
	const first = password.exec(await place.must('user', 'add', 'zhangsan', '--role', 'authority', '--region', '3710', '--name', '张三'))[1];
	const second = password.exec(await place.must('user', 'reset', 'zhangsan'))[1];
	assert.notEqual(first, second);
	assert.match(await place.must('user', 'list', '--role', 'authority'), /^zhangsan +authority +3710 +active /m);
	await place.must('user', 'disable', 'zhangsan', '--reason', '离职');
	assert.match(await place.must('user', 'list'), /^zhangsan .* disabled /m);
	await place.must('user', 'enable', 'zhangsan', '--reason', '返聘');
	assert.match(await place.must('user', 'list'), /^zhangsan .* active /m);
	assert.equal((await place.luban('user', 'add', 'zhangsan', '--role', 'authority', '--region', '3710')).status, 1);
	await refused(1, /nobody/, 'user', 'reset', 'nobody');
});

test('tokens: only what the account may, shown once, revoked', async () => {
	const made = await place.must('token', 'add', 'sysadmin', '--perms', 'setting.edit,account.read', '--days', '3');
	const [, id] = /编号 (\d+)/.exec(made), [, token] = /令牌 (\S+)/.exec(made);
	assert.match(await place.must('token', 'list'), new RegExp(`^${id} +sysadmin .*setting\\.edit`, 'm'));
	assert.ok(!(await place.must('token', 'list')).includes(token));
	await refused(1, /./, 'token', 'add', 'sysadmin', '--perms', 'audit.read');
	await refused(2, /--days/, 'token', 'add', 'sysadmin', '--perms', 'setting.edit', '--days', '4000');
	await place.must('token', 'revoke', id);
	assert.match(await place.must('token', 'list'), new RegExp(`^${id} .*已作废`, 'm'));
});

test('check: nothing at first, then what is wrong', async () => {
	assert.equal((await place.luban('check')).status, 0);
	await place.must('user', 'disable', 'auditadmin', '--reason', '试验');
	const r = await place.luban('check');
	assert.equal(r.status, 1, r.stderr);
	assert.match(r.stdout, /^administrators: .*审计管理员/m);
	assert.equal((await place.luban('check', 'settings')).status, 0);
	await place.must('user', 'enable', 'auditadmin', '--reason', '试验');
	assert.equal((await place.luban('check')).status, 0);
});

test('backup and restore', { skip: engine !== 'sqlite' && 'PostgreSQL has its own tools' }, async () => {
	const copy = path.join(place.dir, 'copy.db'), back = path.join(place.dir, 'back.db');
	await place.must('backup', copy);
	assert.equal(statSync(copy).mode & 0o777, 0o600);
	await refused(3, /已存在/, 'backup', copy);
	await refused(1, /--replace/, 'restore', copy);
	await place.must('restore', copy, '--database', `sqlite:${back}`);
	assert.match(await place.must('user', 'list', '--database', `sqlite:${back}`), /^sysadmin /m);
	const other = new Place();
	await other.must('init');
	await refused(3, /密钥文件不匹配/, 'restore', copy, '--database', other.database, '--keys', other.keys, '--replace');
	assert.match(await other.must('user', 'list'), /^sysadmin /m, 'what was there is still there');
	other.remove();
	const third = path.join(place.dir, 'third.db'), junk = path.join(place.dir, 'junk');
	writeFileSync(junk, 'x');
	await refused(3, /不是本程序的完好数据库/, 'restore', junk, '--database', `sqlite:${third}`);
	assert.equal(existsSync(third), false, 'nothing is left that the next try would have to replace');
	await place.must('restore', copy, '--database', `sqlite:${third}`);
	writeFileSync(copy, 'not a database'.repeat(1000));
	await refused(3, /不是本程序的完好数据库/, 'restore', copy, '--database', `sqlite:${back}`, '--replace');
	assert.match(await place.must('user', 'list', '--database', `sqlite:${back}`), /^sysadmin /m);
});

test('PostgreSQL is backed up by its own tools', { skip: engine !== 'postgres' }, async () => {
	await refused(2, /pg_dump/, 'backup', path.join(place.dir, 'copy'));
	await refused(2, /pg_restore/, 'restore', place.keys);
});

test('a database that is not there or not initialised is named, not made', async () => {
	if (engine === 'sqlite') {
		await refused(3, /没有数据库/, 'receipt', 'keys', '--database', `sqlite:${place.dir}/none.db`);
		await refused(3, /没有数据库/, 'user', 'list', '--database', `sqlite:${place.dir}/none.db`);
		assert.equal(existsSync(`${place.dir}/none.db`), false);
	} else {
		const empty = new Place();
		await refused(3, /luban migrate/, 'user', 'list', '--database', empty.database);
		empty.remove();
	}
});

test('the sample environment says the same to a shell, its examples too', () => {
	const file = path.join(place.dir, 'luban.env'), sample = readFileSync(path.join(top, 'deploy/luban.env'), 'utf8');
	const examples = [...sample.matchAll(/(LUBAN_\w+)=(.*)$/gm)];
	assert.ok(examples.length >= 6);
	for (const [line, name, value] of examples) {
		writeFileSync(file, `${line}\n`);
		const r = spawnSync('sh', ['-c', `set -a; . "$1"; printf %s "$${name}"`, 'sh', file], { env: {}, encoding: 'utf8' });
		assert.equal(r.stdout, value.replace(/^'(.*)'$/, '$1'), line);
	}
});

test('migrate: nothing to do', async () => {
	assert.match(await place.must('migrate'), /完成0项/);
	assert.equal((await place.luban('migrate', '--dry-run')).status, 0);
});
