import type { AgencyId } from '../../proto/domain/ids.ts';
import type { ExchangeKind, Policy } from '../../proto/domain/policy.ts';

/**
 * Whether policy lets a kind of object go under a gateway from one agency, to another where one is named.
 * Without policy or entry the answer is no: each kind of exchange is off until a gateway names it.
 */
export function gatewayAllows(
  policy: Policy | undefined,
  request: {
    readonly gateway: string;
    readonly kind: ExchangeKind;
    readonly from: AgencyId;
    readonly to?: AgencyId;
  },
): boolean {
  const { gateway, kind, from, to } = request;
  const covers = (agencies: readonly AgencyId[], agency: AgencyId): boolean =>
    agencies.length === 0 || agencies.includes(agency);
  return (
    policy?.gateways.some(
      (rule) =>
        rule.gateway === gateway &&
        rule.kinds.includes(kind) &&
        covers(rule.agencies, from) &&
        (to === undefined || covers(rule.agencies, to)),
    ) ?? false
  );
}
