import type { Command } from 'commander';
import * as z from 'zod';
import { DISPOSITIONS } from '../../proto/domain/decision.ts';
import { asId } from '../../proto/domain/ids.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { readAlertLines } from '../formats/alerts/lines.ts';
import { decisionLine } from '../formats/decision-lines.ts';
import { openFile } from '../records/source.ts';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { addReplay } from './replay.ts';
import { withNode } from './session.ts';

type ExportOptions = CommonOptions & { readonly source?: string; readonly first?: boolean };

const ITEM = z.object({
  agency: z.string(),
  alert_id: z.string(),
  disposition: z.enum(DISPOSITIONS),
  risk_score: z.number(),
  confidence: z.number(),
});

/** `decisions export`: one JSON line an alert, as evaluation and other systems read them. */
export function addDecisions(program: Command, context: CliContext): void {
  const group = program.command('decisions').description('decisions: export them, replay them');
  addReplay(group, context);
  withClientOptions(group.command('export').description('write one JSON line an alert: its last decision'))
    .option('--source <file>', 'only the alerts of this file of JSON lines, in its order')
    .option('--first', 'the first decision instead of the last')
    .action(async (options: ExportOptions) => {
      const lines = await withNode(options, context, async (client) => {
        const query = { which: options.first === true ? 'first' : 'last', limit: LIMITS.pageItems };
        const found = new Map<string, string>();
        for await (const item of client.items('/api/v1/decisions', query)) {
          const decision = ITEM.parse(item);
          found.set(decision.alert_id, lineOf(decision));
        }
        return found;
      });
      if (options.source === undefined) {
        for (const line of lines.values()) context.out(line);
        return;
      }
      let undecided = 0;
      for (const alertId of await idsOf(options.source, context)) {
        const line = lines.get(alertId);
        if (line === undefined) undecided += 1;
        else context.out(line);
      }
      if (undecided > 0) context.err(`${undecided} alerts of ${options.source} have no decision here\n`);
    });
}

function lineOf({ agency, alert_id, disposition, risk_score, confidence }: z.infer<typeof ITEM>): string {
  return decisionLine(asId(agency), { alertId: asId(alert_id), disposition, riskScore: risk_score, confidence });
}

/** Ids of the alerts that a file holds, each once; lines that are no alerts have none. */
async function idsOf(path: string, context: CliContext): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const line of readAlertLines(openFile(path).bytes, context.clock.nowMs()))
    if (line.kind === 'alert') ids.add(line.alert.alertId);
  return ids;
}
