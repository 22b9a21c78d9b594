import { combineMarkings, MOST_RESTRICTIVE, type Marking } from '../../proto/domain/marking.ts';
import type { UnitOfWork } from './ledger.ts';

/**
 * Marking of a unit's audit index: what all its written values have together. A unit that writes none tells of objects
 * whose marking is not known here, so its entries are read on behalf of the system only, after the caller's own check.
 */
export function auditMarking(unit: UnitOfWork): Marking {
  const markings = new Set<Marking>();
  for (const { value, marking } of unit.writes) if (value !== null) markings.add(marking);
  let combined: Marking | undefined;
  for (const marking of markings) combined = combined === undefined ? marking : combineMarkings(combined, marking);
  return combined ?? MOST_RESTRICTIVE;
}
