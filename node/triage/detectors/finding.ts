import type { EntityKey } from '../../../proto/domain/ids.ts';
import type { AccountView } from '../features/account-view.ts';

/** What detectors see: an account and, where the graph gave them, the views of its counterparties. */
export type Neighbourhood = {
  readonly subject: AccountView;
  readonly counterparties: ReadonlyMap<EntityKey, AccountView>;
};

/** One occurrence of a pattern and the transfers that make it. */
export type Finding = {
  /** Above 0, at most 1. */
  readonly strength: number;
  readonly edgeIds: readonly string[];
};

/** Strength of a count: 0 below the minimum, then rising evenly to 1. */
export function ramp(count: number, minimum: number, full: number): number {
  if (count < minimum) return 0;
  return Math.min(1, (count - minimum + 1) / (full - minimum + 1));
}

/** The strongest of several; of equally strong ones the first. */
export function strongest(findings: readonly Finding[]): Finding | undefined {
  let best: Finding | undefined;
  for (const finding of findings) {
    if (finding.strength > (best?.strength ?? 0)) best = finding;
  }
  return best;
}
