// A port for what has to come back to the same address. Not one that the system gives: between two lives of its owner any
// connection of any other program might get it.
import { createServer } from 'node:net';

const first = 20_000, last = 32_000; // below those of /proc/sys/net/ipv4/ip_local_port_range

const isFree = (port) => new Promise((resolve) => {
	const s = createServer().once('error', () => resolve(false));
	s.listen(port, '127.0.0.1', () => s.close(() => resolve(true)));
});

export async function freePort() {
	for (;;) {
		const port = first + Math.floor(Math.random() * (last - first));
		if (await isFree(port))
			return port;
	}
}

if (process.argv[1] === import.meta.filename)
	console.log(await freePort());
