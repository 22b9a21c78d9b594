import { setImmediate } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { LIMITS } from '../../config/settings/limits.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { ListEntry } from '../../proto/domain/records.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ListVersion } from '../records/lists/list-version.ts';
import { entriesOf, listVersionsAsOf } from '../records/lists/versions.ts';
import type { ScreeningIndex } from '../screening/screening-index.ts';
import type { ScreeningHit as FoundEntry } from '../screening/query.ts';
import type { Screener, ScreeningHit, ScreeningSubject } from '../triage/ports.ts';

/** Features of the screener that speak of other attributes than the name, which triage weighs itself. */
const ATTRIBUTE_FEATURES: ReadonlySet<string> = new Set(['name_only_cap', 'date_of_birth', 'country', 'entity_type']);
/** Below it a name is another one to triage (assess-match.ts, OTHER_NAME), with room for what the cap takes. */
const THRESHOLD = 0.75;
const HITS = 50;
/** Entries indexed before others get their turn: some 10 ms (measured). */
const STEPS_A_TURN = 100;

/**
 * Screens against the editions of the lists that were in force at a time. Each edition is indexed once, when first asked;
 * tables of names and transliteration are loaded with the first.
 */
export class ListScreener implements Screener {
  readonly #ledger: Ledger;
  readonly #system: Viewer;
  readonly #indexes = new LRUCache<string, Promise<ScreeningIndex>>({ max: LIMITS.screeningIndexes });

  constructor(deps: { readonly ledger: Ledger; readonly system: Viewer }) {
    this.#ledger = deps.ledger;
    this.#system = deps.system;
  }

  async screen(subject: ScreeningSubject, asOfMs: number): Promise<readonly ScreeningHit[]> {
    const versions = [...(await listVersionsAsOf(this.#ledger, asOfMs, this.#system)).values()];
    const indexes = await Promise.all(versions.map((version) => this.#indexOf(version)));
    const { name, aliases, entityType } = subject;
    // Date of birth and country are triage's to weigh: handing them over would count them twice.
    const query = { name, aliases, entityType, datesOfBirth: [], countries: [], identifiers: [] };
    if (indexes.length === 0) return [];
    const { screen } = await import('../screening/screen.ts');
    const found = indexes.flatMap((index) => screen(index, query, { limit: HITS, threshold: THRESHOLD }));
    return found
      .map(hitOf)
      .sort((one, other) => other.nameScore - one.nameScore || (one.entryId < other.entryId ? -1 : 1))
      .slice(0, HITS);
  }

  /** An edition never changes, so its index does not either. */
  #indexOf(version: ListVersion): Promise<ScreeningIndex> {
    const key = `${version.listName}/${version.listVersion}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const index = this.#build(version);
    this.#indexes.set(key, index);
    index.catch(() => this.#indexes.delete(key));
    return index;
  }

  async #build(version: ListVersion): Promise<ScreeningIndex> {
    const entries: ListEntry[] = [];
    for await (const entry of entriesOf(this.#ledger, version, this.#system)) entries.push(entry);
    const { screeningIndexSteps } = await import('../screening/screening-index.ts');
    const steps = screeningIndexSteps(entries);
    for (let count = 1; ; count += 1) {
      const step = steps.next();
      if (step.done === true) return step.value;
      if (count % STEPS_A_TURN === 0) await setImmediate();
    }
  }
}

function hitOf({ entry, features }: FoundEntry): ScreeningHit {
  const nameScore = features
    .filter(({ name }) => !ATTRIBUTE_FEATURES.has(name))
    .reduce((sum, { contribution }) => sum + contribution, 0);
  return {
    listName: entry.listName,
    listVersion: entry.listVersion,
    listKind: entry.listKind,
    entryId: entry.entryId,
    name: entry.name,
    nameScore: Math.min(1, Math.max(0, nameScore)),
    datesOfBirth: entry.datesOfBirth,
    countries: entry.countries,
    programs: entry.programs,
  };
}
