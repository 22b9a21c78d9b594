import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import type { AgencyNode } from '../../tools/federation/agency-node.ts';
import { adoptPolicy, type Federation, foundFederation } from '../../tools/federation/found.ts';
import { handOverEnvelope, objectAt, ownObjects } from '../../tools/federation/objects.ts';
import { signStatement } from '../../tools/federation/officer.ts';
import { closeWindow } from '../../tools/federation/replay.ts';
import { sharingOf } from '../../tools/federation/standing.ts';
import { Workspace } from '../../tools/federation/workspace.ts';
import { runJson } from '../../tools/programs.ts';
import { NeedleSearch } from '../../tools/search/needle-search.ts';
import { searchHome } from '../../tools/search/search-home.ts';
import { searchMemory } from '../../tools/search/search-memory.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { someAgencies } from './support/agencies.ts';
import { following, signedBy } from './support/forgery.ts';
import { insiderOf } from './support/insider.ts';
import { memberKeysIn } from './support/member-keys.ts';
import { memberOf } from './support/play.ts';
import { answerOf, dial, startRawPeer } from './support/raw-peer.ts';

/** DESIGN, section 4. */
const CUT_WITHIN_MS = 2_000;
/** m of five agencies. */
const APPROVALS = 3;

const workspace = Workspace.create();
let federation: Federation;
const nodeOf = (agency: string): AgencyNode => memberOf(federation, agency).node;

test.before(async () => {
  federation = await foundFederation(workspace, {
    name: 'suspension',
    agencies: someAgencies(5),
    approvals: APPROVALS,
    nodeWords: ['--sharing-collect-seconds', '1'],
  });
  await adoptPolicy(federation, { keyHolder: 'alpha', threshold: 2 });
  await Promise.all(federation.members.map(({ node }) => node.activate()));
  await closeWindow(federation);
});
test.after.always(() => workspace.close());

test.serial('F-04 a suspension signed by a single foreign officer has no effect', async (t) => {
  const statement = await suspensionOf('bravo', 'agency', ['alpha']);
  const refused = await t.throwsAsync(nodeOf('alpha').json(['suspend', 'submit', statement]));
  t.regex(refused?.message ?? '', /MEMBERSHIP_/);
  for (const agency of ['alpha', 'charlie', 'delta', 'echo']) {
    const bravo = await standingAt(agency, 'bravo');
    t.deepEqual([bravo?.suspended, bravo?.connected], [false, true], agency);
  }
});

test.serial('F-04 a suspension by the CA cuts the node at every member and at the coordinator in < 2 s', async (t) => {
  const peerId = nodeOf('echo').peerId;
  const words = ['suspend', peerId, '--reason', 'test', '--home', federation.coordinatorHome];
  await cutWithin(t, 'echo', ['alpha', 'bravo', 'charlie', 'delta'], () => runJson('coordinator', words));
  await waitUntil('its link is cut', async () => (await sharingOf(nodeOf('echo'))).coordinator === 'away');
});

test.serial('F-04 an officer suspends a node of the own agency, with the coordinator down', async (t) => {
  await federation.coordinator.kill();
  const statement = await suspensionOf('delta', 'node', ['delta']);
  const peers = ['alpha', 'bravo', 'charlie'];
  await cutWithin(t, 'delta', peers, () => submitted('alpha', statement));
});

test.serial('F-04 officers of m agencies suspend an agency, with the coordinator down', async (t) => {
  const statement = await suspensionOf('charlie', 'agency', ['alpha', 'bravo', 'delta']);
  await cutWithin(t, 'charlie', ['alpha', 'bravo'], () => submitted('bravo', statement));
});

test.serial('F-04 what was held still counts; what comes after is refused, back-dated or not', async (t) => {
  const charlie = await insiderOf(nodeOf('charlie'));
  const last = (await ownObjects(nodeOf('charlie'))).findLast(({ audience }) => audience === 'federation');
  const held = last === undefined ? undefined : await objectAt(nodeOf('alpha'), last.header_hash);
  if (held === undefined) throw new Error('alpha holds nothing of charlie');
  const { envelope, header } = held;
  const { items } = await nodeOf('alpha').rest.get<{ items: readonly { agency: string }[] }>('/api/v1/summaries');
  t.true(
    items.some(({ agency }) => agency === 'charlie'),
    'its summary still counts',
  );
  const dayMs = 86_400_000;
  for (const backMs of [0, dayMs, 30 * dayMs]) {
    const times = { issuedAtMs: header.issuedAtMs - backMs, expiresAtMs: header.expiresAtMs };
    const next = signedBy(charlie, header, { ...following(envelope, header), ...times }, envelope.payload);
    for (const agency of ['alpha', 'bravo'])
      t.is(await handOverEnvelope(nodeOf(agency), next), 'SHARING_SUSPENDED', `${backMs / dayMs} days back, ${agency}`);
  }
});

test.serial('F-31 the key rotates at each suspension, also with the coordinator down', async (t) => {
  await waitUntil(
    'alpha and bravo have the fourth generation',
    async () => {
      const standings = await Promise.all(['alpha', 'bravo'].map((agency) => sharingOf(nodeOf(agency))));
      return standings.every(({ generation }) => generation === 4);
    },
    60_000,
  );
  t.is((await sharingOf(nodeOf('alpha'))).coordinator, 'away');
});

test.serial(
  'F-31 neither a suspended node, nor one that is not in the log, nor the coordinator has the key',
  async (t) => {
    const request = new Uint8Array([4, 8, 2, 16, 4]);
    const keys = '/concordat/keys/1.0.0';
    for (const seed of [undefined, (await insiderOf(nodeOf('charlie'))).identitySecretKey]) {
      const peer = await startRawPeer(seed);
      t.teardown(() => peer.stop());
      t.is(
        await answerOf(await dial(peer, nodeOf('alpha')), keys, request),
        0,
        seed === undefined ? 'stranger' : 'charlie',
      );
    }
    const [alpha, bravo] = [nodeOf('alpha'), nodeOf('bravo')];
    const { epoch } = await sharingOf(alpha);
    for (const agency of ['alpha', 'charlie', 'delta', 'echo']) await nodeOf(agency).program.stop();
    const all = await memberKeysIn(alpha);
    const ofNow = all.filter((held) => held.epoch === epoch);
    t.deepEqual(
      ofNow.map(({ generation }) => generation).sort((one, other) => one - other),
      [1, 2, 3, 4],
    );
    // Each was a member until the next generation was made.
    for (const [agency, until] of [
      ['echo', 1],
      ['delta', 2],
      ['charlie', 3],
    ] as const) {
      const later = (await memberKeysIn(nodeOf(agency))).filter(
        (held) => held.epoch === epoch && held.generation > until,
      );
      t.deepEqual(
        later.map(({ generation }) => generation),
        [],
        agency,
      );
    }
    const needles = new NeedleSearch(all.map(({ key }) => key));
    const { found } = await searchHome(federation.coordinatorHome, needles, workspace.path('copy'));
    t.is(found.size, 0, "the coordinator's store");
    const memory = searchMemory(bravo.program.pid, needles);
    if (memory !== undefined) t.true(memory.found.size > 0, 'control: a member has them in memory');
  },
);

/** Suspends, and measures at each peer how long it took until the last connection with the node was gone. */
async function cutWithin(
  t: ExecutionContext,
  suspended: string,
  peers: readonly string[],
  suspend: () => Promise<unknown>,
): Promise<void> {
  for (const peer of peers) t.true((await standingAt(peer, suspended))?.connected, `${peer} is connected`);
  // From when the order is given, at the latest: the command's own start counts as well.
  const startedAt = performance.now();
  const cut = peers.map(async (peer) => {
    await waitUntil(
      `${peer} cut ${suspended} off`,
      async () => {
        const standing = await standingAt(peer, suspended);
        return standing?.suspended === true && !standing.connected;
      },
      20_000,
    );
    return performance.now() - startedAt;
  });
  await suspend();
  const orderedMs = performance.now() - startedAt;
  const lastMs = Math.max(...(await Promise.all(cut)));
  t.log(`${suspended}: ordered within ${orderedMs.toFixed(0)} ms, last stream cut after ${lastMs.toFixed(0)} ms`);
  t.true(lastMs - orderedMs < CUT_WITHIN_MS, `${lastMs - orderedMs} ms after the order was taken`);
}

async function standingAt(agency: string, other: string) {
  return (await sharingOf(nodeOf(agency))).peers.find(({ peer_id: peerId }) => peerId === nodeOf(other).peerId);
}

/** A suspension statement, signed by officers of some agencies. */
async function suspensionOf(agency: string, what: 'agency' | 'node', signers: readonly string[]): Promise<string> {
  const path = workspace.path(`suspend-${agency}-${signers.join('-')}.statement`);
  const target = what === 'agency' ? ['--agency', agency] : ['--node', nodeOf(agency).peerId];
  await nodeOf('alpha').json(['suspend', 'create', ...target, '--reason', 'test', '--out', path]);
  for (const signer of signers) await signStatement(memberOf(federation, signer).officer, path);
  return path;
}

/** Hands a statement in by REST, so that no start of a command is measured with it. */
function submitted(agency: string, path: string): Promise<unknown> {
  const { statement } = JSON.parse(readFileSync(path, 'utf8')) as { readonly statement: string };
  return nodeOf(agency).rest.post('/api/v1/sharing/statements', { statement });
}
