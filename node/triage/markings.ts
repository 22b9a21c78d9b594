import type { Marking, Viewer } from '../../proto/domain/marking.ts';

/** Alerts and decisions never leave the agency, and whoever works on alerts may see them. */
export const TRIAGE_MARKING: Marking = { tlp: 'RED', classification: 'RESTRICTED', compartments: [], groups: [] };

/** Triage itself: it reads everything of its agency, and what it writes carries its own marking. */
export function triageViewer(agency: string): Viewer {
  return { name: 'triage', agency, role: 'system', clearance: 'TOP_SECRET', compartments: [], groups: [] };
}
