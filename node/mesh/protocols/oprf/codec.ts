import { LIMITS } from '../../../../config/settings/limits.ts';
import { asBuffer } from '../../../../proto/codec/envelope.ts';
import { boundedList, decodeMessage, exactBytes, safeInteger, wireRefusal } from '../../../../proto/codec/wire.ts';
import { OprfRequest as WireRequest, OprfResponse as WireResponse } from '../../../../proto/gen/concordat/v1/mesh.ts';
import type { RequestCodec } from '../request-codec.ts';
import { ELEMENT_BYTES, OPRF_BYTES, PROOF_BYTES } from './constants.ts';

export type OprfRequest = {
  readonly epoch: number;
  /** Blinded elements, 32 bytes each. */
  readonly blinded: readonly Uint8Array[];
  /** The asker needs no more of this epoch. */
  readonly done: boolean;
};

export type OprfEvaluation = {
  /** In the order of the request. */
  readonly evaluated: readonly Uint8Array[];
  /** One for the batch, 64 bytes; empty for an empty batch. */
  readonly proof: Uint8Array;
};

export const OPRF_CODEC: RequestCodec<OprfRequest, OprfEvaluation> = {
  encodeRequest: ({ epoch, blinded, done }) =>
    WireRequest.encode({ epoch: BigInt(epoch), blinded: blinded.map(asBuffer), done }).finish(),
  decodeRequest(bytes) {
    const wire = decodeMessage(WireRequest, bytes, OPRF_BYTES);
    if (wire.blinded.length === 0 && !wire.done) throw wireRefusal('WIRE_FIELD', 'asks for nothing', 'blinded');
    return { epoch: safeInteger('epoch', wire.epoch), blinded: elements('blinded', wire.blinded), done: wire.done };
  },
  encodeResponse: ({ evaluated, proof }) =>
    WireResponse.encode({
      response: { $case: 'evaluation', value: { evaluated: evaluated.map(asBuffer), proof: asBuffer(proof) } },
    }).finish(),
  decodeResponse(bytes) {
    const { response } = decodeMessage(WireResponse, bytes, OPRF_BYTES);
    if (response === undefined) throw wireRefusal('WIRE_FIELD', 'no response in the message', 'response');
    if (response.$case === 'refused') return { refused: response.value };
    const evaluated = elements('evaluated', response.value.evaluated);
    const proof = exactBytes('proof', response.value.proof, evaluated.length === 0 ? 0 : PROOF_BYTES);
    return { response: { evaluated, proof } };
  },
  encodeRefusal: (code) => WireResponse.encode({ response: { $case: 'refused', value: code } }).finish(),
};

function elements(field: string, wire: readonly Uint8Array[]): readonly Uint8Array[] {
  return boundedList(field, wire, LIMITS.oprfElementsPerRequest).map((item) => exactBytes(field, item, ELEMENT_BYTES));
}
