import test from 'ava';
import {
  decodeIndicator,
  decodeIndicatorPart,
  decodeSignedIndicator,
  encodeIndicator,
  encodeIndicatorPart,
  encodeSignedIndicator,
} from '../../../proto/codec/indicator.ts';
import type { Indicator, SignedIndicator } from '../../../proto/domain/exchange.ts';
import { codeOf, fuzzParser } from './fuzz.ts';

const LARGE = 10_000_000;
const NONE = new Uint8Array(0);
const bytes = (length: number, value = 1): Uint8Array => new Uint8Array(length).fill(value);

const PART = { epoch: 1, generation: 2, wrappedKey: bytes(60), sealedPayload: bytes(1_052) };
const INDICATOR: Indicator = {
  indicatorId: bytes(16),
  epoch: 1,
  groupCount: 2,
  parts: [PART, PART],
  openedAtMs: 3,
  expiresAtMs: 4,
  replaces: NONE,
  withdrawn: false,
};
const SIGNED: SignedIndicator = {
  position: 5,
  indicator: encodeIndicator(INDICATOR),
  signature: bytes(64),
  salt: bytes(32),
  checkpoint: bytes(200),
  inclusionProof: [bytes(32), bytes(32, 2)],
  leaf: NONE,
};
const ERASED: SignedIndicator = { ...SIGNED, indicator: NONE, signature: NONE, salt: NONE, leaf: bytes(32) };

test('indicators, their parts, signed and erased ones are read as they were written', (t) => {
  t.deepEqual(decodeIndicatorPart(encodeIndicatorPart(PART)), PART);
  for (const change of [{}, { replaces: bytes(16) }, { parts: [], withdrawn: true }]) {
    const indicator = { ...INDICATOR, ...change };
    t.deepEqual(decodeIndicator(encodeIndicator(indicator), LARGE), indicator);
  }
  for (const signed of [SIGNED, ERASED]) {
    const read = decodeSignedIndicator(encodeSignedIndicator(signed), LARGE);
    t.deepEqual(read, { ...signed, indicator: new Uint8Array(signed.indicator) });
  }
});

test('each field is refused outside of its range', (t) => {
  const indicator = (change: Partial<Indicator>): string =>
    codeOf(() => decodeIndicator(encodeIndicator({ ...INDICATOR, ...change }), LARGE));
  t.is(indicator({ indicatorId: bytes(15) }), 'WIRE_FIELD');
  t.is(indicator({ epoch: 0 }), 'WIRE_FIELD');
  t.is(indicator({ replaces: bytes(15) }), 'WIRE_FIELD');
  t.is(indicator({ parts: Array.from({ length: 1_025 }, () => ({ ...PART, sealedPayload: NONE })) }), 'WIRE_FIELD');
  t.is(indicator({ parts: [{ ...PART, sealedPayload: bytes(4_097) }] }), 'WIRE_FIELD');
  const signed = (change: Partial<SignedIndicator>): string =>
    codeOf(() => decodeSignedIndicator(encodeSignedIndicator({ ...SIGNED, ...change }), LARGE));
  t.is(signed({ signature: NONE }), 'WIRE_FIELD');
  t.is(signed({ salt: bytes(31) }), 'WIRE_FIELD');
  t.is(signed({ inclusionProof: [bytes(31)] }), 'WIRE_FIELD');
  t.is(signed({ inclusionProof: Array.from({ length: 65 }, () => bytes(32)) }), 'WIRE_FIELD');
  t.is(signed({ checkpoint: bytes(65_537) }), 'WIRE_FIELD');
});

test('an indicator is whole or erased, and never something between', (t) => {
  for (const change of [{ indicator: SIGNED.indicator }, { signature: SIGNED.signature }, { salt: SIGNED.salt }])
    t.is(
      codeOf(() => decodeSignedIndicator(encodeSignedIndicator({ ...ERASED, ...change }), LARGE)),
      'WIRE_FIELD',
    );
  t.is(
    codeOf(() => decodeSignedIndicator(encodeSignedIndicator({ ...ERASED, leaf: bytes(31) }), LARGE)),
    'WIRE_FIELD',
  );
});

test('any bytes are an indicator, or are refused', (t) => {
  fuzzParser((input) => decodeIndicator(input, LARGE), encodeIndicator(INDICATOR));
  fuzzParser(decodeIndicatorPart, encodeIndicatorPart(PART));
  fuzzParser((input) => decodeSignedIndicator(input, LARGE), encodeSignedIndicator(SIGNED));
  fuzzParser((input) => decodeSignedIndicator(input, LARGE), encodeSignedIndicator(ERASED));
  t.pass();
});
