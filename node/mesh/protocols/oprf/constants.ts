export const OPRF_PROTOCOL = '/concordat/oprf/1.0.0';
/** Largest message of it: 256 elements of 32 bytes, their proof, and some room. */
export const OPRF_BYTES = 16_384;
/** Ristretto255 element. Source: RFC 9497, section 4.1. */
export const ELEMENT_BYTES = 32;
/** Challenge and response scalars. Source: RFC 9497, section 2.2.1. */
export const PROOF_BYTES = 64;
