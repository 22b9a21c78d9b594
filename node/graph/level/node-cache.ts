import { LIMITS } from '../../../config/settings/limits.ts';
import type { GraphNode } from '../graph-store.ts';
import { TABLES } from './keys.ts';

/**
 * Versions of the nodes read last, by key, latest known first. Each edge that is read asks for its other end, and the same accounts are
 * asked for again and again. When it is full it is emptied: no order is kept for a hit to update.
 */
export class NodeCache {
  readonly #versions = new Map<string, readonly GraphNode[]>();

  get(key: string): readonly GraphNode[] | undefined {
    return this.#versions.get(key);
  }

  put(key: string, versions: readonly GraphNode[]): void {
    if (this.#versions.size >= LIMITS.graphCachedNodes) this.#versions.clear();
    this.#versions.set(key, versions);
  }

  /** To be called for every key that is written; those of other tables are none of its own. */
  forget(key: Buffer): void {
    if (key[0] === TABLES.node) this.#versions.delete(key.toString('utf8', 1));
  }

  clear(): void {
    this.#versions.clear();
  }
}
