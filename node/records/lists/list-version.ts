import type { ListKind } from '../../../proto/domain/records.ts';

/** One edition of a watchlist, complete and unchanging. */
export type ListVersion = {
  readonly listName: string;
  readonly listVersion: string;
  readonly listKind: ListKind;
  /** Business time at which it was imported: no decision as of an earlier time may use it. */
  readonly knownAtMs: number;
  /** From 1, each one above the version before it: tells those of one time apart. */
  readonly ordinal: number;
  readonly entries: number;
  readonly contentHash: string;
  readonly previous: string | null;
};
