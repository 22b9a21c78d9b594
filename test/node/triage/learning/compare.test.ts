import test from 'ava';
import { assertUnseen, compareScorers, laterThan } from '../../../../node/triage/learning/compare.ts';
import { trainScorer } from '../../../../node/triage/learning/train.ts';
import { guideScorer } from '../../../../node/triage/models/guide.ts';
import { rowsOf } from './rows.ts';

const OPTIONS = { name: 'alpha', version: '1', missRate: 0.01 };
const GUIDE = guideScorer();
/** One-off counterparties speak against guilt here, which the guide cannot know. */
const STRANGE = { slope: -2, intercept: 1 };
const ROWS = rowsOf(600, STRANGE);
const MODEL = trainScorer(ROWS.slice(0, 300), GUIDE, OPTIONS);

test('M-08 a candidate is compared with the model in force on later alerts, with intervals', (t) => {
  const held = laterThan(ROWS, MODEL);
  t.is(held.length, 300);
  const { against, candidate, gain, inForce, positives, rows } = compareScorers(held, MODEL, GUIDE);
  t.deepEqual([against, rows, positives], ['guide/1', 300, held.filter(({ positive }) => positive).length]);
  t.true(Math.abs(gain.averagePrecision.value - (candidate.averagePrecision - inForce.averagePrecision)) < 1e-5);
  t.true(gain.averagePrecision.low <= gain.averagePrecision.value);
  t.true(gain.averagePrecision.high >= gain.averagePrecision.value);
  t.deepEqual(compareScorers(held, MODEL, GUIDE), compareScorers(held, MODEL, GUIDE));
});

test('M-08 a model that is as good as the other has a gain of nothing', (t) => {
  const { gain } = compareScorers(laterThan(ROWS, MODEL), MODEL, { ...MODEL, version: '2' });
  t.deepEqual(gain.averagePrecision, { value: 0, low: 0, high: 0 });
});

test('M-08 alerts that either model was trained on are refused for a comparison', (t) => {
  t.throws(() => compareScorers(ROWS.slice(299), MODEL, GUIDE), { code: 'TRIAGE_MODEL_OVERLAP' });
  t.throws(() => compareScorers(ROWS.slice(299), GUIDE, MODEL), { code: 'TRIAGE_MODEL_OVERLAP' });
  t.throws(() => assertUnseen(ROWS, MODEL), { code: 'TRIAGE_MODEL_OVERLAP' });
  t.throws(() => compareScorers([], MODEL, GUIDE), { code: 'TRIAGE_MODEL_ROWS' });
});
