import type { Command } from 'commander';
import * as z from 'zod';
import { createLog } from '../../config/runtime/log.ts';
import { fsckLedger } from '../ledger/fsck.ts';
import { openLevelLedger } from '../ledger/level/level-ledger.ts';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { print } from './output.ts';
import { runningNode } from './run-file.ts';
import { existingHome, withNode } from './session.ts';

const REPORT = z.object({ healthy: z.boolean(), lines: z.array(z.string()) });

/**
 * `fsck`: re-reads and proves the ledger. Of a running node by its interface; else the files themselves, since a node
 * does not start over a ledger that is damaged, and that is when one wants to know.
 */
export function addFsck(program: Command, context: CliContext): void {
  withClientOptions(program.command('fsck').description('re-read the ledger and prove its chain and values')).action(
    async (options: CommonOptions) => {
      const home = existingHome(options, context);
      const report =
        runningNode(home) === undefined
          ? await checkFiles(home.ledger, context)
          : REPORT.parse(await withNode(options, context, (client) => client.post('/api/v1/fsck', {})));
      print(context, options, report, () => report.lines);
      if (!report.healthy) context.exit(1);
    },
  );
}

async function checkFiles(directory: string, context: CliContext): Promise<z.infer<typeof REPORT>> {
  const log = createLog({ level: 'error', program: 'concordat-node', to: 2 });
  const ledger = await openLevelLedger({ directory, clock: context.clock, log, damaged: 'read' });
  try {
    const { healthy, lines } = await fsckLedger(ledger);
    return { healthy, lines: [...lines] };
  } finally {
    await ledger.close();
  }
}
