import { coordinatorError } from '../../errors.ts';
import type { CertificateRule } from '../ask.ts';

/** Only a member in the control log that is not suspended, nor its agency, is certified. */
export const goodStanding: CertificateRule = ({ member, membership }) => {
  const recorded = membership.node(member.peerId);
  if (recorded === undefined || membership.isSuspended(member.peerId)) {
    throw coordinatorError('CA_REQUEST', { detail: { rule: 'good standing' } });
  }
};
