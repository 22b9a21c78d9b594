import type { Marking } from '../../proto/domain/marking.ts';

/** Customers, accounts and their movements never leave the agency, and whoever works on alerts may see them. */
export const RECORD_MARKING: Marking = { tlp: 'RED', classification: 'RESTRICTED', compartments: [], groups: [] };

/** Watchlists are public or bought for the whole agency. */
export const LIST_MARKING: Marking = { tlp: 'GREEN', classification: 'UNCLASSIFIED', compartments: [], groups: [] };
