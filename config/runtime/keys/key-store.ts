/** Private keys of a program, by purpose. */
export const KEY_NAMES = ['identity', 'sealing', 'tls', 'hint', 'authority', 'log', 'enrolment'] as const;
export type KeyName = (typeof KEY_NAMES)[number];

/**
 * Private keys, apart from data and in no data backup. Bytes are the raw form of the key's kind: 32 bytes for Ed25519,
 * X25519 and symmetric keys, PKCS#8 for TLS. Durable on return.
 */
export interface KeyStore {
  /** @throws KEYS_MISSING, KEYS_EXPOSED, KEYS_LOCKED */
  get(name: KeyName): Promise<Uint8Array>;
  /** Never replaces a key. @throws KEYS_EXISTS */
  put(name: KeyName, secret: Uint8Array): Promise<void>;
  list(): Promise<readonly KeyName[]>;
}
