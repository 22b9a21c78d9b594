// oxlint-disable-next-line import/no-unassigned-import -- tsyringe, inside @peculiar/x509, refuses to load before it
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  PublicKey,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  X509Crl,
  X509CrlGenerator,
} from '@peculiar/x509';
import { LRUCache } from 'lru-cache';
import { createPrivateKey, createPublicKey, webcrypto } from 'node:crypto';
import type { RandomBytes } from '../proto/domain/runtime.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { toHex } from './bytes.ts';
import { assertOneSequence, CERTIFICATE_BYTES, CRL_BYTES, parsing } from './der.ts';
import { cryptoRefusal } from './errors.ts';
import { sha256 } from './hash.ts';
import { failedCheck } from './x509-checks.ts';
import {
  alternativeNames,
  assertSerial,
  commonNameOf,
  crlNumberExtension,
  crlNumberOf,
  importPrivateKey,
  importPublicKey,
  nameOf,
  P256,
  P256_SHA256,
  p256Spki,
  urisOf,
} from './x509-fields.ts';

/** A P-256 key: SubjectPublicKeyInfo and PKCS#8, both DER. */
export type TlsKey = { readonly spki: Uint8Array; readonly pkcs8: Uint8Array };
/** A certificate authority: its certificate, DER, and its key as PKCS#8, DER. */
export type Authority = { readonly certificate: Uint8Array; readonly pkcs8: Uint8Array };

/** What a certificate may be used for, by its extended key usage. */
export const CERTIFICATE_USAGES = {
  server: ExtendedKeyUsage.serverAuth as string,
  client: ExtendedKeyUsage.clientAuth as string,
} as const;
export type CertificateUsage = keyof typeof CERTIFICATE_USAGES;

/** What is read of a certificate; nothing of it is trusted before `verifyCertificate`. */
export type CertificateInfo = {
  /** Lower-case hex, without leading zero byte. */
  readonly serial: string;
  readonly commonName: string;
  readonly uris: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** SHA-256 of the SubjectPublicKeyInfo, 32 bytes, as the node record names the TLS key. */
  readonly spkiHash: Uint8Array;
};

export type Revocation = { readonly serial: string; readonly atMs: number };
export type RevocationList = {
  /** Rises with each list: a lower one than known is refused. */
  readonly number: bigint;
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  readonly revoked: readonly Revocation[];
};

/** OpenSSL reads a list only under the label `X509 CRL`. Source: RFC 7468, section 3. */
export type PemLabel = 'CERTIFICATE' | 'CERTIFICATE REQUEST' | 'X509 CRL' | 'PRIVATE KEY';
const PEM_BLOCK = /^\s*-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END ([A-Z0-9 ]+)-----\s*$/;

type CheckedPath = {
  readonly info: CertificateInfo;
  readonly rootNotBeforeMs: number;
  readonly rootNotAfterMs: number;
};
/** Holds the present and the next certificate of every node of a federation of the largest size. */
const checkedPaths = new LRUCache<string, CheckedPath>({ max: 1_024 });

/** New P-256 key. The randomness is the platform's own, as WebCrypto takes no other. */
export async function createTlsKey(): Promise<TlsKey> {
  const { publicKey, privateKey } = await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify']);
  const spki = await webcrypto.subtle.exportKey('spki', publicKey);
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', privateKey);
  return { spki: new Uint8Array(spki), pkcs8: new Uint8Array(pkcs8) };
}

/** A TLS key read back from its PKCS#8. Throws CRYPTO_KEY for anything but a P-256 private key. */
export function tlsKeyOf(pkcs8: Uint8Array): TlsKey {
  try {
    const privateKey = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
    if (privateKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw cryptoRefusal('CRYPTO_KEY');
    const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
    return { spki: new Uint8Array(spki), pkcs8 };
  } catch (cause) {
    throw cryptoRefusal('CRYPTO_KEY', { cause });
  }
}

/** New serial: 16 random bytes, positive and without leading zero byte, as lower-case hex. */
export function createSerial(random: RandomBytes): string {
  const bytes = Uint8Array.from(random(16), (byte, index) => (index === 0 ? (byte & 0x3f) | 0x40 : byte));
  return toHex(bytes);
}

/**
 * New authority with a self-signed certificate, which may sign end certificates and revocation lists and no further
 * authority. Its serial follows from its key. Throws CRYPTO_ENCODING for a name of no or more than 64 characters.
 */
export async function createAuthority(input: {
  readonly name: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}): Promise<Authority> {
  const key = await createTlsKey();
  const publicKey = await importPublicKey(key.spki);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: createSerial((length) => sha256(key.spki).subarray(0, length)),
    name: nameOf(input.name),
    notBefore: new Date(input.notBeforeMs),
    notAfter: new Date(input.notAfterMs),
    signingAlgorithm: P256_SHA256,
    keys: { publicKey, privateKey: await importPrivateKey(key.pkcs8) },
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  return { certificate: new Uint8Array(certificate.rawData), pkcs8: key.pkcs8 };
}

/** A PKCS#10 request for the key, DER; its signature proves possession. Source: RFC 2986. */
export async function createRequest(input: {
  readonly key: TlsKey;
  readonly commonName: string;
  readonly uris: readonly string[];
}): Promise<Uint8Array<ArrayBuffer>> {
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: nameOf(input.commonName),
    keys: {
      publicKey: await importPublicKey(input.key.spki),
      privateKey: await importPrivateKey(input.key.pkcs8),
    },
    signingAlgorithm: P256_SHA256,
    extensions: alternativeNames(input),
  });
  return new Uint8Array(request.rawData);
}

/**
 * Reads a PKCS#10 request: one common name, URIs, a P-256 key whose signature (SHA-256) is on it.
 * Whatever else it asks for is ignored: the authority decides what it certifies. Throws CRYPTO_REQUEST.
 */
export async function parseRequest(
  der: Uint8Array,
): Promise<{ readonly spki: Uint8Array; readonly commonName: string; readonly uris: readonly string[] }> {
  assertOneSequence(der, CERTIFICATE_BYTES, 'CRYPTO_REQUEST');
  const read = parsing('CRYPTO_REQUEST', () => {
    const request = new Pkcs10CertificateRequest(new Uint8Array(der));
    return {
      request,
      hash: request.signatureAlgorithm.hash?.name,
      spki: p256Spki(request.publicKey, 'CRYPTO_REQUEST'),
      commonName: commonNameOf(request.subjectName, 'CRYPTO_REQUEST'),
      uris: urisOf(request.extensions),
    };
  });
  const { request, hash, ...fields } = read;
  const signed = hash === 'SHA-256' && (await request.verify().catch(() => false));
  if (!signed) throw cryptoRefusal('CRYPTO_REQUEST', { detail: { part: 'signature' }, verdict: 'reject' });
  return fields;
}

/**
 * Issues an end certificate, DER. The caller has decided on every name in it.
 * Throws CRYPTO_ENCODING for a bad serial or common name, CRYPTO_REQUEST for a key that is not P-256.
 */
export async function issueCertificate(input: {
  readonly authority: Authority;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly commonName: string;
  readonly uris: readonly string[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  /** Lower-case hex; see `createSerial`. */
  readonly serial: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly usages: readonly CertificateUsage[];
}): Promise<Uint8Array<ArrayBuffer>> {
  assertSerial(input.serial);
  const issuer = readCertificate(input.authority.certificate);
  const publicKey = new PublicKey(new Uint8Array(input.spki));
  p256Spki(publicKey, 'CRYPTO_REQUEST');
  const certificate = await X509CertificateGenerator.create({
    serialNumber: input.serial,
    subject: nameOf(input.commonName),
    issuer: issuer.subjectName,
    notBefore: new Date(input.notBeforeMs),
    notAfter: new Date(input.notAfterMs),
    signingAlgorithm: P256_SHA256,
    publicKey,
    signingKey: await importPrivateKey(input.authority.pkcs8),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension(input.usages.map((usage) => CERTIFICATE_USAGES[usage])),
      ...alternativeNames(input),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  return new Uint8Array(certificate.rawData);
}

/** Reads a certificate, DER, without trusting it. Throws CRYPTO_CERTIFICATE when it is malformed. */
export function parseCertificate(der: Uint8Array): CertificateInfo {
  return certificateInfo(readCertificate(der));
}

/**
 * Checks an end certificate under a root: issuer, signature, validity, basic constraints, key usage, extended key
 * usage, no critical extension unknown here. Revocation and the binding to a member are the caller's further checks.
 * @param graceMs how long after its end the certificate is still taken; 0 unless given
 * @param usage   the extended key usage it must have; client unless given
 * @returns       what the certificate says, now to be trusted
 * @throws        CRYPTO_CERTIFICATE, with the failed check in the detail
 * Source: RFC 5280, section 6.1, for paths of one certificate.
 */
export function verifyCertificate(input: {
  readonly certificate: Uint8Array;
  readonly root: Uint8Array;
  readonly atMs: number;
  readonly graceMs?: number;
  readonly usage?: CertificateUsage;
}): CertificateInfo {
  const { certificate, root, atMs, graceMs = 0, usage = 'client' } = input;
  const { info, rootNotBeforeMs, rootNotAfterMs } = checkedPath(certificate, root, usage);
  const begun = info.notBeforeMs <= atMs && rootNotBeforeMs <= atMs;
  if (!begun || atMs > info.notAfterMs + graceMs || atMs > rootNotAfterMs)
    throw cryptoRefusal('CRYPTO_CERTIFICATE', { detail: { check: 'validity' } });
  return info;
}

/**
 * Signs a revocation list, DER, valid for the authority's certificates. `number` rises with each list.
 * Throws CRYPTO_ENCODING for a bad serial. Source: RFC 5280, section 5.
 */
export async function createCrl(input: {
  readonly authority: Authority;
  readonly number: bigint;
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  readonly revoked: readonly Revocation[];
}): Promise<Uint8Array<ArrayBuffer>> {
  for (const { serial } of input.revoked) assertSerial(serial);
  const issuer = readCertificate(input.authority.certificate);
  const list = await X509CrlGenerator.create({
    issuer: issuer.subjectName,
    thisUpdate: new Date(input.thisUpdateMs),
    nextUpdate: new Date(input.nextUpdateMs),
    signingAlgorithm: P256_SHA256,
    signingKey: await importPrivateKey(input.authority.pkcs8),
    entries: input.revoked.map(({ serial, atMs }) => ({ serialNumber: serial, revocationDate: new Date(atMs) })),
    extensions: [await AuthorityKeyIdentifierExtension.create(issuer.publicKey), crlNumberExtension(input.number)],
  });
  return new Uint8Array(list.rawData);
}

/**
 * Reads a revocation list, DER, that the authority signed. Whether its number may follow the last one, and whether it
 * is still current, are the caller's questions. Throws CRYPTO_CRL.
 */
export async function parseCrl(der: Uint8Array, authorityCertificate: Uint8Array): Promise<RevocationList> {
  assertOneSequence(der, CRL_BYTES, 'CRYPTO_CRL');
  const issuer = readCertificate(authorityCertificate);
  const { list, ...fields } = parsing('CRYPTO_CRL', () => {
    const list = new X509Crl(new Uint8Array(der));
    return {
      list,
      issuer: list.issuer,
      number: crlNumberOf(list.extensions),
      thisUpdateMs: list.thisUpdate.getTime(),
      nextUpdateMs: list.nextUpdate?.getTime(),
      revoked: list.entries.map((entry) => ({ serial: entry.serialNumber, atMs: entry.revocationDate.getTime() })),
    };
  });
  const { nextUpdateMs, issuer: named, ...rest } = fields;
  const signed = named === issuer.subject && (await list.verify({ publicKey: issuer }).catch(() => false));
  if (!signed || nextUpdateMs === undefined) throw cryptoRefusal('CRYPTO_CRL', { verdict: 'reject' });
  return { ...rest, nextUpdateMs };
}

/** DER as PEM, 64 characters a line. Source: RFC 7468. */
export function toPem(label: PemLabel, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** The DER of a text that holds one PEM block. Throws CRYPTO_ENCODING on none, several or a broken one. */
export function fromPem(text: string): Uint8Array<ArrayBuffer> {
  const [, begun, body, ended] = PEM_BLOCK.exec(text) ?? [];
  const der = body === undefined ? undefined : fromBase64(body.replaceAll(/[\r\n]/g, ''));
  if (der === undefined || begun !== ended) throw cryptoRefusal('CRYPTO_ENCODING', { detail: { form: 'PEM' } });
  return new Uint8Array(der);
}

/** All that does not depend on the time, done once: parsing takes milliseconds, and a member's calls come by thousands. */
function checkedPath(certificate: Uint8Array, root: Uint8Array, usage: CertificateUsage): CheckedPath {
  const id = `${usage} ${toHex(sha256(certificate))} ${toHex(sha256(root))}`;
  const known = checkedPaths.get(id);
  if (known !== undefined) return known;
  const subject = readCertificate(certificate);
  const issuer = readCertificate(root);
  const failed = parsing('CRYPTO_CERTIFICATE', () =>
    failedCheck({ subject, issuer, usageOid: CERTIFICATE_USAGES[usage] }),
  );
  if (failed !== undefined) throw cryptoRefusal('CRYPTO_CERTIFICATE', { detail: { check: failed } });
  const path = {
    info: certificateInfo(subject),
    rootNotBeforeMs: issuer.notBefore.getTime(),
    rootNotAfterMs: issuer.notAfter.getTime(),
  };
  checkedPaths.set(id, path);
  return path;
}

function readCertificate(der: Uint8Array): X509Certificate {
  assertOneSequence(der, CERTIFICATE_BYTES, 'CRYPTO_CERTIFICATE');
  return parsing('CRYPTO_CERTIFICATE', () => new X509Certificate(new Uint8Array(der)));
}

function certificateInfo(certificate: X509Certificate): CertificateInfo {
  return parsing('CRYPTO_CERTIFICATE', () => ({
    serial: certificate.serialNumber,
    commonName: commonNameOf(certificate.subjectName, 'CRYPTO_CERTIFICATE'),
    uris: urisOf(certificate.extensions),
    notBeforeMs: certificate.notBefore.getTime(),
    notAfterMs: certificate.notAfter.getTime(),
    spkiHash: sha256(new Uint8Array(certificate.publicKey.rawData)),
  }));
}
