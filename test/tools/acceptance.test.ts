import test from 'ava';
import { rowOf } from './acceptance.ts';
import type { TestOutcome } from './test-outcome.ts';

const outcome = (title: string, result: TestOutcome['outcome'] = 'passed'): TestOutcome => ({
  file: 'a',
  title,
  outcome: result,
  reason: '',
});

test('a row is met by a whole test that passed, partly by tests of parts, and by none that was skipped', (t) => {
  t.is(rowOf('F-11', [outcome('F-11 a flag opens at k')]).status, 'met');
  t.is(rowOf('F-11', [outcome('F-11 (k and k − 1) opens')]).status, 'partly');
  t.is(rowOf('F-11', [outcome('F-11 a flag opens at k', 'skipped')]).status, 'none');
  t.is(rowOf('F-11', [outcome('F-11 whole'), outcome('F-11 (part) red', 'failed')]).status, 'failed');
  t.is(rowOf('F-1', [outcome('F-11 whole')]).status, 'none');
});
