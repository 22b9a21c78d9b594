import type { PassThroughParameters } from '../../../../config/typologies/typology.ts';
import { DAY_MS } from '../../features/account-view.ts';
import { ramp } from '../finding.ts';
import { type StreamDetector, within } from './detector.ts';
import type { Flow } from './flow.ts';

/** Sums that leave again, counted over a window: each transfer out takes on at most one transfer in. */
const COUNTED_DAYS = 28;

/** A transfer out that takes on an earlier one in, together with those of the last weeks that did so. */
export function passThroughDetector(parameters: PassThroughParameters): StreamDetector {
  const spanMs = parameters.spanDays * DAY_MS;
  const taken = new WeakMap<Flow, Flow>();
  const taking = new WeakSet<Flow>();
  return (out, found) => {
    const centre = out.from;
    const into = within(centre.incoming, out.atMs, spanMs).find(
      (one) => !taking.has(one) && takesOn(one, out, parameters),
    );
    if (into === undefined) return;
    taken.set(out, into);
    taking.add(into);
    const flows: Flow[] = [];
    for (const other of within(centre.outgoing, out.atMs, COUNTED_DAYS * DAY_MS)) {
      const source = taken.get(other);
      if (source !== undefined) flows.push(source, other);
    }
    found({ centre, strength: ramp(flows.length / 2, 1, parameters.fullPairs), flows });
  };
}

function takesOn(into: Flow, out: Flow, { maximumShare, minimumShare }: PassThroughParameters): boolean {
  if (into.from === out.to || into.currency !== out.currency) return false;
  const share = out.amount / into.amount;
  return share >= minimumShare && share <= maximumShare;
}
