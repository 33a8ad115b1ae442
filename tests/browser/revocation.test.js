// A certificate after issue, played by its people: a correction and a reissue by two; an employer who watches; a case from the
// opening to the review, answered by the holder; what a stranger is told at each stage; a recall of a batch from the list
// to the offers.
import assert from 'node:assert/strict';
import { demo, demoWorker } from '../lib/demo.js';
import { desktop, phone, play, stage, step, tablet } from './support.js';

const paper = { name: '证明.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n') };
let manager, clerk, office, head, upper, holder, stranger, mine, address;

async function enter(name, login, viewport) {
	const person = await stage.person(name, viewport);
	return person.login(demo(login));
}

play({ all: true }, async () => {
	manager = await enter('机构负责人', 'manager', desktop);
	clerk = await enter('机构经办', 'clerk1', desktop);
	office = await enter('市人社经办', 'city', desktop);
	head = await enter('市人社负责人', 'city-head', tablet);
	upper = await enter('省人社负责人', 'province-head', desktop);
	holder = await enter('持证人', demoWorker, phone);
	stranger = await stage.person('陌生人', phone);
});

async function verify(number, name, ...words) {
	await stranger.open(`/verify?number=${number}&name=${encodeURIComponent(name)}`);
	await stranger.sees(...words);
}

step('a correction is asked for by one with evidence and approved by another', async () => {
	await clerk.open('/certificates?state=valid');
	await clerk.go(clerk.page.locator('th[scope=row] a').nth(2));
	address = clerk.at;
	await clerk.sees('没有撤销案件');
	await clerk.send(`${address}/correct`, { field: '工种/职业方向', value: '综合方向', reason: '报名表为综合方向，录入时漏填', file: paper });
	const change = clerk.at;
	await clerk.sees('待审批', '工种/职业方向：综合方向', '查看');
	await manager.open('/todo');
	await manager.sees('待审批的证书更正与补发');
	await manager.open(change);
	await manager.shot('change');
	await manager.step('同意');
	await manager.sees('已办理');
	await manager.open(address);
	await manager.sees('综合方向');
	await manager.shot('certificate-after-issue');
	const number = await manager.page.locator('dd.num').first().innerText();
	const name = await manager.page.locator('.kv-row dd').nth(1).innerText();
	await verify(number.trim(), name.trim(), '有效（已更正）', '票面曾经更正');
	await stranger.shot('verify-corrected');
});

step('the holder sees who watches and what is brought against him', async () => {
	await holder.open('/my/certificates');
	await holder.sees('1 件撤销案件的文书已送达，待您答复');
	await holder.open('/my/matters');
	await holder.sees('撤销案件', '已告知，等待陈述申辩', '谁在关注我的证书', '用途');
	await holder.shot('my-matters-phone');
	await holder.go('a[href^="/my/matters/"]');
	mine = holder.at;
	await holder.sees('前答复', '告知书', '陈述申辩');
	await holder.shot('my-case-phone');
	const pdf = await holder.fetch(`${mine}/notice.pdf`);
	assert.equal(pdf.type, 'application/pdf');
	await holder.send(`${mine}/statement`, { text: '年限证明属实，原单位改制，请向档案馆核实。', file: paper });
	await holder.sees('意见已提交', '请向档案馆核实', '证明材料');
	await holder.step('申请听证', '对调查笔录有异议');
	await holder.sees('已申请听证');
});

step('the holder asks for a correction on his own page; the refusal reaches him with its reason', async () => {
	await holder.open('/my/certificates');
	await holder.follow('更正、补发');
	const own = holder.at;
	await holder.sees('没有更正或补发记录', '证书编号');
	await holder.shot('my-certificate-phone');
	await holder.send(`${own}/correct`, { field: '照片', reason: '照片不清楚' }, { refusal: /请上传新照片/ });
	assert.ok(await holder.page.getByText('更正照片的，请上传新照片').last().isVisible(), 'the form is open, with what is wrong');
	await holder.send(`${own}/correct`, { field: '姓名', value: '王更正', reason: '户口簿已经更名', file: paper });
	await holder.sees('申请已提交', '审批前可以撤回', '姓名：王更正');
	await holder.shot('my-change-phone');
	await manager.open('/todo');
	await manager.sees('本人申请');
	await manager.go(manager.page.locator('a[href*="/changes/"]').filter({ hasText: '更正' }));
	await manager.sees('持证人本人', '户口簿已经更名');
	await manager.step('不予办理', '户口簿没有更名页，请补交');
	await holder.open('/career');
	await holder.sees('证书更正申请：不予办理', '请补交');
	await holder.shot('career-refused-phone');
	await holder.follow('查看');
	await holder.sees('补充材料后重新申请', '户口簿没有更名页，请补交');
	await holder.open(own);
	await holder.send(`${own}/reissue`, { reason: '原件水浸损坏' });
	await holder.step('撤回申请');
	await holder.sees('申请人撤回', '需要时可以重新申请');
});

step('the body that issued the certificate gives its opinion, and the holder reads it', async () => {
	const id = mine.split('/').at(-1);
	await manager.open('/revocations');
	await manager.go(`a[href$="/${id}"]`);
	const kase = manager.at;
	await manager.sees('本机构意见', '可以对案件陈述意见');
	await manager.shot('case-opinion');
	await manager.send(`${kase}/opinion`, { opinion_kind: '不同意撤销', text: '年限证明由本机构核对过原件。', file: paper });
	await manager.sees('机构意见已提交', '不同意撤销：年限证明由本机构核对过原件');
	await clerk.open(kase);
	await clerk.seesNot('提交意见');
	await holder.open(mine);
	await holder.sees('发证机构意见', '核对过原件');
});

step('the hearing, the decision by somebody else, the service', async () => {
	const id = mine.split('/').at(-1);
	await office.open('/revocations?state=hearing');
	await office.go(`a[href$="/${id}"]`);
	address = office.at;
	await office.sees('请向档案馆核实', '持证人于');
	await office.step('通知听证时间地点', '12月8日上午9时，市人社局三楼会议室');
	await office.step('记录听证', '持证人和原单位到场，对笔录质证');
	await office.sees('已听取意见，待决定');
	await office.shot('case-heard');

	await head.open('/todo');
	await head.sees('待决定的撤销案件');
	await head.open(address);
	await head.shot('case-decide-tablet');
	await head.send(`${address}/decide`);
	await head.sees('已决定撤销，待送达');
	await office.open(address);
	await office.send(`${address}/serve`);
	await office.sees('决定已送达，复核申请期内');
	const pdf = await office.fetch(`${address}/decision.pdf`);
	assert.equal(pdf.type, 'application/pdf');
});

step('being reviewed, a certificate is not void; upheld by a third, it is', async () => {
	await holder.open(mine);
	await holder.sees('可以申请复核');
	await holder.step('申请复核', '决定没有采纳档案馆的证明');
	await holder.sees('复核中');
	const number = (await holder.page.locator('.kv-row dd .num').first().innerText()).trim();
	await holder.open('/my/profile');
	const name = /姓名\s*(\S+)/.exec(await holder.said())[1];
	await verify(number, name, '撤销决定复核中', '尚未生效');
	await stranger.shot('verify-in-review');
	await head.open(address);
	await head.step('维持原决定', '维持', { refusal: /另一位负责人/ });
	await upper.open(address);
	await upper.step('维持原决定', '原决定事实清楚，证据充分');
	await upper.sees('撤销已生效', '复核决定');
	await upper.shot('case-final');
	await verify(number, name, '已撤销');
	await stranger.shot('verify-revoked');
	await clerk.open('/todo');
	await clerk.sees('关注的证书有变化', '已撤销');
	await clerk.open('/follows');
	await clerk.sees('已撤销', '已知悉');
	await clerk.shot('follows');
	await clerk.go('form[action$="/seen"] button');
});

step('a lone suspension waits for another; the certificate says so', async () => {
	await head.open('/certificates?state=valid');
	await head.go(head.page.locator('th[scope=row] a').nth(4));
	const at = head.at;
	await head.step('暂停使用', '接到实名举报，正在核查');
	await head.sees('暂停');
	await head.step('确认暂停', '', { refusal: /另一|他人|不能/ });
	await office.open('/todo');
	await office.sees('待另一人确认的证书暂停');
	await office.open(at);
	await office.step('确认暂停');
	const number = (await office.page.locator('dd.num').first().innerText()).trim();
	const name = (await office.page.locator('.kv-row dd').nth(1).innerText()).trim();
	await verify(number, name, '暂停使用', '案件调查期间');
	await stranger.shot('verify-suspended');
});

step('the holder refuses an employer, who is then shut out', async () => {
	await holder.open('/my/matters');
	await holder.go('form[action$="/object"] button');
	await holder.sees('持证人不同意');
});

step('a recall: the list, an exception, two people, notices', async () => {
	await office.open('/recalls');
	await office.sees('已办结', '待批准');
	await office.shot('recalls');
	await office.open('/recalls/new');
	await office.shot('recall-new');
	await office.send('/recalls', { title: '考评走过场', pick_kind: '评价批次', picked: '没有这个批次', reason_kind: '评价机构违规组织评价',
		reason: '监控显示没有实际操作' }, { refusal: /没有找到选取对象/ });
	const json = async (where) => (await manager.page.request.get(where, { headers: { accept: 'application/json' } })).json();
	const batch = (await json('/certificates?state=valid')).list.rows.at(-1).batch_id;
	const number = (await json(`/batches/${batch}`)).batch.batch_no;
	await office.open('/recalls/new');
	await office.send('/recalls', { title: '考评走过场', pick_kind: '评价批次', picked: number, reason_kind: '评价机构违规组织评价',
		reason: '监控显示没有实际操作，评分表事后补填', is_suspending: true });
	const recall = office.at;
	await office.opened(recall, '清单待核对');
	await office.sees('涉及证书', '系统没有补贴发放数据');
	await office.shot('recall-listed');
	await office.open(`${recall}/people`);
	const out = office.page.locator('form[action$="/out"]').first();
	await out.locator('input[name=reason]').fill('监控完整，复核属实');
	await office.go(out.locator('button'));
	await office.sees('不予列入', '监控完整，复核属实');
	await office.shot('recall-people');
	await office.open(recall);
	await office.step('冻结清单，报请批准', '逐人核对完毕');
	await head.open('/todo');
	await head.sees('待批准的批量撤销', '考评走过场');
	await head.open(recall);
	await head.step('批准立案并送达告知书', '同意');
	await head.opened(recall, '逐人办理中');
	await head.sees('已告知，等待陈述申辩');
	await head.shot('recall-running-tablet');
	const small = await stage.person('手机上的经办', phone);
	await small.login(demo('county'));
	await small.open('/revocations');
	await small.shot('revocations-phone');
	const sheet = await office.fetch(`${recall}/people?export=xlsx`);
	assert.match(sheet.type, /spreadsheetml/);
});
