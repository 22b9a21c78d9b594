import test from 'ava';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import { toHex } from '../../../crypto/bytes.ts';
import { verifyStatement } from '../../../crypto/statement.ts';
import { encodePolicy } from '../../../proto/codec/policy.ts';
import { statementKindNumber } from '../../../proto/codec/statement.ts';
import { agencyFileText, parseAgencyFile } from '../../../node/federation/agency-file.ts';
import { createOfficerKey, openOfficerKey } from '../../../node/federation/officer-key.ts';
import { parsePolicyFile } from '../../../node/federation/policy-file.ts';
import { parseStatementFile, signAsOfficer, statementFileText } from '../../../node/federation/statement-file.ts';
import { seededRandom } from '../../tools/random-sources.ts';

const PASSPHRASE = 'a passphrase of some length';
const FEDERATION_ID = new Uint8Array(32).fill(7);
const FIRST = { version: 0, hash: new Uint8Array(32) };
const POLICY = `
key_holder_agency: one
gateways:
  - gateway: synthetic
    kinds: [summary, flag, hint, match, withdrawal, indicator]
    release_by_rule: true
flags: { threshold: 2 }
`;

test('an officer key opens with its passphrase and with no other', (t) => {
  const { key, text } = createOfficerKey('one', PASSPHRASE, seededRandom('1'));
  t.deepEqual(openOfficerKey(text, PASSPHRASE), key);
  t.throws(() => openOfficerKey(text, `${PASSPHRASE}.`), { code: 'FEDERATION_PASSPHRASE' });
  t.false(text.includes(toHex(key.pair.secretKey)));
  t.throws(() => openOfficerKey('{}', PASSPHRASE), { code: 'FEDERATION_FILE' });
});

test("an agency's public file takes a second officer beside the first", (t) => {
  const agency = { agency_id: 'one', name: 'Bank One', corporate_group: 'one', jurisdiction: 'DE' };
  const first = createOfficerKey('one', PASSPHRASE, seededRandom('1')).key.pair.publicKey;
  const second = createOfficerKey('one', PASSPHRASE, seededRandom('2')).key.pair.publicKey;
  const text = agencyFileText(agency, second, agencyFileText(agency, first, undefined));
  t.deepEqual(parseAgencyFile(text).officer_keys, [toHex(first), toHex(second)]);
  t.throws(() => parseAgencyFile(text.replace('"one"', '"One Bank"')), { code: 'FEDERATION_FILE' });
});

test('the public file of one agency does not become that of another, nor one that no federation accepts', (t) => {
  const agency = { agency_id: 'one', name: 'Bank One', corporate_group: 'one', jurisdiction: 'DE' };
  const key = createOfficerKey('one', PASSPHRASE, seededRandom('1')).key.pair.publicKey;
  const text = agencyFileText(agency, key, undefined);
  t.throws(() => agencyFileText({ ...agency, agency_id: 'two' }, key, text), { code: 'FEDERATION_FILE' });
  t.throws(() => agencyFileText({ ...agency, corporate_group: 'two' }, key, text), { code: 'FEDERATION_FILE' });
  for (const wrong of [{ agency_id: 'One Bank' }, { jurisdiction: 'Germany' }, { name: '' }]) {
    const error = t.throws(() => agencyFileText({ ...agency, ...wrong }, key, undefined), {
      instanceOf: ConcordatError,
    });
    t.is(error.code, 'FEDERATION_AGENCY');
    t.is(error.detail['field'], Object.keys(wrong)[0]);
  }
});

test('a statement file keeps the exact bytes over signatures of several officers', (t) => {
  const body = encodePolicy(parsePolicyFile(POLICY, FIRST));
  const officers = [1, 2].map(
    (seed) => createOfficerKey(seed === 1 ? 'one' : 'two', PASSPHRASE, seededRandom(String(seed))).key,
  );
  let file = { federationId: FEDERATION_ID, statement: { kind: 'policy', body, signatures: [] } } as ReturnType<
    typeof parseStatementFile
  >;
  for (const officer of officers) file = signAsOfficer(parseStatementFile(statementFileText(file)), officer);
  const read = parseStatementFile(statementFileText(file));
  t.deepEqual(read.statement.body, new Uint8Array(body));
  t.is(read.statement.signatures.length, 2);
  for (const { publicKey, signature } of read.statement.signatures) {
    t.true(verifyStatement(publicKey, FEDERATION_ID, statementKindNumber('policy'), body, signature));
  }
  const [again] = officers;
  if (again !== undefined)
    t.is(signAsOfficer(read, again).statement.signatures.length, 2, 'the same officer signs once');
});

test('a policy file gets the defaults of the design and follows the policy in force', (t) => {
  const policy = parsePolicyFile(POLICY, { version: 4, hash: new Uint8Array(32).fill(9) });
  t.is(policy.version, 5);
  t.deepEqual(policy.previousHash, new Uint8Array(32).fill(9));
  t.is(policy.flags.threshold, 2);
  t.is(policy.flags.windowMs, 90 * 86_400_000);
  t.like(policy.hints, { epsilon: 3, buckets: 2, rounds: 1, topShare: 0.05, minimumTransfers: 2 });
  t.is(policy.match.elementsPerDay, 1_000);
  t.is(policy.epochLengthMs, 86_400_000);
});

test('a policy file that names an unknown setting or kind is refused with the field', (t) => {
  t.throws(() => parsePolicyFile(`${POLICY}\nunknown: 1`, FIRST), { code: 'FEDERATION_FILE' });
  const error = t.throws(() => parsePolicyFile(POLICY.replace('summary,', 'gossip,'), FIRST), {
    code: 'FEDERATION_FILE',
  });
  t.like(error, { detail: { field: 'gateways.0.kinds.0' } });
  t.throws(() => parsePolicyFile('a: [', FIRST), { code: 'FEDERATION_FILE' });
});
