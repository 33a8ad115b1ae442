// A small part of TeX as MathML: fractions, roots, powers and indices, Greek letters, signs, functions, \text. What is not
// known stands as it was typed.
const greek = { alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', epsilon: 'ε', varepsilon: 'ε', eta: 'η', theta: 'θ', lambda: 'λ', mu: 'μ',
	nu: 'ν', pi: 'π', rho: 'ρ', sigma: 'σ', tau: 'τ', phi: 'φ', varphi: 'φ', psi: 'ψ', omega: 'ω', Delta: 'Δ', Phi: 'Φ', Psi: 'Ψ', Omega: 'Ω',
	Sigma: 'Σ', Theta: 'Θ', Lambda: 'Λ', infty: '∞' };
const signs = { times: '×', cdot: '·', div: '÷', pm: '±', mp: '∓', le: '≤', leq: '≤', ge: '≥', geq: '≥', ne: '≠', neq: '≠', approx: '≈', sim: '∼',
	to: '→', rightarrow: '→', perp: '⊥', parallel: '∥', angle: '∠', degree: '°', circ: '∘', sum: '∑', int: '∫', cdots: '⋯', ldots: '…', percent: '%' };
const functions = new Set(['sin', 'cos', 'tan', 'cot', 'lg', 'ln', 'log', 'max', 'min', 'lim']);
const names = 'http://www.w3.org/1998/Math/MathML';

const node = (name, ...children) => {
	const e = document.createElementNS(names, name);
	for (const child of children)
		e.append(child);
	return e;
};

const tokens = (text) => text.match(/\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|[A-Za-z]|[{}^_[\]]|\S/gu) ?? [];

class Reader {
	constructor(text) {
		this.list = tokens(text);
		this.at = 0;
	}

	next() { return this.list[this.at++]; }
	get head() { return this.list[this.at]; }

	// Everything up to a closing sign.
	row(end) {
		const children = [];
		while (this.head !== undefined && this.head !== end)
			children.push(this.scripted());
		if (end) this.next();
		return children.length === 1 ? children[0] : node('mrow', ...children);
	}

	// What belongs to a power, a root or a fraction: a group or one sign.
	group() {
		if (this.head !== '{') return this.head === undefined ? node('mrow') : this.one();
		this.next();
		return this.row('}');
	}

	scripted() {
		const base = this.one();
		let below, above;
		while (this.head === '^' || this.head === '_')
			if (this.next() === '^') above = this.group();
			else below = this.group();
		if (below && above) return node('msubsup', base, below, above);
		return above ? node('msup', base, above) : below ? node('msub', base, below) : base;
	}

	// The letters of \text{…}, blanks apart.
	words() {
		if (this.head !== '{') return '';
		this.next();
		let text = '';
		while (this.head !== undefined && this.head !== '}')
			text += this.next();
		this.next();
		return text;
	}

	root() {
		if (this.head !== '[') return node('msqrt', this.group());
		this.next();
		const degree = this.row(']');
		return node('mroot', this.group(), degree);
	}

	command(name) {
		if (name === 'frac' || name === 'dfrac') return node('mfrac', this.group(), this.group());
		if (name === 'sqrt') return this.root();
		if (name === 'text' || name === 'mathrm') return node('mtext', this.words());
		if (name === 'left' || name === 'right') return this.one();
		if (name === ',' || name === ';' || name === 'quad') return node('mtext', '\u2009');
		if (greek[name]) return node('mi', greek[name]);
		if (signs[name]) return node('mo', signs[name]);
		return functions.has(name) ? node('mi', name) : node('mtext', name);
	}

	one() {
		const token = this.next();
		if (token === '{') return this.row('}');
		if (token === undefined) return node('mrow');
		if (token.startsWith('\\')) return this.command(token.slice(1));
		if (/^\d/.test(token)) return node('mn', token);
		return /^\p{L}$/u.test(token) ? node('mi', token) : node('mo', token === '-' ? '−' : token === '*' ? '×' : token);
	}
}

export function formula(text, block = false) {
	const math = node('math', new Reader(text).row());
	if (block) math.setAttribute('display', 'block');
	return math;
}
