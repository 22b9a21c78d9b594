import test from 'ava';
import { decodePolicy, encodePolicy } from '../../../proto/codec/policy.ts';
import type { ExchangeKind, GatewayRule, Policy } from '../../../proto/domain/policy.ts';
import { Policy as WirePolicy } from '../../../proto/gen/concordat/v1/policy.ts';
import { TEST_POLICY } from '../../fixtures/federation.ts';
import { codeOf, fuzzParser } from './fuzz.ts';

const LARGE = 1_000_000;

function code(change: Partial<Policy>): string {
  return codeOf(() => decodePolicy(encodePolicy({ ...TEST_POLICY, ...change }), LARGE));
}

test('a policy is read as it was written', (t) => {
  t.deepEqual(decodePolicy(encodePolicy(TEST_POLICY), LARGE), TEST_POLICY);
});

test('every figure is refused outside of its possible range, at both ends', (t) => {
  const { flags, hints, match, summaries } = TEST_POLICY;
  const refused: readonly Partial<Policy>[] = [
    { version: 0 },
    { previousHash: new Uint8Array(31) },
    { epochLengthMs: 999 },
    { epochLengthMs: 31_622_400_001 },
    { certificateLifeMs: 59_999 },
    { certificateGraceMs: 31_622_400_001 },
    { flags: { ...flags, threshold: 0 } },
    { flags: { ...flags, threshold: 256 } },
    { flags: { ...flags, identifiersPerCase: 65 } },
    { flags: { ...flags, hubDegree: 0 } },
    { flags: { ...flags, quotaPerEpoch: 0 } },
    { flags: { ...flags, batchSize: 1_025 } },
    { hints: { ...hints, epsilon: 0 } },
    { hints: { ...hints, epsilon: NaN } },
    { hints: { ...hints, epsilon: 17 } },
    { hints: { ...hints, buckets: 1 } },
    { hints: { ...hints, buckets: 9 } },
    { hints: { ...hints, rounds: 3 } },
    { hints: { ...hints, minimumTransfers: 0 } },
    { hints: { ...hints, topShare: 0 } },
    { hints: { ...hints, topShare: 0.51 } },
    { hints: { ...hints, budgetPerAccount: -1 } },
    { match: { ...match, elementsPerDay: 0 } },
    { match: { ...match, elementsPerKey: 0 } },
    { match: { ...match, labelLevel: 3 } },
    { summaries: { ...summaries, epsilon: 0 } },
    { summaries: { ...summaries, capPerCustomer: 0 } },
    { summaries: { ...summaries, minimumCell: 1_000_001 } },
    { summaries: { ...summaries, budgetPerYear: Infinity } },
  ];
  for (const change of refused) t.is(code(change), 'WIRE_FIELD', JSON.stringify(change));
  const [rule] = TEST_POLICY.gateways;
  if (rule === undefined) throw new Error('no gateway');
  t.is(code({ gateways: Array.from({ length: 65 }, () => rule) }), 'WIRE_FIELD');
  t.is(code({ gateways: [{ ...rule, gateway: '' }] }), 'WIRE_FIELD');
});

test('a section that is missing refuses the whole', (t) => {
  const wire = WirePolicy.decode(encodePolicy(TEST_POLICY));
  for (const section of ['flags', 'hints', 'match', 'summaries'] as const) {
    const without = WirePolicy.encode({ ...wire, [section]: undefined }).finish();
    t.is(
      codeOf(() => decodePolicy(without, LARGE)),
      'WIRE_FIELD',
      section,
    );
  }
});

test('kinds of exchange that a newer policy names grant nothing', (t) => {
  const rule: GatewayRule = {
    gateway: 'some',
    kinds: ['summary', 'telepathy' as ExchangeKind],
    agencies: [],
    releaseByRule: true,
  };
  const read = decodePolicy(encodePolicy({ ...TEST_POLICY, gateways: [rule] }), LARGE);
  t.deepEqual(read.gateways[0]?.kinds, ['summary']);
});

test('any bytes are a policy, or are refused', (t) => {
  fuzzParser((bytes) => decodePolicy(bytes, LARGE), encodePolicy(TEST_POLICY));
  t.pass();
});
