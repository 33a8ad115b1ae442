// A PostgreSQL cluster of a test's own, for what one does not do to a shared one: crash it.
import { execFileSync } from 'node:child_process';
import { appendFileSync, chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './port.js';

const root = process.getuid() === 0;

function as(command, ...args) {
	const [file, all] = root ? ['runuser', ['-u', 'postgres', '--', command, ...args]] : [command, args];
	return execFileSync(file, all, { cwd: '/', stdio: 'ignore' });
}

export class Cluster {
	// conf: lines of postgresql.conf
	static async start(conf = '') {
		const c = new Cluster(), base = '/usr/lib/postgresql';
		c.bin = path.join(base, readdirSync(base).sort((a, b) => Number(a) - Number(b)).at(-1), 'bin');
		c.dir = mkdtempSync(path.join(tmpdir(), 'luban-cluster-'));
		if (root)
			chownSync(c.dir, Number(execFileSync('id', ['-u', 'postgres'])), Number(execFileSync('id', ['-g', 'postgres'])));
		const port = await freePort();
		as(`${c.bin}/initdb`, '-D', `${c.dir}/data`, '-U', 'luban', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync');
		appendFileSync(`${c.dir}/data/postgresql.conf`,
			`listen_addresses = '127.0.0.1'\nport = ${port}\nunix_socket_directories = ''\nlog_min_messages = fatal\n${conf}\n`);
		c.url = `postgresql://luban@127.0.0.1:${port}/postgres`;
		c.up();
		return c;
	}

	up() {
		as(`${this.bin}/pg_ctl`, '-D', `${this.dir}/data`, '-l', `${this.dir}/log`, '-w', '-s', 'start');
	}

	// mode: fast, or immediate for a crash.
	down(mode) {
		as(`${this.bin}/pg_ctl`, '-D', `${this.dir}/data`, '-m', mode, '-w', '-s', 'stop');
	}

	remove() {
		try {
			this.down('immediate');
		} catch { /* down already */ }
		rmSync(this.dir, { recursive: true, force: true });
	}
}
