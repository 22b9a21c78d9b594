import forge from 'node-forge';

/** DER as the library's tree. It keeps bytes in strings of one character each. */
export function toForge(der: Uint8Array): forge.asn1.Asn1 {
  return forge.asn1.fromDer(Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString('latin1'));
}

/** The library's tree as DER. */
export function fromForge(tree: forge.asn1.Asn1): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(forge.asn1.toDer(tree).getBytes(), 'latin1'));
}
