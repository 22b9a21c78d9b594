import type { Command } from 'commander';
import { SILENT_LOG } from '../../config/runtime/log.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { NodeSettings } from '../../config/settings/node-table.ts';
import type { PersonKey } from '../api/access/person.ts';
import { clearHome, createHome } from '../compose/create-home.ts';
import type { Home } from '../compose/home.ts';
import { keepOperatorKey, makeLocalKey } from '../compose/local-operator.ts';
import { loadNodeSettings } from '../compose/settings.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { print } from './output.ts';
import { CliRefusal } from './refusal.ts';
import { settingFlags, withSettingOptions } from './setting-options.ts';

type InitOptions = CommonOptions & { readonly agency: string; readonly name?: string; readonly person?: string };

/** `init`: makes a node's home with its keys, secrets, settings and the first administrator's API key. */
export function addInit(program: Command, context: CliContext): void {
  const command = program
    .command('init')
    .description('make the home of a new node: keys, secrets, settings, first API key')
    .requiredOption('--agency <name>', 'short name of the agency: lower-case letters, digits, hyphens')
    .option('--name <name>', 'name of this node within the agency')
    .option('--person <name>', 'who administers it (default the user at the keyboard)');
  withSettingOptions(withCommonOptions(command)).action(async (options: InitOptions) => {
    const home = homeOf(options, context);
    const given = {
      ...settingFlags({ ...options }),
      'node.agency': options.agency,
      ...(options.name === undefined ? {} : { 'node.name': options.name }),
    };
    const { peerId } = await createHome(home, given, context.random).catch((error: unknown) => {
      if (!isRefusal(error, 'CLI_HOME_EXISTS')) throw error;
      throw new CliRefusal('CLI_HOME_EXISTS', error.message, 'choose another --home, or remove it first');
    });
    const person = options.person ?? context.userName();
    const { settings, key } = await firstKey(home, person, context).catch(async (error: unknown) => {
      await clearHome(home);
      throw error;
    });
    const result = { home: home.root, agency: settings.node.agency, node: settings.node.name, peer_id: peerId };
    print(context, options, { ...result, operator_key_id: key.keyId }, () => [
      `made a node of ${settings.node.agency} in ${home.root}`,
      `peer id   ${peerId}`,
      `API key   ${home.operatorKey} (${person}, admin, until ${new Date(key.expiresAtMs).toISOString().slice(0, 10)})`,
      `start it  concordat-node start --home ${home.root}`,
    ]);
  });
}

async function firstKey(
  home: Home,
  person: string,
  context: CliContext,
): Promise<{ readonly settings: NodeSettings; readonly key: PersonKey }> {
  const settings = loadNodeSettings(home, { flags: {}, environment: context.environment });
  const { classificationLevel: clearance, keyLifeDays: lifeDays } = settings.access;
  const { key, text } = await makeLocalKey(
    home,
    settings,
    { person, role: 'admin', clearance, compartments: [], groups: [], lifeDays },
    { clock: context.clock, random: context.random, log: SILENT_LOG, userName: context.userName() },
  );
  await keepOperatorKey(home, text);
  return { settings, key };
}
