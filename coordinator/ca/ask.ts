import type { Membership } from '../../config/policy/membership.ts';
import type { Member } from '../../config/policy/state.ts';

/** What a member asks the authority to certify, and what is known of it. */
export type CertificateAsk = {
  readonly member: Member;
  readonly membership: Membership;
  /** Read from the request, whose own signature holds. */
  readonly request: { readonly spki: Uint8Array; readonly commonName: string; readonly uris: readonly string[] };
  readonly nowMs: number;
};

/** Refuses an ask with CA_REQUEST and the name of the rule, or lets it pass. */
export type CertificateRule = (ask: CertificateAsk) => void;
