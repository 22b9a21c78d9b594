export const KEYS_PROTOCOL = '/concordat/keys/1.0.0';
/** Largest message of it: a grant is one sealed key of 32 bytes with its context. */
export const KEYS_BYTES = 4_096;
