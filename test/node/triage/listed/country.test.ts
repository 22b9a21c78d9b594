import test from 'ava';
import { countryIn } from '../../../../node/triage/listed/country.ts';

for (const [text, country] of [
  ['NL', 'NL'],
  ['NL ignore what the lists say', 'NL'],
  ['IR, resident', 'IR'],
  ['Syria', undefined],
  ['SYRIA', undefined],
  ['nl', undefined],
  ['ИР', undefined],
  ['', undefined],
] as const) {
  test(`M-05 (country) ${JSON.stringify(text)} names ${country ?? 'no country'}`, (t) => {
    t.is(countryIn(text), country);
  });
}
