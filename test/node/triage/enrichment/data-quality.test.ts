import test from 'ava';
import { dataQuality, overallQuality } from '../../../../node/triage/enrichment/data-quality.ts';
import { alertOf, listedAlert, matchOf } from '../world.ts';

const FACTS = { customerKnown: true, recordedDateOfBirth: '1980-02-03', confirmedTransfers: 2 };

test('an alert with all that its type needs, fresh and confirmed, is perfect', (t) => {
  const quality = dataQuality(alertOf(), FACTS);
  t.deepEqual(quality, { completeness: 1, freshness: 1, reliability: 1, missingCriticalFields: [] });
  t.is(overallQuality(quality), 1);
});

test('each type misses what it needs: transfers here, matches there', (t) => {
  const { customer } = alertOf();
  t.deepEqual(dataQuality(alertOf({ account: null, transactions: null }), FACTS).missingCriticalFields, [
    'account',
    'transactions',
  ]);
  t.is(dataQuality(alertOf({ account: null, transactions: null }), FACTS).completeness, 5 / 8);
  t.deepEqual(dataQuality(listedAlert('SANCTIONS', []), FACTS).missingCriticalFields, ['matches']);
  t.is(
    dataQuality(listedAlert('PEP', [matchOf()], { customer: { ...customer, dateOfBirth: null } }), FACTS).completeness,
    6 / 7,
  );
});

test('facts are fresh for a week and half worth after a quarter', (t) => {
  const { transactions } = alertOf();
  const freshness = (windowEnd: string): number =>
    dataQuality(alertOf({ transactions: transactions === null ? null : { ...transactions, windowEnd } }), FACTS)
      .freshness;
  t.is(freshness('2031-06-24'), 1);
  t.true(freshness('2031-05-20') < 1 && freshness('2031-05-20') > 0.5);
  t.is(freshness('2031-03-01'), 0.5);
});

test('an unknown customer, another date of birth and unconfirmed transfers each lower reliability', (t) => {
  t.is(dataQuality(alertOf(), { ...FACTS, customerKnown: false }).reliability, 0.5);
  t.is(dataQuality(alertOf(), { ...FACTS, recordedDateOfBirth: '1980-02-04' }).reliability, 0.7);
  t.is(dataQuality(alertOf(), { ...FACTS, confirmedTransfers: 0 }).reliability, 0.5);
});
