import type { AuditEntry } from '../../proto/domain/audit.ts';
import type { Marking, Viewer } from '../../proto/domain/marking.ts';

/**
 * Key spaces of the ledger. A number names a space in an engine for ever: retired ones stay listed, none is used twice.
 * Values are bytes that the space's owner encodes (see collection.ts).
 */
export const LEDGER_SPACES = {
  meta: 1, // text: facts about this home
  customer: 2, // Customer
  account: 3, // Account
  transfer: 4, // Transfer
  cash: 5, // CashMovement
  listEntry: 6, // ListEntry, key `<list>/<version>/<entry>`
  list: 7, // versions of lists
  alert: 8, // Alert with state
  alertByCustomer: 9, // index: `<customer>/<raisedAt>/<alert>`
  alertByTime: 10, // index: `<raisedAt>/<alert>`
  decision: 11, // Decision, key `<alert>/<ordinal>`
  decisionByDisposition: 12, // index
  auditByObject: 13, // index: `<object>/<sequence>`
  outbox: 14, // what waits to leave
  indicator: 15, // indicator book
  hint: 16, // hints received
  budget: 17, // privacy budgets and quotas
  cursor: 18, // cursors and audience heads
  envelope: 19, // envelopes sent and received
  control: 20, // control log as verified
  flag: 21, // own flags and their state
  hintDraw: 22, // memoised draws of randomised response
  person: 23, // API keys of named persons
  approval: 24, // two-person approvals under way
  memberKey: 25, // member keys of the epochs, sealed at rest
  summary: 26, // summaries received
  withdrawal: 27, // withdrawals and answers
  receipt: 28, // match receipts
  whitelist: 29, // screening whitelist
  outcome: 30, // analysts' outcomes
} as const;
export type LedgerSpace = keyof typeof LEDGER_SPACES;

export type LedgerWrite = {
  readonly space: LedgerSpace;
  /** 1 to 512 bytes of UTF-8; ordered bytewise. */
  readonly key: string;
  /** null deletes. */
  readonly value: Uint8Array | null;
  readonly marking: Marking;
  /** The whole unit is refused with LEDGER_EXISTS when the key is already there. */
  readonly ifAbsent?: boolean;
};

/** What is written together or not at all. */
export type UnitOfWork = { readonly writes: readonly LedgerWrite[]; readonly audit: readonly AuditEntry[] };

export type CommitReceipt = { readonly sequence: number };

export type LedgerRecord = {
  readonly space: LedgerSpace;
  readonly key: string;
  readonly value: Uint8Array;
  readonly marking: Marking;
  /** Sequence of the commit that wrote it. */
  readonly sequence: number;
};

export type KeyRange = {
  /** Inclusive. */
  readonly from?: string;
  /** Exclusive. */
  readonly to?: string;
  readonly prefix?: string;
  readonly limit?: number;
  readonly reverse?: boolean;
};

/** One link of the chain: what a commit wrote, by hash, so that a value can be erased and the chain still verifies. */
export type Commit = {
  /** From 1, without gaps. */
  readonly sequence: number;
  readonly atMs: number;
  readonly previousHash: Uint8Array;
  readonly writes: readonly {
    readonly space: LedgerSpace;
    readonly key: string;
    readonly valueHash: Uint8Array | null;
  }[];
  readonly audit: readonly AuditEntry[];
  readonly hash: Uint8Array;
};

export type LedgerFault = {
  readonly sequence: number | null;
  readonly space: LedgerSpace | null;
  readonly problem: string;
};

/**
 * The node's truth: one commit per unit of work, acknowledged when durable (synced, in groups), in one total order.
 * Commits are numbered without gaps and chained by hash; both are checked at open, and by verify() value by value.
 * Every read takes a viewer and returns nothing that canSee refuses. Retrying a commit after a fault may write twice
 * unless its writes are ifAbsent or carry the same values.
 */
export interface Ledger {
  /** @throws LEDGER_EXISTS, LEDGER_READ_ONLY (disk nearly full), LEDGER_CLOSED, LEDGER_KEY */
  commit(unit: UnitOfWork): Promise<CommitReceipt>;
  get(space: LedgerSpace, key: string, viewer: Viewer): Promise<LedgerRecord | undefined>;
  /** A consistent view as of the call, in key order. */
  list(space: LedgerSpace, range: KeyRange, viewer: Viewer): AsyncIterable<LedgerRecord>;
  /** Commits from a sequence on, up to the head as of the call. */
  commits(fromSequence: number): AsyncIterable<Commit>;
  head(): { readonly sequence: number; readonly hash: Uint8Array };
  /** Re-reads the whole chain and every value; empty when all is well. */
  verify(): Promise<readonly LedgerFault[]>;
  close(): Promise<void>;
}
