import { LIMITS } from '../../config/settings/limits.ts';
import { equalBytes } from '../../crypto/bytes.ts';
import { createOprfKey } from '../../crypto/oprf/voprf.ts';
import type { SignedStatement, StatementBody } from '../../proto/domain/control.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Clock, Log, RandomBytes } from '../../proto/domain/runtime.ts';
import { type FlagEvaluation, FlagKey } from './flag-key.ts';
import type { Mode } from './mode.ts';
import type { Directory, Self, StatementSink } from './ports.ts';
import { sharingRefusal } from './refusal.ts';
import { otherAgencies, releaseOf } from './release.ts';
import { signAsNode } from './statements.ts';
import { mapInTurns } from './yielding.ts';

export type FlagKeyHolderDeps = {
  readonly directory: Directory;
  readonly self: Self;
  readonly mode: Pick<Mode, 'active'>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly statements: StatementSink;
  /** How long after its own window closed the holder waits for members that have not said they are done. */
  readonly collectMs: number;
};

/**
 * The OPRF key of flags, at the agency that policy names: one random key per epoch, in memory alone, announced in the
 * control log, used inside each agency's quota, erased before any flag of the epoch is sent. If the process ends
 * before that, the key is gone and the epoch is skipped: whoever holds flags can test nothing that was not evaluated.
 */
export class FlagKeyHolder {
  readonly #deps: FlagKeyHolderDeps;
  #held: FlagKey | undefined;
  /** The word that a key is gone, until the mesh or the log has it. */
  #erasure: SignedStatement | undefined;

  constructor(deps: FlagKeyHolderDeps) {
    this.#deps = deps;
  }

  /** Makes and announces the key of the current epoch where that falls to this node; erases one that is due. */
  async tick(): Promise<void> {
    const epoch = this.#deps.directory.currentEpoch();
    if (this.#held !== undefined && this.#isDue(this.#held, epoch)) this.#erase(this.#held);
    await this.#tellErasure();
    if (epoch === 0 || !this.#isHolder()) return;
    if (this.#held === undefined) this.#make(epoch);
    await this.#announce();
  }

  /**
   * Evaluates blinded elements for a member, inside the quota of its agency.
   * @throws SHARING_EPOCH when the key is not held (any more), SHARING_SHADOW, SHARING_QUOTA, CRYPTO_OPRF_*
   */
  evaluate(peerId: PeerIdText, epoch: number, blinded: readonly Uint8Array[]): FlagEvaluation {
    const held = this.#heldFor(epoch, peerId);
    if (blinded.length > LIMITS.oprfElementsPerRequest) throw sharingRefusal('SHARING_QUOTA', 'reject');
    held.debit(this.#agencyOf(peerId), blinded.length, this.#quota());
    return held.evaluate(blinded, this.#deps.random);
  }

  /** The holder's own inputs, inside the same quota. @throws SHARING_EPOCH, SHARING_SHADOW, SHARING_QUOTA */
  async evaluateOwn(epoch: number, inputs: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    const { peerId } = this.#deps.self;
    const held = this.#heldFor(epoch, peerId);
    held.debit(this.#agencyOf(peerId), inputs.length, this.#quota());
    return mapInTurns(inputs, LIMITS.directEvaluations, (input) => held.evaluateDirect(input));
  }

  /** A member needs no more of this epoch. @throws SHARING_EPOCH when the key is not held (any more), SHARING_SHADOW */
  markDone(peerId: PeerIdText, epoch: number): void {
    this.#heldFor(epoch, peerId).done.add(peerId);
  }

  /** This node's own window of the epoch has closed: from now on the holder waits its time for the others. */
  windowClosed(epoch: number): void {
    if (this.#held?.epoch === epoch) this.#held.closedAtMs ??= this.#deps.clock.nowMs();
  }

  /** Forgets the key without a statement, as a death would: the epoch is skipped. */
  drop(): void {
    this.#held?.erase();
    this.#held = undefined;
  }

  /** One node of the agency that policy names, while flags are on and it is not in shadow mode. */
  #isHolder(): boolean {
    const { directory, mode, self } = this.#deps;
    if (!mode.active() || directory.policy()?.keyHolderAgency !== self.agencyId) return false;
    const to = otherAgencies(directory, self.agencyId);
    if (!releaseOf(directory, { kind: 'flag', from: self.agencyId, to }).allowed) return false;
    const first = directory
      .nodes()
      .find(({ agencyId, peerId }) => agencyId === self.agencyId && !directory.isSuspended(peerId));
    return first?.peerId === self.peerId;
  }

  #heldFor(epoch: number, peerId: PeerIdText): FlagKey {
    if (!this.#deps.mode.active()) throw sharingRefusal('SHARING_SHADOW');
    if (this.#held?.epoch !== epoch || this.#deps.directory.isSuspended(peerId)) throw sharingRefusal('SHARING_EPOCH');
    return this.#held;
  }

  #agencyOf(peerId: PeerIdText): string {
    return this.#deps.directory.node(peerId)?.agencyId ?? '';
  }

  #quota(): number {
    return this.#deps.directory.policy()?.flags.quotaPerEpoch ?? 0;
  }

  /** All members done, or the wait over, or the epoch already past. */
  #isDue(held: FlagKey, currentEpoch: number): boolean {
    const { clock, collectMs, directory } = this.#deps;
    if (currentEpoch > held.epoch) return true;
    if (held.closedAtMs === undefined) return false;
    const members = directory.nodes().filter(({ peerId }) => !directory.isSuspended(peerId));
    return members.every(({ peerId }) => held.done.has(peerId)) || clock.nowMs() - held.closedAtMs >= collectMs;
  }

  /** Not where the log names a key of this epoch already: one that is lost is not made again. */
  #make(epoch: number): void {
    const { clock, directory, random, self } = this.#deps;
    if (directory.keyAnnouncements('flag', epoch).length > 0) return;
    const pair = createOprfKey(random);
    const { peerId } = self;
    const value = { purpose: 'flag', epoch, generation: 1, peerId, keyId: pair.publicKey } as const;
    const announcement = this.#signed({
      kind: 'key_announcement',
      value: { ...value, detail: new Uint8Array(0), issuedAtMs: clock.nowMs() },
    });
    this.#held = new FlagKey(epoch, pair, announcement);
  }

  /** The same statement again until the log has it: when its answer was lost it may have it already. */
  async #announce(): Promise<void> {
    const { directory, log, statements } = this.#deps;
    const held = this.#held;
    if (held === undefined) return;
    const [announced] = directory.keyAnnouncements('flag', held.epoch);
    if (announced === undefined) {
      if (held.submitted) return;
      await statements.submit(held.announcement);
      held.submitted = true;
      log.info({ epoch: held.epoch }, 'flag key announced');
    } else if (!equalBytes(announced.keyId, held.publicKey)) {
      // Another node of the agency was first; nobody checks proofs against this key.
      this.drop();
    }
  }

  /** Of a key that was never announced there is nothing to say. */
  #erase(held: FlagKey): void {
    const { clock, directory, log, self } = this.#deps;
    const { epoch, evaluations, publicKey } = held;
    this.drop();
    const isAnnounced = directory.keyAnnouncements('flag', epoch).some(({ keyId }) => equalBytes(keyId, publicKey));
    if (!isAnnounced) return;
    const { peerId } = self;
    const value = { purpose: 'flag', epoch, peerId, keyId: publicKey, evaluations } as const;
    this.#erasure = this.#signed({ kind: 'key_erasure', value: { ...value, issuedAtMs: clock.nowMs() } });
    log.info({ epoch, evaluations }, 'flag key erased');
  }

  /** Once it is pending the desk brings it to the log. */
  async #tellErasure(): Promise<void> {
    const erasure = this.#erasure;
    if (erasure === undefined) return;
    try {
      await this.#deps.statements.submit(erasure);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#deps.log.warn({ code: error.code }, 'the erasure of a flag key was refused; its epoch is skipped');
    }
    this.#erasure = undefined;
  }

  #signed(body: StatementBody): SignedStatement {
    const { directory, self } = this.#deps;
    return signAsNode(self, directory.federationId, body);
  }
}
