// Enrolling: registration, the worker's own pages, review, spot check, reveal; each only his own.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { sql } from '../lib/luban.js';
import { png } from '../lib/picture.js';
import { idno } from '../lib/sheet.js';
import { html, json, password, province, worker } from './enrol.js';
import { hidden, signIn } from './support.js';

let it, batch;
before(async () => {
	it = await province();
	({ batch } = it);
});
after(() => it.server.stop());

const photo = () => new File([png()], 'me.png', { type: 'image/png' });
const wish = (over = {}) => ({ work_from_on: '2012-07-01', unit: '船厂', consent: '1', photo: photo(), ...over });

async function enrol(client, over) {
	const r = await client.form(`/open/${batch.id}/enrol`, wish(over));
	assert.equal(r.status, 303, (await r.text()).slice(0, 3000));
	return r.headers.get('location');
}

test('registration: by number and name, once, and a number under another name tells nothing', async () => {
	const client = it.server.client(), known = sql(it.place, 'SELECT name, person_id FROM person LIMIT 1').split('|')[0];
	const values = { name: '赵一', idno: idno(1), phone: '13800000001', password, repeat: password, consent: '1' };
	const send = (over) => client.form('/register/worker', { ...values, ...over });
	assert.match(await (await send({ repeat: 'x' })).text(), /id="f-repeat-error"/);
	assert.match(await (await send({ consent: '' })).text(), /id="f-consent-error"/);
	assert.match(await (await send({ idno: '371002199001011234' })).text(), /id="f-idno-error"/);
	assert.match(await (await send({ password: '1', repeat: '1' })).text(), /id="f-password-error"/);
	assert.equal(sql(it.place, "SELECT COUNT(*) FROM person WHERE name = '赵一'"), '0');
	assert.equal((await send({})).status, 303);
	const other = await (await send({ name: '钱二' })).text();
	assert.match(other, /核验未通过/);
	assert.ok(!other.includes('赵一') && !other.includes(known));
	assert.match(await (await send({})).text(), /已注册/);
	const stranger = await (await send({ phone: '13800000002' })).text();
	assert.match(stranger, /核验未通过/);
	assert.ok(!/登记的手机号码与/.test(stranger) && !/id="f-phone-error"/.test(stranger), 'not which of them was wrong');
	const security = await it.staff('t.security', 'admin_security');
	const seek = (number) => security.form('/admin/accounts/seek', { idno: number }, { page: '/admin/accounts' });
	const account = (await seek(idno(1))).headers.get('location');
	assert.match(account, /^\/admin\/accounts\/\d+$/, 'no number in the address');
	assert.match(await security.page(account), /赵一/, 'whoever forgot his password is found by his number');
	const nobody = await seek(idno(998));
	assert.equal(nobody.status, 422);
	const list = await nobody.text();
	assert.match(list, /id="f-idno-error">没有用这个身份证号码注册的账户/);
	assert.match(list, /href="\/admin\/accounts\?page=2"/, 'the list goes on below it');
	assert.ok((await security.json(`/admin/accounts?idno=${idno(998)}`)).list.count > 1, 'it is no filter');
	await signIn(client, { login: idno(1), password });
	assert.match(await client.page('/my/profile'), /赵一/);
	assert.equal((await client.form('/my/profile', { nation: '99' })).status, 422);
	assert.equal((await client.form('/my/profile', { nation: '15' })).status, 303);
	assert.match(await client.page('/my/profile'), /<option value="15" selected>土家族/);
});

test('registration can be closed', async () => {
	await it.place.must('config', 'put', 'account.worker_register', '0');
	const client = it.server.client();
	assert.match(await client.page('/register/worker'), /未开放/);
	assert.equal((await client.post('/register/worker', { name: '赵一', idno: idno(2), phone: '13800000001', password,
		repeat: password, consent: true })).status >= 400, true);
	await it.place.must('config', 'put', 'account.worker_register', '1');
});

test('enrolling is judged at once; the reasons, photo and evidence are on the page', async () => {
	const client = await worker(it, 10);
	const page = await (await client.form(`/open/${batch.id}/enrol`, wish({ consent: '', photo: '' }))).text();
	assert.match(page, /id="f-consent-error"/);
	assert.match(page, /id="f-photo-error"/);
	assert.match(page, /value="2012-07-01"/);
	assert.match(await (await client.form(`/open/${batch.id}/enrol`, wish({ photo: new File(['GIF89a'], 'a.gif') }))).text(),
		/id="f-photo-error"/);
	assert.equal(sql(it.place, `SELECT COUNT(*) FROM enrolment e JOIN person p ON p.person_id = e.person_id WHERE p.name = '工友10'`), '0');
	const at = await enrol(client, { evidence: new File(['%PDF-1.4\n'], '证明.pdf') });
	const mine = await client.json(at);
	assert.equal(mine.enrolment.verdict, 'met');
	assert.equal(mine.evidence.length, 1);
	assert.equal((await client.fetch(`${at}/photo`)).headers.get('content-type'), 'image/jpeg');
	assert.equal(await (await client.fetch(`${at}/evidence/${mine.evidence[0].id}`)).text(), '%PDF-1.4\n');
	assert.equal((await client.fetch(`/open/${batch.id}/enrol`, { headers: html })).headers.get('location'), at);
	assert.match(await client.page('/my/enrolments'), /待审核/);
	assert.match(await client.page('/career'), /class="stair"/);
});

test('whoever has no photo on record is not told that one is optional', async () => {
	const client = await worker(it, 25), label = /for="f-photo">证件照(<span class="optional">)?/;
	assert.equal(label.exec(await client.page(`/open/${batch.id}/enrol`))[1], undefined);
	await client.form('/my/profile/photo', { photo: photo() }, { page: '/my/profile' });
	const page = await client.page(`/open/${batch.id}/enrol`);
	assert.match(page, /系统里有您的证件照/);
	assert.ok(label.exec(page)[1]);
});

test('a worker who comes to a page of the staff is shown the way back to his own, a stranger no scope of his', async () => {
	const client = await worker(it, 30), denied = await client.fetch('/batches', { headers: html });
	assert.equal(denied.status, 403);
	assert.match(await denied.text(), /请从首页进入您自己的页面/);
	const lost = await it.server.client().fetch('/register/1', { headers: html }), text = await lost.text();
	assert.equal(lost.status, 404);
	assert.match(text, /名录中没有这个机构/);
	assert.ok(!/管辖|待办/.test(text));
});

test('a form that comes back lists what is wrong in its order, and which files to choose again', async () => {
	const client = await worker(it, 28), at = `/open/${batch.id}/enrol`;
	const page = await (await client.form(at, wish({ work_years: '3', consent: '', education: 'technical_intermediate' }))).text();
	assert.deepEqual([...page.matchAll(/<li><a href="#f-(\w+)">/g)].map((m) => m[1]), ['work_years', 'graduated_on', 'consent']);
	assert.match(page, /请重新选择“me\.png”/);
	assert.ok(!(await client.page(at)).includes('请重新选择'));
});

test('whoever enrols too early is told so at the top, with the day, and how to go on', async () => {
	const client = await worker(it, 29), at = await enrol(client, { work_from_on: '2026-02-01' });
	const page = await client.page(at), note = page.slice(page.indexOf('class="note note-bad"'), page.indexOf('考试安排'));
	assert.match(note, /暂不符合申报条件.*\d{4}年\d+月\d+日起符合.*更正申报情况.*撤回/s);
	await client.form(`${at}/claims`, { work_from_on: '2012-07-01' });
	assert.ok(!(await client.page(at)).includes('暂不符合'));
});

test('a full batch says so before anybody fills in its form', async () => {
	const client = await worker(it, 26), places = sql(it.place, `SELECT quota, n_enrolled FROM batch WHERE id = ${batch.id}`).split('|');
	sql(it.place, `UPDATE batch SET quota = n_enrolled WHERE id = ${batch.id}`);
	try {
		const page = await client.page(`/open/${batch.id}/enrol`);
		assert.match(page, new RegExp(`您不能报这个批次.*计划人数 ${places[1]} 人已报满`, 's'));
		assert.ok(!page.includes('提交报名'));
		const notice = await client.page(`/open/${batch.id}`);
		assert.match(notice, /计划人数已报满/);
		assert.ok(!notice.includes('我要报名'));
		const { rows } = (await client.json('/open?state=enrolling&sort=newest')).list, row = rows.find((b) => b.id === batch.id);
		assert.ok(row.is_full && !row.may_enrol);
	} finally {
		sql(it.place, `UPDATE batch SET quota = ${places[0]} WHERE id = ${batch.id}`);
	}
	assert.match(await client.page(`/open/${batch.id}/enrol`), /提交报名/);
	assert.match(await client.page(`/open/${batch.id}`), /我要报名/);
});

test('a name of a minority is one name however its dot is typed', async () => {
	const client = await worker(it, 27, '阿依古丽•买买提');
	assert.match((await client.json('/my/profile')).person.name, /^阿依古丽·买买提$/);
	const again = { name: '阿依古丽．买买提', idno: idno(27), phone: '13800000001', password, repeat: password, consent: '1' };
	assert.match(await (await it.server.client().form('/register/worker', again)).text(), /已注册/);
	const other = await (await it.server.client().form('/register/worker', { ...again, name: '阿依古丽买买提' })).text();
	assert.match(other, /核验未通过/);
});

test('a double click enrols once', async () => {
	const client = await worker(it, 11), at = `/open/${batch.id}/enrol`;
	const fields = hidden(await client.page(at), at), body = () => {
		const form = new FormData();
		for (const [k, v] of Object.entries({ ...fields, ...wish() }))
			form.append(k, v);
		return form;
	};
	const [a, b] = await Promise.all([0, 1].map(() => client.fetch(at, { method: 'POST', body: body(), headers: html })));
	assert.deepEqual([a.status, b.status], [303, 303]);
	assert.equal(a.headers.get('location'), b.headers.get('location'));
	assert.equal(sql(it.place, "SELECT COUNT(*) FROM enrolment e JOIN person p ON p.person_id = e.person_id WHERE p.name = '工友11'"), '1');
});

test('a session that ends in mid-form: what was typed is there after logging in', async () => {
	const client = await worker(it, 12), at = `/open/${batch.id}/enrol`;
	const fields = hidden(await client.page(at), at), values = wish({ unit: '中途退出公司' });
	delete values.photo;
	for (const name of [...client.cookies.keys()].filter((k) => /session/.test(k)))
		client.cookies.delete(name);
	const r = await client.fetch(at, { method: 'POST', body: new URLSearchParams({ ...fields, ...values }), headers: html });
	assert.equal(r.status, 303);
	const back = await signIn(client, { login: idno(12), password }, r.headers.get('location'));
	assert.match(back, /^\/resume\//);
	assert.match(await client.page(back), /中途退出公司/);
});

test('a worker reaches his own rows and nobody else’s', async () => {
	const mine = await worker(it, 13), other = await worker(it, 14), at = await enrol(mine, {});
	await enrol(other, {});
	const { enrolment } = await mine.json(at);
	await mine.form(`${at}/evidence`, { item: '毕业证', file: new File(['%PDF-1.4\n'], 'a.pdf') }, { page: at });
	const { evidence } = await mine.json(at);
	for (const path of [at, `${at}/photo`, `${at}/claims`, `${at}/evidence/${evidence[0].id}`])
		assert.equal((await other.fetch(path, { headers: json })).status, 404, path);
	for (const [path, value] of [[`${at}/flow`, { action: 'withdraw' }], [`${at}/claims`, { work_years: 1 }]])
		assert.equal((await other.post(path, value)).status, 404, path);
	assert.equal((await other.fetch(`/enrolments/${enrolment.person_id}/${enrolment.id}`, { headers: json })).status, 403);
	await mine.form('/my/facts/title', { label: '工程师', level: 'middle', from_on: '2020-01-01' });
	const [fact] = (await mine.json('/my/facts')).kinds.find((k) => k.kind === 'title').rows;
	assert.equal((await other.post(`/my/facts/${fact.id}/remove`, {})).status, 404);
	assert.equal((await mine.post(`/my/facts/${fact.id}/remove`, {})).status, 200);
});

test('mended and resubmitted, withdrawn, and counted', async () => {
	const client = await worker(it, 15), at = await enrol(client, { work_from_on: `${new Date().getFullYear() - 1}-12-01` });
	const { enrolment } = await client.json(at), staff = `/enrolments/${enrolment.person_id}/${enrolment.id}`;
	assert.equal(enrolment.verdict, 'not_met');
	assert.match(enrolment.met_on, /^20/);
	assert.equal((await it.clerk.post(`${staff}/flow`, { action: 'accept' })).status, 409);
	assert.equal((await it.clerk.post(`${staff}/flow`, { action: 'ask' })).status, 422, 'a reason is needed');
	assert.equal((await it.clerk.post(`${staff}/flow`, { action: 'ask', reason: '请补证明' })).status, 200);
	assert.match(await client.page(at), /请补证明/);
	assert.equal((await client.form(`${at}/claims`, { work_from_on: '2010-01-01' })).status, 303);
	assert.equal((await client.json(at)).enrolment.verdict, 'met');
	assert.equal((await client.post(`${at}/flow`, { action: 'resubmit_self' })).status, 200);
	const before_ = sql(it.place, `SELECT n_enrolled FROM batch WHERE id = ${batch.id}`);
	assert.equal((await client.post(`${at}/flow`, { action: 'withdraw' })).status, 200);
	assert.equal(Number(before_) - 1, Number(sql(it.place, `SELECT n_enrolled FROM batch WHERE id = ${batch.id}`)));
});

test('staff: list, filters, export, detail with every alternative, bulk accept, spot check', async () => {
	const client = await worker(it, 16), at = await enrol(client, {}), { enrolment } = await client.json(at);
	const staff = `/enrolments/${enrolment.person_id}/${enrolment.id}`, list = `/enrolments?batch_id=${batch.id}`;
	assert.deepEqual((await it.clerk.json(staff)).hints, []);
	const birth = sql(it.place, `SELECT birth_on FROM person WHERE person_id = ${enrolment.person_id}`);
	sql(it.place, `UPDATE person SET birth_on = -9000 WHERE person_id = ${enrolment.person_id}`);
	assert.match(await it.clerk.page(staff), /周岁，超过提示年龄 70 周岁/);
	sql(it.place, `UPDATE person SET birth_on = ${birth} WHERE person_id = ${enrolment.person_id}`);
	assert.ok((await it.clerk.json(`${list}&state=submitted`)).list.rows.some((r) => r.id === enrolment.id));
	assert.equal((await it.clerk.json(`${list}&find=${encodeURIComponent('没有这个人')}`)).list.count, 0);
	assert.match((await it.clerk.fetch(`${list}&export=xlsx`)).headers.get('content-type'), /spreadsheet/);
	assert.ok((await it.clerk.json(staff)).answer.alternatives.length >= 3);
	assert.equal((await it.stranger.fetch(staff, { headers: json })).status, 404);
	assert.equal((await it.stranger.json(list, 404)).status, 404);
	assert.equal((await it.stranger.post(`/batches/${batch.id}/enrolments/accept`, {})).status, 404);
	assert.equal((await it.clerk.post(`/batches/${batch.id}/enrolments/draw`, {})).status, 403);
	assert.equal((await it.clerk.post(`/batches/${batch.id}/enrolments/accept`, {})).status, 200);
	assert.equal((await client.json(at)).enrolment.state, 'accepted');
	assert.equal((await it.officer.post(`/batches/${batch.id}/enrolments/draw`, {})).status, 200);
	const drawn = (await it.officer.json(`${list}&spot_check=drawn`)).list.rows;
	assert.ok(drawn.length >= 1);
	const one = `/enrolments/${drawn[0].person_id}/${drawn[0].id}`;
	assert.equal((await it.officer.post(`${one}/spot`, { verdict: 'bad' })).status, 422);
	assert.equal((await it.officer.post(`${one}/spot`, { verdict: 'good' })).status, 200);
	assert.match(await it.officer.page(one), /抽查合格/);
});

test('the full number: only with a purpose, on that answer alone, and audited', async () => {
	const client = await worker(it, 17), { enrolment } = await client.json(await enrol(client, {}));
	const staff = `/enrolments/${enrolment.person_id}/${enrolment.id}`;
	for (const address of [staff, `/enrolments?batch_id=${batch.id}`])
		assert.ok(!(await it.clerk.page(address)).includes(idno(17)), address);
	assert.equal((await it.clerk.post(`${staff}/reveal`, {})).status, 422);
	const shown = await it.clerk.form(`${staff}/reveal`, { purpose: '核对纸质材料' }, { page: staff });
	assert.ok((await shown.text()).includes(idno(17)));
	assert.equal((await it.stranger.post(`${staff}/reveal`, { purpose: '看看' })).status, 404);
	assert.equal(sql(it.place, "SELECT COUNT(*) FROM audit WHERE action = 'person.reveal' AND purpose = '核对纸质材料'"), '1');
	assert.ok(!it.server.log.includes(idno(17)));
});

test('a name that is wrong on record is put right by the authority who sees the papers', async () => {
	const client = await worker(it, 19), { enrolment } = await client.json(await enrol(client, {}));
	const staff = `/enrolments/${enrolment.person_id}/${enrolment.id}`;
	const right = { idno: idno(19), old_name: '工友19', name: '工友玖', reason: '户口簿更名记录' };
	assert.match(await it.officer.page(staff), /href="\/people\/name"/);
	assert.ok(!(await it.clerk.page(staff)).includes('/people/name'));
	assert.equal((await it.clerk.post('/people/name', right)).status, 403);
	assert.match(await (await it.officer.form('/people/name', { ...right, old_name: '张三' })).text(), /登记的姓名不是“张三”/);
	const put = await it.officer.form('/people/name', right);
	assert.equal(put.headers.get('location'), '/people/name');
	assert.equal((await it.officer.json(staff)).enrolment.name, '工友玖');
	assert.match(await it.clerk.page(staff), /更正姓名/);
	assert.equal(sql(it.place, `SELECT detail FROM audit WHERE action = 'person.name' AND subject_id = ${enrolment.person_id}`), '工友19 → 工友玖');
	assert.ok(!it.server.log.includes(idno(19)));
});

test('a phone that is wrong on record is put right by who reviews the enrolment, and he can register', async () => {
	const client = await worker(it, 18), { enrolment } = await client.json(await enrol(client, {}));
	const staff = `/enrolments/${enrolment.person_id}/${enrolment.id}`, right = { phone: '13900000018', phone_reason: '原号码已停用' };
	const put = (who, over) => who.form(`${staff}/phone`, { ...right, ...over }, { page: staff });
	const empty = await (await put(it.clerk, { phone: '139', phone_reason: '' })).text();
	assert.match(empty, /id="f-phone-error"/);
	assert.match(empty, /id="f-phone_reason-error"/);
	assert.match(await (await put(it.clerk, { phone: '13800000001' })).text(), /登记的已经是这个号码/);
	assert.equal((await it.stranger.post(`${staff}/phone`, right)).status, 404);
	assert.equal((await client.post(`${staff}/phone`, right)).status, 403);
	assert.equal((await put(it.clerk, {})).headers.get('location'), staff);
	assert.match(await it.clerk.page(staff), /139\*\*\*\*0018/);
	assert.equal((await it.officer.post(`${staff}/phone`, { ...right, phone: '13900000019' })).body.location, staff);
	assert.equal((await it.officer.json(staff)).person.phone_mask, '139****0019');
	assert.equal(sql(it.place, `SELECT COUNT(*) FROM audit WHERE action = 'person.phone' AND subject_id = ${enrolment.person_id}`), '2');
	const again = { name: '工友18', idno: idno(18), password, repeat: password, consent: '1' };
	const register = async (phone) => (await it.server.client().form('/register/worker', { ...again, phone })).text();
	assert.match(await register('13800000001'), /登记的手机号码有误或已停用的，请带身份证到审核您报名的评价机构/);
	assert.match(await register('13900000019'), /已注册/);
	assert.ok(!it.server.log.includes('13900000018'));
});
