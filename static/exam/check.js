// The hand-in page: what an earlier page could not send goes first; then, and only when all has arrived, the paper is handed in.
import { now } from './clock.js';
import { Sitting } from './sitting.js';

const root = document.querySelector('[data-check-page]'), form = document.querySelector('[data-hand-in]');
const button = form.querySelector('button');
const sitting = new Sitting(root, { frozen: (on) => { root.inert = on; } });
let sent = false;

function early() {
	const is = now() < sitting.stayUntil * 1000, note = document.querySelector('[data-stay-note]');
	button.disabled = is;
	if (!is && note)
		note.hidden = true;
}

form.addEventListener('submit', async (event) => {
	if (sent)
		return event.preventDefault();
	if (!sitting.sync)
		return undefined;
	event.preventDefault();
	sent = true;
	button.disabled = true;
	if (await sitting.sync.flush(6_000)) {
		form.elements.last_seq.value = String(sitting.sync.seq);
		sitting.sync.stop();
		form.submit();
		return undefined;
	}
	sent = false;
	button.disabled = false;
	sitting.say(`未送达 ${sitting.sync.pending.length} 项，联网送达后才能交卷`, true);
	return undefined;
});

early();
setInterval(early, 1000);
if (await sitting.start())
	root.dataset.ready = '1';
