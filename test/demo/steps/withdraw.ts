import { isFound } from '../../tools/federation/decisions.ts';
import type { AgencyNode } from '../../tools/federation/agency-node.ts';
import type { Federation } from '../../tools/federation/found.ts';
import { ownObjects } from '../../tools/federation/objects.ts';
import { indicatorsEverywhere } from '../../tools/federation/replay.ts';
import { sharingOf } from '../../tools/federation/standing.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import type { Outcome } from '../measures/outcome.ts';
import type { Line } from '../report.ts';

type Withdrawal = {
  readonly answers: readonly { readonly peer_id: string; readonly result: string }[];
  readonly waiting_for: readonly string[];
};
type Summary = { readonly agency: string; readonly epoch: number };
type Indicator = {
  readonly indicator_id: string;
  readonly holder_agency: string;
  readonly identifier: string;
  readonly group_count: number;
  readonly own_contribution: boolean;
};

/** One member takes back a summary; one takes back every flag that rests on one of its alerts. */
export async function withdrawalLines(
  federation: Federation,
  outcomes: readonly Outcome[],
  threshold: number,
): Promise<readonly Line[]> {
  const [author, ...others] = federation.members.map(({ node }) => node);
  if (author === undefined) throw new Error('no member');
  return [await summaryLine(author, others), await flagLine(federation, outcomes, threshold)];
}

async function summaryLine(author: AgencyNode, others: readonly AgencyNode[]): Promise<Line> {
  const object = (await ownObjects(author)).find(({ kind }) => kind === 'summary');
  if (object === undefined) throw new Error(`${author.agencyId} has sent no summary`);
  const words = ['withdraw', '--header-hash', object.header_hash];
  const { withdrawal_ids: ids } = await author.json<{ readonly withdrawal_ids: readonly string[] }>(words);
  const status = await answered(author, ids[0] ?? '');
  const held = await Promise.all(others.map((node) => holds(node, author.agencyId, object.epoch)));
  const erased = status.answers.filter(({ result }) => result === 'erased').length;
  return {
    section: 'When things go wrong',
    rows: [
      `a summary withdrawn: ${erased} of ${others.length} holders erased it`,
      'each said so under its signature, and lists it no more',
    ],
    n: others.length,
    pass: erased === others.length && held.every((still) => !still),
    values: { withdrawal: status, stillHeld: held },
  };
}

async function answered(author: AgencyNode, id: string): Promise<Withdrawal> {
  let status: Withdrawal = { answers: [], waiting_for: [] };
  await waitUntil('every holder has answered the withdrawal', async () => {
    status = await author.json<Withdrawal>(['withdraw', 'status', id]);
    return status.waiting_for.length === 0;
  });
  return status;
}

async function holds(node: AgencyNode, agency: string, epoch: number): Promise<boolean> {
  const { items } = await node.rest.get<{ readonly items: readonly Summary[] }>('/api/v1/summaries');
  return items.some((summary) => summary.agency === agency && summary.epoch === epoch);
}

/** With k contributors an indicator stands, with one fewer it does not: it must go everywhere. */
async function flagLine(federation: Federation, outcomes: readonly Outcome[], threshold: number): Promise<Line> {
  const nodes = federation.members.map(({ node }) => node);
  const { alertId, author } = await alertBehindAnIndicator(nodes, outcomes, threshold);
  const before = await Promise.all(nodes.map(indicatorIds));
  await author.json(['withdraw', '--alert', alertId]);
  await waitUntil('the withdrawal is with the coordinator', async () => (await sharingOf(author)).outbox === 0);
  await indicatorsEverywhere(federation);
  const after = await Promise.all(nodes.map(indicatorIds));
  const gone = [...(before[0] ?? [])].filter((id) => after[0]?.has(id) !== true);
  return {
    section: 'When things go wrong',
    rows: [
      `flags of an alert withdrawn: ${gone.length} of ${before[0]?.size ?? 0} indicators fell below k`,
      `and are gone at all ${nodes.length} members`,
    ],
    n: gone.length,
    pass: gone.length > 0 && after.every((ids) => gone.every((id) => !ids.has(id))),
    values: { author: author.agencyId, alertId, gone },
  };
}

/** An escalated alert about an account that is flagged by just as many agencies as open a flag, its own among them. */
async function alertBehindAnIndicator(
  nodes: readonly AgencyNode[],
  outcomes: readonly Outcome[],
  threshold: number,
): Promise<{ readonly author: AgencyNode; readonly alertId: string }> {
  for (const author of nodes) {
    const { items } = await author.rest.get<{ readonly items: readonly Indicator[] }>('/api/v1/indicators');
    const barely = items.filter((item) => item.own_contribution && item.group_count === threshold);
    const flagged = new Set(
      barely.filter((item) => item.holder_agency === author.agencyId).map(({ identifier }) => identifier),
    );
    for (const { agencyId, alertId, alone } of outcomes) {
      // What only peers' word has raised flags nothing.
      if (agencyId !== author.agencyId || !isFound(alone)) continue;
      const path = `/api/v1/alerts/${encodeURIComponent(alertId)}`;
      const alert = await author.rest.get<{ readonly account_data: { readonly account_id: string } | null }>(path);
      if (alert.account_data !== null && flagged.has(alert.account_data.account_id)) return { author, alertId };
    }
  }
  throw new Error('no opened flag rests on an alert of the agency that holds the account');
}

async function indicatorIds(node: AgencyNode): Promise<ReadonlySet<string>> {
  const { items } = await node.rest.get<{ readonly items: readonly Indicator[] }>('/api/v1/indicators');
  return new Set(items.map(({ indicator_id: id }) => id));
}
