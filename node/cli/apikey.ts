import type { Command } from 'commander';
import { Option } from 'commander';
import * as z from 'zod';
import { createLog } from '../../config/runtime/log.ts';
import { CLASSIFICATIONS, type Classification } from '../../proto/domain/marking.ts';
import { PERSON_ROLES, type PersonRole } from '../api/access/person.ts';
import { makeLocalKey } from '../compose/local-operator.ts';
import { loadNodeSettings } from '../compose/settings.ts';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { print, table } from './output.ts';
import { CliRefusal } from './refusal.ts';
import { runningNode } from './run-file.ts';
import { existingHome, withNode } from './session.ts';
import { integerOption, repeated } from './values.ts';

type CreateOptions = CommonOptions & {
  readonly person: string;
  readonly role: PersonRole;
  readonly clearance?: Classification;
  readonly compartment: readonly string[];
  readonly group: readonly string[];
  readonly days?: number;
  readonly local?: boolean;
};

const KEY = z.looseObject({
  key_id: z.string(),
  person: z.string(),
  role: z.string(),
  clearance: z.string(),
  expires_at: z.string(),
  revoked_at: z.string().nullable(),
});
const CREATED = KEY.extend({ api_key: z.string() });

/** `apikey create|list|revoke`: keys of named persons. */
export function addApiKey(program: Command, context: CliContext): void {
  const group = program.command('apikey').description('API keys: create, list, revoke');

  withClientOptions(group.command('create').description('make a key for a named person; it is shown once'))
    .requiredOption('--person <name>', 'who answers for what is done with it')
    .addOption(new Option('--role <role>', 'what it may do').choices(PERSON_ROLES).makeOptionMandatory())
    .addOption(
      new Option('--clearance <level>', "what it may see (default the node's ceiling)").choices(CLASSIFICATIONS),
    )
    .option('--compartment <name>', 'compartment that it may see; repeat for more', repeated, [])
    .option('--group <name>', 'sharing group that it belongs to; repeat for more', repeated, [])
    .option('--days <days>', 'life in days', integerOption)
    .option('--local', 'without a key, while no node runs: replaces a lost one')
    .action(async (options: CreateOptions) => {
      const created =
        options.local === true ? await createLocally(options, context) : await createByNode(options, context);
      print(context, options, created, () => [created.api_key]);
    });

  withClientOptions(group.command('list').description('list every key ever made')).action(
    async (options: CommonOptions) => {
      const answer = await withNode(options, context, (client) => client.get('/api/v1/keys'));
      const { items } = z.object({ items: z.array(KEY) }).parse(answer);
      print(context, options, items, () =>
        table(items.map((key) => [key.key_id, key.role, key.clearance, until(key), key.person])),
      );
    },
  );

  withClientOptions(group.command('revoke').description('end a key at once and for good'))
    .argument('<key-id>')
    .action(async (keyId: string, options: CommonOptions) => {
      const path = `/api/v1/keys/${encodeURIComponent(keyId)}`;
      const revoked = KEY.parse(await withNode(options, context, (client) => client.delete(path)));
      print(context, options, revoked, () => [`revoked ${revoked.key_id} (${revoked.person})`]);
    });
}

function until(key: z.infer<typeof KEY>): string {
  return key.revoked_at === null ? `until ${key.expires_at.slice(0, 10)}` : `revoked ${key.revoked_at.slice(0, 10)}`;
}

async function createByNode(options: CreateOptions, context: CliContext): Promise<z.infer<typeof CREATED>> {
  const body = {
    person: options.person,
    role: options.role,
    compartments: options.compartment,
    groups: options.group,
    ...(options.clearance === undefined ? {} : { clearance: options.clearance }),
    ...(options.days === undefined ? {} : { life_days: options.days }),
  };
  return CREATED.parse(await withNode(options, context, (client) => client.post('/api/v1/keys', body)));
}

async function createLocally(options: CreateOptions, context: CliContext): Promise<z.infer<typeof CREATED>> {
  const home = existingHome(options, context);
  if (runningNode(home) !== undefined)
    throw new CliRefusal('CLI_RUNNING', `a node runs in ${home.root}`, 'stop it first, or leave out --local');
  const settings = loadNodeSettings(home, { flags: {}, environment: context.environment });
  const request = {
    person: options.person,
    role: options.role,
    clearance: options.clearance ?? settings.access.classificationLevel,
    compartments: options.compartment,
    groups: options.group,
    lifeDays: options.days ?? settings.access.keyLifeDays,
  };
  const log = createLog({ level: 'warn', program: 'concordat-node', to: 2 });
  const { clock, random } = context;
  const { key, text } = await makeLocalKey(home, settings, request, {
    clock,
    random,
    log,
    userName: context.userName(),
  });
  const { keyId, person, role, clearance, expiresAtMs } = key;
  const expiresAt = new Date(expiresAtMs).toISOString();
  return { key_id: keyId, person, role, clearance, expires_at: expiresAt, revoked_at: null, api_key: text };
}
