import { JURISDICTION_POINTS } from '../../../config/lists/jurisdictions.ts';
import { type Contribution, RISK_COMPONENTS, type RiskComponent } from '../../../proto/domain/decision.ts';
import type { Enrichment } from '../enrichment/enrichment.ts';
import { EVIDENCE, matchEvidenceId } from '../enrichment/own-evidence.ts';
import { FEATURES } from '../features/feature-table.ts';
import { countryIn } from '../listed/country.ts';
import type { ListMatch } from '../listed/list-matches.ts';
import type { ModelScore, Scorer } from '../models/driver.ts';
import type { ScorerArtefact } from '../models/scorer-artefact.ts';
import { evidenceOfFeature } from './feature-evidence.ts';

export type RiskDeps = { readonly scorer: Scorer; readonly weights: ScorerArtefact['weights'] };

export type RiskAssessment = {
  /** 0 to 100, unrounded: Σ weight · component. */
  readonly riskScore: number;
  readonly components: Readonly<Record<RiskComponent, number>>;
  /** Of each component; they sum to it. */
  readonly contributions: readonly Contribution[];
  /** 0 to 1: how sure the assessment is of itself, whichever way it points. */
  readonly riskConfidence: number;
  readonly beyondTraining: readonly string[];
};

/** Points for a customer that the agency's records do not have: nothing that is said of it can be checked. Chosen. */
const UNKNOWN_CUSTOMER_POINTS = 30;
const MISSING_FIELD_POINTS = 5;
/** Where somebody is from says less than where they live. Chosen. */
const NATIONALITY_SHARE = 0.5;

/** Sums of floating points miss the ends of the scale by no more. */
const ROUNDING = 1e-6;

const FROM_PEERS: ReadonlySet<string> = new Set(FEATURES.filter(({ fromPeers }) => fromPeers).map(({ name }) => name));

/**
 * Scores an alert: customer, geography and adverse media by rule, transactions and network by the scorer. Pure.
 * Monotone: a stronger match, a riskier country, or more of any rising feature never lowers the score.
 * @param withPeers false for the counterfactual, which is this same call without what peers gave
 */
export function assessRisk(
  { scorer, weights }: RiskDeps,
  enrichment: Enrichment,
  { withPeers }: { readonly withPeers: boolean },
): RiskAssessment {
  const values = withPeers ? { ...enrichment.ownValues, ...enrichment.peerValues } : enrichment.ownValues;
  const model = scorer.score(values);
  const hasAccount = enrichment.activity !== null;
  const contributions = [
    ...customerContributions(enrichment),
    ...geographicContributions(enrichment),
    ...mediaContributions(enrichment),
    ...(hasAccount ? scored(model, enrichment) : []),
  ];
  const limited = [...contributions, ...scaleEnds(contributions)];
  const components = onScale(sumByComponent(limited));
  const weight = weights[enrichment.alert.alertType];
  return {
    riskScore: RISK_COMPONENTS.reduce((sum, component) => sum + weight[component] * components[component], 0),
    components,
    contributions: limited,
    riskConfidence: riskConfidence(enrichment, model, hasAccount),
    beyondTraining: hasAccount ? model.beyondTraining : [],
  };
}

function customerContributions({
  alert,
  customerKnown,
  dataQuality,
  listMatches,
}: Enrichment): readonly Contribution[] {
  const listed = strongestOf(listMatches, ({ listKind }) => listKind !== 'ADVERSE_MEDIA');
  const missing = dataQuality.missingCriticalFields.length;
  return [
    ...(listed === undefined ? [] : [matchPoints('customer', 'listed_person', listed)]),
    ...(customerKnown ? [] : [points('customer', 'unknown_customer', UNKNOWN_CUSTOMER_POINTS, EVIDENCE.customer)]),
    ...(missing === 0 ? [] : [points('customer', 'missing_fields', missing * MISSING_FIELD_POINTS, EVIDENCE.quality)]),
    ...(alert.priority === 'CRITICAL'
      ? [points('customer', 'critical_priority', CRITICAL_POINTS, EVIDENCE.alert)]
      : []),
  ];
}

/** The monitoring system's own word, for what it is worth. Chosen. */
const CRITICAL_POINTS = 5;

function geographicContributions({ alert, countries }: Enrichment): readonly Contribution[] {
  const residences = new Set(alert.customer.addresses.map(({ country }) => countryIn(country ?? '')));
  let worst = 0;
  for (const country of countries) {
    const full = JURISDICTION_POINTS.get(country) ?? 0;
    worst = Math.max(worst, residences.has(country) ? full : full * NATIONALITY_SHARE);
  }
  return worst === 0 ? [] : [points('geographic', 'listed_country', worst, EVIDENCE.geography)];
}

function mediaContributions({ listMatches }: Enrichment): readonly Contribution[] {
  const reported = strongestOf(listMatches, ({ listKind }) => listKind === 'ADVERSE_MEDIA');
  return reported === undefined ? [] : [matchPoints('adverse_media', 'reported_person', reported)];
}

type PlacedMatch = { readonly match: ListMatch; readonly place: number };

function strongestOf(matches: readonly ListMatch[], holds: (match: ListMatch) => boolean): PlacedMatch | undefined {
  let strongest: PlacedMatch | undefined;
  for (const [place, match] of matches.entries()) {
    if (holds(match) && match.strength > (strongest?.match.strength ?? 0)) strongest = { match, place };
  }
  return strongest;
}

function matchPoints(component: RiskComponent, feature: string, { match, place }: PlacedMatch): Contribution {
  return points(component, feature, 100 * match.strength, matchEvidenceId(place));
}

function points(component: RiskComponent, feature: string, amount: number, evidenceId: string): Contribution {
  return { component, feature, points: amount, evidenceIds: [evidenceId], fromPeers: false };
}

function scored({ parts }: ModelScore, enrichment: Enrichment): readonly Contribution[] {
  return parts.map(({ component, feature, points: amount }) => ({
    component,
    feature,
    points: amount,
    evidenceIds: evidenceOfFeature(feature, enrichment),
    fromPeers: FROM_PEERS.has(feature),
  }));
}

/** What is cut off where a component's points leave its scale, so that the contributions still sum to it. */
function scaleEnds(contributions: readonly Contribution[]): readonly Contribution[] {
  const sums = sumByComponent(contributions);
  return RISK_COMPONENTS.flatMap((component) => {
    const cut = Math.min(100, Math.max(0, sums[component])) - sums[component];
    return Math.abs(cut) < ROUNDING ? [] : [points(component, 'scale', cut, EVIDENCE.alert)];
  });
}

/** Sums of floating points may miss the ends by their last bits. */
function onScale(sums: RiskAssessment['components']): RiskAssessment['components'] {
  const clamp = (sum: number): number => Math.min(100, Math.max(0, sum));
  return {
    customer: clamp(sums.customer),
    geographic: clamp(sums.geographic),
    transaction: clamp(sums.transaction),
    adverse_media: clamp(sums.adverse_media),
    network: clamp(sums.network),
  };
}

function sumByComponent(contributions: readonly Contribution[]): RiskAssessment['components'] {
  const sums = { customer: 0, geographic: 0, transaction: 0, adverse_media: 0, network: 0 };
  for (const { component, points: amount } of contributions) sums[component] += amount;
  return sums;
}

/** Of listed persons by how clear the attributes are, of the others by the model's probability. */
function riskConfidence({ alert, listMatches }: Enrichment, model: ModelScore, hasAccount: boolean): number {
  if (alert.alertType === 'TRANSACTION' || alert.alertType === 'KYC_ONGOING')
    return hasAccount ? Math.max(model.probability, 1 - model.probability) : UNSURE;
  const [strongest] = listMatches;
  return strongest === undefined ? UNSURE : CONFIDENCE_OF_VERDICT[strongest.verdict];
}

const UNSURE = 0.5;
const CONFIDENCE_OF_VERDICT: Readonly<Record<ListMatch['verdict'], number>> = {
  confirmed: 0.95,
  ruled_out: 0.9,
  probable: 0.7,
  possible: 0.55,
};
