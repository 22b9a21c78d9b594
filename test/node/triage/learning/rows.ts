import { ACCOUNT_FEATURES, type AccountFeatures } from '../../../../node/triage/features/account-features.ts';
import { type CaseRow, rowDigest } from '../../../../node/triage/learning/case-row.ts';
import { seededUniform } from '../../../../node/triage/learning/bootstrap.ts';
import { accountKey } from '../../../../node/triage/account-ref.ts';

/** Behaviour of an account that has nothing but what is given. */
export function behaviourOf(given: Partial<AccountFeatures> = {}): AccountFeatures {
  return { ...(Object.fromEntries(ACCOUNT_FEATURES.map((name) => [name, 0])) as AccountFeatures), ...given };
}

export type RowOptions = {
  readonly agency?: string;
  readonly from?: number;
  /** How much an account's one-off counterparties say, and what is true where they say nothing. */
  readonly slope?: number;
  readonly intercept?: number;
};

/**
 * Rows in order of time of which the more are true the more one-off counterparties there are; every account has two.
 * The same for the same options.
 */
export function rowsOf(
  count: number,
  { agency = 'alpha', from = 0, intercept = -3, slope = 2 }: RowOptions = {},
): CaseRow[] {
  const random = seededUniform(count + from);
  return Array.from({ length: count }, (_none, at): CaseRow => {
    const place = from + at;
    const oneOffs = random() * 2.5;
    const behaviour = behaviourOf({ one_off_counterparties: oneOffs, week_transfers: random() });
    return {
      digest: rowDigest(agency, `a${place}`),
      group: accountKey({ agency, accountId: `x${Math.floor(place / 2)}` }),
      asOfMs: 1_000 + place,
      isTransaction: place % 5 !== 0,
      behaviour,
      seen: { ...behaviour, business: place % 2 },
      counterparties: {
        behaviour: Float64Array.from(ACCOUNT_FEATURES, () => random()),
        inside: Uint8Array.of(place % 2),
        oneOff: Uint8Array.of(1),
      },
      peers: { hint_excess: 0, one_off_hint_excess: 0 },
      positive: random() < 1 / (1 + Math.exp(-(intercept + slope * oneOffs))),
    };
  });
}
