import { LIMITS } from '../../../../config/settings/limits.ts';
import { asBuffer } from '../../../../proto/codec/envelope.ts';
import {
  boundedBytes,
  boundedList,
  boundedText,
  decodeMessage,
  exactBytes,
  safeInteger,
} from '../../../../proto/codec/wire.ts';
import { asId, type PeerIdText } from '../../../../proto/domain/ids.ts';
import { Hello as WireHello, HelloAnswer as WireAnswer } from '../../../../proto/gen/concordat/v1/mesh.ts';
import { HELLO_BYTES } from './constants.ts';

/** What a node says of itself when it meets another. */
export type Hello = {
  readonly federationId: Uint8Array;
  readonly peerId: PeerIdText;
  /** X.509 in DER, own certificate first. */
  readonly certificateChain: readonly Uint8Array[];
  readonly controlLogSize: number;
  /** Of the program. */
  readonly version: string;
  readonly clockMs: number;
  /** The latest control checkpoint that the sender has verified; empty before the first. */
  readonly checkpoint: Uint8Array;
};

/** Whether the other's hello was accepted; the code says why not, and is empty otherwise. */
export type HelloAnswer = { readonly accepted: boolean; readonly code: string };

const TEXT_CHARACTERS = 128;

/** @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_FIELD */
export function decodeHello(bytes: Uint8Array): Hello {
  const wire = decodeMessage(WireHello, bytes, HELLO_BYTES);
  const chain = boundedList('certificate_chain', wire.certificateChain, LIMITS.certificatesPerChain);
  return {
    federationId: exactBytes('federation_id', wire.federationId, 32),
    peerId: asId(boundedText('peer_id', wire.peerId, TEXT_CHARACTERS, 1)),
    certificateChain: chain.map((item) => boundedBytes('certificate_chain', item, LIMITS.certificateBytes)),
    controlLogSize: safeInteger('control_log_size', wire.controlLogSize),
    version: boundedText('version', wire.version, TEXT_CHARACTERS),
    clockMs: safeInteger('clock_ms', wire.clockMs),
    checkpoint: boundedBytes('checkpoint', wire.checkpoint, LIMITS.checkpointBytes),
  };
}

export function encodeHello(hello: Hello): Uint8Array {
  return WireHello.encode({
    federationId: asBuffer(hello.federationId),
    peerId: hello.peerId,
    certificateChain: hello.certificateChain.map(asBuffer),
    controlLogSize: BigInt(hello.controlLogSize),
    version: hello.version,
    clockMs: BigInt(hello.clockMs),
    checkpoint: asBuffer(hello.checkpoint),
  }).finish();
}

/** @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_FIELD */
export function decodeHelloAnswer(bytes: Uint8Array): HelloAnswer {
  const wire = decodeMessage(WireAnswer, bytes, HELLO_BYTES);
  return { accepted: wire.accepted, code: boundedText('code', wire.code, TEXT_CHARACTERS) };
}

export function encodeHelloAnswer(answer: HelloAnswer): Uint8Array {
  return WireAnswer.encode(answer).finish();
}
