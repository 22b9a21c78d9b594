import { createHash, webcrypto } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import test from 'ava';
import { concat } from '../../crypto/bytes.ts';
import { createPkcs12, type KeyBundle, readPkcs12 } from '../../crypto/pkcs12.ts';
// Stands before the certificate library, and loads what that needs.
import { createAuthority } from '../../crypto/x509.ts';
import { X509CertificateGenerator } from '@peculiar/x509';

/** Written by `openssl pkcs12 -export` (OpenSSL 3.0): a P-256 key, its certificate, passphrase "fixture". */
const OPENSSL_FILE = new Uint8Array(
  Buffer.from(
    [
      'MIIEDAIBAzCCA8IGCSqGSIb3DQEHAaCCA7MEggOvMIIDqzCCAmIGCSqGSIb3DQEHBqCCAlMwggJPAgEAMIICSAYJKoZIhvcNAQcBMFcGCSqGSI',
      'b3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjh7V3X6GH8EwICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEA4l8cruNH9m5OrxSRjtqvyA',
      'ggHgxJIe/XAI9+CuWzAS3ziAmNO+fo+XWVE7nE+osVLrXTHaNQRupU7Ha/Nb3ay3Mw+/OvAuIL5qjjeec/EQ/MoEQadV8tJisr60Wn7u4NyZev',
      '3TtsBkMuYMJW2OPQdMT68/nFYQhcDGFbgZZlmvxJXcDRkxdoCtHC/iebK0qAH0LLpNtjCnBRAoPABJjPmEvOcndCuYWHmT6pqfIM85+/Zwr6My',
      'O0Njr7PprZe/sCcgE3QD5I2Gwi57hWe4qffDxvRA+x7QGQVS85gLWf0H5MRHVJg5doDkVcKpdr7LF3Abzr1fVIngmeCcPNY5Y99Ctd0Pi8XCaf',
      'Y2Q+SwEFEC0oR885fWHFJDoesW5qa4beECfoJbMsdQvOBNGJhbB5sPoYDLgPCNrOq9ZlpL9FbyPZviZmfLaufiaQQpciOZmUU8sp8KBKNa2oN0',
      'NB3sbn6idIb/O9EZO8dA3oJtpB9YpymMEaTqlE22AHw42BiaZr6NKHKBZhPKkyPPZkKtsJpOMbYoYeJibgR4DQDgJls2YVHl4nyi5JdwZjkkKm',
      'hgsamikUqk2n88lVsRuDW/LDIYGujieWc0sgA+ytJhxHbrbbocd2pU6N0ZFWC1Y4sTQhbksXqjih35C81rk7gBpOe5V+XbMIIBQQYJKoZIhvcN',
      'AQcBoIIBMgSCAS4wggEqMIIBJgYLKoZIhvcNAQwKAQKgge8wgewwVwYJKoZIhvcNAQUNMEowKQYJKoZIhvcNAQUMMBwECGcrkJoJpH+zAgIIAD',
      'AMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQS+4uqneg0KC006m2iNUHjQSBkFu8N9BzwxcNmT2BJzf1+VnigZfzvbqTO4GN0WGMLww4K65/',
      'oeqX7slqdCMUIYSNpWsq5AOKNkaEEH3a8Af73w44VdoMLmWp1NIE+3u7sfNFR4iuSn+NmFT5j+x+sWJK5cugvcuWU1eCJL+a5r5WqIkxYmReCD',
      'MU3hs/xNWX19aQGJtOkpqIXpSGq80AQyMLmzElMCMGCSqGSIb3DQEJFTEWBBSG4wofRG9Ck7NF6bNiTCJDhJFUgzBBMDEwDQYJYIZIAWUDBAIB',
      'BQAEIJJCP5FfFf0x/5++1pxDxAShjK+W3kN9NdYbf8MbFTOEBAhfVKtrr+PEgAICCAA=',
    ].join(''),
    'base64',
  ),
);
const OPENSSL_CERTIFICATE_HASH = 'a92f556ed560d5d42f308172df894726d990f756234ac06dc620f471827741b9';

const bundle = await rsaBundle();

/** A key of an agency's own PKI with its certificate and that of an authority, made without the library under test. */
async function rsaBundle(): Promise<KeyBundle> {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
  };
  const [keys, otherKeys] = await Promise.all(
    [0, 1].map(() => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])),
  );
  if (keys === undefined || otherKeys === undefined) throw new Error('no keys');
  const certify = async (name: string, pair: webcrypto.CryptoKeyPair): Promise<Uint8Array> => {
    const made = await X509CertificateGenerator.createSelfSigned({ name, keys: pair, signingAlgorithm: algorithm });
    return new Uint8Array(made.rawData);
  };
  return {
    pkcs8: new Uint8Array(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)),
    certificates: [await certify('CN=agency node', keys), await certify('CN=agency authority', otherKeys)],
  };
}

test('RFC 7292: a file of ours opens in OpenSSL and here, and gives back key and certificates to the byte', (t) => {
  const { pkcs8, certificates } = bundle;
  const [own, issuer] = certificates as [Uint8Array, Uint8Array];
  const file = createPkcs12({ pkcs8, certificates: [issuer, own] }, 'a long passphrase', 'agency node');
  t.notThrows(() => createSecureContext({ pfx: Buffer.from(file), passphrase: 'a long passphrase' }));
  t.throws(() => createSecureContext({ pfx: Buffer.from(file), passphrase: 'another' }));
  t.deepEqual(readPkcs12(file, 'a long passphrase'), bundle);
});

test('RFC 7292: a file that OpenSSL wrote is read, also for a key that is not RSA', async (t) => {
  const { pkcs8, certificates } = readPkcs12(OPENSSL_FILE, 'fixture');
  t.deepEqual(
    certificates.map((der) => createHash('sha256').update(der).digest('hex')),
    [OPENSSL_CERTIFICATE_HASH],
  );
  const p256 = { name: 'ECDSA', namedCurve: 'P-256' };
  await t.notThrowsAsync(webcrypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), p256, false, ['sign']));
});

test('another passphrase, a changed byte and anything that is not such a file are refused with one code', (t) => {
  const refused = { code: 'CRYPTO_PKCS12' };
  t.throws(() => readPkcs12(OPENSSL_FILE, 'Fixture'), refused);
  for (let place = 0; place < OPENSSL_FILE.length; place += 101) {
    const changed = OPENSSL_FILE.map((byte, index) => (index === place ? byte ^ 0x21 : byte));
    t.throws(() => readPkcs12(changed, 'fixture'), refused, `byte ${place}`);
  }
  for (const bad of [new Uint8Array(0), Uint8Array.of(0x30, 0), OPENSSL_FILE.subarray(0, 500)])
    t.throws(() => readPkcs12(bad, 'fixture'), refused);
  t.throws(() => readPkcs12(concat(OPENSSL_FILE, Uint8Array.of(0)), 'fixture'), refused);
  t.throws(() => readPkcs12(new Uint8Array(300_000), 'fixture'), refused);
});

test('a passphrase that readers would spell differently is refused', (t) => {
  for (const passphrase of ['', 'w\u00f6rt', 'line\n']) {
    t.throws(() => readPkcs12(OPENSSL_FILE, passphrase), { code: 'CRYPTO_PKCS12' });
    t.throws(() => createPkcs12(bundle, passphrase, 'x'), { code: 'CRYPTO_PKCS12' });
  }
});

test('a key or certificate that is not RSA is not packed', async (t) => {
  const { pkcs8, certificate } = await createAuthority({ name: 'p256', notBeforeMs: 0, notAfterMs: 1 });
  t.throws(() => createPkcs12({ pkcs8, certificates: [certificate] }, 'p', 'x'), { code: 'CRYPTO_PKCS12' });
  t.throws(() => createPkcs12({ ...bundle, certificates: [certificate] }, 'p', 'x'), { code: 'CRYPTO_PKCS12' });
});

test('a file whose certificates are not of its key is refused', (t) => {
  const [, other] = bundle.certificates as [Uint8Array, Uint8Array];
  const file = createPkcs12({ pkcs8: bundle.pkcs8, certificates: [other] }, 'p', 'x');
  t.throws(() => readPkcs12(file, 'p'), { code: 'CRYPTO_PKCS12' });
});
