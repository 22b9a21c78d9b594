import type { Viewer } from '../../proto/domain/marking.ts';

/** The process itself: it reads everything, as it enforces the rule for the others. */
export function systemViewer(name: string, agency: string): Viewer {
  return { name, agency, role: 'system', clearance: 'TOP_SECRET', compartments: [], groups: [] };
}
