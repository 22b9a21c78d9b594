import { port, text } from './kinds.ts';
import { setting } from './setting.ts';

export const METRICS_SETTINGS = {
  host: setting(text(), {
    default: '127.0.0.1',
    description: 'Address on which the metrics are served, apart from the API.',
  }),
  port: setting(port(), {
    default: 9_090,
    description: 'Port of the metrics; 0 takes any free one, written to run.json.',
    aliases: ['PROMETHEUS_PORT'],
  }),
} as const;
