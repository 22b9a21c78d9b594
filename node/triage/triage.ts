import { LIMITS } from '../../config/settings/limits.ts';
import type { SettingsOf } from '../../config/settings/setting.ts';
import type { TRIAGE_SETTINGS } from '../../config/settings/triage.ts';
import type { Alert } from '../../proto/domain/alert.ts';
import type { Decision } from '../../proto/domain/decision.ts';
import type { AlertId } from '../../proto/domain/ids.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { GraphStore } from '../graph/graph-store.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { AccountRef } from './account-ref.ts';
import { type Adviser, LOCAL_ADVISER } from './advice/adviser.ts';
import { type AccountScore, accountScores, type OwnAccount } from './account-score.ts';
import { Decider } from './decider.ts';
import { graphTransfers } from './features/transfer-reader.ts';
import { Intake } from './intake.ts';
import { triageViewer } from './markings.ts';
import type { Scorers } from './models/scorers.ts';
import type {
  BusinessTime,
  Escalations,
  ExternalSource,
  HeldHint,
  MatchPort,
  PeerKnowledge,
  Screener,
  Sleep,
} from './ports.ts';
import { TriageReader } from './reader.ts';
import { Reopener } from './reopen.ts';
import { localStages } from './stages/local-stages.ts';
import type { StageName, Stages } from './stages/stages.ts';
import type { DecisionJob } from './store.ts';
import { WorkQueue } from './work-queue.ts';

/** The first model is for whoever hands in the scorers, and the watch over transfers stands beside triage. */
export type TriageSettings = Omit<
  SettingsOf<{ triage: typeof TRIAGE_SETTINGS }>['triage'],
  'firstModel' | 'watchTransfers'
>;

export type TriageDeps = {
  readonly agency: string;
  readonly ledger: Ledger;
  readonly graph: GraphStore;
  readonly screener: Screener;
  readonly peers: PeerKnowledge;
  /** Absent where the node asks peers nothing. */
  readonly match?: MatchPort;
  /** Absent where no outside source is configured. */
  readonly external?: ExternalSource;
  /** The local one, which asks no language model, unless given. */
  readonly adviser?: Adviser;
  readonly escalations: Escalations;
  readonly scorers: Scorers;
  readonly contentHash: (alert: Alert) => string;
  readonly clock: Clock;
  readonly businessTime: BusinessTime;
  readonly sleep: Sleep;
  readonly log: Log;
  readonly onStage: (stage: StageName, durationMs: number, outcome: 'done' | 'failed') => void;
  readonly onDecided: (decision: Decision) => void;
  /** Other stages than the local ones, for tests. */
  readonly stages?: Stages;
};

/** The triage of one agency: takes alerts, decides them, re-opens them, scores accounts. */
export type Triage = {
  readonly reader: TriageReader;
  /** See Intake.submit. */
  submit(alert: Alert, actor: string): Promise<'accepted' | 'known'>;
  /** See Reopener.reopen. */
  reopen(alertId: AlertId, reason: string, asOfMs: number): Promise<boolean>;
  /** See Reopener.reopenTouched. */
  reopenTouched(accounts: readonly AccountRef[], asOfMs: number, reason: string): Promise<number>;
  /** Local scores of own accounts as of a time, with the hints given; see account-score.ts. */
  accountScores(
    accounts: readonly OwnAccount[],
    asOfMs: number,
    hints: readonly HeldHint[],
  ): Promise<readonly AccountScore[]>;
  /** Alerts that wait, and those in work. */
  load(): { readonly waiting: number; readonly running: number };
  /** Resolves when every alert taken so far is decided. */
  drained(): Promise<void>;
  /** Ends when the alerts in work are decided; those that wait are decided after the next start. */
  stop(): Promise<void>;
};

/** Builds triage and takes up what the last run left undecided. */
export async function startTriage(settings: TriageSettings, deps: TriageDeps): Promise<Triage> {
  const viewer = triageViewer(deps.agency);
  const bounds = { timeoutMs: settings.stageTimeoutSeconds * 1_000, maxRetries: settings.maxRetries };
  const { ledger, match, sleep } = deps;
  const waitMs = Math.min(LIMITS.triageMatchWaitMs, bounds.timeoutMs / 2);
  const asking = match && { port: match, ledger, viewer, sleep, waitMs };
  const stages = deps.stages ?? localStages(settings, { ...deps, viewer, ...(asking && { asking }) });
  const decider = new Decider(bounds, { ...deps, stages, viewer, adviser: deps.adviser ?? LOCAL_ADVISER });
  const queue = new WorkQueue<DecisionJob>(
    { concurrency: settings.maxConcurrentAlerts, capacity: LIMITS.triageQueueAlerts },
    { work: (job) => decider.decide(job), keyOf: ({ alertId }) => alertId, sleep: deps.sleep, log: deps.log },
  );
  const intake = new Intake({ ...deps, queue, viewer });
  const reopener = new Reopener({ ...deps, queue, viewer });
  const transfers = graphTransfers(deps.graph, viewer);
  await decider.resume();
  await intake.resume();
  return {
    reader: new TriageReader(deps.ledger),
    submit: (alert, actor) => intake.submit(alert, actor),
    reopen: (alertId, reason, asOfMs) => reopener.reopen(alertId, reason, asOfMs),
    reopenTouched: (accounts, asOfMs, reason) => reopener.reopenTouched(accounts, asOfMs, reason),
    accountScores: (accounts, asOfMs, hints) =>
      accountScores({ ...deps, transfers, scorer: deps.scorers.at(asOfMs) }, accounts, asOfMs, hints),
    load: () => ({ waiting: queue.depth, running: queue.running }),
    drained: () => queue.drained(),
    stop: () => queue.stop(),
  };
}
