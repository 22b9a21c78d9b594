import type { StructuringParameters } from '../../../../config/typologies/typology.ts';
import { DAY_MS } from '../../features/account-view.ts';
import { ramp } from '../finding.ts';
import { type StreamDetector, withinUnlessHub } from './detector.ts';
import type { Flow } from './flow.ts';

/** Transfers in one direction of an account whose amounts differ by no more than the tolerance from the latest. */
export function structuringDetector(parameters: StructuringParameters): StreamDetector {
  const { fullTransfers, minimumCounterparties, minimumTransfers, tolerance } = parameters;
  const spanMs = parameters.spanDays * DAY_MS;
  return (latest, found) => {
    for (const [centre, side, other] of [
      [latest.from, latest.from.outgoing, 'to'],
      [latest.to, latest.to.incoming, 'from'],
    ] as const) {
      if (side.length < minimumTransfers) continue;
      const flows = withinUnlessHub(side, latest.atMs, spanMs).filter((flow) => isAlike(latest, flow, tolerance));
      if (flows.length < minimumTransfers) continue;
      if (new Set(flows.map((flow) => flow[other])).size < minimumCounterparties) continue;
      found({ centre, strength: ramp(flows.length, minimumTransfers, fullTransfers), flows });
    }
  };
}

function isAlike(model: Flow, { amount, currency }: Flow, tolerance: number): boolean {
  return currency === model.currency && Math.abs(amount - model.amount) <= tolerance * model.amount;
}
