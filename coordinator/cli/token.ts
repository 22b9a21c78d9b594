import type { Command } from 'commander';
import * as z from 'zod';
import type { CliContext } from './context.ts';
import { operate } from './operate.ts';
import { type CommonOptions, integerOption, withCommonOptions } from './options.ts';
import { print, table } from './output.ts';

type CreateOptions = CommonOptions & { readonly label?: string; readonly agency?: string; readonly hours?: number };

const TOKEN = z.looseObject({
  tokenId: z.string(),
  state: z.string(),
  label: z.string(),
  agencyId: z.string().nullable(),
  expiresAtMs: z.number(),
  peerId: z.string().nullable(),
});

/** `token create|list|revoke`: one-time join tokens. */
export function addToken(program: Command, context: CliContext): void {
  const group = program.command('token').description('one-time join tokens: create, list, revoke');
  withCommonOptions(group.command('create').description('make a token; it is shown once'))
    .option('--agency <id>', 'agency whose node alone may use it')
    .option('--label <text>', 'what it is for')
    .option('--hours <hours>', 'how long it may be used (default 24)', integerOption)
    .action(async (options: CreateOptions) => {
      const input = {
        label: options.label ?? '',
        agency: options.agency ?? null,
        hours: options.hours ?? null,
      };
      const created = TOKEN.extend({ token: z.string() }).parse(await operate(options, context, 'token.create', input));
      print(context, options, viewOf(created, { token: created.token }), () => [created.token]);
    });
  withCommonOptions(group.command('list').description('list every token ever made')).action(
    async (options: CommonOptions) => {
      const { tokens } = z.object({ tokens: z.array(TOKEN) }).parse(await operate(options, context, 'token.list', {}));
      print(context, options, { tokens: tokens.map((token) => viewOf(token)) }, () =>
        table(
          tokens.map((token) => [
            token.tokenId,
            token.state,
            token.agencyId ?? 'any agency',
            `until ${new Date(token.expiresAtMs).toISOString()}`,
            token.peerId ?? token.label,
          ]),
        ),
      );
    },
  );
  withCommonOptions(group.command('revoke').description('make an open token useless'))
    .argument('<token-id>')
    .action(async (tokenId: string, options: CommonOptions) => {
      const revoked = await operate(options, context, 'token.revoke', { token_id: tokenId });
      print(context, options, revoked, () => [`revoked ${tokenId}`]);
    });
}

function viewOf(token: z.infer<typeof TOKEN>, further: Readonly<Record<string, unknown>> = {}) {
  return {
    token_id: token.tokenId,
    state: token.state,
    label: token.label,
    agency: token.agencyId,
    expires_at: new Date(token.expiresAtMs).toISOString(),
    peer_id: token.peerId,
    ...further,
  };
}
