import type { RandomBytes } from '../../proto/domain/runtime.ts';
import { concat, utf8 } from '../bytes.ts';
import { cryptoRefusal } from '../errors.ts';
import { sha512 } from '../hash.ts';
import type { KeyPair } from '../keys.ts';
import { type EvaluatedPair, proofHolds, prove } from './proof.ts';
import {
  assertElement,
  assertScalar,
  invertScalar,
  isZeroScalar,
  multiply,
  multiplyGenerator,
  randomScalar,
} from './ristretto255.ts';
import { hashToGroup, hashToScalar, KEY_PAIR_TAG, prefixed, uint16be } from './suite.ts';

export { ready } from './ristretto255.ts';

const SEED_BYTES = 32;

export type Blinding = {
  /** Secret scalar; `finalizeBatch` needs it. */
  readonly blind: Uint8Array;
  /** Element that goes to the holder of the key and tells it nothing. */
  readonly blinded: Uint8Array;
};

export type Evaluation = {
  /** In the order of the blinded elements, 32 bytes each. */
  readonly evaluated: readonly Uint8Array[];
  readonly proof: Uint8Array;
};

/** What a client kept of its batch and what the holder of the key answered; four lists of one order. */
export type Batch = {
  readonly inputs: readonly Uint8Array[];
  readonly blinds: readonly Uint8Array[];
  readonly blinded: readonly Uint8Array[];
  readonly evaluated: readonly Uint8Array[];
  readonly proof: Uint8Array;
  /** As announced, not as the answer says. */
  readonly publicKey: Uint8Array;
};

/** A random key: scalar and element, 32 bytes each. It can be made again from nothing. */
export function createOprfKey(random: RandomBytes): KeyPair {
  const secretKey = randomScalar(random);
  return { secretKey, publicKey: multiplyGenerator(secretKey) };
}

/**
 * The key of a 32-byte seed and a public text. Throws CRYPTO_OPRF_INPUT on another length.
 * Source: RFC 9497, section 3.2.1.
 */
export function deriveOprfKey(seed: Uint8Array, info: Uint8Array): KeyPair {
  if (seed.length !== SEED_BYTES) throw refusal('seed');
  for (let counter = 0; counter <= 0xff; counter += 1) {
    const secretKey = hashToScalar(concat(seed, prefixed(info), Uint8Array.of(counter)), KEY_PAIR_TAG);
    if (!isZeroScalar(secretKey)) return { secretKey, publicKey: multiplyGenerator(secretKey) };
  }
  throw refusal('seed');
}

/**
 * Hides an input (at most 65,535 bytes) behind a fresh random factor. Throws CRYPTO_OPRF_INPUT.
 * Source: RFC 9497, section 3.3.2 (Blind).
 */
export function blind(input: Uint8Array, random: RandomBytes): Blinding {
  const factor = randomScalar(random);
  return { blind: factor, blinded: multiply(factor, hashToGroup(input)) };
}

/**
 * Evaluates a batch under the key, with one proof for all of it. Throws CRYPTO_OPRF_INPUT for an empty batch and for
 * anything that is not a canonical element other than the identity.
 * Source: RFC 9497, section 3.3.2 (BlindEvaluate).
 */
export function evaluateBatch(secretKey: Uint8Array, blinded: readonly Uint8Array[], random: RandomBytes): Evaluation {
  assertScalar(secretKey, 'secret key');
  assertBatch(blinded);
  for (const element of blinded) assertElement(element, 'blinded element');
  const pairs = blinded.map((element) => ({ blinded: element, evaluated: multiply(secretKey, element) }));
  const key = { secretKey, publicKey: multiplyGenerator(secretKey) };
  return { evaluated: pairs.map(({ evaluated }) => evaluated), proof: prove(key, pairs, random) };
}

/**
 * Checks the proof under the announced public key, then uncovers one output (64 bytes) per input, in order.
 * Throws CRYPTO_OPRF_PROOF when the proof does not hold, CRYPTO_OPRF_INPUT for lists of unequal length and for
 * elements or scalars that are not canonical.
 * Source: RFC 9497, section 3.3.2 (Finalize).
 */
export function finalizeBatch(batch: Batch): Uint8Array[] {
  assertElement(batch.publicKey, 'public key');
  const items = itemsOf(batch);
  if (!proofHolds(batch.publicKey, items, batch.proof)) throw cryptoRefusal('CRYPTO_OPRF_PROOF', { verdict: 'reject' });
  return items.map(({ input, factor, evaluated }) => outputOf(input, multiply(invertScalar(factor), evaluated)));
}

/**
 * The output for an input in the clear, as the holder of the key computes it for its own set.
 * Source: RFC 9497, section 3.3.1 (Evaluate).
 */
export function evaluateDirect(secretKey: Uint8Array, input: Uint8Array): Uint8Array {
  assertScalar(secretKey, 'secret key');
  return outputOf(input, multiply(secretKey, hashToGroup(input)));
}

type Item = EvaluatedPair & { readonly input: Uint8Array; readonly factor: Uint8Array };

function itemsOf(batch: Batch): Item[] {
  assertBatch(batch.inputs);
  const lists = [batch.blinds, batch.blinded, batch.evaluated];
  if (lists.some(({ length }) => length !== batch.inputs.length)) throw refusal('batch');
  return batch.inputs.map((input, index) => {
    const [factor, blinded, evaluated] = lists.map((list) => list[index]);
    if (factor === undefined || blinded === undefined || evaluated === undefined) throw refusal('batch');
    assertScalar(factor, 'blind');
    assertElement(blinded, 'blinded element');
    assertElement(evaluated, 'evaluated element');
    return { input, factor, blinded, evaluated };
  });
}

function outputOf(input: Uint8Array, unblinded: Uint8Array): Uint8Array {
  return sha512(prefixed(input), prefixed(unblinded), utf8('Finalize'));
}

function assertBatch(elements: readonly unknown[]): void {
  if (elements.length === 0) throw refusal('batch');
  uint16be(elements.length);
}

function refusal(field: string): ReturnType<typeof cryptoRefusal> {
  return cryptoRefusal('CRYPTO_OPRF_INPUT', { detail: { field }, verdict: 'reject' });
}
