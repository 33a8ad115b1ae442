// Entering marks by keyboard: Enter and arrows go from score to score; leaving with unsaved marks asks first.
for (const form of document.querySelectorAll('form[data-marks]')) {
	const cells = [...form.querySelectorAll('.mark-score')];
	let changed = false;
	const go = (from, step) => {
		const next = cells[cells.indexOf(from) + step];
		next?.focus();
		next?.select();
		return next;
	};
	form.addEventListener('keydown', (event) => {
		if (!event.target.classList.contains('mark-score') || event.isComposing) return;
		const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (step && (go(event.target, step) || event.key !== 'Enter')) event.preventDefault();
	});
	// A number means that there is a score; absent or void take it away from sight, not from the form.
	form.addEventListener('input', (event) => {
		changed = true;
		const seat = event.target.closest('.seat');
		if (seat && event.target.classList.contains('mark-score') && event.target.value.trim())
			seat.querySelector('input[value="score"]').checked = true;
	});
	form.addEventListener('submit', () => { changed = false; });
	addEventListener('beforeunload', (event) => { if (changed) event.preventDefault(); });
}
