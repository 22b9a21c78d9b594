import { parseArgs } from 'node:util';
import { join, resolve } from 'node:path';

export type DemoOptions = {
  /** Folder of a data set of the layout of data/federation3. */
  readonly data: string;
  /** One JSON document at the end instead of text for people. */
  readonly json: boolean;
  /** Leaves the programs running after the table, until interrupted. */
  readonly stay: boolean;
  /** Leaves homes and logs behind. */
  readonly keep: boolean;
};

export const USAGE = 'npm run demo -- [--data DIR] [--json] [--stay] [--keep]';

/** @throws on a word that it does not know */
export function demoOptions(words: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      data: { type: 'string', default: join(import.meta.dirname, 'federation3') },
      json: { type: 'boolean', default: false },
      stay: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
    },
  });
  return { ...values, data: resolve(values.data) };
}
