import { createPublicKey, verify } from 'node:crypto';
import forge from 'node-forge';
import { equalBytes, toHex } from './bytes.ts';
import { assertOneSequence, CERTIFICATE_BYTES, parsing } from './der.ts';
import { cryptoRefusal } from './errors.ts';
import { fromForge, toForge } from './forge-bytes.ts';

/** Smallest modulus taken. Source: NIST SP 800-131A rev. 2, section 3. */
const MINIMUM_BITS = 2048;
/** Signature algorithms, as the DER of identifier and NULL parameter, which stand outside of what is signed. RFC 4055, 5. */
const DIGESTS: Readonly<Record<string, string>> = {
  '300d06092a864886f70d01010b0500': 'sha256',
  '300d06092a864886f70d01010c0500': 'sha384',
  '300d06092a864886f70d01010d0500': 'sha512',
};
/** Tag of UTF8String. Source: X.680, section 8.4. */
const UTF8_STRING = 12;
/** Choice number of a URI among general names. Source: RFC 5280, section 4.2.1.6. */
const URI_NAME = 6;

/**
 * Reads a PKCS#10 request of an agency's own PKI: RSA of 2,048 bits or more, PKCS#1 v1.5 with SHA-2, one common name.
 * The library parses, OpenSSL verifies: the library's own RSA check has been forged. Throws CRYPTO_REQUEST.
 */
export function parseRsaRequest(der: Uint8Array): {
  readonly spki: Uint8Array;
  readonly commonName: string;
  readonly uris: readonly string[];
} {
  assertOneSequence(der, CERTIFICATE_BYTES, 'CRYPTO_REQUEST');
  return parsing('CRYPTO_REQUEST', () => {
    const tree = toForge(der);
    const request = forge.pki.certificationRequestFromAsn1(tree) as ParsedRequest;
    const spki = fromForge(forge.pki.publicKeyToAsn1(request.publicKey as forge.pki.rsa.PublicKey));
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    const [, algorithm] = tree.value as forge.asn1.Asn1[];
    const digest = algorithm && DIGESTS[toHex(fromForge(algorithm))];
    const signed =
      digest !== undefined &&
      equalBytes(fromForge(tree), der) &&
      verify(digest, fromForge(request.certificationRequestInfo), key, Buffer.from(request.signature, 'latin1'));
    if (!signed || (key.asymmetricKeyDetails?.modulusLength ?? 0) < MINIMUM_BITS)
      throw cryptoRefusal('CRYPTO_REQUEST', { detail: { part: 'signature' }, verdict: 'reject' });
    return { spki, commonName: commonNameOf(request), uris: urisOf(request) };
  });
}

/** What the library's types leave out. */
type ParsedRequest = forge.pki.CertificateSigningRequest & {
  readonly signature: string;
  readonly certificationRequestInfo: forge.asn1.Asn1;
};
type RequestedExtension = {
  readonly name?: string;
  readonly altNames?: readonly { readonly type: number; readonly value: string }[];
};

function commonNameOf(request: ParsedRequest): string {
  const [name, ...others] = request.subject.attributes.filter(({ type }) => type === forge.pki.oids['commonName']);
  const text = typeof name?.value === 'string' && isUtf8(name) ? forge.util.decodeUtf8(name.value) : name?.value;
  if (typeof text !== 'string' || text === '' || others.length > 0)
    throw cryptoRefusal('CRYPTO_REQUEST', { detail: { part: 'common name' }, verdict: 'reject' });
  return text;
}

/** The library keeps the string type in a field whose declared type is that of tag classes. */
function isUtf8(field: forge.pki.CertificateField): boolean {
  return Number(field.valueTagClass) === UTF8_STRING;
}

function urisOf(request: ParsedRequest): string[] {
  const requested = request.getAttribute({ name: 'extensionRequest' }) as {
    readonly extensions?: readonly RequestedExtension[];
  } | null;
  return (requested?.extensions ?? [])
    .filter(({ name }) => name === 'subjectAltName')
    .flatMap((extension) => extension.altNames ?? [])
    .filter(({ type }) => type === URI_NAME)
    .map(({ value }) => value);
}
