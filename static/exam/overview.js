// All rooms of an exam: figures are asked for every few seconds; only what changed is written. Rooms with an alarm move to the front.
import { live } from './live.js';

const put = (node, text) => { if (node && node.textContent !== text) node.textContent = text; };

for (const board of document.querySelectorAll('[data-overview]')) {
	const find = (name) => board.querySelector(`[${name}]`);
	const list = board.querySelector('.halls');

	const show = (state) => {
		const halls = new Map([...list.querySelectorAll('[data-room]')].map((h) => [h.dataset.room, h]));
		state.rooms.forEach((room, i) => {
			const hall = halls.get(room.id);
			if (!hall) return;
			hall.className = `hall hall-${room.look}`;
			for (const node of hall.querySelectorAll('[data-is]')) put(node, String(room[node.dataset.is]));
			if (list.children[i] !== hall && !list.contains(document.activeElement)) list.insertBefore(hall, list.children[i]);
		});
		for (const step of state.steps) {
			const node = board.querySelector(`[data-step="${step.code}"]`);
			node.classList.toggle('chain-open', !step.holds);
			put(node.querySelector('.chain-n'), String(step.n));
			put(node.querySelector('.chain-note'), step.note);
		}
		const badge = find('data-alarm-count');
		badge.classList.toggle('tone-bad', state.n_alarms > 0);
		put(badge, state.n_alarms ? `${state.n_alarms}处人数不平` : '人数核对一致');
	};
	live(board, { every: 5000, patience: 10000, address: () => board.dataset.overview, show });
}
