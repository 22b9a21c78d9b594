import test from 'ava';
import {
  decodeFlagBatch,
  decodeFlagPayload,
  decodeHintBatch,
  decodeReceiptBody,
  decodeSummary,
  decodeWithdrawal,
  decodeWithdrawalAnswer,
  encodeFlagBatch,
  encodeFlagPayload,
  encodeHintBatch,
  encodeReceiptBody,
  encodeSummary,
  encodeWithdrawal,
  encodeWithdrawalAnswer,
} from '../../../proto/codec/payload.ts';
import {
  type FlagItem,
  type FlagPayload,
  type HintBatch,
  IDENTIFIER_TYPES,
  type MatchReceiptBody,
  SUMMARY_OUTCOMES,
  type Summary,
  WITHDRAWAL_RESULTS,
  type Withdrawal,
  type WithdrawalAnswer,
} from '../../../proto/domain/exchange.ts';
import { asId } from '../../../proto/domain/ids.ts';
import { codeOf, fuzzParser } from './fuzz.ts';

const LARGE = 10_000_000;
const bytes = (length: number, value = 1): Uint8Array => new Uint8Array(length).fill(value);

const SUMMARY: Summary = {
  windowStartMs: 1,
  windowEndMs: 2,
  epsilon: 0.5,
  capPerCustomer: 2,
  minimumCell: 5,
  cells: SUMMARY_OUTCOMES.map((outcome) => ({
    typology: 'fan',
    jurisdiction: 'XX',
    channel: 'wire',
    outcome,
    count: 7,
  })),
};
const FLAG_ITEM: FlagItem = { tag: bytes(16), share: bytes(32), sealedPart: bytes(1_180), handle: bytes(16, 2) };
const FLAG: FlagPayload = {
  identifierType: 'account',
  identifier: 'account-1',
  holderAgency: 'agency-1',
  epoch: 3,
  typologies: ['fan', 'cycle'],
  firstSeenMs: 1,
  lastSeenMs: 2,
};
const HINTS: HintBatch = {
  round: 1,
  asOfMs: 9,
  epsilon: 3,
  buckets: 4,
  hints: [
    { accountId: 'a', bucket: 0 },
    { accountId: 'b', bucket: 3 },
  ],
  last: true,
};
const WITHDRAWAL: Withdrawal = {
  withdrawalId: bytes(16),
  headerHashes: [bytes(32), bytes(32, 2)],
  flagHandles: [bytes(16, 3)],
};
const ANSWER: WithdrawalAnswer = {
  withdrawalId: bytes(16),
  headerHash: bytes(32),
  result: 'kept',
  ground: 'a court’s order',
  backupsGoneAtMs: 5,
};
const RECEIPT: MatchReceiptBody = {
  askerPeerId: asId('asker'),
  answererPeerId: asId('answerer'),
  epoch: 1,
  keyId: bytes(32),
  requestHash: bytes(32),
  counts: [{ tokenType: 'account', count: 3 }],
  gateway: 'synthetic',
  purpose: 'aml',
  caseHandle: 'case-1',
  answeredAtMs: 4,
};

test('every payload is read as it was written', (t) => {
  t.deepEqual(decodeSummary(encodeSummary(SUMMARY), LARGE), SUMMARY);
  t.deepEqual(decodeFlagBatch(encodeFlagBatch([FLAG_ITEM, FLAG_ITEM]), LARGE), [FLAG_ITEM, FLAG_ITEM]);
  for (const identifierType of IDENTIFIER_TYPES) {
    const flag = { ...FLAG, identifierType };
    t.deepEqual(decodeFlagPayload(encodeFlagPayload(flag), LARGE), flag);
  }
  t.deepEqual(decodeHintBatch(encodeHintBatch(HINTS), LARGE), HINTS);
  t.deepEqual(decodeWithdrawal(encodeWithdrawal(WITHDRAWAL), LARGE), WITHDRAWAL);
  for (const result of WITHDRAWAL_RESULTS) {
    const answer = { ...ANSWER, result };
    t.deepEqual(decodeWithdrawalAnswer(encodeWithdrawalAnswer(answer), LARGE), answer);
  }
  t.deepEqual(decodeReceiptBody(encodeReceiptBody(RECEIPT), LARGE), RECEIPT);
});

test('each field of a payload is refused outside of its range', (t) => {
  const summary = (change: Partial<Summary>): string =>
    codeOf(() => decodeSummary(encodeSummary({ ...SUMMARY, ...change }), LARGE));
  const [cell = SUMMARY.cells[0]] = SUMMARY.cells;
  if (cell === undefined) throw new Error('no cell');
  t.is(summary({ epsilon: 65 }), 'WIRE_FIELD');
  t.is(summary({ epsilon: NaN }), 'WIRE_FIELD');
  t.is(summary({ epsilon: -1 }), 'WIRE_FIELD');
  t.is(summary({ cells: [{ ...cell, typology: '' }] }), 'WIRE_FIELD');
  t.is(summary({ cells: [{ ...cell, typology: 'x'.repeat(65) }] }), 'WIRE_FIELD');
  t.is(summary({ cells: Array.from({ length: 10_001 }, () => cell) }), 'WIRE_FIELD');

  const item = (change: Partial<FlagItem>): string =>
    codeOf(() => decodeFlagBatch(encodeFlagBatch([{ ...FLAG_ITEM, ...change }]), LARGE));
  t.is(item({ tag: bytes(15) }), 'WIRE_FIELD');
  t.is(item({ share: bytes(65) }), 'WIRE_FIELD');
  t.is(item({ sealedPart: bytes(4_097) }), 'WIRE_FIELD');
  t.is(item({ handle: bytes(17) }), 'WIRE_FIELD');
  const many = Array.from({ length: 1_025 }, () => FLAG_ITEM);
  t.is(
    codeOf(() => decodeFlagBatch(encodeFlagBatch(many), LARGE)),
    'WIRE_FIELD',
  );

  const flag = (change: Partial<FlagPayload>): string =>
    codeOf(() => decodeFlagPayload(encodeFlagPayload({ ...FLAG, ...change }), LARGE));
  t.is(flag({ identifier: '' }), 'WIRE_FIELD');
  t.is(flag({ identifier: 'x'.repeat(257) }), 'WIRE_FIELD');
  t.is(flag({ identifier: 'line\nbreak' }), 'WIRE_FIELD');
  t.is(flag({ epoch: 0 }), 'WIRE_FIELD');
  t.is(flag({ typologies: Array.from({ length: 33 }, () => 'fan') }), 'WIRE_FIELD');

  const hints = (change: Partial<HintBatch>): string =>
    codeOf(() => decodeHintBatch(encodeHintBatch({ ...HINTS, ...change }), LARGE));
  t.is(hints({ round: 0 }), 'WIRE_FIELD');
  t.is(hints({ round: 3 }), 'WIRE_FIELD');
  t.is(hints({ buckets: 1 }), 'WIRE_FIELD');
  t.is(hints({ buckets: 3 }), 'WIRE_FIELD', 'a bucket beyond the last');
  t.is(hints({ hints: [{ accountId: '', bucket: 0 }] }), 'WIRE_FIELD');

  const withdrawal = (change: Partial<Withdrawal>): string =>
    codeOf(() => decodeWithdrawal(encodeWithdrawal({ ...WITHDRAWAL, ...change }), LARGE));
  t.is(withdrawal({ withdrawalId: bytes(15) }), 'WIRE_FIELD');
  t.is(withdrawal({ headerHashes: [bytes(31)] }), 'WIRE_FIELD');
  t.is(withdrawal({ flagHandles: [bytes(32)] }), 'WIRE_FIELD');
  t.is(withdrawal({ headerHashes: Array.from({ length: 10_001 }, () => bytes(32)) }), 'WIRE_FIELD');

  const answer = (change: Partial<WithdrawalAnswer>): string =>
    codeOf(() => decodeWithdrawalAnswer(encodeWithdrawalAnswer({ ...ANSWER, ...change }), LARGE));
  t.is(answer({ headerHash: bytes(0) }), 'WIRE_FIELD');
  t.is(answer({ ground: 'x'.repeat(257) }), 'WIRE_FIELD');

  const receipt = (change: Partial<MatchReceiptBody>): string =>
    codeOf(() => decodeReceiptBody(encodeReceiptBody({ ...RECEIPT, ...change }), LARGE));
  t.is(receipt({ epoch: 0 }), 'WIRE_FIELD');
  t.is(receipt({ keyId: bytes(31) }), 'WIRE_FIELD');
  t.is(receipt({ counts: Array.from({ length: 33 }, () => ({ tokenType: 'x', count: 1 })) }), 'WIRE_FIELD');
  t.is(receipt({ askerPeerId: asId('') }), 'WIRE_FIELD');
});

test('a payload of another version, or larger than is taken, is refused', (t) => {
  const decoders = [
    decodeSummary,
    decodeFlagBatch,
    decodeFlagPayload,
    decodeHintBatch,
    decodeWithdrawal,
    decodeWithdrawalAnswer,
    decodeReceiptBody,
  ];
  for (const decode of decoders) {
    t.is(
      codeOf(() => decode(new Uint8Array([8, 2]), LARGE)),
      'WIRE_VERSION',
    );
    t.is(
      codeOf(() => decode(new Uint8Array(0), LARGE)),
      'WIRE_VERSION',
    );
    t.is(
      codeOf(() => decode(bytes(11), 10)),
      'WIRE_SIZE',
    );
  }
});

test('any bytes are a payload, or are refused', (t) => {
  fuzzParser((input) => decodeSummary(input, LARGE), encodeSummary(SUMMARY));
  fuzzParser((input) => decodeFlagBatch(input, LARGE), encodeFlagBatch([FLAG_ITEM]));
  fuzzParser((input) => decodeFlagPayload(input, LARGE), encodeFlagPayload(FLAG));
  fuzzParser((input) => decodeHintBatch(input, LARGE), encodeHintBatch(HINTS));
  fuzzParser((input) => decodeWithdrawal(input, LARGE), encodeWithdrawal(WITHDRAWAL));
  fuzzParser((input) => decodeWithdrawalAnswer(input, LARGE), encodeWithdrawalAnswer(ANSWER));
  fuzzParser((input) => decodeReceiptBody(input, LARGE), encodeReceiptBody(RECEIPT));
  t.pass();
});
