import type { ExchangeKind, GatewayRule, Policy } from '../../proto/domain/policy.ts';
import type { SharingErrorCode } from './errors.ts';

/** What is asked of policy: may this agency exchange this kind, and may a rule release it without a person? */
export type ReleaseQuestion = {
  readonly kind: ExchangeKind;
  readonly agencyId: string;
  readonly policy: Policy | undefined;
  readonly memberAgencies: number;
};

export type ReleaseAnswer =
  | { readonly allowed: true; readonly gateway: string; readonly byRule: boolean }
  | { readonly allowed: false; readonly code: SharingErrorCode; readonly reason: string };

/**
 * The one rule of what may leave and be taken in: pure, asked before sending, on receipt and by `share explain`.
 * The first gateway that names kind and agency counts. Flags need k >= 2 and at least k + 1 member agencies.
 */
export function judge(question: ReleaseQuestion): ReleaseAnswer {
  const { kind, agencyId, policy, memberAgencies } = question;
  if (policy === undefined) return { allowed: false, code: 'SHARING_NO_POLICY', reason: 'no policy is in force' };
  const rule = policy.gateways.find((candidate) => covers(candidate, kind, agencyId));
  if (rule === undefined) return { allowed: false, code: 'SHARING_GATEWAY', reason: `no gateway covers ${kind}` };
  const floor = belowFloor(kind, policy, memberAgencies);
  if (floor !== undefined) return { allowed: false, code: 'SHARING_OFF', reason: floor };
  return { allowed: true, gateway: rule.gateway, byRule: rule.releaseByRule };
}

/** Why a feature is off at this size of federation, undefined when it is on. */
export function belowFloor(kind: ExchangeKind, policy: Policy, memberAgencies: number): string | undefined {
  if (kind !== 'flag' && kind !== 'indicator') return undefined;
  const { threshold } = policy.flags;
  if (threshold < 2) return `k = ${threshold} is below 2`;
  if (kind === 'flag' && memberAgencies < threshold + 1)
    return `n = ${memberAgencies} is below k + 1 = ${threshold + 1}`;
  return undefined;
}

function covers(rule: GatewayRule, kind: ExchangeKind, agencyId: string): boolean {
  return (
    rule.kinds.includes(kind) && (rule.agencies.length === 0 || rule.agencies.some((agency) => agency === agencyId))
  );
}
