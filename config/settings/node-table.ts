import { ACCESS_SETTINGS } from './access.ts';
import { ADVISER_SETTINGS, EXTERNAL_DATA_SETTINGS } from './adviser.ts';
import { API_SETTINGS } from './api.ts';
import { GRAPH_SETTINGS } from './graph.ts';
import { LOG_SETTINGS } from './log.ts';
import { MESH_SETTINGS } from './mesh.ts';
import { METRICS_SETTINGS } from './metrics.ts';
import { NODE_SETTINGS } from './node.ts';
import { SHARING_SETTINGS } from './sharing.ts';
import type { SettingsOf } from './setting.ts';
import { TRIAGE_SETTINGS } from './triage.ts';

/** Every setting of concordat-node. */
export const NODE_TABLE = {
  node: NODE_SETTINGS,
  api: API_SETTINGS,
  metrics: METRICS_SETTINGS,
  log: LOG_SETTINGS,
  access: ACCESS_SETTINGS,
  graph: GRAPH_SETTINGS,
  triage: TRIAGE_SETTINGS,
  adviser: ADVISER_SETTINGS,
  externalData: EXTERNAL_DATA_SETTINGS,
  mesh: MESH_SETTINGS,
  sharing: SHARING_SETTINGS,
} as const;
export type NodeSettings = SettingsOf<typeof NODE_TABLE>;
