import { equalBytes } from '../../../crypto/bytes.ts';
import type { RandomBytes } from '../../../proto/domain/runtime.ts';
import { commitHash, encodeCommit, VALUE_SALT_BYTES, valueHash } from '../commit-codec.ts';
import type { StoreUnit, StoreWrite } from '../coordinator-store.ts';
import { type StoreErrorCode, storeError } from '../errors.ts';
import type { StoreSpace } from '../spaces.ts';
import type { StoreOperation } from './database.ts';
import type { ChainHead } from './head-file.ts';
import { commitKey, recordKey } from './keys.ts';
import { encodeRecord, encodeStoredCommit } from './record-codec.ts';

export type PlannedUnit = { readonly sequence: number } | { readonly error: unknown };
export type GroupPlan = {
  readonly operations: readonly StoreOperation[];
  /** Of each unit in order; they count once operations and head are durable. */
  readonly outcomes: readonly PlannedUnit[];
  readonly head: ChainHead;
};

type PlanContext = {
  readonly head: ChainHead;
  readonly atMs: number;
  readonly random: RandomBytes;
  /** The value that the engine holds. */
  readonly stored: (space: StoreSpace, key: string) => Uint8Array | undefined;
};

/**
 * Turns a group of units into one batch: each a commit, in order, each seeing what the earlier ones of the group wrote.
 * A unit whose conditions do not hold leaves no trace and takes no sequence.
 */
export function planGroup(units: readonly StoreUnit[], context: PlanContext): GroupPlan {
  const operations: StoreOperation[] = [];
  const outcomes: PlannedUnit[] = [];
  const written = new Map<string, Uint8Array | undefined>();
  const valueOf = (space: StoreSpace, key: string): Uint8Array | undefined => {
    const place = placeOf(space, key);
    return written.has(place) ? written.get(place) : context.stored(space, key);
  };
  let { head } = context;
  for (const unit of units) {
    if (!(unit.conditions ?? []).every(({ space, key, is }) => isSame(valueOf(space, key), is))) {
      outcomes.push({ error: storeError('STORE_CONFLICT' satisfies StoreErrorCode) });
      continue;
    }
    head = planUnit(unit, { ...context, head }, operations);
    for (const { space, key, value } of unit.writes) written.set(placeOf(space, key), value ?? undefined);
    outcomes.push({ sequence: head.sequence });
  }
  return { operations, outcomes, head };
}

function planUnit(unit: StoreUnit, context: PlanContext, operations: StoreOperation[]): ChainHead {
  const { head, atMs, random } = context;
  const sequence = head.sequence + 1;
  const salts = random(unit.writes.length * VALUE_SALT_BYTES);
  const writes = unit.writes.map((write, index) => {
    const salt = salts.subarray(index * VALUE_SALT_BYTES, (index + 1) * VALUE_SALT_BYTES);
    operations.push(operationOf(write, sequence, salt));
    return {
      space: write.space,
      key: write.key,
      valueHash: write.value === null ? null : valueHash(salt, write.value),
    };
  });
  const encoded = encodeCommit({ sequence, atMs, previousHash: head.hash, writes, audit: unit.audit });
  const hash = commitHash(head.hash, encoded);
  operations.push({ type: 'put', key: commitKey(sequence), value: encodeStoredCommit({ hash, encoded }) });
  return { sequence, hash };
}

function operationOf({ space, key, value }: StoreWrite, sequence: number, salt: Uint8Array): StoreOperation {
  if (value === null) return { type: 'del', key: recordKey(space, key) };
  return { type: 'put', key: recordKey(space, key), value: encodeRecord({ sequence, salt, value }) };
}

function isSame(found: Uint8Array | undefined, expected: Uint8Array | null): boolean {
  return found === undefined || expected === null
    ? found === undefined && expected === null
    : equalBytes(found, expected);
}

function placeOf(space: StoreSpace, key: string): string {
  return `${space}/${key}`;
}
