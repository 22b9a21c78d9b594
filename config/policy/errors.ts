/** Refusals of statements by the rules of membership. */
export const MEMBERSHIP_ERRORS = {
  MEMBERSHIP_SIGNER: 'a signature of somebody who may sign nothing here',
  MEMBERSHIP_SIGNATURE: 'a signature that does not verify, or two of one key',
  MEMBERSHIP_APPROVALS: 'the signers do not suffice for a statement of this kind',
  MEMBERSHIP_DUPLICATE: 'the statement, or a key or name in it, is already there',
  MEMBERSHIP_KEY: 'a key that is malformed, or that belongs to somebody else',
  MEMBERSHIP_UNKNOWN: 'the statement names an agency, node, key or suspension that is not known',
  MEMBERSHIP_SUSPENDED: 'the statement is by or about a member that is suspended',
  MEMBERSHIP_ORDER: 'a version, generation, epoch, incarnation or number that does not follow the one before',
  MEMBERSHIP_UNLOGGED: 'a statement of a kind that counts only from its place in the control log',
  MEMBERSHIP_LIMIT: 'the federation holds no more of these',
} as const;
export type MembershipErrorCode = keyof typeof MEMBERSHIP_ERRORS;
