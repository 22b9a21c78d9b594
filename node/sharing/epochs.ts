import { LIMITS } from '../../config/settings/limits.ts';
import type { KeyAnnouncement, StatementBody } from '../../proto/domain/control.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import { currentName, type KeyGrant, type KeyName, type MemberKeys } from './member-keys.ts';
import type { Directory, Self, StatementSink } from './ports.ts';
import { signAsNode } from './statements.ts';

export type EpochsDeps = {
  readonly directory: Directory;
  readonly keys: MemberKeys;
  readonly self: Self;
  readonly clock: Clock;
  readonly log: Log;
  readonly statements: StatementSink;
  /** Peers that have been greeted, in no order. */
  readonly online: () => readonly PeerIdText[];
  readonly requestKey: (peerId: PeerIdText, name: KeyName) => Promise<KeyGrant>;
  /** True once the window of the epoch has closed here and its flags are on their way or skipped. */
  readonly isOver: (epoch: number) => boolean;
  readonly memberKeyWaitMs: number;
};

/**
 * Begins epochs and rotates member keys. The first online agency in roster order makes the key of a name; if it has
 * not come in time, announced or not, the next one makes one. Driven by tick(), which does at most one thing of each
 * kind and never throws for what a later tick may mend.
 */
export class Epochs {
  readonly #deps: EpochsDeps;
  #rotationDue = false;
  /** Since when a key is wanted, or one that is announced has not come. */
  #wantedSince: { readonly name: string; readonly atMs: number } | undefined;
  #missingSince: { readonly name: string; readonly atMs: number } | undefined;
  #askedAtMs = -Infinity;

  constructor(deps: EpochsDeps) {
    this.#deps = deps;
  }

  /** Told of every statement that took effect, in order, also when the log is read anew at start. */
  onApplied(body: StatementBody): void {
    if (body.kind === 'suspension') this.#rotationDue = this.#deps.directory.currentEpoch() > 0;
    if (body.kind === 'key_announcement' && body.value.purpose === 'member') this.#rotationDue = false;
  }

  /** Called at an interval and whenever something may have changed; calls do not overlap. */
  async tick(): Promise<void> {
    const { directory, self } = this.#deps;
    if (directory.policy() === undefined || directory.isSuspended(self.peerId)) return;
    await this.#fetchMissing();
    const wanted = this.#wanted();
    if (wanted === undefined) this.#wantedSince = undefined;
    else if (this.#isMaker(wanted)) await this.#make(wanted);
  }

  /** The name of the key that should exist by now and does not. */
  #wanted(): KeyName | undefined {
    const current = currentName(this.#deps.directory);
    if (current === undefined) return { epoch: 1, generation: 1 };
    const next = { epoch: current.epoch, generation: current.generation + 1 };
    if (this.#rotationDue || this.#isLost(current)) return next;
    if (this.#deps.isOver(current.epoch)) return { epoch: current.epoch + 1, generation: 1 };
    return undefined;
  }

  /** A key that is announced and that nobody gives: its maker may have died with it. */
  #isLost(name: KeyName): boolean {
    const { clock, keys, memberKeyWaitMs } = this.#deps;
    const text = nameText(name);
    const isMissing = keys.missing().some((entry) => nameText(entry) === text) && keys.forReading(name).length === 0;
    if (!isMissing) this.#missingSince = undefined;
    else if (this.#missingSince?.name !== text) this.#missingSince = { name: text, atMs: clock.nowMs() };
    return this.#missingSince !== undefined && clock.nowMs() - this.#missingSince.atMs >= memberKeyWaitMs;
  }

  /** Whether it falls to this node: the n-th online node in roster order after n waits. */
  #isMaker(name: KeyName): boolean {
    const { clock, directory, memberKeyWaitMs, online, self } = this.#deps;
    const text = nameText(name);
    if (this.#wantedSince?.name !== text) this.#wantedSince = { name: text, atMs: clock.nowMs() };
    const reachable = new Set<string>([self.peerId, ...online()]);
    const order = directory.nodes().filter(({ peerId }) => reachable.has(peerId) && !directory.isSuspended(peerId));
    const turn = Math.floor((clock.nowMs() - this.#wantedSince.atMs) / memberKeyWaitMs);
    return order.findIndex(({ peerId }) => peerId === self.peerId) <= turn;
  }

  /** Kept before it is announced: nobody else could give it to the others. */
  async #make(name: KeyName): Promise<void> {
    const { clock, directory, keys, log, self, statements } = this.#deps;
    const { keyId } = await keys.make(name);
    const { peerId } = self;
    const detail = new Uint8Array(0);
    const value = { purpose: 'member', ...name, peerId, keyId, detail, issuedAtMs: clock.nowMs() } as const;
    try {
      await statements.submit(signAsNode(self, directory.federationId, { kind: 'key_announcement', value }));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Another one's announcement came while ours was made.
      log.debug({ ...name, code: error.code }, 'member key not announced');
      return;
    }
    log.info({ epoch: name.epoch, generation: name.generation }, 'member key announced');
  }

  /** The key of now at every tick, older ones now and then: one that nobody has any more is not asked for all the time. */
  async #fetchMissing(): Promise<void> {
    const { clock, directory, keys, memberKeyWaitMs, online } = this.#deps;
    if (online().length === 0) return;
    const isOldDue = clock.nowMs() - this.#askedAtMs >= memberKeyWaitMs;
    if (isOldDue) this.#askedAtMs = clock.nowMs();
    const epoch = directory.currentEpoch();
    const wanted = keys.missing().filter((entry) => isOldDue || entry.epoch === epoch);
    for (const entry of wanted.slice(0, LIMITS.memberKeysAsked)) await this.#fetchFromAny(entry);
  }

  /** Asks the maker first, then whoever is online. */
  async #fetchFromAny(entry: KeyAnnouncement): Promise<void> {
    const peers = this.#deps.online();
    const others = peers.filter((peer) => peer !== entry.peerId);
    for (const peer of others.length < peers.length ? [entry.peerId, ...others] : peers)
      if (await this.#fetch(peer, entry)) return;
  }

  async #fetch(peer: PeerIdText, { epoch, generation, keyId }: KeyAnnouncement): Promise<boolean> {
    const { keys, log, requestKey } = this.#deps;
    try {
      await keys.accept(await requestKey(peer, { epoch, generation }));
      return keys.holds({ epoch, generation }, keyId);
    } catch (error) {
      log.debug({ code: isRefusal(error) ? error.code : 'FAULT', epoch }, 'member key not granted');
      return false;
    }
  }
}

function nameText({ epoch, generation }: KeyName): string {
  return `${epoch}.${generation}`;
}
