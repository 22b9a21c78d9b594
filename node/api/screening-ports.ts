import type { EntityType } from '../../proto/domain/alert.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Customer, ListEntry } from '../../proto/domain/records.ts';
import type { ListVersion } from '../records/lists/list-version.ts';

/** Whom to look for. */
export type ScreeningQuestion = {
  readonly names: readonly string[];
  readonly datesOfBirth: readonly string[];
  readonly countries: readonly string[];
  readonly identifiers: readonly string[];
  readonly entityType: EntityType | null;
};

export type ScreeningScope = {
  /** Lists that are looked through. */
  readonly lists: readonly ListVersion[];
  /** Entries that count. */
  readonly accepts: (entry: ListEntry) => boolean;
  /** Least score of a hit, 0 to 1. */
  readonly cutoff: number;
  /** Findings that are given, the best; at most LIMITS.matchResults. */
  readonly limit: number;
};

/** What one consideration adds to a score, or takes from it. */
export type HitFeature = { readonly name: string; readonly contribution: number };

/** An entry that may be meant, and why. */
export type ScreeningFinding = {
  readonly entry: ListEntry;
  /** When the version of the list came into force. */
  readonly knownAtMs: number;
  /** 0 to 1, and the part of it that the names make. */
  readonly score: number;
  readonly nameScore: number;
  /** Add up to the score. */
  readonly features: readonly HitFeature[];
  readonly queryName: string;
  readonly matchedName: string;
  /** Parts of both names that were paired, and why; in transliteration. */
  readonly pairs: readonly {
    readonly query: string;
    readonly entry: string;
    readonly similarity: number;
    readonly because: string;
  }[];
  readonly queryRest: readonly string[];
  readonly entryRest: readonly string[];
};

/** What was found: the best, and how many there are. */
export type ScreeningResult = { readonly total: number; readonly findings: readonly ScreeningFinding[] };

/** A customer's hits; those that two persons have set aside are marked. */
export type CustomerScreening = {
  readonly customer: Customer;
  readonly asOfMs: number;
  readonly lists: readonly ListVersion[];
  readonly findings: readonly (ScreeningFinding & { readonly whitelisted: boolean })[];
};

/** Looks names up in the lists that are in force. */
export type ScreeningDesk = {
  /** Least score of a hit that somebody should look at. */
  readonly threshold: number;
  /** Lists in force now, by name. */
  lists(): Promise<readonly ListVersion[]>;
  /** Best first. Rejects with the signal's reason when that fires. */
  screen(question: ScreeningQuestion, scope: ScreeningScope, signal: AbortSignal): Promise<ScreeningResult>;
  /** undefined where the viewer may see no such customer. */
  screenCustomer(customerId: string, viewer: Viewer, signal: AbortSignal): Promise<CustomerScreening | undefined>;
};
