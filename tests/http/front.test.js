// The sample front, deploy/nginx.conf, before a server: what nginx refuses by itself is said in words, too.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Server, top } from '../lib/luban.js';

function freePort() {
	return new Promise((done) => {
		const s = createServer().listen(0, '127.0.0.1', () => {
			const { port } = s.address();
			s.close(() => done(port));
		});
	});
}

// The sample as it stands, but for addresses and paths, and without TLS, which needs a certificate.
function write(dir, port, plain, behind) {
	const site = readFileSync(path.join(top, 'deploy/nginx.conf'), 'utf8')
		.replace(/listen 443 ssl http2;/, `listen 127.0.0.1:${port};`).replace(/listen 80;/, `listen 127.0.0.1:${plain};`)
		.replace(/^\s*listen \[::\]:.*$/gm, '').replace(/^\s*ssl_.*$/gm, '')
		.replaceAll('/var/log/nginx', dir).replace('127.0.0.1:8080', new URL(behind).host);
	const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((t) => `${t}_temp_path ${dir}/${t};`).join('\n');
	const file = path.join(dir, 'nginx.conf');
	writeFileSync(file, `daemon off;\nworker_processes 1;\npid ${dir}/pid;\nerror_log ${dir}/error.log;
events { worker_connections 512; }\nhttp {\naccess_log off;\n${temps}\n${site}\n}\n`);
	return file;
}

const nginx = () => {
	for (const at of ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'])
		try {
			execFileSync(at, ['-v'], { stdio: 'ignore' });
			return at;
		} catch { /* not there */ }
	return null;
};

async function answers(url) {
	for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((done) => { setTimeout(done, 20); }))
		try {
			return await fetch(`${url}/healthz`);
		} catch { /* not yet */ }
	throw new Error('nginx does not answer');
}

test('the sample front speaks to people in words', { timeout: 60_000 }, async (t) => {
	const program = nginx();
	if (!program) {
		t.skip('nginx is not here');
		return;
	}
	const dir = mkdtempSync(path.join(tmpdir(), 'luban-front-')), port = await freePort(), url = `http://127.0.0.1:${port}`;
	const server = await Server.start({ args: ['--per-minute', '0'] });
	const front = spawn(program, ['-e', `${dir}/error.log`, '-c', write(dir, port, await freePort(), server.url)], { stdio: 'ignore' });
	const ended = new Promise((done) => { front.once('exit', done); });
	try {
		const health = await answers(url);
		assert.equal(health.status, 200, await health.text());
		assert.equal((await fetch(`${url}/nothing`, { headers: { accept: 'text/html' } })).status, 404);
		const large = await fetch(`${url}/login`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
			body: `a=${'b'.repeat(22 << 20)}` });
		assert.equal(large.status, 413);
		assert.match(large.headers.get('content-type'), /^text\/html; charset=utf-8$/);
		assert.match(await large.text(), /内容过大.*20 MB/);
		const many = await Promise.all(Array.from({ length: 120 }, () => fetch(`${url}/login`)));
		const refused = many.find((r) => r.status === 429);
		assert.ok(refused, many.map((r) => r.status).join());
		assert.match(await refused.text(), /操作过于频繁/);
		await server.stop({ keep: true });
		let away;
		do
			away = await fetch(`${url}/verify`); // Its door may still be closed to the many of before.
		while (away.status === 429);
		assert.equal(away.status, 503);
		assert.ok(away.headers.get('retry-after'));
		assert.match(await away.text(), /暂时无法服务.*不会丢失/);
	} finally {
		front.kill('SIGTERM');
		await ended;
		server.place.remove();
		rmSync(dir, { recursive: true, force: true });
	}
});
