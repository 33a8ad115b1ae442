// All rooms of an exam: figures are asked for every few seconds; only what changed is written. Rooms with an alarm move to the front.
const PERIOD = 5000, PATIENCE = 10000;
const pad = (n) => String(n).padStart(2, '0');

const put = (node, text) => { if (node && node.textContent !== text) node.textContent = text; };

for (const board of document.querySelectorAll('[data-overview]')) {
	const find = (name) => board.querySelector(`[${name}]`);
	const list = board.querySelector('.halls');
	let ahead = Number(board.dataset.now) * 1000 - Date.now(), heard = Date.now();

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
	const tick = () => {
		const clock = new Date(Date.now() + ahead + 8 * 3600_000);
		put(find('data-clock'), `${pad(clock.getUTCHours())}:${pad(clock.getUTCMinutes())}:${pad(clock.getUTCSeconds())}`);
		const late = Date.now() - heard > PATIENCE + PERIOD;
		put(find('data-live'), late ? '与服务器失去联系，显示的不是最新情况' : '');
	};
	const ask = async () => {
		try {
			const answer = await fetch(board.dataset.overview, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(PATIENCE) });
			if (answer.ok) {
				const state = await answer.json();
				ahead = state.now * 1000 - Date.now();
				heard = Date.now();
				show(state);
			}
		} catch { /* shown by tick() when it lasts */ }
		setTimeout(ask, document.hidden ? 5 * PERIOD : PERIOD);
	};
	tick();
	setInterval(tick, 1000);
	setTimeout(ask, PERIOD);
}
