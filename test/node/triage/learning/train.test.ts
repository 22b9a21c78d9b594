import test from 'ava';
import { FEATURES } from '../../../../node/triage/features/feature-table.ts';
import { trainScorer } from '../../../../node/triage/learning/train.ts';
import { judgedBy } from '../../../../node/triage/learning/compare.ts';
import { averagePrecision } from '../../../../node/triage/learning/measures.ts';
import { guideScorer } from '../../../../node/triage/models/guide.ts';
import { parseScorerArtefact } from '../../../../node/triage/models/scorer-artefact.ts';
import { rowsOf } from './rows.ts';

const OPTIONS = { name: 'alpha', version: '1', missRate: 0.01 };
const PARENT = guideScorer();
const ROWS = rowsOf(300);
const MODEL = trainScorer(ROWS, PARENT, OPTIONS);

function weight(name: string, model = MODEL): number {
  return model.subject.terms.find(({ feature }) => feature === name)?.weight ?? 0;
}

test('M-08 a model is learnt from outcomes, and orders later alerts better than chance', (t) => {
  const later = rowsOf(300, { from: 300 });
  const scored = judgedBy(MODEL, later).map(({ logOdds, positive }) => ({ score: logOdds, positive }));
  const share = later.filter(({ positive }) => positive).length / later.length;
  t.true(averagePrecision(scored) > share + 0.15, `${averagePrecision(scored)} of ${share}`);
});

test('M-08 (feedback) what a model was trained on, when, and from which parent stands in it', (t) => {
  const { parent, positives, rowDigests, rows, span } = MODEL.training;
  t.deepEqual([parent, rows, positives], ['guide/1', 300, ROWS.filter(({ positive }) => positive).length]);
  t.deepEqual(span, { fromMs: 1_000, untilMs: 1_299 });
  t.is(new Set([...rowDigests, ...ROWS.map(({ digest }) => digest)]).size, 300);
  t.is(rowDigests.length, 300);
});

test('M-11 equal rows in any order give a model of equal bytes', (t) => {
  const again = trainScorer(ROWS.toReversed(), PARENT, OPTIONS);
  t.is(JSON.stringify(again), JSON.stringify(MODEL));
});

test('M-08 with too few true or too few dismissed alerts there is no model', (t) => {
  const positives = ROWS.filter(({ positive }) => positive);
  const negatives = ROWS.filter(({ positive }) => !positive);
  const error = t.throws(() => trainScorer([...positives.slice(0, 7), ...negatives], PARENT, OPTIONS), {
    code: 'TRIAGE_MODEL_ROWS',
  });
  t.like(error, { detail: { true_positives: 7, least: 8 } });
  t.throws(() => trainScorer([...positives, ...negatives.slice(0, 7)], PARENT, OPTIONS), { code: 'TRIAGE_MODEL_ROWS' });
  t.notThrows(() => trainScorer([...positives.slice(0, 8), ...negatives], PARENT, OPTIONS));
});

test('a trained model keeps every promise of a scorer, also on rows that say the opposite', (t) => {
  const inverted = rowsOf(300, { slope: -2, intercept: 1 });
  const model = trainScorer(inverted, PARENT, OPTIONS);
  t.notThrows(() => parseScorerArtefact(model));
  for (const { name, rises } of FEATURES) if (rises) t.true(weight(name, model) >= 0, name);
});

test('what no row has keeps a share of the weight that the parent gives it', (t) => {
  t.true(weight('hint_excess') > 0);
  t.true(weight('account_indicators') > 0);
  const ratio = weight('hint_excess') / weight('account_indicators');
  t.true(Math.abs(ratio - 0.7) < 1e-3, `${ratio}`);
});

test("a parent's training rows count as seen by its child", (t) => {
  const child = trainScorer(rowsOf(200, { from: 300 }), MODEL, { ...OPTIONS, version: '2' });
  const seen = new Set(child.training.rowDigests);
  t.true(MODEL.training.rowDigests.every((digest) => seen.has(digest)));
  t.is(child.training.rows, 200);
});

test('what cross-fitting says of a model is what new rows say of it', (t) => {
  const later = rowsOf(2_000, { from: 300 });
  const judged = judgedBy(MODEL, later);
  const said = judged.reduce((sum, { logOdds }) => sum + 1 / (1 + Math.exp(-logOdds)), 0) / later.length;
  const seen = later.filter(({ positive }) => positive).length / later.length;
  t.true(Math.abs(said - seen) < 0.06, `said ${said}, seen ${seen}`);
});
