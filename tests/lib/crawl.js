// What somebody can reach: the pages, links and forms of the site, found by following links and told apart by the table
// of routes, so that a new page is found without being named anywhere.

const undo = { '&amp;': '&', '&quot;': '"', '&#39;': "'", '&lt;': '<', '&gt;': '>' };
const unescape = (text) => text.replace(/&(?:amp|quot|#39|lt|gt);/g, (c) => undo[c]);

// The route of an address: {route, params} or null. Fixed segments go before parameters.
export function matcher(routes) {
	const sorted = [...routes].sort((a, b) => a.path.replace(/:\w+/g, '~').localeCompare(b.path.replace(/:\w+/g, '~'), 'en'));
	const compiled = sorted.map((route) => ({ route, names: [...route.path.matchAll(/:(\w+)/g)].map((m) => m[1]),
		pattern: new RegExp(`^${route.path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '([^/]+)')}$`) }));
	return (method, address) => {
		const path = address.split(/[?#]/)[0];
		let best = null;
		for (const c of compiled) {
			const m = c.route.method === method && c.pattern.exec(path);
			if (m && (!best || c.names.length < best.names.length))
				best = { ...c, params: m.slice(1) };
		}
		return best && { route: best.route, names: best.names, params: best.params };
	};
}

export const key = (route) => `${route.method} ${route.path}`;

// The links of a page, and the forms it sends: [{action, fields: {name: value}}].
export function links(html) {
	return [...html.matchAll(/\s(?:href|src)="(\/[^"]*)"/g)].map((m) => unescape(m[1]));
}

export function forms(html) {
	const all = [];
	for (const m of html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)) {
		const action = /action="([^"]*)"/.exec(m[1]), fields = {};
		if (!/method="post"/i.test(m[1]) || !action)
			continue;
		for (const input of m[2].matchAll(/<(?:input|button)\b[^>]*>/g)) {
			const name = /\sname="([^"]*)"/.exec(input[0]), value = /\svalue="([^"]*)"/.exec(input[0]);
			const idle = /type="(?:checkbox|radio)"/.test(input[0]) && !/\schecked/.test(input[0]);
			if (name && !idle)
				fields[name[1]] = unescape(value?.[1] ?? '');
		}
		for (const box of m[2].matchAll(/<select\b[^>]*\sname="([^"]*)"[^>]*>(.*?)<\/select>/gs)) {
			const options = [...box[2].matchAll(/<option value="([^"]*)"([^>]*)>/g)];
			fields[box[1]] = unescape((options.find((o) => o[2].includes('selected')) ?? options.find((o) => o[1]) ?? ['', ''])[1]);
		}
		for (const area of m[2].matchAll(/<textarea\b[^>]*\sname="([^"]*)"[^>]*>(.*?)<\/textarea>/gs))
			fields[area[1]] = unescape(area[2]).trim();
		all.push({ action: unescape(action[1]), fields });
	}
	return all;
}

// Follows links from `starts`, at most `each` pages of a route (`more`: by route). Returns a Map from "GET /path/:id" to the addresses seen
// (links: all of them up to `keep`) and from "POST …" to the forms seen; its `pages` maps routes to the addresses that
// answered with a page, `answered` holds all routes that were asked.
export async function crawl(client, routes, { starts = ['/'], each = 2, more = {}, keep = 6, skip = () => false } = {}) {
	const match = matcher(routes), found = new Map(), opened = new Map(), seen = new Set();
	const queue = [...starts];
	found.pages = new Map();
	found.answered = new Set();
	const note = (id, thing) => {
		const list = found.get(id) ?? found.set(id, []).get(id);
		if (list.length < keep)
			list.push(thing);
	};
	for (const r of routes)
		if (r.method === 'GET' && !r.path.includes(':'))
			queue.push(r.path);
	while (queue.length) {
		const address = queue.shift(), hit = matcher_hit(match, address);
		if (!hit || seen.has(address) || skip(address))
			continue;
		seen.add(address);
		const id = key(hit.route), n = opened.get(id) ?? 0;
		if (hit.params.length)
			note(id, address);
		if (n >= (more[id] ?? each))
			continue;
		opened.set(id, n + 1);
		found.answered.add(id);
		const r = await client.fetch(address, { headers: { accept: 'text/html' } });
		const text = /text\/html/.test(r.headers.get('content-type') ?? '') ? await r.text() : (await r.arrayBuffer(), '');
		if (r.status !== 200)
			continue;
		if (text)
			found.pages.set(id, [...(found.pages.get(id) ?? []), address]);
		queue.push(...links(text));
		for (const form of forms(text)) {
			const to = match('POST', form.action);
			if (to)
				note(key(to.route), form);
		}
	}
	return found;
}

function matcher_hit(match, address) {
	return address.startsWith('/static/') ? null : match('GET', address);
}
