import test from 'ava';
import * as fc from 'fast-check';
import { markingText, parseMarkingText } from '../../../proto/domain/marking-text.ts';
import { CLASSIFICATIONS, MOST_RESTRICTIVE, TLP_LEVELS } from '../../../proto/domain/marking.ts';

const markings = fc.record({
  tlp: fc.constantFrom(...TLP_LEVELS),
  classification: fc.constantFrom(...CLASSIFICATIONS),
  compartments: fc.array(fc.string()),
  groups: fc.array(fc.string()),
});

test('a marking is read back as it was written, and equal texts give one object', (t) => {
  fc.assert(
    fc.property(markings, (marking) => {
      t.deepEqual(parseMarkingText(markingText(marking)), marking);
      return parseMarkingText(markingText(marking)) === parseMarkingText(markingText(marking));
    }),
  );
});

test('a marking that is not known is the most restrictive one', (t) => {
  const unknown = [
    '',
    '{',
    'null',
    '["RED","SECRET",[]]',
    '["PURPLE","SECRET",[],[]]',
    '["RED","COSMIC",[],[]]',
    '["RED","SECRET",[1],[]]',
    '["RED","SECRET",[],"all"]',
    '["RED","SECRET",[],[],"more"]',
  ];
  for (const text of unknown) t.is(parseMarkingText(text), MOST_RESTRICTIVE, text);
});
