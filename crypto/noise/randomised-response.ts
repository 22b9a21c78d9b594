import { assertLength, concat, uint32be, utf8 } from '../bytes.ts';
import { DOMAINS, withDomain } from '../domains.ts';
import { cryptoRefusal } from '../errors.ts';
import { bernoulliExp, uniformBelow } from './exact-bernoulli.ts';
import { keyedStream } from './keyed-stream.ts';
import { positiveRational, type Rational, toNumber } from './rational.ts';

type Epsilon = Rational | string | number;

/**
 * The bucket to report for an account: the true one with probability e^ε / (e^ε + k − 1), otherwise one of the k − 1
 * others alike. It is a function of all of its arguments, so that an answer repeated to any peer at any time tells
 * nothing more; an account whose bucket, round, ε or k is new gets a new draw, which costs ε anew.
 * The probability is exact (integers alone) if HMAC-SHA-256 under `key` is taken for random.
 * @param input.key     32 bytes, one per agency, in its backups: another key would be another draw
 * @param input.bucket  the true one, 0 to buckets − 1
 * @param input.buckets k, 2 to 256
 * @param input.epsilon a number stands for its exact value
 * @throws PRIVACY_EPSILON, PRIVACY_BUCKET, CRYPTO_ENCODING (key of another length)
 * Source: Kairouz, Oh, Viswanath, Extremal Mechanisms for Local Differential Privacy (JMLR 2016).
 */
export function randomisedResponse(input: {
  readonly key: Uint8Array;
  readonly accountId: string;
  readonly bucket: number;
  readonly buckets: number;
  readonly epsilon: Epsilon;
  readonly round: number;
}): number {
  const { accountId, bucket, buckets, key, round } = input;
  assertLength(key, 32, 'draw key');
  const epsilon = exactEpsilon(input.epsilon);
  assertBuckets(buckets);
  if (!Number.isInteger(bucket) || bucket < 0 || bucket >= buckets) throw cryptoRefusal('PRIVACY_BUCKET');
  const draw = utf8([bucket, buckets, round, epsilon.numerator, epsilon.denominator].join('/'));
  const account = utf8(accountId);
  const context = concat(uint32be(account.length), account, uint32be(draw.length), draw);
  const random = keyedStream(key, withDomain(DOMAINS.hintDraw, context));
  // Rejection from a uniform candidate: the truth is always kept, any other bucket with probability exp(−ε).
  for (;;) {
    const candidate = Number(uniformBelow(BigInt(buckets), random));
    if (candidate === bucket || bernoulliExp(epsilon, random)) return candidate;
  }
}

/**
 * Probability that a report is the true bucket: e^ε / (e^ε + k − 1), as the console and the scorer need it.
 * @throws PRIVACY_EPSILON, PRIVACY_BUCKET
 */
export function truthProbability(epsilon: Epsilon, buckets: number): number {
  assertBuckets(buckets);
  return 1 / (1 + (buckets - 1) * Math.exp(-toNumber(exactEpsilon(epsilon))));
}

function exactEpsilon(epsilon: Epsilon): Rational {
  const exact = positiveRational(epsilon);
  if (exact === undefined) throw cryptoRefusal('PRIVACY_EPSILON');
  return exact;
}

function assertBuckets(buckets: number): void {
  if (!Number.isInteger(buckets) || buckets < 2 || buckets > 256) throw cryptoRefusal('PRIVACY_BUCKET');
}
