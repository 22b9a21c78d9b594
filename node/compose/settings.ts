import { readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { problemError } from '../../config/problem.ts';
import { readSettings, type ReadSettings, type SettingSources } from '../../config/load.ts';
import { weakSettings } from '../../config/refuse-weak.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { NODE_TABLE, type NodeSettings } from '../../config/settings/node-table.ts';
import { ConcordatError } from '../../proto/domain/errors.ts';
import type { Home } from './home.ts';

export type NodeReading = ReadSettings<typeof NODE_TABLE>;

/** Reads a home's settings with all that is wrong with them, weak secrets included. */
export function readNodeSettings(home: Home, given: Pick<SettingSources, 'flags' | 'environment'>): NodeReading {
  const file = { name: basename(home.config), text: readBounded(home.config).text };
  const readFile: SettingSources['readFile'] = (path, inFile) =>
    readBounded(inFile && !isAbsolute(path) ? join(home.root, path) : path);
  const reading = readSettings(NODE_TABLE, { ...given, file, readFile });
  if (reading.problems.length > 0) return reading;
  return { ...reading, problems: weakSettings(reading.settings) };
}

/**
 * The settings of a reading without problems.
 * @throws the first problem: CONFIG_… (config/errors.ts)
 */
export function settingsOf({ settings, problems }: NodeReading): NodeSettings {
  const [first] = problems;
  if (first !== undefined) throw problemError(first);
  return settings;
}

/**
 * Reads a home's settings.
 * @throws the first problem: CONFIG_… (config/errors.ts)
 */
export function loadNodeSettings(home: Home, given: Pick<SettingSources, 'flags' | 'environment'>): NodeSettings {
  return settingsOf(readNodeSettings(home, given));
}

/** What was given and has no effect: names that are no settings, and settings of an engine that is not in use. */
export function settingWarnings({ settings, unknownEnvironment }: NodeReading): readonly string[] {
  return [
    ...unknownEnvironment.map((name) => `${name} is no setting of this node`),
    ...(settings.graph.neo4jUri === null ? [] : ['graph.neo4j_uri has no effect while graph.engine is level']),
  ];
}

function readBounded(path: string): { text: string; worldReadable: boolean } {
  const { size, mode } = statSync(path);
  if (size > LIMITS.settingsFileBytes)
    throw new ConcordatError('CONFIG_FILE', `${basename(path)} is larger than a settings file can be`);
  return { text: readFileSync(path, 'utf8'), worldReadable: (mode & 0o004) !== 0 };
}
