// What the page for browsers says of a credential is what the program says: the files and verdicts of
// tests/fixtures/credential, which tests/unit/base/test_credential_shared.c judges too.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Refusal, hex, unhex, utf8 } from '../../static/offline/bytes.js';
import { questions, readFile, readStatus, readText, verify } from '../../static/offline/credential.js';
import { parseTrust } from '../../static/offline/note.js';
import { sm2Holds, sm3 } from '../../static/offline/sm.js';
import { top } from '../lib/luban.js';

const folder = path.join(top, 'tests/fixtures/credential');
const load = (name) => new Uint8Array(readFileSync(path.join(folder, name)));

function fileOf(spelt) {
	const at = spelt.search(/[~^]/), name = at < 0 ? spelt : spelt.slice(0, at), edit = at < 0 ? '' : spelt.slice(at + 1);
	const bytes = load(name);
	if (spelt[at] === '^') {
		const bit = Number(edit) % (8 * bytes.length);
		bytes[bit >> 3] ^= 1 << (bit & 7);
	} else if (spelt[at] === '~') {
		const [from, to] = edit.replace('\\n', '\n').split('~');
		const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
		assert.ok(text.includes(from), spelt);
		return utf8(text.replace(from, () => to));
	}
	return bytes;
}

async function verdict(spelt, trustName, statusName) {
	const trust = await parseTrust(new TextDecoder().decode(load(trustName)));
	const status = statusName === '-' ? null : await readStatus(load(statusName), trust);
	let c;
	try {
		c = await readFile(fileOf(spelt));
	} catch (e) {
		assert.ok(e instanceof Refusal, `${spelt}: ${e.stack}`);
		return 'unreadable';
	}
	const r = await verify(c, trust, status);
	return [r.holds ? 'holds' : 'fails', ...questions.map((q) => `${q}=${r.answers[q]}`), `is=${r.state}`, `version=${r.version}`].join(' ');
}

test('the verdicts of the program', async () => {
	const lines = readFileSync(path.join(folder, 'cases.txt'), 'utf8').trim().split('\n'), wrong = [];
	assert.ok(lines.length > 300);
	for (const line of lines) {
		const [file, trust, status, ...said] = line.split(' '), now = await verdict(file, trust, status);
		if (now !== said.join(' '))
			wrong.push(`${file} ${trust} ${status}\n  program ${said.join(' ')}\n  page    ${now}`);
	}
	assert.deepEqual(wrong, []);
});

test('a browser without Ed25519', async () => {
	const { importKey } = crypto.subtle;
	crypto.subtle.importKey = () => Promise.reject(new Error('NotSupportedError'));
	try {
		assert.match(await verdict('full.bin', 'trust.txt', 'good.status'), /^holds .* log=yes witnesses=yes state=yes/);
		await assert.rejects(readStatus(fileOf('good.status~2026-11-22~2026-11-23'),
			await parseTrust(new TextDecoder().decode(load('trust.txt')))), Refusal);
	} finally {
		crypto.subtle.importKey = importKey;
	}
});

test('snapshots that are not the issuer\'s are not believed', async () => {
	const trust = await parseTrust(new TextDecoder().decode(load('trust.txt')));
	for (const edit of ['revoked.status~status\\n~states\\n', 'revoked.status~2026-11-22~2026-11-21', 'revoked.status~ r\\n~ s\\n',
		'revoked.status~0011~0012', 'good.status~2600002~2600003'])
		await assert.rejects(readStatus(fileOf(edit), trust), Refusal, edit);
	await assert.rejects(readStatus(load('good.status'), { ...trust, issuers: [] }), Refusal);
});

test('trust files: what is wrong and where', async () => {
	const good = new TextDecoder().decode(load('trust.txt')), [log] = good.split('\n');
	const faults = [['', 'no_log', 0], ['log x\n', 'bad_key', 1], [`${good}${log}\n`, 'twice', good.split('\n').length], ['\x01', 'not_text', 0],
		[`# a\r\nhello world\n${good}`, 'unknown_word', 2], [`${log}\nquorum 1\n`, 'bad_quorum', 2], [`${log}\nissuer 00 ${'0'.repeat(64)}\n`, 'bad_key', 2],
		['x'.repeat(70000), 'too_long', 0]];
	for (const [text, fault, line] of faults)
		await assert.rejects(parseTrust(text), (e) => e.fault === fault && e.line === line, text.slice(0, 40));
});

// GB/T 32905-2016, appendix A; GB/T 32918.5-2017, appendix A (the curve's own), as tests/unit/base/test_sm2.c has it.
test('SM3 and SM2 against the standards', () => {
	assert.equal(hex(sm3(utf8('abc'))), '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
	assert.equal(hex(sm3(utf8('abcd'.repeat(16)))), 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732');
	const key = unhex('0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13', 65);
	const signature = unhex('f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa', 64);
	assert.ok(sm2Holds(key, utf8('message digest'), signature));
	assert.ok(!sm2Holds(key, utf8('message digesu'), signature));
	for (let bit = 0; bit < 512; bit += 37) {
		const turned = signature.slice();
		turned[bit >> 3] ^= 1 << (bit & 7);
		assert.ok(!sm2Holds(key, utf8('message digest'), turned));
	}
});

test('texts that are nothing', async () => {
	for (const text of ['', '{', '[]', 'null', '1', 'LUBAN1:', 'LUBAN1:AAA', 'https://example.com/', '#000', '{"luban_credential":1}', '\u0000'])
		await assert.rejects(readText(text), Refusal, text);
});
