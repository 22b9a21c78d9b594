import type { PassThroughParameters } from '../../../config/typologies/typology.ts';
import { DAY_MS, type Movement } from '../features/account-view.ts';
import { type Finding, type Neighbourhood, ramp } from './finding.ts';

/** Pairs of an incoming transfer and the first outgoing one that takes it on; each outgoing transfer is used once. */
export function findPassThrough({ subject }: Neighbourhood, parameters: PassThroughParameters): Finding | undefined {
  const taken = new Set<string>();
  const edgeIds: string[] = [];
  for (const into of subject.recent) {
    if (!into.incoming) continue;
    const out = subject.recent.find((movement) => !taken.has(movement.edgeId) && takesOn(into, movement, parameters));
    if (out === undefined) continue;
    taken.add(out.edgeId);
    edgeIds.push(into.edgeId, out.edgeId);
  }
  const strength = ramp(edgeIds.length / 2, 1, parameters.fullPairs);
  return strength === 0 ? undefined : { strength, edgeIds };
}

function takesOn(into: Movement, out: Movement, parameters: PassThroughParameters): boolean {
  if (out.incoming || out.other === into.other || out.currency !== into.currency) return false;
  if (out.atMs < into.atMs || out.atMs >= into.atMs + parameters.spanDays * DAY_MS) return false;
  const share = out.amount / into.amount;
  return share >= parameters.minimumShare && share <= parameters.maximumShare;
}
