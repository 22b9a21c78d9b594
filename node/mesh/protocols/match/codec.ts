import { LIMITS } from '../../../../config/settings/limits.ts';
import { asBuffer } from '../../../../proto/codec/envelope.ts';
import {
  boundedBytes,
  boundedList,
  boundedText,
  decodeMessage,
  exactBytes,
  safeInteger,
  wireRefusal,
} from '../../../../proto/codec/wire.ts';
import {
  type MatchEvaluation as WireEvaluation,
  type MatchFilter as WireFilter,
  type MatchQuery as WireQuery,
  type MatchReceipt as WireReceipt,
  MatchRequest as WireRequest,
  MatchResponse as WireResponse,
} from '../../../../proto/gen/concordat/v1/mesh.ts';
import { ELEMENT_BYTES, PROOF_BYTES } from '../oprf/constants.ts';
import type { RequestCodec } from '../request-codec.ts';
import { MATCH_BYTES } from './constants.ts';
import type {
  MatchEvaluation,
  MatchFilterChunk,
  MatchQuery,
  MatchReceipt,
  MatchRequest,
  MatchResponse,
} from './messages.ts';

const TEXT_CHARACTERS = 128;
const RECEIPT_BYTES = 4_096;
const SIGNATURE_BYTES = 64;

export const MATCH_CODEC: RequestCodec<MatchRequest, MatchResponse> = {
  encodeRequest: (request) => WireRequest.encode({ request: toWireRequest(request) }).finish(),
  decodeRequest: (bytes) => fromWireRequest(decodeMessage(WireRequest, bytes, MATCH_BYTES).request),
  encodeResponse: (response) => WireResponse.encode({ response: toWireResponse(response) }).finish(),
  decodeResponse(bytes) {
    const { response } = decodeMessage(WireResponse, bytes, MATCH_BYTES);
    return response?.$case === 'refused' ? { refused: response.value } : { response: fromWireResponse(response) };
  },
  encodeRefusal: (code) => WireResponse.encode({ response: { $case: 'refused', value: code } }).finish(),
};

function toWireRequest(request: MatchRequest): WireRequest['request'] {
  switch (request.kind) {
    case 'filter': {
      const { epoch, offset } = request.filter;
      return { $case: 'filter', value: { epoch: BigInt(epoch), offset: BigInt(offset) } };
    }
    case 'query': {
      const { query } = request;
      const blinded = query.blinded.map(asBuffer);
      return { $case: 'query', value: { ...query, epoch: BigInt(query.epoch), blinded } };
    }
    case 'receipt':
      return { $case: 'receipt', value: toWireReceipt(request.receipt) };
  }
}

function fromWireRequest(wire: WireRequest['request']): MatchRequest {
  switch (wire?.$case) {
    case 'filter': {
      const { epoch, offset } = wire.value;
      return { kind: 'filter', filter: { epoch: safeInteger('epoch', epoch), offset: safeInteger('offset', offset) } };
    }
    case 'query':
      return { kind: 'query', query: fromWireQuery(wire.value) };
    case 'receipt':
      return { kind: 'receipt', receipt: fromWireReceipt(wire.value) };
    case undefined:
      throw wireRefusal('WIRE_FIELD', 'no request in the message', 'request');
  }
}

function fromWireQuery(wire: WireQuery): MatchQuery {
  if (wire.blinded.length === 0) throw wireRefusal('WIRE_FIELD', 'asks for nothing', 'blinded');
  return {
    epoch: safeInteger('epoch', wire.epoch),
    tokenType: boundedText('token_type', wire.tokenType, TEXT_CHARACTERS, 1),
    blinded: elements('blinded', wire.blinded),
    gateway: boundedText('gateway', wire.gateway, TEXT_CHARACTERS),
    purpose: boundedText('purpose', wire.purpose, TEXT_CHARACTERS),
    caseHandle: boundedText('case_handle', wire.caseHandle, TEXT_CHARACTERS),
  };
}

function toWireResponse(response: MatchResponse): WireResponse['response'] {
  switch (response.kind) {
    case 'filter':
      return { $case: 'filter', value: toWireFilter(response.filter) };
    case 'evaluation': {
      const { evaluated, proof, receipt } = response.evaluation;
      const value = { evaluated: evaluated.map(asBuffer), proof: asBuffer(proof), receipt: toWireReceipt(receipt) };
      return { $case: 'evaluation', value };
    }
    case 'receipt':
      return { $case: 'receipt', value: toWireReceipt(response.receipt) };
  }
}

function fromWireResponse(wire: Exclude<WireResponse['response'], { $case: 'refused' }>): MatchResponse {
  switch (wire?.$case) {
    case 'filter':
      return { kind: 'filter', filter: fromWireFilter(wire.value) };
    case 'evaluation':
      return { kind: 'evaluation', evaluation: fromWireEvaluation(wire.value) };
    case 'receipt':
      return { kind: 'receipt', receipt: fromWireReceipt(wire.value) };
    case undefined:
      throw wireRefusal('WIRE_FIELD', 'no response in the message', 'response');
  }
}

function toWireFilter(filter: MatchFilterChunk): WireFilter {
  return {
    epoch: BigInt(filter.epoch),
    keyId: asBuffer(filter.keyId),
    totalBytes: BigInt(filter.totalBytes),
    offset: BigInt(filter.offset),
    chunk: asBuffer(filter.chunk),
  };
}

function fromWireFilter(wire: WireFilter): MatchFilterChunk {
  return {
    epoch: safeInteger('epoch', wire.epoch),
    keyId: exactBytes('key_id', wire.keyId, ELEMENT_BYTES),
    totalBytes: safeInteger('total_bytes', wire.totalBytes),
    offset: safeInteger('offset', wire.offset),
    chunk: boundedBytes('chunk', wire.chunk, LIMITS.matchFilterChunkBytes),
  };
}

function fromWireEvaluation(wire: WireEvaluation): MatchEvaluation {
  if (wire.receipt === undefined) throw wireRefusal('WIRE_FIELD', 'an evaluation has a receipt', 'receipt');
  return {
    evaluated: elements('evaluated', wire.evaluated),
    proof: exactBytes('proof', wire.proof, PROOF_BYTES),
    receipt: fromWireReceipt(wire.receipt),
  };
}

function toWireReceipt(receipt: MatchReceipt): WireReceipt {
  return {
    body: asBuffer(receipt.body),
    answererSignature: asBuffer(receipt.answererSignature),
    askerSignature: asBuffer(receipt.askerSignature),
  };
}

function fromWireReceipt(wire: WireReceipt): MatchReceipt {
  return {
    body: boundedBytes('body', wire.body, RECEIPT_BYTES),
    answererSignature: signature('answerer_signature', wire.answererSignature),
    askerSignature: signature('asker_signature', wire.askerSignature),
  };
}

function signature(field: string, wire: Uint8Array): Uint8Array {
  return exactBytes(field, wire, wire.length === 0 ? 0 : SIGNATURE_BYTES);
}

function elements(field: string, wire: readonly Uint8Array[]): readonly Uint8Array[] {
  return boundedList(field, wire, LIMITS.matchElementsPerRequest).map((item) => exactBytes(field, item, ELEMENT_BYTES));
}
