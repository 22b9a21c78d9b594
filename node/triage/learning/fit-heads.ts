import { ACCOUNT_FEATURES, type AccountFeatures } from '../features/account-features.ts';
import { FEATURES, type FeatureFacts } from '../features/feature-table.ts';
import { type LinearHead, scoreHead } from '../models/linear-head.ts';
import { calibrate } from './cross-fit.ts';
import { fitLogistic, type TrainingRow } from './fit-logistic.ts';

/** Penalty of the head for counterparties. Chosen on the first half of a synthetic set: from 10 to 100 it matters little. */
const COUNTERPARTY_RIDGE = 30;

const RISES: ReadonlyMap<string, boolean> = new Map(FEATURES.map(({ name, rises }) => [name, rises]));

/** Weights by feature that a fit is drawn to. */
export type Priors = ReadonlyMap<string, number>;
export const NO_PRIORS: Priors = new Map();

/** The head that scores any account from its own transfers, so that it can be asked of counterparties too. */
export function fitCounterparty(
  rows: readonly { readonly behaviour: AccountFeatures; readonly positive: boolean }[],
  priors: Priors = NO_PRIORS,
): LinearHead {
  const training = rows.map(({ behaviour, positive }) => ({ values: behaviour, positive }));
  const features = ACCOUNT_FEATURES.map((name) => ({
    name,
    rises: RISES.get(name) ?? false,
    fromZero: false,
    prior: priors.get(name) ?? 0,
  }));
  return fitLogistic(training, features, { ridge: COUNTERPARTY_RIDGE });
}

/** The head that scores the account of an alert with given features. */
export function fitSubject(
  rows: readonly TrainingRow[],
  features: readonly FeatureFacts[],
  ridge: number,
  priors: Priors = NO_PRIORS,
): LinearHead {
  const known = features.map((feature) => ({ ...feature, prior: priors.get(feature.name) ?? 0 }));
  return fitLogistic(rows, known, { ridge });
}

/**
 * The weights of a head as a fit on these rows is drawn to them: brought to the odds that the rows show, since a head
 * from elsewhere may order alerts well and still be too sure. One that orders them backwards counts for nothing.
 */
export function priorsFrom(head: LinearHead, rows: readonly TrainingRow[]): Priors {
  const judged = rows.map(({ positive, values }) => ({ logOdds: scoreHead(head, values).logOdds, positive }));
  const { slope } = calibrate(judged);
  return new Map(head.terms.map(({ feature, weight }) => [feature, weight * slope]));
}
