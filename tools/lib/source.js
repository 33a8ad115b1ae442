// What the checks share: the files of the tree, source without comments and strings, and how a check reports.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

export const top = process.env.LUBAN_TREE ?? path.resolve(import.meta.dirname, '../..');

// Files under version control, and new ones that are not ignored, whose path matches.
export function files(pattern) {
	const out = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
		cwd: top, encoding: 'utf8', maxBuffer: 1 << 26 });
	const all = [...new Set(out.split('\0'))].filter((f) => pattern.test(f)).sort();
	return all.filter((f) => { try { read(f); return true; } catch { return false; } });
}

const texts = new Map();
export function read(file) {
	if (!texts.has(file))
		texts.set(file, readFileSync(path.join(top, file), 'utf8'));
	return texts.get(file);
}

// C source with comments, and unless `keepStrings` the insides of strings, turned into blanks: lines and columns stay.
export function bare(text, keepStrings = false) {
	const token = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/g;
	const blank = (s) => s.replace(/[^\n]/g, ' ');
	return text.replace(token, (s) => {
		if (s[0] === '/')
			return blank(s);
		return keepStrings ? s : s[0] + blank(s.slice(1, -1)) + s[0];
	});
}

export function lineOf(text, index) {
	let n = 1;
	for (let i = text.indexOf('\n'); i >= 0 && i < index; i = text.indexOf('\n', i + 1))
		n++;
	return n;
}

const findings = [];
export function found(file, line, what) {
	findings.push(`${file}:${line}: ${what}`);
}

// Prints what was found and ends: 0 when nothing was.
export function report() {
	for (const f of findings)
		console.log(f);
	if (findings.length)
		console.log(`${findings.length} found`);
	process.exit(findings.length ? 1 : 0);
}
