import { runJson } from '../programs.ts';
import { waitUntil } from '../wait-until.ts';
import type { AgencyNode } from './agency-node.ts';
import { type DataSet, type DataWindow, fileOf } from './data-set.ts';
import type { Federation } from './found.ts';
import { ownObjects } from './objects.ts';
import { sharingOf, type Standing } from './standing.ts';

/** What became of a file that was fed. */
export type FeedReport = {
  readonly kind: string;
  readonly read: number;
  readonly kept: number;
  readonly refused: number;
  readonly faults: readonly { readonly place: number; readonly field: string; readonly code: string }[];
};
type FeedJob = { readonly state: string; readonly code: string | null; readonly reports: readonly FeedReport[] };

/** What one kind did when a window closed. */
export type WindowStep = {
  readonly kind: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly count: number;
};

/**
 * Feeds an agency's view of one window: its rows up to the window's end, then its alerts up to it. Returns when all
 * are decided. Customers, accounts and lists come with the first window.
 */
export async function feedWindow(
  node: AgencyNode,
  folder: string,
  watchlists: string,
  window: DataWindow,
): Promise<readonly FeedReport[]> {
  const paths =
    window.from === null
      ? [folder, watchlists]
      : ['transfers.csv', 'cash.csv', 'alerts.jsonl'].map((name) => fileOf(folder, name));
  const from = window.from === null ? [] : ['--from', window.from];
  const until = window.until === null ? [] : ['--until', window.until];
  const job = await node.json<FeedJob>(['import', ...paths, ...from, ...until]);
  if (job.state !== 'done') throw new Error(`import of ${node.agencyId} ended as ${job.state} ${job.code ?? ''}`);
  return job.reports;
}

/** Feeds every member its own view of a window. */
export async function feedAll(federation: Federation, set: DataSet, window: DataWindow): Promise<void> {
  await Promise.all(
    federation.members.map(async ({ node }) => {
      const agency = set.agencies.find(({ agencyId }) => agencyId === node.agencyId);
      if (agency !== undefined) await feedWindow(node, agency.folder, set.watchlists, window);
    }),
  );
}

/**
 * Closes the window of every member and waits until the epoch is over: objects delivered, every indicator that the
 * coordinator has published held by all, alerts that they touch decided anew, the next epoch begun.
 * @param nodes members that take part, all unless some are away
 */
export async function closeWindow(
  federation: Federation,
  nodes: readonly AgencyNode[] = federation.members.map(({ node }) => node),
): Promise<readonly (readonly WindowStep[])[]> {
  const epoch = Math.max(...(await standings(nodes)).map((standing) => standing.epoch));
  await waitUntil(`epoch ${epoch} known`, async () => (await standings(nodes)).every((one) => one.epoch >= epoch));
  const reports = await Promise.all(nodes.map((node) => closeAt(node, epoch)));
  await waitUntil(
    `epoch ${epoch} over`,
    async () => (await standings(nodes)).every((one) => one.epoch > epoch),
    EPOCH_WITHIN_MS,
  );
  // The next epoch begins where the first member is done with this one; the others may still hint for the second time.
  await waitUntil(
    `second round of hints in epoch ${epoch} over`,
    async () => (await standings(nodes)).every(({ hints }) => !hints.second_round.waiting),
    EPOCH_WITHIN_MS,
  );
  await Promise.all(
    nodes.map(async (node, place) => {
      const sendsFlags = reports[place]?.some(({ kind, outcome }) => kind === 'flag' && outcome === 'sent');
      if (sendsFlags === true) await flagsSent(node, epoch);
    }),
  );
  const isComplete = nodes.length === federation.members.length;
  // What is meant for a member that is away waits in the outbox.
  if (isComplete)
    await waitUntil(
      'all is delivered',
      async () => (await standings(nodes)).every(({ outbox }) => outbox === 0),
      EPOCH_WITHIN_MS,
    );
  // What was sent is acknowledged, so that the log has everything that opened.
  await indicatorsEverywhere(federation, nodes);
  await Promise.all(nodes.map((node) => triageIdle(node)));
  return reports;
}

/** Closes a node's window of an epoch by name: where others are quick, the next epoch may have begun meanwhile. */
export async function closeAt(node: AgencyNode, epoch: number): Promise<readonly WindowStep[]> {
  const words = ['share', 'close', '--epoch', String(epoch)];
  return (await node.json<{ readonly steps: readonly WindowStep[] }>(words)).steps;
}

/** Flags leave in a round after the erasure of their key is logged: maybe the next one's key is known by then. */
async function flagsSent(node: AgencyNode, epoch: number): Promise<void> {
  await waitUntil(
    `flags of ${node.agencyId} in epoch ${epoch} sent`,
    async () => {
      const objects = await ownObjects(node);
      return objects.some((object) => object.kind === 'flag_batch' && object.epoch === epoch);
    },
    EPOCH_WITHIN_MS,
  );
}

const EPOCH_WITHIN_MS = 120_000;
/** An alert on its way from re-opening to the queue is in neither for a moment. */
const IDLE_LOOKS = 5;

/** Waits until a node has decided everything that it has to decide. */
export async function triageIdle(node: AgencyNode): Promise<void> {
  let idle = 0;
  await waitUntil(
    `triage of ${node.agencyId} idle`,
    async () => {
      const { triage } = await node.rest.get<{
        readonly triage: { readonly waiting: number; readonly in_work: number };
      }>('/api/v1/status');
      idle = triage.waiting + triage.in_work === 0 ? idle + 1 : 0;
      return idle === IDLE_LOOKS;
    },
    EPOCH_WITHIN_MS,
  );
}

/** Waits until every member has verified the coordinator's log of indicators to its present end. */
export async function indicatorsEverywhere(
  federation: Federation,
  nodes: readonly AgencyNode[] = federation.members.map(({ node }) => node),
): Promise<void> {
  // The log may still grow while members catch up, so its end is asked for at each look.
  await waitUntil(
    'indicators everywhere',
    async () => {
      const published = await indicatorLogSize(federation);
      return (await standings(nodes)).every(({ indicators }) => indicators >= published);
    },
    EPOCH_WITHIN_MS,
  );
}

/** Length of the coordinator's log of indicators. */
export async function indicatorLogSize({ coordinatorHome }: Federation): Promise<number> {
  const words = ['log', 'checkpoint', '--log', 'indicators', '--home', coordinatorHome];
  return (await runJson<{ readonly size: number }>('coordinator', words)).size;
}

function standings(nodes: readonly AgencyNode[]): Promise<readonly Standing[]> {
  return Promise.all(nodes.map((node) => sharingOf(node)));
}
