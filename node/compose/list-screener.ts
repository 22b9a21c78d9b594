import { LRUCache } from 'lru-cache';
import { LIMITS } from '../../config/settings/limits.ts';
import type { ListVersion } from '../records/lists/list-version.ts';
import { nameFeatures, nameScoreOf } from '../screening/name-score.ts';
import type { ScreeningHit as FoundEntry, ScreeningQuery } from '../screening/query.ts';
import { editionKey, type ListIndexes } from './list-indexes.ts';
import type { Screener, ScreeningHit, ScreeningSubject } from '../triage/ports.ts';

/** Below it a name is another one to triage (assess-match.ts, OTHER_NAME), with room for what the cap takes. */
const THRESHOLD = 0.75;
const HITS = 50;

/**
 * Screens against the editions of the lists that were in force at a time; tables of names and transliteration are loaded
 * with the first call. An answer is remembered by the editions and by all of
 * the subject that it rests on, so that a customer's further alerts are not searched again.
 */
export class ListScreener implements Screener {
  readonly #indexes: ListIndexes;
  readonly #answers = new LRUCache<string, Promise<readonly ScreeningHit[]>>({ max: LIMITS.screeningAnswers });
  #screening: Promise<typeof import('../screening/screen.ts')> | undefined;

  constructor(deps: { readonly indexes: ListIndexes }) {
    this.#indexes = deps.indexes;
  }

  async screen({ name, aliases, entityType }: ScreeningSubject, asOfMs: number): Promise<readonly ScreeningHit[]> {
    const versions = await this.#indexes.inForce(asOfMs);
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
    const indexes = await Promise.all(versions.map((version) => this.#indexes.of(version)));
    this.#screening ??= import('../screening/screen.ts');
    const { screen } = await this.#screening;
    const found = indexes.flatMap((index) => screen(index, query, { limit: HITS, threshold: THRESHOLD }));
    return found
      .map(hitOf)
      .sort((one, other) => other.nameScore - one.nameScore || (one.entryId < other.entryId ? -1 : 1))
      .slice(0, HITS);
  }
}

function hitOf({ entry, features }: FoundEntry): ScreeningHit {
  return {
    listName: entry.listName,
    listVersion: entry.listVersion,
    listKind: entry.listKind,
    entryId: entry.entryId,
    name: entry.name,
    nameScore: nameScoreOf(features),
    nameFeatures: nameFeatures(features),
    datesOfBirth: entry.datesOfBirth,
    countries: entry.countries,
    programs: entry.programs,
  };
}
