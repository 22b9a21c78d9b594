import { waitUntil } from '../wait-until.ts';
import type { AgencyNode } from './agency-node.ts';
import { type DataSet, type DataWindow, fileOf } from './data-set.ts';
import type { Federation } from './found.ts';
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
 * Closes the window of every member and waits until the epoch is over: objects delivered, indicators that opened held
 * by all, alerts that they touch decided anew, the next epoch begun.
 */
export async function closeWindow(federation: Federation): Promise<readonly (readonly WindowStep[])[]> {
  const nodes = federation.members.map(({ node }) => node);
  const epoch = Math.max(...(await standings(nodes)).map((standing) => standing.epoch));
  const reports = await Promise.all(
    nodes.map((node) => node.json<{ readonly steps: readonly WindowStep[] }>(['share', 'close'])),
  );
  await waitUntil(
    `epoch ${epoch} over`,
    async () => (await standings(nodes)).every((one) => isPast(one, epoch)),
    60_000,
  );
  return reports.map(({ steps }) => steps);
}

function isPast(standing: Standing, epoch: number): boolean {
  return standing.epoch > epoch && standing.outbox === 0;
}

function standings(nodes: readonly AgencyNode[]): Promise<readonly Standing[]> {
  return Promise.all(nodes.map((node) => sharingOf(node)));
}
