import type { Alert } from '../../../proto/domain/alert.ts';
import type { Evidence } from '../../../proto/domain/decision.ts';
import type { TypologyHit } from '../detectors/detect.ts';
import type { FeatureValues } from '../features/feature-table.ts';
import type { MarkedAccount } from '../escalation.ts';
import type { ListMatch } from '../listed/list-matches.ts';
import type { MatchOutcome, NotAsked } from '../ports.ts';
import type { AlertRow } from '../store.ts';
import type { DataQuality } from './data-quality.ts';

/** What the account did in the window, for the narrative. */
export type ActivityFacts = {
  readonly incoming: number;
  readonly outgoing: number;
  readonly counterparties: number;
  readonly oneOffCounterparties: number;
  readonly otherAgencies: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
};

/** All that is known of an alert as of a time; the same facts give the same bytes. */
export type Enrichment = {
  readonly alert: Alert;
  readonly asOfMs: number;
  readonly customerKnown: boolean;
  readonly evidence: readonly Evidence[];
  readonly history: readonly AlertRow[];
  readonly listMatches: readonly ListMatch[];
  readonly countries: readonly string[];
  /** null where the alert is about no account that the agency knows. */
  readonly activity: ActivityFacts | null;
  readonly typologyHits: readonly TypologyHit[];
  /** Features from the own view, and those from peers apart, so that leaving them out is leaving them out. */
  readonly ownValues: FeatureValues;
  readonly peerValues: FeatureValues;
  readonly peers: PeerFacts;
  /** What came of asking peers; null where the node asks nobody, ever. */
  readonly asked: MatchOutcome | NotAsked | null;
  readonly dataQuality: DataQuality;
  readonly marked: readonly MarkedAccount[];
  readonly sourcesUsed: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
};

/** What peers gave, in numbers. */
export type PeerFacts = {
  readonly accountIndicators: number;
  readonly counterpartyIndicators: number;
  readonly hints: number;
  readonly topHints: number;
  readonly matches: number;
  readonly firstKnownMs: number | null;
  /** Privacy loss and queries spent, by kind. */
  readonly cost: Readonly<Record<string, number>>;
};
