import type { EntityKey } from '../../../proto/domain/ids.ts';
import { agencyOfKey } from '../account-ref.ts';
import type { TypologyHit } from '../detectors/detect.ts';
import type { Neighbourhood } from '../detectors/finding.ts';
import { type LinearHead, probability, scoreHead } from '../models/linear-head.ts';
import { accountFeatures } from './account-features.ts';
import { type FeatureValues, typologyFeature } from './feature-table.ts';

/** What is known of the account and of the alert besides transfers. */
export type CaseFacts = {
  readonly business: boolean;
  /** Years since the account was opened; null where unknown. */
  readonly accountAgeYears: number | null;
  readonly alertTransferIds: ReadonlySet<string>;
  readonly alertCounterparties: number;
  /** A periodic review rather than transfers that a rule found. */
  readonly isReview: boolean;
};

/** Beyond so many years an account's age says nothing more. */
const FULL_AGE_YEARS = 20;
/** Where the age is not known: neither new nor old. */
const UNKNOWN_AGE_YEARS = 5;
/** Brings sums of probabilities to where ln(1 + x) tells them apart. */
const RISK_SCALE = 10;

/** Features from the agency's own view alone. Pure: equal input, equal values. */
export function ownFeatures(
  neighbourhood: Neighbourhood,
  facts: CaseFacts,
  hits: readonly TypologyHit[],
  counterpartyHead: LinearHead,
): FeatureValues {
  return { ...seenFeatures(neighbourhood, facts, hits), ...counterpartyFeatures(neighbourhood, counterpartyHead) };
}

/** Those of the own features that no model has a say in. */
export function seenFeatures(
  neighbourhood: Neighbourhood,
  facts: CaseFacts,
  hits: readonly TypologyHit[],
): FeatureValues {
  return {
    ...accountFeatures(neighbourhood.subject),
    ...caseFeatures(neighbourhood, facts),
    ...Object.fromEntries(hits.map(({ typology, strength }) => [typologyFeature(typology), strength])),
  };
}

/** Each counterparty's own probability of being risky, from what this agency sees of it. */
export function counterpartyRisks({ counterparties }: Neighbourhood, head: LinearHead): ReadonlyMap<EntityKey, number> {
  return new Map(
    [...counterparties].map(([key, view]) => [key, probability(scoreHead(head, accountFeatures(view)).logOdds)]),
  );
}

function caseFeatures({ subject }: Neighbourhood, facts: CaseFacts): FeatureValues {
  const agency = agencyOfKey(subject.key);
  const outside = subject.recent.filter(({ other }) => agencyOfKey(other) !== agency).length;
  const oneOffs = subject.recent.filter(
    ({ edgeId, other }) => facts.alertTransferIds.has(edgeId) && (subject.counterparties.get(other)?.oneOff ?? false),
  );
  return {
    business: facts.business ? 1 : 0,
    account_age: Math.min(FULL_AGE_YEARS, facts.accountAgeYears ?? UNKNOWN_AGE_YEARS),
    outside_share: subject.recent.length === 0 ? 0 : outside / subject.recent.length,
    alert_one_offs: Math.log1p(oneOffs.length),
    alert_counterparties: Math.log1p(facts.alertCounterparties),
    is_review: facts.isReview ? 1 : 0,
  };
}

function counterpartyFeatures(neighbourhood: Neighbourhood, head: LinearHead): FeatureValues {
  const { subject } = neighbourhood;
  const agency = agencyOfKey(subject.key);
  return riskSums(
    [...counterpartyRisks(neighbourhood, head)].map(([key, risk]) => ({
      inside: agencyOfKey(key) === agency,
      oneOff: subject.counterparties.get(key)?.oneOff ?? false,
      risk,
    })),
  );
}

/** A counterparty's own probability of being risky; whether it banks here, and was dealt with but once. */
export type CounterpartyRisk = { readonly inside: boolean; readonly oneOff: boolean; readonly risk: number };

/** The features that counterparties' risks add up to. */
export function riskSums(counterparties: readonly CounterpartyRisk[]): FeatureValues {
  const sums = { inside: 0, outside: 0, insideOnce: 0, outsideOnce: 0 };
  for (const { inside, oneOff, risk } of counterparties) {
    sums[inside ? 'inside' : 'outside'] += risk;
    if (oneOff) sums[inside ? 'insideOnce' : 'outsideOnce'] += risk;
  }
  return {
    inside_counterparty_risk: Math.log1p(RISK_SCALE * sums.inside),
    outside_counterparty_risk: Math.log1p(RISK_SCALE * sums.outside),
    inside_one_off_risk: Math.log1p(RISK_SCALE * sums.insideOnce),
    outside_one_off_risk: Math.log1p(RISK_SCALE * sums.outsideOnce),
  };
}
