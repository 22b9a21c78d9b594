import type { Command } from 'commander';
import { type CommonOptions, withClientOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { type LearningJob, runJob } from './learning-job.ts';
import { print, table } from './output.ts';
import { withNode } from './session.ts';
import { scoreOption, shareOption } from './values.ts';

type ReplayOptions = CommonOptions & {
  readonly model?: string;
  readonly riskHigh?: number;
  readonly riskSevere?: number;
  readonly autoClearConfidence?: number;
  readonly escalateL2Confidence?: number;
};

/** Changes that a person is shown; --json has more. */
const SHOWN = 20;

/** `decisions replay`: what another model or other settings would have decided. */
export function addReplay(group: Command, context: CliContext): void {
  withClientOptions(group.command('replay').description('decide stored alerts again, otherwise; writes nothing'))
    .option('--model <model>', 'name/version; of each alert the one in force then unless given')
    .option('--risk-high <score>', 'threshold of L3', scoreOption)
    .option('--risk-severe <score>', 'threshold of a report', scoreOption)
    .option('--auto-clear-confidence <share>', 'confidence below which a cleared alert goes to a person', shareOption)
    .option('--escalate-l2-confidence <share>', 'confidence below which any alert goes to a person', shareOption)
    .action(async (options: ReplayOptions) => {
      const body = { model: options.model ?? null, settings: settingsOf(options) };
      const { replay } = await withNode(options, context, (client) => runJob(client, '/api/v1/replays', body));
      print(context, options, replay, () => reportLines(replay));
    });
}

function settingsOf(options: ReplayOptions): Readonly<Record<string, number>> {
  const given = {
    risk_high: options.riskHigh,
    risk_severe: options.riskSevere,
    auto_clear_confidence: options.autoClearConfidence,
    escalate_l2_confidence: options.escalateL2Confidence,
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function reportLines(report: LearningJob['replay']): readonly string[] {
  if (report === null) return [];
  const { alerts, changes, left_out, moved, moves, rescored } = report;
  const hidden = moved > SHOWN ? [`… ${moved - SHOWN} more, see --json`] : [];
  return [
    `${alerts} alerts decided again: ${moved} with another disposition, ${rescored} with another score; ${left_out} left out`,
    ...table(
      moves.map((move) => [
        '',
        `${move.from} to ${move.to}`,
        `${move.alerts}`,
        `${move.true_positives} true, ${move.false_positives} false`,
      ]),
    ),
    ...table(
      changes
        .slice(0, SHOWN)
        .map(({ alert_id, from, outcome, risk_from, risk_to, to }) => [
          alert_id,
          `${from} ${risk_from.toFixed(1)}`,
          `${to} ${risk_to.toFixed(1)}`,
          outcome ?? '',
        ]),
    ),
    ...hidden,
  ];
}
