import { AgencyNode } from '../tools/federation/agency-node.ts';
import { type DataSet, type DataWindow, fileOf } from '../tools/federation/data-set.ts';
import { adoptPolicy, foundFederation } from '../tools/federation/found.ts';
import type { PolicyTerms } from '../tools/federation/policy.ts';
import { POOLED_AGENCY, writePooledView } from '../tools/federation/pooled-view.ts';
import { closeWindow, feedAll, feedWindow, indicatorLogSize } from '../tools/federation/replay.ts';
import { Workspace } from '../tools/federation/workspace.ts';
import type { DecisionLine } from './score.ts';

export const REGIMES = ['isolated', 'federated', 'pooled'] as const;
export type Regime = (typeof REGIMES)[number];

/** What a regime decided on each alert: at first, and at last. */
export type Decided = {
  readonly first: readonly DecisionLine[];
  readonly last: readonly DecisionLine[];
  /** Flags that opened; 0 where nothing is exchanged. */
  readonly indicators: number;
};

export type RegimeInput = {
  readonly data: DataSet;
  readonly windows: readonly DataWindow[];
  readonly terms: PolicyTerms;
  readonly tell: (text: string) => void;
};

/** Runs one regime in processes of its own, over the same windows as every other. */
export async function runRegime(regime: Regime, input: RegimeInput): Promise<Decided> {
  const workspace = Workspace.create();
  const stop = (): void => void workspace.close().finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await RUNS[regime](workspace, input);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await workspace.close();
  }
}

const RUNS: Readonly<Record<Regime, (workspace: Workspace, input: RegimeInput) => Promise<Decided>>> = {
  isolated,
  federated,
  pooled,
};

/** Nodes that belong to no federation and exchange nothing. */
async function isolated(workspace: Workspace, { data, tell, windows }: RegimeInput): Promise<Decided> {
  const nodes = await Promise.all(
    data.agencies.map(async ({ agencyId, folder }) => {
      const node = await AgencyNode.init(workspace, agencyId);
      await node.start();
      return { node, folder };
    }),
  );
  for (const [place, window] of windows.entries()) {
    await Promise.all(nodes.map(({ folder, node }) => feedWindow(node, folder, data.watchlists, window)));
    tell(`window ${place + 1} of ${windows.length} fed`);
  }
  return exported(nodes, 0);
}

async function federated(workspace: Workspace, { data, tell, terms, windows }: RegimeInput): Promise<Decided> {
  const { agencies } = data;
  const approvals = Math.floor(agencies.length / 2) + 1;
  const federation = await foundFederation(workspace, { name: 'evaluation', agencies, approvals });
  await adoptPolicy(federation, terms);
  await Promise.all(federation.members.map(({ node }) => node.activate()));
  for (const [place, window] of windows.entries()) {
    await feedAll(federation, data, window);
    tell(`window ${place + 1} of ${windows.length} fed`);
    await closeWindow(federation);
    tell(`epoch over, ${await indicatorLogSize(federation)} indicators so far`);
  }
  const nodes = agencies.flatMap(({ agencyId, folder }) => {
    const member = federation.members.find(({ node }) => node.agencyId === agencyId);
    return member === undefined ? [] : [{ node: member.node, folder }];
  });
  return exported(nodes, await indicatorLogSize(federation));
}

/** One node that is fed what all agencies know. */
async function pooled(workspace: Workspace, { data, tell, windows }: RegimeInput): Promise<Decided> {
  const folder = workspace.path('pooled-view');
  writePooledView(data, folder);
  const node = await AgencyNode.init(workspace, POOLED_AGENCY);
  await node.start();
  for (const [place, window] of windows.entries()) {
    await feedWindow(node, folder, data.watchlists, window);
    tell(`window ${place + 1} of ${windows.length} fed`);
  }
  const perAgency = await Promise.all(
    data.agencies.map(async ({ agencyId, folder: own }) => {
      const { first, last } = await exported([{ node, folder: own }], 0);
      const named = (lines: readonly DecisionLine[]): readonly DecisionLine[] =>
        lines.map((line) => ({ ...line, agency: agencyId }));
      return { first: named(first), last: named(last) };
    }),
  );
  return {
    first: perAgency.flatMap(({ first }) => first),
    last: perAgency.flatMap(({ last }) => last),
    indicators: 0,
  };
}

async function exported(
  nodes: readonly { readonly node: AgencyNode; readonly folder: string }[],
  indicators: number,
): Promise<Decided> {
  const all = async (...words: readonly string[]): Promise<readonly DecisionLine[]> => {
    const texts: string[] = [];
    for (const { folder, node } of nodes) {
      texts.push(await node.text(['decisions', 'export', '--source', fileOf(folder, 'alerts.jsonl'), ...words]));
    }
    return texts.flatMap((text) =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as DecisionLine),
    );
  };
  return { first: await all('--first'), last: await all(), indicators };
}
