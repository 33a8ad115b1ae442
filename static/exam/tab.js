// One page of a browser works on a sitting; the others are told. By a lock where the browser has them (secure pages), else by asking
// around. The server's epoch is what counts in the end; this only says it sooner and without a line. A page that took the
// sitting over has an epoch of its own, and with it a lock that no older page holds.
const NAME = 'luban-sitting-';

function byLock(name) {
	return new Promise((done) => {
		navigator.locks.request(name, { ifAvailable: true }, (lock) => {
			done(Boolean(lock));
			return lock ? new Promise(() => {}) : undefined; // held until the page goes
		}).catch(() => done(true));
	});
}

export async function beOnly({ id, epoch }, onTaken) {
	const channel = 'BroadcastChannel' in self ? new BroadcastChannel(NAME + id) : null;
	const me = Math.random().toString(36).slice(2);
	let mine = false, others = false;
	if (channel)
		channel.onmessage = ({ data }) => {
			if (data.from === me)
				return;
			if (data.say === 'who' && mine)
				channel.postMessage({ from: me, say: 'i', epoch });
			if (data.say === 'i' && data.epoch >= epoch)
				others = true;
			if (data.say === 'taken' && mine)
				onTaken();
		};
	if (navigator.locks) {
		mine = await byLock(`${NAME}${id}-${epoch}`);
	} else {
		channel?.postMessage({ from: me, say: 'who' });
		await new Promise((done) => setTimeout(done, 300));
		mine = !others;
	}
	return { mine, taken: () => channel?.postMessage({ from: me, say: 'taken' }) };
}
