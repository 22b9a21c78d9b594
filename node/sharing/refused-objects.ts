import { toHex } from '../../crypto/bytes.ts';
import { defineCollection } from '../ledger/collection.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import { MEMBERS } from './markings.ts';
import type { SinkName } from './outbox.ts';

/** An own object that a recipient will never take. */
export type RefusedObject = {
  /** Hex. */
  readonly headerHash: string;
  readonly sink: SinkName;
  readonly code: string;
  readonly atMs: number;
};

/** Kept as long as the object: one a recipient at most. */
export const REFUSED_OBJECTS = defineCollection<RefusedObject>({
  space: 'refusedObject',
  keyOf: ({ headerHash, sink }) => `${headerHash}/${sink}`,
  markingOf: () => MEMBERS,
});

/** Who will not take an object. */
export async function refusalsOf(
  ledger: Ledger,
  viewer: Viewer,
  headerHash: Uint8Array,
): Promise<readonly RefusedObject[]> {
  return Array.fromAsync(REFUSED_OBJECTS.list(ledger, { prefix: `${toHex(headerHash)}/` }, viewer));
}
