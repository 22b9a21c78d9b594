import { assert as checkProperty, constantFrom, nat, oneof, property, tuple, uint8Array } from 'fast-check';
import test from 'ava';
import { LIMITS } from '../../../../config/settings/limits.ts';
import { decodeHello, decodeHelloAnswer, encodeHello } from '../../../../node/mesh/protocols/hello/codec.ts';
import { HINTS_CODEC } from '../../../../node/mesh/protocols/hints/codec.ts';
import { KEYS_CODEC } from '../../../../node/mesh/protocols/keys/codec.ts';
import { MATCH_CODEC } from '../../../../node/mesh/protocols/match/codec.ts';
import { OPRF_CODEC } from '../../../../node/mesh/protocols/oprf/codec.ts';
import type { RequestCodec } from '../../../../node/mesh/protocols/request-codec.ts';
import { SYNC_CODEC } from '../../../../node/mesh/protocols/sync/codec.ts';
import { isRefusal } from '../../../../proto/domain/errors.ts';
import { OprfRequest as WireOprf, SyncRequest as WireSync } from '../../../../proto/gen/concordat/v1/mesh.ts';
import { FEDERATION, peerIdOf } from '../mesh-harness.ts';
import { ENVELOPE, GRANT, HEADS, INDICATOR, RECEIPT } from '../wire-samples.ts';

const SEED = Date.now() % 1_000_000_007;
const ELEMENT = new Uint8Array(32).fill(1);
const PROOF = new Uint8Array(64).fill(2);
const QUERY = { epoch: 1, tokenType: 'name', blinded: [ELEMENT], gateway: 'g', purpose: 'p', caseHandle: 'c' };
const RANGE = {
  authorPeerId: HEADS.peerId,
  incarnation: 1,
  audience: { scope: 'pair', id: peerIdOf('x') },
  firstSequence: 1,
  lastSequence: LIMITS.syncRangeEnvelopes,
} as const;
const STATEMENTS = { start: 1, entries: [ELEMENT], checkpoint: PROOF, pending: [] };

type AnyCodec = RequestCodec<unknown, unknown>;
const FAMILIES: readonly { name: string; codec: AnyCodec; requests: unknown[]; responses: unknown[] }[] = [
  {
    name: 'sync',
    codec: SYNC_CODEC,
    requests: [
      { kind: 'heads' },
      { kind: 'range', range: RANGE },
      { kind: 'statements', start: 5 },
      { kind: 'indicators', cursor: 6 },
    ],
    responses: [
      { kind: 'heads', nodes: [HEADS] },
      { kind: 'range', envelopes: [ENVELOPE] },
      { kind: 'statements', statements: STATEMENTS },
      { kind: 'indicators', indicators: [INDICATOR] },
    ],
  },
  { name: 'keys', codec: KEYS_CODEC, requests: [{ epoch: 3, generation: 2 }], responses: [GRANT] },
  {
    name: 'oprf',
    codec: OPRF_CODEC,
    requests: [
      { epoch: 3, blinded: [ELEMENT], done: false },
      { epoch: 3, blinded: [], done: true },
    ],
    responses: [
      { evaluated: [ELEMENT], proof: PROOF },
      { evaluated: [], proof: new Uint8Array(0) },
    ],
  },
  {
    name: 'match',
    codec: MATCH_CODEC,
    requests: [
      { kind: 'filter', filter: { epoch: 1, offset: 2 } },
      { kind: 'query', query: QUERY },
      { kind: 'receipt', receipt: RECEIPT },
    ],
    responses: [
      { kind: 'filter', filter: { epoch: 1, keyId: ELEMENT, totalBytes: 9, offset: 2, chunk: PROOF } },
      { kind: 'evaluation', evaluation: { evaluated: [ELEMENT], proof: PROOF, receipt: RECEIPT } },
      { kind: 'receipt', receipt: RECEIPT },
    ],
  },
  { name: 'hints', codec: HINTS_CODEC, requests: [ENVELOPE], responses: [{}] },
];

const HELLO = {
  federationId: FEDERATION,
  peerId: peerIdOf('x'),
  certificateChain: [ELEMENT, PROOF],
  controlLogSize: 4,
  version: '1.2.3',
  clockMs: 1_700_000_000_000,
  checkpoint: PROOF,
};

for (const { name, codec, requests, responses } of FAMILIES) {
  test(`${name}: what is written is read back the same, and a refusal is told from a response`, (t) => {
    for (const request of requests) t.deepEqual(codec.decodeRequest(codec.encodeRequest(request)), request);
    for (const response of responses) t.deepEqual(codec.decodeResponse(codec.encodeResponse(response)), { response });
    t.like(codec.decodeResponse(codec.encodeRefusal('SOME_CODE', false)), { refused: 'SOME_CODE' });
  });

  test(`${name}: arbitrary and damaged bytes are refused with a verdict and never throw anything else`, (t) => {
    const samples = [
      ...requests.map((item) => codec.encodeRequest(item)),
      ...responses.map((item) => codec.encodeResponse(item)),
    ];
    neverCrashes(samples, [codec.decodeRequest.bind(codec), codec.decodeResponse.bind(codec)]);
    t.log(`seed ${SEED}`);
    t.pass();
  });
}

test('hello: what is written is read back the same, and nothing else crashes the reader', (t) => {
  t.deepEqual(decodeHello(encodeHello(HELLO)), HELLO);
  neverCrashes([encodeHello(HELLO)], [decodeHello, decodeHelloAnswer]);
});

test('lists, ranges and fields over their bounds are refused on reading', (t) => {
  const refusal = { code: 'WIRE_FIELD' };
  const long = { ...RANGE, lastSequence: RANGE.lastSequence + 1 };
  t.throws(() => SYNC_CODEC.decodeRequest(SYNC_CODEC.encodeRequest({ kind: 'range', range: long })), refusal);
  const backwards = { ...RANGE, firstSequence: 9, lastSequence: 8 };
  t.throws(() => SYNC_CODEC.decodeRequest(SYNC_CODEC.encodeRequest({ kind: 'range', range: backwards })), refusal);
  t.throws(() => SYNC_CODEC.decodeRequest(WireSync.encode({ request: undefined }).finish()), refusal);
  const many = Array.from({ length: LIMITS.oprfElementsPerRequest + 1 }, () => ELEMENT);
  t.throws(() => OPRF_CODEC.decodeRequest(OPRF_CODEC.encodeRequest({ epoch: 1, blinded: many, done: false })), refusal);
  const short = Buffer.alloc(31);
  t.throws(
    () => OPRF_CODEC.decodeRequest(WireOprf.encode({ epoch: 1n, blinded: [short], done: false }).finish()),
    refusal,
  );
  t.throws(() => OPRF_CODEC.decodeRequest(WireOprf.encode({ epoch: 1n, blinded: [], done: false }).finish()), refusal);
  const query = { ...QUERY, blinded: many };
  t.throws(() => MATCH_CODEC.decodeRequest(MATCH_CODEC.encodeRequest({ kind: 'query', query })), refusal);
  const chain = Array.from({ length: LIMITS.certificatesPerChain + 1 }, () => ELEMENT);
  t.throws(() => decodeHello(encodeHello({ ...HELLO, certificateChain: chain })), refusal);
});

/** Runs readers over random bytes, and over samples cut short, lengthened and with one byte changed. */
function neverCrashes(samples: readonly Uint8Array[], readers: readonly ((bytes: Uint8Array) => unknown)[]): void {
  const damaged = tuple(constantFrom(...samples), nat(), nat(255), nat(3)).map(([sample, at, byte, how]) =>
    damage(sample, at, byte, how),
  );
  checkProperty(
    property(oneof(uint8Array({ maxLength: 200 }), damaged), (bytes) => {
      for (const read of readers) {
        try {
          read(bytes);
        } catch (error) {
          if (!isRefusal(error) || error.verdict !== 'reject') throw error;
        }
      }
    }),
    { seed: SEED, numRuns: 300 },
  );
}

function damage(sample: Uint8Array, at: number, byte: number, how: number): Uint8Array {
  const index = at % (sample.length + 1);
  if (how === 0) return sample.slice(0, index);
  if (how === 1) return Uint8Array.of(...sample, byte);
  const copy = sample.slice();
  if (index < copy.length) copy[index] = byte;
  return copy;
}
