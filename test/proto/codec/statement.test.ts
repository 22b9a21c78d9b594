import test from 'ava';
import { decodeStatement, encodeStatement, statementKindNumber } from '../../../proto/codec/statement.ts';
import { decodeStatementBody, encodeStatementBody } from '../../../proto/codec/statement-body.ts';
import {
  KEY_PURPOSES,
  SIGNER_ROLES,
  STATEMENT_KINDS,
  type SignedStatement,
  type StatementBody,
} from '../../../proto/domain/control.ts';
import { asId, type AgencyId, type PeerIdText } from '../../../proto/domain/ids.ts';
import { Suspension as WireSuspension } from '../../../proto/gen/concordat/v1/control.ts';
import { TEST_POLICY } from '../../fixtures/federation.ts';
import { codeOf, fuzzParser } from './fuzz.ts';

const BOUNDS = { statementBytes: 65_536, signaturesPerStatement: 8 };
const LARGE = 1_000_000;
const bytes = (length: number, value = 1): Uint8Array => new Uint8Array(length).fill(value);
const peerId = asId<PeerIdText>('peer');
const agencyId = asId<AgencyId>('agency-1');
const head = { audience: { scope: 'pair', id: 'peer-2' }, incarnation: 1, sequence: 9, headerHash: bytes(32) } as const;

const BODIES: readonly StatementBody[] = [
  {
    kind: 'agency',
    value: {
      agencyId,
      name: 'Agency',
      corporateGroup: 'group',
      jurisdiction: 'XX',
      officerKeys: [bytes(32), bytes(32, 2)],
    },
  },
  {
    kind: 'node',
    value: { agencyId, nodeId: 'node-1', identityKey: bytes(32), sealingKey: bytes(32, 2), tlsKeyHash: bytes(32, 3) },
  },
  { kind: 'policy', value: TEST_POLICY },
  {
    kind: 'suspension',
    value: {
      suspensionId: bytes(16),
      target: { kind: 'node', peerId },
      reason: 'lost',
      issuedAtMs: 5,
      heads: [{ peerId, heads: [head, { ...head, audience: { scope: 'federation', id: '' } }] }],
    },
  },
  {
    kind: 'suspension',
    value: { suspensionId: bytes(16), target: { kind: 'agency', agencyId }, reason: '', issuedAtMs: 5, heads: [] },
  },
  { kind: 'suspension_lift', value: { suspensionId: bytes(16), issuedAtMs: 6 } },
  ...KEY_PURPOSES.map((purpose): StatementBody => {
    const detail = purpose === 'match' ? bytes(32, 4) : new Uint8Array(0);
    const value = { purpose, epoch: 1, generation: 2, peerId, keyId: bytes(32), detail, issuedAtMs: 7 };
    return { kind: 'key_announcement', value };
  }),
  {
    kind: 'key_erasure',
    value: { purpose: 'flag', epoch: 1, peerId, keyId: bytes(32), evaluations: 12, issuedAtMs: 8 },
  },
  { kind: 'incarnation', value: { peerId, incarnation: 2, heads: [head] } },
  { kind: 'crl', value: { number: 3, crl: bytes(100) } },
];

function statementOf(body: StatementBody): SignedStatement {
  const signatures = SIGNER_ROLES.map((role, place) => ({
    role,
    agencyId: role === 'coordinator' ? '' : 'agency-1',
    publicKey: bytes(32, place),
    signature: bytes(64, place),
  }));
  return { kind: body.kind, body: encodeStatementBody(body), signatures };
}

test('a statement of every kind is read as it was written, and its body’s bytes are kept', (t) => {
  t.deepEqual(new Set(BODIES.map(({ kind }) => kind)), new Set(STATEMENT_KINDS));
  for (const body of BODIES) {
    const statement = statementOf(body);
    const read = decodeStatement(encodeStatement(statement), BOUNDS);
    t.deepEqual(read, { ...statement, body: new Uint8Array(statement.body) });
    t.deepEqual(decodeStatementBody(read, LARGE), body);
    t.deepEqual(encodeStatement(read), encodeStatement(statement));
  }
});

test('the numbers of kinds, which are signed, stay as they are', (t) => {
  t.deepEqual(STATEMENT_KINDS.map(statementKindNumber), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('a statement beyond its bounds, of an unknown kind or signer, is refused', (t) => {
  const statement = statementOf(BODIES[1] as StatementBody);
  const [signature] = statement.signatures;
  if (signature === undefined) throw new Error('no signature');
  const code = (change: Partial<SignedStatement>): string =>
    codeOf(() => decodeStatement(encodeStatement({ ...statement, ...change }), BOUNDS));
  t.is(code({}), 'none');
  t.is(code({ body: bytes(BOUNDS.statementBytes) }), 'WIRE_SIZE');
  t.is(code({ signatures: Array.from({ length: 9 }, () => signature) }), 'WIRE_FIELD');
  t.is(code({ signatures: [{ ...signature, publicKey: bytes(31) }] }), 'WIRE_FIELD');
  t.is(code({ signatures: [{ ...signature, signature: bytes(65) }] }), 'WIRE_FIELD');
  t.is(code({ signatures: [{ ...signature, agencyId: 'x'.repeat(129) }] }), 'WIRE_FIELD');
  t.is(code({ kind: 'unheard' as SignedStatement['kind'] }), 'WIRE_FIELD');
});

test('a suspension names a node or an agency', (t) => {
  const body = encodeStatementBody(BODIES[3] as StatementBody);
  const without = WireSuspension.encode({ ...WireSuspension.decode(body), target: undefined }).finish();
  t.is(
    codeOf(() => decodeStatementBody({ kind: 'suspension', body: without }, LARGE)),
    'WIRE_FIELD',
  );
});

test('a match key names the filter that goes with it, no other key names anything', (t) => {
  for (const purpose of KEY_PURPOSES) {
    const value = { purpose, epoch: 1, generation: 1, peerId, keyId: bytes(32), issuedAtMs: 1 };
    const code = (detail: Uint8Array): string => {
      const body = encodeStatementBody({ kind: 'key_announcement', value: { ...value, detail } });
      return codeOf(() => decodeStatementBody({ kind: 'key_announcement', body }, LARGE));
    };
    t.is(code(bytes(32)), purpose === 'match' ? 'none' : 'WIRE_FIELD');
    t.is(code(new Uint8Array(0)), purpose === 'match' ? 'WIRE_FIELD' : 'none');
  }
});

test('any bytes are a statement or a body, or are refused', (t) => {
  fuzzParser((input) => decodeStatement(input, BOUNDS), encodeStatement(statementOf(BODIES[3] as StatementBody)));
  for (const body of BODIES)
    fuzzParser((input) => decodeStatementBody({ kind: body.kind, body: input }, LARGE), encodeStatementBody(body));
  t.pass();
});
