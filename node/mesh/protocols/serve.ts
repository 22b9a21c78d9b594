import { LIMITS } from '../../../config/settings/limits.ts';
import type { PeerIdText } from '../../../proto/domain/ids.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import type { Log } from '../../../proto/domain/runtime.ts';
import { meshRefusal } from '../errors.ts';
import type { Frames } from '../frames.ts';
import type { MeshCount, MeshMetrics } from '../metrics.ts';
import type { Misbehaviour } from '../standing.ts';
import type { RequestFamily } from './family.ts';
import { codeFor, isFinal } from './refusal.ts';

/** Answers one request of a greeted peer; a thrown ConcordatError is sent as its code and finality, a fault as MESH_INTERNAL. */
export type Answer<Request, Response> = (peerId: PeerIdText, request: Request) => Promise<Response>;

export type ServeDeps = {
  readonly log: Log;
  readonly metrics: MeshMetrics;
  /** Takes one request from the peer's quota; false when it is spent. */
  readonly take: (peerId: PeerIdText) => boolean;
  readonly blame: (peerId: PeerIdText, what: Misbehaviour) => void;
};

type Outcome = Extract<MeshCount, { metric: 'request' }>['outcome'];

/**
 * Answers the requests of one stream in the order in which they come, until the asker ends it, is idle for too long or
 * misbehaves. Never throws. A request over quota is refused and the stream reset, before anything is decoded.
 */
export async function serveRequests<Request, Response>(
  family: RequestFamily<Request, Response>,
  answer: Answer<Request, Response>,
  from: { readonly peerId: PeerIdText; readonly frames: Frames },
  deps: ServeDeps,
): Promise<void> {
  const { peerId, frames } = from;
  const count = (outcome: Outcome) => deps.metrics.count({ metric: 'request', family: family.name, outcome });
  try {
    for (;;) {
      const frame = await frames.read(AbortSignal.timeout(LIMITS.answererStreamIdleMs));
      if (frame === undefined) break;
      const writing = () => AbortSignal.timeout(LIMITS.requestTimeoutMs);
      if (!deps.take(peerId)) {
        count('over_quota');
        deps.blame(peerId, 'over_quota');
        await frames.write(family.codec.encodeRefusal('MESH_QUOTA', false), writing());
        break;
      }
      const response = await answerFrame(family, answer, peerId, frame, deps);
      count(response.outcome);
      await frames.write(response.bytes, writing());
      if (response.outcome === 'malformed') break;
    }
    await frames.close(AbortSignal.timeout(LIMITS.handshakeTimeoutMs));
  } catch (error) {
    if (isRefusal(error, 'MESH_OVERSIZE')) {
      count('oversize');
      deps.blame(peerId, 'oversize');
    }
    frames.abort(error instanceof Error ? error : meshRefusal('MESH_STREAM'));
  }
}

async function answerFrame<Request, Response>(
  family: RequestFamily<Request, Response>,
  answer: Answer<Request, Response>,
  peerId: PeerIdText,
  frame: Uint8Array,
  deps: ServeDeps,
): Promise<{ readonly bytes: Uint8Array; readonly outcome: Outcome }> {
  let request: Request;
  try {
    request = family.codec.decodeRequest(frame);
  } catch (error) {
    deps.blame(peerId, 'malformed');
    return { bytes: family.codec.encodeRefusal(codeFor(error), true), outcome: 'malformed' };
  }
  try {
    const bytes = family.codec.encodeResponse(await answer(peerId, request));
    if (bytes.length > family.maximumBytes) throw meshRefusal('MESH_OVERSIZE');
    return { bytes, outcome: 'answered' };
  } catch (error) {
    const refused = isRefusal(error) && error.code !== 'MESH_OVERSIZE';
    if (!refused) deps.log.error({ family: family.name, error: nameOf(error) }, 'mesh request could not be answered');
    const bytes = family.codec.encodeRefusal(codeFor(error), isFinal(error));
    return { bytes, outcome: refused ? 'refused' : 'failed' };
  }
}

/** Messages of faults may hold anything, so only their class is logged. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
