import { LIMITS } from '../../../../config/settings/limits.ts';
import type { ShellClusterParameters } from '../../../../config/typologies/typology.ts';
import { DAY_MS } from '../../features/account-view.ts';
import { ramp } from '../finding.ts';
import { type StreamDetector, within } from './detector.ts';
import { type AccountFlows, type Flow, isOneOff } from './flow.ts';

type Shell = { readonly incoming: readonly Flow[]; readonly outgoing: readonly Flow[] };

/**
 * Accounts that pay each other and are nothing but passages, each by its own transfers of the span: few, with
 * counterparties that were new then, and what came in gone again. What a shell is on paper transfers do not say.
 */
export function shellClusterDetector(parameters: ShellClusterParameters): StreamDetector {
  const spanMs = parameters.spanDays * DAY_MS;
  return (latest, found) => {
    const shellOf = (account: AccountFlows): Shell | undefined => shellAt(account, latest.atMs, spanMs, parameters);
    // The sender is the one that has just passed something on.
    const start = shellOf(latest.from);
    if (start === undefined) return;
    const cluster = new Map<AccountFlows, Shell>([[latest.from, start]]);
    // A map goes on to what is added to it on the way.
    for (const [account, { incoming, outgoing }] of cluster) {
      for (const flow of [...incoming, ...outgoing]) {
        const other = flow.from === account ? flow.to : flow.from;
        if (cluster.has(other) || cluster.size >= LIMITS.detectionHubFlows) continue;
        const shell = shellOf(other);
        if (shell !== undefined) cluster.set(other, shell);
      }
    }
    const strength = ramp(cluster.size, parameters.minimumAccounts, parameters.fullAccounts);
    if (strength === 0) return;
    const flows = new Set([...cluster.values()].flatMap(({ incoming, outgoing }) => [...incoming, ...outgoing]));
    found({ centre: null, strength, flows: [...flows] });
  };
}

/** The account's transfers of the span where they make it a passage. */
function shellAt(
  { incoming, outgoing }: AccountFlows,
  endMs: number,
  spanMs: number,
  { maximumTransfers, minimumPassedOn }: ShellClusterParameters,
): Shell | undefined {
  // Most accounts are ruled out by the number of their transfers, before anything is copied or added up.
  const shell = { incoming: within(incoming, endMs, spanMs), outgoing: within(outgoing, endMs, spanMs) };
  const count = shell.incoming.length + shell.outgoing.length;
  if (count > maximumTransfers || shell.incoming.length === 0 || shell.outgoing.length === 0) return undefined;
  if (![...shell.incoming, ...shell.outgoing].every(isOneOff)) return undefined;
  const cameIn = sum(shell.incoming);
  const left = sum(shell.outgoing);
  return Math.min(cameIn, left) >= minimumPassedOn * Math.max(cameIn, left) ? shell : undefined;
}

function sum(flows: readonly Flow[]): number {
  return flows.reduce((total, { amount }) => total + amount, 0);
}
