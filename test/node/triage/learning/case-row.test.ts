import test from 'ava';
import { TYPOLOGIES } from '../../../../config/typologies/reference.ts';
import { detect } from '../../../../node/triage/detectors/detect.ts';
import { accountFeatures } from '../../../../node/triage/features/account-features.ts';
import { caseFacts } from '../../../../node/triage/features/case-facts.ts';
import { ownFeatures, seenFeatures } from '../../../../node/triage/features/own-features.ts';
import { caseCounterparties, ownValuesOf, rowDigest } from '../../../../node/triage/learning/case-row.ts';
import { alertOf, neighbourhoodOf, SCORER, type TransferRow } from '../world.ts';

const TRANSFERS: readonly TransferRow[] = [
  { from: 'beta/b1', to: 'a1', daysBefore: 9 },
  { from: 'beta/b2', to: 'a1', daysBefore: 8 },
  { from: 'a1', to: 'a2', daysBefore: 7 },
  { from: 'a1', to: 'beta/b3', daysBefore: 6 },
  { from: 'a2', to: 'a1', daysBefore: 5 },
  { from: 'beta/b1', to: 'beta/b3', daysBefore: 4 },
];

test('a row gives a model the features that a decision gives it', async (t) => {
  const neighbourhood = await neighbourhoodOf(TRANSFERS);
  const alert = alertOf();
  const hits = detect(neighbourhood, TYPOLOGIES);
  const row = {
    digest: rowDigest('alpha', alert.alertId),
    group: neighbourhood.subject.key,
    asOfMs: alert.raisedAtMs,
    isTransaction: true,
    behaviour: accountFeatures(neighbourhood.subject),
    seen: seenFeatures(neighbourhood, caseFacts(alert), hits),
    counterparties: caseCounterparties(neighbourhood),
    peers: {},
    positive: true,
  };
  const decided = ownFeatures(neighbourhood, caseFacts(alert), hits, SCORER.counterparty);
  const learnt = ownValuesOf(row, SCORER.counterparty);
  t.deepEqual(Object.keys(learnt).sort(), Object.keys(decided).sort());
  for (const [name, value] of Object.entries(decided)) t.true(Math.abs((learnt[name] ?? 9) - value) < 1e-12, name);
  t.true((learnt['outside_one_off_risk'] ?? 0) > 0);
});

test('the digest of a row depends on agency and alert, and tells neither', (t) => {
  t.regex(rowDigest('alpha', 'a-1'), /^[0-9a-f]{16}$/);
  t.is(new Set([rowDigest('alpha', 'a-1'), rowDigest('beta', 'a-1'), rowDigest('alpha', 'a-2')]).size, 3);
});
