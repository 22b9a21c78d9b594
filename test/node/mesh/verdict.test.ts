import test from 'ava';
import { toGossipsub, verdictOf } from '../../../node/mesh/verdict.ts';
import { ConcordatError, VERDICTS } from '../../../proto/domain/errors.ts';

test('each verdict has its counterpart in gossipsub', (t) => {
  t.deepEqual(VERDICTS.map(toGossipsub), ['accept', 'ignore', 'reject']);
});

test('a thrown refusal keeps its verdict but never accepts; anything else thrown is ignored', (t) => {
  const thrown = (verdict: 'accept' | 'ignore' | 'reject') => verdictOf(new ConcordatError('A_CODE', '', { verdict }));
  t.deepEqual([thrown('reject'), thrown('ignore'), thrown('accept')], ['reject', 'ignore', 'ignore']);
  t.deepEqual(
    [verdictOf(new TypeError('bug')), verdictOf('text'), verdictOf(undefined)],
    ['ignore', 'ignore', 'ignore'],
  );
});
