import type { Command } from 'commander';
import * as z from 'zod';
import type { CliContext } from './context.ts';
import { operate } from './operate.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';
import { print, table } from './output.ts';

type SuspendOptions = CommonOptions & { readonly reason: string; readonly heads?: boolean };

const NODES = z.object({
  nodes: z.array(
    z.looseObject({
      peer_id: z.string(),
      agency: z.string(),
      node: z.string(),
      state: z.string(),
      certificate_until: z.string().nullable(),
      last_seen: z.string().nullable(),
    }),
  ),
});
const SUSPENDED = z.looseObject({ suspension_id: z.string(), index: z.number() });

/** `nodes list` and `suspend`: who is a member, and who no longer. */
export function addNodes(program: Command, context: CliContext): void {
  const group = program.command('nodes').description('member nodes');
  withCommonOptions(group.command('list').description('list them in roster order')).action(
    async (options: CommonOptions) => {
      const { nodes } = NODES.parse(await operate(options, context, 'nodes.list', {}));
      print(context, options, { nodes }, () =>
        table(
          nodes.map((node) => [
            `${node.agency}/${node.node}`,
            node.state,
            node.peer_id,
            node.certificate_until === null ? 'no certificate' : `until ${node.certificate_until}`,
            node.last_seen === null ? 'not seen' : `seen ${node.last_seen}`,
          ]),
        ),
      );
    },
  );
  withCommonOptions(program.command('suspend').description('suspend a node by the CA; its streams end at once'))
    .argument('<peer-id>')
    .requiredOption('--reason <text>', 'why, for the log that every member reads')
    .option('--heads', 'name the last objects held here as the last that count')
    .action(async (peerId: string, options: SuspendOptions) => {
      const input = { peer_id: peerId, reason: options.reason, heads: options.heads === true };
      const done = SUSPENDED.parse(await operate(options, context, 'suspend', input));
      print(context, options, done, () => [
        `suspended ${peerId} (entry ${done.index} of the control log)`,
        `to lift it: officers of m agencies sign ${done.suspension_id}, then log submit FILE --countersign`,
      ]);
    });
}
