import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { AgencyNode } from '../../tools/federation/agency-node.ts';
import { decisionsOf, type RestDecision } from '../../tools/federation/decisions.ts';
import { adoptPolicy, type Federation, foundFederation, startMember } from '../../tools/federation/found.ts';
import { objectAt, type OwnObject, ownObjects } from '../../tools/federation/objects.ts';
import { closeWindow, indicatorsEverywhere } from '../../tools/federation/replay.ts';
import { sharingOf } from '../../tools/federation/standing.ts';
import { Workspace } from '../../tools/federation/workspace.ts';
import { runCommand, runJson } from '../../tools/programs.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { someAgencies } from './support/agencies.ts';
import { feedDay, indicatorsOf, memberOf } from './support/play.ts';
import { accountOf, alertIdOf, type StageCustomer } from './support/stage.ts';

/** k = 3 of four members. */
const THRESHOLD = 3;
/** Delta holds both accounts; X is paid by suspects of three agencies, Y by those of two. */
const X = accountOf('delta', 1);
const Y = accountOf('delta', 2);

const workspace = Workspace.create();
let federation: Federation;
const nodeOf = (agency: string): AgencyNode => memberOf(federation, agency).node;
const nodesOf = () => federation.members.map(({ node }) => node);

test.before(async () => {
  federation = await foundFederation(workspace, {
    name: 'flags',
    agencies: someAgencies(4),
    approvals: 3,
    // The holder of the flag key does not wait for a member that is away.
    nodeWords: ['--sharing-collect-seconds', '3'],
  });
  await adoptPolicy(federation, { keyHolder: 'alpha', threshold: THRESHOLD });
  await Promise.all(nodesOf().map((node) => node.activate()));
});
test.after.always(() => workspace.close());

const suspect = (number: number, ...paid: StageCustomer['paid']): StageCustomer => ({
  number,
  alert: 'suspicious',
  paid,
});
const cleared = (number: number, ...paid: StageCustomer['paid']): StageCustomer => ({ number, alert: 'cleared', paid });
const holder = (number: number): StageCustomer => ({ number, alert: 'none', paid: [] });

test.serial(
  'F-11 (k and k − 1) a flag opens at k distinct groups and not at k − 1, until one more joins',
  async (t) => {
    await feedDay(federation, '2026-03-02', {
      alpha: [suspect(1, X, Y)],
      bravo: [suspect(1, X, Y)],
      charlie: [suspect(1, X)],
      delta: [cleared(1), holder(2), cleared(3, X), cleared(4)],
    });
    // Time goes on at delta after its alerts: what becomes known then is later than what they were decided on.
    await feedDay(federation, '2026-03-03', { delta: [{ number: 5, alert: 'none', paid: [X] }] });
    await closeWindow(federation);
    for (const member of federation.members) {
      const opened = (await indicatorsOf(member)).map((one) => [one.holder_agency, one.identifier, one.group_count]);
      t.deepEqual(opened, [[X.agency, X.account, THRESHOLD]], `what ${member.node.agencyId} reads`);
    }
    const { flags } = await sharingOf(nodeOf('alpha'));
    t.is(flags['opened'], 1, 'X');
    t.is(flags['waiting'], 2, 'Y at k − 1, and the own account, which nobody else has flagged');
  },
);

test.serial('F-19 an indicator that touches a cleared alert re-opens it, and no other', async (t) => {
  const delta = nodeOf('delta');
  const [indicator] = await indicatorsOf(memberOf(federation, 'delta'));
  const reason = `indicator:${indicator?.indicator_id}`;
  const [subject, counterparty, untouched] = [1, 3, 4].map((number) => alertIdOf('delta', number));
  const decisions = async (alertId: string | undefined): Promise<readonly RestDecision[]> =>
    (await decisionsOf('delta', delta.rest, [alertId ?? '']))[0]?.decisions ?? [];
  await waitUntil('both are decided anew', async () => {
    const found = await Promise.all([subject, counterparty].map(decisions));
    return found.every(({ length }) => length === 2);
  });
  for (const alertId of [subject, counterparty]) {
    const [first, second] = await decisions(alertId);
    t.deepEqual([first?.disposition, first?.reopened_by], ['AUTO_CLEAR', null]);
    t.is(second?.reopened_by, reason);
    t.true(
      second?.evidence.some(({ from_peers: fromPeers }) => fromPeers),
      'it cites what peers gave',
    );
    t.is(second?.counterfactual?.disposition_alone, 'AUTO_CLEAR');
  }
  t.not((await decisions(subject))[1]?.disposition, 'AUTO_CLEAR', 'the flagged account itself is cleared no more');
  t.is((await decisions(untouched)).length, 1);
});

test.serial('F-19 a member that was away streams indicators from its cursor, each once', async (t) => {
  const delta = nodeOf('delta');
  const before = (await sharingOf(delta)).indicators;
  await delta.program.stop();
  const present = nodesOf().filter((node) => node !== delta);
  await feedDay(federation, '2026-03-04', { charlie: [suspect(2, Y)] });
  await closeWindow(federation, present);
  await waitUntil('the third group has opened Y', async () =>
    (await indicatorsOf(memberOf(federation, 'alpha'))).some(({ identifier }) => identifier === Y.account),
  );
  await startMember(delta, ['--sharing-collect-seconds', '3']);
  await indicatorsEverywhere(federation);
  t.is((await sharingOf(delta)).indicators, before + 1);
  const held = (await indicatorsOf(memberOf(federation, 'delta'))).map(({ indicator_id: id }) => id).sort(byText);
  const expected = (await indicatorsOf(memberOf(federation, 'alpha'))).map(({ indicator_id: id }) => id).sort(byText);
  t.deepEqual(held, expected);
});

test.serial('F-19 an indicator verifies offline from one file and the genesis, and from nothing else', async (t) => {
  const [indicator] = await indicatorsOf(memberOf(federation, 'bravo'));
  const id = indicator?.indicator_id ?? '';
  const file = workspace.path('indicator.json');
  await nodeOf('bravo').json(['indicators', 'export', id, '--out', file]);
  const genesis = join(federation.coordinatorHome, 'genesis.bin');
  // No home, no node, no network: the command has the two files alone.
  const verify = (path: string, against: string) =>
    runCommand('node', ['indicators', 'verify', path, '--genesis', against, '--json']);
  const { code, stdout } = await verify(file, genesis);
  t.is(code, 0);
  const facts = JSON.parse(stdout) as { readonly indicator_id: string; readonly group_count: number };
  t.deepEqual([facts.indicator_id, facts.group_count], [id, THRESHOLD]);
  t.false(readFileSync(file, 'utf8').includes(indicator?.identifier ?? ''), 'whom it is about stays sealed');
  const text = JSON.parse(readFileSync(file, 'utf8')) as { signed: string };
  const bytes = Buffer.from(text.signed, 'base64url');
  for (let place = 0; place < bytes.length; place += Math.ceil(bytes.length / 25)) {
    const altered = Buffer.from(bytes);
    altered[place] = (altered[place] ?? 0) ^ 1;
    const other = workspace.path(`altered-${place}.json`);
    writeFileSync(other, JSON.stringify({ ...text, signed: altered.toString('base64url') }));
    t.is((await verify(other, genesis)).code, 1, `byte ${place}`);
  }
  const foreign = readFileSync(genesis);
  foreign[foreign.length - 1] = (foreign[foreign.length - 1] ?? 0) ^ 1;
  writeFileSync(workspace.path('foreign.bin'), foreign);
  t.is((await verify(file, workspace.path('foreign.bin'))).code, 1, 'another genesis');
});

test.serial('F-17 (erased, answered) a withdrawn flag takes its indicator with it everywhere', async (t) => {
  const alpha = nodeOf('alpha');
  await waitUntil('delta is back', async () => (await sharingOf(alpha)).peers.every(({ connected }) => connected));
  await alpha.json(['withdraw', '--alert', alertIdOf('alpha', 1)]);
  await waitUntil('it is with the coordinator', async () => (await sharingOf(alpha)).outbox === 0);
  await indicatorsEverywhere(federation);
  for (const member of federation.members) t.deepEqual(await indicatorsOf(member), [], member.node.agencyId);
  await waitUntil('all answers are sent', async () =>
    (await Promise.all(nodesOf().map(sharingOf))).every(({ outbox }) => outbox === 0),
  );
  const { entries } = await coordinatorAudit();
  const answers = entries.filter(({ action }) => action === 'withdrawal.answered');
  t.deepEqual(
    [...new Set(answers.map(({ actor }) => actor))].sort(byText),
    nodesOf()
      .map(({ peerId }) => peerId)
      .sort(byText),
    'every holder answers the coordinator under its signature',
  );
});

test.serial(
  'F-17 (erased, answered) a withdrawn summary is erased at every holder, and others stay readable',
  async (t) => {
    const bravo = nodeOf('bravo');
    const others = nodesOf().filter((node) => node !== bravo);
    const summaries = (await ownObjects(bravo)).filter(({ kind }) => kind === 'summary');
    const [withdrawn, kept] = summaries;
    if (withdrawn === undefined || kept === undefined) throw new Error('bravo has sent fewer than two summaries');
    await waitUntil('all hold both', async () => {
      const held = await Promise.all(others.map((node) => payloadsAt(node, [withdrawn, kept])));
      return held.every((lengths) => lengths.every((length) => length > 0));
    });
    const words = ['withdraw', '--header-hash', withdrawn.header_hash];
    const { withdrawal_ids: ids } = await bravo.json<{ readonly withdrawal_ids: readonly string[] }>(words);
    let status: Withdrawal = { answers: [], waiting_for: ['all'] };
    await waitUntil('every holder has answered', async () => {
      status = await bravo.json<Withdrawal>(['withdraw', 'status', ids[0] ?? '']);
      return status.waiting_for.length === 0;
    });
    t.deepEqual(
      status.answers.map(({ peer_id: peerId, result }) => `${peerId} ${result}`).sort(byText),
      others.map(({ peerId }) => `${peerId} erased`).sort(byText),
    );
    for (const node of nodesOf()) {
      const [gone, stays] = await payloadsAt(node, [withdrawn, kept]);
      t.is(gone, 0, `the payload at ${node.agencyId}`);
      t.true((stays ?? 0) > 0, `the other summary at ${node.agencyId}`);
    }
  },
);

function byText(one: string, other: string): number {
  return one < other ? -1 : 1;
}

type Withdrawal = {
  readonly answers: readonly { readonly peer_id: string; readonly result: string }[];
  readonly waiting_for: readonly string[];
};

/** Bytes of payload that a member holds of each object; -1 where it does not know the object. */
async function payloadsAt(node: AgencyNode, objects: readonly OwnObject[]): Promise<readonly number[]> {
  return Promise.all(
    objects.map(async ({ header_hash: hash }) => (await objectAt(node, hash))?.envelope.payload.length ?? -1),
  );
}

function coordinatorAudit(): Promise<{
  readonly entries: readonly { readonly action: string; readonly actor: string }[];
}> {
  return runJson('coordinator', ['audit', 'list', '--limit', '1000', '--home', federation.coordinatorHome]);
}
