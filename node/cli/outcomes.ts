import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import * as z from 'zod';
import { LIMITS } from '../../config/settings/limits.ts';
import { OUTCOME } from '../api/views/outcome-view.ts';
import { OUTCOMES } from '../triage/outcomes/outcome.ts';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { print, table } from './output.ts';
import { CliRefusal } from './refusal.ts';
import { withNode } from './session.ts';

const LINE = z.strictObject({
  alert_id: z.string(),
  outcome: z.enum(OUTCOMES),
  note: z.string().nullable().optional(),
});
const BATCH = z.object({
  results: z.array(
    z.object({ alert_id: z.string(), result: z.enum(['entered', 'refused']), code: z.string().optional() }),
  ),
});

/** `outcomes import` and `outcomes list`. */
export function addOutcomes(program: Command, context: CliContext): void {
  const group = program.command('outcomes').description('what alerts turned out to be: import it, list it');

  withClientOptions(group.command('import').description('enter outcomes from JSON lines {alert_id, outcome, note?}'))
    .argument('<file>', 'file to read, - for standard input')
    .action(async (file: string, options: CommonOptions) => {
      const lines = await linesOf(file, context);
      const results = await withNode(options, context, async (client) => {
        const all: z.infer<typeof BATCH>['results'] = [];
        for (let at = 0; at < lines.length; at += LIMITS.alertsPerBatch) {
          const batch = { outcomes: lines.slice(at, at + LIMITS.alertsPerBatch) };
          all.push(...BATCH.parse(await client.post('/api/v1/outcomes', batch)).results);
        }
        return all;
      });
      const refused = results.filter(({ result }) => result === 'refused');
      print(context, options, { entered: results.length - refused.length, refused }, () => [
        `${results.length - refused.length} entered, ${refused.length} refused`,
        ...refused.map(({ alert_id, code }) => `${alert_id} ${code ?? ''}`),
      ]);
      if (refused.length > 0) context.exit(1);
    });

  withClientOptions(group.command('list').description('list the outcome that stands of each alert')).action(
    async (options: CommonOptions) => {
      const outcomes = await withNode(options, context, async (client) => {
        const all: z.infer<typeof OUTCOME>[] = [];
        for await (const item of client.items('/api/v1/outcomes', { limit: LIMITS.pageItems }))
          all.push(OUTCOME.parse(item));
        return all;
      });
      print(context, options, outcomes, () =>
        table(outcomes.map(({ alert_id, known_at, outcome, person }) => [alert_id, outcome, known_at, person])),
      );
    },
  );
}

async function linesOf(file: string, context: CliContext): Promise<readonly z.infer<typeof LINE>[]> {
  const content = file === '-' ? await text(Readable.from(context.stdin)) : await contentOf(file);
  return content.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [parseLine(line, `${file}:${at + 1}`)]));
}

function contentOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliRefusal('CLI_FILE', `cannot read ${file}`, null, cause);
  });
}

function parseLine(line: string, place: string): z.infer<typeof LINE> {
  try {
    return LINE.parse(JSON.parse(line));
  } catch (cause) {
    throw new CliRefusal(
      'CLI_FILE',
      `${place} is no outcome`,
      `{"alert_id": …, "outcome": "${OUTCOMES.join('" or "')}"}`,
      cause,
    );
  }
}
