// The start without a spike: the paper is fetched sealed in the minutes before, and opened by the small key that the start
// gives. When anything is missing (no secure context, another seat meanwhile) the page is loaded in the ordinary way.
import { setNow } from './clock.js';

const PATIENCE = 10_000, AGAIN = 1_500, TRIES = 20;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
let sealed = null;

export async function fetchSealed() {
	if (sealed || !globalThis.crypto?.subtle)
		return;
	const r = await fetch('/exam/sit/sealed', { cache: 'no-store' }).catch(() => null);
	if (r?.ok)
		sealed = new Uint8Array(await r.arrayBuffer());
}

function ask(epoch) {
	return fetch('/exam/sit/begin', { method: 'POST', body: JSON.stringify({ epoch }), cache: 'no-store', signal: AbortSignal.timeout(PATIENCE),
		headers: { 'content-type': 'application/json', accept: 'application/json' } }).catch(() => null);
}

// What the start gives, or null when it refuses. wait(place): told to stand in line.
async function begin(epoch, wait) {
	for (let i = 0; i < TRIES; i++) {
		const r = await ask(epoch), reply = r ? await r.json().catch(() => null) : null;
		if (r?.status === 200 && reply)
			return reply;
		if (r?.status === 202)
			wait(reply.place);
		else if (r && r.status !== 503)
			return null;
		await pause((reply?.retry_ms ?? AGAIN) + Math.random() * 100);
	}
	return null;
}

async function open(hex) {
	const bytes = Uint8Array.from(hex.match(/../g), (h) => parseInt(h, 16));
	const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['decrypt']);
	const page = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.subarray(0, 12) }, key, sealed.subarray(12));
	return new DOMParser().parseFromString(new TextDecoder().decode(page), 'text/html');
}

// The page as if it had been loaded; a reload does load it.
async function show(page, begun) {
	for (const n of page.querySelectorAll('noscript'))
		n.remove();
	const paper = page.querySelector('[data-paper]'), script = page.querySelector('script[src*="/exam/paper"]').getAttribute('src');
	Object.assign(paper.dataset, { state: begun.state, deadline: begun.deadline, stay: begun.stay, now: begun.now });
	history.replaceState(null, '', '/exam/sit/paper');
	document.title = page.title;
	for (const name of ['.sit-name', '.sit-who'])
		document.querySelector(name).replaceWith(document.adoptNode(page.querySelector(name)));
	document.querySelector('main').replaceWith(document.adoptNode(page.querySelector('.sit-bar')), document.adoptNode(page.querySelector('main')));
	scrollTo(0, 0);
	await import(script);
}

// false: it was refused; the server's page says why.
export async function startSealed(epoch, { wait, leave }) {
	const begun = await begin(epoch, wait);
	if (!begun)
		return false;
	leave();
	setNow(begun.now);
	const page = sealed && begun.state === 'running' ? await open(begun.key).catch(() => null) : null;
	if (page)
		await show(page, begun);
	else
		location.replace('/exam/sit/paper');
	return true;
}
