import { LIMITS } from '../../config/settings/limits.ts';
import { headerHash } from '../../crypto/envelope.ts';
import { asBuffer, encodeAudience, fromWireEnvelope } from '../../proto/codec/envelope.ts';
import { audienceKey, type SignedEnvelope } from '../../proto/domain/envelope.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { Acknowledgement, PublishRequest, PublishResponse } from '../../proto/gen/concordat/v1/exchange.ts';
import { coordinatorError } from '../errors.ts';
import type { HeldHead } from '../ingest/heads.ts';
import type { Outcome } from '../ingest/ingest.ts';

type Acknowledged = Extract<Outcome, { kind: 'acknowledged' }>;

/** Envelopes of good form, and the refusals of the others. @throws CALL_INVALID for a message without envelope */
export function readEnvelopes(requests: readonly PublishRequest[]): {
  readonly envelopes: readonly SignedEnvelope[];
  readonly refused: readonly PublishResponse[];
} {
  const envelopes: SignedEnvelope[] = [];
  const refused: PublishResponse[] = [];
  for (const { envelope } of requests) {
    if (envelope === undefined) throw coordinatorError('CALL_INVALID', { detail: { field: 'envelope' } });
    try {
      envelopes.push(fromWireEnvelope(envelope, LIMITS));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused.push(refusal(headerHash(envelope.header), error.code));
    }
  }
  return { envelopes, refused };
}

/** Refusals one by one, acknowledgements as the last of each sequence: it covers those before. */
export function answersTo(outcomes: readonly Outcome[]): readonly PublishResponse[] {
  const last = new Map<string, Acknowledged>();
  const answers: PublishResponse[] = [];
  for (const outcome of outcomes) {
    if (outcome.kind === 'refused') answers.push(refusal(outcome.headerHash, outcome.code));
    if (outcome.kind === 'acknowledged') keepHighest(last, outcome);
  }
  for (const outcome of last.values()) {
    answers.push({ answer: { $case: 'acknowledged', value: toAcknowledgement(outcome) } });
  }
  return answers;
}

export function isOutOfTurn(outcome: Outcome): boolean {
  return outcome.kind === 'out_of_turn';
}

export function toAcknowledgement(place: Pick<HeldHead, 'audience' | 'incarnation' | 'sequence'>): Acknowledgement {
  const { audience, incarnation, sequence } = place;
  return { audience: encodeAudience(audience), incarnation, sequence: BigInt(sequence) };
}

function keepHighest(last: Map<string, Acknowledged>, outcome: Acknowledged): void {
  const key = `${outcome.incarnation}/${audienceKey(outcome.audience)}`;
  if ((last.get(key)?.sequence ?? 0) < outcome.sequence) last.set(key, outcome);
}

function refusal(hash: Uint8Array, code: string): PublishResponse {
  return { answer: { $case: 'refused', value: { headerHash: asBuffer(hash), code } } };
}
