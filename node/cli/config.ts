import type { Command } from 'commander';
import { problemLine } from '../../config/problem.ts';
import { settingRows } from '../../config/settings/setting.ts';
import { NODE_TABLE } from '../../config/settings/node-table.ts';
import { type NodeReading, readNodeSettings, settingWarnings } from '../compose/settings.ts';
import { type CommonOptions, withCommonOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { print, table } from './output.ts';
import { existingHome } from './session.ts';
import { settingFlags, withSettingOptions } from './setting-options.ts';

/** `config check` and `config print`: what holds, from where, and what is wrong with it. */
export function addConfig(program: Command, context: CliContext): void {
  const group = program.command('config').description('settings: check them, print what holds');
  const read = (options: CommonOptions): NodeReading =>
    readNodeSettings(existingHome(options, context), {
      flags: settingFlags({ ...options }),
      environment: context.environment,
    });

  withSettingOptions(withCommonOptions(group.command('check').description('name everything that is wrong'))).action(
    (options: CommonOptions) => {
      const reading = read(options);
      const { problems } = reading;
      const warnings = problems.length === 0 ? settingWarnings(reading) : [];
      const lines = [...problems.map(problemLine), ...warnings.map((warning) => `warning: ${warning}`)];
      const value = { valid: problems.length === 0, problems, warnings };
      print(context, options, value, () => (lines.length === 0 ? ['settings are valid'] : lines));
      if (problems.length > 0) context.exit(1);
    },
  );

  withSettingOptions(
    withCommonOptions(group.command('print').description('print what holds and where it is from')),
  ).action((options: CommonOptions) => {
    const rows = effective(read(options));
    const value = Object.fromEntries(rows.map(({ path, ...row }) => [path, row]));
    print(context, options, value, () => table(rows.map((row) => [row.path, JSON.stringify(row.value), row.origin])));
  });
}

function effective({ settings, origins }: NodeReading): readonly { path: string; value: unknown; origin: string }[] {
  const values: Readonly<Record<string, Readonly<Record<string, unknown>>>> = settings;
  return settingRows(NODE_TABLE).map(({ group, key, path, setting }) => {
    const value = values[group]?.[key] ?? null;
    return { path, value: setting.secret && value !== null ? '(secret)' : value, origin: origins[path] ?? 'default' };
  });
}
