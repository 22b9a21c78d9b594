import test from 'ava';
import { secondRoundOff } from '../../../config/policy/floors.ts';
import type { HintPolicy, Policy } from '../../../proto/domain/policy.ts';
import { createTestFederation, TEST_POLICY } from '../../fixtures/federation.ts';

const federation = createTestFederation('floors', { agencies: 3 });
const nodes = federation.agencyIds.map((_, place) => {
  const { peerId, record } = federation.createNode(place);
  return { ...record, peerId, position: place };
});

function off(change: Partial<HintPolicy> | undefined, suspended: readonly number[] = []): string | undefined {
  const policy: Policy | undefined = change && {
    ...TEST_POLICY,
    hints: { ...TEST_POLICY.hints, rounds: 2, ...change },
  };
  return secondRoundOff({
    policy: () => policy,
    nodes: () => nodes,
    agency: () => undefined,
    isSuspended: (peerId) => suspended.some((place) => nodes[place]?.peerId === peerId),
  });
}

test('F-27 (hints) a second round is on where policy has it, an account can pay for both, and a third agency gains by it', (t) => {
  t.is(off({}), undefined);
  t.is(off(undefined), 'no_policy');
  t.is(off({ rounds: 1 }), 'one_round');
  t.is(off({ epsilon: 3, budgetPerAccount: 6 }), undefined);
  t.is(off({ epsilon: 3, budgetPerAccount: 5.9 }), 'budget_below_two_draws');
  t.is(off({}, [2]), 'too_few_agencies');
  t.is(off({ rounds: 1 }, [2]), 'one_round');
});
