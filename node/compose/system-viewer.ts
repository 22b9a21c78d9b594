import type { Viewer } from '../../proto/domain/marking.ts';

/** The process's own viewer: it reads everything, as it enforces the rule for the others. */
export function systemViewer(agency: string): Viewer {
  return { name: 'node', agency, role: 'system', clearance: 'TOP_SECRET', compartments: [], groups: [] };
}
