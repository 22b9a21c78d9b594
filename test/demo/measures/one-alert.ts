import { isFound, type RestDecision } from '../../tools/federation/decisions.ts';
import type { Line } from '../report.ts';
import type { Truth } from '../truth.ts';
import type { Outcome } from './outcome.ts';

/**
 * One alert, twice: of the true ones that only the federation found, the one to which peers contributed most.
 * Without any there is nothing to show, and the line fails.
 */
export function oneAlertLine(outcomes: readonly Outcome[], truth: Truth): Line {
  const raised = outcomes
    .filter(({ alone, isTrue, together }) => isTrue && isFound(together) && !isFound(alone))
    .map((outcome) => ({ outcome, last: outcome.decided.decisions.at(-1), points: pointsOfPeers(outcome) }))
    .sort((one, other) => other.points - one.points);
  const [best] = raised;
  if (best?.last === undefined) {
    const rows = ['no true alert was found with the federation that was missed alone'];
    return { section: 'One alert, twice', rows, n: 0, pass: false, values: {} };
  }
  const { last, outcome } = best;
  const { reason } = truth.alerts.get(`${outcome.agencyId}/${outcome.alertId}`) ?? { reason: '' };
  const { cost = {}, disposition_alone: alone = '', risk_score_alone: aloneScore = 0 } = last.counterfactual ?? {};
  return {
    section: 'One alert, twice',
    rows: [
      `alert ${outcome.alertId} of ${outcome.agencyId}, decided as of ${last.as_of.slice(0, 10)}`,
      `the agency alone     risk ${aloneScore.toFixed(1).padStart(5)}  ${alone}`,
      `with the federation  risk ${last.risk_score.toFixed(1).padStart(5)}  ${last.disposition}`,
      'peers contributed',
      ...peerRows(last),
      `it cost              ${costText(cost)}`,
      `the truth            suspicious: ${reason}`,
      `the same for ${raised.length - 1} more true alerts`,
    ],
    n: 1,
    pass: outcome.isTrue,
    values: { agency: outcome.agencyId, alertId: outcome.alertId, reason, decision: last, more: raised.length - 1 },
  };
}

function pointsOfPeers({ decided }: Outcome): number {
  const contributions = decided.decisions.at(-1)?.contributions ?? [];
  return contributions.filter((one) => one.from_peers).reduce((sum, { points }) => sum + points, 0);
}

/** Points of each feature that comes from peers, the weightiest first. */
function peerRows({ contributions }: RestDecision): readonly string[] {
  return contributions
    .filter(({ from_peers: fromPeers, points }) => fromPeers && points !== 0)
    .sort((one, other) => Math.abs(other.points) - Math.abs(one.points))
    .map(({ feature, points }) => `  ${points.toFixed(1).padStart(6)}  ${feature.replaceAll('_', ' ')}`);
}

function costText(cost: Readonly<Record<string, number>>): string {
  const parts = Object.entries(cost).map(([kind, spent]) => `${kind} ${Number(spent.toFixed(2))}`);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}
