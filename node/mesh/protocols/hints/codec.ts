import { LIMITS } from '../../../../config/settings/limits.ts';
import { decodeEnvelope, encodeEnvelope } from '../../../../proto/codec/envelope.ts';
import { decodeMessage } from '../../../../proto/codec/wire.ts';
import type { SignedEnvelope } from '../../../../proto/domain/envelope.ts';
import { HintAnswer as WireAnswer } from '../../../../proto/gen/concordat/v1/mesh.ts';
import type { RequestCodec } from '../request-codec.ts';
import { HINTS_BYTES } from './constants.ts';

/** A batch of hints is taken or refused; there is nothing else to answer. */
export type HintsTaken = Readonly<Record<string, never>>;

const TAKEN: HintsTaken = {};

export const HINTS_CODEC: RequestCodec<SignedEnvelope, HintsTaken> = {
  encodeRequest: encodeEnvelope,
  decodeRequest: (bytes) => decodeEnvelope(bytes, LIMITS),
  encodeResponse: () => WireAnswer.encode({ refused: '', final: false }).finish(),
  decodeResponse(bytes) {
    const { final: isFinal, refused } = decodeMessage(WireAnswer, bytes, HINTS_BYTES);
    return refused === '' ? { response: TAKEN } : { refused, isFinal };
  },
  encodeRefusal: (code, isFinal) => WireAnswer.encode({ refused: code, final: isFinal }).finish(),
};
