import test from 'ava';
import { decisionsOf } from '../../tools/federation/decisions.ts';
import { adoptPolicy, type Federation, foundFederation } from '../../tools/federation/found.ts';
import { closeWindow } from '../../tools/federation/replay.ts';
import { Workspace } from '../../tools/federation/workspace.ts';
import { NeedleSearch } from '../../tools/search/needle-search.ts';
import { searchHome } from '../../tools/search/search-home.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { someAgencies } from './support/agencies.ts';
import { feedDay, indicatorsOf, memberOf } from './support/play.ts';
import { accountOf, alertIdOf, nameOf } from './support/stage.ts';

/** k = 3 of five members. */
const THRESHOLD = 3;
/** Delta holds X, which suspects of three agencies have paid; echo holds Y, which those of two have. */
const X = accountOf('delta', 1);
const Y = accountOf('echo', 1);

const workspace = Workspace.create();
let federation: Federation;

test.before(async () => {
  federation = await foundFederation(workspace, { name: 'five', agencies: someAgencies(5), approvals: 3 });
  await adoptPolicy(federation, { keyHolder: 'alpha', threshold: THRESHOLD });
  await Promise.all(federation.members.map(({ node }) => node.activate()));
});
test.after.always(() => workspace.close());

test.serial(
  'S0-11 five nodes decide each on its own data, share over the mesh, and find through a coordinator that reads nothing',
  async (t) => {
    await feedDay(federation, '2026-03-02', {
      alpha: [{ number: 1, alert: 'suspicious', paid: [X, Y] }],
      bravo: [{ number: 1, alert: 'suspicious', paid: [X, Y] }],
      charlie: [{ number: 1, alert: 'suspicious', paid: [X] }],
      delta: [{ number: 1, alert: 'cleared', paid: [] }],
      echo: [{ number: 1, alert: 'cleared', paid: [] }],
    });
    // Time goes on at delta: what becomes known then is later than what its alert was decided on.
    await feedDay(federation, '2026-03-03', { delta: [{ number: 2, alert: 'none', paid: [X] }] });
    const agencies = federation.members.map(({ node }) => node.agencyId);
    for (const { node } of federation.members) {
      const [own] = await decisionsOf(node.agencyId, node.rest, [alertIdOf(node.agencyId, 1)]);
      t.is(own?.decisions.length, 1, `${node.agencyId} has decided`);
      for (const other of agencies.filter((agency) => agency !== node.agencyId)) {
        const { status } = await node.rest.call('GET', `/api/v1/alerts/${alertIdOf(other, 1)}`);
        t.is(status, 404, `${node.agencyId} knows nothing of an alert of ${other}`);
      }
    }

    await closeWindow(federation);
    for (const member of federation.members) {
      const { agencyId, rest } = member.node;
      const { items } = await rest.get<{ readonly items: readonly { readonly agency: string }[] }>('/api/v1/summaries');
      const from = new Set(items.map(({ agency }) => agency));
      t.deepEqual([...new Set([...from, agencyId])].sort(), agencies, `${agencyId} has a summary of every other`);
      const opened = (await indicatorsOf(member)).map((one) => [one.holder_agency, one.identifier, one.group_count]);
      t.deepEqual(opened, [[X.agency, X.account, THRESHOLD]], `${agencyId} reads what three found, not what two did`);
    }
    const delta = memberOf(federation, 'delta').node;
    await waitUntil('delta decides anew', async () => {
      const [alert] = await decisionsOf('delta', delta.rest, [alertIdOf('delta', 1)]);
      return alert?.decisions.length === 2 && alert.decisions[1]?.disposition !== 'AUTO_CLEAR';
    });

    const planted = agencies.flatMap((agency) => [nameOf(agency, 1), accountOf(agency, 1).account]);
    const needles = NeedleSearch.ofTexts(planted);
    const seen = await searchHome(federation.coordinatorHome, needles, workspace.path('copy-of-coordinator'));
    t.is(seen.found.size, 0, 'the coordinator has joined what it cannot read');
    const known = await searchHome(delta.home, needles, workspace.path('copy-of-delta'));
    t.true(known.found.size > 0, 'control: a node has its own');
  },
);
