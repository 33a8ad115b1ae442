// The page that verifies certificates without a network: what is chosen, dropped, pasted or came with the address, against the keys
// it was made with or others, and a snapshot of states where there is one. It asks nobody anything and keeps nothing.
import { Refusal, hex, sha256 } from './bytes.js';
import { readFile, readStatus, readText, verify } from './credential.js';
import { parseTrust } from './note.js';
import { attachments, isPdf, photos } from './pdf.js';
import { codeInParts } from './picture.js';
import { dayText, faceOf, trustFault, trustLines, wordsOf } from './words.js';

const $ = (id) => document.getElementById(id);
const site = JSON.parse($('site').textContent);
const kept = { trust: null, trustSource: '', status: null, certificate: null, source: '', photo: null };
const senses = { proven: '已证明', refuted: '不成立', open: '未证明' };

const make = (tag, attributes = {}, ...inside) => {
	const e = Object.assign(document.createElement(tag), attributes);
	e.append(...inside);
	return e;
};

function say(id, text, tone = '') {
	$(id).textContent = text;
	$(id).className = `said ${tone}`;
}

function show(...parts) {
	$('result').replaceChildren(...parts);
	$('result').hidden = false;
	$('result').scrollIntoView({ block: 'start' });
}

const verdictBox = (tone, word, text) => make('div', { className: `verdict ${tone}` }, make('p', { className: 'word' }, word),
	make('p', { className: 'text' }, text));

const cannot = (text) => show(verdictBox('plain', '无法核验', text));

// ---- the answer ----

async function judge() {
	const { certificate: c, trust, status } = kept;
	if (!c)
		return;
	if (!trust) {
		cannot('本页没有可以信任的密钥。请在下面“信任谁”选择信任文件。');
		return;
	}
	const r = await verify(c, trust, status), { verdict, lines } = wordsOf(c, trust, r, kept.source, kept.photo);
	const [word, text] = verdict.split(/：(.*)/s);
	const dl = make('dl', { className: 'face' });
	for (const [label, value] of faceOf(c))
		dl.append(make('dt', {}, label), make('dd', {}, value));
	const list = make('ul', { className: 'lines' });
	for (const line of lines) {
		const item = make('li', { className: line.sense }, make('b', {}, senses[line.sense]), make('span', {}, line.text));
		item.dataset.code = line.code;
		list.append(item);
	}
	const good = r.holds && kept.photo !== false;
	show(verdictBox(good ? 'good' : 'bad', word, text),
		make('h3', {}, r.answers.texts === 'yes' ? '证书内容' : '文件自称的内容（不可采信）'), dl, make('h3', {}, '证明了什么，没有证明什么'), list);
	$('result').dataset.verdict = good ? 'holds' : 'fails';
}

async function take(c, source, photo = null) {
	Object.assign(kept, { certificate: c, source, photo });
	await judge();
}

// Is the photo that the PDF shows the one that the credential speaks of? null: it is not there as it was.
async function photoIn(bytes, c) {
	const found = [];
	for (const photo of photos(bytes))
		found.push(hex(await sha256(photo)));
	return c.fields.photo && found.length ? found.every((sum) => sum === c.fields.photo) : null;
}

// ---- what is brought ----

async function pixels(blob) {
	const most = 4200, picture = await createImageBitmap(blob), scale = Math.min(1, most / Math.max(picture.width, picture.height));
	const canvas = make('canvas', { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
	const context = canvas.getContext('2d', { willReadFrequently: true });
	context.drawImage(picture, 0, 0, canvas.width, canvas.height);
	const crop = (x, y, w, h) => context.getImageData(x, y, w, h);
	return { whole: crop(0, 0, canvas.width, canvas.height), crop };
}

const pause = () => new Promise((resolve) => setTimeout(resolve));

async function takePicture(file) {
	show(verdictBox('plain', '正在读取', '正在照片里找二维码，请稍候。'));
	await pause();
	const { whole, crop } = await pixels(file).catch(() => ({}));
	const text = whole && await codeInParts(whole, crop, pause);
	if (!text) {
		cannot('照片里没有读出二维码。请把票面放平，在光线均匀处正对二维码拍摄，让二维码占满画面的一半以上；或改用证书文件。');
		return;
	}
	const c = await readText(text).catch((e) => (e instanceof Refusal ? null : Promise.reject(e)));
	if (c)
		await take(c, 'paper');
	else
		cannot('二维码读出来了，但不是证书凭证。早期证书的二维码只是查询网址，请联网查询。');
}

async function takePdf(bytes) {
	const [found] = await attachments(bytes);
	if (found) {
		const c = await readFile(found);
		await take(c, 'pdf', await photoIn(bytes, c));
	} else
		cannot('这份PDF里没有证书凭证：可能重新打印或转换过。请用原文件，或拍摄票面上的二维码。');
}

async function takeFile(file) {
	delete $('result').dataset.verdict;
	kept.certificate = null;
	try {
		const bytes = new Uint8Array(await file.arrayBuffer());
		if (isPdf(bytes))
			await takePdf(bytes);
		else if (file.type.startsWith('image/'))
			await takePicture(file);
		else
			await take(await readFile(bytes), 'file');
	} catch (e) {
		if (!(e instanceof Refusal))
			throw e;
		cannot('这不是完整的证书凭证，或者已经损坏、改动。请向持证人要原文件。');
	}
}

async function takeText(text, source) {
	delete $('result').dataset.verdict;
	kept.certificate = null;
	const c = await readText(text).catch((e) => (e instanceof Refusal ? null : Promise.reject(e)));
	if (c)
		await take(c, source);
	else
		cannot('这不是完整的二维码内容，或者已经改动。');
}

// ---- whom and until when ----

function showTrust() {
	const dl = make('dl', { className: 'keys' });
	for (const [label, text] of kept.trust ? trustLines(kept.trust) : [])
		dl.append(make('dt', {}, label), make('dd', {}, text));
	$('trust-keys').replaceChildren(dl);
	$('trust-reset').hidden = kept.trustSource === 'site' || !site.trust;
}

async function setTrust(text, source, words) {
	try {
		Object.assign(kept, { trust: await parseTrust(text), trustSource: source, status: null });
		say('trust-said', words);
		say('status-said', '未给出状态快照。');
	} catch (e) {
		if (!e.fault)
			throw e;
		say('trust-said', `信任文件不能用。${trustFault(e)}。仍用原来的密钥。`, 'bad');
	}
	showTrust();
	await judge();
}

const ownTrust = () => setTrust(site.trust, 'site', `本页生成时带有的密钥（来自${site.origin}，${site.made}）。请与人社部门公布的密钥编号比对。`);

async function takeStatus(file) {
	try {
		kept.status = await readStatus(new Uint8Array(await file.arrayBuffer()), kept.trust ?? { issuers: [] });
		say('status-said', `${dayText(kept.status.on)}的快照，签发者${kept.status.issuer}，列有${kept.status.entries.size}本。`, 'good');
	} catch (e) {
		if (!(e instanceof Refusal))
			throw e;
		kept.status = null;
		say('status-said', '这不是状态快照，或者不是所信任的签发者签发的，没有采用。', 'bad');
	}
	await judge();
}

// ---- the page ----

function onFile(id, then) {
	$(id).addEventListener('change', async () => {
		const [file] = $(id).files;
		if (file)
			await then(file);
		$(id).value = '';
	});
}

async function begin() {
	if (!globalThis.crypto?.subtle) {
		cannot('浏览器在未加密的网址上不提供核验所需的功能。请用https打开本页，或把本页保存到本机后打开。');
		return;
	}
	onFile('file', takeFile);
	onFile('photo', takeFile);
	onFile('status', takeStatus);
	onFile('trust', async (file) => setTrust(await file.text(), 'own', `您选择的信任文件：${file.name}`));
	$('trust-reset').addEventListener('click', ownTrust);
	$('paste-go').addEventListener('click', () => takeText($('paste').value, 'paper'));
	addEventListener('dragover', (e) => e.preventDefault());
	addEventListener('drop', async (e) => {
		e.preventDefault();
		if (e.dataTransfer.files[0])
			await takeFile(e.dataTransfer.files[0]);
	});
	const fromAddress = () => (location.hash.length > 20 ? takeText(location.hash.slice(1), 'paper') : undefined);
	addEventListener('hashchange', fromAddress);
	if (site.trust)
		await ownTrust();
	else
		say('trust-said', '本页没有带密钥。请选择信任文件。', 'bad');
	await fromAddress();
	document.documentElement.dataset.ready = 'yes';
}

await begin();
