// Certificates that prove themselves: the file from the server, verified by the command without one; what the file of another
// may not be; states by the snapshot.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { demoClient, demoServer, demoWorker } from '../lib/demo.js';
import { sql } from '../lib/luban.js';
import { until as reached } from '../lib/wait.js';
import { settled } from '../lib/log.js';


let server, manager, me, own, trust;
before(async () => {
	server = await demoServer({ second: false });
	[manager, me] = [await demoClient(server, 'manager'), await demoClient(server, demoWorker)];
	own = (await me.json('/my/certificates')).certificates.filter((c) => c.state === 'valid');
	trust = path.join(server.place.dir, 'trust.txt');
	writeFileSync(trust, await (await until(() => server.client().fetch('/log/keys'))).text());
});
after(() => server.stop());

// Leaves of certificates from before the log are made by the clock: asks again until it is there.
const until = (ask) => reached(async () => {
	const r = await ask();
	return r.status === 200 && r;
}, String(ask));

const at = (c) => `/my/certificates/${c.id}/credential`;
const verify = (...args) => server.place.luban('cert', 'verify', '--trust', trust, ...args);

function file(name, text) {
	const where = path.join(server.place.dir, name);
	writeFileSync(where, text);
	return where;
}

test('the holder takes the file away, and anybody verifies it without the server', async () => {
	const r = await until(() => me.fetch(at(own[0])));
	assert.equal(r.status, 200);
	assert.match(r.headers.get('content-disposition'), new RegExp(`${own[0].number}\\.luban\\.json`));
	const text = await r.text(), credential = JSON.parse(text);
	assert.equal(credential.fields.number, own[0].number);
	assert.equal(credential.idno, undefined);
	assert.ok(!text.includes(demoWorker));
	const said = await verify(file('own.luban.json', text));
	assert.equal(said.status, 0, said.stdout + said.stderr);
	for (const words of ['成立：证书属实', own[0].number, own[0].name, '已证明　票面各项', '已证明　检查点由', '未证明　证件号码全号', '未证明　出示文件的人'])
		assert.ok(said.stdout.includes(words), words);
	const answer = JSON.parse((await verify(file('own.luban.json', text), '--json')).stdout);
	assert.equal(answer.holds, true);
	assert.equal(answer.fields.number, own[0].number);
	assert.equal(answer.findings.find((f) => f.question === 'log').answer, 'proven');
});

test('with the full number only where the holder asks for it', async () => {
	const text = await (await until(() => me.fetch(`${at(own[0])}?idno=1`))).text();
	assert.equal(JSON.parse(text).idno.text, demoWorker);
	const said = await verify(file('idno.luban.json', text));
	assert.equal(said.status, 0);
	assert.ok(said.stdout.includes('已证明　证件号码全号与票面的承诺一致'));
	const other = JSON.parse(text);
	other.idno.text = '37100219920615002X';
	const not = await verify(file('other.luban.json', JSON.stringify(other)));
	assert.equal(not.status, 1);
	assert.ok(not.stdout.includes('不成立　证件号码全号与票面的承诺不一致'));
});

test('whoever changes the file is told where; another log is not trusted', async () => {
	const text = await (await until(() => me.fetch(at(own[0])))).text();
	const change = (f) => {
		const c = JSON.parse(text);
		f(c);
		return file('changed.luban.json', JSON.stringify(c));
	};
	for (const [f, words] of [[(c) => { c.fields.name = '牛二'; }, '内容被改动过'], [(c) => { c.fields.grade = '1'; }, '内容被改动过'],
		[(c) => { c.index += 1; }, '包含证明不成立'], [(c) => { c.proof = c.proof.slice(1); }, '包含证明不成立'],
		[(c) => { c.checkpoint = c.checkpoint.replace(/\n(\d+)\n/, (m, n) => `\n${Number(n) + 1}\n`); }, '签名不成立'],
		[(c) => { c.extra = 1; }, '不是证书凭证']]) {
		const said = await verify(change(f));
		assert.equal(said.status, 1, words);
		assert.ok(said.stdout.includes(words), said.stdout);
	}
	const whole = file('own.luban.json', text);
	const other = file('other.txt', 'log example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n');
	const said = await server.place.luban('cert', 'verify', whole, '--trust', other);
	assert.equal(said.status, 1);
	assert.ok(said.stdout.includes('没有所信任的日志密钥的签名'));
	const many = await verify(whole, change((c) => { c.fields.name = '牛二'; }));
	assert.equal(many.status, 1);
	assert.ok(many.stdout.includes('共2个文件，成立1个，不成立1个'));
	assert.equal((await server.place.luban('cert', 'verify', whole)).status, 2);
	const bad = await server.place.luban('cert', 'verify', whole, '--trust', file('bad.txt', 'log x\n'));
	assert.equal(bad.status, 2);
	assert.match(bad.stderr, /第1行：公钥/);
	assert.equal((await verify(path.join(server.place.dir, 'none.luban.json'))).status, 3);
});

test('staff fetch those of their scope; strangers, and other holders, none', async () => {
	const [row] = (await manager.json('/certificates?state=valid')).list.rows;
	const r = await until(() => manager.fetch(`/certificates/${row.person_id}/${row.id}/credential`));
	const credential = await r.json();
	assert.equal(credential.fields.number, row.number);
	assert.equal(credential.idno, undefined);
	assert.equal((await (await manager.fetch(`/certificates/${row.person_id}/${row.id}/credential?idno=1`)).json()).idno, undefined);
	assert.equal((await me.fetch(`/my/certificates/${row.id}/credential`, { headers: { accept: 'application/json' } })).status, 404);
	assert.notEqual((await server.client().fetch(`/certificates/${row.person_id}/${row.id}/credential`)).status, 200);
	const verified = await server.client().page(`/verify?${new URLSearchParams({ number: row.number, name: row.name })}`);
	assert.ok(!verified.includes('credential'));
});

// The snapshot is made by the clock; one that was made before the last leaves came is made again.
function snapshot() {
	return reached(async () => {
		const { size } = await settled(server), r = await server.client().fetch('/log/status');
		const text = r.status === 200 ? await r.text() : '';
		if (text && Number(text.split('\n')[3]) === size)
			return text;
		if (text)
			sql(server.place, 'DELETE FROM status_snapshot');
		return false;
	}, 'a snapshot of all leaves');
}

test('a snapshot of states says of a certificate whether it still counts, and follows from the log', async () => {
	const text = await snapshot(), where = file('now.luban.status', text);
	const valid = file('own.luban.json', await (await until(() => me.fetch(at(own[0])))).text());
	const good = await verify(valid, '--status', where);
	assert.equal(good.status, 0, good.stdout + good.stderr);
	assert.match(good.stdout, /成立：证书属实，且截至快照之日有效[^]*已证明　截至\d{4}年\d+月\d+日，没有暂停、撤销/);
	const city = await demoClient(server, 'city');
	const revoked = (await city.json('/certificates?state=revoked')).list.rows;
	assert.ok(revoked.length > 0);
	const r = await until(() => city.fetch(`/certificates/${revoked[0].person_id}/${revoked[0].id}/credential`));
	const file2 = file('revoked.luban.json', await r.text());
	assert.equal((await verify(file2)).status, 0, 'what was issued was issued');
	const said = await verify(file2, '--status', where);
	assert.equal(said.status, 1);
	assert.ok(said.stdout.includes('证书已撤销'), said.stdout);
	assert.equal(JSON.parse((await verify(file2, '--status', where, '--json')).stdout).state, 'revoked');
	const day = /^.*\n.*\n(.*)\n/.exec(text)[1];
	assert.equal(await (await server.client().fetch(`/log/status/${day}`)).text(), text);
	assert.equal((await server.client().fetch('/log/status/2001-01-01')).status, 404);
	const same = await server.place.luban('cert', 'status', where, '--trust', trust, '--log', `${server.url}/log`, '--json');
	assert.equal(same.status, 0, same.stdout + same.stderr);
	assert.equal(JSON.parse(same.stdout).agrees_with_log, true);
	assert.ok(JSON.parse(same.stdout).revoked >= revoked.length);
	const bad = await verify(valid, '--status', file('bad.luban.status', text.replace(/ r\n/, ' s\n')));
	assert.equal(bad.status, 2);
});
