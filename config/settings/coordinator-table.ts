import { COORDINATOR_SETTINGS } from './coordinator.ts';
import { port } from './kinds.ts';
import { LOG_SETTINGS } from './log.ts';
import { METRICS_SETTINGS } from './metrics.ts';
import { type SettingsOf, setting } from './setting.ts';

/** Every setting of concordat-coordinator. */
export const COORDINATOR_TABLE = {
  coordinator: COORDINATOR_SETTINGS,
  metrics: {
    ...METRICS_SETTINGS,
    port: setting(port(), {
      default: 9_091,
      description: 'Port of metrics, health and readiness; 0 takes any free one, written to run.json.',
    }),
  },
  log: LOG_SETTINGS,
} as const;
export type CoordinatorSettings = SettingsOf<typeof COORDINATOR_TABLE>;
