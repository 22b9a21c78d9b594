import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { EDGE_KINDS } from '../../../../config/ontology/kinds.ts';
import { type StixObject, toStix } from '../../../../node/entities/exchange/stix.ts';
import { observableId, uuidV5 } from '../../../../node/entities/exchange/stix-ids.ts';
import { ANALYST, SECRET } from '../../../conformance/ledger-fixtures.ts';
import { deskWorld } from '../desk-world.ts';
import { everyKind } from './every-kind.ts';

/** The OASIS validator, from PyPI: `pip install stix2-validator`. */
const VALIDATOR = 'stix2_validator';

const run = promisify(execFile);

const refsOf = (object: StixObject): readonly string[] =>
  Object.entries(object).flatMap(([name, value]) => {
    if (name.endsWith('_ref')) return [String(value)];
    return name.endsWith('_refs') && Array.isArray(value) ? value.map(String) : [];
  });

test('S0-01 (STIX) ids are UUIDv5, of observables as the specification computes them', (t) => {
  // RFC 9562, A.4, and the worked example of STIX 2.1, section 2.9.
  t.is(uuidV5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com'), '2ed6657d-e927-568b-95e1-2665a8aea6a2');
  t.is(observableId('ipv4-addr', { value: '198.51.100.3' }), 'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4');
});

test('S0-01 (STIX) every object is well-formed, and refers to objects of the bundle alone', (t) => {
  const bundle = toStix(everyKind());
  const ids = new Set(bundle.objects.map(({ id }) => id));
  t.is(ids.size, bundle.objects.length);
  for (const object of bundle.objects) {
    t.regex(
      object.id,
      new RegExp(`^${object.type}--[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`),
    );
    t.is(object['spec_version'], '2.1');
    for (const ref of refsOf(object)) t.true(ids.has(ref), `${object.id} refers to ${ref}`);
  }
});

test('S0-01 (STIX) what was written can be read back: each element with kind, properties and provenance', (t) => {
  const set = everyKind();
  const read = toStix(set).objects.flatMap(({ extensions }) =>
    Object.values((extensions ?? {}) as Record<string, Record<string, unknown>>).filter(
      ({ kind }) => kind !== undefined,
    ),
  );
  const nodes = new Map(read.flatMap((one) => (one['key'] === undefined ? [] : [[one['key'], one]])));
  for (const { key, kind, properties, provenance } of set.nodes) {
    t.like(nodes.get(key), { kind, properties });
    t.like(nodes.get(key)?.['provenance'], { source: provenance.source, confidence: provenance.confidence });
  }
  const edges = new Map(read.flatMap((one) => (one['edge_id'] === undefined ? [] : [[one['edge_id'], one]])));
  t.deepEqual(new Set([...edges.values()].map(({ kind }) => kind)), new Set(EDGE_KINDS));
  for (const { edgeId, kind, properties } of set.edges) t.like(edges.get(edgeId), { kind, properties });
});

test('S0-01 (STIX) the same elements give the same bundle, and each object its TLP and classification', (t) => {
  t.deepEqual(toStix(everyKind()), toStix(everyKind()));
  const { objects } = toStix(everyKind());
  const person = objects.find(({ identity_class }) => identity_class === 'individual');
  const names = ((person?.['object_marking_refs'] ?? []) as string[]).map((ref) => {
    const marking = objects.find(({ id }) => id === ref);
    return marking?.['name'] ?? (marking?.['definition'] as { statement: string } | undefined)?.statement;
  });
  t.deepEqual(names, ['TLP:AMBER', 'classification RESTRICTED']);
});

test('S0-01 (STIX) what a viewer may not see is not in the document', async (t) => {
  const desk = await deskWorld({ F: SECRET });
  await desk.entities.resolve();
  const text = JSON.stringify(await desk.export('A', 'stix', ANALYST));
  t.true(text.includes('Ilse') && text.includes('AL-1') && text.includes('tlp_2_0'));
  t.false(text.includes('Quarz Handel'));
  const open = JSON.stringify(await (await deskWorld()).export('A', 'stix', ANALYST));
  t.true(open.includes('Quarz Handel') && open.includes('linked-to'));
  t.true(open.includes(String.raw`[user-account:user_id = 'two:o\\'x']`), 'an indicator about a counterparty');
});

const found = (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, VALIDATOR)));
if (!found) test.skip(`S0-01 (STIX) ${VALIDATOR} is not installed, so OASIS' validator was not asked`, () => undefined);
else
  test("S0-01 (STIX) OASIS' validator takes the bundle", async (t) => {
    t.timeout(120_000);
    const folder = mkdtempSync(join(tmpdir(), 'stix-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'bundle.json');
    writeFileSync(file, JSON.stringify(toStix(everyKind())));
    // Not the synchronous call: it would keep the other tests waiting. Rejects where the validator finds a fault.
    const { stdout } = await run(VALIDATOR, ['--version', '2.1', file], { timeout: 120_000 });
    t.true(stdout.includes('STIX JSON: Valid'), stdout);
  });
