import { equalBytes } from '../../../crypto/bytes.ts';
import { CHAIN_START } from '../../../crypto/chain.ts';
import { commitHash } from '../commit-codec.ts';
import type { StoreFault } from '../coordinator-store.ts';
import { storeError } from '../errors.ts';
import { engineError, type StoreDatabase } from './database.ts';
import type { ChainHead } from './head-file.ts';
import { commitBounds, sequenceOf } from './keys.ts';
import { decodeStoredCommit } from './record-codec.ts';

const CHUNK = 1_000;

/** Stored commits from a sequence on, up to the end as of the call. */
export async function* storedCommits(
  database: StoreDatabase,
  fromSequence: number,
): AsyncGenerator<{ readonly sequence: number; readonly hash: Uint8Array; readonly encoded: Uint8Array }> {
  const iterator = database.iterator(commitBounds(fromSequence));
  try {
    for (;;) {
      const entries = await iterator.nextv(CHUNK);
      if (entries.length === 0) return;
      for (const [key, stored] of entries) yield { sequence: sequenceOf(key), ...decodeStoredCommit(stored) };
    }
  } catch (error) {
    throw engineError(error, 'STORE_CORRUPT');
  } finally {
    await iterator.close();
  }
}

/**
 * Follows the chain from its start: each commit in its place, with the hash that follows from the one before, and the
 * end at or beyond what was acknowledged.
 */
export async function followChain(
  database: StoreDatabase,
  acknowledged: ChainHead | undefined,
): Promise<{ readonly head: ChainHead; readonly faults: readonly StoreFault[] }> {
  const faults: StoreFault[] = [];
  let head: ChainHead = { sequence: 0, hash: CHAIN_START };
  for await (const { sequence, hash, encoded } of storedCommits(database, 0)) {
    if (sequence !== head.sequence + 1) {
      faults.push({ sequence: head.sequence + 1, problem: `commits before ${sequence} are missing` });
    } else if (!equalBytes(commitHash(head.hash, encoded), hash)) {
      faults.push({ sequence, problem: 'the commit does not follow the one before' });
    }
    head = { sequence, hash };
    if (sequence === acknowledged?.sequence && !equalBytes(hash, acknowledged.hash)) {
      faults.push({ sequence, problem: 'the commit is not the one that was acknowledged' });
    }
  }
  if (head.sequence < (acknowledged?.sequence ?? 0)) {
    faults.push({ sequence: head.sequence + 1, problem: 'commits that were acknowledged are missing' });
  }
  return { head, faults };
}

/** @throws STORE_CORRUPT for the first fault */
export function refuseFaults([first]: readonly StoreFault[]): void {
  if (first === undefined) return;
  const { sequence, problem } = first;
  throw storeError('STORE_CORRUPT', { detail: { sequence: sequence ?? undefined, problem } });
}
