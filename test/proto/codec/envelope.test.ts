import test from 'ava';
import { assert as checkProperty, constantFrom, nat, option, property, record, string, uint8Array } from 'fast-check';
import {
  decodeEnvelope,
  decodeHeader,
  encodeEnvelope,
  encodeHeader,
  ENVELOPE_VERSION,
} from '../../../proto/codec/envelope.ts';
import { type Audience, ENVELOPE_KINDS, type EnvelopeHeader } from '../../../proto/domain/envelope.ts';
import { asId } from '../../../proto/domain/ids.ts';
import { EnvelopeHeader as WireHeader } from '../../../proto/gen/concordat/v1/envelope.ts';
import { codeOf, fuzzParser } from './fuzz.ts';

const BOUNDS = { envelopeHeaderBytes: 4_096, envelopePayloadBytes: 10_000 };

const HEADER: EnvelopeHeader = {
  version: ENVELOPE_VERSION,
  kind: 'summary',
  federationId: new Uint8Array(32).fill(1),
  authorPeerId: asId('author'),
  incarnation: 0,
  audience: { scope: 'federation', id: '' },
  epoch: 3,
  sequence: 1,
  previousHeaderHash: new Uint8Array(32),
  issuedAtMs: 1_700_000_000_000,
  expiresAtMs: 1_700_000_001_000,
  gateway: 'synthetic',
  purpose: 'aml',
  caseHandle: 'case-1',
  marking: { tlp: 'AMBER', classification: 'RESTRICTED', compartments: ['one'], groups: ['a', 'b'] },
  payloadHash: new Uint8Array(32).fill(2),
  payloadLength: 17,
};

const ENVELOPE = {
  authorPeerId: HEADER.authorPeerId,
  header: encodeHeader(HEADER),
  signature: new Uint8Array(64),
  salt: new Uint8Array(32),
  payload: new Uint8Array(17),
};

/** A header with fields of the wire changed. */
function headerWith(change: Partial<WireHeader>): Uint8Array {
  return WireHeader.encode({ ...WireHeader.decode(encodeHeader(HEADER)), ...change }).finish();
}

test('a header is read as it was written, and written alike each time', (t) => {
  const audiences: readonly Audience[] = [
    { scope: 'federation', id: '' },
    { scope: 'coordinator', id: '' },
    { scope: 'pair', id: 'peer' },
    { scope: 'group', id: 'group' },
  ];
  // oxlint-disable-next-line no-control-regex -- control characters are what a header refuses
  const plain = string({ maxLength: 60 }).filter((text) => /^[^\u0000-\u001f\u007f]*$/u.test(text));
  const headers = record({
    kind: constantFrom(...ENVELOPE_KINDS),
    audience: constantFrom(...audiences),
    sequence: nat().map((value) => value + 1),
    epoch: nat(),
    incarnation: nat(),
    payloadHash: uint8Array({ minLength: 32, maxLength: 32 }),
    payloadLength: nat(),
    gateway: plain,
    purpose: plain,
    issuedAtMs: nat(Number.MAX_SAFE_INTEGER),
  });
  checkProperty(
    property(headers, (change) => {
      const header = { ...HEADER, ...change };
      const bytes = encodeHeader(header);
      t.deepEqual(decodeHeader(bytes), header);
      t.deepEqual(encodeHeader(decodeHeader(bytes)), bytes);
    }),
  );
  t.pass();
});

test('an envelope keeps its header’s exact bytes, whatever they are', (t) => {
  const bytes = option(uint8Array({ maxLength: 200 }), { nil: ENVELOPE.header });
  checkProperty(
    property(bytes, (header) => {
      t.deepEqual(decodeEnvelope(encodeEnvelope({ ...ENVELOPE, header }), BOUNDS), { ...ENVELOPE, header });
    }),
  );
  t.pass();
});

test('each field of a header is refused outside of its range', (t) => {
  const refused: Readonly<Record<string, readonly [Partial<WireHeader>, string]>> = {
    'another version': [{ version: 2 }, 'WIRE_VERSION'],
    'no kind': [{ kind: 0 }, 'WIRE_FIELD'],
    'a kind that is not known': [{ kind: 7 as WireHeader['kind'] }, 'WIRE_FIELD'],
    'a federation id of another length': [{ federationId: Buffer.alloc(31) }, 'WIRE_FIELD'],
    'no author': [{ authorPeerId: '' }, 'WIRE_FIELD'],
    'an author that is too long': [{ authorPeerId: 'x'.repeat(129) }, 'WIRE_FIELD'],
    'no audience': [{ audience: undefined }, 'WIRE_FIELD'],
    'a pair without its other end': [{ audience: { scope: 3, id: '' } }, 'WIRE_FIELD'],
    'a federation with a name': [{ audience: { scope: 1, id: 'x' } }, 'WIRE_FIELD'],
    'sequence 0': [{ sequence: 0n }, 'WIRE_FIELD'],
    'a sequence beyond 2^53': [{ sequence: 2n ** 53n }, 'WIRE_FIELD'],
    'a previous hash of another length': [{ previousHeaderHash: Buffer.alloc(33) }, 'WIRE_FIELD'],
    'a control character': [{ purpose: 'a\u0007b' }, 'WIRE_FIELD'],
    'a text that is too long': [{ gateway: 'x'.repeat(129) }, 'WIRE_FIELD'],
    'a payload hash of another length': [{ payloadHash: Buffer.alloc(0) }, 'WIRE_FIELD'],
  };
  for (const [what, [change, code]] of Object.entries(refused))
    t.is(
      codeOf(() => decodeHeader(headerWith(change))),
      code,
      what,
    );
});

test('an envelope larger than its bounds is refused before it is parsed, and each part by its own', (t) => {
  const large = (change: Partial<typeof ENVELOPE>): string =>
    codeOf(() => decodeEnvelope(encodeEnvelope({ ...ENVELOPE, ...change }), BOUNDS));
  t.is(large({ payload: new Uint8Array(BOUNDS.envelopePayloadBytes) }), 'none');
  t.is(large({ payload: new Uint8Array(BOUNDS.envelopePayloadBytes + 1) }), 'WIRE_FIELD');
  t.is(large({ header: new Uint8Array(BOUNDS.envelopeHeaderBytes + 1) }), 'WIRE_FIELD');
  t.is(large({ payload: new Uint8Array(2 * BOUNDS.envelopePayloadBytes) }), 'WIRE_SIZE');
  t.is(large({ signature: new Uint8Array(63) }), 'WIRE_FIELD');
  t.is(large({ salt: new Uint8Array(0) }), 'WIRE_FIELD');
});

test('any bytes are an envelope or a header, or are refused', (t) => {
  fuzzParser((bytes) => decodeEnvelope(bytes, BOUNDS), encodeEnvelope(ENVELOPE));
  fuzzParser(decodeHeader, ENVELOPE.header);
  t.pass();
});
