import { asBuffer } from '../../../../proto/codec/envelope.ts';
import { boundedBytes, boundedText, decodeMessage, safeInteger, wireRefusal } from '../../../../proto/codec/wire.ts';
import { asId, type PeerIdText } from '../../../../proto/domain/ids.ts';
import { KeyRequest as WireRequest, KeyResponse as WireResponse } from '../../../../proto/gen/concordat/v1/mesh.ts';
import type { RequestCodec } from '../request-codec.ts';
import { KEYS_BYTES } from './constants.ts';

export type KeyRequest = { readonly epoch: number; readonly generation: number };

/** A member key, sealed from the sender's to the recipient's sealing key. */
export type KeyGrant = {
  readonly epoch: number;
  readonly generation: number;
  readonly senderPeerId: PeerIdText;
  readonly sealedKey: Uint8Array;
};

const PEER_ID_CHARACTERS = 128;
const SEALED_KEY_BYTES = 1_024;

export const KEYS_CODEC: RequestCodec<KeyRequest, KeyGrant> = {
  encodeRequest: ({ epoch, generation }) => WireRequest.encode({ epoch: BigInt(epoch), generation }).finish(),
  decodeRequest(bytes) {
    const wire = decodeMessage(WireRequest, bytes, KEYS_BYTES);
    return { epoch: safeInteger('epoch', wire.epoch), generation: wire.generation };
  },
  encodeResponse: (grant) =>
    WireResponse.encode({
      response: {
        $case: 'grant',
        value: { ...grant, epoch: BigInt(grant.epoch), sealedKey: asBuffer(grant.sealedKey) },
      },
    }).finish(),
  decodeResponse(bytes) {
    const { response } = decodeMessage(WireResponse, bytes, KEYS_BYTES);
    if (response === undefined) throw wireRefusal('WIRE_FIELD', 'no response in the message', 'response');
    if (response.$case === 'refused') return { refused: response.value };
    const { value } = response;
    return {
      response: {
        epoch: safeInteger('epoch', value.epoch),
        generation: value.generation,
        senderPeerId: asId(boundedText('sender_peer_id', value.senderPeerId, PEER_ID_CHARACTERS, 1)),
        sealedKey: boundedBytes('sealed_key', value.sealedKey, SEALED_KEY_BYTES),
      },
    };
  },
  encodeRefusal: (code) => WireResponse.encode({ response: { $case: 'refused', value: code } }).finish(),
};
