import test from 'ava';
import { figuresStandIn } from '../../../../node/triage/advice/figures.ts';

const CITED = ['12 transfers in and 3 out within four weeks', 'strength 0.90, EUR 1,250,000.50 on 2031-06-30'];

for (const sentence of [
  'There were 12 transfers in and 3 out.',
  'There were twelve transfers within four weeks.',
  'On 2031-06-30 the sum was 1250000.5 with strength 0.9.',
  'Several transfers came in.',
]) {
  test(`S4-04 figures that the evidence holds stand: ${sentence}`, (t) => {
    t.true(figuresStandIn(sentence, CITED));
  });
}

for (const sentence of [
  'There were 13 transfers.',
  'There were thirteen transfers.',
  'The strength is 0.91.',
  'The sum was 125000050.',
  'Hundreds of transfers came in.',
  'There were ١٢ transfers.',
  'It was half of the income.',
]) {
  test(`S4-04 figures that the evidence does not hold fall: ${sentence}`, (t) => {
    t.false(figuresStandIn(sentence, CITED));
  });
}
