import type { StructuringParameters } from '../../../config/typologies/typology.ts';
import { DAY_MS, type Movement } from '../features/account-view.ts';
import { type Finding, type Neighbourhood, ramp, strongest } from './finding.ts';

/** Transfers in one direction within a span whose amounts differ by no more than the tolerance from one of them. */
export function findStructuring({ subject }: Neighbourhood, parameters: StructuringParameters): Finding | undefined {
  return strongest(
    subject.recent.map((model): Finding => {
      const alike = subject.recent.filter((movement) => isAlike(model, movement, parameters));
      const counterparties = new Set(alike.map(({ other }) => other)).size;
      const enough = counterparties >= parameters.minimumCounterparties;
      const strength = enough ? ramp(alike.length, parameters.minimumTransfers, parameters.fullTransfers) : 0;
      return { strength, edgeIds: alike.map(({ edgeId }) => edgeId) };
    }),
  );
}

function isAlike(model: Movement, movement: Movement, { spanDays, tolerance }: StructuringParameters): boolean {
  if (movement.incoming !== model.incoming || movement.currency !== model.currency) return false;
  if (movement.atMs < model.atMs || movement.atMs >= model.atMs + spanDays * DAY_MS) return false;
  return Math.abs(movement.amount - model.amount) <= tolerance * model.amount;
}
