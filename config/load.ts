import type { SettingsOf, SettingRow, SettingsTable } from './settings/setting.ts';
import { settingRows } from './settings/setting.ts';
import { problemError, type SettingProblem } from './problem.ts';
import { parseSettingsFile } from './settings-file.ts';
import { unknownEnvironment, unknownPaths } from './unknown-settings.ts';

/** What a setting may be read from, strongest first. */
export const ORIGINS = ['flag', 'environment', 'file', 'default'] as const;
export type Origin = (typeof ORIGINS)[number];

export type SettingSources = {
  /** By path, `api.port` or `api.port_file`, as text. */
  readonly flags: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Text of the settings file and its name for messages; null when there is none. */
  readonly file: { readonly name: string; readonly text: string } | null;
  /** Reads a file that a setting names; `inFile` says that the path stood in the settings file. */
  readonly readFile: (path: string, inFile: boolean) => { readonly text: string; readonly worldReadable: boolean };
};

export type ReadSettings<Table extends SettingsTable> = {
  /** Complete and valid when there are no problems. */
  readonly settings: SettingsOf<Table>;
  readonly problems: readonly SettingProblem[];
  /** Where each value came from, by path. */
  readonly origins: Readonly<Record<string, Origin>>;
  /** Environment names that look like settings and are none. */
  readonly unknownEnvironment: readonly string[];
};

type Given = { readonly origin: Origin; readonly source: string; readonly value: unknown; readonly asFile: boolean };

/**
 * Reads the settings of a table: flag before environment before file before default. Every problem is collected, so
 * that one run of `config check` shows them all. Reads no file and no environment but what it is handed.
 */
export function readSettings<Table extends SettingsTable>(table: Table, sources: SettingSources): ReadSettings<Table> {
  const rows = settingRows(table);
  const problems: SettingProblem[] = [];
  const file = sources.file === null ? null : parseSettingsFile(sources.file.text, sources.file.name);
  const inFile = (file?.entries ?? []).map(({ path, value, source }) => ({
    path,
    value,
    source,
    origin: 'file' as const,
  }));
  const inFlags = Object.entries(sources.flags).map(([path, value]) => {
    return { path, value, source: `--${path.replace(/[._]/g, '-')}`, origin: 'flag' as const };
  });
  problems.push(...(file?.problems ?? []), ...unknownPaths(rows, [...inFlags, ...inFile]));

  const values: Record<string, Record<string, unknown>> = {};
  const origins: Record<string, Origin> = {};
  for (const row of rows) {
    const found = [
      givenByPath(row, inFlags, problems),
      givenByEnvironment(row, sources.environment, problems),
      givenByPath(row, inFile, problems),
    ].find((given) => given !== undefined);
    origins[row.path] = found?.origin ?? 'default';
    (values[row.group] ??= {})[row.key] = valueOf(row, found, sources, problems);
  }
  return {
    settings: values as SettingsOf<Table>,
    problems,
    origins,
    unknownEnvironment: unknownEnvironment(rows, sources.environment),
  };
}

/**
 * Reads the settings of a table and refuses the first problem.
 * @throws CONFIG_UNKNOWN, CONFIG_VALUE, CONFIG_MISSING, CONFIG_CONFLICT, CONFIG_FILE, CONFIG_SECRET_INLINE,
 *         CONFIG_SECRET_EXPOSED
 */
export function loadSettings<Table extends SettingsTable>(table: Table, sources: SettingSources): SettingsOf<Table> {
  const { settings, problems } = readSettings(table, sources);
  const [first] = problems;
  if (first !== undefined) throw problemError(first);
  return settings;
}

function givenByPath(
  row: SettingRow,
  entries: readonly { path: string; value: unknown; source: string; origin: Origin }[],
  problems: SettingProblem[],
): Given | undefined {
  const plain = entries.find(({ path }) => path === row.path);
  const asFile = entries.find(({ path }) => path === `${row.path}_file`);
  if (plain !== undefined && asFile !== undefined) problems.push(conflict(row, asFile.source));
  if (plain !== undefined && row.setting.secret) {
    problems.push({
      code: 'CONFIG_SECRET_INLINE',
      path: row.path,
      source: plain.source,
      expected: 'no secret in the open',
      got: null,
      hint: `name its file as ${row.path}_file`,
    });
  }
  const given = asFile ?? plain;
  return given === undefined ? undefined : { ...given, asFile: asFile !== undefined };
}

function givenByEnvironment(
  row: SettingRow,
  environment: SettingSources['environment'],
  problems: SettingProblem[],
): Given | undefined {
  for (const name of row.environment) {
    // An empty text is how deployment tools spell "not set".
    const plain = environment[name] || undefined;
    const asFile = environment[`${name}_FILE`] || undefined;
    if (plain !== undefined && asFile !== undefined) problems.push(conflict(row, `${name}_FILE`));
    if (asFile !== undefined) return { origin: 'environment', source: `${name}_FILE`, value: asFile, asFile: true };
    if (plain !== undefined) return { origin: 'environment', source: name, value: plain, asFile: false };
  }
  return undefined;
}

function valueOf(
  row: SettingRow,
  given: Given | undefined,
  sources: SettingSources,
  problems: SettingProblem[],
): unknown {
  const { kind, secret } = row.setting;
  const refuse = (
    code: SettingProblem['code'],
    expected: string,
    got: string | null,
    hint: string | null,
  ): undefined => {
    problems.push({ code, path: row.path, source: given?.source ?? 'settings', expected, got, hint });
    return undefined;
  };
  if (given === undefined) {
    if (row.setting.default !== undefined) return row.setting.default;
    return refuse('CONFIG_MISSING', kind.type, null, `set ${row.path} or ${row.environment.at(-1) ?? ''}`);
  }
  let value = given.value;
  if (given.asFile) {
    try {
      const content = sources.readFile(String(given.value), given.origin === 'file');
      if (secret && content.worldReadable)
        return refuse('CONFIG_SECRET_EXPOSED', 'a file that its owner alone can read', null, 'chmod 600');
      value = content.text.replace(/\r?\n$/, '');
    } catch {
      return refuse('CONFIG_FILE', 'a readable file', JSON.stringify(given.value), null);
    }
  }
  const parsed = kind.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  return refuse('CONFIG_VALUE', kind.type, secret ? 'a value of another form' : shown(value), null);
}

function conflict(row: SettingRow, source: string): SettingProblem {
  const expected = 'a value or a file, not both';
  return { code: 'CONFIG_CONFLICT', path: row.path, source, expected, got: null, hint: null };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 64 ? `${text.slice(0, 64)}…` : text;
}
