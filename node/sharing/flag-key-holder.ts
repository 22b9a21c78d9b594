import { createOprfKey, evaluateBatch, evaluateDirect } from '../../crypto/oprf/voprf.ts';
import type { KeyPair } from '../../crypto/keys.ts';
import { encodeStatementBody } from '../../proto/codec/statement-body.ts';
import type { StatementBody } from '../../proto/domain/control.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Clock, Log, RandomBytes } from '../../proto/domain/runtime.ts';
import type { Directory, Self, StatementSink } from './ports.ts';
import { sharingRefusal } from './refusal.ts';
import { belowFloor } from './release.ts';
import { signAsNode } from './statements.ts';

export type FlagKeyHolderDeps = {
  readonly directory: Directory;
  readonly self: Self;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly statements: StatementSink;
  /** How long after its own window closed the holder waits for members that have not said they are done. */
  readonly collectMs: number;
};

type HeldKey = {
  readonly epoch: number;
  readonly pair: KeyPair;
  readonly spentByAgency: Map<string, number>;
  readonly done: Set<string>;
  evaluations: number;
  closedAtMs: number | undefined;
};

/**
 * The OPRF key of flags, at the agency that policy names: one random key per epoch, in memory alone, announced in the
 * control log, used inside each agency's quota, erased before any flag of the epoch is sent. If the process ends
 * before that, the key is gone and the epoch is skipped: whoever holds flags can test nothing that was not evaluated.
 */
export class FlagKeyHolder {
  readonly #deps: FlagKeyHolderDeps;
  #held: HeldKey | undefined;

  constructor(deps: FlagKeyHolderDeps) {
    this.#deps = deps;
  }

  /** Makes and announces the key of the current epoch where that falls to this node; erases one that is due. */
  async tick(): Promise<void> {
    const { directory } = this.#deps;
    const epoch = directory.currentEpoch();
    if (epoch === 0 || !this.#isHolder()) return;
    if (this.#held !== undefined && this.#isDue(this.#held, epoch)) await this.#erase(this.#held);
    if (this.#held === undefined && directory.keyAnnouncements('flag', epoch).length === 0) await this.#make(epoch);
  }

  /**
   * Evaluates blinded elements for a member, inside the quota of its agency.
   * @throws SHARING_EPOCH when the key is not held (any more), SHARING_QUOTA, CRYPTO_OPRF_*
   */
  evaluate(
    peerId: PeerIdText,
    epoch: number,
    blinded: readonly Uint8Array[],
  ): { readonly evaluated: readonly Uint8Array[]; readonly proof: Uint8Array } {
    const held = this.#heldFor(epoch, peerId);
    this.#debit(held, peerId, blinded.length);
    return evaluateBatch(held.pair.secretKey, blinded, this.#deps.random);
  }

  /** The holder's own inputs, inside the same quota. @throws SHARING_EPOCH, SHARING_QUOTA */
  evaluateOwn(epoch: number, inputs: readonly Uint8Array[]): readonly Uint8Array[] {
    const { self } = this.#deps;
    const held = this.#heldFor(epoch, self.peerId);
    this.#debit(held, self.peerId, inputs.length);
    return inputs.map((input) => evaluateDirect(held.pair.secretKey, input));
  }

  /** A member needs no more of this epoch. */
  markDone(peerId: PeerIdText, epoch: number): void {
    if (this.#held?.epoch !== epoch) return;
    this.#held.done.add(peerId);
    if (peerId === this.#deps.self.peerId) this.#held.closedAtMs ??= this.#deps.clock.nowMs();
  }

  /** Forgets the key without a statement, as a death would: the epoch is skipped. */
  drop(): void {
    this.#held?.pair.secretKey.fill(0);
    this.#held = undefined;
  }

  #isHolder(): boolean {
    const { directory, self } = this.#deps;
    const policy = directory.policy();
    if (
      policy === undefined ||
      policy.keyHolderAgency !== self.agencyId ||
      belowFloor('flag', policy, this.#memberAgencies()) !== undefined
    )
      return false;
    const first = directory
      .nodes()
      .find(({ agencyId, peerId }) => agencyId === self.agencyId && !directory.isSuspended(peerId));
    return first?.peerId === self.peerId;
  }

  /** Agencies that have a node which is not suspended. */
  #memberAgencies(): number {
    return activeAgencies(this.#deps.directory);
  }

  #heldFor(epoch: number, peerId: PeerIdText): HeldKey {
    if (this.#held?.epoch !== epoch || this.#deps.directory.isSuspended(peerId)) throw sharingRefusal('SHARING_EPOCH');
    return this.#held;
  }

  #debit(held: HeldKey, peerId: PeerIdText, elements: number): void {
    const { directory } = this.#deps;
    const agencyId = directory.node(peerId)?.agencyId ?? '';
    const spent = (held.spentByAgency.get(agencyId) ?? 0) + elements;
    if (spent > (directory.policy()?.flags.quotaPerEpoch ?? 0))
      throw sharingRefusal('SHARING_QUOTA', 'ignore', { agency: agencyId });
    held.spentByAgency.set(agencyId, spent);
    held.evaluations += elements;
  }

  /** All members done, or the wait over, or the epoch already past. */
  #isDue(held: HeldKey, currentEpoch: number): boolean {
    const { clock, collectMs, directory } = this.#deps;
    if (currentEpoch > held.epoch) return true;
    if (held.closedAtMs === undefined) return false;
    const members = directory.nodes().filter(({ peerId }) => !directory.isSuspended(peerId));
    return members.every(({ peerId }) => held.done.has(peerId)) || clock.nowMs() - held.closedAtMs >= collectMs;
  }

  async #make(epoch: number): Promise<void> {
    const { clock, directory, log, random, self, statements } = this.#deps;
    const pair = createOprfKey(random);
    this.#held = { epoch, pair, spentByAgency: new Map(), done: new Set(), evaluations: 0, closedAtMs: undefined };
    const value = {
      purpose: 'flag',
      epoch,
      generation: 1,
      peerId: self.peerId,
      keyId: pair.publicKey,
      detail: new Uint8Array(0),
      issuedAtMs: clock.nowMs(),
    } as const;
    const body: StatementBody = { kind: 'key_announcement', value };
    try {
      await statements.submit(signAsNode(self, directory.federationId, body.kind, encodeStatementBody(body)));
    } catch (error) {
      // A key that nobody can check proofs against is of no use; the next tick makes another.
      this.drop();
      throw error;
    }
    log.info({ epoch }, 'flag key announced');
  }

  async #erase(held: HeldKey): Promise<void> {
    const { clock, directory, log, self, statements } = this.#deps;
    this.drop();
    const value = {
      purpose: 'flag',
      epoch: held.epoch,
      peerId: self.peerId,
      keyId: held.pair.publicKey,
      evaluations: held.evaluations,
      issuedAtMs: clock.nowMs(),
    } as const;
    const body: StatementBody = { kind: 'key_erasure', value };
    await statements.submit(signAsNode(self, directory.federationId, body.kind, encodeStatementBody(body)));
    log.info({ epoch: held.epoch, evaluations: held.evaluations }, 'flag key erased');
  }
}

/** Agencies with at least one node that is not suspended: the n of k + 1. */
export function activeAgencies(directory: Pick<Directory, 'nodes' | 'isSuspended'>): number {
  return new Set(
    directory
      .nodes()
      .filter(({ peerId }) => !directory.isSuspended(peerId))
      .map(({ agencyId }) => agencyId),
  ).size;
}
