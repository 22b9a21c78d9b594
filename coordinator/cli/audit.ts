import type { Command } from 'commander';
import * as z from 'zod';
import type { CliContext } from './context.ts';
import { operate } from './operate.ts';
import { type CommonOptions, integerOption, withCommonOptions } from './options.ts';
import { print, table } from './output.ts';

type ListOptions = CommonOptions & { readonly limit: number };

const ENTRIES = z.object({
  entries: z.array(
    z.looseObject({
      sequence: z.number(),
      atMs: z.number(),
      actor: z.string(),
      action: z.string(),
      object: z.string(),
      outcome: z.string(),
      code: z.string().nullable(),
    }),
  ),
});
const REPORT = z.object({ healthy: z.boolean(), lines: z.array(z.string()) });

/** `audit list` and `fsck`: what was done, and the proof that nothing of it is lost or changed. */
export function addAudit(program: Command, context: CliContext): void {
  const group = program.command('audit').description('the audit trail');
  withCommonOptions(group.command('list').description('list the last entries, oldest first'))
    .option('--limit <count>', 'how many', integerOption, 100)
    .action(async (options: ListOptions) => {
      const answer = await operate(options, context, 'audit.list', { limit: options.limit });
      const { entries } = ENTRIES.parse(answer);
      const views = entries.map(({ sequence, atMs, actor, action, object, outcome, code }) => {
        return { sequence, at: new Date(atMs).toISOString(), actor, action, object, outcome, code };
      });
      print(context, options, { entries: views }, () =>
        table(views.map((view) => [view.at, view.actor, view.action, view.object, view.code ?? view.outcome])),
      );
    });
  withCommonOptions(program.command('fsck').description('re-read the store and both logs and prove them')).action(
    async (options: CommonOptions) => {
      const report = REPORT.parse(await operate(options, context, 'fsck', {}));
      print(context, options, report, () => report.lines);
      if (!report.healthy) context.exit(1);
    },
  );
}
