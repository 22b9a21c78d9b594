import { setImmediate } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { LIMITS } from '../../config/settings/limits.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { ListEntry } from '../../proto/domain/records.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ListVersion } from '../records/lists/list-version.ts';
import { entriesOf, listVersions, versionsInForce } from '../records/lists/versions.ts';
import type { ScreeningIndex } from '../screening/screening-index.ts';

/** Entries indexed before others get their turn: some 10 ms (measured). */
const STEPS_A_TURN = 100;

/** Editions of lists, and each made ready for screening once, when first asked for: an edition never changes. */
export class ListIndexes {
  readonly #ledger: Ledger;
  readonly #system: Viewer;
  readonly #indexes = new LRUCache<string, Promise<ScreeningIndex>>({ max: LIMITS.screeningIndexes });
  #editions: { readonly writtenAt: number; readonly all: Promise<readonly ListVersion[]> } | undefined;

  constructor(deps: { readonly ledger: Ledger; readonly system: Viewer }) {
    this.#ledger = deps.ledger;
    this.#system = deps.system;
  }

  /** Editions that hold as of a time. */
  async inForce(asOfMs: number): Promise<readonly ListVersion[]> {
    return [...versionsInForce(await this.#readEditions(), asOfMs).values()];
  }

  of(version: ListVersion): Promise<ScreeningIndex> {
    const key = editionKey(version);
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const index = this.#build(version);
    this.#indexes.set(key, index);
    index.catch(() => this.#indexes.delete(key));
    return index;
  }

  /** Read again after each write to the lists. */
  #readEditions(): Promise<readonly ListVersion[]> {
    const writtenAt = this.#ledger.lastWritten('list');
    if (this.#editions?.writtenAt === writtenAt) return this.#editions.all;
    const all = listVersions(this.#ledger, this.#system);
    const editions = { writtenAt, all };
    this.#editions = editions;
    all.catch(() => {
      if (this.#editions === editions) this.#editions = undefined;
    });
    return all;
  }

  async #build(version: ListVersion): Promise<ScreeningIndex> {
    const entries: ListEntry[] = [];
    for await (const entry of entriesOf(this.#ledger, version, this.#system)) entries.push(entry);
    return indexInTurns(entries);
  }
}

/** Tells editions of all lists apart. */
export function editionKey({ listName, listVersion }: ListVersion): string {
  return `${listName}/${listVersion}`;
}

/** Indexes entries and lets others have their turn in between; names' tables are loaded with the first index. */
export async function indexInTurns(entries: readonly ListEntry[]): Promise<ScreeningIndex> {
  const { screeningIndexSteps } = await import('../screening/screening-index.ts');
  const steps = screeningIndexSteps(entries);
  for (let count = 1; ; count += 1) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (count % STEPS_A_TURN === 0) await setImmediate();
  }
}
