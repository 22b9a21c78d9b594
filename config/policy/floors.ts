import type { Membership } from './membership.ts';

type Members = Pick<Membership, 'agency' | 'isSuspended' | 'nodes'>;

/** The least k that policy may set (DESIGN, section 5, defaults): with one group a flag would open for its author. */
const LEAST_THRESHOLD = 2;

/** Why flags are off. */
export const FLAGS_OFF_REASONS = ['no_policy', 'no_key_holder', 'threshold_below_floor', 'too_few_groups'] as const;
export type FlagsOffReason = (typeof FLAGS_OFF_REASONS)[number];

/**
 * Why flags are off at the policy and membership of now, undefined when they are on. Below k + 1 corporate groups with
 * a node that is not suspended, an opened flag would tell each contributor who the others are.
 */
export function flagsOff(membership: Members & Pick<Membership, 'policy'>): FlagsOffReason | undefined {
  const policy = membership.policy();
  if (policy === undefined) return 'no_policy';
  if (policy.keyHolderAgency === '') return 'no_key_holder';
  if (policy.flags.threshold < LEAST_THRESHOLD) return 'threshold_below_floor';
  return activeGroups(membership).size < policy.flags.threshold + 1 ? 'too_few_groups' : undefined;
}

/** Why hints go in one round alone. */
export const SECOND_ROUND_OFF_REASONS = [
  'no_policy',
  'one_round',
  'budget_below_two_draws',
  'too_few_agencies',
] as const;
export type SecondRoundOffReason = (typeof SECOND_ROUND_OFF_REASONS)[number];

/**
 * Fewer agencies gain nothing by a second round: what one of two says of its accounts after it has heard the other is
 * made of what it said before and of the other's own word.
 */
const SECOND_ROUND_AGENCIES = 3;

/** Why there is no second round of hints at the policy and membership of now, undefined when there is one. */
export function secondRoundOff(membership: Members & Pick<Membership, 'policy'>): SecondRoundOffReason | undefined {
  const policy = membership.policy();
  if (policy === undefined) return 'no_policy';
  const { budgetPerAccount, epsilon, rounds } = policy.hints;
  if (rounds < 2) return 'one_round';
  if (budgetPerAccount < 2 * epsilon) return 'budget_below_two_draws';
  return activeAgencies(membership).size < SECOND_ROUND_AGENCIES ? 'too_few_agencies' : undefined;
}

function activeAgencies(membership: Members): ReadonlySet<string> {
  const active = membership.nodes().filter((node) => !membership.isSuspended(node.peerId));
  return new Set(active.map(({ agencyId }) => agencyId));
}

/** Corporate groups with at least one node that is not suspended. */
export function activeGroups(membership: Members): ReadonlySet<string> {
  return new Set(
    membership
      .nodes()
      .filter((node) => !membership.isSuspended(node.peerId))
      .flatMap((node) => membership.agency(node.agencyId)?.corporateGroup ?? []),
  );
}
