import { DOMAINS, withDomain } from './domains.ts';
import { sha256 } from './hash.ts';

/** The federation's id, 32 bytes: the hash of the genesis as its bytes stand, never encoded again. */
export function federationIdOf(genesisBytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return sha256(withDomain(DOMAINS.genesis, genesisBytes));
}
