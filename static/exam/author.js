// The author's tools over a form that works without them: an editor instead of marked-up text, options that grow, the key
// chosen beside its option, pictures put where they belong, and the item as a candidate will see it.
import { formula } from './formula.js';

const kept = new Set(['P', 'BR', 'PRE', 'CODE', 'EM', 'STRONG', 'B', 'I', 'U', 'SUB', 'SUP', 'UL', 'OL', 'LI', 'TABLE', 'THEAD', 'TBODY', 'TR',
	'TD', 'TH', 'IMG']);
const isMath = (e) => e.namespaceURI === 'http://www.w3.org/1998/Math/MathML';
const tag = (name, className, text) => {
	const e = document.createElement(name);
	if (className) e.className = className;
	if (text) e.textContent = text;
	return e;
};

// A copy with nothing in it but the subset (the server cleans again). Pictures by name, or by what a browser can show.
// What is only to be read out as text is made in a document that loads nothing.
const inert = document.implementation.createHTMLDocument('');

function copy(from, picture, into = document) {
	const out = into.createDocumentFragment();
	for (const child of from.childNodes) {
		if (child.nodeType === Node.TEXT_NODE) out.append(child.data);
		if (child.nodeType !== Node.ELEMENT_NODE) continue;
		if (isMath(child)) {
			const math = into.importNode(child, true);
			for (const e of [math, ...math.querySelectorAll('*')])
				for (const a of [...e.attributes])
					if (a.name !== 'display') e.removeAttribute(a.name);
			out.append(math);
		} else if (child.tagName === 'IMG') {
			const img = picture(child);
			if (img) out.append(img);
		} else {
			const inner = copy(child, picture, into);
			const name = child.tagName === 'DIV' ? 'P' : child.tagName;
			if (!kept.has(name)) { out.append(inner); continue; }
			const e = into.createElement(name);
			for (const a of ['colspan', 'rowspan'])
				if (child.hasAttribute(a)) e.setAttribute(a, child.getAttribute(a));
			e.append(inner);
			out.append(e);
		}
	}
	return out;
}

const named = (img) => {
	const name = img.dataset.asset;
	if (!name) return null;
	const e = inert.createElement('img');
	e.setAttribute('src', `asset:${name}`);
	e.alt = img.alt;
	return e;
};

const html = (fragment) => {
	const box = inert.createElement('div');
	box.append(fragment);
	return box.innerHTML;
};

/* --- pictures: those that are there, and those that wait in the fields image_1 … image_4 --- */

class Pictures {
	constructor(form) {
		this.urls = new Map([...form.querySelectorAll('[data-image]')].map((a) => [a.dataset.image, a.getAttribute('href')]));
		this.fields = [...form.querySelectorAll('input[type=file]')];
		for (const field of this.fields)
			field.addEventListener('change', () => this.read(field));
	}

	async read(field) {
		const file = field.files[0];
		if (!file) return;
		const url = await new Promise((done) => {
			const reader = new FileReader();
			reader.addEventListener('load', () => done(reader.result));
			reader.readAsDataURL(file);
		});
		this.urls.set(field.name, url);
		document.dispatchEvent(new CustomEvent('pictures'));
	}

	// Into the first field that is free; its name, or nothing when all are taken.
	async add(file) {
		const field = this.fields.find((f) => !f.files.length);
		if (!field) return null;
		const list = new DataTransfer();
		list.items.add(file);
		field.files = list.files;
		await this.read(field);
		return field.name;
	}

	show(name, alt) {
		const img = new Image();
		img.dataset.asset = name;
		img.alt = alt;
		img.src = this.urls.get(name) ?? 'data:,';
		return img;
	}
}

/* --- the editor over a textarea --- */

// A formula is one thing to the caret.
function atom(math) {
	const box = tag('span', 'rich-atom');
	box.contentEditable = 'false';
	box.append(math);
	return box;
}

const tools = [['bold', '粗', '加粗'], ['italic', '斜', '斜体'], ['subscript', '下标', '下标'], ['superscript', '上标', '上标'],
	['insertUnorderedList', '列表', '项目列表'], ['formula', '公式', '插入公式'], ['picture', '图片', '插入图片']];

class Editor {
	constructor(area, pictures) {
		this.area = area;
		this.pictures = pictures;
		this.box = tag('div', area.name === 'stem' || area.name === 'html' ? 'rich rich-stem' : 'rich');
		this.text = tag('div', 'rich-text');
		this.text.contentEditable = 'true';
		this.text.setAttribute('role', 'textbox');
		this.text.setAttribute('aria-multiline', 'true');
		const label = area.labels[0];
		if (label) {
			label.id ||= `${area.id}-label`;
			this.text.setAttribute('aria-labelledby', label.id);
			label.addEventListener('click', () => this.text.focus());
		}
		if (area.getAttribute('aria-describedby')) this.text.setAttribute('aria-describedby', area.getAttribute('aria-describedby'));
		this.fill();
		this.bar = this.tools();
		this.box.append(this.bar, this.text);
		area.hidden = true;
		area.required = false;
		area.after(this.box);
		this.text.addEventListener('input', () => this.keep());
		this.text.addEventListener('paste', (event) => this.paste(event));
		document.addEventListener('pictures', () => this.refresh());
	}

	fill() {
		const text = this.area.value;
		if (!/<[a-z]/i.test(text)) {
			this.text.textContent = '';
			text.split('\n').forEach((line, i) => this.text.append(...(i ? [tag('br'), line] : [line])));
			return;
		}
		// Inert: nothing in it runs or loads.
		const parsed = new DOMParser().parseFromString(text, 'text/html');
		this.text.replaceChildren(copy(parsed.body, (img) =>
			this.pictures.show((img.getAttribute('src') ?? '').replace(/^asset:/, ''), img.alt)));
		for (const math of this.text.querySelectorAll('math')) {
			const box = tag('span');
			math.before(box);
			box.replaceWith(atom(math));
		}
	}

	refresh() {
		for (const img of this.text.querySelectorAll('img'))
			img.src = this.pictures.urls.get(img.dataset.asset) ?? img.src;
		this.keep();
	}

	keep() {
		this.area.value = this.text.textContent.trim() || this.text.querySelector('img, math') ? html(copy(this.text, named, inert)) : '';
		this.area.dispatchEvent(new Event('change', { bubbles: true }));
	}

	paste(event) {
		event.preventDefault();
		const image = [...event.clipboardData.files].find((f) => /^image\/(png|jpeg)$/.test(f.type));
		if (image) { this.picture(image); return; }
		document.execCommand('insertText', false, event.clipboardData.getData('text/plain'));
	}

	tools() {
		const bar = tag('div', 'rich-bar');
		bar.setAttribute('role', 'toolbar');
		bar.setAttribute('aria-label', `${this.area.labels[0]?.firstChild.textContent ?? ''}的格式`);
		for (const [command, label, title] of tools) {
			const button = tag('button', 'rich-tool', label);
			button.type = 'button';
			button.title = title;
			button.setAttribute('aria-label', title);
			button.addEventListener('mousedown', (event) => event.preventDefault()); // the selection stays
			button.addEventListener('click', () => this.run(command));
			bar.append(button);
		}
		return bar;
	}

	run(command) {
		if (command === 'formula') return this.ask();
		if (command === 'picture') return this.choose();
		this.text.focus();
		document.execCommand(command);
		return this.keep();
	}

	insert(e) {
		const selection = getSelection();
		const inside = this.range && this.text.contains(this.range.commonAncestorContainer);
		const range = inside ? this.range : document.createRange();
		if (!inside) { range.selectNodeContents(this.text); range.collapse(false); }
		const within = range.endContainer.parentElement?.closest('.rich-atom');
		if (within) { range.setStartAfter(within); range.collapse(true); }
		range.deleteContents();
		range.insertNode(e);
		range.setStartAfter(e);
		range.collapse(true);
		this.text.focus();
		selection.removeAllRanges();
		selection.addRange(range);
		this.range = null;
		this.keep();
	}

	remember() {
		const selection = getSelection();
		this.range = selection.rangeCount && this.text.contains(selection.anchorNode) ? selection.getRangeAt(0).cloneRange() : null;
	}

	// A line below the text where TeX is typed and seen at once.
	ask() {
		this.remember();
		this.box.querySelector('.rich-ask')?.remove();
		const line = tag('div', 'rich-ask'), input = tag('input', 'form-control'), shown = tag('span', 'rich-show');
		const put = tag('button', 'btn', '插入'), away = tag('button', 'btn btn-quiet', '取消');
		input.setAttribute('aria-label', '公式（TeX 写法）');
		input.placeholder = '例如 I=\\frac{U}{R}';
		input.autocomplete = 'off';
		put.type = away.type = 'button';
		const draw = () => shown.replaceChildren(formula(input.value));
		const done = () => { if (input.value.trim()) this.insert(atom(formula(input.value))); line.remove(); };
		input.addEventListener('input', draw);
		input.addEventListener('keydown', (event) => {
			if (event.key === 'Enter') { event.preventDefault(); done(); }
			if (event.key === 'Escape') line.remove();
		});
		put.addEventListener('click', done);
		away.addEventListener('click', () => line.remove());
		line.append(input, shown, put, away);
		this.box.append(line);
		input.focus();
	}

	choose() {
		this.remember();
		const input = tag('input');
		input.type = 'file';
		input.accept = 'image/png,image/jpeg';
		input.addEventListener('change', () => input.files[0] && this.picture(input.files[0]));
		input.click();
	}

	async picture(file) {
		const name = await this.pictures.add(file);
		if (!name) { this.bar.append(tag('span', 'hint', '一次最多加四张图片，先保存再加。')); return; }
		this.insert(this.pictures.show(name, file.name.replace(/\.\w+$/, '')));
	}
}

/* --- options --- */

const valueOf = (group, letter) => group.querySelector(`[data-letter="${letter}"] textarea`)?.value.trim() ?? '';

// Four at first; one more at a press.
function grow(group) {
	const more = group.querySelector('[data-more]');
	const all = [...group.querySelectorAll('[data-letter]')], extra = [...more.querySelectorAll('[data-letter]')];
	for (const option of extra) group.insertBefore(option, more);
	more.remove();
	const hide = (option) => option.classList.toggle('is-folded', !option.querySelector('textarea').value && extra.includes(option));
	extra.forEach(hide);
	const button = tag('button', 'btn btn-quiet', group.dataset.options === 'option' ? '再加一个选项' : '再加一个对应项');
	button.type = 'button';
	button.addEventListener('click', () => {
		const next = all.find((o) => o.classList.contains('is-folded'));
		next?.classList.remove('is-folded');
		next?.querySelector('.rich-text')?.focus();
		button.hidden = !all.some((o) => o.classList.contains('is-folded'));
	});
	group.append(button);
}

// The key is chosen beside its option; the field with the letters follows.
function choose(form, kind) {
	const key = form.elements.key;
	const group = form.querySelector('[data-options="option"]');
	if (!group || !['single', 'multiple'].includes(kind)) return;
	const boxes = [...group.querySelectorAll('[data-letter]')].map((option) => {
		const input = tag('input');
		input.type = kind === 'single' ? 'radio' : 'checkbox';
		if (kind === 'single') input.name = 'chosen-key';
		input.value = option.dataset.letter;
		input.checked = key.value.includes(input.value);
		input.setAttribute('aria-label', `选项 ${input.value} 是正确答案`);
		option.querySelector('.author-letter').append(input);
		return input;
	});
	group.addEventListener('change', (event) => {
		if (!boxes.includes(event.target)) return;
		key.value = boxes.filter((b) => b.checked).map((b) => b.value).join('');
		key.dispatchEvent(new Event('change', { bubbles: true }));
	});
	key.addEventListener('input', () => boxes.forEach((b) => { b.checked = key.value.toUpperCase().includes(b.value); }));
}

/* --- as a candidate will see it --- */

const labels = { true_false: '判断题', single: '单项选择题', multiple: '多项选择题（有两个或两个以上正确选项）', numeric: '计算填空题', text: '填空题', order: '排序题',
	match: '匹配题', essay: '简答论述题' };

function rendered(text, pictures) {
	const box = tag('div', 'prose');
	if (!/<[a-z]/i.test(text)) {
		text.split('\n').forEach((line, i) => box.append(...(i ? [tag('br'), line] : [line])));
		return box;
	}
	const parsed = new DOMParser().parseFromString(text, 'text/html');
	box.append(copy(parsed.body, (img) => pictures.show((img.getAttribute('src') ?? '').replace(/^asset:/, ''), img.alt)));
	return box;
}

function list(form, what, pictures, words) {
	const ol = tag('ol', 'item-options');
	const group = form.querySelector(`[data-options="${what}"]`);
	const letters = words ? ['A', 'B'] : [...group.querySelectorAll('[data-letter]')].map((o) => o.dataset.letter)
		.filter((letter) => valueOf(group, letter));
	for (const letter of letters) {
		const li = tag('li', 'item-option');
		li.append(tag('span', 'item-letter num', letter),
			words ? tag('div', 'prose', words[letter]) : rendered(valueOf(group, letter), pictures));
		ol.append(li);
	}
	return ol;
}

function preview(form, kind, pictures, body) {
	const item = tag('article', 'item'), stem = tag('div', 'item-stem');
	const blank = tag('p', 'item-blank', '答：');
	stem.append(rendered(form.elements.stem.value.trim() || '（题干）', pictures));
	item.append(stem, tag('p', 'item-kind', labels[kind]));
	if (kind === 'true_false') item.append(list(form, 'option', pictures, { A: '正确', B: '错误' }));
	if (['single', 'multiple', 'order', 'match'].includes(kind)) item.append(list(form, 'option', pictures));
	if (kind === 'match') item.append(list(form, 'target', pictures));
	if (['numeric', 'text'].includes(kind)) {
		blank.append(tag('span', 'item-line'), form.elements.unit?.value ?? '');
		item.append(blank);
	}
	if (kind === 'essay') item.append(tag('div', 'item-essay'));
	body.replaceChildren(item);
}

for (const form of document.querySelectorAll('form[data-author]')) {
	const kind = form.dataset.author, pictures = new Pictures(form);
	for (const area of form.querySelectorAll('textarea:not([name=variants])'))
		new Editor(area, pictures);
	for (const group of form.querySelectorAll('[data-options]'))
		grow(group);
	if (kind !== 'material') choose(form, kind);
	const panel = document.querySelector('[data-preview]');
	if (panel && kind !== 'material') {
		const body = panel.querySelector('[data-preview-body]');
		const draw = () => preview(form, kind, pictures, body);
		panel.hidden = false;
		form.addEventListener('change', draw);
		form.addEventListener('input', draw);
		document.addEventListener('pictures', draw);
		draw();
	}
}
