import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { concat, fromHex, toHex, utf8 } from '../../../crypto/bytes.ts';
import { isElement } from '../../../crypto/oprf/ristretto255.ts';
import {
  type Batch,
  blind,
  createOprfKey,
  deriveOprfKey,
  evaluateBatch,
  evaluateDirect,
  finalizeBatch,
  ready,
} from '../../../crypto/oprf/voprf.ts';
import type { RandomBytes } from '../../../proto/domain/runtime.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import { queuedRandom, seededRandom } from '../../tools/random-sources.ts';
import { sharedPath } from '../../tools/shared.ts';

/** One test vector of VOPRF mode; lists are in batch order. */
type Vector = {
  readonly inputs: readonly string[];
  readonly blinds: readonly string[];
  readonly blinded: readonly string[];
  readonly evaluated: readonly string[];
  readonly proof: string;
  readonly nonce: string;
  readonly outputs: readonly string[];
};

// RFC 9497, appendix A.1.2, ristretto255-SHA512 in VOPRF mode.
const SEED = 'a3'.repeat(32);
const KEY_INFO = '74657374206b6579';
const SECRET_KEY = 'e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909';
const PUBLIC_KEY = 'c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e';
const VECTORS: readonly Vector[] = [
  {
    inputs: ['00'],
    blinds: ['64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706'],
    blinded: ['863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945'],
    evaluated: ['aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e'],
    proof:
      'ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd066d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d',
    nonce: '222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e',
    outputs: [
      'b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c',
    ],
  },
  {
    inputs: ['5a'.repeat(17)],
    blinds: ['64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706'],
    blinded: ['cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c'],
    evaluated: ['60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468'],
    proof:
      '401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a67154fabf031fd936051dec80b0b6ae29c9503493dde7393b722eafdf5a50b02',
    nonce: '222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e',
    outputs: [
      '8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6',
    ],
  },
  {
    inputs: ['00', '5a'.repeat(17)],
    blinds: [
      '64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706',
      '222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e',
    ],
    blinded: [
      '863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945',
      '90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654',
    ],
    evaluated: [
      'aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e',
      'cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a',
    ],
    proof:
      'cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a5ab5337c8eb4ceae0494c2cf89529dcf94572ed267473d567aeed6ab873dee08',
    nonce: '419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c',
    outputs: [
      'b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c',
      '8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6',
    ],
  },
];
/** Order of the group, little endian. RFC 9496, section 4. */
const ORDER = 'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010';

test.before(ready);

test('RFC 9497 A.1.2: the key of the seed, every blinded and evaluated element, proof and output', (t) => {
  const key = deriveOprfKey(fromHex(SEED), fromHex(KEY_INFO));
  t.is(toHex(key.secretKey), SECRET_KEY);
  t.is(toHex(key.publicKey), PUBLIC_KEY);
  for (const vector of VECTORS) replay(t, SECRET_KEY, PUBLIC_KEY, vector);
});

const vectorFile = sharedPath('vectors/rfc9497/allVectors.json');
(vectorFile === undefined ? test.skip : test)(
  'RFC 9497: the published vector file, ristretto255-SHA512 in VOPRF mode (needs ../shared)',
  (t) => {
    const suite = publishedSuite(vectorFile ?? '');
    const key = deriveOprfKey(fromHex(suite.seed), fromHex(suite.keyInfo));
    t.is(toHex(key.secretKey), suite.skSm);
    t.is(toHex(key.publicKey), suite.pkSm);
    t.is(suite.vectors.length, 3);
    for (const vector of suite.vectors) replay(t, suite.skSm, suite.pkSm, vector);
  },
);

test('outputs do not depend on the blinds, and equal those of the direct evaluation', (t) => {
  const random = seededRandom('voprf/blinds');
  const key = createOprfKey(random);
  const inputs = ['', 'a', 'an account', 'x'.repeat(65_535)].map(utf8);
  const first = ask(inputs, key, random);
  const second = ask(inputs, key, random);
  t.notDeepEqual(first.blinded, second.blinded);
  t.deepEqual(finalizeBatch(first), finalizeBatch(second));
  t.deepEqual(
    finalizeBatch(first),
    inputs.map((input) => evaluateDirect(key.secretKey, input)),
  );
});

test('two keys give one input two outputs', (t) => {
  const random = seededRandom('voprf/keys');
  const [one, other] = [createOprfKey(random), createOprfKey(random)];
  t.notDeepEqual(evaluateDirect(one.secretKey, utf8('a')), evaluateDirect(other.secretKey, utf8('a')));
});

test('an evaluation under another key than the announced one is refused', (t) => {
  const random = seededRandom('voprf/other key');
  const [announced, used] = [createOprfKey(random), createOprfKey(random)];
  const batch = ask([utf8('a'), utf8('b')], used, random);
  t.throws(() => finalizeBatch({ ...batch, publicKey: announced.publicKey }), { code: 'CRYPTO_OPRF_PROOF' });
});

test('every flipped bit of a proof is refused', (t) => {
  const random = seededRandom('voprf/bits');
  const batch = ask([utf8('a')], createOprfKey(random), random);
  for (let bit = 0; bit < batch.proof.length * 8; bit += 1) {
    const proof = Uint8Array.from(batch.proof);
    proof[bit >>> 3] = (proof[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
    t.throws(() => finalizeBatch({ ...batch, proof }), { code: 'CRYPTO_OPRF_PROOF' });
  }
});

test('a proof with a zero, a non-canonical or a missing scalar is refused', (t) => {
  const random = seededRandom('voprf/scalars');
  const batch = ask([utf8('a')], createOprfKey(random), random);
  const [challenge, response] = [batch.proof.subarray(0, 32), batch.proof.subarray(32)];
  const zero = new Uint8Array(32);
  const proofs = [
    concat(zero, response),
    concat(challenge, zero),
    concat(challenge, plusOrder(response)),
    concat(plusOrder(challenge), response),
    challenge,
    concat(batch.proof, Uint8Array.of(0)),
    new Uint8Array(),
  ];
  for (const proof of proofs) t.throws(() => finalizeBatch({ ...batch, proof }), { code: 'CRYPTO_OPRF_PROOF' });
});

test('one wrong, swapped or foreign element spoils the whole batch', (t) => {
  const random = seededRandom('voprf/elements');
  const key = createOprfKey(random);
  const batch = ask(['a', 'b', 'c'].map(utf8), key, random);
  const foreign = blind(utf8('d'), random).blinded;
  const [first, second, third] = batch.evaluated;
  t.assert(first && second && third);
  if (!first || !second || !third) return;
  for (const evaluated of [
    [second, first, third],
    [first, second, foreign],
    [first, first, first],
  ])
    t.throws(() => finalizeBatch({ ...batch, evaluated }), { code: 'CRYPTO_OPRF_PROOF' });
});

test('the identity, non-canonical bytes and wrong lengths are not taken as elements, from either side', (t) => {
  const random = seededRandom('voprf/encodings');
  const key = createOprfKey(random);
  const batch = ask([utf8('a')], key, random);
  const bad = [
    new Uint8Array(32), // identity
    new Uint8Array(32).fill(0xff), // above the field
    fromHex(`ed${'ff'.repeat(30)}7f`), // the field's prime: a second spelling of zero
    fromHex(`01${'00'.repeat(31)}`), // negative (RFC 9496, appendix A.3)
    fromHex('26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371'), // non-square, same appendix
    new Uint8Array(31).fill(1),
    new Uint8Array(33).fill(1),
    new Uint8Array(),
  ];
  const refused = (field: string, call: () => unknown): void => {
    const error = t.throws(call, { instanceOf: ConcordatError, code: 'CRYPTO_OPRF_INPUT' });
    t.is(error?.detail['field'], field);
    t.is(error?.verdict, 'reject');
  };
  for (const element of bad) {
    t.false(isElement(element));
    refused('blinded element', () => evaluateBatch(key.secretKey, [element], random));
    refused('evaluated element', () => finalizeBatch({ ...batch, evaluated: [element] }));
    refused('blinded element', () => finalizeBatch({ ...batch, blinded: [element] }));
    refused('public key', () => finalizeBatch({ ...batch, publicKey: element }));
  }
});

test('a zero, non-canonical or short secret key or blind is not taken', (t) => {
  const random = seededRandom('voprf/secrets');
  const batch = ask([utf8('a')], createOprfKey(random), random);
  for (const scalar of [
    new Uint8Array(32),
    fromHex(ORDER),
    new Uint8Array(32).fill(0xff),
    new Uint8Array(31).fill(1),
  ]) {
    t.throws(() => evaluateDirect(scalar, utf8('a')), { code: 'CRYPTO_OPRF_INPUT' });
    t.throws(() => evaluateBatch(scalar, batch.blinded, random), { code: 'CRYPTO_OPRF_INPUT' });
    t.throws(() => finalizeBatch({ ...batch, blinds: [scalar] }), { code: 'CRYPTO_OPRF_INPUT' });
  }
});

test('an empty batch, lists of unequal length, a long input and a short seed are refused', (t) => {
  const random = seededRandom('voprf/lists');
  const key = createOprfKey(random);
  const batch = ask([utf8('a'), utf8('b')], key, random);
  const code = 'CRYPTO_OPRF_INPUT';
  t.throws(() => evaluateBatch(key.secretKey, [], random), { code });
  t.throws(() => finalizeBatch({ ...batch, inputs: [] }), { code });
  for (const field of ['blinds', 'blinded', 'evaluated'] as const)
    t.throws(() => finalizeBatch({ ...batch, [field]: batch[field].slice(1) }), { code });
  t.throws(() => evaluateDirect(key.secretKey, new Uint8Array(65_536)), { code });
  t.throws(() => deriveOprfKey(new Uint8Array(31), utf8('')), { code });
});

test('a random source that returns zeros makes no key', (t) => {
  t.throws(() => createOprfKey((length) => new Uint8Array(length)), { message: /random source/ });
});

function ask(inputs: readonly Uint8Array[], key: ReturnType<typeof createOprfKey>, random: RandomBytes): Batch {
  const blindings = inputs.map((input) => blind(input, random));
  const blinded = blindings.map((blinding) => blinding.blinded);
  const answer = evaluateBatch(key.secretKey, blinded, random);
  return { inputs, blinds: blindings.map((blinding) => blinding.blind), blinded, ...answer, publicKey: key.publicKey };
}

function replay(t: ExecutionContext, secretKey: string, publicKey: string, vector: Vector): void {
  const inputs = vector.inputs.map(fromHex);
  const random = queuedRandom(...[...vector.blinds, vector.nonce].map((scalar) => fromHex(scalar + '00'.repeat(32))));
  const batch = ask(inputs, { secretKey: fromHex(secretKey), publicKey: fromHex(publicKey) }, random);
  t.deepEqual(batch.blinds.map(toHex), [...vector.blinds]);
  t.deepEqual(batch.blinded.map(toHex), [...vector.blinded]);
  t.deepEqual(batch.evaluated.map(toHex), [...vector.evaluated]);
  t.is(toHex(batch.proof), vector.proof);
  t.deepEqual(finalizeBatch(batch).map(toHex), [...vector.outputs]);
  const direct = inputs.map((input) => toHex(evaluateDirect(fromHex(secretKey), input)));
  t.deepEqual(direct, [...vector.outputs]);
}

/** The same scalar in a second spelling. */
function plusOrder(scalar: Uint8Array): Uint8Array {
  const sum = littleEndian(scalar) + littleEndian(fromHex(ORDER));
  return fromHex(sum.toString(16).padStart(64, '0')).reverse();
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.toReversed())}`);
}

type PublishedSuite = { seed: string; keyInfo: string; skSm: string; pkSm: string; vectors: readonly Vector[] };

function publishedSuite(path: string): PublishedSuite {
  const suites = JSON.parse(readFileSync(path, 'utf8')) as (Omit<PublishedSuite, 'vectors'> & {
    identifier: string;
    mode: number;
    vectors: Record<string, string & { proof: string; r: string }>[];
  })[];
  const suite = suites.find(({ identifier, mode }) => identifier === 'ristretto255-SHA512' && mode === 1);
  if (suite === undefined) throw new Error('no such suite');
  const list = (vector: Record<string, string>, field: string): string[] => vector[field]?.split(',') ?? [];
  const vectors = suite.vectors.map((vector): Vector => {
    const { proof = '', r: nonce = '' } = vector['Proof'] ?? {};
    return {
      inputs: list(vector, 'Input'),
      blinds: list(vector, 'Blind'),
      blinded: list(vector, 'BlindedElement'),
      evaluated: list(vector, 'EvaluationElement'),
      proof,
      nonce,
      outputs: list(vector, 'Output'),
    };
  });
  return { ...suite, vectors };
}
