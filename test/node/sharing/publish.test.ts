import test from 'ava';
import { equalBytes } from '../../../crypto/bytes.ts';
import { headerHash, payloadHash, verifyHeader } from '../../../crypto/envelope.ts';
import { decodeHeader } from '../../../proto/codec/envelope.ts';
import type { Audience, EnvelopeHeader } from '../../../proto/domain/envelope.ts';
import type { Draft } from '../../../node/sharing/publish.ts';
import { COORDINATOR, FEDERATION } from '../../fixtures/envelopes.ts';
import { FederationSim } from './federation-sim.ts';
import { codeOf, SUMMARY_BYTES } from './sim/samples.ts';
import { SIM_SYSTEM, type SimNode } from './sim/sim-node.ts';
import { SHARED } from '../../../node/sharing/markings.ts';

function draft(audience: Audience, change: Partial<Draft> = {}): Draft {
  return {
    kind: 'summary',
    audience,
    epoch: 1,
    payload: SUMMARY_BYTES,
    marking: SHARED,
    gateway: 'synthetic',
    purpose: 'aml',
    caseHandle: '',
    lifeMs: 1_000_000,
    sinks: [],
    ...change,
  };
}

async function headersOf(node: SimNode, audience: Audience): Promise<readonly EnvelopeHeader[]> {
  const chain = { authorPeerId: node.peerId, incarnation: 0, audience };
  const objects = await Array.fromAsync(node.sharing.store.range(chain, 1, 1_000));
  return objects.map(({ header }) => decodeHeader(header));
}

test('objects are numbered and chained per audience, signed over their exact header', async (t) => {
  const sim = await FederationSim.start(t.title);
  const node = sim.node(0);
  const pair: Audience = { scope: 'pair', id: sim.node(1).peerId };
  for (const audience of [FEDERATION, COORDINATOR, FEDERATION, pair, FEDERATION, COORDINATOR]) {
    const { envelope } = await node.sharing.publisher.publish(draft(audience));
    const header = decodeHeader(envelope.header);
    t.true(verifyHeader(node.keys.record.identityKey, envelope.header, envelope.signature));
    t.true(equalBytes(payloadHash(envelope.salt, envelope.payload), header.payloadHash));
    t.true(equalBytes(header.federationId, sim.federation.federationId));
    t.is(header.authorPeerId, node.peerId);
  }
  const sequences = async (audience: Audience): Promise<readonly number[]> =>
    (await headersOf(node, audience)).map(({ sequence }) => sequence);
  t.deepEqual(await sequences(FEDERATION), [1, 2, 3]);
  t.deepEqual(await sequences(COORDINATOR), [1, 2]);
  t.deepEqual(await sequences(pair), [1]);
  const chain = { authorPeerId: node.peerId, incarnation: 0, audience: FEDERATION };
  const objects = await Array.fromAsync(node.sharing.store.range(chain, 1, 3));
  const links = objects.map(({ header }) => decodeHeader(header).previousHeaderHash);
  t.deepEqual(links, [
    new Uint8Array(32),
    ...objects.slice(0, 2).map(({ header }) => new Uint8Array(headerHash(header))),
  ]);
});

test('objects published at once in one audience stand one behind the other', async (t) => {
  const sim = await FederationSim.start(t.title);
  const node = sim.node(0);
  await Promise.all(Array.from({ length: 20 }, () => node.sharing.publisher.publish(draft(FEDERATION))));
  t.deepEqual(
    (await headersOf(node, FEDERATION)).map(({ sequence }) => sequence),
    Array.from({ length: 20 }, (_, place) => place + 1),
  );
});

test('a disk that fails takes neither place nor object, and the next one has the number', async (t) => {
  const sim = await FederationSim.start(t.title);
  const node = sim.node(0);
  node.beforeCommit = () => {
    throw new Error('disk');
  };
  await t.throwsAsync(node.sharing.publisher.publish(draft(FEDERATION, { sinks: ['gossip'] })), { message: 'disk' });
  node.beforeCommit = () => undefined;
  t.deepEqual(await headersOf(node, FEDERATION), []);
  t.deepEqual(await Array.fromAsync(node.ledger.list('outbox', {}, SIM_SYSTEM)), []);
  await node.sharing.publisher.publish(draft(FEDERATION));
  t.is((await headersOf(node, FEDERATION))[0]?.sequence, 1);
});

test('a process that ends after the commit delivers when it is back, and goes on in the sequence', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [author, reader] = [sim.node(0), sim.node(1)];
  sim.mesh.setOffline(author.peerId, true);
  sim.coordinator.setAway(true);
  await author.sharing.publisher.publish(draft(FEDERATION, { sinks: ['gossip', 'coordinator'] }));
  await author.restart();
  sim.mesh.setOffline(author.peerId, false);
  sim.coordinator.setAway(false);
  await sim.round();
  const chain = { authorPeerId: author.peerId, incarnation: 0, audience: FEDERATION };
  t.is((await reader.sharing.store.head(chain)).sequence, 1);
  t.is(sim.coordinator.objects('summary').length, 1);
  t.deepEqual(await Array.fromAsync(author.ledger.list('outbox', {}, SIM_SYSTEM)), []);
  await author.sharing.publisher.publish(draft(FEDERATION, { sinks: ['gossip'] }));
  await sim.settle();
  t.is((await reader.sharing.store.head(chain)).sequence, 2);
});

test('nothing is signed in an incarnation that no officer has announced', async (t) => {
  const sim = await FederationSim.start(t.title, { incarnation: 1 });
  const node = sim.node(0);
  t.is(await codeOf(() => node.sharing.publisher.publish(draft(FEDERATION))), 'SHARING_INCARNATION');
  const { federation } = sim;
  const headerHash = new Uint8Array(32).fill(9);
  const heads = [{ audience: FEDERATION, incarnation: 0, sequence: 4, headerHash }];
  const value = { peerId: node.peerId, incarnation: 1, heads };
  await node.sharing.statements.submit(federation.sign({ kind: 'incarnation', value }, federation.officer(0)));
  const { envelope } = await node.sharing.publisher.publish(draft(FEDERATION));
  const { incarnation, previousHeaderHash, sequence } = decodeHeader(envelope.header);
  t.deepEqual([incarnation, sequence, previousHeaderHash], [1, 1, headerHash]);
});
