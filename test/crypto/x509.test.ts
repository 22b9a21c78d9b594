import { createHash, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import test from 'ava';
import * as fc from 'fast-check';
import { concat, toHex } from '../../crypto/bytes.ts';
import {
  type Authority,
  createAuthority,
  createCrl,
  createRequest,
  createSerial,
  createTlsKey,
  fromPem,
  issueCertificate,
  parseCertificate,
  parseCrl,
  parseRequest,
  toPem,
  verifyCertificate,
} from '../../crypto/x509.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import { seededRandom } from '../tools/random-sources.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 0, 15);
const VALIDITY = { notBeforeMs: NOW_MS - DAY_MS, notAfterMs: NOW_MS + 7 * DAY_MS };
const URIS = ['spiffe://federation/agency/one/node/n1', 'urn:example:second'];

const random = seededRandom('x509');
const authority = await createAuthority({ name: 'Root, "quoted" + more', ...VALIDITY });
const key = await createTlsKey();
const certificate = await issue();

function issue(changes: Partial<Parameters<typeof issueCertificate>[0]> = {}): Promise<Uint8Array> {
  return issueCertificate({
    authority,
    spki: key.spki,
    commonName: 'one/n1',
    uris: URIS,
    dnsNames: ['localhost'],
    ipAddresses: ['127.0.0.1', '::1'],
    serial: createSerial(random),
    ...VALIDITY,
    usages: ['client'],
    ...changes,
  });
}

function revoke(serials: readonly string[], by: Authority = authority, number = 1n): Promise<Uint8Array> {
  const revoked = serials.map((serial) => ({ serial, atMs: NOW_MS }));
  return createCrl({ authority: by, number, thisUpdateMs: NOW_MS, nextUpdateMs: NOW_MS + DAY_MS, revoked });
}

test('RFC 2986: a request carries key, name and URIs, and proves possession', async (t) => {
  const request = await createRequest({ key, commonName: 'one/n1', uris: URIS });
  t.deepEqual(await parseRequest(request), { spki: key.spki, commonName: 'one/n1', uris: URIS });
});

test('a request with any byte changed is refused, with CRYPTO_REQUEST and nothing else', async (t) => {
  const request = await createRequest({ key, commonName: 'one/n1', uris: URIS });
  for (let place = 0; place < request.length; place += 7) {
    const changed = request.map((byte, index) => (index === place ? byte ^ 0x21 : byte));
    await t.throwsAsync(parseRequest(changed), { code: 'CRYPTO_REQUEST' }, `byte ${place}`);
  }
});

test('a request with bytes behind it, cut short or too long is refused', async (t) => {
  const request = await createRequest({ key, commonName: 'one/n1', uris: [] });
  for (const bad of [concat(request, Uint8Array.of(0)), request.subarray(0, -1), new Uint8Array(0)])
    await t.throwsAsync(parseRequest(bad), { code: 'CRYPTO_REQUEST' });
  await t.throwsAsync(parseRequest(concat(request, new Uint8Array(20_000))), { code: 'CRYPTO_REQUEST' });
});

test('RFC 5280: an issued certificate says what was decided, and OpenSSL reads it so', async (t) => {
  const serial = createSerial(random);
  const der = await issue({ serial, usages: ['client', 'server'] });
  const spkiHash = new Uint8Array(createHash('sha256').update(key.spki).digest());
  t.deepEqual(parseCertificate(der), { serial, commonName: 'one/n1', uris: URIS, ...VALIDITY, spkiHash });
  const platform = new X509Certificate(der);
  t.is(platform.serialNumber.toLowerCase(), serial);
  t.is(platform.subject, 'CN=one/n1');
  t.is(platform.issuer, new X509Certificate(authority.certificate).subject);
  t.false(platform.ca);
  t.deepEqual(platform.keyUsage, ['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1']);
  t.is(platform.checkHost('localhost'), 'localhost');
  t.is(platform.checkIP('127.0.0.1'), '127.0.0.1');
  t.true(platform.checkIssued(new X509Certificate(authority.certificate)));
  t.true(platform.verify(new X509Certificate(authority.certificate).publicKey));
});

test('serials are positive, without leading zero, and in one spelling', async (t) => {
  for (const [first, expected] of [
    [0x00, '40'],
    [0xff, '7f'],
    [0x80, '40'],
  ] as const)
    t.is(createSerial(() => new Uint8Array(16).fill(first)).slice(0, 2), expected);
  const longest = `7f${'ab'.repeat(19)}`;
  for (const serial of ['01', '80', 'ff00', longest]) t.is(parseCertificate(await issue({ serial })).serial, serial);
  for (const serial of ['', '0', '00', '0080', 'AB', 'xy', `80${'00'.repeat(19)}`, `01${'00'.repeat(20)}`])
    await t.throwsAsync(issue({ serial }), { code: 'CRYPTO_ENCODING' }, serial);
});

test('F-02 (validity) a certificate is taken from its first to its last moment, and for the grace after it', (t) => {
  const at = (atMs: number, graceMs?: number): unknown =>
    verifyCertificate({
      certificate,
      root: authority.certificate,
      atMs,
      ...(graceMs === undefined ? {} : { graceMs }),
    });
  t.deepEqual(at(NOW_MS), parseCertificate(certificate));
  t.notThrows(() => at(VALIDITY.notBeforeMs));
  t.notThrows(() => at(VALIDITY.notAfterMs));
  t.throws(() => at(VALIDITY.notBeforeMs - 1), { code: 'CRYPTO_CERTIFICATE' });
  t.throws(() => at(VALIDITY.notAfterMs + 1), { code: 'CRYPTO_CERTIFICATE' });
});

test('the grace lengthens the certificate and not its root', async (t) => {
  const short = await issue({ notAfterMs: NOW_MS });
  const base = { certificate: short, root: authority.certificate, atMs: NOW_MS + DAY_MS };
  t.throws(() => verifyCertificate(base), { code: 'CRYPTO_CERTIFICATE' });
  t.throws(() => verifyCertificate({ ...base, graceMs: DAY_MS - 1 }), { code: 'CRYPTO_CERTIFICATE' });
  t.notThrows(() => verifyCertificate({ ...base, graceMs: DAY_MS }));
  const late = { ...base, atMs: VALIDITY.notAfterMs + 1, graceMs: 30 * DAY_MS };
  t.throws(() => verifyCertificate(late), { code: 'CRYPTO_CERTIFICATE' });
});

test('a certificate counts no earlier than it or its root begins', async (t) => {
  const base = { root: authority.certificate, graceMs: DAY_MS };
  const later = await issue({ notBeforeMs: NOW_MS });
  t.throws(() => verifyCertificate({ ...base, certificate: later, atMs: NOW_MS - 1 }), { code: 'CRYPTO_CERTIFICATE' });
  t.notThrows(() => verifyCertificate({ ...base, certificate: later, atMs: NOW_MS }));
  const atMs = VALIDITY.notBeforeMs - 1;
  const earlier = await issue({ notBeforeMs: atMs - DAY_MS });
  t.throws(() => verifyCertificate({ ...base, certificate: earlier, atMs }), { code: 'CRYPTO_CERTIFICATE' });
});

test('a certificate counts for the usage that it has', async (t) => {
  const base = { certificate, root: authority.certificate, atMs: NOW_MS };
  t.notThrows(() => verifyCertificate({ ...base, usage: 'client' }));
  t.throws(() => verifyCertificate({ ...base, usage: 'server' }), { code: 'CRYPTO_CERTIFICATE' });
  const server = await issue({ usages: ['server'] });
  t.notThrows(() => verifyCertificate({ ...base, certificate: server, usage: 'server' }));
  t.throws(() => verifyCertificate({ ...base, certificate: server }), { code: 'CRYPTO_CERTIFICATE' });
});

test('F-02 (issuer) an authority of the same name with another key has issued nothing', async (t) => {
  const impostor = await createAuthority({ name: 'Root, "quoted" + more', ...VALIDITY });
  const base = { certificate, atMs: NOW_MS };
  t.throws(() => verifyCertificate({ ...base, root: impostor.certificate }), { code: 'CRYPTO_CERTIFICATE' });
  const other = await createAuthority({ name: 'Other', ...VALIDITY });
  t.throws(() => verifyCertificate({ ...base, root: other.certificate }), { code: 'CRYPTO_CERTIFICATE' });
  t.throws(() => verifyCertificate({ ...base, root: certificate }), { code: 'CRYPTO_CERTIFICATE' });
});

test('F-02 (integrity) a certificate with any byte changed is refused, with CRYPTO_CERTIFICATE and nothing else', (t) => {
  for (let place = 0; place < certificate.length; place += 5) {
    const changed = certificate.map((byte, index) => (index === place ? byte ^ 0x21 : byte));
    const claim = { certificate: changed, root: authority.certificate, atMs: NOW_MS };
    t.throws(() => verifyCertificate(claim), { code: 'CRYPTO_CERTIFICATE' }, `byte ${place}`);
  }
  const longer = concat(certificate, Uint8Array.of(0));
  t.throws(() => parseCertificate(longer), { code: 'CRYPTO_CERTIFICATE' });
});

test('RFC 5280, section 5: a revocation list names serials and number, and OpenSSL takes it as PEM', async (t) => {
  const serials = [createSerial(random), '80', '01'];
  const der = await revoke(serials, authority, 300n);
  t.deepEqual(await parseCrl(der, authority.certificate), {
    number: 300n,
    thisUpdateMs: NOW_MS,
    nextUpdateMs: NOW_MS + DAY_MS,
    revoked: serials.map((serial) => ({ serial, atMs: NOW_MS })),
  });
  const crl = toPem('X509 CRL', der);
  t.notThrows(() => createSecureContext({ ca: toPem('CERTIFICATE', authority.certificate), crl }));
});

test('the number of a revocation list is kept to the last bit', async (t) => {
  for (const number of [0n, 127n, 128n, 255n, 256n, 2n ** 63n, 2n ** 64n - 1n])
    t.is((await parseCrl(await revoke([], authority, number), authority.certificate)).number, number);
  await t.throwsAsync(revoke([], authority, 2n ** 64n), { code: 'CRYPTO_ENCODING' });
});

test('F-20 (revocation list) one of another authority, even of the same name, or with a byte changed is refused', async (t) => {
  const impostor = await createAuthority({ name: 'Root, "quoted" + more', ...VALIDITY });
  const refused = { code: 'CRYPTO_CRL' };
  await t.throwsAsync(parseCrl(await revoke(['01'], impostor), authority.certificate), refused);
  const der = await revoke(['01']);
  for (let place = 0; place < der.length; place += 7) {
    const changed = der.map((byte, index) => (index === place ? byte ^ 0x21 : byte));
    await t.throwsAsync(parseCrl(changed, authority.certificate), refused, `byte ${place}`);
  }
});

test('arbitrary bytes are no certificate, request or list, and nothing else is thrown', async (t) => {
  const bytes = fc.uint8Array({ maxLength: 60 }).map((tail) => {
    const length = Uint8Array.of(0x30, tail.length);
    return concat(length, tail);
  });
  await fc.assert(
    fc.asyncProperty(bytes, async (der) => {
      t.throws(() => parseCertificate(der), { code: 'CRYPTO_CERTIFICATE' }, toHex(der));
      await t.throwsAsync(parseRequest(der), { code: 'CRYPTO_REQUEST' }, toHex(der));
      await t.throwsAsync(parseCrl(der, authority.certificate), { code: 'CRYPTO_CRL' }, toHex(der));
    }),
    { numRuns: 60 },
  );
});

test('RFC 7468: PEM gives back its DER, and only one whole block is taken', (t) => {
  const pem = toPem('CERTIFICATE', certificate);
  t.deepEqual(fromPem(pem), certificate);
  t.deepEqual(fromPem(pem.replaceAll('\n', '\r\n')), certificate);
  t.true(pem.split('\n').every((line) => line.length <= 64));
  t.deepEqual(new Uint8Array(new X509Certificate(pem).raw), certificate);
  const broken = [
    '',
    pem + pem,
    pem.replace('END CERTIFICATE', 'END X509 CRL'),
    pem.replace('-----END', '----END'),
    pem.replace('M', '*'),
    'text before\n'.concat(pem),
  ];
  for (const text of broken) t.throws(() => fromPem(text), { code: 'CRYPTO_ENCODING' });
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        fromPem(text);
        return true;
      } catch (error) {
        return isRefusal(error, 'CRYPTO_ENCODING');
      }
    }),
  );
});

test('a name of no or more than 64 characters is not certified', async (t) => {
  for (const name of ['', 'x'.repeat(65)]) {
    await t.throwsAsync(createAuthority({ name, ...VALIDITY }), { code: 'CRYPTO_ENCODING' });
    await t.throwsAsync(createRequest({ key, commonName: name, uris: [] }), { code: 'CRYPTO_ENCODING' });
    await t.throwsAsync(issue({ commonName: name }), { code: 'CRYPTO_ENCODING' });
  }
});
