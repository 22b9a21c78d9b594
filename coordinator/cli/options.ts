import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { COORDINATOR_TABLE } from '../../config/settings/coordinator-table.ts';
import { settingRows } from '../../config/settings/setting.ts';
import { type Home, homeAt } from '../home.ts';
import type { CliContext } from './context.ts';
import { CliRefusal } from './refusal.ts';

export type CommonOptions = { readonly home?: string; readonly json?: boolean };

const DEFAULT_HOME = 'concordat-coordinator-home';
const GROUP = 'Settings:';

/** Options that every command takes. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--home <dir>', `home of the coordinator (CONCORDAT_HOME; default ./${DEFAULT_HOME})`)
    .option('--json', 'write JSON for programs instead of text for people');
}

/** The home that a command works on, whether there is one or not. */
export function homeOf(options: CommonOptions, context: CliContext): Home {
  return homeAt(resolve(options.home ?? (context.environment['CONCORDAT_HOME'] || DEFAULT_HOME)));
}

/** @throws COORDINATOR_HOME when there is none */
export function existingHome(options: CommonOptions, context: CliContext): Home {
  const home = homeOf(options, context);
  if (existsSync(home.config)) return home;
  throw new CliRefusal(
    'COORDINATOR_HOME',
    `no coordinator in ${home.root}`,
    'concordat-coordinator init, or --home DIR',
  );
}

/** Adds a flag for each setting, from the one table: `--coordinator-host`; secrets only as `…-file`. */
export function withSettingOptions(command: Command): Command {
  for (const { path, setting } of settingRows(COORDINATOR_TABLE)) {
    const name = setting.secret ? `${path}_file` : path;
    const what = setting.secret ? '<file>' : '<value>';
    const option = new Option(`--${flagName(name)} ${what}`, `${setting.description} (${setting.kind.type})`);
    command.addOption(option.helpGroup(GROUP));
  }
  return command;
}

/** Values of the settings' flags, by path, as the reader of settings takes them. */
export function settingFlags(options: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const flags: Record<string, string> = {};
  for (const { path, setting } of settingRows(COORDINATOR_TABLE)) {
    const name = setting.secret ? `${path}_file` : path;
    const value = options[optionKey(name)];
    if (typeof value === 'string') flags[name] = value;
  }
  return flags;
}

/** Collects an option that may be given more than once. */
export function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** A whole number above zero. */
export function integerOption(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('a whole number above zero is needed.');
  return Number(value);
}

function flagName(path: string): string {
  return path.replace(/[._]/g, '-');
}

/** As commander names an option's value. */
function optionKey(path: string): string {
  return flagName(path).replace(/-(.)/g, (_match, letter: string) => letter.toUpperCase());
}
