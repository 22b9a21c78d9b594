import { distance } from 'fastest-levenshtein';
import type { SettingProblem } from './problem.ts';
import type { SettingRow } from './settings/setting.ts';

/** Further from a known name than this share of its length, a name is no typing error of it. */
const NEAR_SHARE = 0.4;

/** Refuses paths that name no setting, with the nearest one as a hint. */
export function unknownPaths(
  rows: readonly SettingRow[],
  entries: readonly { readonly path: string; readonly source: string }[],
): readonly SettingProblem[] {
  const known = rows.flatMap(({ path }) => [path, `${path}_file`]);
  return entries
    .filter(({ path }) => !known.includes(path))
    .map(({ path, source }) => {
      const near = nearest(path, known);
      const hint = near === undefined ? 'see docs/reference/settings.md' : `did you mean ${near}?`;
      return { code: 'CONFIG_UNKNOWN', path, source, expected: 'a known setting', got: null, hint };
    });
}

/**
 * Environment names that begin like one of our groups and name no setting. A typing error must not go unseen, but
 * orchestrators put names of their own under the same prefix (service links), so these are told, not refused.
 */
export function unknownEnvironment(
  rows: readonly SettingRow[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const known = new Set(rows.flatMap((row) => row.environment.flatMap((name) => [name, `${name}_FILE`])));
  const prefixes = [...new Set(rows.map(({ path }) => `CONCORDAT_${path.replace(/\..*/, '').toUpperCase()}_`))];
  return Object.keys(environment).filter(
    (name) => prefixes.some((prefix) => name.startsWith(prefix)) && !known.has(name) && !PROGRAM_NAMES.has(name),
  );
}

/** What the programs read from the environment outside the table: which home, and whose key. */
const PROGRAM_NAMES = new Set(['CONCORDAT_HOME', 'CONCORDAT_API_KEY', 'CONCORDAT_API_KEY_FILE']);

function nearest(path: string, known: readonly string[]): string | undefined {
  const [best] = known.map((name) => ({ name, apart: distance(path, name) })).sort((a, b) => a.apart - b.apart);
  return best !== undefined && best.apart <= best.name.length * NEAR_SHARE ? best.name : undefined;
}
