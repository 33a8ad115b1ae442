// A body's manager issues the certificates of confirmed batches in one go, and watches them come.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Server } from '../lib/luban.js';
import { Stage, phone, tablet } from './support.js';

const demo = (login) => ({ login, password: 'Luban-2026-demo', secret: 'LUBANDEMOLUBANDEMOLUBANDEMOLUBAN' });

let server, stage;
before(async () => {
	server = await Server.start({ demo: true, small: true, args: ['--per-minute', '0'] });
	stage = await Stage.open(server);
});
after(async () => {
	await stage?.close();
	await server?.stop();
});

async function shots(person, name) {
	await person.shot(name);
	for (const size of [tablet, phone]) {
		await person.page.setViewportSize(size);
		person.viewport = size;
		await person.shot(`${name}-${size.width}`);
	}
	person.viewport = { width: 1440, height: 900 };
	await person.page.setViewportSize(person.viewport);
}

test('from the list of batches to certificates', async () => {
	const manager = await stage.person('机构负责人'), { page } = manager;
	await manager.login(demo('manager'));
	await manager.open('/issue-runs');
	await manager.sees('还没有批量颁发');
	await shots(manager, 'issue-runs-none');
	await manager.open('/batches');
	await page.getByRole('link', { name: '批量颁发证书' }).click();
	await manager.sees('选择批次', '待发');
	await shots(manager, 'issue-run-new');
	await page.getByRole('button', { name: '开始颁发' }).click();
	await manager.sees('请填写“批次”');
	await shots(manager, 'issue-run-new-wrong');
	const boxes = page.locator('main input[type=checkbox]'), n = await boxes.count();
	for (let i = 0; i < n; i++)
		await boxes.nth(i).check();
	await page.getByRole('button', { name: '开始颁发' }).click();
	await page.waitForURL(/\/issue-runs\/\d+/);
	await page.getByText('已完成').waitFor();
	await manager.sees('已颁发', '100%');
	await shots(manager, 'issue-run-done');
	await page.locator('main .table a').first().click();
	await manager.sees('证书编号');
	assert.ok(await page.locator('main tbody tr').count() > 0);
	await manager.open('/issue-runs');
	await shots(manager, 'issue-runs');
});
