import { type DataSet, fileOf, readJsonLines, windowsOf } from '../tools/federation/data-set.ts';
import { AgencyNode } from '../tools/federation/agency-node.ts';
import { type DecidedAlert, decisionsOf } from '../tools/federation/decisions.ts';
import { adoptPolicy, type Federation, foundFederation } from '../tools/federation/found.ts';
import { POOLED_AGENCY, writePooledView } from '../tools/federation/pooled-view.ts';
import { closeWindow, feedAll, feedWindow, indicatorLogSize } from '../tools/federation/replay.ts';
import type { Workspace } from '../tools/federation/workspace.ts';
import { oneAlertLine } from './measures/one-alert.ts';
import { outcomesOf } from './measures/outcome.ts';
import { type OpenedFlag, patternLines } from './measures/pattern-lines.ts';
import { triageLines } from './measures/triage-lines.ts';
import type { Line } from './report.ts';
import type { Screen } from './screen.ts';
import { feedAwkward } from './steps/awkward.ts';
import { blindLine } from './steps/blind.ts';
import { forgeLine } from './steps/forge.ts';
import { leftLine } from './steps/left.ts';
import { matchLines } from './steps/match.ts';
import { outageLine } from './steps/outage.ts';
import { suspensionLines } from './steps/suspend.ts';
import { withdrawalLines } from './steps/withdraw.ts';
import { readTruth } from './truth.ts';

export const STEPS = 9;

/** Windows of data time, one epoch each. */
const WINDOWS = 4;
/** Few enough that the demo can spend it in seconds. */
const MATCH_QUOTA = 15;

export type DemoDeps = { readonly data: DataSet; readonly workspace: Workspace; readonly screen: Screen };

/** Runs the nine steps in their order. @returns the lines of the closing table */
export async function runDemo({ data, screen, workspace }: DemoDeps): Promise<readonly Line[]> {
  const { agencies } = data;
  // k = 2 is for three members, where k + 1 of them are all there are.
  const threshold = agencies.length > 3 ? 3 : 2;
  const approvals = Math.floor(agencies.length / 2) + 1;

  screen.begin('found: officers, genesis, coordinator, enrolment');
  const [federation, pooled] = await Promise.all([
    foundFederation(workspace, { name: 'demo', agencies, approvals }),
    startPooled(workspace, data),
  ]);
  screen.tell(`${agencies.length} members have greeted each other; 1 more node will be fed all views`);

  screen.begin(`policy by ${approvals} agencies; two persons leave shadow mode`);
  const [holder] = agencies;
  await adoptPolicy(federation, {
    keyHolder: holder?.agencyId ?? '',
    threshold,
    matchElementsPerDay: MATCH_QUOTA,
  });
  await Promise.all(federation.members.map(({ node }) => node.activate()));
  screen.tell(`k = ${threshold}; ${holder?.agencyId} holds the flag key of each epoch`);

  screen.begin(`feed ${WINDOWS} windows of data time, one epoch each`);
  for (const [place, window] of windowsOf(data, WINDOWS).entries()) {
    const pooledFed = feedWindow(pooled, pooledFolder(workspace), data.watchlists, window);
    await feedAll(federation, data, window);
    await Promise.all([closeWindow(federation), pooledFed]);
    const opened = await indicatorLogSize(federation);
    const label = `${window.from ?? 'start'} to ${window.until ?? 'end'}`;
    screen.tell(`window ${place + 1}: ${label.padEnd(24)} ${opened} indicators so far`);
  }

  screen.begin('compare alone, together, pooled; what is known');
  const truth = readTruth(data.directory);
  const decided = await decidedBy(federation, data);
  const outcomes = outcomesOf(decided, await pooledDecisions(pooled), truth);
  const opened = await openedFlags(federation);
  const awkward = await Promise.all(
    federation.members.map(async ({ node }) => {
      const agency = agencies.find(({ agencyId }) => agencyId === node.agencyId);
      if (agency === undefined) throw new Error(`${node.agencyId} is not in the set`);
      return [node.agencyId, await feedAwkward(node, agency, truth.awkward)] as const;
    }),
  );
  const results = new Map(awkward);
  const triage = agencies.map((agency) => ({
    agencyId: agency.agencyId,
    alerts: alertIdsOf(agency.folder).length,
    outcomes: outcomes.filter(({ agencyId }) => agencyId === agency.agencyId),
    awkward: results.get(agency.agencyId) ?? { given: 0, refused: 0, asTruth: 0 },
  }));
  const blind = await blindLine(federation, data);
  const left = await leftLine(federation);
  screen.tell(`${decided.length} alerts decided, ${opened.length} flags opened`);

  screen.begin('match: is this account known to you?');
  const matches = await matchLines(federation.members, outcomes, MATCH_QUOTA);
  tellAll(screen, matches);

  screen.begin('forged and replayed envelopes');
  const forged = await forgeLine(federation.members);
  tellAll(screen, [forged]);

  screen.begin('withdrawal of a summary and of flags');
  const withdrawn = await withdrawalLines(federation, outcomes, threshold);
  tellAll(screen, withdrawn);

  screen.begin('kill -9 the coordinator');
  const outage = await outageLine(federation);
  tellAll(screen, [outage]);

  screen.begin('suspend a member, by officers of the others');
  const suspension = await suspensionLines(federation, threshold);
  tellAll(screen, suspension);

  return [
    oneAlertLine(outcomes, truth),
    ...triageLines(triage),
    ...patternLines(outcomes, opened, truth),
    blind,
    ...matches,
    left,
    ...suspension,
    outage,
    forged,
    ...withdrawn,
  ];
}

function tellAll(screen: Screen, lines: readonly Line[]): void {
  for (const { pass, rows } of lines) screen.tell(`${pass ? 'ok  ' : 'FAIL'} ${rows[0] ?? ''}`);
}

function pooledFolder(workspace: Workspace): string {
  return workspace.path('pooled-view');
}

async function startPooled(workspace: Workspace, data: DataSet): Promise<AgencyNode> {
  writePooledView(data, pooledFolder(workspace));
  const node = await AgencyNode.init(workspace, POOLED_AGENCY);
  await node.start();
  return node;
}

function alertIdsOf(folder: string): readonly string[] {
  return readJsonLines<{ readonly alert_id: string }>(fileOf(folder, 'alerts.jsonl')).map(({ alert_id: id }) => id);
}

async function decidedBy(federation: Federation, data: DataSet): Promise<readonly DecidedAlert[]> {
  const perAgency = await Promise.all(
    data.agencies.map(async ({ agencyId, folder }) => {
      const member = federation.members.find(({ node }) => node.agencyId === agencyId);
      return member === undefined ? [] : decisionsOf(agencyId, member.node.rest, alertIdsOf(folder));
    }),
  );
  return perAgency.flat();
}

async function pooledDecisions(node: AgencyNode): Promise<ReadonlyMap<string, string>> {
  const items = await node.rest.items<{ readonly alert_id: string; readonly disposition: string }>(
    '/api/v1/decisions?limit=500',
  );
  return new Map(items.map(({ alert_id: id, disposition }) => [id, disposition]));
}

/** Every member reads the same; the first is asked. */
async function openedFlags({ members }: Federation): Promise<readonly OpenedFlag[]> {
  const [first] = members;
  if (first === undefined) return [];
  return (await first.node.rest.get<{ readonly items: readonly OpenedFlag[] }>('/api/v1/indicators')).items;
}
