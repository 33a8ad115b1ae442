// Safe Exam Browser shows its Config Key to the page where it cannot send it with requests.
export async function proveSeb(csrf) {
	const seb = self.SafeExamBrowser;
	if (!seb?.security)
		return false;
	if (!seb.security.configKey && seb.security.updateKeys)
		await new Promise((done) => seb.security.updateKeys(done));
	const r = await fetch('/exam/sit/seb', { method: 'POST', body: JSON.stringify({ url: location.href, hash: seb.security.configKey }),
		headers: { 'content-type': 'application/json', accept: 'application/json', 'x-csrf-token': csrf } }).catch(() => null);
	return Boolean(r?.ok);
}

const page = document.querySelector('[data-seb]');
if (page) {
	const good = await proveSeb(page.dataset.csrf);
	document.querySelector('[data-seb-say]').textContent = good ? '校验通过，正在进入。' : '没有通过校验。';
	if (good)
		location.replace('/exam/sit/paper');
}
