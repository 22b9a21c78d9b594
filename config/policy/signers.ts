import { equalBytes, toHex } from '../../crypto/bytes.ts';
import { peerIdText } from '../../crypto/peer-id.ts';
import { verifyStatement } from '../../crypto/statement.ts';
import { statementKindNumber } from '../../proto/codec/statement.ts';
import type { SignedStatement, StatementSignature } from '../../proto/domain/control.ts';
import { type AgencyId, asId, type PeerIdText } from '../../proto/domain/ids.ts';
import { membershipRefusal } from './refusal.ts';
import type { MembershipState, Signers } from './state.ts';
import { isAgencySuspended } from './suspended.ts';

/**
 * Verifies every signature of a statement against the keys in force. One that is unknown or bad refuses the whole:
 * otherwise anybody could hang signatures on a statement, and two readers would count different signers.
 * @throws MEMBERSHIP_SIGNER, MEMBERSHIP_SIGNATURE
 */
export function verifySigners(state: MembershipState, statement: SignedStatement): Signers {
  const officers = new Map<AgencyId, Uint8Array[]>();
  const nodes = new Set<PeerIdText>();
  let coordinator = false;
  const seen = new Set<string>();
  for (const signature of statement.signatures) {
    assertMaySign(state, signature);
    const key = toHex(signature.publicKey);
    if (seen.has(key)) throw membershipRefusal('MEMBERSHIP_SIGNATURE', { agency: signature.agencyId });
    seen.add(key);
    assertVerifies(state, statement, signature);
    const agencyId = asId<AgencyId>(signature.agencyId);
    if (signature.role === 'officer') officers.set(agencyId, [...(officers.get(agencyId) ?? []), signature.publicKey]);
    else if (signature.role === 'node') nodes.add(peerIdText(signature.publicKey));
    else coordinator = true;
  }
  return { officers, nodes, coordinator };
}

/** Agencies whose officers signed and whose word counts: a suspended agency approves nothing. */
export function approvingAgencies(state: MembershipState, signers: Signers): readonly AgencyId[] {
  return [...signers.officers.keys()].filter((agencyId) => !isAgencySuspended(state, agencyId));
}

/**
 * m: the genesis' number, and more than half of the agencies of now, so that it stays a majority as the federation
 * grows and two versions are never both signed by honest agencies. Suspended agencies still count in n.
 */
export function approvalsNeeded(state: MembershipState): number {
  return Math.max(state.genesis.approvalsNeeded, Math.floor(state.agencies.size / 2) + 1);
}

/** @throws MEMBERSHIP_APPROVALS unless officers of m agencies signed */
export function assertApproved(state: MembershipState, signers: Signers): void {
  const needed = approvalsNeeded(state);
  const given = approvingAgencies(state, signers).length;
  if (given < needed) throw membershipRefusal('MEMBERSHIP_APPROVALS', { needed, given });
}

function assertMaySign(state: MembershipState, signature: StatementSignature): void {
  if (!maySign(state, signature)) {
    throw membershipRefusal('MEMBERSHIP_SIGNER', { role: signature.role, agency: signature.agencyId });
  }
}

function maySign(state: MembershipState, { role, agencyId, publicKey }: StatementSignature): boolean {
  switch (role) {
    case 'officer': {
      const agency = state.agencies.get(asId<AgencyId>(agencyId));
      return agency?.officerKeys.some((key) => equalBytes(key, publicKey)) ?? false;
    }
    case 'node':
      return [...state.nodes.values()].some(
        (node) => node.agencyId === agencyId && equalBytes(node.identityKey, publicKey),
      );
    case 'coordinator':
      return agencyId === '' && equalBytes(publicKey, state.genesis.logKey);
  }
}

function assertVerifies(state: MembershipState, statement: SignedStatement, signature: StatementSignature): void {
  const { publicKey, signature: bytes, agencyId } = signature;
  const kind = statementKindNumber(statement.kind);
  if (!verifyStatement(publicKey, state.federationId, kind, statement.body, bytes)) {
    throw membershipRefusal('MEMBERSHIP_SIGNATURE', { agency: agencyId });
  }
}
