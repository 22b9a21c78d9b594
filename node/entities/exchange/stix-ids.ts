import { createHash } from 'node:crypto';

/** Of ids that STIX computes from the content of cyber observables. Source: STIX 2.1, section 2.9. */
const OBSERVABLE_NAMESPACE = '00abedb4-aa42-466c-9c01-fed23315a9b7';
/** Of all other ids here; any namespace but the one above may be used. Drawn once. */
const OWN_NAMESPACE = '6f0b3d1e-52d4-4a53-9d0a-0b6a9d8a0f37';

/** Id of an object of its own kind, the same whenever the same thing is exported. */
export function stixId(type: string, name: string): string {
  return `${type}--${uuidV5(OWN_NAMESPACE, name)}`;
}

/** Id of a cyber observable, from the properties that STIX says contribute to it, in the order of their names. */
export function observableId(type: string, contributing: Readonly<Record<string, string>>): string {
  const sorted = Object.fromEntries(Object.entries(contributing).sort(([one], [other]) => (one < other ? -1 : 1)));
  return `${type}--${uuidV5(OBSERVABLE_NAMESPACE, JSON.stringify(sorted))}`;
}

/** Source: RFC 9562, section 5.5; SHA-1 is what it prescribes and protects nothing here. */
export function uuidV5(namespace: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
