import type { AuditEntry } from '../../proto/domain/audit.ts';
import type { StoreSpace } from './spaces.ts';

export type StoreWrite = {
  readonly space: StoreSpace;
  /** 1 to 512 bytes of UTF-8; ordered bytewise. */
  readonly key: string;
  /** null deletes. */
  readonly value: Uint8Array | null;
};

/** What a value has to be at the unit's turn, null for absent: compare and set. */
export type StoreCondition = { readonly space: StoreSpace; readonly key: string; readonly is: Uint8Array | null };

/** What is written together or not at all. */
export type StoreUnit = {
  readonly writes: readonly StoreWrite[];
  readonly conditions?: readonly StoreCondition[];
  readonly audit: readonly AuditEntry[];
};

export type StoreRange = {
  readonly prefix?: string;
  /** Inclusive. */
  readonly from?: string;
  readonly limit?: number;
  readonly reverse?: boolean;
};

/** One link of the chain: what a commit wrote, by salted hash, so that a value can be erased and the chain still holds. */
export type StoreCommit = {
  /** From 1, without gaps. */
  readonly sequence: number;
  readonly atMs: number;
  readonly previousHash: Uint8Array;
  readonly writes: readonly {
    readonly space: StoreSpace;
    readonly key: string;
    readonly valueHash: Uint8Array | null;
  }[];
  readonly audit: readonly AuditEntry[];
};

export type StoreFault = { readonly sequence: number | null; readonly problem: string };

/**
 * The coordinator's truth. A unit is acknowledged when it is durable (synced, in groups), units take effect in the
 * order of their calls, conditions are judged at the unit's turn. Commits are numbered without gaps and chained by
 * hash; both are checked at open, and value by value by verify(). After a failed write the store is read-only until it
 * is opened anew, so that nothing is acknowledged on a disk that cannot be trusted.
 *
 * Reads take no viewer, unlike those of a node's ports: the process itself is the only reader, and what it hands to a
 * member is decided where the member is known, in coordinator/rpc.
 */
export interface CoordinatorStore {
  /** @throws STORE_CONFLICT, STORE_KEY, STORE_BUSY, STORE_READ_ONLY, STORE_WRITE_FAILED, STORE_CLOSED */
  commit(unit: StoreUnit): Promise<{ readonly sequence: number }>;
  get(space: StoreSpace, key: string): Promise<Uint8Array | undefined>;
  /** A consistent view as of the first read, in key order. */
  list(space: StoreSpace, range?: StoreRange): AsyncIterable<{ readonly key: string; readonly value: Uint8Array }>;
  /** Commits from a sequence on, up to the head as of the call. */
  commits(fromSequence: number): AsyncIterable<StoreCommit>;
  head(): { readonly sequence: number; readonly hash: Uint8Array };
  /** False while it is read-only. */
  writable(): boolean;
  /** Re-reads the whole chain and every value; empty when all is well. */
  verify(): Promise<readonly StoreFault[]>;
  close(): Promise<void>;
}
