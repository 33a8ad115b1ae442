// The hand-over by a clerk: the package that lies ready is downloaded and sent, the answers are read back, a refused one is
// mended; a stranger reads how far it is. And an old certificate, recorded by one clerk and checked by another, which the public
// look-up tells apart from those issued here.
import assert from 'node:assert/strict';
import { demo } from '../lib/demo.js';
import { unzip } from '../lib/xlsx.js';
import { idno, xlsx } from '../lib/sheet.js';
import { play, stage, step } from './support.js';

const sheet = (name, rows) => ({ name, mimeType: 'application/octet-stream', buffer: xlsx(rows) });

const made = {};
play();

step('the clerk sees what is to be done, and what every package came to', async () => {
	const clerk = await stage.person('经办人');
	await clerk.login(demo('clerk1'));
	await clerk.open('/todo');
	await clerk.sees('被退回、待改正的证书上报', '超过期限未答复的证书上报', '待上报的上报包', '待核验的已有证书');
	await clerk.open('/handover-packages');
	await clerk.sees('已上报，待答复', '待上报');
	await clerk.shots('handover-packages');
});

step('the package that lies ready is downloaded, and its file says by which layout it is', async () => {
	const clerk = await stage.person('经办人'), { page } = clerk;
	await clerk.open('/handover-packages?state=ready');
	await clerk.go('main .table a');
	made.package = clerk.at;
	await clerk.sees('当前使用的是示例格式', '登记已上报');
	await clerk.shots('handover-package-ready');
	const { name, bytes } = await clerk.download(() => page.getByRole('link', { name: '下载上报文件' }).click());
	assert.match(name, /全国联网上报.*zip$/);
	const files = unzip(bytes), note = files.get('说明.txt').toString();
	assert.match(note, /示例格式/);
	assert.match(note, /全国联网上报-001\.xlsx/);
});

step('sent, answered, and the lines that do not fit are told', async () => {
	const clerk = await stage.person('经办人'), { page } = clerk;
	await clerk.send(`${made.package}/send`);
	await clerk.job();
	await clerk.sees('已上报，待答复', '读入答复');
	const rows = (await (await page.request.get(`/handover?package_id=${made.package.split('/').pop()}`,
		{ headers: { accept: 'application/json' } })).json()).list.rows;
	made.rows = rows;
	const lines = [['证书号码', '持证人', '处理结果', '退回原因'],
		...rows.slice(0, -3).map((r) => [r.number, r.name, '成功', '']),
		[rows.at(-3).number, rows.at(-3).name, '退回', '姓名与公安库不一致'],
		[rows.at(-2).number, '别人', '成功', ''], ['Y000037100001264999999', '', '成功', '']];
	await clerk.send(`${made.package}/answers`, { file: sheet('答复.xlsx', lines) });
	await clerk.job();
	await clerk.sees('可以记入', '对不上', '姓名与上报的不一致', '没有上报过');
	await clerk.shots('handover-answer');
	await clerk.send(/\/confirm$/);
	await clerk.job();
	await clerk.sees('导入完成');
});

step('one that was refused is mended', async () => {
	const clerk = await stage.person('经办人'), refused = made.rows.at(-3);
	await clerk.open(`/handover/${refused.person_id}/${refused.id}`);
	await clerk.sees('被退回', '姓名与公安库不一致');
	await clerk.step('已改正，重新上报', '已与身份证核对');
	await clerk.sees('已改正，待重报');
	await clerk.shots('handover-record');
	await clerk.open(`/certificates/${refused.person_id}/${refused.certificate_id}`);
	await clerk.sees('联网查询', '省级查询', '被退回，正在改正重报');
	await clerk.shots('handover-certificate');
});

step('a stranger reads how far it is', async () => {
	const stranger = await stage.person('路人'), [first] = made.rows;
	await stranger.open('/verify');
	await stranger.send('/verify', { number: first.number, name: first.name });
	await stranger.sees('有效', '全国联网查询', '入库，可以查询', '省级查询');
	await stranger.shots('handover-verify');
});

step('an old certificate is recorded by one clerk and checked by another', async () => {
	const clerk = await stage.person('经办人'), other = await stage.person('经办乙');
	await clerk.open('/held');
	await clerk.sees('已核验', '待核验', '核验不实');
	await clerk.shots('held');
	await clerk.follow('登记一本');
	await clerk.send('/held', { name: '丛老师傅', idno: idno(77), number: '13371000013001', occupation: '焊工',
		issued_on: '2013-06-30', issuer: '威海市职业技能鉴定中心' }, { refusal: /编号|位/ });
	await clerk.shots('held-new');
	await clerk.send('/held', { number: '1337100001300123' });
	await clerk.sees('待核验', '三级/高级工', '请另一人核验', '鉴定机构');
	made.held = clerk.at;
	await other.login(demo('clerk2'));
	await other.open(made.held);
	await other.shots('held-check');
	await other.send(`${made.held}/check`, { decision: '核验属实', against: '全国联网查询', reason: '两项一致' });
	await other.sees('已核验', '依据全国联网查询');
});

step('strangers are told that it is not one of ours', async () => {
	const stranger = await stage.person('路人');
	await stranger.open('/verify');
	await stranger.send('/verify', { number: '1337100001300123', name: '丛老师傅' });
	await stranger.sees('非本平台颁发', '持有事实', '威海市职业技能鉴定中心', '核验');
	await stranger.seesNot('证书真实有效');
	await stranger.shots('held-verify');
	await stranger.open('/verify');
	await stranger.send('/verify', { number: 'S000044010001213000128', name: '初文静' });
	await stranger.sees('没有这本证书');
});

step('a sheet of old certificates, every row with its verdict', async () => {
	const clerk = await stage.person('经办人');
	await clerk.open('/held-imports');
	await clerk.shots('held-imports');
	const row = (i, number, grade = '') => [`老师傅${i}`, idno(100 + i), number, '焊工', grade, '2013-06-30', '某市职业技能鉴定中心'];
	await clerk.send('/held-imports', { file: sheet('旧证书.xlsx', [['姓名', '身份证号', '证书编号', '职业', '等级', '发证日期', '发证机关'],
		row(1, '1337100001300124'), row(2, '1337100001900125'), row(3, '0812345678901', '四级/中级工'), row(4, '1337100001300124')]) });
	await clerk.job();
	await clerk.sees('可以导入', '不能导入', '已登记在他人名下', '第 2 行');
	await clerk.shots('held-import');
	await clerk.send(/\/confirm$/);
	await clerk.job();
	await clerk.sees('导入完成');
});

step('the layouts say that they are examples', async () => {
	const clerk = await stage.person('经办人');
	await clerk.open('/handover-layouts');
	await clerk.sees('示例', '正在使用', '证书编号');
	await clerk.shots('handover-layouts');
});
