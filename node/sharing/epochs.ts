import { encodeStatementBody } from '../../proto/codec/statement-body.ts';
import type { StatementBody } from '../../proto/domain/control.ts';
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
 * not come in time the next one does. Driven by tick(), which does at most one thing of each kind and never throws
 * for what a later tick may mend.
 */
export class Epochs {
  readonly #deps: EpochsDeps;
  #rotationDue = false;
  #wantedSince: { readonly name: string; readonly atMs: number } | undefined;
  #ticking: Promise<void> | undefined;

  constructor(deps: EpochsDeps) {
    this.#deps = deps;
  }

  /** Told of every statement that took effect, in order, also when the log is read anew at start. */
  onApplied(body: StatementBody): void {
    if (body.kind === 'suspension') this.#rotationDue = this.#deps.directory.currentEpoch() > 0;
    if (body.kind === 'key_announcement' && body.value.purpose === 'member') this.#rotationDue = false;
  }

  /** Called at an interval and whenever something may have changed; calls do not overlap. */
  tick(): Promise<void> {
    this.#ticking ??= this.#tick().finally(() => {
      this.#ticking = undefined;
    });
    return this.#ticking;
  }

  async #tick(): Promise<void> {
    const { directory, self } = this.#deps;
    if (directory.policy() === undefined || directory.isSuspended(self.peerId)) return;
    await this.#fetchMissing();
    const wanted = this.#wanted();
    if (wanted === undefined) {
      this.#wantedSince = undefined;
    } else if (this.#isMaker(wanted)) {
      await this.#make(wanted);
    }
  }

  /** The name of the key that should exist by now and does not. */
  #wanted(): KeyName | undefined {
    const current = currentName(this.#deps.directory);
    if (current === undefined) return { epoch: 1, generation: 1 };
    if (this.#rotationDue) return { epoch: current.epoch, generation: current.generation + 1 };
    if (this.#deps.isOver(current.epoch)) return { epoch: current.epoch + 1, generation: 1 };
    return undefined;
  }

  /** Whether it falls to this node: the n-th online node in roster order after n waits. */
  #isMaker(name: KeyName): boolean {
    const { clock, directory, memberKeyWaitMs, online, self } = this.#deps;
    const text = `${name.epoch}.${name.generation}`;
    if (this.#wantedSince?.name !== text) this.#wantedSince = { name: text, atMs: clock.nowMs() };
    const reachable = new Set<string>([self.peerId, ...online()]);
    const order = directory.nodes().filter(({ peerId }) => reachable.has(peerId) && !directory.isSuspended(peerId));
    const turn = Math.floor((clock.nowMs() - this.#wantedSince.atMs) / memberKeyWaitMs);
    return order.findIndex(({ peerId }) => peerId === self.peerId) <= turn;
  }

  async #make(name: KeyName): Promise<void> {
    const { clock, directory, keys, self, statements, log } = this.#deps;
    const { keyId } = await keys.make(name);
    const body: StatementBody = {
      kind: 'key_announcement',
      value: {
        purpose: 'member',
        ...name,
        peerId: self.peerId,
        keyId,
        detail: new Uint8Array(0),
        issuedAtMs: clock.nowMs(),
      },
    };
    await statements.submit(signAsNode(self, directory.federationId, body.kind, encodeStatementBody(body)));
    log.info({ epoch: name.epoch, generation: name.generation }, 'member key announced');
  }

  /** Asks the maker first, then whoever is online. */
  async #fetchMissing(): Promise<void> {
    const { keys, online } = this.#deps;
    for (const entry of keys.missing()) {
      const peers = online();
      const order = peers.includes(entry.peerId)
        ? [entry.peerId, ...peers.filter((peer) => peer !== entry.peerId)]
        : peers;
      for (const peer of order) {
        if (await this.#fetch(peer, entry)) break;
      }
    }
  }

  async #fetch(peer: PeerIdText, name: KeyName): Promise<boolean> {
    try {
      await this.#deps.keys.accept(
        await this.#deps.requestKey(peer, { epoch: name.epoch, generation: name.generation }),
      );
      return true;
    } catch (error) {
      this.#deps.log.debug(
        { code: isRefusal(error) ? error.code : 'fault', epoch: name.epoch },
        'member key not granted',
      );
      return false;
    }
  }
}
