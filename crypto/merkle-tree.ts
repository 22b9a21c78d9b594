import { assertLength } from './bytes.ts';
import { cryptoRefusal } from './errors.ts';
import { consistencyPath, inclusionPath, largestPowerBelow, nodeHash } from './merkle.ts';
import { sha256 } from './hash.ts';

const HASH_BYTES = 32;

/**
 * An append-only RFC 6962 tree that keeps every complete subtree in memory (64 bytes an entry), so that an append
 * costs one hash on average, and a root or proof at any earlier size O(log² n) of them.
 * Not durable: its owner builds it from the log's entries at start.
 */
export class MerkleTree {
  /** Level l holds the hashes of the complete subtrees of 2^l leaves, in order. */
  readonly #levels: HashColumn[] = [new HashColumn()];

  get size(): number {
    return this.#column(0).length;
  }

  append(leafHash: Uint8Array): void {
    assertLength(leafHash, HASH_BYTES, 'leaf hash');
    let carried = leafHash;
    for (let level = 0; ; level += 1) {
      const column = this.#column(level);
      column.push(carried);
      if (column.length % 2 === 1) return;
      carried = nodeHash(column.at(column.length - 2), carried);
    }
  }

  /** Root at a size up to the present one; CRYPTO_PROOF beyond it. */
  root(size = this.size): Uint8Array {
    this.#assertSize(size);
    return size === 0 ? sha256() : this.#rangeHash(0, size);
  }

  /** Proof that a leaf stands at `index` of the tree as it was at `size`. Throws CRYPTO_PROOF outside of it. */
  inclusionProof(index: number, size = this.size): Uint8Array[] {
    this.#assertSize(size);
    return inclusionPath(index, size, (start, end) => this.#rangeHash(start, end));
  }

  /** Proof that the tree at `size` extends that at `oldSize`. Throws CRYPTO_PROOF outside of it. */
  consistencyProof(oldSize: number, size = this.size): Uint8Array[] {
    this.#assertSize(size);
    return consistencyPath(oldSize, size, (start, end) => this.#rangeHash(start, end));
  }

  /** Every range that a proof asks for begins at a multiple of its own width, rounded up to a power of two. */
  #rangeHash(start: number, end: number): Uint8Array {
    const width = end - start;
    const level = Math.log2(width);
    if (Number.isInteger(level)) return this.#column(level).at(start / width);
    const middle = start + largestPowerBelow(width);
    return nodeHash(this.#rangeHash(start, middle), this.#rangeHash(middle, end));
  }

  #column(level: number): HashColumn {
    const column = this.#levels[level] ?? new HashColumn();
    this.#levels[level] = column;
    return column;
  }

  #assertSize(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.size) throw cryptoRefusal('CRYPTO_PROOF');
  }
}

/** Hashes side by side in one growing buffer: a third of the memory of an array of byte strings. */
class HashColumn {
  #bytes = new Uint8Array(16 * HASH_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(hash: Uint8Array): void {
    const offset = this.#length * HASH_BYTES;
    if (offset === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(hash, offset);
    this.#length += 1;
  }

  at(index: number): Uint8Array {
    return this.#bytes.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES);
  }
}
