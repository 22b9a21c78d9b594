/**
 * Key spaces of the coordinator's store. A number names a space in an engine for ever: retired ones stay listed, none
 * is used twice. None holds a name or an account, or a key that opens one: payloads lie here as they came, sealed.
 */
export const STORE_SPACES = {
  meta: 1, // text: federation id of this store
  control: 2, // SignedStatement, key `<index>`
  indicatorLeaf: 3, // 32-byte commitment, key `<index>`
  indicator: 4, // PublishedIndicator, key `<index>`
  token: 5, // TokenRecord, key SHA-256 of the secret
  certificate: 6, // CertificateRecord, key `<peer>/<serial>`
  envelope: 7, // EnvelopeRecord, key `<peer>/<incarnation>/<audience>/<sequence>`
  equivocation: 8, // two signed headers of one place
  flag: 9, // FlagRecord, key `<epoch>/<tag>/<group index>`
  flagHandle: 10, // key of the flag, key `<agency>/<handle>`
  openedFlag: 11, // OpenedFlag, key `<epoch>/<tag>`
  flagCount: 12, // number, key `<epoch>/<agency>`
  cosignature: 13, // note with a member's line, key `<log>/<peer>`
} as const;
export type StoreSpace = keyof typeof STORE_SPACES;
