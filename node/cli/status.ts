import type { Command } from 'commander';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { print, table } from './output.ts';
import { withNode } from './session.ts';

/** `status`: who the node is, what it holds, what it works on. */
export function addStatus(program: Command, context: CliContext): void {
  withClientOptions(program.command('status').description('say what the node is, holds and works on')).action(
    async (options: CommonOptions) => {
      const status = await withNode(options, context, (client) => client.get('/api/v1/status'));
      print(context, options, status, () => table(rowsOf('', status)));
    },
  );
}

/** Nested facts as rows of dotted names. */
function rowsOf(prefix: string, value: unknown): (readonly string[])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [[prefix, typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, inner]) => rowsOf(prefix === '' ? name : `${prefix}.${name}`, inner));
}
