import { LIMITS } from '../../../../config/settings/limits.ts';
import {
  asBuffer,
  decodeAudience,
  encodeAudience,
  fromWireEnvelope,
  toWireEnvelope,
} from '../../../../proto/codec/envelope.ts';
import { fromWireSignedIndicator, toWireSignedIndicator } from '../../../../proto/codec/indicator.ts';
import { fromWireNodeHeads, toWireNodeHeads } from '../../../../proto/codec/membership.ts';
import {
  boundedBytes,
  boundedList,
  boundedText,
  decodeMessage,
  safeInteger,
  wireRefusal,
} from '../../../../proto/codec/wire.ts';
import { asId } from '../../../../proto/domain/ids.ts';
import {
  SyncRequest as WireRequest,
  type SyncRangeRequest as WireRange,
  SyncResponse as WireResponse,
  type SyncStatementsResponse as WireStatements,
} from '../../../../proto/gen/concordat/v1/mesh.ts';
import type { RequestCodec } from '../request-codec.ts';
import { SYNC_BYTES } from './constants.ts';
import type { SyncRange, SyncRequest, SyncResponse, SyncStatements } from './messages.ts';

const PEER_ID_CHARACTERS = 128;

/** Ranges are bounded on reading the request, so an answerer never looks up more than it may send. */
export const SYNC_CODEC: RequestCodec<SyncRequest, SyncResponse> = {
  encodeRequest: (request) => WireRequest.encode({ request: toWireRequest(request) }).finish(),
  decodeRequest: (bytes) => fromWireRequest(decodeMessage(WireRequest, bytes, SYNC_BYTES).request),
  encodeResponse: (response) => WireResponse.encode({ response: toWireResponse(response) }).finish(),
  decodeResponse(bytes) {
    const { response } = decodeMessage(WireResponse, bytes, SYNC_BYTES);
    return response?.$case === 'refused' ? { refused: response.value } : { response: fromWireResponse(response) };
  },
  encodeRefusal: (code) => WireResponse.encode({ response: { $case: 'refused', value: code } }).finish(),
};

function toWireRequest(request: SyncRequest): WireRequest['request'] {
  switch (request.kind) {
    case 'heads':
      return { $case: 'heads', value: {} };
    case 'range':
      return { $case: 'range', value: toWireRange(request.range) };
    case 'statements':
      return { $case: 'statements', value: { start: BigInt(request.start) } };
    case 'indicators':
      return { $case: 'indicators', value: { cursor: BigInt(request.cursor) } };
  }
}

function fromWireRequest(wire: WireRequest['request']): SyncRequest {
  switch (wire?.$case) {
    case 'heads':
      return { kind: 'heads' };
    case 'range':
      return { kind: 'range', range: fromWireRange(wire.value) };
    case 'statements':
      return { kind: 'statements', start: safeInteger('start', wire.value.start) };
    case 'indicators':
      return { kind: 'indicators', cursor: safeInteger('cursor', wire.value.cursor) };
    case undefined:
      throw wireRefusal('WIRE_FIELD', 'no request in the message', 'request');
  }
}

function toWireRange(range: SyncRange): WireRange {
  return {
    authorPeerId: range.authorPeerId,
    incarnation: range.incarnation,
    audience: encodeAudience(range.audience),
    firstSequence: BigInt(range.firstSequence),
    lastSequence: BigInt(range.lastSequence),
  };
}

function fromWireRange(wire: WireRange): SyncRange {
  const firstSequence = safeInteger('first_sequence', wire.firstSequence, 1);
  const lastSequence = safeInteger('last_sequence', wire.lastSequence, firstSequence);
  if (lastSequence - firstSequence >= LIMITS.syncRangeEnvelopes) {
    throw wireRefusal('WIRE_FIELD', 'the range is longer than an answer may be', 'last_sequence');
  }
  return {
    authorPeerId: asId(boundedText('author_peer_id', wire.authorPeerId, PEER_ID_CHARACTERS, 1)),
    incarnation: wire.incarnation,
    audience: decodeAudience(wire.audience),
    firstSequence,
    lastSequence,
  };
}

function toWireResponse(response: SyncResponse): WireResponse['response'] {
  switch (response.kind) {
    case 'heads':
      return { $case: 'heads', value: { nodes: response.nodes.map(toWireNodeHeads) } };
    case 'range':
      return { $case: 'range', value: { envelopes: response.envelopes.map(toWireEnvelope) } };
    case 'statements':
      return { $case: 'statements', value: toWireStatements(response.statements) };
    case 'indicators':
      return { $case: 'indicators', value: { indicators: response.indicators.map(toWireSignedIndicator) } };
  }
}

function fromWireResponse(wire: Exclude<WireResponse['response'], { $case: 'refused' }>): SyncResponse {
  switch (wire?.$case) {
    case 'heads': {
      const nodes = boundedList('nodes', wire.value.nodes, LIMITS.peers);
      return { kind: 'heads', nodes: nodes.map(fromWireNodeHeads) };
    }
    case 'range': {
      const envelopes = boundedList('envelopes', wire.value.envelopes, LIMITS.syncRangeEnvelopes);
      return { kind: 'range', envelopes: envelopes.map((envelope) => fromWireEnvelope(envelope, LIMITS)) };
    }
    case 'statements':
      return { kind: 'statements', statements: fromWireStatements(wire.value) };
    case 'indicators': {
      const indicators = boundedList('indicators', wire.value.indicators, LIMITS.syncRangeEnvelopes);
      return {
        kind: 'indicators',
        indicators: indicators.map((indicator) => fromWireSignedIndicator(indicator, LIMITS.envelopePayloadBytes)),
      };
    }
    case undefined:
      throw wireRefusal('WIRE_FIELD', 'no response in the message', 'response');
  }
}

function toWireStatements(statements: SyncStatements): WireStatements {
  return {
    start: BigInt(statements.start),
    entries: statements.entries.map(asBuffer),
    checkpoint: asBuffer(statements.checkpoint),
    pending: statements.pending.map(asBuffer),
  };
}

function fromWireStatements(wire: WireStatements): SyncStatements {
  const bounded = (field: string, items: readonly Uint8Array[]) =>
    boundedList(field, items, LIMITS.syncStatements).map((item) => boundedBytes(field, item, LIMITS.statementBytes));
  return {
    start: safeInteger('start', wire.start),
    entries: bounded('entries', wire.entries),
    checkpoint: boundedBytes('checkpoint', wire.checkpoint, LIMITS.checkpointBytes),
    pending: bounded('pending', wire.pending),
  };
}
