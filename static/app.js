// Comforts on top of pages that work without: look switches, menus that close, errors brought into view.
const root = document.documentElement;

const looks = {
	dark: { on: () => root.setAttribute('data-bs-theme', 'dark'), off: () => root.removeAttribute('data-bs-theme'),
		is: () => root.getAttribute('data-bs-theme') === 'dark' },
	large: { on: () => root.setAttribute('data-type', 'large'), off: () => root.removeAttribute('data-type'),
		is: () => root.getAttribute('data-type') === 'large' },
};

for (const button of document.querySelectorAll('[data-look]')) {
	const name = button.dataset.look, look = looks[name];
	button.setAttribute('aria-pressed', String(look.is()));
	button.addEventListener('click', () => {
		const on = !look.is();
		look[on ? 'on' : 'off']();
		button.setAttribute('aria-pressed', String(on));
		document.cookie = `${name}=${on ? 1 : 0}; path=/; max-age=31536000; samesite=lax`;
		document.dispatchEvent(new CustomEvent('look', { detail: name }));
	});
}

// A menu closes when one looks elsewhere.
document.addEventListener('click', (event) => {
	for (const menu of document.querySelectorAll('details.menu[open]'))
		if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener('keydown', (event) => {
	if (event.key !== 'Escape') return;
	for (const menu of document.querySelectorAll('details.menu[open]')) {
		menu.open = false;
		menu.querySelector('summary').focus();
	}
});

// On phones a table's rows become cards: each cell takes its column's heading as a label.
for (const table of document.querySelectorAll('.sheet > table:not(.cards):not(.grid)')) {
	const heads = [...table.querySelectorAll('thead > tr:only-child > th:not([colspan])')].map((th) => th.textContent.trim());
	const rows = [...table.querySelectorAll('tbody > tr')];
	const whole = rows.filter((row) => row.cells.length > 1 || heads.length === 1); // not those of a single remark
	if (!heads.length || whole.some((row) => row.cells.length !== heads.length)) continue;
	for (const row of whole) heads.forEach((head, i) => { row.cells[i].dataset.label ??= head; });
	table.classList.add('cards');
}

// What scrolls sideways can be scrolled with the keyboard.
const sheets = document.querySelectorAll('.sheet, .month-scroll');
const reachSheets = () => {
	for (const sheet of sheets)
		if (sheet.scrollWidth > sheet.clientWidth) sheet.tabIndex = 0;
		else sheet.removeAttribute('tabindex');
};
reachSheets();
addEventListener('resize', reachSheets);

// On phones the filters of a list are folded until asked for.
for (const button of document.querySelectorAll('[data-folds]')) {
	const folded = document.getElementById(button.dataset.folds);
	button.addEventListener('click', () =>
		button.setAttribute('aria-expanded', String(folded.classList.toggle('is-open'))));
}

// A filter that was changed is applied at once.
for (const form of document.querySelectorAll('form[data-auto]'))
	form.addEventListener('change', () => form.requestSubmit());

// A password can be looked at while it is typed.
for (const input of document.querySelectorAll('input[type="password"]')) {
	const button = Object.assign(document.createElement('button'), { type: 'button', className: 'unit' });
	const show = (shown) => {
		input.type = shown ? 'text' : 'password';
		button.textContent = shown ? '隐藏' : '显示';
		button.setAttribute('aria-label', `${button.textContent}密码`);
	};
	show(false);
	button.addEventListener('click', () => show(input.type === 'password'));
	input.form?.addEventListener('submit', () => show(false));
	input.parentElement.classList.add('with-unit');
	input.after(button);
}

document.getElementById('problem')?.focus();
