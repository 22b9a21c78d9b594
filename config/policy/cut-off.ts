import { equalBytes } from '../../crypto/bytes.ts';
import type { AudienceHead } from '../../proto/domain/control.ts';
import { type Audience, audienceKey } from '../../proto/domain/envelope.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { MembershipState } from './state.ts';
import { suspensionsOf } from './suspended.ts';

/** How far an author's objects in an audience still count. Ends rest on sequences, never on times. */
export type CutOff = {
  /** Only what the recipient held when the cut-off reached it. */
  readonly heldOnly: boolean;
  /** Nothing beyond any of these heads. */
  readonly lasts: readonly AudienceHead[];
};

export type ObjectPosition = {
  readonly incarnation: number;
  readonly sequence: number;
  readonly headerHash: Uint8Array;
};

/**
 * The cut-off of an author in an audience by the suspensions in force, pending ones included; undefined when there is
 * none. With an incarnation, also by the announcement that ended that incarnation.
 */
export function cutOffOf(
  state: MembershipState,
  peerId: PeerIdText,
  audience: Audience,
  incarnation?: number,
): CutOff | undefined {
  const ends = suspensionsOf(state, peerId, 'now').map(
    ({ suspension }) => suspension.heads.find((heads) => heads.peerId === peerId)?.heads ?? [],
  );
  const next =
    incarnation === undefined
      ? undefined
      : state.incarnations.get(peerId)?.find(({ value }) => value.incarnation > incarnation);
  if (next !== undefined) ends.push(next.value.heads);
  if (ends.length === 0) return undefined;
  const named = ends.map((heads) => heads.find((head) => audienceKey(head.audience) === audienceKey(audience)));
  return { heldOnly: named.includes(undefined), lasts: named.filter((head) => head !== undefined) };
}

/** Whether an object at a position counts under a cut-off. At the last one named the hash decides: it may be forked. */
export function countsUnder(cutOff: CutOff | undefined, object: ObjectPosition, alreadyHeld: boolean): boolean {
  if (cutOff === undefined) return true;
  if (cutOff.heldOnly && !alreadyHeld) return false;
  return cutOff.lasts.every((last) => {
    if (object.incarnation !== last.incarnation) return object.incarnation < last.incarnation;
    if (object.sequence !== last.sequence) return object.sequence < last.sequence;
    return equalBytes(object.headerHash, last.headerHash);
  });
}
