import { readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { type ReadSettings, readSettings, type SettingSources } from '../config/load.ts';
import { problemError } from '../config/problem.ts';
import { weakness } from '../config/secret-strength.ts';
import { COORDINATOR_TABLE, type CoordinatorSettings } from '../config/settings/coordinator-table.ts';
import { LIMITS } from '../config/settings/limits.ts';
import { coordinatorError } from './errors.ts';
import type { Home } from './home.ts';

export type CoordinatorReading = ReadSettings<typeof COORDINATOR_TABLE>;

/** Reads a home's settings with all that is wrong with them, a weak secret included. */
export function readCoordinatorSettings(
  home: Home,
  given: Pick<SettingSources, 'flags' | 'environment'>,
): CoordinatorReading {
  const file = { name: basename(home.config), text: readBounded(home.config).text };
  const readFile: SettingSources['readFile'] = (path, inFile) =>
    readBounded(inFile && !isAbsolute(path) ? join(home.root, path) : path);
  const reading = readSettings(COORDINATOR_TABLE, { ...given, file, readFile });
  if (reading.problems.length > 0) return reading;
  const expected = weakness(reading.settings.coordinator.encryptionKey);
  if (expected === undefined) return reading;
  const path = 'coordinator.encryption_key';
  const hint = 'openssl rand -base64 32';
  return { ...reading, problems: [{ code: 'CONFIG_SECRET_WEAK', path, source: path, expected, got: null, hint }] };
}

/**
 * Reads a home's settings.
 * @throws the first problem: CONFIG_… (config/errors.ts)
 */
export function loadCoordinatorSettings(
  home: Home,
  given: Pick<SettingSources, 'flags' | 'environment'>,
): CoordinatorSettings {
  const { settings, problems } = readCoordinatorSettings(home, given);
  const [first] = problems;
  if (first !== undefined) throw problemError(first);
  return settings;
}

function readBounded(path: string): { text: string; worldReadable: boolean } {
  const { size, mode } = statSync(path);
  if (size > LIMITS.settingsFileBytes) throw coordinatorError('COORDINATOR_HOME', { detail: { path } });
  return { text: readFileSync(path, 'utf8'), worldReadable: (mode & 0o004) !== 0 };
}
