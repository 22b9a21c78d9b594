import { assertLength } from './bytes.ts';
import { DOMAINS, withDomain } from './domains.ts';
import { sha256 } from './hash.ts';

/** Names a member key (32 bytes) in announcements and wraps without showing it. 32 bytes. */
export function memberKeyId(key: Uint8Array): Uint8Array<ArrayBuffer> {
  assertLength(key, 32, 'member key');
  return sha256(withDomain(DOMAINS.memberKeyId, key));
}
