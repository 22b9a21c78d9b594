import { LIMITS } from '../../../config/settings/limits.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import type { PeerIdText } from '../../../proto/domain/ids.ts';
import { meshRefusal } from '../errors.ts';
import type { Frames } from '../frames.ts';
import type { RequestFamily } from './family.ts';
import { refusalOfPeer } from './refusal.ts';

export type AskOptions = { readonly signal?: AbortSignal };

/** Asks one member one thing. */
export type Ask = <Request, Response>(
  family: RequestFamily<Request, Response>,
  peerId: PeerIdText,
  request: Request,
  options?: AskOptions,
) => Promise<Response>;

export type AskerDeps = {
  /** A new stream to a greeted peer. @throws MESH_NOT_CONNECTED, MESH_STREAM */
  readonly open: (peerId: PeerIdText, protocol: string, maximumBytes: number, signal: AbortSignal) => Promise<Frames>;
};

/** The requests to one peer in one family: they share a stream, one after the other. */
type Lane = { waiting: number; last: Promise<unknown>; frames: Frames | undefined; idle: NodeJS.Timeout | undefined };

/**
 * Sends requests, each family to each peer over one stream that is kept for a while: opening one costs seven times as
 * much as using one. Requests of a lane are answered in order; nothing is repeated here, since only the caller knows
 * what may be done twice.
 */
export class Asker {
  readonly #deps: AskerDeps;
  readonly #lanes = new Map<string, Lane>();

  constructor(deps: AskerDeps) {
    this.#deps = deps;
  }

  /**
   * @throws MESH_NOT_CONNECTED, MESH_BUSY, MESH_TIMEOUT, MESH_STREAM, MESH_OVERSIZE, MESH_ANSWER, WIRE_* for an answer
   *         that does not parse, and whatever code the peer refused with
   */
  readonly ask: Ask = async (family, peerId, request, options = {}) => {
    const bytes = family.codec.encodeRequest(request);
    if (bytes.length > family.maximumBytes) throw meshRefusal('MESH_OVERSIZE');
    const timeout = AbortSignal.timeout(LIMITS.requestTimeoutMs);
    const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
    const answer = await this.#inTurn(`${family.name} ${peerId}`, async (lane) => {
      if (signal.aborted) throw meshRefusal('MESH_TIMEOUT');
      if (lane.frames?.isOpen() !== true) {
        lane.frames = await this.#deps.open(peerId, family.protocol, family.maximumBytes, signal);
      }
      await lane.frames.write(bytes, signal);
      const frame = await lane.frames.read(signal);
      if (frame === undefined) throw meshRefusal('MESH_STREAM');
      const answer = family.codec.decodeResponse(frame);
      // The answerer ends the stream of an asker that is over its quota.
      if ('refused' in answer && answer.refused === 'MESH_QUOTA') lane.frames.abort(meshRefusal('MESH_QUOTA'));
      return answer;
    });
    if ('refused' in answer) throw refusalOfPeer(answer.refused, answer.isFinal);
    return answer.response;
  };

  /** Ends all streams; requests under way fail with MESH_STREAM. */
  stop(): void {
    for (const [key, lane] of this.#lanes) this.#drop(key, lane);
  }

  async #inTurn<Result>(key: string, work: (lane: Lane) => Promise<Result>): Promise<Result> {
    const lane = this.#lanes.get(key) ?? { waiting: 0, last: Promise.resolve(), frames: undefined, idle: undefined };
    if (lane.waiting >= LIMITS.requestsWaitingPerPeer) throw meshRefusal('MESH_BUSY');
    this.#lanes.set(key, lane);
    clearTimeout(lane.idle);
    lane.waiting += 1;
    const turn = lane.last.then(() => work(lane));
    lane.last = turn.catch((error: unknown) => {
      // A stream whose last exchange failed may hold the rest of it, so the next request gets a new one.
      lane.frames?.abort(error instanceof ConcordatError ? error : meshRefusal('MESH_STREAM'));
      lane.frames = undefined;
    });
    try {
      return await turn;
    } finally {
      lane.waiting -= 1;
      if (lane.waiting === 0) {
        lane.idle = setTimeout(() => this.#drop(key, lane), LIMITS.askerStreamIdleMs);
        lane.idle.unref();
      }
    }
  }

  #drop(key: string, lane: Lane): void {
    clearTimeout(lane.idle);
    lane.frames?.abort(meshRefusal('MESH_STREAM'));
    lane.frames = undefined;
    this.#lanes.delete(key);
  }
}
