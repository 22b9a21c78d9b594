import { type Command, Option } from 'commander';
import { NODE_TABLE } from '../../config/settings/node-table.ts';
import { settingRows } from '../../config/settings/setting.ts';

const GROUP = 'Settings:';

/** Adds a flag for each setting, from the one table: `--api-port`; secrets only as `--access-jwt-secret-file`. */
export function withSettingOptions(command: Command): Command {
  for (const { path, setting } of settingRows(NODE_TABLE)) {
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
  for (const { path, setting } of settingRows(NODE_TABLE)) {
    const name = setting.secret ? `${path}_file` : path;
    const value = options[optionKey(name)];
    if (typeof value === 'string') flags[name] = value;
  }
  return flags;
}

function flagName(path: string): string {
  return path.replace(/[._]/g, '-');
}

/** As commander names an option's value. */
function optionKey(path: string): string {
  return flagName(path).replace(/-(.)/g, (_match, letter: string) => letter.toUpperCase());
}
