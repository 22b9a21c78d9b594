import type { Marking } from '../../proto/domain/marking.ts';

/** What every member may read: control records, positions, counts. */
export const MEMBERS: Marking = { tlp: 'GREEN', classification: 'UNCLASSIFIED', compartments: [], groups: [] };

/** What leaves under a marking of its own: members only, not beyond their organisations' need. */
export const SHARED: Marking = { tlp: 'AMBER', classification: 'UNCLASSIFIED', compartments: [], groups: [] };

/** Keys and secrets of this process: no person reads them. */
export const PROCESS_ONLY: Marking = {
  tlp: 'RED',
  classification: 'TOP_SECRET',
  compartments: ['\u0000keys'],
  groups: [],
};
