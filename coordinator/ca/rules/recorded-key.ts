import { equalBytes } from '../../../crypto/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { coordinatorError } from '../../errors.ts';
import type { CertificateRule } from '../ask.ts';

/** The key is the one that an officer of the agency signed in the node's record: the authority chooses none. */
export const recordedKey: CertificateRule = ({ member, request }) => {
  if (!equalBytes(sha256(request.spki), member.tlsKeyHash)) {
    throw coordinatorError('CA_REQUEST', { detail: { rule: 'recorded key' } });
  }
};
