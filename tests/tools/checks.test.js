// The checks in tools/ find what they are for: each bad line below must be reported, and nothing else.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const tools = path.resolve(import.meta.dirname, '../../tools');

// Runs a check over a small tree: what it printed, without the closing count.
function run(check, tree) {
	const dir = mkdtempSync(path.join(tmpdir(), 'luban-check-'));
	try {
		execFileSync('git', ['init', '-q', dir]);
		for (const [file, text] of Object.entries({ 'package-lock.json': '{}\n', ...tree })) {
			mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
			writeFileSync(path.join(dir, file), text);
		}
		const r = spawnSync(path.join(tools, check), { env: { ...process.env, LUBAN_TREE: dir }, encoding: 'utf8' });
		const lines = r.stdout.trim().split('\n').filter((l) => l && !/^\d+ found$/.test(l));
		assert.equal(r.status, lines.length ? 1 : 0, r.stderr);
		return lines;
	} finally {
		rmSync(dir, { recursive: true });
	}
}

test('floors: upwards, foreign headers, bare names', () => {
	assert.deepEqual(run('check-floors', {
		'src/base/a.c': '#include "core/ctx.h"\n#include <sqlite3.h>\n/* #include "web/web.h" */\n',
		'src/store/db.c': '#include <sqlite3.h>\n#include "base/str.h"\n#include "query/venue.h"\n',
		'src/web/page/a.c': '#include "a.h"\n#include <microhttpd.h>\n#include <jansson.h>\n',
		'src/web/server.c': '#include <microhttpd.h>\n',
		'src/domain/x/a.c': '#include <jansson.h>\n#include "doc/xlsx.h"\n',
	}), [
		'src/base/a.c:1: base may not include "core/ctx.h"',
		'src/base/a.c:2: <sqlite3.h> is not for base/a.c',
		'src/domain/x/a.c:1: <jansson.h> is not for domain/x/a.c',
		'src/domain/x/a.c:2: domain may not include "doc/xlsx.h"',
		'src/web/page/a.c:1: "a.h" must be named by its path from src/',
		'src/web/page/a.c:2: <microhttpd.h> is not for web/page/a.c',
	]);
});

const nest = (n) => `int f(int a)\n{\n${'if (a) {\n'.repeat(n)}${'}\n'.repeat(n)}\treturn a;\n}\n`;

test('size: columns, lines, functions, nesting, each at its limit', () => {
	const lines = (n) => 'int a;\n'.repeat(n);
	const body = (n) => `int f(void)\n{\n${'\t;\n'.repeat(n - 3)}}\n`;
	assert.deepEqual(run('check-size', {
		'src/base/a.h': lines(150), 'src/base/b.h': lines(151),
		'src/base/a.c': lines(600), 'src/base/b.c': lines(601),
		'src/base/c.c': body(60), 'src/base/d.c': body(61),
		'src/base/e.c': `\t${'x'.repeat(92)}\n/*${'中'.repeat(49)}*/\n`,
		'src/base/f.c': nest(4), 'src/base/g.c': nest(5),
		'src/base/h.c': 'int t[1][1][1][1][1][1] = {{{{{{1}}}}}};\n',
	}), [
		'src/base/b.c:600: 601 lines, 600 are the limit',
		'src/base/b.h:150: 151 lines, 150 are the limit',
		'src/base/e.c:2: 102 columns, 100 are the limit',
		'src/base/g.c:7: nested deeper than 4 levels',
		'src/base/d.c:1: f() has 61 lines, 60 are the limit',
	]);
});

test('words: banned functions, SQL, machine paths, unowned work', () => {
	assert.deepEqual(run('check-words', {
		'src/core/a.c': 'void f(void) { strcpy(a, b); }\n/* strcpy(a, b) */\nchar *z = "strcpy(";\nint g(void) { return fn_system(1); }\n',
		'src/core/b.c': 'const char *q = "SELECT id FROM person";\n',
		'src/core/c.h': 'typedef struct x x;\n',
		'script/a': `cd ${'/wo'}rk/main\n# ${'TO'}DO: later\nx \n`,
	}), [
		'src/core/a.c:1: strcpy() is banned',
		'src/core/b.c:1: SQL belongs into sql/query/',
		'src/core/c.h:1: no typedef of a struct',
		'script/a:1: a path of one machine',
		'script/a:2: work left undone without an owner',
		'script/a:3: blanks at the end of the line',
	]);
});

test('messages: missing, unused, too few arguments', () => {
	assert.deepEqual(run('check-messages', {
		'messages/zh-CN/a.txt': '# said as: a.kind_\na.one = 一 {0}\na.two = 二 {0} {1}\na.unused = 无\na.kind_x = 甲\nbroken\na.one = 又\n',
		'src/core/a.c': 'int f(void)\n{\n\tfail(cx, ERR_STATE, "a.one", text_of(cx, "%s,%s", "(", b));\n\tfail(cx, ERR_STATE,\n\t\t"a.two", x);\n' +
			'\treturn fail_field(cx, "name", "a.gone");\n}\n',
	}), [
		'messages/zh-CN/a.txt:6: is not "id = text"',
		'messages/zh-CN/a.txt:7: a.one stands twice',
		'src/core/a.c:4: a.two has 2 places but 1 arguments',
		'src/core/a.c:6: a.gone has no text',
		'messages/zh-CN/a.txt:4: a.unused is never said',
	]);
});
