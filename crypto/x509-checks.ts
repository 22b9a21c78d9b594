// oxlint-disable-next-line import/no-unassigned-import -- tsyringe, inside @peculiar/x509, refuses to load before it
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
} from '@peculiar/x509';
import { X509Certificate as PlatformCertificate } from 'node:crypto';
import { P256_SHA256, p256Spki } from './x509-fields.ts';

/** An end certificate, the root that it should be under, and what it is wanted for. Nothing here depends on the time. */
export type CertificateCase = {
  readonly subject: X509Certificate;
  readonly issuer: X509Certificate;
  readonly usageOid: string;
};

/** Extensions that are understood here; any other that is marked critical refuses the certificate. */
const KNOWN_EXTENSIONS = [
  BasicConstraintsExtension,
  KeyUsagesExtension,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  AuthorityKeyIdentifierExtension,
];

const CHECKS: Readonly<Record<string, (it: CertificateCase) => boolean>> = {
  extensions: ({ subject, issuer }) => [subject, issuer].every(hasOnlyKnownExtensions),
  authority: ({ issuer }) =>
    issuer.getExtension(BasicConstraintsExtension)?.ca === true && mayUseKeyFor(issuer, KeyUsageFlags.keyCertSign),
  issuer: ({ subject, issuer }) => platform(subject).checkIssued(platform(issuer)),
  algorithm: ({ subject, issuer }) =>
    subject.signatureAlgorithm.hash?.name === P256_SHA256.hash &&
    p256Spki(issuer.publicKey, 'CRYPTO_CERTIFICATE').length > 0 &&
    p256Spki(subject.publicKey, 'CRYPTO_CERTIFICATE').length > 0,
  signature: ({ subject, issuer }) => platform(subject).verify(platform(issuer).publicKey),
  'basic constraints': ({ subject }) => subject.getExtension(BasicConstraintsExtension)?.ca !== true,
  'key usage': ({ subject }) => mayUseKeyFor(subject, KeyUsageFlags.digitalSignature),
  'extended key usage': ({ subject, usageOid }) =>
    subject.getExtension(ExtendedKeyUsageExtension)?.usages.includes(usageOid) === true,
};

/** Name of the first check that fails, undefined when all hold. What cannot be parsed throws. */
export function failedCheck(it: CertificateCase): string | undefined {
  return Object.entries(CHECKS).find(([, holds]) => !holds(it))?.[0];
}

/** Key usage must be stated: a certificate without it may be used for anything (RFC 5280, section 4.2.1.3). */
function mayUseKeyFor(certificate: X509Certificate, use: KeyUsageFlags): boolean {
  return ((certificate.getExtension(KeyUsagesExtension)?.usages ?? 0) & use) !== 0;
}

function hasOnlyKnownExtensions(certificate: X509Certificate): boolean {
  const types = certificate.extensions.map((extension) => extension.type);
  const known = certificate.extensions.every(
    (extension) => !extension.critical || KNOWN_EXTENSIONS.some((type) => extension instanceof type),
  );
  return known && new Set(types).size === types.length;
}

/** The same bytes in the platform's parser, whose signature and issuer checks are OpenSSL's. */
function platform(certificate: X509Certificate): PlatformCertificate {
  return new PlatformCertificate(Buffer.from(certificate.rawData));
}
