import type { ListIdentity } from './lists/import-list.ts';

export const RECORD_KINDS = ['customers', 'accounts', 'transfers', 'cash'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** A table of the agency's own records. */
export type RecordFile = { readonly kind: RecordKind; readonly path: string };

/** A watchlist as one CSV file. */
export type WatchlistFile = ListIdentity & { readonly kind: 'watchlist'; readonly path: string };

/** One edition of OFAC's list, in the files of its legacy format; the addresses, aliases and comments may be absent. */
export type OfacEdition = ListIdentity & {
  readonly kind: 'ofac';
  readonly path: string;
  readonly aliases?: string;
  readonly addresses?: string;
  readonly comments?: string;
};

/** Alerts as JSON lines, which go through the intake of triage. */
export type AlertFile = { readonly kind: 'alerts'; readonly path: string };

export type ListFile = WatchlistFile | OfacEdition;
export type ImportFile = RecordFile | ListFile;

/** What a set of paths holds, in the order in which it must be imported: records, lists, then alerts. */
export type ImportPlan = {
  readonly files: readonly ImportFile[];
  readonly alerts: readonly AlertFile[];
  /** Files that a folder holds and that no importer knows. */
  readonly unknown: readonly string[];
};
