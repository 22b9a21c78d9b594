import { growFreely } from '../../config/runtime/quick-start.ts';
import { createLog } from '../../config/runtime/log.ts';
import { ApiClient } from '../api/client/api-client.ts';
import { httpTransport } from '../api/client/http-transport.ts';
import { injectTransport } from '../api/client/inject-transport.ts';
import { existsSync } from 'node:fs';
import type { Home } from '../compose/home.ts';
import { loadNodeSettings } from '../compose/settings.ts';
import { apiKeyFor } from './api-key-source.ts';
import { type CommonOptions, homeOf } from './common-options.ts';
import type { CliContext } from './context.ts';
import { CliRefusal } from './refusal.ts';
import { runningNode } from './run-file.ts';

/**
 * Calls the node of a home for the length of a command: the one that runs there over HTTP, else one composed in this
 * process without listeners. Either way through the same interface, with the caller's own API key.
 */
export async function withNode<Result>(
  options: CommonOptions,
  context: CliContext,
  act: (client: ApiClient) => Promise<Result>,
): Promise<Result> {
  const home = existingHome(options, context);
  const apiKey = await apiKeyFor(home, options, context);
  const run = runningNode(home);
  if (run !== undefined) {
    const transport = httpTransport(run.addresses.api);
    return act(new ApiClient({ apiKey }, { transport })).catch((error: unknown) => {
      throw isUnreachable(error) ? unreachable(run.addresses.api, error) : error;
    });
  }
  const settings = loadNodeSettings(home, { flags: {}, environment: context.environment });
  // A command that only calls a node over HTTP loads nothing of one.
  const { createNode } = await import('../node.ts');
  const log = createLog({ level: 'warn', program: 'concordat-node', to: 2 });
  const node = await createNode(settings, { home, log, clock: context.clock, random: context.random, docs: false });
  growFreely();
  try {
    return await act(new ApiClient({ apiKey }, { transport: injectTransport(node.app) }));
  } finally {
    await node.stop();
  }
}

/** @throws CLI_HOME_MISSING */
export function existingHome(options: CommonOptions, context: CliContext): Home {
  const home = homeOf(options, context);
  if (!existsSync(home.config))
    throw new CliRefusal(
      'CLI_HOME_MISSING',
      `no node in ${home.root}`,
      'concordat-node init --agency NAME, or --home DIR',
    );
  return home;
}

function unreachable(address: string, cause: unknown): CliRefusal {
  return new CliRefusal(
    'CLI_UNREACHABLE',
    `the node at ${address} does not answer`,
    'is it starting or stopping?',
    cause,
  );
}

function isUnreachable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ECONNREFUSED', 'ECONNRESET'].includes(String(error.code));
}
