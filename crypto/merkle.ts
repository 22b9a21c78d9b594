import { equalBytes } from './bytes.ts';
import { cryptoRefusal } from './errors.ts';
import { sha256 } from './hash.ts';

/** Hash of the leaves from `start` up to, but without, `end`: where a tree keeps them is its own business. */
export type RangeHash = (start: number, end: number) => Uint8Array;

const HASH_BYTES = 32;
const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

/** Hash of an entry as a leaf, 32 bytes. Source: RFC 6962, section 2.1. */
export function leafHash(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return sha256(LEAF_PREFIX, data);
}

/** Hash of two neighbours. Source: RFC 6962, section 2.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  return sha256(NODE_PREFIX, left, right);
}

/** Root over leaf hashes in order; of an empty list, SHA-256 of nothing. Source: RFC 6962, section 2.1. */
export function rootOf(leafHashes: readonly Uint8Array[]): Uint8Array {
  const tree = new CompactTree();
  for (const hash of leafHashes) tree.append(hash);
  return tree.root();
}

/** A tree that only grows and keeps what its next root needs: at most 53 hashes. */
export class CompactTree {
  /** The complete subtree of 2^level leaves at each set bit of the size. */
  readonly #peaks: Uint8Array[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** A tree of its own with the same leaves, to try out what would come next. */
  copy(): CompactTree {
    const tree = new CompactTree();
    tree.#peaks.push(...this.#peaks);
    tree.#size = this.#size;
    return tree;
  }

  append(leaf: Uint8Array): void {
    let carried = leaf;
    let level = 0;
    for (let rest = this.#size; isOdd(rest); rest = half(rest)) {
      carried = nodeHash(this.#peaks[level] ?? carried, carried);
      level += 1;
    }
    this.#peaks[level] = carried;
    this.#size += 1;
  }

  root(): Uint8Array {
    let root: Uint8Array | undefined;
    let rest = this.#size;
    for (const peak of this.#peaks) {
      if (isOdd(rest)) root = root === undefined ? peak : nodeHash(peak, root);
      rest = half(rest);
    }
    return root ?? sha256();
  }
}

/** Proof that a leaf stands at `index` of the tree over `leafHashes`. Throws CRYPTO_PROOF outside of it. */
export function inclusionProof(leafHashes: readonly Uint8Array[], index: number): Uint8Array[] {
  return inclusionPath(index, leafHashes.length, rangeOf(leafHashes));
}

/** Proof that the tree over `leafHashes` extends that of its first `oldSize`. Throws CRYPTO_PROOF outside of it. */
export function consistencyProof(leafHashes: readonly Uint8Array[], oldSize: number): Uint8Array[] {
  return consistencyPath(oldSize, leafHashes.length, rangeOf(leafHashes));
}

/**
 * The audit path of a leaf, from its sibling upwards.
 * Throws CRYPTO_PROOF unless 0 ≤ index < size. Source: RFC 6962, section 2.1.1.
 */
export function inclusionPath(index: number, size: number, rangeHash: RangeHash): Uint8Array[] {
  if (!isCount(index) || !isCount(size) || index >= size) throw cryptoRefusal('CRYPTO_PROOF');
  const path: Uint8Array[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start);
    if (index < middle) {
      path.push(rangeHash(middle, end));
      end = middle;
    } else {
      path.push(rangeHash(start, middle));
      start = middle;
    }
  }
  return path.reverse();
}

/**
 * The consistency proof between two sizes of one tree. From size 0 it is empty, as there is nothing to prove.
 * Throws CRYPTO_PROOF unless 0 ≤ oldSize ≤ size. Source: RFC 6962, section 2.1.2.
 */
export function consistencyPath(oldSize: number, size: number, rangeHash: RangeHash): Uint8Array[] {
  if (!isCount(oldSize) || !isCount(size) || oldSize > size) throw cryptoRefusal('CRYPTO_PROOF');
  if (oldSize === 0) return [];
  const path: Uint8Array[] = [];
  let [start, end] = [0, size];
  while (end !== oldSize) {
    const middle = start + largestPowerBelow(end - start);
    if (oldSize <= middle) {
      path.push(rangeHash(middle, end));
      end = middle;
    } else {
      path.push(rangeHash(start, middle));
      start = middle;
    }
  }
  // The verifier has the old root: when the remaining subtree is the whole old tree, it needs no hash for it.
  if (start !== 0) path.push(rangeHash(start, end));
  return path.reverse();
}

/** Whether the proof puts the leaf at `index` of the tree with this root. Source: RFC 9162, section 2.1.3.2. */
export function verifyInclusion(claim: {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly treeSize: number;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}): boolean {
  const { index, treeSize, proof } = claim;
  if (!isCount(index) || !isCount(treeSize) || index >= treeSize) return false;
  if (![claim.leafHash, ...proof].every(isHash)) return false;
  let [place, last] = [index, treeSize - 1];
  let hash = claim.leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && equalBytes(hash, claim.root);
}

/**
 * Whether the proof shows that the new tree extends the old. False for old size 0: every tree extends the empty one,
 * so a proof of that is a sign of confusion. Source: RFC 9162, section 2.1.4.2.
 */
export function verifyConsistency(claim: {
  readonly oldSize: number;
  readonly newSize: number;
  readonly oldRoot: Uint8Array;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}): boolean {
  const { oldSize, newSize, oldRoot, newRoot, proof } = claim;
  if (!isCount(oldSize) || !isCount(newSize) || oldSize === 0 || oldSize > newSize) return false;
  if (oldSize === newSize) return proof.length === 0 && equalBytes(oldRoot, newRoot);
  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  if (proof.length === 0 || first === undefined || ![first, ...rest].every(isHash)) return false;
  let [place, last] = [oldSize - 1, newSize - 1];
  while (isOdd(place)) [place, last] = [half(place), half(last)];
  let [oldHash, newHash] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      [oldHash, newHash] = [nodeHash(sibling, oldHash), nodeHash(sibling, newHash)];
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && equalBytes(oldHash, oldRoot) && equalBytes(newHash, newRoot);
}

/** The largest power of two smaller than `count`, which is at least 2: where RFC 6962 splits a list. */
export function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

function rangeOf(leafHashes: readonly Uint8Array[]): RangeHash {
  return (start, end) => rootOf(leafHashes.slice(start, end));
}

// Sizes go up to 2^53 − 1, so no bit operators, which cut to 32 bits.
function isOdd(count: number): boolean {
  return count % 2 === 1;
}

function half(count: number): number {
  return Math.floor(count / 2);
}

function isPowerOfTwo(count: number): boolean {
  return 2 ** Math.round(Math.log2(count)) === count;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === HASH_BYTES;
}
