import { integer } from './kinds.ts';
import { setting } from './setting.ts';

export const SHARING_SETTINGS = {
  collectSeconds: setting(integer(1, 86_400), {
    default: 600,
    description:
      'How long the holder of the flag key waits for members that have not said they are done, before it erases the key; ' +
      'how long a second round of hints waits for the first of all members.',
  }),
  tickMs: setting(integer(20, 60_000), {
    default: 1_000,
    description: 'How often the node looks for what is due: epochs, keys, windows, the outbox.',
  }),
} as const;
