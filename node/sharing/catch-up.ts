import { LIMITS } from '../../config/settings/limits.ts';
import { decodeStatement } from '../../proto/codec/statement.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { SignedIndicator } from '../../proto/domain/exchange.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { Background } from './background.ts';
import { ControlFeed } from './control-feed.ts';
import type { ControlLog } from './control-log.ts';
import type { Indicators } from './indicators.ts';
import type { SharingMesh } from './mesh-port.ts';
import type { Sync, SyncPeer } from './sync.ts';

export type CatchUpDeps = {
  readonly controlLog: ControlLog;
  readonly indicators: Indicators;
  readonly mesh: Pick<SharingMesh, 'heads' | 'indicators' | 'online' | 'range' | 'statements'>;
  readonly sync: Sync;
  readonly background: Background;
  readonly clock: Clock;
  readonly log: Log;
};

/**
 * Brings this node up to what its peers have. Gossip loses messages, so that besides whoever a gap points at, one peer
 * after the other is asked at an interval. Work with a peer runs once at a time and never throws for what a peer does
 * wrong; what one phase refuses does not hold back the next.
 */
export class CatchUp {
  readonly #deps: CatchUpDeps;
  /** When an author's gap was last followed up: a member that leaves gaps on purpose causes no more than that. */
  readonly #gapsAtMs = new Map<PeerIdText, number>();
  #askedAtMs = 0;
  #turn = 0;

  constructor(deps: CatchUpDeps) {
    this.#deps = deps;
  }

  /**
   * Statements first, since they decide what of the rest counts, then indicators, then objects.
   * @returns how many were new; 0 when this peer is being asked already
   */
  async from(peerId: PeerIdText): Promise<number> {
    let taken = 0;
    await this.#deps.background.single(`catch-up ${peerId}`, async () => {
      taken += await this.#phase(peerId, 'statements', () => this.#statements(peerId));
      taken += await this.#phase(peerId, 'indicators', () => this.#indicators(peerId));
      taken += await this.#phase(peerId, 'objects', () => this.#deps.sync.catchUp(this.#syncPeer(peerId)));
    });
    return taken;
  }

  /** Something of this author is missing: it has what it sent itself, otherwise whoever is online may. */
  gap(author: PeerIdText): void {
    const { background, clock, mesh } = this.#deps;
    const nowMs = clock.nowMs();
    if (nowMs - (this.#gapsAtMs.get(author) ?? -Infinity) < LIMITS.gapRetryMs) return;
    this.#gapsAtMs.set(author, nowMs);
    void background.single(`gap ${author}`, async () => {
      const online = mesh.online();
      const peers = online.includes(author) ? [author, ...online.filter((peer) => peer !== author)] : online;
      for (const peerId of peers) if ((await this.from(peerId)) > 0) return;
    });
  }

  /** Asks the next peer when the interval has passed. */
  tick(): void {
    const { clock, mesh } = this.#deps;
    const peers = mesh.online();
    const peerId = peers[this.#turn % Math.max(1, peers.length)];
    if (peerId === undefined || clock.nowMs() - this.#askedAtMs < LIMITS.catchUpMs) return;
    this.#askedAtMs = clock.nowMs();
    this.#turn += 1;
    void this.from(peerId);
  }

  async #phase(peerId: PeerIdText, phase: string, work: () => Promise<number>): Promise<number> {
    try {
      return await work();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#deps.log.debug({ peer: peerId, phase, code: error.code }, 'catching up from a peer stopped');
      return 0;
    }
  }

  async #statements(peerId: PeerIdText): Promise<number> {
    const { controlLog, mesh } = this.#deps;
    const before = controlLog.size();
    const feed = new ControlFeed(controlLog);
    let taken = 0;
    for (;;) {
      const start = feed.next();
      const { checkpoint, entries, pending, start: answered } = await mesh.statements(peerId, start);
      if (entries.length > 0 && answered === start) await feed.offer(start, entries, checkpoint);
      if (feed.next() > start) continue;
      for (const bytes of pending) if (await this.#pending(bytes)) taken += 1;
      return taken + controlLog.size() - before;
    }
  }

  /** A pending statement that our rules refuse is the peer's affair, not an error. */
  async #pending(bytes: Uint8Array): Promise<boolean> {
    try {
      return await this.#deps.controlLog.addPending(decodeStatement(bytes, LIMITS));
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  }

  async #indicators(peerId: PeerIdText): Promise<number> {
    const { indicators, mesh } = this.#deps;
    const before = indicators.cursor();
    let cursor = -1;
    while (indicators.cursor() > cursor) {
      cursor = indicators.cursor();
      for (const signed of await mesh.indicators(peerId, cursor)) await this.#indicator(signed);
    }
    for (const position of await indicators.hollow(LIMITS.hollowObjects))
      for (const signed of (await mesh.indicators(peerId, position)).slice(0, 1)) await this.#indicator(signed);
    return cursor - before;
  }

  async #indicator(signed: SignedIndicator): Promise<void> {
    try {
      await this.#deps.indicators.receive(signed, 'peer');
    } catch (error) {
      if (!isRefusal(error, 'SHARING_DUPLICATE')) throw error;
    }
  }

  #syncPeer(peerId: PeerIdText): SyncPeer {
    const { mesh } = this.#deps;
    return {
      async heads() {
        const nodes = await mesh.heads(peerId);
        return nodes.flatMap((node) =>
          node.heads.map(({ audience, headerHash, incarnation, sequence }) => ({
            chain: { authorPeerId: node.peerId, incarnation, audience },
            head: { sequence, headerHash },
          })),
        );
      },
      range: (chain, firstSequence, lastSequence) => mesh.range(peerId, { ...chain, firstSequence, lastSequence }),
    };
  }
}
