// The paper: one item at a time or all, the map, flags, keys; every change goes to the store and from there to the server.
import { choose, read, tidyOrder, write } from './response.js';
import { Sitting } from './sitting.js';

const root = document.querySelector('[data-paper]');
const items = [...root.querySelectorAll('.q')];
const byItem = new Map(items.map((q) => [Number(q.dataset.item), q]));
const last = new Map(items.map((q) => [q, read(q)]));
const part = (name) => document.querySelector(`[data-${name}]`);
const TYPING = 600;

let here = 0, single = root.dataset.layout === 'one', flags = new Set(), typing = 0, since = performance.now();
const marks = new Map();

const sitting = new Sitting(root, { change: drawMap, frozen: (on) => { root.inert = on; } });

function save(q) {
	const response = read(q);
	if (response === last.get(q))
		return;
	last.set(q, response);
	const spent = performance.now() - since;
	since = performance.now();
	sitting.sync?.write(Number(q.dataset.item), response, spent);
	drawMap();
}

function saveTyped() {
	clearTimeout(typing);
	typing = 0;
	for (const q of items)
		if (['numeric', 'text', 'essay'].includes(q.dataset.kind))
			save(q);
	sitting.typing(false);
}

root.addEventListener('change', ({ target }) => {
	if (target.closest('[data-order]'))
		tidyOrder(target);
	const q = target.closest('.q');
	if (q && q.matches('[data-kind="numeric"], [data-kind="text"], [data-kind="essay"]'))
		saveTyped();
	else if (q)
		save(q);
});
root.addEventListener('input', ({ target }) => {
	if (!target.matches('.q-line input, .q-essay textarea'))
		return;
	clearTimeout(typing);
	typing = setTimeout(saveTyped, TYPING);
	sitting.typing(true);
});
addEventListener('pagehide', saveTyped);

// --- moving about ---

function show(index, focus = true) {
	here = Math.max(0, Math.min(items.length - 1, index));
	since = performance.now();
	root.classList.toggle('is-single', single);
	items.forEach((q, i) => q.classList.toggle('is-here', i === here));
	for (const section of root.querySelectorAll('[data-section]'))
		section.classList.toggle('is-here', section.contains(items[here]));
	part('steps').hidden = !single;
	part('prev').disabled = here === 0;
	part('next').disabled = here === items.length - 1;
	part('view').textContent = single ? '显示全部题目' : '一次显示一题';
	if (focus) {
		items[here].focus({ preventScroll: true });
		items[here].scrollIntoView({ block: single ? 'nearest' : 'start' });
		if (single)
			scrollTo({ top: 0 });
	}
	drawFlag();
	drawMap();
}

function drawFlag() {
	const on = flags.has(Number(items[here].dataset.item)), button = part('flag');
	button.setAttribute('aria-pressed', String(on));
	button.textContent = on ? '取消标记' : '标记本题';
}

function toggleFlag() {
	const item = Number(items[here].dataset.item), on = !flags.has(item);
	flags[on ? 'add' : 'delete'](item);
	sitting.store?.flag(item, on).catch(() => {});
	drawFlag();
	drawMap();
}

function buildMap() {
	for (const [i, q] of items.entries()) {
		const entry = document.createElement('li'), button = document.createElement('button');
		button.type = 'button';
		button.textContent = q.dataset.no;
		button.addEventListener('click', () => show(i));
		entry.append(button);
		part('map-list').append(entry);
		marks.set(q, button);
	}
}

function drawMap() {
	let done = 0;
	for (const [i, q] of items.entries()) {
		const button = marks.get(q), answered = last.get(q) !== '', flagged = flags.has(Number(q.dataset.item));
		done += answered;
		button?.classList.toggle('is-done', answered);
		button?.classList.toggle('is-flagged', flagged);
		if (i === here)
			button?.setAttribute('aria-current', 'true');
		else
			button?.removeAttribute('aria-current');
		button?.setAttribute('aria-label', `第${q.dataset.no}题，${answered ? '已答' : '未答'}${flagged ? '，已标记' : ''}`);
	}
	part('answered').textContent = String(done);
}

part('prev').addEventListener('click', () => show(here - 1));
part('next').addEventListener('click', () => show(here + 1));
part('flag').addEventListener('click', toggleFlag);
part('view').addEventListener('click', () => {
	single = !single;
	show(here);
});
part('help-open').addEventListener('click', () => part('help').showModal());
root.addEventListener('focusin', ({ target }) => {
	const q = target.closest('.q');
	if (q && !single && items.indexOf(q) !== here)
		show(items.indexOf(q), false);
});

// --- keys ---

document.addEventListener('keydown', (event) => {
	const { target, key } = event;
	if (event.ctrlKey || event.altKey || event.metaKey || root.inert || document.querySelector('dialog[open]') ||
		target.matches('input[type="text"], textarea, select'))
		return;
	const letter = /^[a-h]$/i.test(key) ? key.toLowerCase().charCodeAt(0) - 97 : -1;
	const place = /^[1-9]$/.test(key) ? Number(key) - 1 : key.toLowerCase() === 'f' ? -1 : letter;
	if (key === 'ArrowLeft')
		show(here - 1);
	else if (key === 'ArrowRight')
		show(here + 1);
	else if (key.toLowerCase() === 'f')
		toggleFlag();
	else if (key === '?')
		part('help').showModal();
	else if (place < 0 || !choose(items[here], place))
		return;
	event.preventDefault();
});

// --- to the hand-in page ---

root.addEventListener('submit', async (event) => {
	event.preventDefault();
	saveTyped();
	if (await sitting.sync?.flush(6_000)) {
		location.assign('/exam/sit/check');
		return;
	}
	sitting.block('还有作答没有送达', `未送达 ${sitting.sync?.pending.length ?? 0} 项。请检查网线或举手，联网后会自动补送，送达后才能交卷。`,
		'返回作答', () => sitting.unblock());
});

// --- begin ---

buildMap();
const asked = Number(/^#q(\d+)$/.exec(location.hash)?.[1]);
show(Math.max(0, items.indexOf(byItem.get(asked))), Boolean(asked));
if (matchMedia('(max-width: 60rem)').matches)
	part('map-fold').open = false;
if (root.dataset.state === 'paused')
	root.inert = true;
if (await sitting.start()) {
	flags = await sitting.store.flags().catch(() => new Set());
	for (const w of sitting.sync.pending) { // typed before a crash, not yet with the server
		const q = byItem.get(w.item);
		if (q) {
			write(q, w.response);
			last.set(q, read(q));
		}
	}
	for (const q of items)
		save(q); // what a browser put back into the form after a crash counts as typed
	drawFlag();
	drawMap();
	root.dataset.ready = '1';
}
