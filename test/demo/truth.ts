import { join } from 'node:path';
import { readTable } from '../tools/federation/data-set.ts';

/** What the makers of a set know of an alert. */
export type AlertTruth = {
  readonly isTrue: boolean;
  readonly reason: string;
  readonly patternId: string;
  readonly half: string;
  readonly alertType: string;
};

export type Pattern = {
  readonly patternId: string;
  readonly type: string;
  /** `<agency>/<account>` of all who take part. */
  readonly accounts: ReadonlySet<string>;
  /** Largest share of the pattern's transfers that ran between customers of one and the same agency. */
  readonly ownShare: number;
};

export type AwkwardTruth = {
  readonly agencyId: string;
  /** 1-based line of the agency's alerts-awkward.jsonl. */
  readonly line: number;
  readonly alertId: string;
  readonly expected: 'accept' | 'reject' | 'dedupe';
  readonly field: string;
};

export type Truth = {
  /** By `<agency>/<alert id>`. */
  readonly alerts: ReadonlyMap<string, AlertTruth>;
  /** `<agency>/<account>` of those that launder. */
  readonly launderers: ReadonlySet<string>;
  /** How many accounts there are in all. */
  readonly accounts: number;
  readonly patterns: readonly Pattern[];
  readonly awkward: readonly AwkwardTruth[];
};

/** Reads the truth of a set. No other part of the house does: the product never sees it. */
export function readTruth(directory: string): Truth {
  const table = (name: string): ReturnType<typeof readTable> => readTable(join(directory, 'truth', `${name}.csv`));
  const accounts = table('accounts');
  const agencyOf = new Map(accounts.map((row) => [row['account_id'] ?? '', row['agency'] ?? '']));
  const qualified = (account: string): string => `${agencyOf.get(account) ?? ''}/${account}`;
  return {
    alerts: new Map(
      table('alerts').map((row) => [
        `${row['agency']}/${row['alert_id']}`,
        {
          isTrue: row['is_true'] === '1',
          reason: row['reason'] ?? '',
          patternId: row['pattern_id'] ?? '',
          half: row['half'] ?? '',
          alertType: row['alert_type'] ?? '',
        },
      ]),
    ),
    launderers: new Set(
      accounts.filter((row) => row['is_laundering'] === '1').map((row) => qualified(row['account_id'] ?? '')),
    ),
    accounts: accounts.length,
    patterns: table('patterns').map((row) => ({
      patternId: row['pattern_id'] ?? '',
      type: row['type'] ?? '',
      accounts: new Set((row['accounts'] ?? '').split(' ').map(qualified)),
      ownShare: Number(row['best_single_agency_internal_share']),
    })),
    awkward: table('awkward').map((row) => ({
      agencyId: row['agency'] ?? '',
      line: Number(row['line']),
      alertId: row['alert_id'] ?? '',
      expected: row['expected'] as AwkwardTruth['expected'],
      field: row['field'] ?? '',
    })),
  };
}
