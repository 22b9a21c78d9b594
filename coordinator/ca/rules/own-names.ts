import { certificateIdentity } from '../../../crypto/certificate-identity.ts';
import { toHex } from '../../../crypto/bytes.ts';
import { coordinatorError } from '../../errors.ts';
import type { CertificateRule } from '../ask.ts';

/** The request names this federation, agency, node and peer id, and nobody else. */
export const ownNames: CertificateRule = ({ member, membership, request }) => {
  const asked = certificateIdentity(request);
  const own =
    asked.federation === toHex(membership.federationId) &&
    asked.agencyId === member.agencyId &&
    asked.nodeId === member.nodeId &&
    asked.peerId === member.peerId;
  if (!own) throw coordinatorError('CA_REQUEST', { detail: { rule: 'own names' } });
};
