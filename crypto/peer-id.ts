import { base58btc } from 'multiformats/bases/base58';
import { asId, type PeerIdText } from '../proto/domain/ids.ts';
import { concat, equalBytes, fromHex } from './bytes.ts';
import { cryptoRefusal } from './errors.ts';
import { assertIdentityKey } from './keys.ts';

/** Identity multihash (0x00) of 36 bytes: protobuf {type: Ed25519, data: 32 bytes}. Source: libp2p specs, peer-ids. */
const FRAME = fromHex('002408011220');
/** Every Ed25519 peer id has this length in base58, so longer text is refused before the quadratic decoding. */
const TEXT_LENGTH = 52;

/** The libp2p peer id that follows from an Ed25519 identity key, base58btc. Throws CRYPTO_KEY on a bad key. */
export function peerIdText(identityPublicKey: Uint8Array): PeerIdText {
  assertIdentityKey(identityPublicKey);
  return asId<PeerIdText>(base58btc.baseEncode(concat(FRAME, identityPublicKey)));
}

/** The identity key that a peer id holds. Throws CRYPTO_PEER_ID on other text, CRYPTO_KEY on a bad key. */
export function identityKeyOf(peerId: string): Uint8Array {
  const bytes = decode(peerId);
  const key = bytes?.subarray(FRAME.length);
  if (bytes === undefined || key?.length !== 32 || !equalBytes(bytes.subarray(0, FRAME.length), FRAME))
    throw cryptoRefusal('CRYPTO_PEER_ID', { verdict: 'reject' });
  assertIdentityKey(key);
  return key;
}

function decode(peerId: string): Uint8Array | undefined {
  if (peerId.length !== TEXT_LENGTH) return undefined;
  try {
    return base58btc.baseDecode(peerId);
  } catch {
    return undefined; // a character outside the alphabet
  }
}
