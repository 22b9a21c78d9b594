import type { Connection, Stream } from '@libp2p/interface';
import { LIMITS } from '../../config/settings/limits.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import { asId, type PeerIdText } from '../../proto/domain/ids.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import { meshRefusal } from './errors.ts';
import { framesOn } from './frames.ts';
import type { MeshMetrics } from './metrics.ts';
import { greet } from './protocols/hello/client.ts';
import type { Hello } from './protocols/hello/codec.ts';
import { HELLO_BYTES, HELLO_PROTOCOL } from './protocols/hello/constants.ts';
import type { HelloParts, HelloPort } from './protocols/hello/exchange.ts';
import { answerGreeting } from './protocols/hello/handler.ts';
import { codeFor } from './protocols/refusal.ts';
import type { Misbehaviour } from './standing.ts';

/** A member with whom hello has succeeded in both directions, on at least one open connection. */
export type GreetedPeer = {
  readonly peerId: PeerIdText;
  readonly hello: Hello;
  readonly sinceMs: number;
};

export type GreetingsDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: MeshMetrics;
  readonly port: HelloPort;
  /** Takes one hello from the peer's quota. */
  readonly take: (peerId: PeerIdText) => boolean;
  readonly blame: (peerId: PeerIdText, what: Misbehaviour) => void;
  /** A connection is now good for everything; called for each, also a second one to the same peer. */
  readonly onGreeted: (peer: GreetedPeer, connection: Connection) => void;
  /** The last greeted connection to the peer has closed. */
  readonly onGone: (peerId: PeerIdText) => void;
};

type State = {
  readonly connection: Connection;
  readonly deadline: NodeJS.Timeout;
  /** Set once the exchange has begun; resolves with its outcome, never rejects. */
  outcome: Promise<boolean> | undefined;
  peer: GreetedPeer | undefined;
};

/**
 * Keeps which connections have been greeted. The node that dialled speaks; a connection that is not greeted in time,
 * or whose greeting fails, is cut.
 */
export class Greetings {
  readonly #deps: GreetingsDeps;
  readonly #states = new Map<string, State>();

  constructor(deps: GreetingsDeps) {
    this.#deps = deps;
  }

  /** To be called when a connection has been opened, before any stream on it is handled. */
  opened(connection: Connection): void {
    const deadline = setTimeout(() => {
      this.#deps.metrics.count({ metric: 'hello', outcome: 'late' });
      connection.abort(meshRefusal('MESH_HELLO'));
    }, LIMITS.handshakeTimeoutMs);
    const state: State = { connection, deadline, outcome: undefined, peer: undefined };
    this.#states.set(connection.id, state);
    if (connection.direction === 'outbound') this.#begin(state, () => this.#openHello(connection), greet);
  }

  closed(connection: Connection): void {
    const state = this.#states.get(connection.id);
    if (state === undefined) return;
    this.#states.delete(connection.id);
    clearTimeout(state.deadline);
    if (state.peer !== undefined && this.peer(state.peer.peerId) === undefined) this.#deps.onGone(state.peer.peerId);
  }

  /** Handles an inbound hello stream. Only the node that was dialled is greeted, once a connection. */
  received(stream: Stream, connection: Connection): void {
    const state = this.#states.get(connection.id);
    const peerId = asId<PeerIdText>(connection.remotePeer.toString());
    const expected = state !== undefined && state.outcome === undefined && connection.direction === 'inbound';
    if (!expected || !this.#deps.take(peerId)) {
      this.#deps.blame(peerId, expected ? 'over_quota' : 'malformed');
      connection.abort(meshRefusal('MESH_HELLO'));
      return;
    }
    this.#begin(state, () => Promise.resolve(stream), answerGreeting);
  }

  /**
   * Whether other streams on a connection may be answered. Rule: nothing is answered before hello. A stream that
   * overtook the last message of a greeting under way waits for its outcome.
   */
  admits(connection: Connection): Promise<boolean> {
    return this.#states.get(connection.id)?.outcome ?? Promise.resolve(false);
  }

  peer(peerId: string): GreetedPeer | undefined {
    return this.#greeted(peerId)?.peer;
  }

  /** A greeted connection to the peer, the newest. */
  connection(peerId: string): Connection | undefined {
    return this.#greeted(peerId)?.connection;
  }

  /** Each greeted peer once. */
  peers(): readonly GreetedPeer[] {
    const byId = new Map<string, GreetedPeer>();
    for (const { peer } of this.#states.values()) if (peer !== undefined) byId.set(peer.peerId, peer);
    return [...byId.values()];
  }

  #greeted(peerId: string): State | undefined {
    return [...this.#states.values()].findLast(
      ({ peer, connection }) => peer?.peerId === peerId && connection.status === 'open',
    );
  }

  async #openHello(connection: Connection): Promise<Stream> {
    return connection.newStream(HELLO_PROTOCOL, { signal: AbortSignal.timeout(LIMITS.handshakeTimeoutMs) });
  }

  #begin(state: State, open: () => Promise<Stream>, exchange: (parts: HelloParts) => Promise<Hello>): void {
    const { connection } = state;
    const peerId = asId<PeerIdText>(connection.remotePeer.toString());
    state.outcome = this.#run(peerId, open, exchange).then(
      (hello) => {
        // The connection may have closed while the last message was read.
        if (this.#states.get(connection.id) !== state || connection.status !== 'open') return false;
        clearTimeout(state.deadline);
        const peer = { peerId, hello, sinceMs: this.#deps.clock.nowMs() };
        state.peer = peer;
        this.#deps.metrics.count({ metric: 'hello', outcome: 'greeted' });
        this.#deps.onGreeted(peer, connection);
        return true;
      },
      (error: unknown) => {
        this.#failed(peerId, error);
        void closeSoon(connection);
        return false;
      },
    );
  }

  async #run(
    peerId: PeerIdText,
    open: () => Promise<Stream>,
    exchange: (parts: HelloParts) => Promise<Hello>,
  ): Promise<Hello> {
    const frames = framesOn(await open(), HELLO_BYTES);
    const signal = AbortSignal.timeout(LIMITS.handshakeTimeoutMs);
    try {
      return await exchange({ peerId, frames, port: this.#deps.port, signal });
    } finally {
      await frames.close(signal).catch(() => frames.abort(meshRefusal('MESH_HELLO')));
    }
  }

  #failed(peerId: PeerIdText, error: unknown): void {
    const outcome = outcomeOf(error);
    if (outcome === 'malformed') this.#deps.blame(peerId, 'malformed');
    this.#deps.metrics.count({ metric: 'hello', outcome });
    this.#deps.log.warn({ peerId, code: codeFor(error) }, 'mesh greeting did not succeed');
  }
}

/** Tells a peer's bad message from a refusal, and both from a connection that broke or a fault of our own. */
function outcomeOf(error: unknown): 'malformed' | 'failed' | 'refused' {
  if (!isRefusal(error)) return 'failed';
  if (error.code.startsWith('WIRE_') || error.code === 'MESH_OVERSIZE') return 'malformed';
  return error.code === 'MESH_STREAM' || error.code === 'MESH_TIMEOUT' ? 'failed' : 'refused';
}

/** Lets the refusal reach the peer before the connection ends; nothing else is answered on it meanwhile. */
async function closeSoon(connection: Connection): Promise<void> {
  try {
    await connection.close({ signal: AbortSignal.timeout(LIMITS.handshakeTimeoutMs) });
  } catch {
    connection.abort(meshRefusal('MESH_HELLO'));
  }
}
