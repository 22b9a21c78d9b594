import type { Command } from 'commander';
import { problemLine } from '../../config/problem.ts';
import { COORDINATOR_TABLE } from '../../config/settings/coordinator-table.ts';
import { settingRows } from '../../config/settings/setting.ts';
import { type CoordinatorReading, readCoordinatorSettings } from '../settings.ts';
import type { CliContext } from './context.ts';
import { type CommonOptions, existingHome, settingFlags, withCommonOptions, withSettingOptions } from './options.ts';
import { print, table } from './output.ts';

/** `config check` and `config print`: what holds, from where, and what is wrong with it. */
export function addConfig(program: Command, context: CliContext): void {
  const group = program.command('config').description('settings: check them, print what holds');
  const read = (options: CommonOptions): CoordinatorReading =>
    readCoordinatorSettings(existingHome(options, context), {
      flags: settingFlags({ ...options }),
      environment: context.environment,
    });
  withSettingOptions(withCommonOptions(group.command('check').description('name everything that is wrong'))).action(
    (options: CommonOptions) => {
      const { problems } = read(options);
      print(context, options, { valid: problems.length === 0, problems }, () =>
        problems.length === 0 ? ['settings are valid'] : problems.map(problemLine),
      );
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

function effective({ settings, origins }: CoordinatorReading) {
  const values: Readonly<Record<string, Readonly<Record<string, unknown>>>> = settings;
  return settingRows(COORDINATOR_TABLE).map(({ group, key, path, setting }) => {
    const value = values[group]?.[key] ?? null;
    return { path, value: setting.secret && value !== null ? '(secret)' : value, origin: origins[path] ?? 'default' };
  });
}
