import type { NodeHeads } from '../../../proto/domain/control.ts';
import type { SignedEnvelope } from '../../../proto/domain/envelope.ts';
import type { SignedIndicator } from '../../../proto/domain/exchange.ts';
import type { KeyGrant } from '../../../node/mesh/protocols/keys/codec.ts';
import type { MatchReceipt } from '../../../node/mesh/protocols/match/messages.ts';
import { peerIdOf } from './mesh-harness.ts';

// Objects of the right form. The mesh does not look at signatures.

const bytes = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill);

export const ENVELOPE: SignedEnvelope = {
  authorPeerId: peerIdOf('author'),
  header: bytes(200, 1),
  signature: bytes(64, 2),
  salt: bytes(32, 3),
  payload: bytes(500, 4),
};

export const HEADS: NodeHeads = {
  peerId: peerIdOf('author'),
  heads: [
    { audience: { scope: 'federation', id: '' }, incarnation: 0, sequence: 12, headerHash: bytes(32, 1) },
    { audience: { scope: 'pair', id: peerIdOf('other') }, incarnation: 1, sequence: 3, headerHash: bytes(32, 2) },
  ],
};

export const INDICATOR: SignedIndicator = {
  position: 3,
  indicator: bytes(300, 5),
  signature: bytes(64, 6),
  salt: bytes(32, 7),
  checkpoint: bytes(200, 8),
  inclusionProof: [bytes(32, 9), bytes(32, 10)],
  leaf: bytes(0, 0),
};

export const GRANT: KeyGrant = {
  epoch: 8,
  generation: 2,
  senderPeerId: peerIdOf('granter'),
  sealedKey: bytes(120, 11),
};

export const RECEIPT: MatchReceipt = {
  body: bytes(150, 12),
  answererSignature: bytes(64, 13),
  askerSignature: new Uint8Array(0),
};
