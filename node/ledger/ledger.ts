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
  auditByObject: 13, // index: `<object>/<sequence>`, kept by the ledger itself; see audit-trail.ts
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
  triageWork: 31, // what triage owes: alerts to decide, escalations to hand on
  alertMatch: 32, // what peers answered on an alert, key `<alert>/<as of>`
  listUpdate: 33, // what new versions of lists changed, and the screening that they owe
  model: 34, // signed scorer artefacts, what they were compared with, which was in force when
  entityMerge: 35, // which customers are one, as asserted and withdrawn, key `<one>/<other>/<ordinal>`
  refusedObject: 36, // own objects that a recipient will never take, key `<object>/<recipient>`
} as const;
export type LedgerSpace = keyof typeof LEDGER_SPACES;

/** One value to be kept under its key, or a key to be deleted. */
export type LedgerWrite = {
  readonly space: LedgerSpace;
  /** 1 to 512 bytes of well-formed UTF-8; ordered bytewise. */
  readonly key: string;
  /** At most 8 MB. null deletes: the value and its salt are gone, the chain keeps that there was one. */
  readonly value: Uint8Array | null;
  /** Who may read the value. Of a deletion it is not used. */
  readonly marking: Marking;
  /** The whole unit is refused with LEDGER_EXISTS when the key is already there. */
  readonly ifAbsent?: boolean;
};

/** What is written together or not at all. Where it writes a key twice, the last one holds. */
export type UnitOfWork = { readonly writes: readonly LedgerWrite[]; readonly audit: readonly AuditEntry[] };

/** That a unit is durable, and where in the order it stands. */
export type CommitReceipt = { readonly sequence: number };

/** A value as the ledger holds it now. */
export type LedgerRecord = {
  readonly space: LedgerSpace;
  readonly key: string;
  readonly value: Uint8Array;
  readonly marking: Marking;
  /** Sequence of the commit that wrote it. */
  readonly sequence: number;
};

/** Part of a space, in bytewise order of keys; all of it when nothing is said. */
export type KeyRange = {
  /** Inclusive. */
  readonly from?: string;
  /** Exclusive. */
  readonly to?: string;
  readonly prefix?: string;
  /** Of records that the viewer sees. */
  readonly limit?: number;
  readonly reverse?: boolean;
};

/**
 * One link of the chain: what a commit wrote, by salted hash, so that a value can be erased and the chain still
 * verifies, and nobody who kept the chain can confirm a guess at it. Keys and audit entries stay for ever, so they hold
 * ids and never names. Encoding and hash: commit-codec.ts, chain.ts; the same in every engine.
 */
export type Commit = {
  /** From 1, without gaps. */
  readonly sequence: number;
  readonly atMs: number;
  /** 32 bytes; zeros in the first commit. */
  readonly previousHash: Uint8Array;
  readonly writes: readonly {
    readonly space: LedgerSpace;
    readonly key: string;
    /** null for a deletion. */
    readonly valueHash: Uint8Array | null;
  }[];
  readonly audit: readonly AuditEntry[];
  readonly hash: Uint8Array;
};

/** What a check found: the commit and space concerned, where they can be told. */
export type LedgerFault = {
  readonly sequence: number | null;
  readonly space: LedgerSpace | null;
  readonly problem: string;
};

/**
 * The node's truth: one commit per unit of work, acknowledged when durable (synced, in groups), in one total order.
 * Commits are numbered without gaps and chained by hash; both are checked at open, values when they are read, and all
 * of it by verify().
 * Every read of values takes a viewer and returns nothing that canSee refuses. A unit may be read just before it is
 * acknowledged, never after it was refused. Retrying a commit after a fault may write twice unless its writes are
 * ifAbsent or carry the same values.
 */
export interface Ledger {
  /**
   * Durable on return. Units committed without waiting for each other are taken in the order of the calls.
   * @throws LEDGER_KEY, LEDGER_SIZE, LEDGER_EXISTS, LEDGER_BUSY, LEDGER_READ_ONLY, LEDGER_CLOSED: nothing was written;
   *         LEDGER_WRITE_FAILED: the disk did not confirm, the unit may stand after reopening
   */
  commit(unit: UnitOfWork): Promise<CommitReceipt>;
  /** undefined also where the viewer may not see it. @throws LEDGER_CORRUPT, LEDGER_CLOSED, as all reads do */
  get(space: LedgerSpace, key: string, viewer: Viewer): Promise<LedgerRecord | undefined>;
  /** A consistent view as of the call, in key order. To be read to its end or left by break; it holds the view open. */
  list(space: LedgerSpace, range: KeyRange, viewer: Viewer): AsyncIterable<LedgerRecord>;
  /** Commits from a sequence on, up to the head as of the call. Holds no values; for the system, not for persons. */
  commits(fromSequence: number): AsyncIterable<Commit>;
  /** Last acknowledged commit; sequence 0 and zeros when there is none. */
  head(): { readonly sequence: number; readonly hash: Uint8Array };
  /**
   * Sequence of the last commit that wrote in a space since the ledger was opened, before that the head at opening. What
   * was read of a space holds as long as this stays: for caches. Moves no later than the commit is acknowledged.
   */
  lastWritten(space: LedgerSpace): number;
  /** Whether a commit would be taken now: open, undamaged, no write failed, disk not nearly full. */
  writable(): boolean;
  /** Re-reads the whole chain and every value; empty when all is well. */
  verify(): Promise<readonly LedgerFault[]>;
  /** Answers what waits, then closes. May be called again. */
  close(): Promise<void>;
}
