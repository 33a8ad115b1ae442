// Disks that are full when a test wants it.
import { execFileSync } from 'node:child_process';
import path from 'node:path';

// A small disk under a place's folder; null where none may be mounted.
export function smallDisk(place) {
	try {
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', place.dir], { stdio: 'ignore' });
	} catch {
		return null;
	}
	const filler = path.join(place.dir, 'filler');
	return {
		fill: () => { try { execFileSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k'], { stdio: 'ignore' }); } catch { /* full */ } },
		free: () => execFileSync('rm', [filler]),
		end: () => execFileSync('umount', ['-l', place.dir]),
	};
}
