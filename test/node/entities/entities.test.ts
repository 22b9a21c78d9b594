import test from 'ava';
import { toBase64url } from '../../../crypto/bytes.ts';
import { identityKeyFromSeed } from '../../../crypto/keys.ts';
import { Entities } from '../../../node/entities/entities.ts';
import type { Ledger } from '../../../node/ledger/ledger.ts';
import { CUSTOMERS } from '../../../node/records/collections.ts';
import { projectToGraph } from '../../../node/records/graph/project.ts';
import { customerKey } from '../../../node/records/graph/entity-keys.ts';
import { MERGES } from '../../../node/records/merges.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import type { Marking } from '../../../proto/domain/marking.ts';
import type { Customer } from '../../../proto/domain/records.ts';
import { ANALYST, SECRET, SYSTEM } from '../../conformance/ledger-fixtures.ts';
import { openMemoryGraph } from '../../fakes/memory-graph.ts';
import { openMemoryLedger } from '../../fakes/memory-ledger.ts';
import { person } from './people.ts';

const IDENTITY = identityKeyFromSeed(new Uint8Array(32).fill(7));

type World = { readonly ledger: Ledger; readonly entities: Entities; readonly reopened: () => Entities };

async function world(customers: readonly Customer[], markings: Readonly<Record<string, Marking>> = {}): Promise<World> {
  const ledger = openMemoryLedger();
  const writes = customers.map((customer) => {
    const write = CUSTOMERS.put(customer);
    return { ...write, marking: markings[customer.customerId] ?? write.marking };
  });
  await ledger.commit({ writes, audit: [] });
  let nowMs = 1_700_000_000_000;
  const time = { nowMs: () => (nowMs += 1) };
  const deps = { ledger, system: SYSTEM, clock: time, businessTime: time, identity: IDENTITY };
  return { ledger, entities: new Entities(deps), reopened: () => new Entities(deps) };
}

const PAIR = [
  person('A'),
  person('B', { name: 'Ilse Quartzenberg', phone: null }),
  person('Z', { name: 'Otto Other' }),
];
const refused = (code: string) => (error: unknown) => isRefusal(error, code);

test('S0-01 (merges) a merge is signed, audited, explained, kept over a restart, and withdrawn again', async (t) => {
  const { entities, ledger, reopened } = await world(PAIR.slice(0, 2));
  t.like(await entities.resolve(), { customers: 2, merged: 1, proposed: 0, entities: 1 });
  const shown = await reopened().show('B', ANALYST);
  t.is(shown.entityId, 'A');
  t.deepEqual(
    shown.members.map(({ customerId }) => String(customerId)),
    ['A', 'B'],
  );
  const [assertion] = shown.assertions;
  t.true((assertion?.features.length ?? 0) > 3 && assertion?.decidedBy === 'resolver/1');
  const [withdrawn] = await entities.unmerge('A', 'not the same', ANALYST);
  t.like(withdrawn, { state: 'withdrawn', ordinal: 2, decidedBy: 'ann', reason: 'not the same' });
  t.is((await entities.show('B', ANALYST)).members.length, 1);
  t.like(await entities.resolve(), { merged: 0, proposed: 0, entities: 0 });
  const actions: string[] = [];
  for await (const { audit } of ledger.commits(1)) actions.push(...audit.map(({ action }) => action));
  t.deepEqual(actions, ['entity.merged', 'entity.withdrawn']);
  await t.throwsAsync(entities.unmerge('A', null, ANALYST), { instanceOf: Error });
});

test('S0-01 (merges) a merged entity has the highest marking of its records, and nobody sees part of it as a whole', async (t) => {
  const { entities } = await world(PAIR.slice(0, 2), { B: SECRET });
  await entities.resolve();
  t.like((await entities.show('A', SYSTEM)).marking, { classification: 'SECRET', tlp: 'RED' });
  const low = await entities.show('A', ANALYST);
  t.deepEqual([low.members.length, low.assertions.length, low.marking.classification], [1, 0, 'RESTRICTED']);
  t.true(refused('ENTITY_UNKNOWN')(await t.throwsAsync(entities.show('B', ANALYST))));
  t.true(refused('ENTITY_PAIR')(await t.throwsAsync(entities.unmerge('A', null, ANALYST))));
});

test('S0-01 (merges) what lies between goes to a person, whose word stands', async (t) => {
  const doubtful = [person('A'), person('B', { nationalId: null, dateOfBirth: null })];
  const { entities } = await world(doubtful);
  t.like(await entities.resolve(), { merged: 0, proposed: 1 });
  t.is((await entities.review(ANALYST)).length, 1);
  const rejected = await entities.decide({ one: 'B', other: 'A' }, 'rejected', 'siblings', ANALYST);
  t.like(rejected, { state: 'rejected', decidedBy: 'ann', one: 'A' });
  t.deepEqual(await entities.review(ANALYST), []);
  t.like(await entities.resolve(), { merged: 0, proposed: 0 });
  t.true(
    refused('ENTITY_PAIR')(await t.throwsAsync(entities.decide({ one: 'A', other: 'B' }, 'merged', null, ANALYST))),
  );
  const accepting = (await world(doubtful)).entities;
  await accepting.resolve();
  await accepting.decide({ one: 'A', other: 'B' }, 'merged', null, ANALYST);
  t.is((await accepting.show('A', ANALYST)).members.length, 2);
});

test('S0-01 (merges) an assertion that is not what was signed is found when it is shown', async (t) => {
  const { entities, ledger, reopened } = await world(PAIR.slice(0, 2));
  await entities.resolve();
  const merge = await MERGES.get(ledger, 'A/B/000001', SYSTEM);
  if (merge === undefined) return t.fail();
  await ledger.commit({ writes: [MERGES.put({ ...merge, signature: toBase64url(new Uint8Array(64)) })], audit: [] });
  t.true(refused('ENTITY_SIGNATURE')(await t.throwsAsync(reopened().show('A', ANALYST))));
});

test('S0-01 (merges) the graph says who is the same, as of a time', async (t) => {
  const { entities, ledger } = await world(PAIR.slice(0, 2));
  await entities.resolve();
  const graph = openMemoryGraph();
  const key = customerKey('one', 'A');
  const stateAt = async (asOfMs: number): Promise<string | undefined> => {
    const query = { key, kinds: ['same_as'], direction: 'both', asOfMs, limit: 5 } as const;
    return (await graph.neighbours(query, ANALYST))[0]?.edge.properties['state'];
  };
  await projectToGraph({ ledger, graph, agency: 'one' });
  t.is(await stateAt(Number.MAX_SAFE_INTEGER), 'merged');
  const [withdrawn] = await entities.unmerge('B', null, ANALYST);
  await projectToGraph({ ledger, graph, agency: 'one' });
  t.deepEqual(
    [await stateAt((withdrawn?.knownAtMs ?? 0) - 1), await stateAt(withdrawn?.knownAtMs ?? 0)],
    ['merged', 'withdrawn'],
  );
});
