import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Path of a file or folder of the material beside the repository, undefined where that is absent.
 * @throws in CI, where it must be there
 */
export function sharedPath(relative: string): string | undefined {
  const path = resolve(import.meta.dirname, '../../../shared', relative);
  if (existsSync(path)) return path;
  if (process.env['CI'] === 'true') throw new Error(`../shared/${relative} is absent, and CI must have it`);
  return undefined;
}
