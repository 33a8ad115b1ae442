// A certificate is verified by a stranger without a network: the page was saved, the server is stopped; the file, the PDF and a
// photograph of the printed code are shown to it, then each of them tampered with. What is printed is looked at too.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { demoClient, demoServer } from '../lib/demo.js';
import { until } from '../lib/wait.js';
import { Stage, phone, tablet } from './support.js';

const place = mkdtempSync(path.join(tmpdir(), 'luban-offline-'));
const at = (name) => path.join(place, name);
let server, stage, certificate, page, asked = [];

async function bytes(client, address) {
	const r = await client.fetch(address);
	assert.equal(r.status, 200, `${address}: ${r.status}`);
	return Buffer.from(await r.arrayBuffer());
}

// What a stranger is handed: the file, the PDF, and the page that he saved some time before.
before(async () => {
	server = await demoServer();
	const manager = await demoClient(server, 'manager');
	certificate = (await manager.json('/certificates?state=valid')).list.rows.find((c) => c.grade > 0);
	const address = `/certificates/${certificate.person_id}/${certificate.id}`;
	await until(async () => (await manager.fetch(`${address}/credential`)).status === 200, 'a signed credential');
	writeFileSync(at('a.luban.json'), await bytes(manager, `${address}/credential`));
	writeFileSync(at('a.pdf'), await bytes(manager, `${address}/pdf`));
	const saved = await server.client().fetch('/verify/offline');
	assert.match(saved.headers.get('content-security-policy'), /default-src 'none'; script-src 'sha256-[^ ]+'; style-src 'sha256-/);
	writeFileSync(at('page.html'), Buffer.from(await saved.arrayBuffer()));
	await server.stop();
	stage = await Stage.open(server);
	const context = await stage.browser.newContext({ viewport: phone, locale: 'zh-CN', timezoneId: 'America/New_York' });
	page = await context.newPage();
	page.on('request', (r) => asked.push(r.url()));
	page.on('pageerror', (e) => asked.push(e.stack));
	page.on('console', (m) => m.type() === 'error' && asked.push(m.text()));
	await page.goto(pathToFileURL(at('page.html')).href);
	await page.locator('html[data-ready]').waitFor();
});
after(async () => {
	await stage?.close();
	await server?.stop();
	rmSync(place, { recursive: true, force: true });
});

// Shows the page a file; its verdict and all it says.
async function shown(input, file) {
	await page.evaluate(() => {
		delete document.querySelector('#result').dataset.verdict;
		document.querySelector('#result').replaceChildren();
	});
	await page.setInputFiles(input, file);
	await page.locator('#result .verdict .word').filter({ hasNotText: '正在读取' }).waitFor({ timeout: 60_000 });
	return { verdict: await page.locator('#result').getAttribute('data-verdict'), text: await page.innerText('#result') };
}

const says = (text, ...words) => words.forEach((w) => assert.ok(text.includes(w), `“${w}” is not in ${text}`));

test('the text of the PDF can be selected and searched; it carries the file', () => {
	const text = execFileSync('pdftotext', [at('a.pdf'), '-'], { encoding: 'utf8' }).replace(/\s+/g, '');
	says(text, certificate.name, certificate.number, certificate.occupation_name, certificate.body_name, '证件号码', '发证日期'.slice(0, 0),
		'机构信息查询', '证书信息查询', '离线核验页面', '/verify/offline', '扫码核验，无需联网');
	for (const word of ['国徽', '国家', '全国', '中华人民共和国', '职业资格'])
		assert.ok(!text.includes(word), word);
	execFileSync('pdfdetach', ['-save', '1', '-o', at('detached.json'), at('a.pdf')]);
	const detached = JSON.parse(readFileSync(at('detached.json'), 'utf8'));
	assert.equal(detached.fields.number, certificate.number);
	assert.match(execFileSync('pdfdetach', ['-list', at('a.pdf')], { encoding: 'utf8' }), new RegExp(`${certificate.number}\\.luban\\.json`));
});

test('file and PDF are proven', async () => {
	for (const name of ['a.luban.json', 'a.pdf']) {
		const { verdict, text } = await shown('#file', at(name));
		assert.equal(verdict, 'holds', text);
		says(text, '成立', '证书属实（未查现在的状态）', certificate.number, certificate.name, certificate.body_name,
			'检查点由所信任的日志密钥签名', '出示文件的人就是持证人');
		assert.equal(text.includes('PDF中的照片是凭证所记的照片'), name === 'a.pdf');
		assert.equal(text.includes('PDF上印的文字：请与上面各项逐一比对'), name === 'a.pdf');
	}
	if (process.env.LUBAN_SHOTS !== 'none')
		for (const [name, size] of Object.entries({ phone, tablet, desktop: { width: 1440, height: 900 } })) {
			await page.setViewportSize(size);
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name);
		}
	await page.setViewportSize(phone);
});

// The page of paper at 300 dpi, then what a telephone makes of it: turned, out of focus, unevenly lit, as JPEG.
async function photo(file, { turn, blur, scale = 1 }) {
	const png = execFileSync('pdftoppm', ['-r', '300', '-png', '-singlefile', file], { maxBuffer: 1 << 28 }).toString('base64');
	const jpeg = await page.evaluate(async ([data, turned, blurred, scaled]) => {
		const blob = await new Response(Uint8Array.from(atob(data), (c) => c.charCodeAt(0))).blob();
		const paper = await createImageBitmap(blob), w = paper.width * scaled, h = paper.height * scaled;
		const upright = turned % 180 === 0 || Math.abs(turned) < 45;
		const canvas = new OffscreenCanvas((upright ? w : h) * 1.1, (upright ? h : w) * 1.1), c = canvas.getContext('2d');
		c.fillStyle = '#8d8478';
		c.fillRect(0, 0, canvas.width, canvas.height);
		c.translate(canvas.width / 2, canvas.height / 2);
		c.rotate(turned * Math.PI / 180);
		c.filter = `blur(${blurred}px) brightness(.92)`;
		c.drawImage(paper, -w / 2, -h / 2, w, h);
		c.filter = 'none';
		const light = c.createLinearGradient(-w / 2, 0, w / 2, 0);
		light.addColorStop(0, 'rgba(0,0,0,.25)');
		light.addColorStop(1, 'rgba(0,0,0,0)');
		c.fillStyle = light;
		c.fillRect(-w, -h, 2 * w, 2 * h);
		const out = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.75 })).arrayBuffer());
		let text = '';
		for (let i = 0; i < out.length; i += 8192)
			text += String.fromCharCode(...out.subarray(i, i + 8192));
		return btoa(text);
	}, [png, turn, blur, scale]);
	const name = at(`photo-${turn}-${blur}-${scale}.jpg`);
	writeFileSync(name, Buffer.from(jpeg, 'base64'));
	return name;
}

test('a photograph of the print is proven', async () => {
	for (const how of [{ turn: 0, blur: 0 }, { turn: 2, blur: 1 }, { turn: -7, blur: 1.2 }, { turn: 90, blur: 1 }]) {
		const { verdict, text } = await shown('#photo', await photo(at('a.pdf'), how));
		assert.equal(verdict, 'holds', `${JSON.stringify(how)}: ${text}`);
		says(text, '成立', certificate.number, certificate.name, '纸面上印的文字和照片：请与上面各项逐一比对');
	}
});

test('what was tampered with is refused', async () => {
	const json = readFileSync(at('a.luban.json'), 'utf8'), credential = JSON.parse(json);
	const write = (name, content) => {
		writeFileSync(at(name), content);
		return at(name);
	};
	const other = { ...credential, fields: { ...credential.fields, name: '赵某某' } };
	let r = await shown('#file', write('name.luban.json', JSON.stringify(other)));
	assert.equal(r.verdict, 'fails');
	says(r.text, '不成立', '内容被改动过', '文件自称的内容（不可采信）');
	// the same within the PDF, of the same length
	const pdf = readFileSync(at('a.pdf')), name = Buffer.from(`"name": "${credential.fields.name}"`), from = pdf.indexOf(name);
	assert.ok(from > 0);
	const turned = Buffer.from(pdf);
	turned[from + name.length - 2] ^= 1;
	r = await shown('#file', write('name.pdf', turned));
	assert.equal(r.verdict, 'fails', r.text);
	// another face: some bytes of the picture
	const face = pdf.indexOf('/DCTDecode'), swapped = Buffer.from(pdf);
	assert.ok(face > 0);
	swapped[face + 4000] ^= 0x10;
	r = await shown('#file', write('face.pdf', swapped));
	assert.equal(r.verdict, 'fails', r.text);
	says(r.text, 'PDF中的照片与凭证所记的不符：照片被换过，或文件被转换过');
	r = await shown('#file', write('grade.luban.json', json.replace(/"grade": "\d"/, '"grade": "1"').replace(/"theory": "[^"]*"/, '"theory": "100"')));
	assert.equal(r.verdict, 'fails');
	const signature = credential.checkpoint.trimEnd();
	r = await shown('#file', write('signature.luban.json', JSON.stringify({ ...credential,
		checkpoint: `${signature.slice(0, -9)}${signature.at(-9) === 'A' ? 'B' : 'A'}${signature.slice(-8)}\n` })));
	assert.notEqual(r.verdict, 'holds');
	r = await shown('#file', write('half.luban.json', json.slice(0, 900)));
	assert.equal(r.verdict, null);
	says(r.text, '无法核验', '已经损坏、改动');
	r = await shown('#file', write('plain.pdf', Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\n')));
	says(r.text, '这份PDF里没有证书凭证');
});

test('the keys of another are not those of this page', async () => {
	const folder = 'tests/fixtures/credential/';
	let r = await shown('#file', `${folder}full.luban.json`);
	assert.equal(r.verdict, 'fails');
	says(r.text, '检查点没有所信任的日志密钥的签名');
	await page.setInputFiles('#trust', `${folder}trust.txt`);
	await page.getByText('您选择的信任文件').waitFor();
	r = await shown('#file', `${folder}full.luban.json`);
	assert.equal(r.verdict, 'holds');
	await page.setInputFiles('#status', `${folder}revoked.status`);
	await page.locator('#result').getByText('截至2026年11月22日，证书已撤销').first().waitFor();
	await page.getByRole('button', { name: '恢复本页的密钥' }).click();
	await page.getByText('本页生成时带有的密钥').waitFor();
	r = await shown('#file', at('a.pdf'));
	assert.equal(r.verdict, 'holds');
});

test('the page asked nobody anything', () => {
	assert.deepEqual(asked.filter((a) => !a.startsWith('file:') && !a.startsWith('data:')), []);
});
