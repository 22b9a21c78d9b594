import type { Command } from 'commander';
import * as z from 'zod';
import { LIMITS } from '../../config/settings/limits.ts';
import { WHITELIST_ITEM } from '../api/views/whitelist-view.ts';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { print, table } from './output.ts';
import { withNode } from './session.ts';
import { dayOption } from './values.ts';

type Item = z.infer<typeof WHITELIST_ITEM>;
type ProposeOptions = CommonOptions & { readonly reason: string; readonly until: string };
type Step = { readonly name: string; readonly description: string; readonly call: 'approve' | 'end' };

const STEPS: readonly Step[] = [
  { name: 'approve', description: 'approve what another person proposed', call: 'approve' },
  { name: 'end', description: 'take a proposal or an approved one back', call: 'end' },
];

/** `lists whitelist list|propose|approve|end`: customers who are not the ones on the list. */
export function addWhitelist(lists: Command, context: CliContext): void {
  const group = lists.command('whitelist').description('customers who are not the ones on the list; two persons each');

  withClientOptions(group.command('list').description('list what was proposed and where it stands'))
    .option('--customer <id>', 'of one customer')
    .action(async (options: CommonOptions & { readonly customer?: string }) => {
      const items = await withNode(options, context, async (client) => {
        const query = { limit: LIMITS.pageItems, customer_id: options.customer };
        const all: Item[] = [];
        for await (const item of client.items('/api/v1/whitelist', query)) all.push(WHITELIST_ITEM.parse(item));
        return all;
      });
      print(context, options, { items }, () => table(items.map(itemRow)));
    });

  withTriple(withClientOptions(group.command('propose').description('propose it; a second person approves')))
    .requiredOption('--reason <text>', 'why the customer is not the one meant')
    .requiredOption('--until <day>', 'first day on which hits count again', dayOption)
    .action(async (customer: string, list: string, entry: string, options: ProposeOptions) => {
      const proposal = {
        customer_id: customer,
        list_name: list,
        entry_id: entry,
        reason: options.reason,
        expires_at: `${options.until}T00:00:00Z`,
      };
      const item = await withNode(options, context, (client) => client.post('/api/v1/whitelist', proposal));
      printItem(context, options, item);
    });

  for (const { name, description, call } of STEPS)
    withTriple(withClientOptions(group.command(name).description(description))).action(
      async (customer: string, list: string, entry: string, options: CommonOptions) => {
        const path = `/api/v1/whitelist/${[customer, list, entry].map(encodeURIComponent).join('/')}`;
        const item = await withNode(options, context, (client) =>
          call === 'end' ? client.delete(path) : client.post(`${path}/approval`, {}),
        );
        printItem(context, options, item);
      },
    );
}

function withTriple(command: Command): Command {
  return command.argument('<customer-id>').argument('<list>').argument('<entry-id>');
}

function printItem(context: CliContext, options: CommonOptions, answer: unknown): void {
  const item = WHITELIST_ITEM.parse(answer);
  print(context, options, item, () => table([itemRow(item)]));
}

function itemRow(item: Item): readonly string[] {
  const persons = [item.proposed, item.approved].flatMap((signature) => signature?.person ?? []).join(' and ');
  return [
    item.customer_id,
    item.list_name,
    item.entry_id,
    item.state,
    `until ${item.expires_at}`,
    persons,
    item.reason,
  ];
}
