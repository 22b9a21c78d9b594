import { toHex } from '../../crypto/bytes.ts';
import { signCheckpoint } from '../../crypto/checkpoint.ts';
import { leafHash } from '../../crypto/merkle.ts';
import { MerkleTree } from '../../crypto/merkle-tree.ts';

export const LOG_NAMES = ['control', 'indicators'] as const;
export type LogName = (typeof LOG_NAMES)[number];

/** First line of a log's checkpoints, which is also the name of the key that signs them. */
export function originOf(federationId: Uint8Array, name: LogName): string {
  return `concordat/${toHex(federationId)}/${name}`;
}

/**
 * The tree over a log's entries, with its signed head and proofs. Holds hashes only; entries lie in the store, from
 * which it is built at start, and an entry is appended here once it is durable there.
 * Source: RFC 6962; C2SP tlog-checkpoint.
 */
export class TreeLog {
  readonly origin: string;
  readonly #secretKey: Uint8Array;
  readonly #tree = new MerkleTree();
  readonly #waiting = new Set<() => void>();
  #latest: { readonly size: number; readonly note: Uint8Array } | undefined;

  constructor(origin: string, secretKey: Uint8Array) {
    this.origin = origin;
    this.#secretKey = secretKey;
  }

  get size(): number {
    return this.#tree.size;
  }

  append(entry: Uint8Array): void {
    this.#tree.append(leafHash(entry));
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** The signed head of the tree as it was at a size. Throws CRYPTO_PROOF beyond the present one. */
  checkpoint(size = this.size): Uint8Array {
    if (this.#latest?.size === size) return this.#latest.note;
    const note = signCheckpoint(
      { origin: this.origin, size, root: this.#tree.root(size) },
      this.origin,
      this.#secretKey,
    );
    if (size === this.size) this.#latest = { size, note };
    return note;
  }

  root(size = this.size): Uint8Array {
    return this.#tree.root(size);
  }

  inclusionProof(index: number, size = this.size): readonly Uint8Array[] {
    return this.#tree.inclusionProof(index, size);
  }

  consistencyProof(oldSize: number, size = this.size): readonly Uint8Array[] {
    return this.#tree.consistencyProof(oldSize, size);
  }

  /** Resolves when the log is longer than `size`, or when the signal ends the wait. */
  async grown(size: number, signal: AbortSignal): Promise<void> {
    if (this.size > size || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
