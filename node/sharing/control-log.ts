import { equalBytes, toHex } from '../../crypto/bytes.ts';
import { type Checkpoint, openCheckpoint } from '../../crypto/checkpoint.ts';
import { sha256 } from '../../crypto/hash.ts';
import { CompactTree, leafHash } from '../../crypto/merkle.ts';
import { decodeStatement, encodeStatement, type StatementBounds } from '../../proto/codec/statement.ts';
import { type AppliedStatement, type Membership, statementHash } from '../../config/policy/membership.ts';
import type { SignedStatement } from '../../proto/domain/control.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { sharingEntry } from './audit.ts';
import { MEMBERS } from './markings.ts';
import { KeyedMutex } from './mutex.ts';
import { sharingRefusal } from './refusal.ts';

/** Rules that decide what a statement changes; a statement that they refuse changes nothing. */
export type StatementRules = Pick<Membership, 'apply'>;

export type ControlLogDeps = {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly rules: StatementRules;
  readonly logKey: Uint8Array;
  /** Origin line of the log's checkpoints, which is also the key's name. */
  readonly origin: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly bounds: StatementBounds & { readonly syncStatements: number };
  /** After a statement has taken effect; not again when the log confirms what gossip had brought. */
  readonly onApplied: (applied: AppliedStatement) => void;
};

const INDEX_DIGITS = 12;
/** A log longer than this is fetched in several rounds, each with a checkpoint of its own. */
const HELD_BACK_ENTRIES = 1_000_000;

/**
 * The control log as this member holds it: whole, every entry re-verified by root and by rule. A checkpoint that does
 * not extend the one held is refused and kept as evidence beside it. Statements that came by gossip before the log has
 * them are pending: they count at once where the rules allow it, and are passed on to whoever asks.
 */
export class ControlLog {
  readonly #deps: ControlLogDeps;
  readonly #tree = new CompactTree();
  readonly #mutex = new KeyedMutex();
  readonly #pending = new Map<string, Uint8Array>();
  readonly #logged = new Set<string>();
  #checkpoint: Uint8Array = new Uint8Array(0);
  #heldBack: readonly Uint8Array[] = [];

  private constructor(deps: ControlLogDeps) {
    this.#deps = deps;
  }

  /** Reads what the ledger holds and applies it anew. */
  static async open(deps: ControlLogDeps): Promise<ControlLog> {
    const log = new ControlLog(deps);
    for await (const record of deps.ledger.list('control', { prefix: 'entry/' }, deps.viewer)) {
      log.#append(record.value);
    }
    for await (const record of deps.ledger.list('control', { prefix: 'pending/' }, deps.viewer)) {
      log.#holdPending(record.value);
    }
    log.#checkpoint = (await deps.ledger.get('control', 'checkpoint', deps.viewer))?.value ?? log.#checkpoint;
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

  pending(): readonly Uint8Array[] {
    return [...this.#pending.values()];
  }

  /** Entries for a peer that is behind, at most as many as one answer may hold. */
  async entries(start: number): Promise<readonly Uint8Array[]> {
    const { bounds, ledger, viewer } = this.#deps;
    const entries: Uint8Array[] = [];
    const range = { from: entryKey(start), to: 'entry/:', limit: bounds.syncStatements };
    for await (const record of ledger.list('control', range, viewer)) entries.push(record.value);
    return entries;
  }

  /**
   * Takes a part of the log as a stream or a peer brings it. Parts are held back until they reach the size that a
   * checkpoint names; a part that does not follow what is here is refused, and what was held back is forgotten.
   * @throws as extend; SHARING_GAP
   */
  async offer(start: number, entries: readonly Uint8Array[], checkpointNote: Uint8Array): Promise<void> {
    const reached = this.size() + this.#heldBack.length;
    if (start > reached || this.#heldBack.length > HELD_BACK_ENTRIES) {
      this.#heldBack = [];
      throw sharingRefusal('SHARING_GAP', 'ignore', { size: this.size() });
    }
    const all = [...this.#heldBack, ...entries.slice(reached - start)];
    const { size } = openCheckpoint(checkpointNote, this.#deps.origin, this.#deps.logKey);
    this.#heldBack = size > this.size() + all.length ? all : [];
    if (this.#heldBack.length === 0) await this.extend(this.size(), all, checkpointNote);
  }

  /**
   * Takes entries that a checkpoint covers to the last one. All are kept or none: the root over what is held and what
   * came must be the checkpoint's. Durable on return.
   * @throws SHARING_CHECKPOINT, CRYPTO_CHECKPOINT, WIRE_*
   */
  async extend(start: number, entries: readonly Uint8Array[], checkpointNote: Uint8Array): Promise<void> {
    await this.#mutex.run('extend', async () => {
      const { origin, logKey } = this.#deps;
      const checkpoint = openCheckpoint(checkpointNote, origin, logKey);
      const fresh = entries.slice(Math.max(0, this.size() - start));
      const reached = this.size() + fresh.length;
      if (start > this.size()) throw sharingRefusal('SHARING_GAP', 'ignore', { size: this.size() });
      if (checkpoint.size < this.size()) return;
      if (checkpoint.size !== reached || !this.#covers(fresh, checkpoint)) {
        await this.#keepEvidence(checkpointNote);
        throw sharingRefusal('SHARING_CHECKPOINT', 'reject', { size: checkpoint.size, held: this.size() });
      }
      await this.#take(fresh, checkpointNote);
    });
  }

  /**
   * Compares a checkpoint that another member holds. One over the tree held here must have its root; a fork is kept as
   * evidence. Larger ones are judged when their entries come.
   * @returns whether it agrees
   * @throws CRYPTO_CHECKPOINT
   */
  async compare(checkpointNote: Uint8Array): Promise<boolean> {
    const checkpoint = openCheckpoint(checkpointNote, this.#deps.origin, this.#deps.logKey);
    if (checkpoint.size !== this.size() || equalBytes(checkpoint.root, this.#tree.root())) return true;
    await this.#keepEvidence(checkpointNote);
    return false;
  }

  /**
   * Takes a statement that came by gossip or from this node's own operator, before the log has it.
   * @returns false when it is known already
   * @throws MEMBERSHIP_* when the rules refuse it
   */
  async addPending(statement: SignedStatement): Promise<boolean> {
    const bytes = encodeStatement(statement);
    const id = statementHash(statement);
    return this.#mutex.run('extend', async () => {
      if (this.#pending.has(id) || this.#logged.has(id)) return false;
      const applied = this.#deps.rules.apply(statement, 'pending');
      this.#pending.set(id, bytes);
      await this.#deps.ledger.commit({
        writes: [{ space: 'control', key: `pending/${id}`, value: bytes, marking: MEMBERS }],
        audit: [],
      });
      this.#deps.onApplied(applied);
      return true;
    });
  }

  #covers(fresh: readonly Uint8Array[], checkpoint: Checkpoint): boolean {
    const tree = this.#tree.copy();
    for (const entry of fresh) tree.append(leafHash(entry));
    return equalBytes(tree.root(), checkpoint.root);
  }

  async #take(fresh: readonly Uint8Array[], checkpointNote: Uint8Array): Promise<void> {
    const writes: LedgerWrite[] = fresh.map((value, place) => ({
      space: 'control',
      key: entryKey(this.size() + place),
      value,
      marking: MEMBERS,
    }));
    writes.push({ space: 'control', key: 'checkpoint', value: checkpointNote, marking: MEMBERS });
    const settled = fresh.map((entry) => statementHash(this.#decode(entry))).filter((id) => this.#pending.has(id));
    writes.push(
      ...settled.map((id): LedgerWrite => ({ space: 'control', key: `pending/${id}`, value: null, marking: MEMBERS })),
    );
    await this.#deps.ledger.commit({ writes, audit: [] });
    for (const id of settled) this.#pending.delete(id);
    this.#checkpoint = checkpointNote;
    for (const entry of fresh) this.#append(entry);
  }

  /** An entry that the rules refuse stays in the tree, as the log has it, and has no effect. */
  #append(entry: Uint8Array): void {
    const position = this.size();
    this.#tree.append(leafHash(entry));
    const statement = this.#decode(entry);
    this.#logged.add(statementHash(statement));
    try {
      const applied = this.#deps.rules.apply(statement, position);
      if (applied.isNew) this.#deps.onApplied(applied);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#deps.log.error(
        { position, kind: statement.kind, code: error.code },
        'the control log holds a statement without effect',
      );
    }
  }

  #holdPending(bytes: Uint8Array): void {
    const statement = this.#decode(bytes);
    try {
      const applied = this.#deps.rules.apply(statement, 'pending');
      this.#pending.set(applied.statementHash, bytes);
      this.#deps.onApplied(applied);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }

  #decode(bytes: Uint8Array): SignedStatement {
    return decodeStatement(bytes, this.#deps.bounds);
  }

  async #keepEvidence(checkpointNote: Uint8Array): Promise<void> {
    const { clock, ledger, log } = this.#deps;
    const writes: LedgerWrite[] = [this.#checkpoint, checkpointNote].map((value, place) => ({
      space: 'control',
      key: `evidence/${toHex(sha256(checkpointNote)).slice(0, 32)}/${place}`,
      value,
      marking: MEMBERS,
    }));
    const audit = [
      sharingEntry(clock.nowMs(), 'sharing', 'checkpoint.refused', 'log:control', {
        outcome: 'refused',
        code: 'SHARING_CHECKPOINT',
      }),
    ];
    await ledger.commit({ writes, audit });
    log.error({ held: this.size() }, 'a signed checkpoint does not extend the one held; both are kept');
  }
}

function entryKey(index: number): string {
  return `entry/${String(index).padStart(INDEX_DIGITS, '0')}`;
}
