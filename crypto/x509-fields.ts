// oxlint-disable-next-line import/no-unassigned-import -- tsyringe, inside @peculiar/x509, refuses to load before it
import 'reflect-metadata';
import {
  Extension,
  type JsonGeneralNames,
  Name,
  type PublicKey,
  SubjectAlternativeNameExtension,
} from '@peculiar/x509';
import { createPublicKey, webcrypto } from 'node:crypto';
import { concat, equalBytes, toHex, uint64be } from './bytes.ts';
import { type CryptoErrorCode, cryptoRefusal } from './errors.ts';

/** The one algorithm of TLS keys and authority: browsers, BoringSSL, HSMs and FIPS modules take it. */
export const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
export const P256_SHA256 = { ...P256, hash: 'SHA-256' } as const;

/** Upper bound of a common name. Source: RFC 5280, appendix A.1, ub-common-name. */
const COMMON_NAME_CHARACTERS = 64;
/** A serial: positive, at most 20 bytes in DER, here without leading zero byte. Source: RFC 5280, section 4.1.2.2. */
const SERIAL = /^(?:(?!00)[0-9a-f]{2}(?:[0-9a-f]{2}){0,18}|[1-7][0-9a-f](?:[0-9a-f]{2}){19})$/;

/** Object identifier of the CRL number. Source: RFC 5280, section 5.2.3. */
const CRL_NUMBER = '2.5.29.20';
/** DER tag. */
const INTEGER = 2;

/** The signing half of a P-256 key from PKCS#8, DER. */
export function importPrivateKey(pkcs8: Uint8Array): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), P256, false, ['sign']);
}

/** The verifying half of a P-256 key from SPKI, DER. */
export function importPublicKey(spki: Uint8Array): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('spki', new Uint8Array(spki), P256, true, ['verify']);
}

/** A name of a common name alone, as UTF-8; as an object, since text would be parsed for separators. */
export function nameOf(commonName: string): Name {
  if (commonName.length === 0 || commonName.length > COMMON_NAME_CHARACTERS)
    throw cryptoRefusal('CRYPTO_ENCODING', { detail: { form: 'common name' } });
  return new Name([{ CN: [{ utf8String: commonName }] }]);
}

/** The one common name of a subject. Throws the code when there is none or more than one. */
export function commonNameOf(name: Name, code: CryptoErrorCode): string {
  const [commonName, ...others] = name.getField('CN');
  if (commonName === undefined || commonName === '' || others.length > 0)
    throw cryptoRefusal(code, { detail: { part: 'common name' }, verdict: 'reject' });
  return commonName;
}

/** The URIs among the subject alternative names. */
export function urisOf(extensions: readonly Extension[]): string[] {
  return Array.from(extensions) // the library's own array type would be kept by filter
    .filter((extension) => extension instanceof SubjectAlternativeNameExtension)
    .flatMap((extension) => extension.names.items)
    .filter((name) => name.type === 'url')
    .map((name) => name.value);
}

/** The extension that names a subject, none when there is nothing to name. */
export function alternativeNames(names: {
  readonly uris: readonly string[];
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
}): SubjectAlternativeNameExtension[] {
  const items: JsonGeneralNames = [
    ...names.uris.map((value) => ({ type: 'url', value }) as const),
    ...(names.dnsNames ?? []).map((value) => ({ type: 'dns', value }) as const),
    ...(names.ipAddresses ?? []).map((value) => ({ type: 'ip', value }) as const),
  ];
  return items.length > 0 ? [new SubjectAlternativeNameExtension(items)] : [];
}

/**
 * The key's SubjectPublicKeyInfo, DER. Throws the code unless it is a point on P-256 in the one encoding taken
 * (named curve, uncompressed), so that its hash names it.
 */
export function p256Spki(publicKey: PublicKey, code: CryptoErrorCode): Uint8Array<ArrayBuffer> {
  const spki = new Uint8Array(publicKey.rawData);
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  const exported = key.export({ format: 'der', type: 'spki' });
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1' || !equalBytes(exported, spki))
    throw cryptoRefusal(code, { detail: { part: 'key' }, verdict: 'reject' });
  return spki;
}

/** Throws CRYPTO_ENCODING unless this is a serial in the one spelling used: lower-case hex, no leading zero byte. */
export function assertSerial(serial: string): void {
  if (!SERIAL.test(serial)) throw cryptoRefusal('CRYPTO_ENCODING', { detail: { form: 'serial' } });
}

/** The number of a revocation list, DER INTEGER. Throws CRYPTO_ENCODING outside 0 … 2^64 − 1. RFC 5280, 5.2.3. */
export function crlNumberExtension(number: bigint): Extension {
  const bytes = uint64be(number);
  const significant = bytes.subarray(bytes.findIndex((byte, index) => byte !== 0 || index === 7));
  const value = (significant[0] ?? 0) > 0x7f ? concat(Uint8Array.of(0), significant) : significant;
  return new Extension(CRL_NUMBER, false, concat(Uint8Array.of(INTEGER, value.length), value));
}

/** The number of a revocation list. Throws CRYPTO_CRL unless there is one, in canonical form and of 64 bits at most. */
export function crlNumberOf(extensions: readonly Extension[]): bigint {
  const [found, ...others] = extensions.filter((extension) => extension.type === CRL_NUMBER);
  const value = new Uint8Array(found?.value ?? []);
  const number = BigInt(`0x0${toHex(value.subarray(2, 11))}`);
  const canonical = number < 2n ** 64n && equalBytes(new Uint8Array(crlNumberExtension(number).value), value);
  if (others.length > 0 || !canonical)
    throw cryptoRefusal('CRYPTO_CRL', { detail: { part: 'number' }, verdict: 'reject' });
  return number;
}
