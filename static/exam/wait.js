// The waiting room: the count-down by the server's clock, admission as soon as it is given, the photo, and the start.
import { leftText, now, setNow } from './clock.js';
import { fetchSealed, startSealed } from './sealed.js';
import { proveSeb } from './seb.js';

const root = document.querySelector('[data-wait]');
const part = (name) => document.querySelector(`[data-${name}]`);
const starts = Number(root.dataset.starts) * 1000, POLL = 3_000, FETCH_WITHIN = 60_000;
let state = root.dataset.state, going = false, gone = false, busy = false, ticking = 0;

setNow(Number(root.dataset.now));

function tick() {
	const left = starts - now();
	part('count-box').hidden = left <= 0 || !['waiting', 'admitted'].includes(state);
	part('count').textContent = leftText(left, false);
	if (left <= 0 && state === 'admitted' && !going)
		begin();
}

// Everybody's clock strikes at once: a second or two of spread keeps the door from jamming.
async function begin() {
	going = true;
	const form = part('start'), button = form?.querySelector('button');
	if (!form)
		return location.reload();
	if (!button.hasAttribute('data-early'))
		return undefined; // the start was before: by hand
	await new Promise((done) => setTimeout(done, Math.random() * 1000));
	return start(form, button);
}

async function start(form, button) {
	if (busy)
		return;
	going = busy = button.disabled = true;
	const started = await startSealed(Number(root.dataset.epoch), {
		wait: (place) => { part('say').textContent = `同时进入的人较多，前面还有约 ${place} 人，请稍候，时间从进入答题时算起。`; },
		leave: () => {
			gone = true;
			clearInterval(ticking);
		} });
	busy = button.disabled = false;
	if (!started)
		form.submit(); // the page that comes says why, or begins
}

async function poll() {
	const r = await fetch('/exam/sit/wait', { headers: { accept: 'application/json' }, cache: 'no-store' }).catch(() => null);
	if (gone)
		return undefined;
	if (r?.redirected)
		return location.reload();
	if (r?.ok) {
		const view = await r.json();
		setNow(view.now_ms);
		if (view.sitting.state !== state && !going)
			return location.reload();
	}
	setTimeout(poll, POLL * (0.8 + 0.4 * Math.random()));
	return undefined;
}

// --- the photo ---

const say = (text) => { part('photo-say').textContent = text; };

async function openCamera() {
	try {
		const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480, facingMode: 'user' } });
		part('video').srcObject = stream;
		part('camera').hidden = false;
		part('ask').hidden = true;
		say('请正对摄像头，光线均匀，然后点“拍照”。');
	} catch {
		part('ask').hidden = true;
		say('没有打开摄像头。请等候监考员人工核对，或选择一张照片上传。');
	}
}

function shoot() {
	const video = part('video'), canvas = part('canvas');
	canvas.width = video.videoWidth || 640;
	canvas.height = video.videoHeight || 480;
	canvas.getContext('2d').drawImage(video, 0, 0, canvas.width, canvas.height);
	part('shoot').disabled = true;
	canvas.toBlob(async (blob) => {
		const body = new FormData();
		body.append('csrf', root.dataset.csrf);
		body.append('photo', blob, 'photo.jpg');
		const r = await fetch('/exam/sit/photo', { method: 'POST', body, headers: { accept: 'application/json' } }).catch(() => null);
		part('shoot').disabled = false;
		if (!r?.ok)
			return say('照片没有上传成功，请再拍一次。');
		for (const track of video.srcObject?.getTracks() ?? [])
			track.stop();
		part('photo').replaceChildren(Object.assign(document.createElement('p'), { textContent: '签到照片已保存。', className: 'note note-good' }));
		return undefined;
	}, 'image/jpeg', 0.85);
}

if (part('photo')) {
	const able = Boolean(navigator.mediaDevices?.getUserMedia);
	part('ask').hidden = !able;
	part('open').addEventListener('click', openCamera);
	part('shoot').addEventListener('click', shoot);
}

proveSeb(root.dataset.csrf);
tick();
ticking = setInterval(tick, 500);
setTimeout(poll, POLL);
part('start')?.addEventListener('submit', (event) => {
	event.preventDefault();
	start(event.target, event.target.querySelector('button'));
});
// At a moment of its own, so that not everybody asks at once.
setTimeout(fetchSealed, Math.random() * Math.max(0, Math.min(FETCH_WITHIN, starts - now() - 5_000)));
