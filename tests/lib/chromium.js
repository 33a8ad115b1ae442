// The browser of the tests: Debian's Chromium without its windows, which needs a third less of the processor.
// LUBAN_CHROMIUM names another.
import { chromium } from 'playwright-core';

const program = process.env.LUBAN_CHROMIUM ?? '/usr/bin/chromium-headless-shell';
const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage',
	'--disable-component-update', '--font-render-hinting=none', '--lang=zh-CN', '--use-fake-device-for-media-stream',
	'--use-fake-ui-for-media-stream'];

export function launch() {
	return chromium.launch({ executablePath: program, args: flags });
}
