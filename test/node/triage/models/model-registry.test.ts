import test from 'ava';
import { peerIdText } from '../../../../crypto/peer-id.ts';
import type { Ledger } from '../../../../node/ledger/ledger.ts';
import type { Comparison } from '../../../../node/triage/learning/compare.ts';
import type { ModelRegistry } from '../../../../node/triage/models/model-registry.ts';
import { modelId, type ScorerArtefact } from '../../../../node/triage/models/scorer-artefact.ts';
import { ACTIVATIONS, MODELS } from '../../../../node/triage/models/stored-model.ts';
import { openMemoryLedger } from '../../../fakes/memory-ledger.ts';
import { SCORER, VIEWER } from '../world.ts';
import { identityOf, modelRegistry } from './registry.ts';

const trained = (version: string): ScorerArtefact => ({ ...SCORER, name: 'alpha', version });
const SHARE = { value: 0, low: 0, high: 1 };
const MEASURES = {
  averagePrecision: 0.5,
  recallAt1Percent: 0.2,
  clearing: { clearBelow: 0.01, cleared: SHARE, missed: SHARE },
};

function comparedWith(against: string, rows = 10): Comparison {
  const gain = { averagePrecision: SHARE, recallAt1Percent: SHARE };
  return { against, rows, positives: 3, candidate: MEASURES, inForce: MEASURES, gain };
}

async function opened(): Promise<{
  ledger: Ledger;
  registry: ModelRegistry;
  time: { nowMs: number };
  again: () => Promise<ModelRegistry>;
}> {
  const ledger = openMemoryLedger();
  const time = { nowMs: 1_000 };
  const again = (): Promise<ModelRegistry> => modelRegistry({ ledger, clock: { nowMs: () => time.nowMs } });
  return { ledger, time, again, registry: await again() };
}

/** A candidate that Ann has made and that was compared with what is in force. */
async function candidate(registry: ModelRegistry, version: string): Promise<string> {
  await registry.add(trained(version), 'trained', 'Ann');
  const id = `alpha/${version}`;
  await registry.compared(id, comparedWith(modelId(registry.inForce())), 'Ann');
  return id;
}

test('S0-40 a model that was made here is signed by the node, and the same after a restart', async (t) => {
  const { again, registry } = await opened();
  await registry.add(trained('1'), 'trained', 'Ann');
  const later = await again();
  t.deepEqual(later.named('alpha/1'), trained('1'));
  t.like(await later.get('alpha/1'), {
    state: 'candidate',
    origin: 'trained',
    madeBy: 'Ann',
    signer: peerIdText(identityOf().publicKey),
  });
  await t.throwsAsync(later.add(trained('1'), 'trained', 'Ann'), { code: 'TRIAGE_MODEL_EXISTS' });
  t.is(later.nextVersion('alpha'), '2');
});

test('M-08 only a second person brings a model into force, from then on', async (t) => {
  const { registry, time } = await opened();
  const id = await candidate(registry, '1');
  for (const person of ['Ann', ' ann ', 'ＡＮＮ'])
    await t.throwsAsync(registry.approve(id, person, { uncompared: true }), { code: 'TRIAGE_MODEL_PERSON' });
  t.is(modelId(registry.inForce()), 'reference/1');
  time.nowMs = 2_000;
  await registry.approve(id, 'Bob', { uncompared: false });
  t.is(modelId(registry.at(2_000)), id);
  t.is(modelId(registry.at(1_999)), 'reference/1');
  t.deepEqual(
    (await registry.list()).map(({ artefact, state }) => [modelId(artefact), state]),
    [
      ['reference/1', 'retired'],
      ['guide/1', 'candidate'],
      ['alpha/1', 'active'],
    ],
  );
  await t.throwsAsync(registry.approve(id, 'Bob', { uncompared: true }), { code: 'TRIAGE_MODEL_IN_FORCE' });
});

test('M-08 a model is approved on a comparison with the model that is in force', async (t) => {
  const { registry } = await opened();
  await registry.add(trained('1'), 'trained', 'Ann');
  const refused = { code: 'TRIAGE_MODEL_UNCOMPARED' };
  await t.throwsAsync(registry.approve('alpha/1', 'Bob', { uncompared: false }), refused);
  await registry.compared('alpha/1', comparedWith('guide/1'), 'Ann');
  await t.throwsAsync(registry.approve('alpha/1', 'Bob', { uncompared: false }), refused);
  await registry.compared('alpha/1', comparedWith('reference/1', 0), 'Ann');
  await t.throwsAsync(registry.approve('alpha/1', 'Bob', { uncompared: false }), refused);
  await registry.compared('alpha/1', comparedWith('reference/1'), 'Ann');
  await t.notThrowsAsync(registry.approve('alpha/1', 'Bob', { uncompared: false }));
});

test('M-08 a rollback brings back the model before, one after the other, down to the first', async (t) => {
  const { again, registry, time } = await opened();
  await registry.approve(await candidate(registry, '1'), 'Bob', { uncompared: false });
  time.nowMs = 2_000;
  await registry.approve(await candidate(registry, '2'), 'Bob', { uncompared: false });
  time.nowMs = 3_000;
  t.is(await registry.rollback('Ann'), 'alpha/1');
  const later = await again();
  t.deepEqual(
    [500, 1_500, 2_500, 3_500].map((atMs) => modelId(later.at(atMs))),
    ['reference/1', 'alpha/1', 'alpha/2', 'alpha/1'],
  );
  t.is(await later.rollback('Ann'), 'reference/1');
  await t.throwsAsync(later.rollback('Ann'), { code: 'TRIAGE_MODEL_FIRST' });
});

test('S0-40 a node does not start with a model that is not what was signed', async (t) => {
  const { again, ledger, registry } = await opened();
  await registry.add(trained('1'), 'trained', 'Ann');
  const stored = await MODELS.get(ledger, 'model/alpha/1', VIEWER);
  if (stored === undefined) return t.fail();
  const artefact = stored.signed.artefact.replace('"points":31', '"points":30');
  t.not(artefact, stored.signed.artefact);
  await ledger.commit({ writes: [MODELS.put({ ...stored, signed: { ...stored.signed, artefact } })], audit: [] });
  await t.throwsAsync(again(), { code: 'TRIAGE_MODEL_SIGNATURE' });
});

test('S0-40 an exported model is taken elsewhere only as what its signer signed', async (t) => {
  const { registry } = await opened();
  await registry.add(trained('1'), 'trained', 'Ann');
  const signed = registry.export('alpha/1');
  const clock = { nowMs: () => 1_000 };
  const other = await modelRegistry({ ledger: openMemoryLedger(), clock }, 2);
  const signer = peerIdText(identityOf().publicKey);
  const refused = { code: 'TRIAGE_MODEL_SIGNATURE' };
  await t.throwsAsync(other.import(signed, null, 'Cid'), refused);
  await t.throwsAsync(other.import({ ...signed, artefact: `${signed.artefact} ` }, signer, 'Cid'), refused);
  await t.throwsAsync(other.import({ ...signed, signature: '-' }, signer, 'Cid'), refused);
  await t.throwsAsync(other.import({ ...signed, signer: 'nobody' }, 'nobody', 'Cid'), refused);
  t.is(await other.import(signed, signer, 'Cid'), 'alpha/1');
  await t.throwsAsync(other.approve('alpha/1', 'Cid', { uncompared: true }), { code: 'TRIAGE_MODEL_PERSON' });
  await t.notThrowsAsync(other.approve('alpha/1', 'Dan', { uncompared: true }));
});

test('each change of a model is in the trail, with who made it', async (t) => {
  const { ledger, registry } = await opened();
  await registry.approve(await candidate(registry, '1'), 'Bob', { uncompared: false });
  await registry.rollback('Eve');
  const entries: string[] = [];
  for await (const { audit } of ledger.commits(1))
    entries.push(...audit.map(({ action, actor, object }) => `${actor} ${action} ${object}`));
  t.deepEqual(entries, [
    'Ann model.trained model:alpha/1',
    'Ann model.compared model:alpha/1',
    'Bob model.approved model:alpha/1',
    'Eve model.rolled_back model:reference/1',
  ]);
});

test('two approvals at the same moment come one after the other', async (t) => {
  const { registry } = await opened();
  const id = await candidate(registry, '1');
  const results = await Promise.allSettled(
    ['Bob', 'Cid'].map((person) => registry.approve(id, person, { uncompared: true })),
  );
  t.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
});

test('an approval that stands though it was reported lost is taken up by the next attempt', async (t) => {
  const { ledger, registry } = await opened();
  const id = await candidate(registry, '1');
  const lost = { ordinal: 1, kind: 'approved', modelId: id, fromMs: 1_000, person: 'Bob', atMs: 1_000 } as const;
  await ledger.commit({ writes: [ACTIVATIONS.put(lost)], audit: [] });
  t.is(modelId(registry.inForce()), 'reference/1');
  await registry.approve(id, 'Bob', { uncompared: false });
  t.is(modelId(registry.inForce()), id);
  t.is((await registry.get(id)).activations.length, 1);
});
