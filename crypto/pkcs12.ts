import { X509Certificate, createPrivateKey } from 'node:crypto';
import forge from 'node-forge';
import { assertOneSequence, parsing } from './der.ts';
import { cryptoRefusal } from './errors.ts';
import { fromForge, toForge } from './forge-bytes.ts';

/** A key with its certificates, as an agency's own PKI hands them over in one file. All DER; the key as PKCS#8. */
export type KeyBundle = {
  readonly pkcs8: Uint8Array;
  /** The key's own certificate first. */
  readonly certificates: readonly Uint8Array[];
};

/** A key and a chain of RSA-4096 certificates stay under 16 KiB. */
const FILE_BYTES = 262_144;
/** The format spells a passphrase twice, and its readers disagree on anything but ASCII. */
const PASSPHRASE = /^[ -~]+$/;
const { pkcs8ShroudedKeyBag, keyBag, certBag } = forge.pki.oids;
/** AES-256 under PBKDF2-SHA-256; the MAC's rounds run in JavaScript, and these hold the process for half a second. */
const PROTECTION = { algorithm: 'aes256', prfAlgorithm: 'sha256', count: 50_000, saltSize: 16 } as const;

/**
 * Packs an RSA key and its certificates under a passphrase. The format's MAC is what its readers expect (SHA-1), so
 * the passphrase alone protects the file: it should be a long random one.
 * Throws CRYPTO_PKCS12 for keys and certificates that are not RSA (the library knows no others), and for a passphrase
 * that is not of printable ASCII.
 * Source: RFC 7292.
 */
export function createPkcs12(bundle: KeyBundle, passphrase: string, friendlyName: string): Uint8Array<ArrayBuffer> {
  assertPassphrase(passphrase);
  return parsing('CRYPTO_PKCS12', () => {
    const key = forge.pki.privateKeyFromAsn1(toForge(bundle.pkcs8));
    const chain = bundle.certificates.map((der) => forge.pki.certificateFromAsn1(toForge(der)));
    return fromForge(forge.pkcs12.toPkcs12Asn1(key, chain, passphrase, { ...PROTECTION, friendlyName }));
  });
}

/**
 * Unpacks a file with one key and its certificates; a key or certificate that is not RSA is handed on as it stands.
 * Throws CRYPTO_PKCS12 for another passphrase, a malformed file, or one without a key and its certificate.
 */
export function readPkcs12(der: Uint8Array, passphrase: string): KeyBundle {
  assertPassphrase(passphrase);
  assertOneSequence(der, FILE_BYTES, 'CRYPTO_PKCS12');
  return parsing('CRYPTO_PKCS12', () => {
    const bags = forge.pkcs12
      .pkcs12FromAsn1(toForge(der), true, passphrase)
      .safeContents.flatMap((contents) => contents.safeBags);
    const [pkcs8, ...otherKeys] = bags.filter(({ type }) => type === pkcs8ShroudedKeyBag || type === keyBag).map(keyOf);
    const certificates = bags.filter(({ type }) => type === certBag).map(certificateOf);
    if (pkcs8 === undefined || otherKeys.length > 0) throw cryptoRefusal('CRYPTO_PKCS12', { detail: { part: 'key' } });
    return { pkcs8, certificates: ownFirst(pkcs8, certificates) };
  });
}

function assertPassphrase(passphrase: string): void {
  if (!PASSPHRASE.test(passphrase)) throw cryptoRefusal('CRYPTO_PKCS12', { detail: { part: 'passphrase' } });
}

function keyOf(bag: forge.pkcs12.Bag): Uint8Array {
  return fromForge(bag.key ? forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(bag.key)) : bag.asn1);
}

function certificateOf(bag: forge.pkcs12.Bag): Uint8Array {
  return fromForge(bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1);
}

function ownFirst(pkcs8: Uint8Array, certificates: readonly Uint8Array[]): readonly Uint8Array[] {
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  const own = certificates.find((der) => new X509Certificate(der).checkPrivateKey(key));
  if (own === undefined) throw cryptoRefusal('CRYPTO_PKCS12', { detail: { part: 'certificate' } });
  return [own, ...certificates.filter((der) => der !== own)];
}
