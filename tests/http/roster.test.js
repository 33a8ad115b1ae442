// Rosters over the web: the template, every bad sheet in words, nothing saved before the confirmation, and a worker that
// is killed in the middle.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { binary, sql } from '../lib/luban.js';
import { candidate, header, idno, roster, xlsx, zip } from '../lib/sheet.js';
import { until } from '../lib/wait.js';
import { json, province } from './enrol.js';
import { raw } from './support.js';

let it, batch, rosters;
before(async () => {
	it = await province({ args: ['--no-jobs'] });
	({ batch } = it);
	rosters = `/batches/${batch.id}/rosters`;
	it.worker = startWorker();
});
after(async () => {
	it.worker.kill('SIGTERM');
	await it.server.stop();
});

const startWorker = () => spawn(binary, ['worker'], { env: it.place.env, stdio: 'ignore' });
const enrolled = () => Number(sql(it.place, `SELECT COUNT(*) FROM enrolment WHERE batch_id = ${batch.id}`));

async function upload(bytes, name = '名册.xlsx') {
	const r = await it.clerk.form(rosters, { file: new File([bytes], name) });
	assert.equal(r.status, 303, (await r.text()).slice(0, 3000));
	return r.headers.get('location');
}

const settled = (at) => until(async () => {
	const shown = await it.clerk.json(at);
	return !shown.is_open && shown;
});
const judged = async (bytes, name) => settled(await upload(bytes, name));
const at = (shown) => `/rosters/${shown.roster.id}`;

test('the template: drop-downs, and read back without a person in it', async () => {
	const r = await it.clerk.fetch('/rosters/template'), bytes = Buffer.from(await r.arrayBuffer());
	assert.match(r.headers.get('content-disposition'), /xlsx/);
	const shown = await judged(bytes);
	assert.equal(shown.roster.state, 'refused');
	assert.match(shown.roster.message, /没有考生/);
});

test('each bad row is named with its reason; the good ones wait for the confirmation', async () => {
	const rows = [header, candidate(1), candidate(2, { idno: idno(2).slice(0, 17) + (idno(2)[17] === '0' ? '1' : '0') }), candidate(1),
		candidate(4, { idno: 371002196501010000 }), candidate(5, { unit: { formula: 'A1', shown: '船厂' } }), candidate(6, { phone: '1' }),
		candidate(7, { from: `${new Date().getFullYear() - 1}-12-01`, grade: '', on: '', school: '', graduated: '', related: '' }), candidate(8)];
	const shown = await judged(xlsx(rows, { merges: ['D9:D10'] }));
	const said = shown.list.rows.map((r) => [r.row_no, r.verdict, r.verdict_text]);
	const words = { 3: '校验', 4: '第 2 行', 5: '丢失末几位', 6: '公式', 7: '手机号码', 8: '起符合' };
	for (const [row, verdict, text] of said) {
		assert.equal(verdict, words[row] ? 'bad' : 'good', `${row}: ${text}`);
		assert.ok(text.includes(words[row] ?? ''), `${row}: ${text}`);
	}
	const before_ = enrolled();
	assert.deepEqual([shown.roster.n_good, shown.roster.n_bad], [2, 6]);
	assert.equal((await it.clerk.json(`${at(shown)}?verdict=bad`)).list.count, 6);
	assert.ok(!(await it.clerk.page(at(shown))).includes(idno(1)));
	const sheet = await it.clerk.fetch(`${at(shown)}/sheet`);
	assert.match(sheet.headers.get('content-type'), /spreadsheet/);
	assert.equal((await it.clerk.post(`${at(shown)}/confirm`, {})).status, 200);
	assert.equal((await it.clerk.post(`${at(shown)}/confirm`, {})).status, 409);
	await until(async () => (await it.clerk.json(at(shown))).roster.state === 'saved');
	assert.equal(enrolled(), before_ + 2);
	const again = await judged(Buffer.from(await sheet.arrayBuffer()), '批注.xlsx');
	assert.equal(again.roster.n_same, 2, 'the annotated sheet may be sent back as it is');
	assert.match(again.roster.message, /审核结果/);
});

test('merged cells', async () => {
	const shown = await judged(xlsx([header, candidate(21), candidate(22)], { merges: ['D2:D3'] }));
	assert.equal(shown.list.rows[0].verdict, 'good');
	assert.match(shown.list.rows[1].verdict_text, /工作单位：.*合并/);
});

test('GB18030 text, columns in another order, one too many', async () => {
	const gbk = Buffer.from('cad6bbfabac5c2eb2ccfb2bac32cd0d5c3fb2cc9edb7ddd6a4bac50a', 'hex');
	const shown = await judged(Buffer.concat([gbk, Buffer.from(`13800000001,,ZHANG,${idno(31)}\n`)]), '名册.csv');
	assert.equal(shown.list.rows[0].name, 'ZHANG');
	assert.match(shown.roster.message, /喜好/);
});

test('sheets that cannot be read are refused in words', async () => {
	for (const [bytes, words, name] of [
		[Buffer.from('PK\x03\x04 nonsense'), /损坏|工作簿/, 'a.xlsx'],
		[xlsx([['甲', '乙'], ['1', '2']]), /表头/, 'a.xlsx'],
		[xlsx([['姓名', '证件号码'], ['张三', idno(1)]]), /手机号码/, 'a.xlsx'],
		[zip({ 'xl/workbook.xml': Buffer.alloc(64 << 20, 32) }), /体积异常|损坏/, 'a.xlsx'],
	]) {
		const shown = await judged(bytes, name);
		assert.equal(shown.roster.state, 'refused');
		assert.match(shown.roster.message, words);
		assert.match(await it.clerk.page(at(shown)), /没有保存任何内容/);
	}
	for (const [bytes, words, name] of [
		[Buffer.from('\xd0\xcf\x11\xe0', 'latin1'), /“old\.xls”不能接收，请选择 XLSX、CSV/, 'old.xls'],
		[Buffer.from('\ufeff姓名,证件号码\n', 'utf16le'), /“a\.csv”内容不是[^<]*Unicode 文本/, 'a.csv'],
		[Buffer.from('姓名,证件号码\n'), /“a\.xlsx”内容不是[^<]*另存为 XLSX、CSV/, 'a.xlsx'],
		[Buffer.alloc(0), /空的/, 'a.csv'],
	]) {
		const r = await it.clerk.form(rosters, { file: new File([bytes], name) });
		assert.equal(r.status, 422);
		assert.match(await r.text(), words);
	}
	const mixed = Buffer.concat([Buffer.from('姓名,证件号码,手机号码\n'), Buffer.from([0xff, 0xfe, 0x80, 0x81, 0x2c])]);
	assert.match((await judged(mixed, 'a.csv')).roster.message, /既不是 UTF-8 编码，也不是 GB 18030/);
});

test('a person in another batch that day', async () => {
	const [first] = sql(it.place, `SELECT first_at FROM batch WHERE id = ${batch.id}`).split('|');
	const other = sql(it.place, `SELECT id FROM batch WHERE state = 'enrolling' AND id <> ${batch.id} LIMIT 1`);
	const old = sql(it.place, `SELECT first_at, last_at FROM batch WHERE id = ${other}`).split('|');
	const saved = await judged(xlsx([header, candidate(41)]));
	await it.clerk.post(`${at(saved)}/confirm`, {});
	await until(async () => (await it.clerk.json(at(saved))).roster.state === 'saved');
	sql(it.place, `UPDATE enrolment SET batch_id = ${other} WHERE batch_id = ${batch.id} AND name = '${candidate(41)[0]}'`);
	sql(it.place, `UPDATE batch SET first_at = ${first}, last_at = ${Number(first) + 3600} WHERE id = ${other}`);
	const shown = await judged(xlsx([header, candidate(41)]));
	assert.match(shown.list.rows[0].verdict_text, /同一天/);
	sql(it.place, `UPDATE batch SET first_at = ${old[0]}, last_at = ${old[1]} WHERE id = ${other}`);
	sql(it.place, `UPDATE enrolment SET batch_id = ${batch.id} WHERE batch_id = ${other} AND name = '${candidate(41)[0]}'`);
});

test('200 MB is refused before it is sent', async () => {
	const answer = await raw(it.server.url, `POST ${rosters} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n` +
		'Connection: close\r\nExpect: 100-continue\r\nContent-Length: 209715200\r\n\r\n');
	assert.equal(answer.split(' ')[1], '413');
});

test('another body sees nothing of it', async () => {
	const shown = await judged(xlsx([header, candidate(51)]));
	for (const path of [at(shown), `${at(shown)}/sheet`, rosters])
		assert.equal((await it.stranger.fetch(path, { headers: json })).status, 404, path);
	assert.equal((await it.stranger.post(`${at(shown)}/confirm`, {})).status, 404);
	assert.equal((await it.officer.fetch(at(shown), { headers: json })).status, 200);
	assert.equal((await it.officer.post(`${at(shown)}/confirm`, {})).status, 403);
});

test('a worker killed in the middle of saving: another goes on, everybody is enrolled once', async () => {
	const n = 4000, shown = await judged(roster(n, 100_000)), before_ = enrolled();
	assert.equal(shown.roster.n_good, n);
	assert.equal((await it.clerk.post(`${at(shown)}/confirm`, {})).status, 200);
	await until(() => enrolled() > before_);
	it.worker.kill('SIGKILL');
	await new Promise((done) => { it.worker.once('exit', done); });
	const midway = enrolled() - before_;
	assert.ok(midway < n, `killed in the middle: ${midway}`);
	assert.equal(midway % 500, 0, 'whole chunks');
	sql(it.place, "UPDATE job SET beat_at = beat_at - 1000 WHERE state = 'running'");
	it.worker = startWorker();
	const after_ = await until(async () => {
		const now = await it.clerk.json(at(shown));
		return now.roster.state === 'saved' && now;
	});
	assert.equal(enrolled(), before_ + n);
	assert.equal(after_.roster.n_good, n);
	assert.equal(sql(it.place, `SELECT COUNT(*) FROM (SELECT person_id FROM enrolment WHERE batch_id = ${batch.id}
		GROUP BY person_id HAVING COUNT(*) > 1) AS twice`), '0');
	assert.equal(sql(it.place, `SELECT n_enrolled FROM batch WHERE id = ${batch.id}`), sql(it.place,
		`SELECT COUNT(*) FROM enrolment WHERE batch_id = ${batch.id} AND state <> 'withdrawn'`));
});

test('a cancelled import is gone on with, or discarded', async () => {
	const n = 3000, shown = await judged(roster(n, 200_000)), before_ = enrolled();
	await it.clerk.post(`${at(shown)}/confirm`, {});
	await until(() => enrolled() > before_);
	it.worker.kill('SIGKILL'); // so that it stays in the middle
	await new Promise((done) => { it.worker.once('exit', done); });
	const { job } = await it.clerk.json(at(shown));
	assert.equal((await it.clerk.post(`${at(shown)}/act`, { act: 'go_on' })).status, 409, 'for all one knows it works still');
	assert.equal((await it.clerk.post(`/jobs/${job.id}/cancel`, {})).status, 200);
	assert.ok(enrolled() - before_ < n, 'in the middle');
	const stuck = await it.clerk.json(at(shown));
	assert.ok(stuck.is_stuck && stuck.may_go_on && !stuck.may_discard && !stuck.is_open);
	assert.equal((await it.clerk.post(`${at(shown)}/act`, { act: 'discard' })).status, 409);
	assert.equal((await it.officer.post(`${at(shown)}/act`, { act: 'go_on' })).status, 403);
	assert.match(await it.clerk.page(at(shown)), /已停下[^]*处理没有完成就停下了/);
	assert.equal((await it.clerk.post(`${at(shown)}/act`, { act: 'go_on' })).status, 200);
	it.worker = startWorker();
	await until(async () => (await it.clerk.json(at(shown))).roster.state === 'saved');
	assert.equal(enrolled(), before_ + n);
	const unwanted = await judged(xlsx([header, candidate(71)]));
	assert.ok(unwanted.may_discard);
	assert.equal((await it.clerk.post(`${at(unwanted)}/act`, { act: 'discard' })).status, 200);
	assert.equal((await it.clerk.json(at(unwanted))).roster.state_label, '已放弃');
	assert.equal((await it.clerk.post(`${at(unwanted)}/confirm`, {})).status, 409);
	assert.equal(enrolled(), before_ + n);
});

test('luban import roster: verdicts, nothing kept by a dry run, the same twice', async () => {
	const { writeFileSync } = await import('node:fs'), file = `${it.place.dir}/r.xlsx`;
	writeFileSync(file, xlsx([header, candidate(61), candidate(62, { phone: '9' })]));
	const run = (...more) => it.place.luban('import', 'roster', file, '--batch', batch.number, ...more);
	const before_ = enrolled();
	let r = await run('--dry-run');
	assert.equal(r.status, 1, r.stderr);
	assert.match(r.stdout, /第 3 行：手机号码/);
	assert.equal(enrolled(), before_);
	r = await run();
	assert.match(r.stdout, /已导入 1，已经报名 0，不能导入 1/);
	r = await run();
	assert.match(r.stdout, /已导入 0，已经报名 1，不能导入 1/);
	assert.equal(enrolled(), before_ + 1);
	assert.equal((await it.place.luban('import', 'roster', file, '--batch', 'no-such')).status, 1);
	assert.equal((await it.place.luban('import', 'roster', file)).status, 2);
});
