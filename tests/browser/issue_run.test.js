// A body's manager issues the certificates of confirmed batches in one go, and watches them come.
import assert from 'node:assert/strict';
import { demo } from '../lib/demo.js';
import { play, stage, step } from './support.js';

play();

step('from the list of batches to certificates', async () => {
	const manager = await stage.person('机构负责人'), { page } = manager;
	await manager.login(demo('manager'));
	await manager.open('/issue-runs');
	await manager.sees('还没有批量颁发');
	await manager.shots('issue-runs-none');
	await manager.open('/batches');
	await manager.follow('批量颁发证书');
	await manager.sees('选择批次', '待发');
	await manager.shots('issue-run-new');
	await manager.send('/issue-runs', {}, { refusal: /请填写“批次”/ });
	await manager.shots('issue-run-new-wrong');
	const boxes = page.locator('main input[type=checkbox]'), n = await boxes.count();
	for (let i = 0; i < n; i++)
		await boxes.nth(i).check();
	await manager.send('/issue-runs');
	assert.match(manager.at, /^\/issue-runs\/\d+$/);
	await page.getByText('已完成').waitFor();
	await manager.sees('已颁发', '100%');
	await manager.shots('issue-run-done');
	await manager.go('main .table a');
	await manager.sees('证书编号');
	assert.ok(await page.locator('main tbody tr').count() > 0);
	await manager.open('/issue-runs');
	await manager.shots('issue-runs');
});
