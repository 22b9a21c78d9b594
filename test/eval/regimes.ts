import { AgencyNode } from '../tools/federation/agency-node.ts';
import { type DataSet, fileOf } from '../tools/federation/data-set.ts';
import { adoptPolicy, foundFederation } from '../tools/federation/found.ts';
import type { PolicyTerms } from '../tools/federation/policy.ts';
import { POOLED_AGENCY, writePooledView } from '../tools/federation/pooled-view.ts';
import { closeWindow, indicatorLogSize } from '../tools/federation/replay.ts';
import { Workspace } from '../tools/federation/workspace.ts';
import type { Truth } from '../demo/truth.ts';
import { assertUnseen, learn, type Learner, type Learnt, type Reliability, reliabilityOf } from './learn.ts';
import type { DecisionLine } from './score.ts';
import { splitByWeeks, type Weeks } from './weeks.ts';

export const REGIMES = ['isolated', 'federated', 'pooled'] as const;
export type Regime = (typeof REGIMES)[number];

/** What a regime decided on each alert, at first and at last, and how its agencies learnt. */
export type Decided = {
  readonly first: readonly DecisionLine[];
  readonly last: readonly DecisionLine[];
  /** Flags that opened; 0 where nothing is exchanged. */
  readonly indicators: number;
  readonly learnt: readonly Learnt[];
  readonly reliability: readonly Reliability[];
};

export type RegimeInput = {
  readonly data: DataSet;
  readonly truth: Truth;
  readonly weeks: Weeks;
  readonly terms: PolicyTerms;
  readonly tell: (text: string) => void;
};

/** Nobody has labels at first: every agency begins with the reference weights, which nothing has trained. */
const FIRST_MODEL = ['--triage-first-model', 'guide'] as const;

/** Runs one regime in processes of its own, over the same weeks as every other. */
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
async function isolated(workspace: Workspace, input: RegimeInput): Promise<Decided> {
  const players = await Promise.all(
    input.data.agencies.map(async ({ agencyId, folder }): Promise<Player> => {
      const node = await AgencyNode.init(workspace, agencyId, agencyId, FIRST_MODEL);
      await node.start();
      return { node, agencies: [agencyId], folder };
    }),
  );
  return play(workspace, input, players, async () => 0);
}

/** The agencies in one federation; an epoch ends with each week. */
async function federated(workspace: Workspace, input: RegimeInput): Promise<Decided> {
  const { agencies } = input.data;
  const approvals = Math.floor(agencies.length / 2) + 1;
  const founding = { name: 'evaluation', agencies, approvals, nodeWords: FIRST_MODEL };
  const federation = await foundFederation(workspace, founding);
  await adoptPolicy(federation, input.terms);
  await Promise.all(federation.members.map(({ node }) => node.activate()));
  const players = agencies.flatMap(({ agencyId, folder }): readonly Player[] => {
    const member = federation.members.find(({ node }) => node.agencyId === agencyId);
    return member === undefined ? [] : [{ node: member.node, agencies: [agencyId], folder }];
  });
  return play(workspace, input, players, async () => {
    await closeWindow(federation);
    return indicatorLogSize(federation);
  });
}

/** One node that is fed what all agencies know. */
async function pooled(workspace: Workspace, input: RegimeInput): Promise<Decided> {
  const folder = workspace.path('pooled-view');
  writePooledView(input.data, folder);
  const node = await AgencyNode.init(workspace, POOLED_AGENCY, POOLED_AGENCY, FIRST_MODEL);
  await node.start();
  const agencies = input.data.agencies.map(({ agencyId }) => agencyId);
  return play(workspace, input, [{ node, agencies, folder }], async () => 0);
}

/** A node, whose alerts it decides, and its view of the world. */
type Player = Learner & { readonly folder: string };

/**
 * Feeds week by week. Where the second half begins, every node learns from the outcomes of what it has decided.
 * @param weekOver what a regime does at the end of a week; gives the indicators opened so far
 */
async function play(
  workspace: Workspace,
  { data, tell, truth, weeks: { split, weeks } }: RegimeInput,
  players: readonly Player[],
  weekOver: () => Promise<number>,
): Promise<Decided> {
  const folders = new Map<Player, readonly string[]>();
  for (const player of players)
    folders.set(player, await splitByWeeks(player.folder, weeks, workspace.path('weeks', player.node.agencyId)));
  let learnt: readonly Learnt[] = [];
  let indicators = 0;
  for (const [place, { from, until }] of weeks.entries()) {
    if (from === split) learnt = await Promise.all(players.map((player) => learn(player, truth)));
    for (const { agency, approved, model } of from === split ? learnt : [])
      tell(`${agency} ${model === null ? 'has too few rows' : `trained ${model}${approved ? '' : ', not approved'}`}`);
    await Promise.all(
      players.map((player) => {
        const folder = folders.get(player)?.[place] ?? '';
        return player.node.json(['import', folder, ...(place === 0 ? [data.watchlists] : [])]);
      }),
    );
    indicators = await weekOver();
    tell(`week to ${until} decided${indicators > 0 ? `, ${indicators} indicators so far` : ''}`);
  }
  const decided = await exported(data, players);
  for (const player of players) await assertUnseen(player, truth);
  const reliability = await Promise.all(players.map((player) => reliabilityOf(player, truth)));
  return { ...decided, indicators, learnt, reliability: reliability.filter((one) => one !== null) };
}

/** Decisions in the order of the agencies and their files, under the agency whose alert it is. */
async function exported(data: DataSet, players: readonly Player[]): Promise<Pick<Decided, 'first' | 'last'>> {
  const all = async (...words: readonly string[]): Promise<readonly DecisionLine[]> => {
    const lines: DecisionLine[] = [];
    for (const { agencyId, folder } of data.agencies) {
      const node = players.find(({ agencies }) => agencies.includes(agencyId))?.node;
      const text = await node?.text(['decisions', 'export', '--source', fileOf(folder, 'alerts.jsonl'), ...words]);
      for (const line of (text ?? '').split('\n').filter((one) => one !== ''))
        lines.push({ ...(JSON.parse(line) as DecisionLine), agency: agencyId });
    }
    return lines;
  };
  return { first: await all('--first'), last: await all() };
}
