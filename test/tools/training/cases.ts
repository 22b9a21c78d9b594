import { TYPOLOGIES } from '../../../config/typologies/reference.ts';
import { detect, type TypologyHit } from '../../../node/triage/detectors/detect.ts';
import type { Neighbourhood } from '../../../node/triage/detectors/finding.ts';
import { type AccountFeatures, accountFeatures } from '../../../node/triage/features/account-features.ts';
import { caseFacts } from '../../../node/triage/features/case-facts.ts';
import type { FeatureValues } from '../../../node/triage/features/feature-table.ts';
import { readNeighbourhood, viewReader } from '../../../node/triage/features/neighbourhood.ts';
import { ownFeatures } from '../../../node/triage/features/own-features.ts';
import type { LinearHead } from '../../../node/triage/models/linear-head.ts';
import type { Alert } from '../../../proto/domain/alert.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import { accountOf, type SetAgency, type SetTruth } from './read-set.ts';

/** An alert that the scorer judges, with what its agency knew when it was raised. */
export type Case = {
  readonly agency: string;
  readonly alert: Alert;
  /** The account. */
  readonly group: EntityKey;
  readonly behaviour: AccountFeatures;
  readonly neighbourhood: Neighbourhood;
  readonly hits: readonly TypologyHit[];
  readonly positive: boolean;
  readonly half: string;
};

/** Listed persons are decided by rule, never by the scorer. */
const SCORED_TYPES: ReadonlySet<string> = new Set(['TRANSACTION', 'KYC_ONGOING']);

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
      const behaviour = accountFeatures(neighbourhood.subject);
      const hits = detect(neighbourhood, TYPOLOGIES);
      cases.push({ agency, alert, group: key, behaviour, neighbourhood, hits, ...known });
    }
  }
  return cases.sort((one, other) => one.alert.raisedAtMs - other.alert.raisedAtMs);
}

export function ownValues(one: Case, counterparty: LinearHead): FeatureValues {
  return ownFeatures(one.neighbourhood, caseFacts(one.alert), one.hits, counterparty);
}
