import { canSee, type Marking, type Viewer } from '../../proto/domain/marking.ts';
import type { Clock, RandomBytes } from '../../proto/domain/runtime.ts';
import { auditMarking } from '../../node/ledger/audit-marking.ts';
import {
  type ChainHead,
  commitHash,
  EMPTY_CHAIN,
  SALT_BYTES,
  saltedContent,
  valueHash,
} from '../../node/ledger/chain.ts';
import { encodeCommit } from '../../node/ledger/commit-codec.ts';
import { ledgerError } from '../../node/ledger/errors.ts';
import type {
  Commit,
  KeyRange,
  Ledger,
  LedgerFault,
  LedgerRecord,
  LedgerSpace,
  UnitOfWork,
} from '../../node/ledger/ledger.ts';
import { markingText } from '../../proto/domain/marking-text.ts';
import { checkUnit } from '../../node/ledger/unit-check.ts';

type Kept = LedgerRecord & { readonly salt: Uint8Array };

/** What outlives a fake ledger: hand it to the next one to open the same data again. */
export class MemoryLedgerStore {
  readonly records = new Map<string, Kept>();
  readonly commits: Commit[] = [];
}

export type MemoryLedgerOptions = {
  readonly clock?: Clock;
  readonly random?: RandomBytes;
  readonly store?: MemoryLedgerStore;
};

/** A ledger in memory for unit tests, held to the same suite as the engines (test/conformance/ledger.ts). */
export function openMemoryLedger(options: MemoryLedgerOptions = {}): Ledger {
  return new MemoryLedger(options);
}

class MemoryLedger implements Ledger {
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #store: MemoryLedgerStore;
  readonly #openedAt: number;
  #open = true;

  constructor(options: MemoryLedgerOptions) {
    this.#clock = options.clock ?? { nowMs: () => 0 };
    this.#random = options.random ?? ((length) => new Uint8Array(length));
    this.#store = options.store ?? new MemoryLedgerStore();
    this.#openedAt = this.#store.commits.length;
  }

  async commit(unit: UnitOfWork): Promise<{ readonly sequence: number }> {
    this.#assertOpen();
    checkUnit(unit);
    this.#assertAbsent(unit);
    const sequence = this.#head().sequence + 1;
    const writes = unit.writes.map(({ space, key, value, marking }) => {
      if (value !== null) return { space, key, valueHash: this.#put({ space, key, value, marking, sequence }) };
      this.#store.records.delete(placeOf(space, key));
      return { space, key, valueHash: null };
    });
    for (const { object } of unit.audit) {
      const key = `${object}/${String(sequence).padStart(16, '0')}`;
      this.#put({ space: 'auditByObject', key, value: new Uint8Array(0), marking: auditMarking(unit), sequence });
    }
    const body = { sequence, atMs: this.#clock.nowMs(), previousHash: this.#head().hash, writes, audit: unit.audit };
    this.#store.commits.push({ ...body, hash: commitHash(encodeCommit(body)) });
    return { sequence };
  }

  async get(space: LedgerSpace, key: string, viewer: Viewer): Promise<LedgerRecord | undefined> {
    this.#assertOpen();
    const kept = this.#store.records.get(placeOf(space, key));
    return kept === undefined || !canSee(viewer, kept.marking) ? undefined : published(kept);
  }

  list(space: LedgerSpace, range: KeyRange, viewer: Viewer): AsyncIterable<LedgerRecord> {
    this.#assertOpen();
    const records = [...this.#store.records.values()]
      .filter((kept) => kept.space === space && inRange(kept.key, range) && canSee(viewer, kept.marking))
      .sort((one, other) => compareKeys(one.key, other.key));
    if (range.reverse === true) records.reverse();
    return iterate(records.slice(0, range.limit).map(published));
  }

  commits(fromSequence: number): AsyncIterable<Commit> {
    this.#assertOpen();
    return iterate(this.#store.commits.slice(Math.max(0, fromSequence - 1)));
  }

  head(): ChainHead {
    return this.#head();
  }

  lastWritten(space: LedgerSpace): number {
    const last = this.#store.commits.findLast(({ writes }) => writes.some((write) => write.space === space));
    return Math.max(this.#openedAt, last?.sequence ?? 0);
  }

  writable(): boolean {
    return this.#open;
  }

  async verify(): Promise<readonly LedgerFault[]> {
    this.#assertOpen();
    return [];
  }

  async close(): Promise<void> {
    this.#open = false;
  }

  #head(): ChainHead {
    const { sequence, hash } = this.#store.commits.at(-1) ?? EMPTY_CHAIN;
    return { sequence, hash };
  }

  #put(record: LedgerRecord): Uint8Array {
    const kept = { ...record, value: new Uint8Array(record.value), salt: this.#random(SALT_BYTES) };
    this.#store.records.set(placeOf(record.space, record.key), kept);
    return valueHash(saltedContent(kept.salt, markingText(kept.marking), kept.value));
  }

  #assertAbsent(unit: UnitOfWork): void {
    const present = new Map<string, boolean>();
    for (const { space, key, value, ifAbsent } of unit.writes) {
      const place = placeOf(space, key);
      if (ifAbsent === true && (present.get(place) ?? this.#store.records.has(place)))
        throw ledgerError('LEDGER_EXISTS');
      present.set(place, value !== null);
    }
  }

  #assertOpen(): void {
    if (!this.#open) throw ledgerError('LEDGER_CLOSED');
  }
}

function placeOf(space: LedgerSpace, key: string): string {
  return `${space}/${key}`;
}

function published({ space, key, value, marking, sequence }: Kept): LedgerRecord & { readonly marking: Marking } {
  return { space, key, value: new Uint8Array(value), marking, sequence };
}

function inRange(key: string, { from, to, prefix = '' }: KeyRange): boolean {
  return (
    key.startsWith(prefix) &&
    (from === undefined || compareKeys(key, from) >= 0) &&
    (to === undefined || compareKeys(key, to) < 0)
  );
}

/** Bytewise in UTF-8, which differs from JavaScript's order beyond the basic plane. */
function compareKeys(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

async function* iterate<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
