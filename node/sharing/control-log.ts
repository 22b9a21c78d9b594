import { equalBytes } from '../../crypto/bytes.ts';
import { type Checkpoint, openCheckpoint } from '../../crypto/checkpoint.ts';
import { CompactTree, leafHash } from '../../crypto/merkle.ts';
import { MerkleTree } from '../../crypto/merkle-tree.ts';
import { decodeStatement, encodeStatement, type StatementBounds } from '../../proto/codec/statement.ts';
import { type AppliedStatement, type Membership, statementHash } from '../../config/policy/membership.ts';
import type { SignedStatement } from '../../proto/domain/control.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerRecord, LedgerWrite } from '../ledger/ledger.ts';
import { CheckpointEvidence, type HeldHead } from './checkpoint-evidence.ts';
import { MEMBERS } from './markings.ts';
import { KeyedMutex } from './mutex.ts';
import { PendingStatements } from './pending-statements.ts';
import { sharingRefusal } from './refusal.ts';

/** Rules that decide what a statement changes; a statement that they refuse changes nothing. */
export type StatementRules = Pick<Membership, 'apply' | 'judge'>;

export type ControlLogBounds = StatementBounds & {
  readonly syncStatements: number;
  readonly streamMessageBytes: number;
  readonly controlUnitEntries: number;
  readonly checkpointsInEvidence: number;
  readonly pendingBytesPerSigner: number;
};

export type ControlLogDeps = {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly rules: StatementRules;
  readonly logKey: Uint8Array;
  /** Origin line of the log's checkpoints, which is also the key's name. */
  readonly origin: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly bounds: ControlLogBounds;
  /** After a statement has taken effect; not again when the log confirms what gossip had brought. */
  readonly onApplied: (applied: AppliedStatement) => void;
  /** After the verified head has moved on. */
  readonly onExtended: (checkpointNote: Uint8Array) => void;
};

const INDEX_DIGITS = 12;

/**
 * The control log as this member holds it: whole, every entry re-verified by root and by rule. A checkpoint that does
 * not extend the one held is refused and kept as evidence beside it. Statements that came by gossip before the log has
 * them are pending: they count at once where the rules allow it, and are passed on to whoever asks.
 */
export class ControlLog {
  readonly #deps: ControlLogDeps;
  /** All of it, for the root at any earlier size; and its peaks alone, on which a new part is tried. */
  readonly #tree = new MerkleTree();
  readonly #peaks = new CompactTree();
  readonly #mutex = new KeyedMutex();
  readonly #pending: PendingStatements;
  readonly #logged = new Set<string>();
  readonly #evidence: CheckpointEvidence;
  #checkpoint: Uint8Array = new Uint8Array(0);

  private constructor(deps: ControlLogDeps) {
    this.#deps = deps;
    this.#pending = new PendingStatements(deps.bounds.pendingBytesPerSigner);
    this.#evidence = new CheckpointEvidence(deps);
  }

  /** Reads what the ledger holds and applies it anew. */
  static async open(deps: ControlLogDeps): Promise<ControlLog> {
    const log = new ControlLog(deps);
    const { ledger, viewer } = deps;
    log.#checkpoint = (await ledger.get('control', 'checkpoint', viewer))?.value ?? log.#checkpoint;
    // Entries beyond the checkpoint are of a part whose last unit was not written; they come again.
    const size = log.#checkpoint.length === 0 ? 0 : log.read(log.#checkpoint).size;
    for await (const record of ledger.list('control', { from: entryKey(0), to: entryKey(size) }, viewer))
      log.#append(record.value);
    const pending: LedgerRecord[] = [];
    for await (const record of ledger.list('control', { prefix: 'pending/' }, viewer)) pending.push(record);
    // In the order in which they were taken: one may rest on another.
    for (const { key, value } of pending.sort((one, other) => one.sequence - other.sequence))
      await log.#reapply(key, value);
    return log;
  }

  /** Entries verified so far. */
  size(): number {
    return this.#tree.size;
  }

  /** The latest verified checkpoint, empty before the first. */
  checkpoint(): Uint8Array {
    return this.#checkpoint;
  }

  /** Statements that the log does not have yet: those that cut off first, then in the order in which they came. */
  pending(): readonly Uint8Array[] {
    return this.#pending.list();
  }

  /** A checkpoint of this log, signed by its key. @throws CRYPTO_CHECKPOINT */
  read(checkpointNote: Uint8Array): Checkpoint {
    const { logKey, origin } = this.#deps;
    const checkpoint = openCheckpoint(checkpointNote, origin, logKey);
    if (checkpoint.origin !== origin) throw sharingRefusal('SHARING_CHECKPOINT', 'reject');
    return checkpoint;
  }

  /** Entries for a peer that is behind, as many as one answer may hold. */
  async entries(start: number): Promise<readonly Uint8Array[]> {
    const { bounds, ledger, viewer } = this.#deps;
    const entries: Uint8Array[] = [];
    let bytes = 0;
    const last = Math.min(this.size(), start + bounds.syncStatements);
    if (start >= last) return entries;
    for await (const record of ledger.list('control', { from: entryKey(start), to: entryKey(last) }, viewer)) {
      bytes += record.value.length;
      if (bytes > bounds.streamMessageBytes / 4 && entries.length > 0) break;
      entries.push(record.value);
    }
    return entries;
  }

  /**
   * Takes entries that a checkpoint covers to the last one. All are kept or none: the root over what is held and what
   * came must be the checkpoint's. Durable on return. A checkpoint that says less than what is held changes nothing.
   * @throws SHARING_CHECKPOINT, SHARING_GAP, CRYPTO_CHECKPOINT
   */
  async extend(start: number, entries: readonly Uint8Array[], checkpointNote: Uint8Array): Promise<void> {
    await this.#mutex.run('extend', async () => {
      const checkpoint = this.read(checkpointNote);
      if (start > this.size()) throw sharingRefusal('SHARING_GAP', 'ignore', { size: this.size() });
      if (checkpoint.size <= this.size()) {
        if (!this.#agrees(checkpoint)) await this.refuse(checkpointNote);
        return;
      }
      const fresh = entries.slice(this.size() - start);
      if (checkpoint.size !== this.size() + fresh.length || !this.#covers(fresh, checkpoint))
        await this.refuse(checkpointNote);
      await this.#take(fresh, checkpointNote);
      for (const ahead of this.#evidence.takeDue(this.size())) await this.compare(ahead);
      this.#deps.onExtended(checkpointNote);
    });
  }

  /**
   * Compares a checkpoint that another member holds: at a size that is held here it must have the same root; a fork is
   * kept as evidence. Larger ones are judged when their size is reached.
   * @returns whether it agrees, as far as can be told by now
   * @throws CRYPTO_CHECKPOINT
   */
  async compare(checkpointNote: Uint8Array): Promise<boolean> {
    const checkpoint = this.read(checkpointNote);
    if (checkpoint.size > this.size()) {
      this.#evidence.remember(checkpointNote, checkpoint);
      return true;
    }
    if (this.#agrees(checkpoint)) return true;
    await this.#evidence.keep(checkpointNote, checkpoint, this.#held());
    return false;
  }

  /** Keeps a checkpoint that cannot be followed, beside the one held. @throws SHARING_CHECKPOINT always */
  async refuse(checkpointNote: Uint8Array): Promise<never> {
    const checkpoint = this.read(checkpointNote);
    await this.#evidence.keep(checkpointNote, checkpoint, this.#held());
    throw sharingRefusal('SHARING_CHECKPOINT', 'reject', { size: checkpoint.size, held: this.size() });
  }

  /**
   * Takes a statement that came by gossip or from this node's own operator, before the log has it. Durable before it
   * takes effect.
   * @returns false when it is known already
   * @throws MEMBERSHIP_* when the rules refuse it, SHARING_QUOTA when too much of its signers waits already
   */
  async addPending(statement: SignedStatement): Promise<boolean> {
    const bytes = encodeStatement(statement);
    const id = statementHash(statement);
    return this.#mutex.run('extend', async () => {
      if (this.#pending.has(id) || this.#logged.has(id)) return false;
      const judged = this.#deps.rules.judge(statement, 'pending');
      this.#pending.assertRoom(statement, bytes);
      await this.#deps.ledger.commit({
        writes: [{ space: 'control', key: `pending/${id}`, value: bytes, marking: MEMBERS }],
        audit: [],
      });
      judged.apply();
      this.#pending.add(id, statement, bytes);
      this.#deps.onApplied(judged);
      return true;
    });
  }

  #held(): HeldHead {
    return { size: this.size(), checkpointNote: this.#checkpoint };
  }

  #agrees(checkpoint: Checkpoint): boolean {
    return equalBytes(this.#tree.root(checkpoint.size), checkpoint.root);
  }

  #covers(fresh: readonly Uint8Array[], checkpoint: Checkpoint): boolean {
    const tree = this.#peaks.copy();
    for (const entry of fresh) tree.append(leafHash(entry));
    return equalBytes(tree.root(), checkpoint.root);
  }

  /** In units of bounded size, entries first: without the checkpoint they do not count. */
  async #take(fresh: readonly Uint8Array[], checkpointNote: Uint8Array): Promise<void> {
    const { bounds, ledger } = this.#deps;
    const settled = fresh.flatMap((entry) => this.#idOf(entry) ?? []).filter((id) => this.#pending.has(id));
    const writes: LedgerWrite[] = [
      ...fresh.map((value, place) => control(entryKey(this.size() + place), value)),
      control('checkpoint', checkpointNote),
      ...settled.map((id) => control(`pending/${id}`, null)),
    ];
    for (let start = 0; start < writes.length; start += bounds.controlUnitEntries)
      await ledger.commit({ writes: writes.slice(start, start + bounds.controlUnitEntries), audit: [] });
    for (const id of settled) this.#pending.remove(id);
    this.#checkpoint = checkpointNote;
    for (const entry of fresh) this.#append(entry);
  }

  /** An entry that cannot be read or that the rules refuse stays in the tree, as the log has it, without effect. */
  #append(entry: Uint8Array): void {
    const { log, onApplied, rules } = this.#deps;
    const position = this.size();
    this.#tree.append(leafHash(entry));
    this.#peaks.append(leafHash(entry));
    try {
      const statement = this.#decode(entry);
      this.#logged.add(statementHash(statement));
      const applied = rules.apply(statement, position);
      if (applied.isNew) onApplied(applied);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log.error({ position, code: error.code }, 'the control log holds a statement without effect');
    }
  }

  /** What was pending when the process ended; forgotten when the log has settled it or the rules refuse it by now. */
  async #reapply(key: string, bytes: Uint8Array): Promise<void> {
    try {
      const statement = this.#decode(bytes);
      const applied = this.#deps.rules.apply(statement, 'pending');
      this.#pending.add(applied.statementHash, statement, bytes);
      this.#deps.onApplied(applied);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await this.#deps.ledger.commit({ writes: [control(key, null)], audit: [] });
    }
  }

  #decode(bytes: Uint8Array): SignedStatement {
    return decodeStatement(bytes, this.#deps.bounds);
  }

  #idOf(entry: Uint8Array): string | undefined {
    try {
      return statementHash(this.#decode(entry));
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }
}

function control(key: string, value: Uint8Array | null): LedgerWrite {
  return { space: 'control', key, value, marking: MEMBERS };
}

function entryKey(index: number): string {
  return `entry/${String(index).padStart(INDEX_DIGITS, '0')}`;
}
