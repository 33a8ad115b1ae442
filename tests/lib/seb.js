// The Config Key of a .seb file by the published rules (safeexambrowser.org, "SEB Config Key"), written apart from the product: read from
// the file as a browser would.
import { createHash } from 'node:crypto';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const unescaped = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');

// An XML property list of the kinds that settings have.
export function readPlist(xml) {
	const tags = [...xml.slice(xml.indexOf('<plist')).matchAll(/<(\/?[a-z]+)[^>]*?(\/?)>([^<]*)/g)].map(([, name, empty, text]) => ({ name, empty, text }));
	let at = 1;
	function value() {
		const { name, empty, text } = tags[at++];
		if (name === 'true' || name === 'false')
			return name === 'true';
		if (empty)
			return { dict: {}, array: [], string: '' }[name];
		if (name === 'integer' || name === 'string') {
			at++;
			return name === 'integer' ? Number(text) : unescaped(text);
		}
		const list = name === 'array' ? [] : {};
		while (tags[at].name !== `/${name}`)
			if (name === 'array') {
				list.push(value());
			} else {
				const key = tags[at].text;
				at += 2;
				list[key] = value();
			}
		at++;
		return list;
	}
	return value();
}

const isEmpty = (v) => typeof v === 'object' && !Array.isArray(v) && !Object.keys(v).length;
const folded = (a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1);

function sebJson(v) {
	if (Array.isArray(v))
		return `[${v.map(sebJson)}]`;
	if (typeof v === 'object')
		return `{${Object.keys(v).filter((k) => !isEmpty(v[k])).sort(folded).map((k) => `"${k}":${sebJson(v[k])}`)}}`;
	return typeof v === 'string' ? `"${v}"` : String(v);
}

export function configKey(settings) {
	const { originatorVersion, ...others } = settings;
	return sha256(sebJson(others));
}

export const requestHash = (url, key) => sha256(url.replace(/#.*/, '') + key);
