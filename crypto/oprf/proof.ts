import type { RandomBytes } from '../../proto/domain/runtime.ts';
import { concat, equalBytes, utf8 } from '../bytes.ts';
import { sha512 } from '../hash.ts';
import type { KeyPair } from '../keys.ts';
import {
  addElements,
  isScalar,
  isZeroScalar,
  multiply,
  multiplyGenerator,
  multiplyScalars,
  randomScalar,
  SCALAR_BYTES,
  subtractScalars,
} from './ristretto255.ts';
import { hashToScalar, prefixed, SEED_TAG, uint16be } from './suite.ts';

/** Challenge and response, a scalar each. */
export const PROOF_BYTES = 2 * SCALAR_BYTES;

/** An element and what the key made of it. */
export type EvaluatedPair = { readonly blinded: Uint8Array; readonly evaluated: Uint8Array };

/**
 * Proves that one key took each `blinded` to its `evaluated` and the generator to the public key. 64 bytes.
 * Source: RFC 9497, section 2.2.1 (GenerateProof, ComputeCompositesFast).
 */
export function prove(key: KeyPair, pairs: readonly EvaluatedPair[], random: RandomBytes): Uint8Array {
  const weights = weightsOf(key.publicKey, pairs);
  const composite = sum(weights.map(({ weight, blinded }) => multiply(weight, blinded)));
  const image = multiply(key.secretKey, composite);
  const nonce = randomScalar(random);
  const challenge = challengeOf(key.publicKey, composite, image, multiplyGenerator(nonce), multiply(nonce, composite));
  return concat(challenge, subtractScalars(nonce, multiplyScalars(challenge, key.secretKey)));
}

/**
 * Checks a proof over elements that the caller has checked. False for every malformed proof.
 * Source: RFC 9497, section 2.2.2 (VerifyProof, ComputeComposites).
 */
export function proofHolds(publicKey: Uint8Array, pairs: readonly EvaluatedPair[], proof: Uint8Array): boolean {
  if (proof.length !== PROOF_BYTES) return false;
  const challenge = proof.subarray(0, SCALAR_BYTES);
  const response = proof.subarray(SCALAR_BYTES);
  // libsodium returns no identity, so zero has no place in the products; an honest prover meets it once in 2^252 proofs.
  if ([challenge, response].some((scalar) => !isScalar(scalar) || isZeroScalar(scalar))) return false;
  const weights = weightsOf(publicKey, pairs);
  const composite = sum(weights.map(({ weight, blinded }) => multiply(weight, blinded)));
  const image = sum(weights.map(({ weight, evaluated }) => multiply(weight, evaluated)));
  const generatorCommitment = addElements(multiplyGenerator(response), multiply(challenge, publicKey));
  const compositeCommitment = addElements(multiply(response, composite), multiply(challenge, image));
  return equalBytes(challenge, challengeOf(publicKey, composite, image, generatorCommitment, compositeCommitment));
}

/** One weight per pair, bound to the key, the pair and its place, so that no wrong pair hides behind another. */
function weightsOf(
  publicKey: Uint8Array,
  pairs: readonly EvaluatedPair[],
): (EvaluatedPair & { readonly weight: Uint8Array })[] {
  const seed = prefixed(sha512(prefixed(publicKey), prefixed(SEED_TAG)));
  return pairs.map(({ blinded, evaluated }, index) => {
    const transcript = [seed, uint16be(index), prefixed(blinded), prefixed(evaluated), utf8('Composite')];
    return { blinded, evaluated, weight: hashToScalar(concat(...transcript)) };
  });
}

function sum(elements: readonly Uint8Array[]): Uint8Array {
  return elements.reduce((total, element) => addElements(total, element));
}

function challengeOf(...elements: readonly Uint8Array[]): Uint8Array {
  return hashToScalar(concat(...elements.map(prefixed), utf8('Challenge')));
}
