// What a credential proves and does not prove, in the program's own words (src/core/credential_text.c).
const grades = { 1: '一级/高级技师', 2: '二级/技师', 3: '三级/高级工', 4: '四级/中级工', 5: '五级/初级工', 6: '学徒工',
	7: '特级技师', 8: '首席技师' };
const idTypes = { idno: '居民身份证', residence: '港澳台居民居住证', foreign: '外国人永久居留身份证' };

export const dayText = (on) => on.replace(/^0*(\d+)-0?(\d+)-0?(\d+)$/, '$1年$2月$3日');

// In Chinese time, whatever the device's zone.
const timeText = (at) => new Date((at + 8 * 3600) * 1000).toISOString().slice(0, 16).replace('T', ' ');

const keyText = (key, at) => `${key.name}+${key.id}${{ 1: '（Ed25519）', 255: '（SM2）' }[key.type] ?? ''}${at ? `（${timeText(at)}）` : ''}`;

// [label, text] as they stand on the certificate.
export function faceOf(c) {
	const f = c.fields;
	return [['证书编号', f.number], ['姓名', f.name], ['证件类型', idTypes[f.id_type] ?? f.id_type], ['证件号码', c.idno?.text ?? f.idno_mask],
		['职业名称', f.occupation_name], ['工种/职业方向', f.work_type_name], ['职业技能等级', grades[f.grade] ?? ''],
		['理论成绩', f.theory], ['操作成绩', f.skill], ['综合评审', f.review], ['发证机构', f.body_name], ['机构编码', f.body_code],
		['发证日期', dayText(f.issued_on)]].filter(([, text]) => text);
}

function refutation(r) {
	const day = dayText(r.stateOn);
	return {
		suspended: `截至${day}，证书处于暂停状态（调查中）`,
		revoked: `截至${day}，证书已撤销`,
		superseded: `截至${day}，票面已更正，以第${r.latest}版为准，本文件是第${r.version}版，请持证人重新下载`,
		older: `状态快照（${day}）早于本证书入日志，不能说明其状态，请换用新的快照`,
	}[r.state] ?? '状态快照属于另一日志，或与本文件的检查点矛盾';
}

// {verdict, lines: [{sense: 'proven'|'refuted'|'open', code, text}]}
// photo: whether the photo of a PDF is that of the credential; null where that is not known.
export function wordsOf(c, trust, r, source, photo = null) {
	const lines = [], say = (sense, code, text) => lines.push({ sense, code, text });
	const answer = (code, yes, no) => r.answers[code] !== 'unasked' &&
		say(r.answers[code] === 'yes' ? 'proven' : 'refuted', code, r.answers[code] === 'yes' ? yes : no);
	answer('texts', `票面各项与日志条目中的承诺一致${r.version > 1 ? `（第${r.version}版，更正后）` : ''}`,
		r.leaf ? '票面内容与日志条目中的承诺不一致：内容被改动过' : '日志条目不是证书的颁发或更正');
	answer('facts', '机构、职业、等级、发证日期与日志条目公开的一致', '机构、职业、等级或发证日期与日志条目公开的不一致');
	answer('idno', '证件号码全号与票面的承诺一致', '证件号码全号与票面的承诺不一致');
	answer('place', `条目位于公开日志${c.origin}第${r.index}条（序号从0起），检查点共${r.size}条`, '条目不在检查点所指的日志中：包含证明不成立');
	answer('log', `检查点由所信任的日志密钥签名：${(r.signers?.logs ?? []).map((k) => keyText(k)).join('、')}`,
		r.isSignatureBad ? '检查点上的签名不成立：内容、证明或签名被改动过' : '检查点没有所信任的日志密钥的签名');
	const seen = r.signers?.witnesses ?? [], n = seen.length;
	const count = `${n}个见证人共同签名，要求${trust.quorum}个${n ? '：' : ''}${seen.map((w) => keyText(w.key, w.at)).join('、')}`;
	answer('witnesses', count, `见证不足：只有${count}`);
	if (!trust.quorum)
		say(n ? 'proven' : 'open', 'witnesses', n ? count : '日志只有一个版本：没有见证人签名，信任文件也没有要求');
	if (r.state === 'unasked') {
		say('open', 'state', '证书现在的状态：没有给出状态快照，未查是否暂停、撤销或更正');
	} else {
		answer('state', `截至${dayText(r.stateOn)}，没有暂停、撤销，票面没有再更正`, refutation(r));
		say('open', 'later', `${dayText(r.stateOn)}以后的状态`);
	}
	if (!c.idno)
		say('open', 'idno', '证件号码全号：文件没有出示，只有掩码');
	if (photo !== null)
		say(photo ? 'proven' : 'refuted', 'photo', photo ? 'PDF中的照片是凭证所记的照片' : 'PDF中的照片与凭证所记的不符：照片被换过，或文件被转换过');
	if (source !== 'file')
		say('open', 'paper', `${source === 'pdf' ? 'PDF上印的' : '纸面上印的'}文字${photo ? '' : '和照片'}：请与上面各项逐一比对，以上面的为准`);
	say('open', 'holder', '出示文件的人就是持证人：请核对有效身份证件');
	say('open', 'decision', '评价结论本身是否正确：日志只证明机构作过这一决定');
	const first = lines.find((l) => l.sense === 'refuted');
	const verdict = !r.holds || photo === false ? `不成立：${first?.text ?? ''}`
		: r.state === 'good' ? '成立：证书属实，且截至快照之日有效' : '成立：证书属实（未查现在的状态）';
	return { verdict, lines };
}

const faults = { too_long: '文件或密钥过多，超出上限', not_text: '不是UTF-8文本，或含有控制字符',
	unknown_word: '应以log、witness、quorum或issuer开头，各项之间一个空格',
	bad_key: '公钥写法不对，或类型不合（log为Ed25519或SM2，witness为共同签名）',
	bad_quorum: 'quorum应为一个整数，不超过witness的个数，只写一次', twice: '同一公钥出现两次', no_log: '没有log行，不知道信任哪个日志' };

export const trustFault = (e) => `${e.line ? `第${e.line}行：` : ''}${faults[e.fault] ?? e.message}`;
export const trustLines = (trust) => [...trust.logs.map((k) => ['日志', keyText(k)]), ...trust.witnesses.map((k) => ['见证人', keyText(k)]),
	...(trust.witnesses.length ? [['见证要求', `至少${trust.quorum}个`]] : []), ...trust.issuers.map((i) => ['签发者', i.id])];
