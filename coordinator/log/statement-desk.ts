import { statementHash } from '../../config/policy/membership.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { peerIdText } from '../../crypto/peer-id.ts';
import { signStatement } from '../../crypto/statement.ts';
import { decodeNodeRecord } from '../../proto/codec/membership.ts';
import { parseCrl } from '../../crypto/x509.ts';
import { statementKindNumber } from '../../proto/codec/statement.ts';
import { encodeStatementBody } from '../../proto/codec/statement-body.ts';
import type { SignedStatement, StatementBody, StatementKind, StatementSignature } from '../../proto/domain/control.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import { auditEntry } from '../audit.ts';
import { runningCertificates } from '../ca/certificates.ts';
import type { Issuer } from '../ca/issuer.ts';
import { CRL_LIFE_MS, nextCrl, revokedSerials } from '../ca/revocation.ts';
import { coordinatorError } from '../errors.ts';
import type { CoordinatorStore } from '../store/coordinator-store.ts';
import type { Turns } from '../turns.ts';
import type { ControlLog } from './control-log.ts';

export type StatementDeskDeps = {
  readonly store: CoordinatorStore;
  readonly turns: Turns;
  readonly controlLog: ControlLog;
  readonly issuer: Issuer;
  readonly logKey: { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };
  readonly clock: Clock;
};

/** Statements after which the revocation list is no longer right. */
const CHANGES_CRL: ReadonlySet<StatementKind> = new Set(['suspension', 'suspension_lift']);

/** The way of statements into the control log, members' and the coordinator's own. */
export class StatementDesk {
  readonly #deps: StatementDeskDeps;

  constructor(deps: StatementDeskDeps) {
    this.#deps = deps;
  }

  /**
   * Logs a statement that somebody hands in; idempotent by its kind and body. A suspension or its lift is followed by
   * the revocation list that fits it.
   * @returns its index
   * @throws ENROL_MEMBER for a node that is not a member yet, MEMBERSHIP_*, WIRE_*, STORE_*
   */
  submit(statement: SignedStatement, actor: string): Promise<number> {
    return this.#deps.turns.run(async () => {
      this.#refuseNewNode(statement);
      return this.#append(statement, actor);
    });
  }

  /** Signs a statement as the coordinator and its CA, and logs it. @throws MEMBERSHIP_*, STORE_* */
  issue(body: StatementBody, actor: string): Promise<number> {
    return this.#deps.turns.run(() => this.#append(this.#signed(body), actor));
  }

  /** Sees to it that there is a revocation list, that it does not lapse and names whom it should. @throws STORE_* */
  refreshCrl(): Promise<void> {
    return this.#deps.turns.run(async () => {
      if (!(await this.#isCrlRight())) await this.#publishCrl();
    });
  }

  /**
   * A lift with the CA's signature beside those that it has: a suspension by the CA is lifted with it.
   * @throws COORDINATOR_COMMAND for any other statement, which the CA has no part in
   */
  countersigned({ kind, body, signatures }: SignedStatement): SignedStatement {
    if (kind !== 'suspension_lift') throw coordinatorError('COORDINATOR_COMMAND', { detail: { kind } });
    return { kind, body, signatures: [...signatures, this.#signatureOver(kind, body)] };
  }

  async #append(statement: SignedStatement, actor: string): Promise<number> {
    const { controlLog, clock } = this.#deps;
    const object = `statement:${statementHash(statement)}`;
    const entry = auditEntry({ atMs: clock.nowMs(), actor, action: `${statement.kind}.logged`, object });
    const { index, body } = await controlLog.append(statement, { writes: [], audit: [entry] });
    if (body !== undefined && CHANGES_CRL.has(body.kind)) await this.#publishCrl();
    return index;
  }

  /** False when there is none, it is half over, or a list that should have followed a suspension could not be written. */
  async #isCrlRight(): Promise<boolean> {
    const { controlLog, issuer, store, clock } = this.#deps;
    const { membership } = controlLog;
    const current = membership.crl();
    if (current === undefined) return false;
    const { nextUpdateMs, revoked } = await parseCrl(current.crl, issuer.root);
    const wanted = revokedSerials(membership, await runningCertificates(store, clock.nowMs()));
    const listed = new Set(revoked.map(({ serial }) => serial));
    return nextUpdateMs - clock.nowMs() >= CRL_LIFE_MS / 2 && wanted.every((serial) => listed.has(serial));
  }

  async #publishCrl(): Promise<void> {
    const { store, controlLog, issuer, clock } = this.#deps;
    const nowMs = clock.nowMs();
    const running = await runningCertificates(store, nowMs);
    const statement = this.#signed(await nextCrl(issuer.authority, controlLog.membership, running, nowMs));
    const object = `statement:${statementHash(statement)}`;
    const entry = auditEntry({ atMs: nowMs, actor: 'coordinator', action: 'crl.logged', object });
    await controlLog.append(statement, { writes: [], audit: [entry] });
  }

  #signed(body: StatementBody): SignedStatement {
    const bytes = encodeStatementBody(body);
    return { kind: body.kind, body: bytes, signatures: [this.#signatureOver(body.kind, bytes)] };
  }

  #signatureOver(kind: StatementKind, body: Uint8Array): StatementSignature {
    const { controlLog, logKey } = this.#deps;
    const { publicKey, secretKey } = logKey;
    const { federationId } = controlLog.membership;
    const signature = signStatement(secretKey, federationId, statementKindNumber(kind), body);
    return { role: 'coordinator', agencyId: '', publicKey, signature };
  }

  /** A node joins by its token alone; new keys of a member may be handed in. */
  #refuseNewNode(statement: SignedStatement): void {
    if (statement.kind !== 'node' || this.#deps.controlLog.indexOf(statement) !== undefined) return;
    const { identityKey } = decodeNodeRecord(statement.body, LIMITS.statementBytes);
    if (this.#deps.controlLog.membership.node(peerIdText(identityKey)) === undefined) {
      throw coordinatorError('ENROL_MEMBER');
    }
  }
}
