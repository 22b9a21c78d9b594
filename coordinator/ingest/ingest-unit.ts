import type { AuditEntry } from '../../proto/domain/audit.ts';
import type { EnvelopeHeader } from '../../proto/domain/envelope.ts';
import type { CoordinatorStore, StoreUnit, StoreWrite } from '../store/coordinator-store.ts';
import { chainKey } from './envelope-record.ts';
import type { HeldHead, Heads } from './heads.ts';

/**
 * Objects that become durable together. What they change in memory changes after the disk has them; until then this
 * unit alone sees it.
 */
export class IngestUnit {
  readonly #store: CoordinatorStore;
  readonly #heads: Heads;
  readonly #placed = new Map<string, { readonly header: EnvelopeHeader; readonly headerHash: Uint8Array }>();
  #writes: StoreWrite[] = [];
  #audit: AuditEntry[] = [];
  #after: (() => void)[] = [];

  constructor(deps: { readonly store: CoordinatorStore; readonly heads: Heads }) {
    this.#store = deps.store;
    this.#heads = deps.heads;
  }

  /** The author's last place, in this unit or on disk. */
  async head(header: EnvelopeHeader): Promise<Pick<HeldHead, 'sequence' | 'headerHash'> | undefined> {
    const placed = this.#placed.get(chainKey(header));
    if (placed === undefined) return this.#heads.get(header);
    return { sequence: placed.header.sequence, headerHash: placed.headerHash };
  }

  place(header: EnvelopeHeader, headerHash: Uint8Array): void {
    this.#placed.set(chainKey(header), { header, headerHash });
  }

  add({ writes, audit }: StoreUnit): void {
    this.#writes.push(...writes);
    this.#audit.push(...audit);
  }

  /** To be called once what was added is durable. */
  after(effect: () => void): void {
    this.#after.push(effect);
  }

  /** Durable on return; the unit can be filled anew. @throws STORE_*: then nothing of it may be acknowledged */
  async commit(): Promise<void> {
    if (this.#writes.length === 0) return;
    await this.#store.commit({ writes: this.#writes, audit: this.#audit });
    for (const { header, headerHash } of this.#placed.values()) this.#heads.set(header, headerHash);
    for (const effect of this.#after) effect();
    this.#placed.clear();
    [this.#writes, this.#audit, this.#after] = [[], [], []];
  }
}
