import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import * as z from 'zod';
import { LIMITS } from '../../config/settings/limits.ts';
import { DECISION } from '../api/views/decision-view.ts';
import { LISTING_STATES } from '../records/lists/listing.ts';
import { addAlertTypologies } from './alert-typologies.ts';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { print, table } from './output.ts';
import { CliRefusal } from './refusal.ts';
import { withNode } from './session.ts';

const OUTCOME = z.object({
  alert_id: z.string().nullable(),
  outcome: z.enum(['accepted', 'known', 'refused']),
  code: z.string().optional(),
  field: z.string().optional(),
});
const BATCH = z.object({ results: z.array(OUTCOME) });
const ALERT = z.looseObject({ alert_id: z.string(), alert_type: z.string(), priority: z.string(), state: z.string() });
const DECISIONS = z.object({ items: z.array(DECISION) });
const LISTINGS = z.object({
  items: z.array(z.object({ list_name: z.string(), entry_id: z.string(), state: z.enum(LISTING_STATES) })),
});

/** `alert submit` and `alert show`. */
export function addAlert(program: Command, context: CliContext): void {
  const group = program
    .command('alert')
    .description('alerts: submit them, show one with its decisions, say what pattern it fits');
  addAlertTypologies(group, context);

  withClientOptions(group.command('submit').description('submit one alert as JSON, or several as JSON lines'))
    .argument('<file>', 'file to read, - for standard input')
    .action(async (file: string, options: CommonOptions) => {
      const alerts = await alertsOf(file, context);
      const results = await withNode(options, context, async (client) => {
        const all: z.infer<typeof OUTCOME>[] = [];
        for (let at = 0; at < alerts.length; at += LIMITS.alertsPerBatch) {
          const batch = { alerts: alerts.slice(at, at + LIMITS.alertsPerBatch) };
          all.push(...BATCH.parse(await client.post('/api/v1/alerts', batch)).results);
        }
        return all;
      });
      print(context, options, results, () =>
        results.map(({ alert_id, outcome, code, field }) =>
          [alert_id ?? '?', outcome, code, field].filter((part) => part !== undefined).join(' '),
        ),
      );
      if (results.some(({ outcome }) => outcome === 'refused')) context.exit(1);
    });

  withClientOptions(group.command('show').description('show an alert and every decision on it'))
    .argument('<alert-id>')
    .action(async (alertId: string, options: CommonOptions) => {
      const path = `/api/v1/alerts/${encodeURIComponent(alertId)}`;
      const { alert, decisions, listings } = await withNode(options, context, async (client) => ({
        alert: ALERT.parse(await client.get(path)),
        decisions: DECISIONS.parse(await client.get(`${path}/decisions`)).items,
        listings: LISTINGS.parse(await client.get(`${path}/listings`)).items,
      }));
      print(context, options, { alert, decisions, listings }, () => [
        `${alert.alert_id} ${alert.alert_type} ${alert.priority} ${alert.state}`,
        ...listings.flatMap(({ list_name, entry_id, state }) =>
          state === 'removed' || state === 'changed' ? [`${list_name} ${entry_id}: ${state} since the alert`] : [],
        ),
        ...decisions.flatMap(decisionLines),
      ]);
    });
}

async function alertsOf(file: string, context: CliContext): Promise<readonly unknown[]> {
  const content = file === '-' ? await text(Readable.from(context.stdin)) : await read(file);
  try {
    return [JSON.parse(content)];
  } catch {
    return content
      .split('\n')
      .flatMap((line, at) => (line.trim() === '' ? [] : [parseLine(line, `${file}:${at + 1}`)]));
  }
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliRefusal('CLI_FILE', `cannot read ${file}`, 'check the path', cause);
  });
}

function parseLine(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new CliRefusal('CLI_FILE', `${place} is not JSON`, 'one alert a line, or one JSON document', cause);
  }
}

function decisionLines(decision: z.infer<typeof DECISION>): readonly string[] {
  const { counterfactual } = decision;
  return [
    '',
    `decision ${decision.ordinal} as of ${decision.as_of}: ${decision.disposition}`,
    `risk ${decision.risk_score.toFixed(1)} (${decision.risk_band}), confidence ${decision.confidence.toFixed(2)}` +
      (decision.human_review ? `, for ${decision.reviewer}` : ''),
    ...(counterfactual === null
      ? []
      : [`without peers: ${counterfactual.disposition_alone}, risk ${counterfactual.risk_score_alone.toFixed(1)}`]),
    ...decision.narrative.map(({ text: sentence, evidence_ids }) => `  ${sentence} [${evidence_ids.join(', ')}]`),
    ...table(
      decision.contributions.map(({ component, feature, points, from_peers }) => [
        '',
        points.toFixed(1).padStart(6),
        component,
        from_peers ? `${feature} (peers)` : feature,
      ]),
    ),
  ];
}
