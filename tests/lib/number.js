// Numbers of people and organisations with their check digits.

// An identity card number (GB 11643).
export function idno(region, birth, serial) {
	const digits = `${region}${birth}${String(serial).padStart(3, '0')}`;
	const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
	return digits + '10X98765432'[[...digits].reduce((sum, d, i) => sum + Number(d) * weights[i], 0) % 11];
}

// A unified social credit code (GB 32100) around an organisation's own code (GB 11714).
export function uscc(kind, region, own) {
	const signs = '0123456789ABCDEFGHJKLMNPQRTUWXY', weights = [3, 7, 9, 10, 5, 8, 4, 2];
	const left = 11 - [...own].reduce((all, c, i) => all + parseInt(c, 36) * weights[i], 0) % 11;
	const first = kind + region + own + (left === 10 ? 'X' : left % 11);
	const sum = [...first].reduce((all, c, i) => all + signs.indexOf(c) * 3 ** i % 31, 0);
	return first + signs[(31 - sum % 31) % 31];
}
