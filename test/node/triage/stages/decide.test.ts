import test from 'ava';
import * as fc from 'fast-check';
import type { Enrichment } from '../../../../node/triage/enrichment/enrichment.ts';
import { decide, type DecisionSettings, matrix, riskBand, severity } from '../../../../node/triage/stages/decide.ts';
import { enrich } from '../../../../node/triage/stages/enrich.ts';
import type { RiskAssessment } from '../../../../node/triage/stages/risk.ts';
import type { Alert } from '../../../../proto/domain/alert.ts';
import { alertOf, enrichDeps, hintOn, indicatorOn, listedAlert, matchOf, openWorld, RAISED_MS } from '../world.ts';

const SETTINGS: DecisionSettings = {
  riskHigh: 70,
  riskSevere: 85,
  autoClearConfidence: 0.85,
  escalateL2Confidence: 0.7,
};

async function enriched(alert: Alert, given: Parameters<typeof enrichDeps>[1] = {}): Promise<Enrichment> {
  const world = await openWorld([
    { from: 'beta/b1', to: 'a1', daysBefore: 3 },
    { from: 'beta/b2', to: 'a1', daysBefore: 4 },
    { from: 'beta/b2', to: 'a1', daysBefore: 5 },
  ]);
  return enrich(enrichDeps(world, given), { alert, asOfMs: RAISED_MS }, new AbortController().signal);
}

const plain = await enriched(alertOf());
const risk = (riskScore: number, riskConfidence = 0.95): RiskAssessment => ({
  riskScore,
  riskConfidence,
  components: { customer: 0, geographic: 0, transaction: 0, adverse_media: 0, network: 0 },
  contributions: [],
  beyondTraining: [],
});
const decided = (enrichment: Enrichment, score: number, confidence?: number) =>
  decide(SETTINGS, enrichment, risk(score, confidence), null);

for (const [score, band, disposition] of [
  [30.999, 'LOW', 'AUTO_CLEAR'],
  [31, 'MEDIUM', 'ESCALATE_L2'],
  [69, 'MEDIUM', 'ESCALATE_L2'],
  [69.999, 'MEDIUM', 'ESCALATE_L2'],
  [70, 'HIGH', 'ESCALATE_L3'],
  [84, 'HIGH', 'ESCALATE_L3'],
  [84.999, 'HIGH', 'ESCALATE_L3'],
  [85, 'SEVERE', 'ESCALATE_SAR'],
  [100, 'SEVERE', 'ESCALATE_SAR'],
] as const) {
  test(`S4-16 a score of ${score} is ${band} and ${disposition}`, (t) => {
    t.is(riskBand(score, SETTINGS), band);
    t.is(matrix(score, 1, SETTINGS), disposition);
    t.is(decided(plain, score).disposition, disposition);
  });
}

test('S4-16 the thresholds are settings, and bands move with them', (t) => {
  const settings = { ...SETTINGS, riskHigh: 50, riskSevere: 60 };
  t.deepEqual(
    [49, 50, 60].map((score) => riskBand(score, settings)),
    ['MEDIUM', 'HIGH', 'SEVERE'],
  );
  t.deepEqual(
    [49, 50, 60].map((score) => matrix(score, 1, settings)),
    ['ESCALATE_L2', 'ESCALATE_L3', 'ESCALATE_SAR'],
  );
});

test('a low score clears only where the data are complete enough', (t) => {
  t.is(matrix(10, 0.8, SETTINGS), 'AUTO_CLEAR');
  t.is(matrix(10, 0.799, SETTINGS), 'ESCALATE_L2');
});

/** Data quality of `plain` is 1, so confidence is 0.4 + 0.6 · risk confidence. */
test('S4-15 a cleared alert goes to a person below the auto-clear confidence, at it not', (t) => {
  t.is(decided(plain, 10, 0.75).confidence, 0.85);
  t.false(decided(plain, 10, 0.75).humanReview);
  t.true(decided(plain, 10, 0.7499).humanReview);
  t.is(decided(plain, 10, 0.7499).disposition, 'AUTO_CLEAR');
});

test('S4-15 any alert goes to a person below the L2 confidence, at it not', (t) => {
  t.is(decided(plain, 50, 0.5).confidence, 0.7);
  t.false(decided(plain, 50, 0.5).humanReview);
  t.true(decided(plain, 50, 0.4999).humanReview);
});

test('S4-15 the gates are confidences, not risks: they set no disposition', (t) => {
  const dispositions = [0, 0.3, 0.6, 0.9, 1].map((confidence) => decided(plain, 50, confidence).disposition);
  t.deepEqual(new Set(dispositions), new Set(['ESCALATE_L2']));
});

test('what goes to L3 or above goes to a person, however sure', (t) => {
  t.deepEqual(
    [75, 90].map((score) => decided(plain, score, 1).humanReview),
    [true, true],
  );
});

test('S4-05 a direct sanctions match blocks, whatever the score', async (t) => {
  const listed = await enriched(listedAlert('SANCTIONS', [matchOf()]));
  const outcome = decided(listed, 0);
  t.is(outcome.disposition, 'BLOCK_TRANSACTION');
  t.is(outcome.reviewer, 'Senior Compliance Officer');
  t.true(outcome.humanReview);
});

test('S4-05 a sanctions match without date of birth goes to L3', async (t) => {
  t.is(
    decided(await enriched(listedAlert('SANCTIONS', [matchOf({ listDateOfBirth: null })])), 0).disposition,
    'ESCALATE_L3',
  );
});

test('S4-05 a listed person that one attribute contradicts is never cleared; two contradictions allow it', async (t) => {
  const other = matchOf({ listDateOfBirth: '1931-01-02' });
  t.is(decided(await enriched(listedAlert('SANCTIONS', [other])), 0).disposition, 'ESCALATE_L2');
  const ruledOut = await enriched(listedAlert('SANCTIONS', [{ ...other, listCountry: 'IR' }]));
  t.is(decided(ruledOut, 0).disposition, 'AUTO_CLEAR');
});

test('S4-05 a sanctions alert without matches is never cleared', async (t) => {
  const outcome = decided(await enriched(listedAlert('SANCTIONS', [])), 0);
  t.is(outcome.disposition, 'ESCALATE_L2');
  t.true(outcome.humanReview);
  t.true(outcome.reasons.includes('EVIDENCE_MISSING'));
});

test('S4-05 a politically exposed person with adverse media goes to L3', async (t) => {
  const hit = {
    listName: 'media',
    listVersion: '1',
    listKind: 'ADVERSE_MEDIA',
    entryId: 'm1',
    name: 'Ada Example',
    nameScore: 1,
    nameFeatures: [],
    datesOfBirth: ['1980-02-03'],
    countries: ['NL'],
    programs: [],
  } as const;
  const exposed = listedAlert('PEP', [matchOf()]);
  t.is(decided(await enriched(exposed), 0).disposition, 'ESCALATE_L2');
  t.is(decided(await enriched(exposed, { hits: [hit] }), 0).disposition, 'ESCALATE_L3');
});

test('S4-05 an unknown customer is never cleared', async (t) => {
  const { customer } = alertOf();
  const stranger = alertOf({ customer: { ...customer, customerId: 'nobody' as typeof customer.customerId } });
  const outcome = decided(await enriched(stranger), 0);
  t.is(outcome.disposition, 'ESCALATE_L2');
  t.true(outcome.reasons.includes('CUSTOMER_UNKNOWN'));
});

test('S4-05 too little data, conflicting evidence and novel behaviour each ask for a person', async (t) => {
  const { customer } = alertOf();
  const bare = { ...customer, dateOfBirth: null, addresses: [], nationality: null, industry: null };
  const incomplete = decided(await enriched(alertOf({ customer: bare, transactions: null })), 0);
  t.true(incomplete.reasons.includes('DATA_INCOMPLETE'));
  const conflicting = decided(await enriched(listedAlert('PEP', [matchOf({ listDateOfBirth: '1931-01-02' })])), 0);
  t.true(conflicting.reasons.includes('EVIDENCE_CONFLICTING'));
  const novel = { ...risk(0), beyondTraining: ['a', 'b', 'c'] };
  const strange = decide(SETTINGS, plain, novel, null);
  t.true(strange.reasons.includes('PATTERN_NOVEL'));
  for (const outcome of [incomplete, conflicting, strange]) {
    t.is(outcome.disposition, 'ESCALATE_L2');
    t.true(outcome.humanReview);
  }
});

test('what peers gave may raise to L3 and is never the only ground for a report', async (t) => {
  const given = await enriched(alertOf(), { indicators: [indicatorOn('a1')] });
  const outcome = decide(SETTINGS, given, risk(99), risk(10));
  t.is(outcome.disposition, 'ESCALATE_L3');
  t.true(outcome.reasons.includes('PEERS_ALONE_DO_NOT_REPORT'));
  t.like(outcome.counterfactual, { riskScoreAlone: 10, dispositionAlone: 'AUTO_CLEAR' });
});

test('what would be reported without peers is reported with them', async (t) => {
  const given = await enriched(alertOf(), { indicators: [indicatorOn('a1')] });
  t.is(decide(SETTINGS, given, risk(99), risk(86)).disposition, 'ESCALATE_SAR');
});

test('an indicator on the account is looked at by a person or a rule, never cleared', async (t) => {
  const given = await enriched(alertOf(), { indicators: [indicatorOn('a1')] });
  t.is(decide(SETTINGS, given, risk(5), risk(5)).disposition, 'ESCALATE_L2');
});

test('no word of a peer clears: with peers an alert is never below what it is without them', async (t) => {
  const given = await enriched(alertOf(), { hints: [hintOn('beta/b1', 0), hintOn('beta/b2', 0)] });
  const score = fc.double({ min: 0, max: 100, noNaN: true });
  fc.assert(
    fc.property(score, score, (joint, alone) => {
      const outcome = decide(SETTINGS, given, risk(joint), risk(alone));
      const bare = decide(SETTINGS, plain, risk(alone), null);
      t.true(severity(outcome.disposition) >= severity(bare.disposition));
      if (severity(outcome.disposition) > severity('ESCALATE_L3')) t.is(outcome.disposition, bare.disposition);
    }),
  );
});

test('where peers gave nothing there is no counterfactual', (t) => {
  t.is(decided(plain, 50).counterfactual, null);
});
