import { countsUnder } from '../../config/policy/cut-off.ts';
import type { Membership } from '../../config/policy/membership.ts';
import { equalBytes } from '../../crypto/bytes.ts';
import { audienceKey, type EnvelopeHeader } from '../../proto/domain/envelope.ts';
import { coordinatorError } from '../errors.ts';
import type { AuthenticEnvelope } from './authenticity.ts';

/** The author's last object in an audience of an incarnation; sequence 0 before the first. */
export type Head = { readonly sequence: number; readonly headerHash: Uint8Array };

/** `next`: it follows the head. `earlier`: its place is taken, perhaps by itself. */
export type Placement = 'next' | 'earlier';

const NO_HEADER = new Uint8Array(32);

/**
 * What the first header of an author in an audience follows: nothing in incarnation 0, in a later one the head that its
 * announcement lists.
 */
export function startOf(membership: Membership, header: EnvelopeHeader): Head {
  const heads = membership.incarnationHeads(header.authorPeerId, header.incarnation) ?? [];
  const listed = heads.find((head) => audienceKey(head.audience) === audienceKey(header.audience));
  return { sequence: 0, headerHash: listed?.headerHash ?? NO_HEADER };
}

/**
 * Where an object stands in its author's sequence. One out of turn takes no place: the author is told to look up what
 * is held and to send from there.
 * @throws INGEST_INCARNATION, INGEST_GAP, INGEST_CHAIN
 */
export function placementOf(membership: Membership, object: AuthenticEnvelope, head: Head): Placement {
  const { header, headerHash } = object;
  const current = membership.incarnation(header.authorPeerId).incarnation;
  if (header.incarnation > current) throw coordinatorError('INGEST_INCARNATION');
  const cutOff = membership.cutOff(header.authorPeerId, header.audience, header.incarnation);
  if (header.sequence <= head.sequence) return 'earlier';
  const position = { incarnation: header.incarnation, sequence: header.sequence, headerHash };
  if (!countsUnder(cutOff, position, false)) throw coordinatorError('INGEST_INCARNATION');
  if (header.sequence > head.sequence + 1) throw coordinatorError('INGEST_GAP', { detail: { held: head.sequence } });
  if (!equalBytes(header.previousHeaderHash, head.headerHash)) {
    throw coordinatorError('INGEST_CHAIN', { verdict: 'reject' });
  }
  return 'next';
}
