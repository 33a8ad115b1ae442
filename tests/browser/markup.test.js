// The HTML cleaner against what is known to get through cleaners: vectors of the public cheat sheets and of published bypasses of
// other sanitisers (mutation XSS: markup that is harmless as text and becomes something else when a browser parses, or parses
// again what it wrote). Each goes through the server as a text of an item; what comes out is put into Chromium without any content
// policy, in several places, and parsed again and again: only elements and attributes of the safe subset may be in the DOM.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { launch } from '../lib/chromium.js';
import { demoClient, demoServer } from '../lib/demo.js';

const run = 'window.pwned=1', img = `<img src=x onerror=${run}>`;
const vectors = [
	// plain ones, in the spellings of the cheat sheets
	`<script>${run}</script>`, `<SCRIPT SRC=//evil.example/x.js></SCRIPT>`, `<scr<script>ipt>${run}</scr</script>ipt>`, `<script/x>${run}</script>`,
	`<script\n>${run}</script\t>`, `<<script>${run};//<</script>`, `<script>${run}`, `<script src="data:text/javascript,${run}"></script>`,
	img, `<IMG """>${img}">`, `<img src='x' OnErRoR='${run}'>`, `<img src=x onerror\n=\n"${run}">`, `<img/src=x/onerror=${run}>`, `<img src=x:x onerror=${run}//`,
	`<img src="asset:a.png" onerror="${run}">`, `<img src="javascript:${run}">`, `<img src="jav&#x0A;ascript:${run}">`, `<img src="&#106;avascript:${run}">`,
	`<img src=\`x\`onerror=${run}>`, `<img alt='"onerror=${run} x="' src=x>`, `<img alt="\`><${img.slice(1)}" src=x>`, `<img alt="</style>${img}" src="asset:a.png">`,
	`<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='${run}'/>">`, `<img srcset="x 1x" src=x onload=${run}>`,
	`<a href="javascript:${run}">x</a>`, `<a href="java\tscript:${run}" autofocus onfocus=${run} tabindex=0>x</a>`, `<a href="data:text/html,${img}">x</a>`,
	`<svg onload=${run}>`, `<svg/onload=${run}//`, `<svg><script>${run}</script></svg>`, `<svg><animate onbegin=${run} attributeName=x dur=1s>`,
	`<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='1' onerror='${run}'/></svg>#x"/></svg>`,
	`<svg><a xlink:href="javascript:${run}"><text y=20>x</text></a></svg>`, `<svg><set attributeName=href to=javascript:${run}>`,
	`<body onload=${run}>`, `<iframe src="javascript:${run}"></iframe>`, `<iframe srcdoc="${img.replace(/"/g, '&quot;')}">`, `<object data="javascript:${run}">`,
	`<embed src="javascript:${run}">`, `<base href="//evil.example/">`, `<meta http-equiv=refresh content="0;url=javascript:${run}">`,
	`<link rel=stylesheet href="//evil.example/x.css">`, `<style>@import '//evil.example/x.css';</style>`, `<p style="background:url(javascript:${run})">x</p>`,
	`<p style="x:expression(${run})">x</p>`, `<table background="javascript:${run}"><tr><td background="javascript:${run}">x</table>`,
	`<td colspan="1 onmouseover=${run}">x</td>`, `<td colspan=1 rowspan='"onclick=${run}'>x`, `<details open ontoggle=${run}>x</details>`,
	`<input autofocus onfocus=${run}>`, `<select autofocus onfocus=${run}><option>x</select>`, `<textarea autofocus onfocus=${run}>x</textarea>`,
	`<button formaction="javascript:${run}">x</button>`, `<form action="javascript:${run}"><input type=submit></form>`, `<isindex action="javascript:${run}">`,
	`<video><source onerror=${run}></video>`, `<audio src=x onerror=${run}>`, `<marquee onstart=${run}>x</marquee>`, `<keygen autofocus onfocus=${run}>`,
	`<x onclick=${run} tabindex=1 id=x>x</x>`, `<p id=x name=y class=z data-x=1 onclick=${run}>x</p>`, `<b is="x-y" onx=${run}>x</b>`, `<xss style=animation-name:x onanimationstart=${run}>`,
	`<p contenteditable onbeforeinput=${run}>x</p>`, `<dialog open onclose=${run}>x</dialog>`, `<form><input name=parentNode><input id=attributes></form>`,
	// entities, comments, instructions, bytes
	`&lt;script&gt;${run}&lt;/script&gt;`, `&lt;img src=x onerror=${run}&gt;`, `&amp;lt;img src=x onerror=${run}&amp;gt;`, `<p>&#60;script&#62;${run}&#60;/script&#62;</p>`,
	`<!--><img src=x onerror=${run}>-->`, `<!--a--!><img src=x onerror=${run}>-->`, `<!---><img src=x onerror=${run}>-->`, `<!-- --\n><img src=x onerror=${run}>-->`,
	`<!--[if gte IE 4]><script>${run}</script><![endif]-->`, `<![CDATA[><img src=x onerror=${run}>]]>`, `<?xml-stylesheet href="javascript:${run}"?>${img}`, `<?php ?><img src=x onerror=${run}>`,
	`<!DOCTYPE html [<!ENTITY x "${img.replace(/"/g, '')}">]>&x;`, `</p><img src=x onerror=${run}>`, `</${img}>`, `<%00script>${run}</script>`, `<p/onclick=${run}>x`,
	`<\u200bscript>${run}</script>`, `＜script＞${run}＜/script＞`, `<ſcript>${run}</ſcript>`, `<ımg src=x onerror=${run}>`,
	// mutation: other content models
	`<noscript><p title="</noscript>${img}">`, `<noembed><p title="</noembed>${img}">`, `<noframes><p title="</noframes>${img}">`, `<iframe><p title="</iframe>${img}">`,
	`<xmp><p title="</xmp>${img}">`, `<listing>&lt;img src=x onerror=${run}&gt;</listing>`, `<plaintext>${img}`, `<title><p title="</title>${img}">`, `<textarea><p title="</textarea>${img}">`,
	`<style><p title="</style>${img}">`, `<script><p title="</script>${img}">`, `<template>${img}</template>`, `<template><s><template><s>${img}</s>`,
	`<p title="<img src=x onerror=${run}>">x</p>`, `<pre>\n\n<img src=x onerror=${run}></pre>`, `<select><style></select>${img}</style>`, `<option><style></option>${img}</style>`,
	// mutation: foreign content (DOMPurify before 2.0.1, 2.0.17, 2.1, 2.2.2, 3.1; Bentkowski, Heyes, Heiderich)
	`<svg></p><style><a id="</style>${img}">`, `<math></p><style><a id="</style>${img}">`, `<svg></br><style><a title="</style>${img}">`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${run}&gt;">`,
	`<math><mtext><table><mglyph><style><math><table id="</table>"><img src onerror=${run}">`, `<math><mtext><h1><a><h6></a></h6><mglyph><svg><mtext><style><a title="</style>${img}"></style></h1>`,
	`<form><math><mtext></form><form><mglyph><style></math>${img}`, `<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style>${img}">`,
	`<math><mi><style><!--</style><img id="--><img src=x onerror=${run}>">`, `<math><mo><mglyph><svg><style><img title="</style>${img}">`,
	`<math><annotation-xml encoding="text/html"><style>${img}</style></annotation-xml></math>`, `<math><annotation-xml><style>&lt;img src=x onerror=${run}&gt;</style></annotation-xml></math>`,
	`<math><semantics><annotation-xml encoding="application/xhtml+xml"><p><img src=x onerror=${run}>`, `<math><ms><xmp>&lt;/xmp>${img}</xmp></ms></math>`,
	`<math href="javascript:${run}"><mi>x</mi></math>`, `<math><maction actiontype="statusline#http://x" xlink:href="javascript:${run}">x</maction></math>`, `<math><mtext><img src=x onerror=${run}></mtext></math>`,
	`<math><mtext>&lt;img src=x onerror=${run}&gt;</mtext></math>`, `<math><mi><p>x</p>${img}</mi></math>`, `<math><mrow><table><tr><td>${img}</table></mrow></math>`, `<math><mi mathvariant="normal" onclick=${run}>x</mi></math>`,
	`<svg><foreignObject><p><style><p title="</style><iframe onload&Tab;=${run}<!--"></style>`, `<svg><title><style><img title="</style>${img}">`, `<svg><desc><math><style>${img}</style>`,
	`<svg><![CDATA[</svg>${img}]]></svg>`, `<svg><style>&lt;/style&gt;&lt;img src=x onerror=${run}&gt;</style></svg>`, `<svg></svg><b><style><p title="</style>${img}">`,
	// mutation: tables, lists, formatting, nesting
	`<table><img src=x onerror=${run}></table>`, `<table><tr><math><style><td>${img}`, `<table><caption><svg></caption>${img}`, `<a><table><a><math><mi></table>${img}`, `<table><td></tr>${img}</table></p>`,
	`<b><p><b><p><table><b>${img}</table>`, `<ul><table><li>${img}</ul>`, `<p><div><p title="</p>${img}"></div>`, `${'<b>'.repeat(40)}${img}`, `${'<div>'.repeat(45)}<table>${img}`, `<h1><p></h1>${img}`,
	`<br/><p></p></br>${img}</p>`, `<img src="asset:a.png" alt="a&quot; onerror=&quot;${run}">`, `<img src="asset:a.png" alt='&#34;><img src=x onerror=${run}>'>`, `<img width="1 onerror=${run}" src="asset:a.png">`,
	`$$<img src=x onerror=${run}>$$`, `\\(<svg onload=${run}>\\)`, `<code><!--</code>${img}-->`, `<sub><sup><sub>${img}`, `a<b onclick=${run}>c`, `{{#x}}${img}{{/x}}{{{y}}}`,
];

const elements = new Set(('p br pre code em strong b i u sub sup ul ol li table thead tbody tr td th img math mrow mi mn mo mtext ms mspace mfrac msqrt '
	+ 'mroot msub msup msubsup munder mover munderover mmultiscripts mprescripts mtable mtr mtd span div').split(' '));
const attributes = new Set(['src', 'alt', 'width', 'height', 'colspan', 'rowspan', 'xmlns', 'display', 'mathvariant', 'stretchy', 'linethickness']);

let server, browser, clerk, bank, point;
before(async () => {
	server = await demoServer();
	clerk = await demoClient(server, 'clerk1');
	bank = `/banks/${(await clerk.json('/banks?state=open')).list.rows[0].id}`;
	point = (await clerk.json(`${bank}/points`)).points.find((p) => p.is_point).id;
	browser = await launch();
});
after(async () => {
	await browser?.close();
	await server?.stop();
});

// Texts of a view, and of an item's page, that hold what was written.
function* texts(value) {
	if (typeof value === 'string' && value.includes('题干'))
		yield value;
	else if (value && typeof value === 'object')
		for (const v of Object.values(value))
			yield* texts(v);
}

// As the stem of an item: [what came out as HTML].
async function cleaned(vector) {
	const r = await clerk.post(`${bank}/items/new`, { kind: 'true_false', point_id: point, difficulty: 60, key: 'A', stem: `题干<b>一</b>${vector}` });
	if (r.status === 422)
		return { refused: r.body };
	assert.equal(r.status, 200, `${vector}: ${JSON.stringify(r.body)}`);
	const view = await clerk.json(r.body.location);
	return { at: r.body.location, html: [...new Set(texts(view))] };
}

// In the browser: parsed in many places, written out and parsed again; what is there that may not be.
function strange(html, allowed, named) {
	const found = new Set();
	const look = (root) => {
		for (const e of root.querySelectorAll('*')) {
			if (!allowed.includes(e.localName))
				found.add(`<${e.localName}>`);
			for (const a of e.attributes)
				if (!named.includes(a.name) || /script:|data:/i.test(a.value) && a.name !== 'alt')
					found.add(`${a.name}=${a.value}`);
		}
	};
	for (const [before, after] of [['<div>', '</div>'], ['<p>', '</p>'], ['<table><tr><td>', '</table>'], ['<ul><li>', '</ul>'], ['<math><mtext>', '</mtext></math>'],
		['<b><i>', '</i></b>'], ['<div><pre>', '</pre></div>']]) {
		const box = document.createElement('div');
		box.innerHTML = before + html + after;
		for (let i = 0; i < 4; i++) {
			look(box);
			box.innerHTML = box.innerHTML.toString();
		}
		document.body.append(box);
		look(new DOMParser().parseFromString(before + html + after, 'text/html').body);
	}
	const xml = new DOMParser().parseFromString(`<div xmlns="http://www.w3.org/1999/xhtml">${html}</div>`, 'application/xhtml+xml');
	if (xml.querySelector('parsererror'))
		found.add('is no XML');
	else
		look(xml);
	return [...found];
}

test('the test sees what is wrong', async () => {
	const page = await browser.newPage();
	const seen = (html) => page.evaluate(`(${strange})(${JSON.stringify(html)}, ${JSON.stringify([...elements])}, ${JSON.stringify([...attributes])})`);
	assert.deepEqual(await seen('<p>a<img src="asset:a.png" alt="b"/></p>'), []);
	assert.ok((await seen(img)).some((f) => f.startsWith('onerror=')));
	assert.ok((await seen(`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=1&gt;">`)).length > 0);
	await page.waitForFunction('window.pwned === 1');
	await page.close();
});

test(`${vectors.length} vectors leave nothing but the subset, however often they are parsed`, { timeout: 300_000 }, async () => {
	const page = await browser.newPage(), wrong = [];
	let kept = 0, refused = 0;
	for (let i = 0; i < vectors.length; i += 8)
		for (const [k, got] of (await Promise.all(vectors.slice(i, i + 8).map(cleaned))).entries()) {
			const vector = vectors[i + k];
			refused += got.refused !== undefined;
			for (const html of got.html ?? []) {
				kept++;
				const found = await page.evaluate(`(${strange})(${JSON.stringify(html)}, ${JSON.stringify([...elements])}, ${JSON.stringify([...attributes])})`);
				if (found.length)
					wrong.push(`${vector}\n  came out as ${html}\n  with ${found.join(', ')}`);
			}
			assert.ok(got.refused || got.html.length, `${vector}: nothing came out`);
		}
	assert.deepEqual(wrong, []);
	// a picture that fails after all of them: what ran because of theirs has run
	await page.evaluate(() => new Promise((done) => { document.body.append(Object.assign(new Image(), { src: 'x', onerror: () => requestAnimationFrame(() => requestAnimationFrame(done)) })); }));
	assert.equal(await page.evaluate('window.pwned'), undefined, 'something ran');
	assert.ok(kept > vectors.length * 0.6, `${kept} came out, ${refused} were refused`);
	await page.close();
});
