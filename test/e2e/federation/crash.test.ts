import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { AgencyNode } from '../../tools/federation/agency-node.ts';
import { fileOf, openDataSet, readJsonLines, readTable } from '../../tools/federation/data-set.ts';
import { adoptPolicy, type Federation, foundFederation, startMember } from '../../tools/federation/found.ts';
import { objectAt, type OwnObject, ownObjects } from '../../tools/federation/objects.ts';
import { closeWindow, type FeedReport, indicatorLogSize, triageIdle } from '../../tools/federation/replay.ts';
import { isMeshComplete, sharingOf } from '../../tools/federation/standing.ts';
import { Workspace } from '../../tools/federation/workspace.ts';
import { runJson } from '../../tools/programs.ts';
import { seededRandom } from '../../tools/random-sources.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { someAgencies } from './support/agencies.ts';
import { feedDay, indicatorsOf, memberOf } from './support/play.ts';
import { accountOf } from './support/stage.ts';

const SEED = process.env['SEED'] ?? 'crash';
const IMPORT_KILLS = 6;
const PUBLISH_KILLS = 4;
const INGEST_KILLS = 4;
const WITHIN_MS = 90_000;
const COLLECT = ['--sharing-collect-seconds', '1'];

const random = seededRandom(SEED);
/** Some moment of the next so many milliseconds. */
const momentMs = (within: number): number => Buffer.from(random(4)).readUInt32BE(0) % within;

const data = openDataSet(join(import.meta.dirname, '../../demo/federation3'));
/** Each test has its own, since homes are named by their agencies. */
const workspaces: Workspace[] = [];
const newWorkspace = (): Workspace => {
  const workspace = Workspace.create();
  workspaces.push(workspace);
  return workspace;
};
test.after.always(() => Promise.all(workspaces.map((workspace) => workspace.close())));

test.serial(
  'R-01 (kill -9 during import) nothing acknowledged is lost, nothing is there twice, the chain verifies',
  async (t) => {
    t.log(`SEED=${SEED}`);
    const [agency] = data.agencies;
    if (agency === undefined) throw new Error('no agency');
    const node = await AgencyNode.init(newWorkspace(), agency.agencyId);
    const alerts = readJsonLines<{ readonly alert_id: string }>(fileOf(agency.folder, 'alerts.jsonl'));
    const acknowledged = new Set<string>();
    for (let round = 0; round < IMPORT_KILLS; round += 1) {
      await node.start();
      const importing = node.json(['import', agency.folder, '--no-wait']).catch(() => undefined);
      const posting = postUntilGone(node, alerts, acknowledged);
      await sleep(momentMs(1_500));
      await node.program.kill();
      await Promise.all([importing, posting]);
      const { healthy, lines } = await node.json<{ readonly healthy: boolean; readonly lines: readonly string[] }>([
        'fsck',
      ]);
      t.true(healthy, lines.join('; '));
    }
    await node.start();
    t.log(`${acknowledged.size} of ${alerts.length} alerts acknowledged before the last kill`);
    t.true(acknowledged.size > 0);
    await triageIdle(node);
    const held = await node.rest.items<{ readonly alert_id: string; readonly state: string }>(
      '/api/v1/alerts?limit=500',
    );
    const ids = held.map(({ alert_id: id }) => id);
    t.is(new Set(ids).size, ids.length, 'none twice');
    t.deepEqual(
      [...acknowledged].filter((id) => !ids.includes(id)),
      [],
      'none lost',
    );
    t.true(held.every(({ state }) => state === 'decided'));
    const { reports } = await node.json<{ readonly reports: readonly FeedReport[] }>(['import', agency.folder]);
    const again = await node.json<{ readonly reports: readonly (FeedReport & { written: number })[] }>([
      'import',
      agency.folder,
    ]);
    const rows = readTable(fileOf(agency.folder, 'transfers.csv')).length;
    t.is(reports.find(({ kind }) => kind === 'transfers')?.kept, rows);
    t.deepEqual(
      again.reports.map(({ written }) => written),
      again.reports.map(() => 0),
      'all of it is there',
    );
    await node.program.stop();
  },
);

test.serial('R-01 (kill -9 during publish) every object reaches everybody once, in one chain', async (t) => {
  const federation = await startFederation('publish');
  const bravo = memberOf(federation, 'bravo').node;
  for (let round = 0; round < PUBLISH_KILLS; round += 1) {
    await feedDay(federation, `2026-03-${String(10 + 2 * round)}`, twoSuspects(round));
    const closing = federation.members.map(({ node }) => node.json(['share', 'close']).catch(() => undefined));
    await sleep(500 + momentMs(1_500));
    await bravo.program.kill();
    await Promise.all(closing);
    await startMember(bravo, COLLECT);
    await waitUntil('bravo is back', () => isMeshComplete(federation.members), WITHIN_MS);
    await settle(federation);
  }
  await closeWindow(federation);
  await settle(federation);
  for (const { node: author } of federation.members) {
    const sent = await ownObjects(author);
    for (const objects of Map.groupBy(sent, ({ audience }) => audience).values())
      t.deepEqual(
        objects.map(({ sequence }) => sequence),
        objects.map((_object, place) => place + 1),
        'one chain',
      );
    for (const { node: reader } of federation.members.filter(({ node }) => node !== author)) {
      const meant = sent.filter(({ audience }) => audience === 'federation' || audience === `pair:${reader.peerId}`);
      t.deepEqual(await lacking(reader, meant), [], `${reader.agencyId} has all of ${author.agencyId}`);
    }
    const { items } = await author.rest.get<{ items: readonly { agency: string; epoch: number }[] }>(
      '/api/v1/summaries',
    );
    const places = items.map(({ agency, epoch }) => `${agency} ${epoch}`);
    t.is(new Set(places).size, places.length, 'no summary twice');
  }
  await noEquivocation(federation, t.is);
  await stop(federation);
});

test.serial(
  'R-01 (kill -9 during ingest) the coordinator has every object once, and its indicators reach all',
  async (t) => {
    const federation = await startFederation('ingest');
    for (let round = 0; round < INGEST_KILLS; round += 1) {
      await feedDay(federation, `2026-03-${String(10 + 2 * round)}`, twoSuspects(round));
      const closing = federation.members.map(({ node }) => node.json(['share', 'close']).catch(() => undefined));
      await sleep(300 + momentMs(2_000));
      await federation.coordinator.kill();
      await Promise.all(closing);
      const fsck = await runJson<{ readonly healthy: boolean }>('coordinator', [
        'fsck',
        '--home',
        federation.coordinatorHome,
      ]);
      t.true(fsck.healthy);
      federation.coordinator = await federation.workspace.start('coordinator', federation.coordinatorHome);
      await waitUntil('all are connected', () => isMeshComplete(federation.members), WITHIN_MS);
      await settle(federation);
    }
    await closeWindow(federation);
    await settle(federation);
    const published = await indicatorLogSize(federation);
    t.true(published > 0);
    const held = await Promise.all(
      federation.members.map(async (member) =>
        (await indicatorsOf(member)).map(({ indicator_id: id }) => id).sort(byText),
      ),
    );
    for (const ids of held) {
      t.deepEqual(ids, held[0], 'the same everywhere');
      t.is(new Set(ids).size, ids.length);
    }
    await noEquivocation(federation, t.is);
    await stop(federation);
  },
);

/** Submits alerts one by one until the node is gone; what it answered as taken is acknowledged. */
async function postUntilGone(node: AgencyNode, alerts: readonly unknown[], acknowledged: Set<string>): Promise<void> {
  const { rest } = node;
  for (const alert of alerts) {
    try {
      const { body, status } = await rest.call('POST', '/api/v1/alerts', alert);
      if (status === 202 || status === 200) acknowledged.add((body as { alert_id: string }).alert_id);
    } catch {
      return;
    }
  }
}

async function startFederation(name: string): Promise<Federation> {
  const founding = { name, agencies: someAgencies(3), approvals: 2, nodeWords: COLLECT };
  const federation = await foundFederation(newWorkspace(), founding);
  await adoptPolicy(federation, { keyHolder: 'alpha', threshold: 2 });
  await Promise.all(federation.members.map(({ node }) => node.activate()));
  return federation;
}

/** Suspects of two agencies who paid one account of the third, so that there is something to flag and to hint at. */
function twoSuspects(round: number) {
  const paid = accountOf('charlie', round);
  const suspect = { number: round, alert: 'suspicious', paid: [paid, paid] } as const;
  return { alpha: [suspect], bravo: [suspect], charlie: [{ number: round, alert: 'none', paid: [] }] } as const;
}

/** Waits until nothing is on its way any more. */
async function settle(federation: Federation): Promise<void> {
  await waitUntil(
    'nothing waits',
    async () => {
      const standings = await Promise.all(federation.members.map(({ node }) => sharingOf(node)));
      const published = await indicatorLogSize(federation);
      const [first] = standings;
      return standings.every(
        ({ control_log_size: size, indicators, outbox }) =>
          outbox === 0 && indicators === published && size === first?.control_log_size,
      );
    },
    WITHIN_MS,
  );
}

async function lacking(reader: AgencyNode, objects: readonly OwnObject[]): Promise<readonly string[]> {
  const held = await Promise.all(objects.map(({ header_hash: hash }) => objectAt(reader, hash)));
  return objects.filter((_object, place) => held[place] === undefined).map(({ header_hash: hash }) => hash);
}

async function noEquivocation(
  federation: Federation,
  is: (one: number, other: number, message: string) => boolean,
): Promise<void> {
  for (const { node } of federation.members) {
    const entries = await node.rest.items<{ readonly action: string }>('/api/v1/audit?limit=500');
    is(entries.filter(({ action }) => action === 'equivocation.found').length, 0, node.agencyId);
  }
  const list = ['audit', 'list', '--limit', '10000', '--home', federation.coordinatorHome];
  const { entries } = await runJson<{ readonly entries: readonly { code: string | null }[] }>('coordinator', list);
  is(entries.filter(({ code }) => code?.includes('EQUIVOCATION') === true).length, 0, 'at the coordinator');
}

async function stop(federation: Federation): Promise<void> {
  await Promise.all([...federation.members.map(({ node }) => node.program.stop()), federation.coordinator.stop()]);
}

function byText(one: string, other: string): number {
  return one < other ? -1 : 1;
}
