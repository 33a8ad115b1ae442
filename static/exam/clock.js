// The server's clock, carried on by this page's monotonic one: setting the machine's clock changes nothing here.
let base = 0, at = 0;

export function setNow(ms) {
	base = ms;
	at = performance.now();
}
export const now = () => base + performance.now() - at;

export function leftText(ms, withHours = true) {
	const s = Math.max(0, Math.ceil(ms / 1000)), two = (n) => String(n).padStart(2, '0');
	const h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
	return withHours || h ? `${two(h)}:${two(m)}:${two(s % 60)}` : `${two(m)}:${two(s % 60)}`;
}

// "09:31:25" in the platform's time zone, whatever the machine's is.
export function clockText(ms) {
	return new Date(ms + 8 * 3600e3).toISOString().slice(11, 19);
}
