// An item on the page and its response as text (see src/domain/exam/item.h): always the item's own letters.
const inputs = (q) => [...q.querySelectorAll('.opt input')];
const rows = (q) => [...q.querySelectorAll('[data-order] > li, [data-match] > li')];
const field = (q) => q.querySelector('.q-line input, .q-essay textarea');

export function read(q) {
	switch (q.dataset.kind) {
	case 'order': {
		const list = rows(q), placed = [];
		for (const row of list)
			if (row.querySelector('select').value)
				placed[Number(row.querySelector('select').value) - 1] = row.dataset.value;
		return placed.filter(Boolean).length === list.length ? placed.join('') : '';
	}
	case 'match': {
		const list = rows(q).sort((a, b) => a.dataset.value < b.dataset.value ? -1 : 1);
		const text = list.map((row) => row.querySelector('select').value || '-').join('');
		return /^-*$/.test(text) ? '' : text;
	}
	case 'numeric': case 'text': case 'essay':
		return field(q).value;
	default:
		return inputs(q).filter((i) => i.checked).map((i) => i.value).sort().join('');
	}
}

export function write(q, response) {
	switch (q.dataset.kind) {
	case 'order':
		for (const row of rows(q)) {
			const at = response.indexOf(row.dataset.value);
			row.querySelector('select').value = at < 0 ? '' : String(at + 1);
		}
		break;
	case 'match':
		for (const row of rows(q)) {
			const letter = response[row.dataset.value.charCodeAt(0) - 65];
			row.querySelector('select').value = letter && letter !== '-' ? letter : '';
		}
		break;
	case 'numeric': case 'text': case 'essay':
		field(q).value = response;
		break;
	default:
		for (const input of inputs(q))
			input.checked = response.includes(input.value);
	}
}

// Two options in one place: the other one takes the place that became free.
export function tidyOrder(select) {
	const list = select.closest('[data-order]');
	const used = new Set([...list.querySelectorAll('select')].map((s) => s.value));
	for (const other of list.querySelectorAll('select'))
		if (other !== select && other.value && other.value === select.value) {
			const free = [...other.options].map((o) => o.value).find((v) => v && !used.has(v));
			other.value = free ?? '';
		}
}

// By key: the option at this place (from 0). true when there was one.
export function choose(q, place) {
	const input = inputs(q)[place];
	if (!input)
		return false;
	input.checked = input.type === 'radio' ? true : !input.checked;
	input.dispatchEvent(new Event('change', { bubbles: true }));
	return true;
}
