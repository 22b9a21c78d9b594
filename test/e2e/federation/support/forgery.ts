import { systemRandom } from '../../../../config/runtime/random.ts';
import { headerHash, payloadHash, signHeader } from '../../../../crypto/envelope.ts';
import { encodeHeader } from '../../../../proto/codec/envelope.ts';
import type { EnvelopeHeader, SignedEnvelope } from '../../../../proto/domain/envelope.ts';
import type { Insider } from './insider.ts';

/** An object that its author's own key has signed, with whatever its software would not write. */
export function signedBy(
  author: Pick<Insider, 'identitySecretKey' | 'peerId'>,
  like: EnvelopeHeader,
  change: Partial<EnvelopeHeader>,
  payload: Uint8Array,
): SignedEnvelope {
  const salt = systemRandom(32);
  const header = encodeHeader({
    ...like,
    payloadHash: payloadHash(salt, payload),
    payloadLength: payload.length,
    ...change,
  });
  const signature = signHeader(author.identitySecretKey, header);
  return { authorPeerId: author.peerId, header, signature, salt, payload };
}

/** Place and link of the object that would follow another in its chain. */
export function following(envelope: SignedEnvelope, header: EnvelopeHeader): Partial<EnvelopeHeader> {
  return { sequence: header.sequence + 1, previousHeaderHash: headerHash(envelope.header) };
}
