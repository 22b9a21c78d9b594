import { TYPOLOGIES } from '../../../config/typologies/reference.ts';
import { detect, type TypologyHit } from '../../../node/triage/detectors/detect.ts';
import type { Neighbourhood } from '../../../node/triage/detectors/finding.ts';
import { accountFeatures, ACCOUNT_FEATURES } from '../../../node/triage/features/account-features.ts';
import { caseFacts } from '../../../node/triage/features/case-facts.ts';
import type { FeatureValues } from '../../../node/triage/features/feature-table.ts';
import { readNeighbourhood, viewReader } from '../../../node/triage/features/neighbourhood.ts';
import { ownFeatures } from '../../../node/triage/features/own-features.ts';
import { fitLogistic } from '../../../node/triage/learning/fit-logistic.ts';
import type { LinearHead } from '../../../node/triage/models/linear-head.ts';
import type { Alert } from '../../../proto/domain/alert.ts';
import { accountOf, type SetAgency, type SetTruth } from './read-set.ts';

/** An alert that the scorer judges, with what its agency knew when it was raised. */
export type Case = {
  readonly agency: string;
  readonly alert: Alert;
  readonly neighbourhood: Neighbourhood;
  readonly hits: readonly TypologyHit[];
  readonly positive: boolean;
  readonly half: string;
};

/** Listed persons are decided by rule, never by the scorer. */
const SCORED_TYPES: ReadonlySet<string> = new Set(['TRANSACTION', 'KYC_ONGOING']);
const RISING = /first_time|one_off|relays/;

/** Cases of a set in order of time. */
export async function readCases(agencies: readonly SetAgency[], truth: SetTruth): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const { agency, alerts, transfers } of agencies) {
    for (const alert of alerts) {
      const key = accountOf(agency, alert);
      const known = truth.get(`${agency}/${alert.alertId}`);
      if (key === undefined || known === undefined || !SCORED_TYPES.has(alert.alertType)) continue;
      const moment = { endMs: alert.raisedAtMs, asOfMs: alert.raisedAtMs };
      const neighbourhood = await readNeighbourhood(viewReader(transfers, moment), key);
      cases.push({ agency, alert, neighbourhood, hits: detect(neighbourhood, TYPOLOGIES), ...known });
    }
  }
  return cases.sort((one, other) => one.alert.raisedAtMs - other.alert.raisedAtMs);
}

/** The head that scores any account from its own transfers. */
export function fitCounterparty(cases: readonly Case[]): LinearHead {
  const rows = cases.map(({ neighbourhood, positive }) => ({
    values: accountFeatures(neighbourhood.subject),
    positive,
  }));
  const features = ACCOUNT_FEATURES.map((name) => ({ name, rises: RISING.test(name), fromZero: false }));
  return fitLogistic(rows, features, { ridge: 30 });
}

export function ownValues(one: Case, counterparty: LinearHead): FeatureValues {
  return ownFeatures(one.neighbourhood, caseFacts(one.alert), one.hits, counterparty);
}
