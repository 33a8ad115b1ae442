// A page that asks every few seconds for what has changed: what comes is shown, the clock is the server's, and when nothing was
// heard for long the page says so.
import { clockText, now, setNow } from './clock.js';

const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };

// root: has data-now, [data-clock] and [data-live]. every, patience: milliseconds; address(): what to ask; show(state): draws it;
// tick(seconds, late): each second, and after what was drawn anew.
export function live(root, { every, patience, address, show, tick = () => {} }) {
	const clock = root.querySelector('[data-clock]'), note = root.querySelector('[data-live]');
	let heard = performance.now();
	const beat = () => {
		const late = performance.now() - heard > patience + every;
		put(clock, clockText(now()));
		put(note, late ? '与服务器失去联系，显示的不是最新情况' : '');
		tick(Math.floor(now() / 1000), late);
	};
	const ask = async () => {
		try {
			const answer = await fetch(address(), { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(patience) });
			if (answer.ok) {
				const state = await answer.json();
				setNow(state.now * 1000);
				heard = performance.now();
				show(state);
				beat();
			}
		} catch { /* said by beat() when it lasts */ }
		setTimeout(ask, document.hidden ? 5 * every : every);
	};
	setNow(Number(root.dataset.now) * 1000);
	beat();
	setInterval(beat, 1000);
	setTimeout(ask, every);
}
