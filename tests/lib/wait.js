// Waiting for what comes to be, however slow the machine is: the limit only ends a test that waits in vain.
export const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

// What look() gives as soon as it gives something; `what` says what never came.
export async function until(look, what = 'it', seconds = 180) {
	for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(50)) {
		const found = await look();
		if (found)
			return found;
	}
	throw new Error(`${what} did not come within ${seconds} s`);
}

// The job behind an address, when it has ended well.
export function ended(client, address) {
	return until(async () => {
		const { job } = await client.json(address);
		if (['failed', 'cancelled'].includes(job.state))
			throw new Error(`${address} ${job.state}: ${job.message}`);
		return job.state === 'done' && job;
	}, address);
}
