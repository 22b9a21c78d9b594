import { createPublicKey, webcrypto } from 'node:crypto';
import test from 'ava';
// Loads what the certificate library needs before it.
import { P256_SHA256 } from '../../crypto/x509-fields.ts';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';
import { concat } from '../../crypto/bytes.ts';
import { parseRsaRequest } from '../../crypto/rsa-request.ts';

/** Written by `openssl req -new` (OpenSSL 3.0): RSA-2048, SHA-256, O=Agency, CN=Zo\u00eb, one URI and one DNS name. */
const OPENSSL_REQUEST = new Uint8Array(
  Buffer.from(
    [
      'MIICnTCCAYUCAQAwIDEPMA0GA1UECgwGQWdlbmN5MQ0wCwYDVQQDDARab8OrMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArVFKOM',
      'X/S00I4hw/81Z/hXBeMJS+F6S2l5OgiB9aRJSWAENmbC/3Ztwu6YZsywVL9UrgSepPHvluDoDfd5FUQCyU1C7587vfs2iYG1viB0XIuMc++vch',
      'qzQCMAkXXMW4JJ4nbVnMAzqv6XM9e8ijDRx9995+l8Y7t/yEt3K2pMEkLUMxoc+6aL7InaVdafiofP1VZZxgkUz7h0pgiM4w3fFT1IVUZo9Y11',
      'EyaoLwUORe8AeGLqNb8EPf3ezaemSCKyVvJ2azO+cKkJjfsDDEZ2le/GooOXrPXDDOLhAb+k/5t9J4CmALEeS8aezeMjXIP8DfvmJyjjeUA8TX',
      'FKXcDQIDAQABoDgwNgYJKoZIhvcNAQkOMSkwJzAlBgNVHREEHjAchg91cm46ZXhhbXBsZTpvbmWCCWxvY2FsaG9zdDANBgkqhkiG9w0BAQsFAA',
      'OCAQEAVE0V5gHyQyfRs70Gd63oJ0bHIKZv1STZmD0PZxVde4hsd6WfeFiN5oF/X96+u00sbrnRxovwbsW3eVtc9FLtmc7oN2qY2EPX+4BzMV8o',
      '57dogVHsR/HycOYXH/JuevcJ5RL/zDO16/T6uw3ubFNDetzrq+mAMUSYAOEGreh/FqKxR/f5fKkMSDYcCoHamFrBOhs9jwazh71AA+T98t3EE5',
      'UU1CuqDk1lMuW1we63B9k9vcBnd58mIw8pZcCPjHzbhcre1jSwwePDI7AQdD9hQLrU6bnuU8dD1veJ7e7RPHhQFMbIY0lCqLO3+JfW3lUBLCRv',
      'nq3ohqSCc8jlkN/KXg==',
    ].join(''),
    'base64',
  ),
);

async function request(name: string, changes: { readonly modulusLength?: number; readonly hash?: string } = {}) {
  const { modulusLength = 2048, hash = 'SHA-256' } = changes;
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash, modulusLength, publicExponent: Uint8Array.of(1, 0, 1) };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: algorithm });
  return new Uint8Array(made.rawData);
}

test('RFC 2986: an RSA request that OpenSSL wrote is read', (t) => {
  const { spki, commonName, uris } = parseRsaRequest(OPENSSL_REQUEST);
  t.is(commonName, 'Zo\u00eb');
  t.deepEqual(uris, ['urn:example:one']);
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  t.is(key.asymmetricKeyDetails?.modulusLength, 2048);
});

test('an RSA request without extensions is read, under each digest of SHA-2', async (t) => {
  for (const hash of ['SHA-256', 'SHA-384', 'SHA-512'])
    t.like(parseRsaRequest(await request('CN=one', { hash })), { commonName: 'one', uris: [] });
});

test('an RSA request with any byte changed is refused, with CRYPTO_REQUEST and nothing else', (t) => {
  for (let place = 0; place < OPENSSL_REQUEST.length; place += 5) {
    const changed = OPENSSL_REQUEST.map((byte, index) => (index === place ? byte ^ 0x21 : byte));
    t.throws(() => parseRsaRequest(changed), { code: 'CRYPTO_REQUEST' }, `byte ${place}`);
  }
  for (const bad of [new Uint8Array(0), concat(OPENSSL_REQUEST, Uint8Array.of(0)), OPENSSL_REQUEST.subarray(1)])
    t.throws(() => parseRsaRequest(bad), { code: 'CRYPTO_REQUEST' });
});

test('a short key, an old digest, no name or two, and a key that is not RSA are refused', async (t) => {
  const refused = { code: 'CRYPTO_REQUEST' };
  for (const bad of [
    await request('CN=one', { modulusLength: 1024 }),
    await request('CN=one', { hash: 'SHA-1' }),
    await request('O=one'),
    await request('CN=one, CN=two'),
  ])
    t.throws(() => parseRsaRequest(bad), refused);
  const keys = await webcrypto.subtle.generateKey(P256_SHA256, true, ['sign', 'verify']);
  const p256 = await Pkcs10CertificateRequestGenerator.create({ name: 'CN=one', keys, signingAlgorithm: P256_SHA256 });
  t.throws(() => parseRsaRequest(new Uint8Array(p256.rawData)), refused);
});
