import test from 'ava';
import * as fc from 'fast-check';
import { canonicalValue, IDENTIFIER_KINDS } from '../../../crypto/match/canonical-value.ts';

test('spellings of one identifier become one value', (t) => {
  const same = {
    account: ['GB33 BUKB 2020 1555 5555 55', 'gb33bukb20201555555555', ' GB33\tBUKB20201555555555\n'],
    wallet: ['0xAbCdef0123', ' 0xABCDEF0123', '0xabcdef0123'],
    national_id: ['AB-12.34/x', 'ab1234X', 'ＡＢ１２３４ｘ'],
    phone: ['+44 (0)20 7946-0000', '0044 20 7946 0000', '442079460000', '0000442079460000'],
    email: ['Ann@Example.ORG', ' ann@example.org '],
    name_dob: ['Ann  Lee|1970-01-02', 'ANN LEE|1970-01-02', 'ann\u200b lee|1970-01-02'],
    name_key: ['jn sm', ' JN   SM '],
  } as const;
  for (const kind of IDENTIFIER_KINDS) {
    const values = same[kind].map((text) => canonicalValue(kind, text));
    t.is(new Set(values).size, 1, `${kind}: ${values.join(' | ')}`);
  }
});

test('what differs stays apart', (t) => {
  const apart = {
    account: ['AB-1', 'AB1'],
    wallet: ['1BoatSLRHtKNngkdXEeobR76b53LETtpyT', '1boatslrhtknngkdxeeobr76b53lettpyt'],
    national_id: ['A1', 'B1'],
    phone: ['4420', '4421'],
    email: ['a.b@c.d', 'ab@c.d'],
    name_dob: ['ANN LEE|1970-01-02', 'ANNLEE|1970-01-02'],
    name_key: ['JN SM', 'JNSM'],
  } as const;
  for (const kind of IDENTIFIER_KINDS)
    t.not(canonicalValue(kind, apart[kind][0]), canonicalValue(kind, apart[kind][1]), kind);
});

test('nothing is left of blanks and of marks without letters or digits', (t) => {
  for (const kind of IDENTIFIER_KINDS) t.is(canonicalValue(kind, ' \t\u200b\u0000'), undefined);
  t.is(canonicalValue('phone', 'unknown'), undefined);
  t.is(canonicalValue('national_id', '---'), undefined);
});

test('the canonical value is its own canonical value, for any text and every code point', (t) => {
  fc.assert(
    fc.property(fc.constantFrom(...IDENTIFIER_KINDS), fc.string({ unit: 'binary' }), (kind, text) => {
      const value = canonicalValue(kind, text);
      return value === undefined || canonicalValue(kind, value) === value;
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...IDENTIFIER_KINDS), fc.stringMatching(/^[0xX ()A-Fa-f+-]{0,12}$/), (kind, text) => {
      const value = canonicalValue(kind, text);
      return value === undefined || canonicalValue(kind, value) === value;
    }),
    { numRuns: 500 },
  );
  // Beyond these planes no character has case or a compatibility form but for U+2F800 to U+2FA1F.
  const points = Array.from({ length: 0x2_0000 }, (_, index) => index);
  const unstable = [...points, ...points.slice(0, 0x220).map((index) => 0x2_f800 + index)].filter((point) => {
    const value = canonicalValue('name_dob', `A${String.fromCodePoint(point)}b`) ?? '';
    return canonicalValue('name_dob', value) !== value;
  });
  t.deepEqual(unstable, []);
});
