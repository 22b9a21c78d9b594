import test from 'ava';
import { keyedStream } from '../../../crypto/noise/keyed-stream.ts';
import { randomisedResponse, truthProbability } from '../../../crypto/noise/randomised-response.ts';
import { toHex, utf8 } from '../../../crypto/bytes.ts';
import { chiSquared } from './statistics.ts';

const KEY = new Uint8Array(32).fill(9);
const BIT = { key: KEY, accountId: 'a-1', bucket: 1, buckets: 2, epsilon: 3, round: 1 } as const;

test('the truth and each lie come with their exact probabilities (chi-squared, false alarm 1 in 10^6 a case)', (t) => {
  for (const [epsilon, buckets, bucket] of [
    [3, 2, 1],
    [3, 2, 0],
    ['0.5', 4, 2],
    [1, 8, 7],
  ] as const) {
    const draws = 8_000;
    const counts = Array<number>(buckets).fill(0);
    for (let account = 0; account < draws; account += 1) {
      const answer = randomisedResponse({ ...BIT, epsilon, buckets, bucket, accountId: `account ${account}` });
      counts[answer] = (counts[answer] ?? 0) + 1;
    }
    const truth = Math.exp(+epsilon) / (Math.exp(+epsilon) + buckets - 1);
    const expected = (index: number): number => draws * (index === bucket ? truth : (1 - truth) / (buckets - 1));
    const { statistic, critical } = chiSquared(
      counts.map((observed, index) => ({ observed, expected: expected(index) })),
    );
    t.true(statistic < critical, `ε ${epsilon}, k ${buckets}: ${statistic} against ${critical}`);
    t.true(Math.abs(truthProbability(epsilon, buckets) - truth) < 1e-15);
  }
});

test('the answer is a function: the same again for every peer and epoch, and these for ever', (t) => {
  const answers = (): string =>
    Array.from({ length: 64 }, (_, account) =>
      randomisedResponse({ ...BIT, buckets: 4, epsilon: 1, accountId: `a-${account}` }),
    ).join('');
  t.is(answers(), answers());
  t.is(answers(), '1310011213111110003123123022231100131002113210011202011201101031');
});

test('another key, account, bucket, round, epsilon or number of buckets is another draw', (t) => {
  const base = { ...BIT, epsilon: 0.01, buckets: 16 };
  const row = (change: Partial<Parameters<typeof randomisedResponse>[0]>): string =>
    Array.from({ length: 40 }, (_, account) =>
      randomisedResponse({ ...base, accountId: `a-${account}`, ...change }).toString(16),
    ).join('');
  const rows = [
    row({}),
    row({ key: new Uint8Array(32) }),
    row({ bucket: 0 }),
    row({ round: 2 }),
    row({ epsilon: 0.02 }),
    row({ buckets: 15 }),
  ];
  t.is(new Set(rows).size, rows.length);
  // Unrelated draws agree in one of 16 places on average; 15 of 40 has a chance of 10^-8.
  for (const other of rows.slice(1))
    t.true(other.split('').filter((answer, place) => answer === rows[0]?.[place]).length < 15);
});

test('two spellings of one epsilon are one draw', (t) => {
  const answers = (epsilon: number | string): number[] =>
    Array.from({ length: 40 }, (_, account) => randomisedResponse({ ...BIT, epsilon, accountId: `${account}` }));
  t.deepEqual(answers(0.25), answers('0.25'));
});

test('account ids of any content do not run into the rest of the context', (t) => {
  const answers = ['a', 'a/1', '1/2/1/3/1', ''].map((accountId) =>
    Array.from({ length: 30 }, (_, round) =>
      randomisedResponse({ ...BIT, epsilon: 0.01, buckets: 256, accountId, round }),
    ).join(),
  );
  t.is(new Set(answers).size, answers.length);
});

test('a bucket out of range, a bad epsilon or a short key is refused', (t) => {
  for (const change of [
    { bucket: 2 },
    { bucket: -1 },
    { bucket: 0.5 },
    { buckets: 1 },
    { buckets: 257 },
    { buckets: 2.5 },
  ])
    t.throws(() => randomisedResponse({ ...BIT, ...change }), { code: 'PRIVACY_BUCKET' });
  for (const epsilon of [0, -1, NaN, 'x']) {
    t.throws(() => randomisedResponse({ ...BIT, epsilon }), { code: 'PRIVACY_EPSILON' });
    t.throws(() => truthProbability(epsilon, 2), { code: 'PRIVACY_EPSILON' });
  }
  t.throws(() => truthProbability(1, 1), { code: 'PRIVACY_BUCKET' });
  t.throws(() => randomisedResponse({ ...BIT, key: new Uint8Array(31) }), { code: 'CRYPTO_ENCODING' });
});

test('a keyed stream gives the same bytes whatever the lengths of the calls', (t) => {
  const whole = toHex(keyedStream(KEY, utf8('c'))(100));
  const stream = keyedStream(KEY, utf8('c'));
  t.is([1, 0, 31, 33, 35].map((length) => toHex(stream(length))).join(''), whole);
  t.not(toHex(keyedStream(KEY, utf8('d'))(100)), whole);
});
