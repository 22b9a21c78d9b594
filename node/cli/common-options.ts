import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type Home, homeAt } from '../compose/home.ts';
import type { CliContext } from './context.ts';

export type CommonOptions = {
  readonly home?: string;
  readonly json?: boolean;
  readonly keyFile?: string;
};

const DEFAULT_HOME = 'concordat-home';

/** Options that every command takes. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--home <dir>', `home of the node (CONCORDAT_HOME; default ./${DEFAULT_HOME})`)
    .option('--json', 'write JSON for programs instead of text for people');
}

/** Options of commands that call the node. */
export function withClientOptions(command: Command): Command {
  return withCommonOptions(command).addOption(
    new Option('--key-file <file>', "file with an API key (CONCORDAT_API_KEY; default the home's operator key)"),
  );
}

/** The home that a command works on. */
export function homeOf(options: CommonOptions, context: CliContext): Home {
  return homeAt(resolve(options.home ?? (context.environment['CONCORDAT_HOME'] || DEFAULT_HOME)));
}
