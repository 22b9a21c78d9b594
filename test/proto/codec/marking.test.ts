import test from 'ava';
import { array, assert as checkProperty, constantFrom, property, record } from 'fast-check';
import { decodeMarking, encodeMarking } from '../../../proto/codec/marking.ts';
import { CLASSIFICATIONS, MOST_RESTRICTIVE, TLP_LEVELS } from '../../../proto/domain/marking.ts';
import { Marking as WireMarking } from '../../../proto/gen/concordat/v1/marking.ts';
import { codeOf } from './fuzz.ts';

const WIRE: WireMarking = { tlp: 1, classification: 1, compartments: [], groups: [] };

test('a marking is read as it was written', (t) => {
  const labels = array(constantFrom('one', 'two', 'three'), { maxLength: 5 });
  const markings = record({
    tlp: constantFrom(...TLP_LEVELS),
    classification: constantFrom(...CLASSIFICATIONS),
    compartments: labels,
    groups: labels,
  });
  checkProperty(property(markings, (marking) => t.deepEqual(decodeMarking(encodeMarking(marking)), marking)));
  t.pass();
});

test('what is absent or unknown is the most restrictive, and never an error', (t) => {
  t.deepEqual(decodeMarking(undefined), MOST_RESTRICTIVE);
  for (const change of [{ tlp: 0 }, { tlp: 9 }, { tlp: -1 }, { classification: 0 }, { classification: 6 }])
    t.deepEqual(decodeMarking({ ...WIRE, ...(change as Partial<WireMarking>) }), MOST_RESTRICTIVE);
});

test('labels are compared in one spelling, and are bounded in number and length', (t) => {
  t.deepEqual(decodeMarking({ ...WIRE, groups: ['ＦＩＵ', 'Straße'] }).groups, ['fiu', 'straße']);
  const groups = (...labels: readonly string[]): string =>
    codeOf(() => decodeMarking({ ...WIRE, groups: [...labels] }));
  t.is(groups(...Array.from({ length: 64 }, (_, place) => `${place}`)), 'none');
  t.is(groups(...Array.from({ length: 65 }, (_, place) => `${place}`)), 'WIRE_FIELD');
  t.is(groups('x'.repeat(129)), 'WIRE_FIELD');
  t.is(groups(''), 'WIRE_FIELD');
  t.is(groups('\u0000nobody'), 'WIRE_FIELD', 'what stands for nobody cannot be sent');
});
