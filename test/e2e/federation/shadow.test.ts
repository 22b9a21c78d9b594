import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { AgencyNode, FIRST_PERSON, SECOND_PERSON } from '../../tools/federation/agency-node.ts';
import { decisionsOf } from '../../tools/federation/decisions.ts';
import { adoptPolicy, type Federation, foundFederation, startMember } from '../../tools/federation/found.ts';
import { ownObjects } from '../../tools/federation/objects.ts';
import { closeAt, closeWindow } from '../../tools/federation/replay.ts';
import { isMeshComplete, sharingOf } from '../../tools/federation/standing.ts';
import { Workspace } from '../../tools/federation/workspace.ts';
import { figuresOf, sumOf } from '../../tools/figures.ts';
import { startRelay, type TcpRelay } from '../../tools/tcp-relay.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { someAgencies } from './support/agencies.ts';
import { feedDay, indicatorsOf, memberOf } from './support/play.ts';
import { accountOf, alertIdOf, type StageCustomer } from './support/stage.ts';

/** Charlie holds it; alpha and bravo flag it. */
const X = accountOf('charlie', 1);
/** What of the mesh is control traffic: hello, catching up, keys. */
const CONTROL_FAMILIES: ReadonlySet<string> = new Set(['hello', 'sync', 'keys']);
/** Long enough for all to close their windows; the one in shadow mode, which sends no word, is waited for in vain. */
const COLLECT = ['--sharing-collect-seconds', '3'];

const workspace = Workspace.create();
let federation: Federation;
let relay: TcpRelay;
const nodeOf = (agency: string): AgencyNode => memberOf(federation, agency).node;
const nodesOf = (): readonly AgencyNode[] => federation.members.map(({ node }) => node);

test.before(async () => {
  federation = await foundFederation(workspace, {
    name: 'shadow',
    agencies: someAgencies(3),
    approvals: 2,
    nodeWords: COLLECT,
  });
  relay = await relayBeforeCoordinator(nodeOf('charlie'));
  await adoptPolicy(federation, { keyHolder: 'alpha', threshold: 2 });
});
test.after.always(async () => {
  await relay.close();
  await workspace.close();
});

const suspect = (number: number, ...paid: StageCustomer['paid']): StageCustomer => ({
  number,
  alert: 'suspicious',
  paid,
});
const cleared = (number: number, ...paid: StageCustomer['paid']): StageCustomer => ({ number, alert: 'cleared', paid });

test.serial(
  'U-01 (capture) a new federation is in shadow mode: all work is done, and only control traffic leaves',
  async (t) => {
    const twice = [X, X];
    await feedDay(federation, '2026-03-02', {
      alpha: [suspect(1, ...twice)],
      bravo: [suspect(1, ...twice)],
      charlie: [cleared(1, accountOf('alpha', 1), accountOf('alpha', 1))],
    });
    for (const node of nodesOf()) {
      const [alert] = await decisionsOf(node.agencyId, node.rest, [alertIdOf(node.agencyId, 1)]);
      t.is(alert?.decisions.length, 1, `${node.agencyId} decides on real data`);
    }
    const before = relay.sentBytes();
    const steps = await Promise.all(nodesOf().map((node) => closeAt(node, 1)));
    t.deepEqual(
      new Set(steps.flat().map(({ code, outcome }) => `${outcome} ${code}`)),
      new Set(['refused SHARING_SHADOW']),
    );
    const match = { token_type: 'account', value: 'any', purpose: 'aml', case_handle: 'case-1' };
    const asked = await nodeOf('charlie').rest.call('POST', '/api/v1/match', match);
    t.deepEqual([asked.status, (asked.body as { code?: string }).code], [409, 'SHARING_SHADOW']);
    await waitUntil('the next epoch has begun', async () =>
      (await Promise.all(nodesOf().map(sharingOf))).every(({ epoch }) => epoch === 2),
    );
    t.log(`${relay.sentBytes() - before} bytes went from charlie to the coordinator around the closing of the window`);

    // Every envelope, stream and message that anybody received, by the receivers' own count.
    const coordinator = await figuresOf(federation.coordinator);
    t.is(sumOf(coordinator, 'concordat_coordinator_objects_taken_total'), 0);
    t.is(sumOf(coordinator, 'concordat_coordinator_objects_refused_total'), 0);
    for (const node of nodesOf()) {
      const figures = await figuresOf(node.program);
      const received = (metric: string, of: string): number =>
        sumOf(figures, 'concordat_mesh_events_total', { metric, of });
      for (const family of ['oprf', 'match', 'hints'])
        t.is(received('request', family), 0, `${family} at ${node.agencyId}`);
      for (const topic of ['summaries', 'indicators'])
        t.is(received('gossip', topic), 0, `${topic} at ${node.agencyId}`);
      t.true(
        [...CONTROL_FAMILIES].some((family) => received('request', family) > 0) || received('gossip', 'control') > 0,
      );
      t.deepEqual(await ownObjects(node), []);
      t.deepEqual((await sharingOf(node)).objects_sent, {});
    }
  },
);

test.serial('U-01 (two persons) leaving shadow mode needs two persons, and the same one twice is one', async (t) => {
  const alpha = nodeOf('alpha');
  const mode = async (): Promise<string> => (await sharingOf(alpha)).mode.mode;
  await alpha.json(['shadow', 'off']);
  await alpha.json(['shadow', 'off']);
  t.is(await mode(), 'shadow', `${FIRST_PERSON} twice`);
  const words = ['apikey', 'create', '--person', FIRST_PERSON, '--role', 'admin'];
  const sameAgain = await alpha.json<{ readonly api_key: string }>(words);
  await alpha.json(['shadow', 'off'], { CONCORDAT_API_KEY: sameAgain.api_key });
  t.is(await mode(), 'shadow', 'another key of the same person');
  await alpha.activate();
  t.is(await mode(), 'active', `${FIRST_PERSON} and ${SECOND_PERSON}`);
  await nodeOf('bravo').activate();
});

test.serial(
  'U-01 (capture) a shadow node receives what peers publish, changes no disposition and still sends nothing',
  async (t) => {
    const charlie = nodeOf('charlie');
    await feedDay(federation, '2026-03-04', {
      alpha: [suspect(2, X)],
      bravo: [suspect(2, X)],
      charlie: [cleared(3, X)],
    });
    await feedDay(federation, '2026-03-05', { charlie: [{ number: 9, alert: 'none', paid: [X] }] });
    const before = relay.sentBytes();
    await closeWindow(federation);
    const quiet = relay.sentBytes() - before;
    const held = await indicatorsOf(memberOf(federation, 'charlie'));
    t.deepEqual(
      held.map(({ identifier }) => identifier),
      [X.account],
      'it reads the indicator about its own customer',
    );
    await feedDay(federation, '2026-03-06', { charlie: [cleared(4, X)] });
    const alerts = await decisionsOf(
      'charlie',
      charlie.rest,
      [1, 3, 4].map((number) => alertIdOf('charlie', number)),
    );
    for (const { alertId, decisions } of alerts) {
      t.is(decisions.length, 1, `${alertId} was not re-opened`);
      t.is(decisions[0]?.disposition, 'AUTO_CLEAR', alertId);
      t.is(decisions[0]?.counterfactual, null, `${alertId} used nothing of peers`);
    }
    t.deepEqual(await ownObjects(charlie), []);
    // The measure of the capture: the same node's next window, out of shadow mode.
    await charlie.activate();
    const between = relay.sentBytes();
    await closeWindow(federation);
    const loud = relay.sentBytes() - between;
    t.log(`to the coordinator: ${quiet} bytes in shadow mode, ${loud} bytes out of it`);
    t.true(loud > 4 * quiet, 'a padded batch of flags would be seen');
  },
);

test.serial('U-01 (one command back) one person returns to shadow mode at once', async (t) => {
  const charlie = nodeOf('charlie');
  const sent = (await ownObjects(charlie)).length;
  t.true(sent > 0);
  const { mode } = await charlie.json<{ readonly mode: string }>(['shadow', 'on']);
  t.is(mode, 'shadow');
  await feedDay(federation, '2026-03-08', { charlie: [suspect(5, accountOf('alpha', 1))] });
  const steps = await closeAt(charlie, (await sharingOf(charlie)).epoch);
  t.deepEqual(new Set(steps.map(({ code }) => code)), new Set(['SHARING_SHADOW']));
  t.is((await ownObjects(charlie)).length, sent);
});

/** Has a node reach the coordinator through a relay that counts its bytes. */
async function relayBeforeCoordinator(node: AgencyNode): Promise<TcpRelay> {
  await node.program.stop();
  const path = join(node.home, 'federation.json');
  const enrolment = JSON.parse(readFileSync(path, 'utf8')) as { member_address: string };
  const [host = '', port] = enrolment.member_address.split(':');
  const started = await startRelay({ host, port: Number(port) });
  writeFileSync(path, JSON.stringify({ ...enrolment, member_address: `127.0.0.1:${started.port}` }));
  await startMember(node, COLLECT);
  await waitUntil('it is back through the relay', () => isMeshComplete(federation.members), 60_000);
  return started;
}
