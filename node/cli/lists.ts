import { type Command, Option } from 'commander';
import * as z from 'zod';
import { LIMITS } from '../../config/settings/limits.ts';
import { ENTRY_CHANGE, LIST_VERSION } from '../api/views/list-view.ts';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { addListScreening } from './list-screening.ts';
import { addWhitelist } from './list-whitelist.ts';
import { print, table } from './output.ts';
import { withNode } from './session.ts';

const VERSIONS = z.object({ items: z.array(LIST_VERSION) });
type Version = z.infer<typeof LIST_VERSION>;
type DiffOptions = CommonOptions & { readonly from?: string; readonly to?: string; readonly change?: Change };

const CHANGES = ['added', 'removed', 'changed'] as const;
type Change = (typeof CHANGES)[number];

/** `lists status|versions|diff|screen|whitelist`: watchlists, and who stands on them. */
export function addLists(program: Command, context: CliContext): void {
  const group = program.command('lists').description('watchlists: what is in force, what changed, who stands on them');

  withClientOptions(group.command('status').description('show which version of each list is in force')).action(
    async (options: CommonOptions) => {
      const { items } = VERSIONS.parse(await withNode(options, context, (client) => client.get('/api/v1/lists')));
      print(context, options, { items }, () => versionLines(items));
    },
  );

  withClientOptions(group.command('versions').description('show every version of a list, oldest first'))
    .argument('<list>')
    .action(async (list: string, options: CommonOptions) => {
      const path = `/api/v1/lists/${encodeURIComponent(list)}/versions`;
      const { items } = VERSIONS.parse(await withNode(options, context, (client) => client.get(path)));
      print(context, options, { items }, () => versionLines(items));
    });

  withClientOptions(group.command('diff').description('show what a version added, removed and changed'))
    .argument('<list>')
    .option('--to <version>', 'version to look at (default the one in force)')
    .option('--from <version>', 'version to compare with (default the one before it)')
    .addOption(new Option('--change <kind>', 'only these').choices(CHANGES))
    .action(async (list: string, options: DiffOptions) => {
      const items = await withNode(options, context, async (client) => {
        const path = `/api/v1/lists/${encodeURIComponent(list)}/diff`;
        const query = { from: options.from, to: options.to, limit: LIMITS.pageItems };
        const all: z.infer<typeof ENTRY_CHANGE>[] = [];
        for await (const item of client.items(path, query)) {
          const change = ENTRY_CHANGE.parse(item);
          if (options.change === undefined || options.change === change.change) all.push(change);
        }
        return all;
      });
      print(context, options, { items }, () => [
        CHANGES.map((kind) => `${items.filter(({ change }) => change === kind).length} ${kind}`).join(', '),
        ...table(
          items.map(({ change, entry_id, fields, before, after }) => [
            change,
            entry_id,
            fields.join(' '),
            (after ?? before)?.name ?? '',
          ]),
        ),
      ]);
    });

  addListScreening(group, context);
  addWhitelist(group, context);
}

function versionLines(items: readonly Version[]): readonly string[] {
  const header = ['list', 'version', 'kind', 'since', 'entries', 'added', 'removed', 'changed', 'alerts'];
  const rows = items.map((item) => [
    item.list_name,
    item.list_version,
    item.list_kind,
    item.effective_at,
    String(item.entries),
    String(item.added),
    String(item.removed),
    String(item.changed),
    item.screening === 'owed' ? 'owed' : String(item.alerts_raised),
  ]);
  return table([header, ...rows]);
}
