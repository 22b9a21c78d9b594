import { CLASSIFICATIONS, type Classification } from '../../proto/domain/marking.ts';
import { apiRefusal } from '../api/refusal.ts';
import { RECORD_MARKING } from '../records/marking.ts';

/**
 * Refuses records and alerts at a node whose ceiling is below their classification: such a node works on lists and on
 * what peers publish, never on customers.
 * @throws ACCESS_CEILING
 */
export function admitRecords(ceiling: Classification): void {
  const level = (classification: Classification): number => CLASSIFICATIONS.indexOf(classification);
  if (level(RECORD_MARKING.classification) > level(ceiling)) throw apiRefusal('ACCESS_CEILING');
}
