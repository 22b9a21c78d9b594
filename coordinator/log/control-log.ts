import { createMembership, type Membership, statementHash } from '../../config/policy/membership.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { decodeStatement, encodeStatement } from '../../proto/codec/statement.ts';
import type { AuditEntry } from '../../proto/domain/audit.ts';
import type { SignedStatement, StatementBody } from '../../proto/domain/control.ts';
import type { CoordinatorStore, StoreWrite } from '../store/coordinator-store.ts';
import { indexKey } from './index-key.ts';
import { originOf, TreeLog } from './tree-log.ts';

export type LoggedStatement = { readonly index: number; readonly body: StatementBody };

/** Told of each statement after it is durable and in force; must not throw. */
export type StatementListener = (logged: LoggedStatement) => void;

/**
 * The control log: every statement that binds the federation, in one order, judged by the rules that members apply
 * too. Appending is for one caller at a time (see Turns).
 */
export class ControlLog {
  /** As of the last logged statement. */
  readonly membership: Membership;
  readonly tree: TreeLog;
  readonly #store: CoordinatorStore;
  readonly #listeners = new Set<StatementListener>();

  private constructor(store: CoordinatorStore, genesisBytes: Uint8Array, logSecretKey: Uint8Array) {
    this.#store = store;
    this.membership = createMembership(genesisBytes);
    this.tree = new TreeLog(originOf(this.membership.federationId, 'control'), logSecretKey);
  }

  /** Reads the log from the store and judges it anew. @throws MEMBERSHIP_*, WIRE_*, STORE_* */
  static async open(store: CoordinatorStore, genesisBytes: Uint8Array, logSecretKey: Uint8Array): Promise<ControlLog> {
    const log = new ControlLog(store, genesisBytes, logSecretKey);
    for await (const { value } of store.list('control')) {
      log.membership.apply(decodeStatement(value, LIMITS), log.tree.size);
      log.tree.append(value);
    }
    return log;
  }

  onStatement(listener: StatementListener): void {
    this.#listeners.add(listener);
  }

  /** Index of a statement that is logged, by its kind and body. */
  indexOf(statement: SignedStatement): number | undefined {
    const position = this.membership.positionOf(statementHash(statement));
    return position === 'pending' ? undefined : position;
  }

  /**
   * Judges a statement and logs it together with other writes; durable on return. One that is logged already keeps
   * its index, and the other writes are done all the same.
   * @throws MEMBERSHIP_*, WIRE_*, STORE_*
   */
  async append(
    statement: SignedStatement,
    together: { readonly writes: readonly StoreWrite[]; readonly audit: readonly AuditEntry[] },
  ): Promise<LoggedStatement | { readonly index: number; readonly body: undefined }> {
    const before = this.indexOf(statement);
    if (before !== undefined) {
      if (together.writes.length > 0) await this.#store.commit(together);
      return { index: before, body: undefined };
    }
    const index = this.tree.size;
    const entry = encodeStatement(statement);
    const judged = this.membership.judge(statement, index);
    await this.#store.commit({
      writes: [{ space: 'control', key: indexKey(index), value: entry }, ...together.writes],
      audit: together.audit,
    });
    judged.apply();
    this.tree.append(entry);
    const { body } = judged;
    for (const listener of this.#listeners) listener({ index, body });
    return { index, body };
  }

  /** Entries from a position on, as they are hashed in the tree. */
  async entries(start: number, count: number): Promise<readonly Uint8Array[]> {
    const entries: Uint8Array[] = [];
    for await (const { value } of this.#store.list('control', { from: indexKey(start), limit: count })) {
      entries.push(value);
    }
    return entries;
  }
}
