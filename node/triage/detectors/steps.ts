import type { EntityKey } from '../../../proto/domain/ids.ts';
import type { Neighbourhood } from './finding.ts';

/** A transfer of the window, between any two accounts that the neighbourhood shows. */
export type Step = {
  readonly edgeId: string;
  readonly from: EntityKey;
  readonly to: EntityKey;
  readonly amount: number;
  readonly atMs: number;
};

/** All transfers of the window that a neighbourhood shows, by where they leave and where they arrive. */
export type Steps = {
  readonly leaving: ReadonlyMap<EntityKey, readonly Step[]>;
  readonly arriving: ReadonlyMap<EntityKey, readonly Step[]>;
};

const known = new WeakMap<Neighbourhood, Steps>();

/**
 * Each transfer once: a counterparty's view also shows those of accounts that have no view. Several detectors walk
 * over them, so they are put together once for a neighbourhood.
 */
export function stepsOf(neighbourhood: Neighbourhood): Steps {
  const before = known.get(neighbourhood);
  if (before !== undefined) return before;
  const seen = new Set<string>();
  const leaving = new Map<EntityKey, Step[]>();
  const arriving = new Map<EntityKey, Step[]>();
  for (const { key, recent } of [neighbourhood.subject, ...neighbourhood.counterparties.values()]) {
    for (const { amount, atMs, edgeId, incoming, other } of recent) {
      if (seen.has(edgeId)) continue;
      seen.add(edgeId);
      const [from, to] = incoming ? [other, key] : [key, other];
      const step = { edgeId, from, to, amount, atMs };
      append(leaving, from, step);
      append(arriving, to, step);
    }
  }
  const steps = { leaving, arriving };
  known.set(neighbourhood, steps);
  return steps;
}

function append(steps: Map<EntityKey, Step[]>, key: EntityKey, step: Step): void {
  const there = steps.get(key);
  if (there === undefined) steps.set(key, [step]);
  else there.push(step);
}
