import { headerHash, verifyHeader } from '../../crypto/envelope.ts';
import { equalBytes } from '../../crypto/bytes.ts';
import type { Member } from '../../config/policy/state.ts';
import { decodeHeader } from '../../proto/codec/envelope.ts';
import type { EnvelopeHeader, SignedEnvelope } from '../../proto/domain/envelope.ts';
import { coordinatorError } from '../errors.ts';

/** An object that its author certainly signed, for this federation. */
export type AuthenticEnvelope = {
  readonly envelope: SignedEnvelope;
  readonly header: EnvelopeHeader;
  readonly headerHash: Uint8Array;
};

/**
 * Who says it: the outer author is the member at the other end, its key signed the exact header bytes, and only then
 * the header is parsed; it names the same author and this federation. All of these are rejected: an honest member never
 * sends such an object, and it takes no place in the author's sequence.
 * @throws INGEST_AUTHOR, INGEST_SIGNATURE, INGEST_FEDERATION, WIRE_*
 */
export function authenticate(envelope: SignedEnvelope, sender: Member, federationId: Uint8Array): AuthenticEnvelope {
  const reject = { verdict: 'reject' } as const;
  if (envelope.authorPeerId !== sender.peerId) throw coordinatorError('INGEST_AUTHOR', reject);
  if (!verifyHeader(sender.identityKey, envelope.header, envelope.signature)) {
    throw coordinatorError('INGEST_SIGNATURE', reject);
  }
  const header = decodeHeader(envelope.header);
  if (header.authorPeerId !== envelope.authorPeerId) throw coordinatorError('INGEST_AUTHOR', reject);
  if (!equalBytes(header.federationId, federationId)) throw coordinatorError('INGEST_FEDERATION', reject);
  return { envelope, header, headerHash: headerHash(envelope.header) };
}
