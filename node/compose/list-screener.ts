import { setImmediate } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { LIMITS } from '../../config/settings/limits.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { ListEntry } from '../../proto/domain/records.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ListVersion } from '../records/lists/list-version.ts';
import { entriesOf, listVersions, versionsInForce } from '../records/lists/versions.ts';
import type { ScreeningIndex } from '../screening/screening-index.ts';
import type { ScreeningHit as FoundEntry, ScreeningQuery } from '../screening/query.ts';
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
 * tables of names and transliteration are loaded with the first. An answer is remembered by the editions and by all of
 * the subject that it rests on, so that a customer's further alerts are not searched again.
 */
export class ListScreener implements Screener {
  readonly #ledger: Ledger;
  readonly #system: Viewer;
  readonly #indexes = new LRUCache<string, Promise<ScreeningIndex>>({ max: LIMITS.screeningIndexes });
  readonly #answers = new LRUCache<string, Promise<readonly ScreeningHit[]>>({ max: LIMITS.screeningAnswers });
  #editions: { readonly writtenAt: number; readonly all: Promise<readonly ListVersion[]> } | undefined;
  #screening: Promise<typeof import('../screening/screen.ts')> | undefined;

  constructor(deps: { readonly ledger: Ledger; readonly system: Viewer }) {
    this.#ledger = deps.ledger;
    this.#system = deps.system;
  }

  async screen({ name, aliases, entityType }: ScreeningSubject, asOfMs: number): Promise<readonly ScreeningHit[]> {
    const versions = [...versionsInForce(await this.#readEditions(), asOfMs).values()];
    if (versions.length === 0) return [];
    // Date of birth and country are triage's to weigh: handing them over would count them twice.
    const query = { name, aliases, entityType, datesOfBirth: [], countries: [], identifiers: [] };
    const key = JSON.stringify([query, versions.map(editionKey)]);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = this.#search(query, versions);
    this.#answers.set(key, answer);
    answer.catch(() => this.#answers.delete(key));
    return answer;
  }

  async #search(query: ScreeningQuery, versions: readonly ListVersion[]): Promise<readonly ScreeningHit[]> {
    const indexes = await Promise.all(versions.map((version) => this.#indexOf(version)));
    this.#screening ??= import('../screening/screen.ts');
    const { screen } = await this.#screening;
    const found = indexes.flatMap((index) => screen(index, query, { limit: HITS, threshold: THRESHOLD }));
    return found
      .map(hitOf)
      .sort((one, other) => other.nameScore - one.nameScore || (one.entryId < other.entryId ? -1 : 1))
      .slice(0, HITS);
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

  /** An edition never changes, so its index does not either. */
  #indexOf(version: ListVersion): Promise<ScreeningIndex> {
    const key = editionKey(version);
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

function editionKey({ listName, listVersion }: ListVersion): string {
  return `${listName}/${listVersion}`;
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
