import type { RandomBytes } from '../../../proto/domain/runtime.ts';
import { auditMarking } from '../audit-marking.ts';
import { type ChainHead, SALT_BYTES, saltedContent, valueHash } from '../chain.ts';
import { ledgerError } from '../errors.ts';
import type { Commit, CommitReceipt, LedgerWrite, UnitOfWork } from '../ledger.ts';
import { markingText } from '../../../proto/domain/marking-text.ts';
import type { Outcome } from './group-queue.ts';
import { auditIndexKey, commitKey, erasedKey, recordKey } from './keys.ts';
import { encodeErased, encodeRecord } from './record-codec.ts';
import type { Operation } from './level-store.ts';
import { sealCommit } from './stored-commit.ts';

export type GroupPlan = {
  readonly operations: readonly Operation[];
  /** Of each unit in order; receipts count only once the operations and the head are durable. */
  readonly outcomes: readonly Outcome<CommitReceipt>[];
  readonly head: ChainHead;
};

export type PlanContext = {
  readonly head: ChainHead;
  readonly atMs: number;
  readonly random: RandomBytes;
  /** Places in the units' ifAbsent keys, in order, that the store already has. */
  readonly present: ReadonlySet<string>;
};

/** One text for space and key, for sets. */
export function placeOf({ space, key }: Pick<LedgerWrite, 'space' | 'key'>): string {
  return `${space}/${key}`;
}

/**
 * Turns a group of units into one batch: each unit a commit, in order, each seeing what the earlier ones of the group
 * wrote. A unit that is refused leaves no trace and takes no sequence.
 */
export function planGroup(units: readonly UnitOfWork[], context: PlanContext): GroupPlan {
  const operations: Operation[] = [];
  const outcomes: Outcome<CommitReceipt>[] = [];
  const presence = new Presence(context.present, units);
  let { head } = context;
  for (const unit of units) {
    if (!presence.admit(unit)) {
      outcomes.push({ done: false, error: ledgerError('LEDGER_EXISTS') });
      continue;
    }
    head = planUnit(unit, { ...context, head }, operations);
    outcomes.push({ done: true, result: { sequence: head.sequence } });
  }
  return { operations, outcomes, head };
}

/** Which keys are there at a unit's turn. Followed only in groups where a unit asks. */
class Presence {
  readonly #present: Map<string, boolean> | undefined;

  constructor(stored: ReadonlySet<string>, units: readonly UnitOfWork[]) {
    const asked = units.some(({ writes }) => writes.some(({ ifAbsent }) => ifAbsent === true));
    this.#present = asked ? new Map([...stored].map((place) => [place, true])) : undefined;
  }

  /** False when a write that must be first is not, also within its own unit; then nothing is noted. */
  admit(unit: UnitOfWork): boolean {
    if (this.#present === undefined) return true;
    const own = new Map<string, boolean>();
    for (const write of unit.writes) {
      const place = placeOf(write);
      if (write.ifAbsent === true && (own.get(place) ?? this.#present.get(place) ?? false)) return false;
      own.set(place, write.value !== null);
    }
    for (const [place, present] of own) this.#present.set(place, present);
    return true;
  }
}

function planUnit(unit: UnitOfWork, context: PlanContext, operations: Operation[]): ChainHead {
  const sequence = context.head.sequence + 1;
  const salts = context.random(SALT_BYTES * unit.writes.length);
  const writes: Commit['writes'][number][] = [];
  for (const [place, write] of unit.writes.entries()) {
    const salt = salts.subarray(place * SALT_BYTES, (place + 1) * SALT_BYTES);
    const hash = planWrite(write, { sequence, salt }, operations);
    writes.push({ space: write.space, key: write.key, valueHash: hash });
  }
  planAuditIndex(unit, sequence, operations);
  const { stored, hash } = sealCommit({
    sequence,
    atMs: context.atMs,
    previousHash: context.head.hash,
    writes,
    audit: unit.audit,
  });
  operations.push({ type: 'put', key: commitKey(sequence), value: stored });
  return { sequence, hash };
}

/** Appends the operations of one write. Returns its value's hash, null for a deletion. */
function planWrite(
  write: LedgerWrite,
  context: { readonly sequence: number; readonly salt: Uint8Array },
  operations: Operation[],
): Uint8Array | null {
  const key = recordKey(write.space, write.key);
  if (write.value === null) {
    const erased = erasedKey(write.space, write.key);
    operations.push({ type: 'del', key });
    operations.push({ type: 'put', key: erased, value: encodeErased(erased, context.sequence) });
    return null;
  }
  const content = saltedContent(context.salt, markingText(write.marking), write.value);
  operations.push({ type: 'put', key, value: encodeRecord(key, context.sequence, content) });
  return valueHash(content);
}

/** An empty record for each object that the unit's audit entries name; the entries themselves are in the commit. */
function planAuditIndex(unit: UnitOfWork, sequence: number, operations: Operation[]): void {
  if (unit.audit.length === 0) return;
  const marking = markingText(auditMarking(unit));
  const content = saltedContent(new Uint8Array(SALT_BYTES), marking, new Uint8Array(0));
  for (const object of new Set(unit.audit.map((entry) => entry.object))) {
    const key = recordKey('auditByObject', auditIndexKey(object, sequence));
    operations.push({ type: 'put', key, value: encodeRecord(key, sequence, content) });
  }
}
