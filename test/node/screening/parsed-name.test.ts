import test from 'ava';
import { parseName } from '../../../node/screening/parsed-name.ts';

function partsOf(name: string, type: 'INDIVIDUAL' | 'BUSINESS' | null): string[] {
  return parseName(name, type).parts.map((part) => `${part.text}:${part.role}`);
}

test('the surname is what stands before a comma, else the last word', (t) => {
  t.deepEqual(partsOf('Frost, William W.', 'INDIVIDUAL'), ['william:word', 'w:initial', 'frost:family']);
  t.deepEqual(partsOf('Dr. Anna bin Beispiel', 'INDIVIDUAL'), [
    'dr:title',
    'anna:word',
    'bin:particle',
    'beispiel:family',
  ]);
});

test('names in other scripts are written in Latin letters, ideographs and syllables one by one', (t) => {
  t.deepEqual(partsOf('Ротенберг Аркадий', 'INDIVIDUAL'), ['rotenberg:word', 'arkadiy:family']);
  t.deepEqual(partsOf('习近平', 'INDIVIDUAL'), ['xi:word', 'jin:word', 'ping:word']);
  t.is(parseName('김정은', 'INDIVIDUAL').parts.length, 3);
});

test('forms of organisations are taken off in every spelling, and their class kept', (t) => {
  for (const [name, form] of [
    ['Siemens Aktiengesellschaft', 'stock'],
    ['OOO Siemens', 'limited'],
    ['Siemens, G.m.b.H.', 'limited'],
    ['Siemens Sp. z o.o.', 'limited'],
    ['Open Joint Stock Company Siemens', 'stock'],
    ['Siemens S.A. de C.V.', 'stock'],
  ] as const) {
    const parsed = parseName(name, 'BUSINESS');
    t.deepEqual(
      parsed.parts.map((part) => part.text),
      ['siemens'],
      name,
    );
    t.true(parsed.forms.includes(form), name);
  }
});

test('an organisation that is called only by its form or a number keeps it', (t) => {
  t.deepEqual(partsOf('Limited', 'BUSINESS'), ['limited:generic']);
  t.is(parseName('21', 'BUSINESS').parts.length, 1);
});

test('numbers are read as digits, words and Roman numerals', (t) => {
  t.deepEqual(parseName('Brigade Forty-Four', 'BUSINESS').numbers, [44]);
  t.deepEqual(parseName('Fund XIII L.P.', 'BUSINESS').numbers, [13]);
  t.deepEqual(parseName('Three Percenters 7', 'BUSINESS').numbers, [3, 7]);
});

test('digits in the middle of a person\u2019s name are read as the letters they stand for', (t) => {
  t.deepEqual(partsOf('Ig0r Sech1n', 'INDIVIDUAL'), ['igor:word', 'sechin:family']);
});

test('single letters with points are one word of an organisation', (t) => {
  t.deepEqual(partsOf('A.B.C. Company', 'BUSINESS'), ['abc:word']);
});

test('without a type a name with an organisation\u2019s form is an organisation\u2019s', (t) => {
  t.false(parseName('Oboronnye Initsiativy OOO', null).isPerson);
  t.true(parseName('Anna Beispiel', null).isPerson);
});

test('a name of endless words or letters is cut', (t) => {
  t.is(parseName('x y '.repeat(500), 'INDIVIDUAL').parts.length, 24);
  t.is(parseName('x'.repeat(1_000), 'INDIVIDUAL').parts[0]?.text.length, 48);
});
