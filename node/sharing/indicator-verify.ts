import { equalBytes } from '../../crypto/bytes.ts';
import { openCheckpoint } from '../../crypto/checkpoint.ts';
import { indicatorLeaf, verifyIndicator } from '../../crypto/indicator.ts';
import { type CompactTree, leafHash, verifyInclusion } from '../../crypto/merkle.ts';
import { decodeIndicator } from '../../proto/codec/indicator.ts';
import type { Indicator, SignedIndicator } from '../../proto/domain/exchange.ts';
import { sharingRefusal } from './refusal.ts';

/** What an indicator is checked against: all of it follows from the genesis. */
export type IndicatorTrust = { readonly logKey: Uint8Array; readonly origin: string; readonly indicatorBytes: number };

/** An indicator that verified; without contents where it was withdrawn and erased since. */
export type OpenedIndicator = {
  readonly indicator: Indicator | undefined;
  /** Its entry in the indicator log, and that entry's hash in the tree. */
  readonly commitment: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly treeSize: number;
  readonly root: Uint8Array;
};

/**
 * Verifies an indicator from itself and the genesis alone: the log key's signature, the commitment's place in the
 * indicator log, the signed checkpoint.
 * @throws SHARING_INDICATOR, CRYPTO_CHECKPOINT, WIRE_*
 */
export function openIndicator(signed: SignedIndicator, trust: IndicatorTrust): OpenedIndicator {
  const erased = signed.leaf.length > 0;
  if (!erased && !verifyIndicator(trust.logKey, signed.indicator, signed.signature)) {
    throw sharingRefusal('SHARING_INDICATOR', 'reject', { part: 'signature' });
  }
  const checkpoint = openCheckpoint(signed.checkpoint, trust.origin, trust.logKey);
  const commitment = erased ? signed.leaf : indicatorLeaf(signed.salt, signed.indicator);
  const entry = leafHash(commitment);
  const proof = [...signed.inclusionProof];
  const claim = { leafHash: entry, index: signed.position, treeSize: checkpoint.size, proof, root: checkpoint.root };
  if (checkpoint.origin !== trust.origin || !verifyInclusion(claim)) {
    throw sharingRefusal('SHARING_INDICATOR', 'reject', { part: 'inclusion' });
  }
  const indicator = erased ? undefined : decodeIndicator(signed.indicator, trust.indicatorBytes);
  return { indicator, commitment, leafHash: entry, treeSize: checkpoint.size, root: checkpoint.root };
}

/**
 * Whether a checkpoint agrees with the leaves held in order. Only a checkpoint over exactly these leaves can be
 * compared; one over more is compared when the leaves up to it have come.
 */
export function agreesWithLeaves(tree: CompactTree, treeSize: number, root: Uint8Array): boolean {
  return tree.size !== treeSize || equalBytes(tree.root(), root);
}
