import test from 'ava';
import { compareBirthDates } from '../../../../node/triage/listed/birth-date.ts';

for (const [customer, listed, expected] of [
  ['1975-05-22', ['1975-05-22'], 'same'],
  ['1975-05-12', ['1975-12-05'], 'swapped'],
  ['1975-05-22', ['1975'], 'partial'],
  ['1975-05-22', ['1975-05'], 'partial'],
  ['1975-05-22', ['1975-06'], 'near'],
  ['1975-05-22', ['1975-01-01'], 'partial'],
  ['1975-05-22', ['1974-12-30'], 'near'],
  ['1975-05-22', ['1976'], 'near'],
  ['1975-05-22', ['1973-05-22'], 'other'],
  ['1975-05-22', ['circa 1975'], 'unknown'],
  ['1975-05-22', [], 'unknown'],
  [null, ['1975-05-22'], 'unknown'],
  ['1975-05-22', ['1930', '1975-05-22'], 'same'],
] as const) {
  test(`${customer ?? 'nothing'} against ${listed.join(' or ') || 'nothing'} is ${expected}`, (t) => {
    t.is(compareBirthDates(customer, listed), expected);
  });
}
