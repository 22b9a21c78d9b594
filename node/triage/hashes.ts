import { sha256Hex } from '../../crypto/hash.ts';

/**
 * SHA-256 in hex of a value as JSON, for the audit trail. Values are built by code in a fixed order of keys, so equal
 * input gives equal bytes without sorting them.
 */
export function hashOf(value: unknown): string {
  return sha256Hex(JSON.stringify(value));
}
