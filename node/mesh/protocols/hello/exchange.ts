import { equalBytes } from '../../../../crypto/bytes.ts';
import type { PeerIdText } from '../../../../proto/domain/ids.ts';
import { meshRefusal } from '../../errors.ts';
import type { Frames } from '../../frames.ts';
import { codeFor, refusalOfPeer } from '../refusal.ts';
import { decodeHello, decodeHelloAnswer, encodeHelloAnswer, type Hello } from './codec.ts';

/** What the composition root hands in: who this node is, and whether to believe another. */
export type HelloPort = {
  /** This node's hello as of now. */
  own(): Hello;
  /**
   * Judges a hello whose federation and peer id are already known to be right: certificate, record, suspension,
   * version, log. May note the checkpoint and the clock.
   * @throws ConcordatError whose code the peer is told
   */
  verify(peerId: PeerIdText, hello: Hello): Promise<void>;
};

export type HelloParts = {
  readonly peerId: PeerIdText;
  readonly frames: Frames;
  readonly port: HelloPort;
  readonly signal: AbortSignal;
};

/** Reads the other's hello, judges it and tells the verdict. @throws what was told, WIRE_*, MESH_HELLO */
export async function receiveHello({ peerId, frames, port, signal }: HelloParts): Promise<Hello> {
  const hello = decodeHello(await nextFrame(frames, signal));
  try {
    // The connection proved the peer id (noise); the message only has to agree.
    if (hello.peerId !== peerId) throw meshRefusal('MESH_PEER_ID', { verdict: 'reject' });
    if (!equalBytes(hello.federationId, port.own().federationId)) throw meshRefusal('MESH_FEDERATION');
    await port.verify(peerId, hello);
  } catch (error) {
    await frames.write(encodeHelloAnswer({ accepted: false, code: codeFor(error) }), signal);
    throw error;
  }
  await frames.write(encodeHelloAnswer({ accepted: true, code: '' }), signal);
  return hello;
}

/** Reads what the other says of the own hello. @throws the other's code, WIRE_*, MESH_HELLO */
export async function receiveAnswer({ frames, signal }: HelloParts): Promise<void> {
  const answer = decodeHelloAnswer(await nextFrame(frames, signal));
  if (!answer.accepted) throw refusalOfPeer(answer.code);
}

async function nextFrame(frames: Frames, signal: AbortSignal): Promise<Uint8Array> {
  const frame = await frames.read(signal);
  if (frame === undefined) throw meshRefusal('MESH_HELLO');
  return frame;
}
