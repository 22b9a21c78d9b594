import type { AgencyId, PeerIdText } from '../../proto/domain/ids.ts';
import type { MembershipState, Position, SuspensionEntry } from './state.ts';

/**
 * Whose suspensions count: those in force now, pending ones included; those of the log alone; or those that were in
 * force at a place in the log. Rules judge a logged statement by the log alone, so that all members judge it alike
 * whatever gossip has reached them.
 */
export type SuspensionView = 'now' | 'logged' | { readonly at: number };

/** The view by which a rule judges a statement at a position. */
export function viewAt(position: Position): SuspensionView {
  return position === 'pending' ? 'now' : 'logged';
}

export function isAgencySuspended(
  state: MembershipState,
  agencyId: AgencyId,
  view: SuspensionView = 'logged',
): boolean {
  return [...state.suspensions.values()].some(
    (entry) => entry.suspension.target.kind === 'agency' && targets(entry, agencyId) && inForce(entry, view),
  );
}

/** Suspensions of the node itself and of its agency that are in force. */
export function suspensionsOf(
  state: MembershipState,
  peerId: PeerIdText,
  view: SuspensionView = 'logged',
): readonly SuspensionEntry[] {
  const agencyId = state.nodes.get(peerId)?.agencyId;
  return [...state.suspensions.values()].filter(
    (entry) => (targets(entry, peerId) || (agencyId !== undefined && targets(entry, agencyId))) && inForce(entry, view),
  );
}

function targets({ suspension: { target } }: SuspensionEntry, id: PeerIdText | AgencyId): boolean {
  return target.kind === 'node' ? target.peerId === id : target.agencyId === id;
}

function inForce({ position, liftedAt }: SuspensionEntry, view: SuspensionView): boolean {
  if (view === 'now') return liftedAt === null;
  if (position === 'pending') return false;
  if (view === 'logged') return liftedAt === null || liftedAt === 'pending';
  return position <= view.at && !(typeof liftedAt === 'number' && liftedAt <= view.at);
}
