import { choice } from './kinds.ts';
import { setting } from './setting.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const SPELLINGS: Readonly<Record<string, LogLevel>> = { warning: 'warn', critical: 'error', trace: 'debug' };

export const LOG_SETTINGS = {
  level: setting(
    choice(LOG_LEVELS, (word) => SPELLINGS[word.toLowerCase()] ?? word.toLowerCase()),
    {
      default: 'info',
      description: 'Least severe line that is written.',
      aliases: ['LOG_LEVEL'],
    },
  ),
} as const;
