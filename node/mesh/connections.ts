import type { Connection } from '@libp2p/interface';
import type { Multiaddr } from '@multiformats/multiaddr';
import type { Clock } from '../../proto/domain/runtime.ts';
import { meshRefusal } from './errors.ts';
import type { Gossip } from './gossip.ts';
import type { Greetings } from './greetings.ts';
import type { MeshLibp2p } from './libp2p-node.ts';
import type { MemberDirectory } from './member-directory.ts';
import type { MeshMetrics } from './metrics.ts';

export type ConnectionsDeps = {
  readonly clock: Clock;
  readonly metrics: MeshMetrics;
  readonly directory: MemberDirectory;
  readonly greetings: Greetings;
  readonly gossip: Gossip;
};

/** Gossip streams are looked after this often; the library loses one for good when only the stream breaks. */
const UPKEEP_MS = 10_000;

/** Opens and cuts connections, and sees that every one is greeted and every greeted peer takes part in gossip. */
export class Connections {
  readonly #libp2p: MeshLibp2p;
  readonly #deps: ConnectionsDeps;
  #stopWatching = (): void => {};
  #upkeep: NodeJS.Timeout | undefined;

  constructor(libp2p: MeshLibp2p, deps: ConnectionsDeps) {
    this.#libp2p = libp2p;
    this.#deps = deps;
    libp2p.addEventListener('connection:open', ({ detail }) => this.#opened(detail));
    libp2p.addEventListener('connection:close', ({ detail }) => this.#closed(detail));
  }

  start(): void {
    this.#stopWatching = this.#deps.directory.onChange(() => this.#disconnectStrangers());
    this.#upkeep = setInterval(() => this.#keepGossiping(), UPKEEP_MS);
    this.#upkeep.unref();
  }

  stop(): void {
    this.#stopWatching();
    clearInterval(this.#upkeep);
  }

  /** Dials and greets; false when either fails. Never throws. */
  async connect(addresses: readonly Multiaddr[], signal: AbortSignal): Promise<boolean> {
    try {
      // A dial that resolves proves nothing: the other end may be cutting the connection. Only a greeting counts.
      return await this.#deps.greetings.admits(await this.#libp2p.dial([...addresses], { signal }));
    } catch {
      return false;
    }
  }

  /** Cuts all connections and streams of a peer at once. @returns how many connections there were */
  disconnect(peerId: string): number {
    const connections = this.#libp2p.getConnections().filter(({ remotePeer }) => remotePeer.toString() === peerId);
    for (const connection of connections) {
      this.#deps.metrics.count({ metric: 'connection', outcome: 'cut' });
      connection.abort(meshRefusal('MESH_STREAM'));
    }
    return connections.length;
  }

  /** Tells gossip and the DHT of a greeted peer; a peer that cannot be introduced is of no use and dialled anew. */
  introduce(connection: Connection): void {
    this.#libp2p.services.identify.identify(connection).catch(() => connection.abort(meshRefusal('MESH_STREAM')));
  }

  #opened(connection: Connection): void {
    this.#deps.metrics.count({ metric: 'connection', outcome: 'opened' });
    this.#deps.greetings.opened(connection);
    // A suspension may have come while the connection was made.
    if (!this.#deps.directory.isAdmitted(connection.remotePeer.toString()))
      connection.abort(meshRefusal('MESH_STREAM'));
  }

  #closed(connection: Connection): void {
    this.#deps.greetings.closed(connection);
    const other = this.#deps.greetings.connection(connection.remotePeer.toString());
    if (other !== undefined) this.introduce(other);
  }

  #disconnectStrangers(): void {
    const peers = new Set(this.#libp2p.getConnections().map(({ remotePeer }) => remotePeer.toString()));
    for (const peerId of peers) if (!this.#deps.directory.isAdmitted(peerId)) this.disconnect(peerId);
  }

  #keepGossiping(): void {
    const { clock, gossip, greetings } = this.#deps;
    for (const { peerId, sinceMs } of greetings.peers()) {
      const connection = greetings.connection(peerId);
      const settled = clock.nowMs() - sinceMs > UPKEEP_MS;
      if (settled && connection !== undefined && !gossip.reaches(peerId)) this.introduce(connection);
    }
  }
}
