import type { Command } from 'commander';
import { CLASSIFICATION } from '../api/views/typology-view.ts';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { print, table } from './output.ts';
import { withNode } from './session.ts';

/** `alert typologies`. */
export function addAlertTypologies(group: Command, context: CliContext): void {
  withClientOptions(group.command('typologies').description('say which typologies fit an alert, and why'))
    .argument('<alert-id>')
    .action(async (alertId: string, options: CommonOptions) => {
      const path = `/api/v1/alerts/${encodeURIComponent(alertId)}/typologies`;
      const found = await withNode(options, context, async (client) => CLASSIFICATION.parse(await client.get(path)));
      print(context, options, found, () =>
        table(
          found.typologies.map(({ probability, reasons, typology }) => [
            typology,
            probability.toFixed(2),
            reasons.map(({ contribution, feature }) => `${feature} ${contribution.toFixed(2)}`).join(', '),
          ]),
        ),
      );
    });
}
