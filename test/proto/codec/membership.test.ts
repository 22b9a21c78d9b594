import test from 'ava';
import {
  decodeAgency,
  decodeGenesis,
  decodeNodeRecord,
  encodeAgency,
  encodeGenesis,
  encodeNodeRecord,
} from '../../../proto/codec/membership.ts';
import type { Agency, Genesis, NodeRecord } from '../../../proto/domain/control.ts';
import { asId } from '../../../proto/domain/ids.ts';
import { createTestFederation } from '../../fixtures/federation.ts';
import { codeOf, fuzzParser } from './fuzz.ts';

const LARGE = 1_000_000;
const { genesis: GENESIS } = createTestFederation('membership codec', { agencies: 5 });

function genesisCode(change: Partial<Genesis>): string {
  return codeOf(() => decodeGenesis(encodeGenesis({ ...GENESIS, ...change })));
}

test('a genesis is read as it was written', (t) => {
  t.deepEqual(decodeGenesis(encodeGenesis(GENESIS)), GENESIS);
});

test('no program starts on a genesis without a majority of distinct agencies', (t) => {
  for (const [approvalsNeeded, code] of [
    [2, 'WIRE_FIELD'],
    [3, 'none'],
    [5, 'none'],
    [6, 'WIRE_FIELD'],
  ] as const)
    t.is(genesisCode({ approvalsNeeded }), code, `${approvalsNeeded} of 5`);
  t.is(
    genesisCode({ agencies: GENESIS.agencies.slice(0, 4), approvalsNeeded: 2 }),
    'WIRE_FIELD',
    'half is no majority',
  );
  t.is(genesisCode({ agencies: [], approvalsNeeded: 0 }), 'WIRE_FIELD');
  const [first] = GENESIS.agencies;
  t.is(
    genesisCode({ agencies: [...GENESIS.agencies.slice(1), ...(first === undefined ? [] : [first, first])] }),
    'WIRE_FIELD',
  );
  t.is(genesisCode({ version: 2 }), 'WIRE_VERSION');
  t.is(genesisCode({ logKey: new Uint8Array(31) }), 'WIRE_FIELD');
  t.is(genesisCode({ nonce: new Uint8Array(15) }), 'WIRE_FIELD');
  t.is(genesisCode({ name: '' }), 'WIRE_FIELD');
  t.is(genesisCode({ rootCertificate: new Uint8Array(8_193) }), 'WIRE_FIELD');
});

test('names that become parts of URIs and keys are short and plain', (t) => {
  const [agency] = GENESIS.agencies;
  if (agency === undefined) throw new Error('no agency');
  const agencyCode = (change: Partial<Agency>): string =>
    codeOf(() => decodeAgency(encodeAgency({ ...agency, ...change }), LARGE));
  for (const name of ['a', '0-9', 'x'.repeat(63)]) t.is(agencyCode({ agencyId: asId(name) }), 'none');
  for (const name of ['', '-a', 'A', 'a/b', 'a b', 'ä', 'x'.repeat(64)])
    t.is(agencyCode({ agencyId: asId(name) }), 'WIRE_FIELD');
  t.is(agencyCode({ corporateGroup: '' }), 'WIRE_FIELD');
  t.is(agencyCode({ officerKeys: [] }), 'WIRE_FIELD');
  t.is(agencyCode({ officerKeys: [new Uint8Array(33)] }), 'WIRE_FIELD');
  t.is(agencyCode({ officerKeys: Array.from({ length: 65 }, () => new Uint8Array(32)) }), 'WIRE_FIELD');
  const record: NodeRecord = {
    agencyId: agency.agencyId,
    nodeId: 'node-1',
    identityKey: new Uint8Array(32),
    sealingKey: new Uint8Array(32),
    tlsKeyHash: new Uint8Array(32),
  };
  const recordCode = (change: Partial<NodeRecord>): string =>
    codeOf(() => decodeNodeRecord(encodeNodeRecord({ ...record, ...change }), LARGE));
  t.is(recordCode({}), 'none');
  t.is(recordCode({ nodeId: 'Node' }), 'WIRE_FIELD');
  t.is(recordCode({ sealingKey: new Uint8Array(0) }), 'WIRE_FIELD');
  fuzzParser((bytes) => decodeNodeRecord(bytes, LARGE), encodeNodeRecord(record));
});

test('any bytes are a genesis or an agency, or are refused', (t) => {
  fuzzParser(decodeGenesis, encodeGenesis(GENESIS));
  fuzzParser((bytes) => decodeAgency(bytes, LARGE), encodeAgency(GENESIS.agencies[0] as Agency));
  t.pass();
});
