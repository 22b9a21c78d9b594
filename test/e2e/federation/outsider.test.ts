import test from 'ava';
import type { AgencyNode } from '../../tools/federation/agency-node.ts';
import { type Federation, foundFederation, startMember } from '../../tools/federation/found.ts';
import { isMeshComplete, sharingOf } from '../../tools/federation/standing.ts';
import { Workspace } from '../../tools/federation/workspace.ts';
import { figuresOf, sumOf } from '../../tools/figures.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { someAgencies } from './support/agencies.ts';
import { insiderOf } from './support/insider.ts';
import { memberOf } from './support/play.ts';
import { answerOf, dial, startRawPeer } from './support/raw-peer.ts';

const FAMILIES = ['hello', 'keys', 'sync', 'match', 'oprf', 'rfi', 'hints'];
/** A frame of a length and a few bytes: a request where it is taken for one, nonsense elsewhere. */
const REQUEST = new Uint8Array([4, 10, 2, 8, 1]);

const workspace = Workspace.create();
let federation: Federation;
let protocols: readonly string[];

test.before(async () => {
  federation = await foundFederation(workspace, { name: 'outsider', agencies: someAgencies(3), approvals: 2 });
  const [first] = federation.members;
  const id = first === undefined ? '' : (await sharingOf(first.node)).federation_id;
  protocols = [
    ...FAMILIES.map((family) => `/concordat/${family}/1.0.0`),
    ...['1.0.0', '1.1.0', '1.2.0'].map((version) => `/meshsub/${version}`),
    '/floodsub/1.0.0',
    `/concordat/${id}/kad/1.0.0`,
    '/ipfs/kad/1.0.0',
    '/concordat/id/1.0.0',
    '/ipfs/id/1.0.0',
    '/concordat/ping/1.0.0',
    '/ipfs/ping/1.0.0',
  ];
});
test.after.always(() => workspace.close());

test.serial('F-05 an outsider reaches no protocol at any member after noise', async (t) => {
  for (const { node } of federation.members) {
    const before = await outsidersAt(node);
    const outsider = await startRawPeer();
    t.teardown(() => outsider.stop());
    const connection = await dial(outsider, node);
    await waitUntil('the outsider is cut off', () => outsider.getConnections().length === 0);
    for (const protocol of protocols) t.is(await answerOf(connection, protocol, REQUEST), 0, protocol);
    t.true((await outsidersAt(node)) > before, 'it is counted');
    t.is((await sharingOf(node)).peers.length, 2);
  }
});

test.serial('F-05 a member reaches a protocol only after hello', async (t) => {
  const [alpha, charlie] = ['alpha', 'charlie'].map((agency) => memberOf(federation, agency).node);
  if (alpha === undefined || charlie === undefined) throw new Error('no member');
  const { identitySecretKey } = await insiderOf(charlie);
  await charlie.program.stop();
  const silent = await startRawPeer(identitySecretKey);
  t.teardown(() => silent.stop());
  for (const protocol of protocols.filter((name) => !name.includes('/hello/'))) {
    const connection = await dial(silent, alpha);
    t.is(await answerOf(connection, protocol, REQUEST), 0, protocol);
    connection?.abort(new Error('next'));
  }
  await silent.stop();
  await startMember(charlie);
  await waitUntil('the same member, having greeted, takes part', () => isMeshComplete(federation.members), 60_000);
  t.pass();
});

async function outsidersAt(node: AgencyNode): Promise<number> {
  const labels = { metric: 'connection', outcome: 'outsider' };
  return sumOf(await figuresOf(node.program), 'concordat_mesh_events_total', labels);
}
