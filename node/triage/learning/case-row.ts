import { toHex, utf8 } from '../../../crypto/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import { agencyOfKey } from '../account-ref.ts';
import type { Neighbourhood } from '../detectors/finding.ts';
import { ACCOUNT_FEATURES, type AccountFeatures, accountFeatures } from '../features/account-features.ts';
import type { FeatureValues } from '../features/feature-table.ts';
import { riskSums } from '../features/own-features.ts';
import { type LinearHead, probability } from '../models/linear-head.ts';

/**
 * Counterparties of an alert's account: their own behaviour, one after the other in the order of ACCOUNT_FEATURES, where
 * they bank, and whether they were dealt with but once. Arrays, since training holds hundreds of thousands of them.
 */
export type CaseCounterparties = {
  readonly behaviour: Float64Array;
  readonly inside: Uint8Array;
  readonly oneOff: Uint8Array;
};

/** An alert as it was known when it was first decided, and what it turned out to be. Plain data: it goes to a worker. */
export type CaseRow = {
  /** See rowDigest. */
  readonly digest: string;
  /** The account, by which rows are kept together: alerts of one account are not independent. */
  readonly group: EntityKey;
  /** As of when its features were read. */
  readonly asOfMs: number;
  /** Of a rule's alert rather than a periodic review: those alone say that the account's own transfers were at fault. */
  readonly isTransaction: boolean;
  readonly behaviour: AccountFeatures;
  /** Own features but for the sums of counterparties' risks, which depend on the model. */
  readonly seen: FeatureValues;
  readonly counterparties: CaseCounterparties;
  readonly peers: FeatureValues;
  readonly positive: boolean;
};

/** Names a row without telling which alert it is of: first 8 bytes of the SHA-256 of agency and alert id, in hex. */
export function rowDigest(agency: string, alertId: string): string {
  return toHex(sha256(utf8(`${agency}/${alertId}`))).slice(0, 16);
}

/** What training needs of the counterparties of a neighbourhood. */
export function caseCounterparties({ counterparties, subject }: Neighbourhood): CaseCounterparties {
  const agency = agencyOfKey(subject.key);
  const keys = [...counterparties.keys()];
  const behaviour = new Float64Array(keys.length * ACCOUNT_FEATURES.length);
  for (const [place, view] of [...counterparties.values()].entries()) {
    const values = accountFeatures(view);
    behaviour.set(
      ACCOUNT_FEATURES.map((name) => values[name]),
      place * ACCOUNT_FEATURES.length,
    );
  }
  return {
    behaviour,
    inside: Uint8Array.from(keys, (key) => (agencyOfKey(key) === agency ? 1 : 0)),
    oneOff: Uint8Array.from(keys, (key) => (subject.counterparties.get(key)?.oneOff === true ? 1 : 0)),
  };
}

/** A row's own features, its counterparties judged by a head. */
export function ownValuesOf({ counterparties, seen }: CaseRow, head: LinearHead): FeatureValues {
  const { behaviour, inside, oneOff } = counterparties;
  const terms = head.terms.map(({ center, feature, weight }) => ({
    place: ACCOUNT_FEATURES.findIndex((name) => name === feature),
    center,
    weight,
  }));
  const risks = Array.from(inside, (isInside, counterparty) => {
    const from = counterparty * ACCOUNT_FEATURES.length;
    const logOdds = terms.reduce(
      (sum, { center, place, weight }) => sum + weight * ((behaviour[from + place] ?? 0) - center),
      head.intercept,
    );
    return { inside: isInside === 1, oneOff: oneOff[counterparty] === 1, risk: probability(logOdds) };
  });
  return { ...seen, ...riskSums(risks) };
}
