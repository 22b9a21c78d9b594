import type { Metrics } from '../../config/runtime/metrics.ts';
import { sleep } from '../../config/runtime/sleep.ts';
import type { NodeSettings } from '../../config/settings/node-table.ts';
import { DISPOSITIONS } from '../../proto/domain/decision.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { Federation } from '../federation/federation.ts';
import { canonicalAlertHash } from '../formats/alerts/hash.ts';
import type { GraphStore } from '../graph/graph-store.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Adviser } from '../triage/advice/adviser.ts';
import type { Scorers } from '../triage/models/scorers.ts';
import type { ExternalSource, PeerKnowledge, Screener } from '../triage/ports.ts';
import { STAGES } from '../triage/stages/stages.ts';
import { startTriage, type Triage, type TriageDeps } from '../triage/triage.ts';

export type ComposeTriageDeps = {
  readonly ledger: Ledger;
  readonly graph: GraphStore;
  readonly screener: Screener;
  /** undefined while the node belongs to none. */
  readonly federation: Federation | undefined;
  readonly adviser: Adviser;
  /** undefined where no outside source is configured. */
  readonly external: ExternalSource | undefined;
  readonly scorers: Scorers;
  readonly clock: Clock;
  readonly businessTime: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** What a node that belongs to no federation knows from peers. */
export const NOBODY_GAVE: PeerKnowledge = { indicatorsFor: async () => [], hintsFor: async () => [] };

/** Starts triage over the node's stores, with what peers gave where there are any, and counts what it does. */
export async function composeTriage(settings: NodeSettings, deps: ComposeTriageDeps): Promise<Triage> {
  const { external, federation, metrics, ...rest } = deps;
  const triage = await startTriage(settings.triage, {
    ...rest,
    ...counting(metrics),
    agency: settings.node.agency,
    peers: federation?.peerKnowledge ?? NOBODY_GAVE,
    ...(federation && { match: federation.match }),
    ...(external && { external }),
    escalations: escalationsTo(federation, deps.ledger),
    contentHash: canonicalAlertHash,
    sleep,
  });
  metrics.watch({ name: 'concordat_triage_waiting', help: 'Alerts that wait for a decision.' }, () => {
    return triage.load().waiting;
  });
  metrics.watch({ name: 'concordat_triage_running', help: 'Alerts in work.' }, () => triage.load().running);
  return triage;
}

/** What a decision marks becomes rows for the flags, where policy lets a rule flag; keyed by decision, so twice is once. */
function escalationsTo(federation: Federation | undefined, ledger: Ledger): TriageDeps['escalations'] {
  return {
    async escalated(escalation) {
      const writes = federation?.candidateRows(escalation) ?? [];
      if (writes.length > 0) await ledger.commit({ writes, audit: [] });
    },
  };
}

function counting(metrics: Metrics): Pick<TriageDeps, 'onStage' | 'onDecided'> {
  const stages = metrics.histogram(
    {
      name: 'concordat_triage_stage_duration_seconds',
      help: 'Time of one stage of one alert, by stage and how it ended.',
      labels: { stage: STAGES, outcome: ['done', 'failed'] },
    },
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
  );
  const decisions = metrics.counter({
    name: 'concordat_triage_decisions_total',
    help: 'Decisions by disposition, and whether a stage had failed.',
    labels: { disposition: DISPOSITIONS, emergency: ['true', 'false'] },
  });
  const confidence = metrics.histogram(
    { name: 'concordat_triage_confidence_ratio', help: 'Confidence of decisions, 0 to 1.', labels: {} },
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1],
  );
  return {
    onStage: (stage, durationMs, outcome) => stages.observe({ stage, outcome }, durationMs / 1_000),
    onDecided: (decision) => {
      decisions.add({ disposition: decision.disposition, emergency: String(decision.emergency) });
      confidence.observe({}, decision.confidence);
    },
  };
}
