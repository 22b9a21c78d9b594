import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { COORDINATOR_TABLE } from '../../config/settings/coordinator-table.ts';
import { type SettingRow, settingRows } from '../../config/settings/setting.ts';
import { toHex } from '../../crypto/bytes.ts';
import type { Agency } from '../../proto/domain/control.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import { parseAgencyFile } from '../agency-file.ts';
import { createHome } from '../create-home.ts';
import type { CliContext } from './context.ts';
import {
  type CommonOptions,
  homeOf,
  integerOption,
  repeated,
  settingFlags,
  withCommonOptions,
  withSettingOptions,
} from './options.ts';
import { print } from './output.ts';
import { CliRefusal } from './refusal.ts';

type InitOptions = CommonOptions & {
  readonly name: string;
  readonly operator: string;
  readonly agency?: readonly string[];
  readonly approvals?: number;
};

/** `init`: founds a federation: keys, root certificate, genesis. */
export function addInit(program: Command, context: CliContext): void {
  const command = program.command('init').description('found a federation: make keys, root certificate and genesis');
  withSettingOptions(withCommonOptions(command))
    .requiredOption('--name <name>', 'name of the federation')
    .requiredOption('--operator <text>', 'who runs the coordinator')
    .option(
      '--agency <file>',
      'public file of a founding agency (concordat-node officer create); repeat for each',
      repeated,
    )
    .option(
      '--approvals <m>',
      'agencies whose officers must sign what binds all (default: more than half)',
      integerOption,
    )
    .action(async (options: InitOptions) => {
      const home = homeOf(options, context);
      const agencies = await Promise.all((options.agency ?? []).map(readAgency));
      if (agencies.length === 0)
        throw new CliRefusal('COORDINATOR_COMMAND', 'no founding agency', 'name the public file of each with --agency');
      const founding = {
        name: options.name,
        operator: options.operator,
        agencies,
        approvalsNeeded: options.approvals ?? Math.floor(agencies.length / 2) + 1,
      };
      const settings = settingGroups(settingFlags({ ...options }));
      const { federationId, genesis } = await createHome(home, founding, settings, context).catch((error: unknown) => {
        if (!isRefusal(error, 'COORDINATOR_HOME')) throw error;
        throw new CliRefusal('COORDINATOR_HOME', `${home.root} is not empty`, 'choose another --home', error);
      });
      const facts = {
        home: home.root,
        federation_id: toHex(federationId),
        genesis: home.genesis,
        agencies: agencies.map(({ agencyId }) => agencyId),
        approvals_needed: founding.approvalsNeeded,
      };
      print(context, options, facts, () => [
        `founded ${options.name} of ${agencies.length} agencies; ${founding.approvalsNeeded} must sign what binds all`,
        `federation id ${facts.federation_id}: publish it, members compare it before they join`,
        `genesis ${home.genesis} (${genesis.length} bytes), keys ${home.keys}`,
        `next: concordat-coordinator start --home ${home.root}`,
      ]);
    });
}

async function readAgency(path: string): Promise<Agency> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CliRefusal('COORDINATOR_FILE', `cannot read ${path}`, 'concordat-node officer create makes it', cause);
  });
  return parseAgencyFile(text);
}

/** Settings as the file shall hold them: by group and key, in their types. @throws COORDINATOR_COMMAND */
function settingGroups(flags: Readonly<Record<string, string>>): Record<string, Record<string, unknown>> {
  const groups: Record<string, Record<string, unknown>> = {};
  for (const row of settingRows(COORDINATOR_TABLE)) {
    const value = flags[row.path];
    const [group = '', key = ''] = row.path.split('.');
    if (value !== undefined) (groups[group] ??= {})[key] = typed(row, value);
  }
  return groups;
}

function typed({ path, setting }: SettingRow, value: string): unknown {
  const parsed = setting.kind.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new CliRefusal(
    'COORDINATOR_COMMAND',
    `--${path.replace(/[._]/g, '-')} ${value}`,
    `expected ${setting.kind.type}`,
  );
}
