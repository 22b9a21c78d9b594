import type { ServerDuplexStream } from '@grpc/grpc-js';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { Membership } from '../../../config/policy/membership.ts';
import { asBuffer } from '../../../proto/codec/envelope.ts';
import { toWireSignedIndicator } from '../../../proto/codec/indicator.ts';
import type {
  ExchangeServiceServer,
  GetHeadsRequest,
  PublishRequest,
  PublishResponse,
  StreamIndicatorsRequest,
  StreamIndicatorsResponse,
} from '../../../proto/gen/concordat/v1/exchange.ts';
import { coordinatorError } from '../../errors.ts';
import type { IndicatorLog } from '../../indicators/indicator-log.ts';
import type { Heads } from '../../ingest/heads.ts';
import type { Ingest } from '../../ingest/ingest.ts';
import type { Turns } from '../../turns.ts';
import { bidiStream, type Send, serverStream, unary } from '../adapt.ts';
import type { Guard, MemberCall } from '../call.ts';
import { Inbox } from '../inbox.ts';
import { answersTo, isOutOfTurn, readEnvelopes, toAcknowledgement } from '../publish-answers.ts';
import { readPosition } from '../read-request.ts';

export type ExchangeServiceDeps = {
  readonly ingest: Ingest;
  readonly heads: Heads;
  readonly turns: Turns;
  readonly membership: Membership;
  readonly indicatorLog: IndicatorLog;
};

/** Members' objects in, indicators out. */
export function exchangeService(guard: Guard<MemberCall>, deps: ExchangeServiceDeps): ExchangeServiceServer {
  const { ingest, heads, turns, membership, indicatorLog } = deps;
  return {
    publish: bidiStream(guard, 'Exchange/Publish', (stream, caller, send) => publish(ingest, stream, caller, send)),
    getHeads: unary(guard, 'Exchange/GetHeads', (_request: GetHeadsRequest, { member: { peerId } }) =>
      // In turn, so that nothing of the caller's is half way in.
      turns.run(async () => {
        const held = await heads.of(peerId, membership.incarnation(peerId).incarnation);
        return { heads: held.map(toAcknowledgement), headerHashes: held.map((head) => asBuffer(head.headerHash)) };
      }),
    ),
    streamIndicators: serverStream<StreamIndicatorsRequest, StreamIndicatorsResponse>(
      guard,
      'Exchange/StreamIndicators',
      ({ cursor }, { signal }, send) => streamIndicators(indicatorLog, readPosition('cursor', cursor), signal, send),
    ),
  };
}

/**
 * Takes objects as they come and answers in groups, each after its objects are durable: one acknowledgement for the
 * last of each sequence, one refusal for each object refused.
 * @throws INGEST_GAP when an object is out of turn: the caller asks for its heads and sends from there
 */
async function publish(
  ingest: Ingest,
  stream: ServerDuplexStream<PublishRequest, PublishResponse>,
  { member, signal }: MemberCall,
  send: Send<PublishResponse>,
): Promise<void> {
  const inbox = new Inbox<PublishRequest>(stream, {
    bounds: { messages: LIMITS.publishWindow, bytes: LIMITS.publishWindowBytes },
    signal,
    sizeOf: ({ envelope }) => (envelope?.payload.length ?? 0) + (envelope?.header.length ?? 0),
  });
  for (;;) {
    const requests = await inbox.next(LIMITS.ingestUnitObjects);
    if (requests === undefined) return;
    const { envelopes, refused } = readEnvelopes(requests);
    const outcomes = await ingest.submit(member.peerId, envelopes);
    for (const answer of [...answersTo(outcomes), ...refused]) await send(answer);
    if (outcomes.some(isOutOfTurn)) throw coordinatorError('INGEST_GAP');
  }
}

/** Every position of the log in order, what was erased as its commitment, then each new one as it comes. */
async function streamIndicators(
  log: IndicatorLog,
  cursor: number,
  signal: AbortSignal,
  send: Send<StreamIndicatorsResponse>,
): Promise<void> {
  if (cursor > log.tree.size) throw coordinatorError('CALL_UNKNOWN', { detail: { size: log.tree.size } });
  let position = cursor;
  while (!signal.aborted) {
    for (; position < log.tree.size && !signal.aborted; position += 1) {
      await send({ indicator: toWireSignedIndicator(await log.read(position)) });
    }
    await log.tree.grown(position, signal);
  }
}
