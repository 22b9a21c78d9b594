import { type FlagsOffReason, flagsOff } from '../../config/policy/floors.ts';
import { gatewayAllows } from '../../config/policy/gateways.ts';
import type { AgencyId } from '../../proto/domain/ids.ts';
import type { ExchangeKind, Policy } from '../../proto/domain/policy.ts';
import type { SharingErrorCode } from './errors.ts';
import type { Directory } from './ports.ts';

/** What is asked of policy: may this go from one agency to those others, and may a rule release it without a person? */
export type ReleaseQuestion = {
  readonly kind: ExchangeKind;
  readonly from: AgencyId;
  /** Every agency that could read it. */
  readonly to: readonly AgencyId[];
  /** The gateway that the object names; on sending, the first that covers all of it is looked for. */
  readonly gateway?: string;
  readonly policy: Policy | undefined;
  readonly flagsOff: FlagsOffReason | undefined;
};

export type ReleaseAnswer =
  | { readonly allowed: true; readonly gateway: string; readonly byRule: boolean }
  | { readonly allowed: false; readonly code: SharingErrorCode; readonly reason: string };

/**
 * The one rule of what may leave and be taken in: pure, asked before sending, on receipt and by `share explain`.
 * One gateway must cover the kind, the sender and everybody who could read it, so that nothing is widened on its way.
 */
export function judge(question: ReleaseQuestion): ReleaseAnswer {
  const { flagsOff: off, from, gateway, kind, policy } = question;
  if (policy === undefined) return { allowed: false, code: 'SHARING_NO_POLICY', reason: 'no_policy' };
  const names = gateway === undefined ? policy.gateways.map((rule) => rule.gateway) : [gateway];
  const found = names.find((name) => coversAll(name, question, policy));
  if (found === undefined) return { allowed: false, code: 'SHARING_GATEWAY', reason: 'no_gateway' };
  if (kind === 'flag' && off !== undefined) return { allowed: false, code: 'SHARING_OFF', reason: off };
  const byRule = policy.gateways.some(
    (rule) =>
      rule.gateway === found &&
      rule.releaseByRule &&
      rule.kinds.includes(kind) &&
      (rule.agencies.length === 0 || rule.agencies.includes(from)),
  );
  return { allowed: true, gateway: found, byRule };
}

/** The rule at the policy and membership of now. */
export function releaseOf(
  directory: Pick<Directory, 'agency' | 'isSuspended' | 'nodes' | 'policy'>,
  question: Pick<ReleaseQuestion, 'kind' | 'from' | 'to' | 'gateway'>,
): ReleaseAnswer {
  return judge({ ...question, policy: directory.policy(), flagsOff: flagsOff(directory) });
}

/** Agencies that read what goes to the whole federation: all others with a node that is not suspended. */
export function otherAgencies(
  directory: Pick<Directory, 'isSuspended' | 'nodes'>,
  agencyId: AgencyId,
): readonly AgencyId[] {
  const active = directory.nodes().filter(({ peerId }) => !directory.isSuspended(peerId));
  return [...new Set(active.map((node) => node.agencyId))].filter((other) => other !== agencyId);
}

function coversAll(gateway: string, { from, kind, to }: ReleaseQuestion, policy: Policy): boolean {
  return (
    gatewayAllows(policy, { gateway, kind, from }) &&
    to.every((agency) => gatewayAllows(policy, { gateway, kind, from, to: agency }))
  );
}
