import test from 'ava';
import { LIMITS } from '../../../../config/settings/limits.ts';
import { DifferenceCount } from '../../../../node/triage/replay/difference-report.ts';
import type { Decision, Disposition } from '../../../../proto/domain/decision.ts';

function decision(alertId: string, disposition: Disposition, byCode = disposition): Decision {
  const advice = byCode === disposition ? {} : { advice: { dispositionByCode: byCode } };
  // Of a decision the report looks at nothing else.
  return { alertId, disposition, riskScore: 10, confidence: 0.9, ...advice } as unknown as Decision;
}

const again = (disposition: Disposition, riskScore = 10) => ({ disposition, riskScore, confidence: 0.9 });

test('M-09 the report counts by where alerts went from and to, the furthest first', (t) => {
  const count = new DifferenceCount();
  count.add(decision('a', 'AUTO_CLEAR'), again('AUTO_CLEAR'), null);
  count.add(decision('b', 'AUTO_CLEAR'), again('ESCALATE_L2', 40), 'FALSE_POSITIVE');
  count.add(decision('c', 'AUTO_CLEAR'), again('ESCALATE_SAR', 90), 'TRUE_POSITIVE');
  count.add(decision('d', 'AUTO_CLEAR'), again('ESCALATE_L2', 35), null);
  count.leaveOut();
  const { changes, moves, ...report } = count.report();
  t.deepEqual(report, { alerts: 4, leftOut: 1, moved: 3, rescored: 3 });
  t.deepEqual(moves[0], { from: 'AUTO_CLEAR', to: 'ESCALATE_L2', alerts: 2, truePositives: 0, falsePositives: 1 });
  t.deepEqual(
    changes.map(({ alertId }) => alertId),
    ['c', 'b', 'd'],
  );
});

test('M-09 what a language model raised is no difference of settings', (t) => {
  const count = new DifferenceCount();
  count.add(decision('a', 'ESCALATE_L3', 'ESCALATE_L2'), again('ESCALATE_L2'), null);
  t.is(count.report().moved, 0);
});

test('the report lists so many changes and counts them all', (t) => {
  const count = new DifferenceCount();
  const many = LIMITS.replayChangesShown + 1;
  for (let at = 0; at < many; at += 1) count.add(decision(`a-${at}`, 'AUTO_CLEAR'), again('ESCALATE_L2'), null);
  t.is(count.report().moved, many);
  t.is(count.report().changes.length, LIMITS.replayChangesShown);
});
