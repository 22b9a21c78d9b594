import test from 'ava';
import { peerFacts } from '../../../../node/triage/enrichment/peer-facts.ts';
import { NOTHING_GIVEN } from '../../../../node/triage/features/peer-features.ts';
import type { HeldHint } from '../../../../node/triage/ports.ts';

function hint(accountId: string, round: number, bucket: number): HeldHint {
  return { account: { agency: 'beta', accountId }, bucket, buckets: 2, epsilon: 3, round };
}

test('hints of two rounds count an account once, by its last word, and cost it every draw', (t) => {
  const hints = [hint('one', 2, 1), hint('one', 1, 0), hint('other', 1, 1)];
  t.like(peerFacts(undefined, { ...NOTHING_GIVEN, hints }, 0), {
    hints: 2,
    topHints: 2,
    cost: { hints: 3, hint_epsilon_per_account: 6 },
  });
  t.like(peerFacts(undefined, { ...NOTHING_GIVEN, hints: hints.slice(2) }, 0), {
    hints: 1,
    cost: { hints: 1, hint_epsilon_per_account: 3 },
  });
});
