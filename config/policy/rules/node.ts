import { equalBytes } from '../../../crypto/bytes.ts';
import { assertSealingKey } from '../../../crypto/keys.ts';
import { peerIdText } from '../../../crypto/peer-id.ts';
import type { NodeRecord } from '../../../proto/domain/control.ts';
import type { PeerIdText } from '../../../proto/domain/ids.ts';
import { LIMITS } from '../../settings/limits.ts';
import { loggedPosition } from '../logged.ts';
import { membershipRefusal } from '../refusal.ts';
import type { Effect, Member, MembershipState, StatementContext } from '../state.ts';
import { isAgencySuspended, suspensionsOf } from '../suspended.ts';

/**
 * A node, or new sealing and TLS keys of one: an officer of its own agency. Its identity key, agency and name stay.
 * @throws MEMBERSHIP_UNKNOWN, MEMBERSHIP_APPROVALS, MEMBERSHIP_SUSPENDED, MEMBERSHIP_KEY, MEMBERSHIP_DUPLICATE,
 *         MEMBERSHIP_LIMIT
 */
export function judgeNode(state: MembershipState, record: NodeRecord, context: StatementContext): Effect {
  const { agencyId } = record;
  if (!state.agencies.has(agencyId)) throw membershipRefusal('MEMBERSHIP_UNKNOWN', { agency: agencyId });
  if (!context.signers.officers.has(agencyId)) throw membershipRefusal('MEMBERSHIP_APPROVALS', { agency: agencyId });
  if (isAgencySuspended(state, agencyId)) throw membershipRefusal('MEMBERSHIP_SUSPENDED', { agency: agencyId });
  const peerId = peerIdOf(record);
  const before = state.nodes.get(peerId);
  if (before === undefined) assertNew(state, record);
  else assertSuccessor(state, before, record);
  assertKeysFree(state, record, peerId);
  const position = before?.position ?? loggedPosition(context);
  return () => state.nodes.set(peerId, { ...record, peerId, position });
}

function peerIdOf(record: NodeRecord): PeerIdText {
  try {
    assertSealingKey(record.sealingKey);
    return peerIdText(record.identityKey);
  } catch (cause) {
    throw membershipRefusal('MEMBERSHIP_KEY', { agency: record.agencyId, node: record.nodeId }, cause);
  }
}

function assertNew(state: MembershipState, { agencyId, nodeId }: NodeRecord): void {
  if (state.nodes.size >= LIMITS.peers) throw membershipRefusal('MEMBERSHIP_LIMIT', { limit: LIMITS.peers });
  const named = [...state.nodes.values()].some((node) => node.agencyId === agencyId && node.nodeId === nodeId);
  if (named) throw membershipRefusal('MEMBERSHIP_DUPLICATE', { agency: agencyId, node: nodeId });
}

function assertSuccessor(state: MembershipState, before: Member, record: NodeRecord): void {
  if (before.agencyId !== record.agencyId || before.nodeId !== record.nodeId) {
    throw membershipRefusal('MEMBERSHIP_KEY', { agency: record.agencyId, node: record.nodeId });
  }
  if (suspensionsOf(state, before.peerId).length > 0) {
    throw membershipRefusal('MEMBERSHIP_SUSPENDED', { agency: record.agencyId, node: record.nodeId });
  }
}

/** A key belongs to one node: what is sealed to it, or proved with it, is then for or by that node alone. */
function assertKeysFree(state: MembershipState, record: NodeRecord, peerId: PeerIdText): void {
  const officers = [...state.agencies.values()].flatMap((agency) => agency.officerKeys);
  const clash =
    [state.genesis.logKey, ...officers].some((key) => equalBytes(key, record.identityKey)) ||
    [...state.nodes.values()].some(
      (other) =>
        other.peerId !== peerId &&
        (equalBytes(other.sealingKey, record.sealingKey) || equalBytes(other.tlsKeyHash, record.tlsKeyHash)),
    );
  if (clash) throw membershipRefusal('MEMBERSHIP_KEY', { agency: record.agencyId, node: record.nodeId });
}
