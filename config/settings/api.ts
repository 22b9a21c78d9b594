import { flag, port, text } from './kinds.ts';
import { setting } from './setting.ts';

export const API_SETTINGS = {
  host: setting(text(), {
    default: '127.0.0.1',
    description: 'Address on which the REST API listens. Loopback unless a proxy with TLS stands before it.',
    aliases: ['API_HOST'],
  }),
  port: setting(port(), {
    default: 5_000,
    description: 'Port of the REST API; 0 takes any free one, written to run.json.',
    aliases: ['API_PORT'],
  }),
  debug: setting(flag(), {
    default: false,
    description: 'Faults are answered with their text. Development only.',
    aliases: ['API_DEBUG'],
  }),
} as const;
