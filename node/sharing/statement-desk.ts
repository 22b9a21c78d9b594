import { LIMITS } from '../../config/settings/limits.ts';
import { statementHash } from '../../config/policy/membership.ts';
import { decodeStatement, toWireStatement } from '../../proto/codec/statement.ts';
import type { SignedStatement } from '../../proto/domain/control.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import { ControlGossip } from '../../proto/gen/concordat/v1/mesh.ts';
import type { ControlLog } from './control-log.ts';
import type { StatementSink } from './ports.ts';
import { sharingRefusal } from './refusal.ts';

export type StatementDeskDeps = {
  readonly controlLog: ControlLog;
  readonly clock: Clock;
  /** Undefined while the coordinator cannot be reached. @throws when it refuses or fails */
  readonly submitToLog: () => ((statement: SignedStatement) => Promise<void>) | undefined;
  readonly gossip: (bytes: Uint8Array) => void;
  readonly log: Log;
};

/**
 * Where statements of this node and its operators go: they count here at once where the rules let them, are told to
 * the mesh, and are put into the log, at once or when the coordinator is back. A kind that counts only from the log
 * is refused while the coordinator is away.
 */
export class StatementDesk implements StatementSink {
  readonly #deps: StatementDeskDeps;
  /** When the log last gave a final answer to a pending statement; what it took comes back by its stream. */
  readonly #answeredAtMs = new Map<string, number>();

  constructor(deps: StatementDeskDeps) {
    this.#deps = deps;
  }

  /** @throws MEMBERSHIP_*, and SHARING_AWAY or what the coordinator says for a kind that counts only from the log */
  async submit(statement: SignedStatement): Promise<void> {
    const { gossip, submitToLog } = this.#deps;
    if (await this.#hold(statement)) {
      gossip(gossipOf(statement));
      await this.#offer(statement);
    } else {
      const submit = submitToLog();
      if (submit === undefined) throw sharingRefusal('SHARING_AWAY');
      await submit(statement);
    }
  }

  /** Offers every pending statement to the log again; called when the coordinator is back. */
  async resubmit(): Promise<void> {
    this.#answeredAtMs.clear();
    await this.tick();
  }

  /**
   * Offers to the log, in order, what it has not answered, and now and then what it refused: its rules may let it pass
   * by now. Stops where the coordinator fails, as the next statement may rest on this one.
   */
  async tick(): Promise<void> {
    const { clock, controlLog } = this.#deps;
    const pending = controlLog.pending().map((bytes) => decodeStatement(bytes, LIMITS));
    const ids = new Set(pending.map(statementHash));
    for (const id of this.#answeredAtMs.keys()) if (!ids.has(id)) this.#answeredAtMs.delete(id);
    for (const statement of pending) {
      const answeredAtMs = this.#answeredAtMs.get(statementHash(statement)) ?? -Infinity;
      if (clock.nowMs() - answeredAtMs < LIMITS.statementRetryMs) continue;
      if (!(await this.#offer(statement))) return;
    }
  }

  /** @returns false for a kind that counts only from the log */
  async #hold(statement: SignedStatement): Promise<boolean> {
    try {
      await this.#deps.controlLog.addPending(statement);
      return true;
    } catch (error) {
      if (isRefusal(error, 'MEMBERSHIP_UNLOGGED')) return false;
      throw error;
    }
  }

  /** A pending statement loses nothing when the log cannot have it now. @returns whether the log gave an answer */
  async #offer(statement: SignedStatement): Promise<boolean> {
    const { clock, log, submitToLog } = this.#deps;
    const submit = submitToLog();
    if (submit === undefined) return false;
    try {
      await submit(statement);
    } catch (error) {
      const code = isRefusal(error) ? error.code : 'FAULT';
      log.debug({ kind: statement.kind, code }, 'statement waits for the log');
      if (!code.startsWith('MEMBERSHIP_')) return false;
    }
    this.#answeredAtMs.set(statementHash(statement), clock.nowMs());
    return true;
  }
}

function gossipOf(statement: SignedStatement): Uint8Array {
  return ControlGossip.encode({ item: { $case: 'statement', value: toWireStatement(statement) } }).finish();
}

/** A verified checkpoint, for the others to compare with theirs. */
export function checkpointGossip(checkpoint: Uint8Array): Uint8Array {
  return ControlGossip.encode({ item: { $case: 'checkpoint', value: Buffer.from(checkpoint) } }).finish();
}
