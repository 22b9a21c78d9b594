import type { EntityType } from '../../proto/domain/alert.ts';
import type { ListEntry } from '../../proto/domain/records.ts';
import type { ScoreFeature } from './compare-names.ts';
import type { ParsedName } from './parsed-name.ts';

/** Whom to look for. What is not known is null. */
export type ScreeningQuery = {
  readonly name: string;
  readonly aliases: readonly string[];
  /** YYYY-MM-DD, YYYY-MM or YYYY; the one that agrees best counts. */
  readonly datesOfBirth: readonly string[];
  /** ISO 3166-1 alpha-2, of nationality rather than residence. */
  readonly countries: readonly string[];
  /** Of papers, registers, vessels and wallets, as written. */
  readonly identifiers: readonly string[];
  readonly entityType: EntityType | null;
};

export type ScreeningOptions = {
  /** Hits at most, best first. */
  readonly limit: number;
  /** Least score of a hit, 0 to 1. */
  readonly threshold: number;
  /** Entries that are looked at; all unless given. */
  readonly accepts?: (entry: ListEntry) => boolean;
};

/** An entry that may be the one looked for. */
export type ScreeningHit = {
  readonly entry: ListEntry;
  /** 0 to 1; without a second attribute that agrees never above the cap for names. */
  readonly score: number;
  /** Add up to the score. */
  readonly features: readonly ScoreFeature[];
  /** Which of the entry's names and of the query's agreed best. */
  readonly matchedName: string;
  readonly queryName: string;
  /** Both taken apart, in the readings that agreed best. */
  readonly parsed: { readonly query: ParsedName; readonly entry: ParsedName };
};
