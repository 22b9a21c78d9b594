import type { AlertId } from '../../../proto/domain/ids.ts';
import { defineCollection } from '../../ledger/collection.ts';
import { TRIAGE_MARKING } from '../markings.ts';
import { decisionKey } from '../store.ts';

/** What an investigation of an alert came to. */
export const OUTCOMES = ['TRUE_POSITIVE', 'FALSE_POSITIVE'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One person's word on an alert. A later one replaces it for all that learns from outcomes, and stands beside it. */
export type AlertOutcome = {
  readonly alertId: AlertId;
  /** From 1. */
  readonly ordinal: number;
  readonly outcome: Outcome;
  readonly note: string | null;
  /** Who answers for it. */
  readonly person: string;
  /** Business time at which the node learnt it: nothing is decided with it as of before. */
  readonly knownAtMs: number;
};

/** Key `<alert>/<ordinal>`; never changed. */
export const ALERT_OUTCOMES = defineCollection<AlertOutcome>({
  space: 'outcome',
  keyOf: ({ alertId, ordinal }) => decisionKey(alertId, ordinal),
  markingOf: () => TRIAGE_MARKING,
});
