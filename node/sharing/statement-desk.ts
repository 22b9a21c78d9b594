import { toWireStatement } from '../../proto/codec/statement.ts';
import type { SignedStatement } from '../../proto/domain/control.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { Log } from '../../proto/domain/runtime.ts';
import { decodeStatement, type StatementBounds } from '../../proto/codec/statement.ts';
import { ControlGossip } from '../../proto/gen/concordat/v1/mesh.ts';
import type { ControlLog } from './control-log.ts';
import type { StatementSink } from './ports.ts';

export type StatementDeskDeps = {
  readonly controlLog: ControlLog;
  readonly bounds: StatementBounds;
  /** Undefined while the coordinator cannot be reached. @throws when it refuses or fails */
  readonly submitToLog: ((statement: SignedStatement) => Promise<void>) | undefined;
  readonly gossip: (bytes: Uint8Array) => void;
  readonly log: Log;
};

/**
 * Where statements of this node and its operators go: they count here at once where the rules let them, are told to
 * the mesh, and are put into the log, at once or when the coordinator is back. A kind that counts only from the log
 * is refused while the coordinator is away.
 */
export class StatementDesk implements StatementSink {
  readonly #deps: () => StatementDeskDeps;

  constructor(deps: () => StatementDeskDeps) {
    this.#deps = deps;
  }

  async submit(statement: SignedStatement): Promise<void> {
    const { controlLog, gossip, submitToLog } = this.#deps();
    const pending = await this.#hold(controlLog, statement);
    if (pending) gossip(gossipOf(statement));
    if (!pending || submitToLog !== undefined) await this.#log(statement, pending);
  }

  /** Offers every pending statement to the log again; called when the coordinator is back. */
  async resubmit(): Promise<void> {
    const { bounds, controlLog } = this.#deps();
    for (const bytes of controlLog.pending()) await this.#log(decodeStatement(bytes, bounds), true);
  }

  /** @returns false for a kind that counts only from the log */
  async #hold(controlLog: ControlLog, statement: SignedStatement): Promise<boolean> {
    try {
      await controlLog.addPending(statement);
      return true;
    } catch (error) {
      if (isRefusal(error, 'MEMBERSHIP_UNLOGGED')) return false;
      throw error;
    }
  }

  /** A pending statement loses nothing when the log cannot have it now. */
  async #log(statement: SignedStatement, pending: boolean): Promise<void> {
    const { log, submitToLog } = this.#deps();
    try {
      if (submitToLog === undefined) throw new Error('the coordinator cannot be reached');
      await submitToLog(statement);
    } catch (error) {
      if (!pending) throw error;
      log.debug({ kind: statement.kind, code: isRefusal(error) ? error.code : 'fault' }, 'statement waits for the log');
    }
  }
}

function gossipOf(statement: SignedStatement): Uint8Array {
  return ControlGossip.encode({ item: { $case: 'statement', value: toWireStatement(statement) } }).finish();
}
