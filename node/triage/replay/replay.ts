import { setImmediate as nextTurn } from 'node:timers/promises';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { Alert } from '../../../proto/domain/alert.ts';
import type { Decision } from '../../../proto/domain/decision.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { GraphStore } from '../../graph/graph-store.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { OutcomeBook } from '../outcomes/outcome-book.ts';
import type { Scorers } from '../models/scorers.ts';
import type { MatchPort, PeerKnowledge, Screener, Sleep } from '../ports.ts';
import type { TriageReader } from '../reader.ts';
import type { DecisionSettings } from '../stages/decide.ts';
import { localStages } from '../stages/local-stages.ts';
import type { Stages } from '../stages/stages.ts';
import { DifferenceCount, type DifferenceReport } from './difference-report.ts';

export type ReplayDeps = {
  readonly agency: string;
  readonly ledger: Ledger;
  readonly graph: GraphStore;
  /** Triage's own, which decides. */
  readonly viewer: Viewer;
  readonly screener: Screener;
  readonly peers: PeerKnowledge;
  readonly reader: Pick<TriageReader, 'alert' | 'decisions'>;
  readonly outcomes: Pick<OutcomeBook, 'latest'>;
  readonly sleep: Sleep;
};

/** What is changed against how the node decides now, and for whom: the report holds only alerts that this viewer sees. */
export type ReplayOrder = {
  readonly settings: DecisionSettings;
  readonly scorers: Scorers;
  readonly viewer: Viewer;
};

/** What peers have answered is read; nobody is asked again. */
const NOBODY: MatchPort = { answerers: () => 'ASK_NOBODY', ask: async () => 'ASK_NOBODY' };

/**
 * Decides stored alerts again as of their first decision, under other settings or another model, and says what would
 * have come of it. Writes nothing, asks no peer, no outside source and no language model; lets alerts through between
 * two. With equal settings and model nothing differs. Of more than LIMITS.replayAlerts the first by id.
 */
export async function replay(deps: ReplayDeps, order: ReplayOrder, signal: AbortSignal): Promise<DifferenceReport> {
  const stages = stagesOf(deps, order);
  const { viewer } = order;
  const count = new DifferenceCount();
  for await (const decision of deps.reader.decisions('first', undefined, viewer)) {
    signal.throwIfAborted();
    if (count.seen >= LIMITS.replayAlerts) break;
    const held = await deps.reader.alert(decision.alertId, viewer);
    // What failed then says nothing of settings.
    if (held === undefined || decision.emergency) {
      count.leaveOut();
      continue;
    }
    const again = await decideAgain(stages, held.alert, decision, signal);
    const outcome = await deps.outcomes.latest(decision.alertId, viewer);
    count.add(decision, again, outcome?.outcome ?? null);
    await nextTurn();
  }
  return count.report();
}

function stagesOf(deps: ReplayDeps, { scorers, settings }: ReplayOrder): Stages {
  const { agency, graph, ledger, peers, screener, sleep, viewer } = deps;
  const asking = { port: NOBODY, ledger, viewer, sleep, waitMs: 0 };
  return localStages(settings, { agency, graph, ledger, peers, screener, viewer, scorers, asking });
}

async function decideAgain(
  stages: Stages,
  alert: Alert,
  { asOfMs }: Decision,
  signal: AbortSignal,
): Promise<Pick<Decision, 'disposition' | 'riskScore' | 'confidence'>> {
  const enrichment = await stages.enrich({ alert, asOfMs }, signal);
  const risk = await stages.risk(enrichment, signal);
  const { confidence, disposition } = await stages.decide(enrichment, risk, signal);
  return { disposition, confidence, riskScore: risk.joint.riskScore };
}
