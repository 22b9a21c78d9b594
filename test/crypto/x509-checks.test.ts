import { webcrypto } from 'node:crypto';
import test from 'ava';
// Loads what the library needs before it.
import { P256_SHA256 } from '../../crypto/x509-fields.ts';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequestGenerator,
  X509CertificateGenerator,
  X509Crl,
  X509CrlGenerator,
} from '@peculiar/x509';
import { fromHex, toHex } from '../../crypto/bytes.ts';
import { createCrl, issueCertificate, parseCrl, parseRequest, verifyCertificate } from '../../crypto/x509.ts';
import { ConcordatError } from '../../proto/domain/errors.ts';

const NOW_MS = Date.UTC(2026, 0, 15);
const DATES = { notBefore: new Date(NOW_MS - 60_000), notAfter: new Date(NOW_MS + 60_000) };
const CLIENT = '1.3.6.1.5.5.7.3.2';

const ROOT_PARTS = {
  basic: [new BasicConstraintsExtension(true, 0, true)],
  usage: [new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true)],
};
const LEAF_PARTS = {
  basic: [new BasicConstraintsExtension(false, undefined, true)],
  usage: [new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true)],
  extended: [new ExtendedKeyUsageExtension([CLIENT])],
  more: [] as Extension[],
};

const rootKeys = await generate({ name: 'ECDSA', namedCurve: 'P-256' });
const leafKeys = await generate({ name: 'ECDSA', namedCurve: 'P-256' });

type Algorithm = { readonly name: string; readonly namedCurve?: string; readonly hash?: string };

async function generate(algorithm: Algorithm): Promise<webcrypto.CryptoKeyPair> {
  const rsa = { modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) };
  const keys = await webcrypto.subtle.generateKey({ ...rsa, ...algorithm }, true, ['sign', 'verify']);
  // Every algorithm used here has two halves, which the declaration knows only of literal names.
  return keys as unknown as webcrypto.CryptoKeyPair;
}

async function root(parts: Partial<typeof ROOT_PARTS> = {}, keys = rootKeys, name = 'CN=Root'): Promise<Uint8Array> {
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name,
    serialNumber: '01',
    ...DATES,
    signingAlgorithm: { ...P256_SHA256, ...keys.privateKey.algorithm, hash: 'SHA-256' },
    keys,
    extensions: Object.values({ ...ROOT_PARTS, ...parts }).flat(),
  });
  return new Uint8Array(certificate.rawData);
}

async function leaf(
  parts: Partial<Record<keyof typeof LEAF_PARTS, readonly Extension[]>> = {},
  options: { readonly keys?: webcrypto.CryptoKeyPair; readonly hash?: string } = {},
): Promise<Uint8Array> {
  const certificate = await X509CertificateGenerator.create({
    subject: 'CN=leaf',
    issuer: 'CN=Root',
    serialNumber: '02',
    ...DATES,
    signingAlgorithm: { ...P256_SHA256, hash: options.hash ?? 'SHA-256' },
    publicKey: (options.keys ?? leafKeys).publicKey,
    signingKey: rootKeys.privateKey,
    extensions: Object.values({ ...LEAF_PARTS, ...parts }).flat(),
  });
  return new Uint8Array(certificate.rawData);
}

/** The check that refuses, `taken` when none does. */
function outcome(certificate: Uint8Array, under: Uint8Array): string {
  try {
    verifyCertificate({ certificate, root: under, atMs: NOW_MS });
    return 'taken';
  } catch (error) {
    return error instanceof ConcordatError ? `${error.code} ${error.detail['check'] ?? error.detail['part']}` : 'fault';
  }
}

test('F-02 (chain) each rule of RFC 5280, section 6.1, that a certificate breaks is named', async (t) => {
  const good = await root();
  t.is(outcome(await leaf(), good), 'taken');
  const wanted: readonly (readonly [string, Promise<Uint8Array>])[] = [
    ['basic constraints', leaf({ basic: [new BasicConstraintsExtension(true, undefined, true)] })],
    ['key usage', leaf({ usage: [] })],
    ['key usage', leaf({ usage: [new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true)] })],
    ['extended key usage', leaf({ extended: [] })],
    ['extended key usage', leaf({ extended: [new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1'])] })],
    ['extensions', leaf({ more: [new Extension('1.2.3.4', true, new Uint8Array([5, 0]))] })],
    ['extensions', leaf({ more: [new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true)] })],
    ['algorithm', leaf({}, { hash: 'SHA-384' })],
    ['key', leaf({}, { keys: await generate({ name: 'ECDSA', namedCurve: 'P-384' }) })],
    ['key', leaf({}, { keys: await generate({ name: 'Ed25519' }) })],
    ['key', leaf({}, { keys: await generate({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }) })],
  ];
  for (const [check, certificate] of wanted) t.is(outcome(await certificate, good), `CRYPTO_CERTIFICATE ${check}`);
  t.is(outcome(await leaf({ more: [new Extension('1.2.3.4', false, new Uint8Array([5, 0]))] }), good), 'taken');
});

test('F-02 (chain) a root that may not sign certificates has none under it', async (t) => {
  const certificate = await leaf();
  t.is(outcome(certificate, await root({ basic: [] })), 'CRYPTO_CERTIFICATE authority');
  t.is(outcome(certificate, await root({ usage: [] })), 'CRYPTO_CERTIFICATE authority');
  const signsListsOnly = [new KeyUsagesExtension(KeyUsageFlags.cRLSign, true)];
  t.is(outcome(certificate, await root({ usage: signsListsOnly })), 'CRYPTO_CERTIFICATE authority');
  const other = await generate({ name: 'ECDSA', namedCurve: 'P-256' });
  t.is(outcome(certificate, await root({}, other)), 'CRYPTO_CERTIFICATE signature');
  t.is(outcome(certificate, await root({}, rootKeys, 'CN=Other')), 'CRYPTO_CERTIFICATE issuer');
});

test('RFC 5280, section 5: a list is of its issuer by name as well as by key, and its number a DER integer', async (t) => {
  const pkcs8 = new Uint8Array(await webcrypto.subtle.exportKey('pkcs8', rootKeys.privateKey));
  const times = { thisUpdateMs: NOW_MS, nextUpdateMs: NOW_MS + 1_000, revoked: [] };
  const renamed = { certificate: await root({}, rootKeys, 'CN=Other'), pkcs8 };
  const foreign = await createCrl({ authority: renamed, number: 1n, ...times });
  await t.throwsAsync(parseCrl(foreign, await root()), { code: 'CRYPTO_CRL' });
  const authority = { certificate: await root(), pkcs8 };
  for (const [number, der] of [
    [0n, '020100'],
    [127n, '02017f'],
    [128n, '02020080'],
    [256n, '02020100'],
  ] as const) {
    const list = new X509Crl(new Uint8Array(await createCrl({ authority, number, ...times })));
    t.is(toHex(new Uint8Array(list.getExtension('2.5.29.20')?.value ?? [])), der);
  }
});

test('a list without number, with two or with one that is not canonical is refused', async (t) => {
  const list = async (...values: readonly string[]): Promise<Uint8Array> => {
    const made = await X509CrlGenerator.create({
      issuer: 'CN=Root',
      thisUpdate: DATES.notBefore,
      nextUpdate: DATES.notAfter,
      signingAlgorithm: P256_SHA256,
      signingKey: rootKeys.privateKey,
      extensions: values.map((value) => new Extension('2.5.29.20', false, fromHex(value))),
    });
    return new Uint8Array(made.rawData);
  };
  const under = await root();
  t.is((await parseCrl(await list('020105'), under)).number, 5n);
  const bad = [[], ['020105', '020106'], ['0201ff'], ['02020005'], ['0209010000000000000000'], ['040105'], ['02']];
  for (const values of bad)
    await t.throwsAsync(parseCrl(await list(...values), under), { code: 'CRYPTO_CRL' }, values.join());
});

test('a request for a key that is not P-256, with two names or with another digest is refused', async (t) => {
  const request = async (name: string, keys: webcrypto.CryptoKeyPair, hash = 'SHA-256'): Promise<Uint8Array> => {
    const signingAlgorithm = { ...keys.privateKey.algorithm, hash };
    return new Uint8Array((await Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm })).rawData);
  };
  await t.notThrowsAsync(parseRequest(await request('CN=one', leafKeys)));
  const refused = { code: 'CRYPTO_REQUEST' };
  for (const algorithm of [{ name: 'ECDSA', namedCurve: 'P-384' }, { name: 'Ed25519' }])
    await t.throwsAsync(parseRequest(await request('CN=one', await generate(algorithm))), refused);
  await t.throwsAsync(parseRequest(await request('CN=one', leafKeys, 'SHA-1')), refused);
  await t.throwsAsync(parseRequest(await request('CN=one, CN=two', leafKeys)), refused);
  await t.throwsAsync(parseRequest(await request('O=one', leafKeys)), refused);
});

test('a key that is not P-256 is not certified', async (t) => {
  const keys = await generate({ name: 'Ed25519' });
  const spki = new Uint8Array(await webcrypto.subtle.exportKey('spki', keys.publicKey));
  const issued = issueCertificate({
    authority: { certificate: await root(), pkcs8: new Uint8Array(0) },
    spki,
    commonName: 'x',
    uris: [],
    dnsNames: [],
    ipAddresses: [],
    serial: '01',
    notBeforeMs: 0,
    notAfterMs: 1,
    usages: [],
  });
  await t.throwsAsync(issued, { code: 'CRYPTO_REQUEST' });
});
