import test from 'ava';
import type { ConcordatError } from '../../../../proto/domain/errors.ts';
import { parseScorerArtefact } from '../../../../node/triage/models/scorer-artefact.ts';
import { SCORER } from '../world.ts';

function refusedField(change: Readonly<Record<string, unknown>>): unknown {
  try {
    parseScorerArtefact({ ...SCORER, ...change });
  } catch (error) {
    return (error as ConcordatError).detail['field'];
  }
  return undefined;
}

const subjectWith = (feature: string, change: Readonly<Record<string, number>>): unknown => ({
  ...SCORER.subject,
  terms: SCORER.subject.terms.map((term) => (term.feature === feature ? { ...term, ...change } : term)),
});

test('the shipped artefact is well-formed and says what it was trained on', (t) => {
  t.is(SCORER.training.rowDigests.length, SCORER.training.rows);
  t.true(SCORER.training.positives > 0 && SCORER.training.positives < SCORER.training.rows);
});

test('a feature that nobody computes is refused', (t) => {
  const terms = [...SCORER.subject.terms, { feature: 'shoe_size', weight: 1, center: 0 }];
  t.regex(String(refusedField({ subject: { ...SCORER.subject, terms } })), /^subject\.terms/);
});

test('a scorer in which a peer could weigh against the score is refused', (t) => {
  t.is(refusedField({ subject: subjectWith('hint_excess', { weight: -0.1 }) }), 'subject.hint_excess');
  t.is(refusedField({ subject: subjectWith('hint_excess', { center: 0.2 }) }), 'subject.hint_excess');
});

test('a falling weight of a rising feature is refused', (t) => {
  t.is(refusedField({ subject: subjectWith('one_off_senders', { weight: -1 }) }), 'subject.one_off_senders');
});

test('weights that do not sum to 1, and a scale that falls or overflows them, are refused', (t) => {
  const weights = { ...SCORER.weights, PEP: { ...SCORER.weights.PEP, customer: 0.9 } };
  t.regex(String(refusedField({ weights })), /^weights/);
  const knots = (...points: number[]) => ({
    ...SCORER.scale,
    knots: points.map((at, place) => ({ logOdds: place, points: at })),
  });
  t.regex(String(refusedField({ scale: knots(50, 40) })), /^scale/);
  t.is(refusedField({ scale: knots(0, 95) }), 'scale.knots');
});

test('not finite is not a number here', (t) => {
  t.regex(String(refusedField({ subject: { ...SCORER.subject, intercept: Number.NaN } })), /^subject\.intercept/);
});
