// SM3 (GB/T 32905-2016) and the verification of SM2 signatures (GB/T 32918.2-2016), which browsers lack. Only public values are
// handled here, so that nothing has to take constant time.
import { concat, utf8 } from './bytes.js';

const rotate = (x, n) => (x << (n % 32)) | (x >>> (32 - (n % 32)));
const p0 = (x) => x ^ rotate(x, 9) ^ rotate(x, 17);
const p1 = (x) => x ^ rotate(x, 15) ^ rotate(x, 23);

function expand(view, at) {
	const w = new Int32Array(68);
	for (let j = 0; j < 16; j++)
		w[j] = view.getInt32(at + 4 * j);
	for (let j = 16; j < 68; j++)
		w[j] = p1(w[j - 16] ^ w[j - 9] ^ rotate(w[j - 3], 15)) ^ rotate(w[j - 13], 7) ^ w[j - 6];
	return w;
}

function compress(v, w) {
	let [a, b, c, d, e, f, g, h] = v;
	for (let j = 0; j < 64; j++) {
		const t = j < 16 ? 0x79cc4519 : 0x7a879d8a;
		const ss1 = rotate((rotate(a, 12) + e + (j % 32 ? rotate(t, j) : t)) | 0, 7);
		const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
		const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
		const tt1 = (ff + d + (ss1 ^ rotate(a, 12)) + (w[j] ^ w[j + 4])) | 0;
		const tt2 = (gg + h + ss1 + w[j]) | 0;
		[d, c, b, a, h, g, f, e] = [c, rotate(b, 9), a, tt1, g, rotate(f, 19), e, p0(tt2)];
	}
	return [a, b, c, d, e, f, g, h].map((x, i) => x ^ v[i]);
}

export function sm3(bytes) {
	const padded = new Uint8Array((Math.floor((bytes.length + 8) / 64) + 1) * 64);
	const view = new DataView(padded.buffer), out = new DataView(new ArrayBuffer(32));
	padded.set(bytes);
	padded[bytes.length] = 0x80;
	view.setUint32(padded.length - 8, Math.floor(bytes.length / 0x20000000));
	view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
	let v = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];
	for (let at = 0; at < padded.length; at += 64)
		v = compress(v, expand(view, at));
	v.forEach((x, i) => out.setInt32(4 * i, x));
	return new Uint8Array(out.buffer);
}

// The curve of GB/T 32918.5-2017; a is p - 3.
const curve = {
	p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
	b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
	n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
	x: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
	y: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
};
const mod = (x, m = curve.p) => ((x % m) + m) % m;

function inverse(x) {
	let [r, s, u, v] = [mod(x), curve.p, 1n, 0n];
	while (s) {
		const q = r / s;
		[r, s, u, v] = [s, r - q * s, v, u - q * v];
	}
	return mod(u);
}

// Jacobian coordinates; z = 0 is the point at infinity.
function twice([x, y, z]) {
	const yy = mod(y * y), s = mod(4n * x * yy), m = mod(3n * (x - z * z) * (x + z * z));
	const x2 = mod(m * m - 2n * s);
	return [x2, mod(m * (s - x2) - 8n * yy * yy), mod(2n * y * z)];
}

function add(a, b) {
	if (!a[2] || !b[2])
		return a[2] ? a : b;
	const za = mod(a[2] * a[2]), zb = mod(b[2] * b[2]);
	const u1 = mod(a[0] * zb), u2 = mod(b[0] * za), s1 = mod(a[1] * zb * b[2]), s2 = mod(b[1] * za * a[2]);
	if (u1 === u2)
		return s1 === s2 ? twice(a) : [1n, 1n, 0n];
	const h = mod(u2 - u1), r = mod(s2 - s1), hh = mod(h * h), hhh = mod(h * hh), v = mod(u1 * hh);
	const x = mod(r * r - hhh - 2n * v);
	return [x, mod(r * (v - x) - s1 * hhh), mod(h * a[2] * b[2])];
}

function times(k, point) {
	let sum = [1n, 1n, 0n];
	for (const bit of k.toString(2)) {
		sum = twice(sum);
		if (bit === '1')
			sum = add(sum, point);
	}
	return sum;
}

const big = (bytes) => bytes.reduce((n, b) => (n << 8n) | BigInt(b), 0n);
const bytes32 = (n) => Uint8Array.from({ length: 32 }, (_, i) => Number((n >> BigInt(8 * (31 - i))) & 0xffn));

// A point of the curve, uncompressed: 0x04, x, y.
export function sm2IsPublic(key) {
	const x = big(key.subarray(1, 33)), y = big(key.subarray(33));
	return key.length === 65 && key[0] === 4 && x < curve.p && y < curve.p && mod(y * y - x * x * x + 3n * x - curve.b) === 0n;
}

export function sm2Holds(key, message, signature) {
	const { n, x, y } = curve, r = big(signature.subarray(0, 32)), s = big(signature.subarray(32));
	if (signature.length !== 64 || !sm2IsPublic(key) || !r || !s || r >= n || s >= n || (r + s) % n === 0n)
		return false;
	const id = utf8('1234567812345678');
	const z = sm3(concat(Uint8Array.of(0, 128), id, bytes32(curve.p - 3n), bytes32(curve.b), bytes32(x), bytes32(y), key.subarray(1)));
	const e = big(sm3(concat(z, message)));
	const point = add(times(s, [x, y, 1n]), times((r + s) % n, [big(key.subarray(1, 33)), big(key.subarray(33)), 1n]));
	if (!point[2])
		return false;
	const zz = inverse(point[2] * point[2]);
	return (e + mod(point[0] * zz)) % n === r;
}
