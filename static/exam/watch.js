// The invigilator's seat plan: asks every few seconds for what has changed and redraws those seats alone. Time left, time since
// and the clock are counted here, from the server's time. A page without this script is brought up to date by loading it anew.
import { live } from './live.js';

const EMPTY = '000000';
const pad = (n) => String(n).padStart(2, '0');
const span = (s) => (s >= 3600 ? `${Math.floor(s / 3600)}:${pad(Math.floor(s % 3600 / 60))}` : pad(Math.floor(s / 60))) + `:${pad(s % 60)}`;

function el(name, cls, text) {
	const node = document.createElement(name);
	node.className = cls;
	if (text !== undefined) node.textContent = text;
	return node;
}

// The same as templates/part/berth.html.
function fill(berth, seat) {
	berth.className = `berth look-${seat.look}`;
	berth.dataset.print = seat.print;
	const link = el('a', 'berth-link'), top = el('span', 'berth-top'), state = el('span', 'berth-state');
	const line = el('span', 'berth-line num'), since = el('span', 'berth-since num'), flags = el('span', 'berth-flags');
	link.href = seat.url;
	top.append(el('span', 'berth-no num', seat.seat), el('span', 'berth-name', seat.name));
	const icon = el('span', 'berth-icon');
	icon.setAttribute('aria-hidden', 'true');
	state.append(icon, el('span', 'berth-word', seat.look_label));
	if (seat.is_open) {
		const left = el('span', 'berth-left');
		left.dataset.deadline = seat.deadline_at;
		line.append(el('span', 'berth-done', `${seat.done}/${seat.items}`), left);
	}
	since.dataset.since = seat.since_at;
	for (const flag of seat.flags) flags.append(el('span', `berth-flag flag-${flag.code}`, flag.label));
	link.append(top, state, line, since, flags);
	const focused = berth.contains(document.activeElement);
	berth.replaceChildren(link);
	if (focused) link.focus();
}

function clear(berth) {
	berth.className = 'berth berth-empty';
	berth.dataset.print = EMPTY;
	berth.replaceChildren(el('span', 'berth-no num', berth.dataset.seat), el('span', 'berth-word', '空位'));
}

for (const watch of document.querySelectorAll('[data-watch]')) {
	const find = (name) => watch.querySelector(`[${name}]`);
	const berths = new Map([...watch.querySelectorAll('.berth')].map((b) => [Number(b.dataset.seat), b]));

	const show = (state) => {
		const taken = new Set(state.taken);
		for (const seat of state.seats)
			if (berths.has(seat.seat)) fill(berths.get(seat.seat), seat);
		for (const [number, berth] of berths)
			if (!taken.has(number) && !berth.classList.contains('berth-empty')) clear(berth);
		find('data-room-state').textContent = state.room_state_label;
		for (const step of state.steps) {
			const node = watch.querySelector(`[data-step="${step.code}"]`);
			node.classList.toggle('chain-open', !step.holds);
			node.querySelector('.chain-n').textContent = step.n;
			node.querySelector('.chain-note').textContent = step.note;
		}
		// An alarm is read aloud when it is new, not every three seconds.
		const alarms = find('data-alarms'), text = state.alarms.map((a) => a.text).join('\n');
		if (alarms.dataset.text !== text) {
			alarms.dataset.text = text;
			alarms.replaceChildren(...state.alarms.map((a) => {
				const p = el('p', 'alarm');
				p.dataset.rule = a.rule;
				p.append(el('b', '', a.title), a.text);
				return p;
			}));
		}
	};
	const tick = (now, late) => {
		for (const node of watch.querySelectorAll('[data-deadline]'))
			if (node.dataset.deadline !== '0') node.textContent = `余 ${span(Math.max(0, node.dataset.deadline - now))}`;
		for (const node of watch.querySelectorAll('[data-since]'))
			node.textContent = node.dataset.since === '0' ? '' : `已 ${span(Math.max(0, now - node.dataset.since))}`;
		watch.classList.toggle('watch-stale', late);
	};
	const address = () => {
		const last = Math.max(0, ...berths.keys()), have = [];
		for (let n = 1; n <= last; n++) have.push(berths.get(n)?.dataset.print ?? EMPTY);
		return `${watch.dataset.watch}?have=${have.join('')}`;
	};
	live(watch, { every: 3000, patience: 8000, address, show, tick });
}
