// Certificates as W3C Verifiable Credentials and Open Badges, judged by implementations that are not ours: the signature by
// Digital Bazaar's eddsa-jcs-2022, the terms by a JSON-LD processor that refuses those no context defines.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createVerifyCryptosuite } from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import jsonld from 'jsonld';
import { demoClient, demoServer, demoWorker } from '../lib/demo.js';
import { sql, top } from '../lib/luban.js';
import { until as reached } from '../lib/wait.js';

const context = (name) => readFileSync(path.join(top, 'data/context', name));
const pinned = {
	'https://www.w3.org/ns/credentials/v2': ['credentials-v2.jsonld', '59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734'],
	'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json': ['open-badges-3.0.2.jsonld', '00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53'],
};

let server, me, city, own, vc, issuer;
before(async () => {
	server = await demoServer({ second: false });
	[me, city] = [await demoClient(server, demoWorker), await demoClient(server, 'city')];
	own = (await me.json('/my/certificates')).certificates.find((c) => c.state === 'valid');
	const r = await until(() => me.fetch(`/my/certificates/${own.id}/vc`));
	assert.equal(r.headers.get('content-type'), 'application/vc');
	assert.match(r.headers.get('content-disposition'), new RegExp(`${own.number}\\.vc\\.json`));
	vc = await r.json();
	issuer = /^did:key:(z6Mk\w+)$/.exec(vc.issuer.id)[1];
});
after(() => server.stop());

// Leaves of certificates from before the log are made by the clock: asks again until it is there.
const until = (ask) => reached(async () => {
	const r = await ask();
	return r.status === 200 && r;
}, String(ask));

const base58 = (text) => {
	let n = 0n;
	for (const c of text)
		n = n * 58n + BigInt('123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'.indexOf(c));
	const zeros = /^1*/.exec(text)[0].length, hex = n ? n.toString(16) : '';
	return Buffer.concat([Buffer.alloc(zeros), Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')]);
};

// Is it signed by this key, in the judgement of the foreign suite?
async function holds(secured, key = issuer) {
	const { proof: { proofValue, ...proof }, ...document } = structuredClone(secured);
	const suite = createVerifyCryptosuite();
	assert.equal(proof.cryptosuite, suite.name);
	const data = await suite.createVerifyData({ cryptosuite: suite, document, proof });
	const verifier = await suite.createVerifier({ verificationMethod: { id: proof.verificationMethod, type: 'Multikey',
		controller: `did:key:${key}`, publicKeyMultibase: key } });
	return verifier.verify({ data, signature: base58(proofValue.slice(1)) });
}

// Every term must be defined by the contexts that are shipped, and nothing may be fetched.
async function expand(document) {
	return jsonld.expand(document, { safe: true, documentLoader: async (url) => {
		if (!pinned[url])
			throw new Error(`${url} is no pinned context`);
		return { contextUrl: null, documentUrl: url, document: JSON.parse(context(pinned[url][0])) };
	} });
}

async function list(entry) {
	const url = new URL(entry.statusListCredential);
	const r = await server.client().fetch(url.pathname);
	assert.equal(r.status, 200);
	assert.equal(r.headers.get('content-type'), 'application/vc');
	return r.json();
}

function bit(credential, index) {
	const bytes = gunzipSync(Buffer.from(credential.credentialSubject.encodedList.slice(1), 'base64url'));
	assert.equal(bytes.length, 131072 / 8);
	return bytes[index >> 3] >> (7 - (index & 7)) & 1;
}

test('the contexts that are shipped are the published ones', () => {
	for (const [name, digest] of Object.values(pinned))
		assert.equal(createHash('sha256').update(context(name)).digest('hex'), digest, name);
});

test('a foreign implementation finds the proof to hold, and every change to break it', async () => {
	assert.equal(await holds(vc), true);
	assert.equal(vc.proof.verificationMethod, `${vc.issuer.id}#${issuer}`);
	for (const change of [(c) => { c.credentialSubject.identifier[0].identityHash = '牛二'; }, (c) => { c.validFrom = '2020-01-01T00:00:00+08:00'; },
		(c) => { c.credentialStatus[0].statusListIndex = '1'; }, (c) => { delete c.credentialStatus; }, (c) => { c.more = 1; },
		(c) => { c.proof.created = '2020-01-01T00:00:00Z'; }]) {
		const changed = structuredClone(vc);
		change(changed);
		assert.equal(await holds(changed), false);
	}
	const trust = await (await until(() => server.client().fetch('/log/keys'))).text();
	const keys = [...trust.matchAll(/^issuer \w+ (\w+)$/gm)].map((m) => m[1]);
	assert.ok(keys.includes(base58(issuer.slice(1)).subarray(2).toString('hex')), 'the trust file names the key');
});

test('it says what the certificate says, in terms that its contexts define, and not the number in full', async () => {
	const [expanded] = await expand(vc);
	assert.ok(expanded['@type'].includes('https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential'));
	assert.deepEqual(vc['@context'], Object.keys(pinned));
	const subject = vc.credentialSubject, text = JSON.stringify(vc);
	assert.equal(subject.licenseNumber, own.number);
	assert.equal(subject.identifier[0].identityHash, own.name);
	assert.ok(subject.achievement.name.includes(own.occupation_name));
	assert.equal(subject.achievement.creator.name, own.body_name);
	assert.equal(subject.achievement.achievementType, 'Certification');
	assert.equal(vc.validFrom.slice(0, 10), own.issued_on);
	assert.ok(!text.includes(demoWorker));
	assert.match(vc.id, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
	for (const [, url] of text.matchAll(/"(https?:[^"]+)"/g))
		assert.ok(!url.includes('127.0.0.1'), `${url}: the request's host is not signed`);
});

test('its place in the lists stays, and a list says who is revoked', async () => {
	const again = await (await me.fetch(`/my/certificates/${own.id}/vc`)).json();
	assert.deepEqual(again.credentialStatus, vc.credentialStatus);
	const [revocation, suspension] = vc.credentialStatus;
	assert.deepEqual([revocation.statusPurpose, suspension.statusPurpose], ['revocation', 'suspension']);
	const [row] = (await city.json('/certificates?state=revoked')).list.rows;
	const revoked = await (await until(() => city.fetch(`/certificates/${row.person_id}/${row.id}/vc`))).json();
	for (const entry of vc.credentialStatus) {
		const credential = await list(entry);
		assert.equal(credential.id, entry.statusListCredential);
		assert.equal(credential.issuer, vc.issuer.id);
		assert.equal(credential.credentialSubject.statusPurpose, entry.statusPurpose);
		assert.equal(await holds(credential), true);
		await expand(credential);
		assert.ok(Date.parse(credential.validUntil) > Date.now());
		assert.equal(bit(credential, Number(entry.statusListIndex)), 0);
	}
	const [at] = revoked.credentialStatus;
	assert.notEqual(at.statusListIndex, revocation.statusListIndex);
	assert.equal(bit(await list(at), Number(at.statusListIndex)), 1);
	assert.equal((await server.client().fetch('/log/lists/2/revocation')).status, 404);
	assert.equal((await server.client().fetch('/log/lists/1/refresh')).status, 404);
	assert.equal((await server.client().fetch('/log/lists/x/revocation')).status, 404);
	sql(server.place, "DELETE FROM vc_list WHERE purpose = 'revocation'");
	assert.equal(bit(await list(at), Number(at.statusListIndex)), 1, 'made again');
});

test('only the holder and the staff of the scope fetch it', async () => {
	const other = (await city.json('/certificates?state=valid')).list.rows.find((c) => c.id !== own.id);
	assert.equal((await me.fetch(`/my/certificates/${other.id}/vc`, { headers: { accept: 'application/json' } })).status, 404);
	assert.notEqual((await server.client().fetch(`/certificates/${other.person_id}/${other.id}/vc`)).status, 200);
});
