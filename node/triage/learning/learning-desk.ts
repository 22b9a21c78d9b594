import { toHex } from '../../../crypto/bytes.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { Clock, Log, RandomBytes } from '../../../proto/domain/runtime.ts';
import { triageRefusal } from '../errors.ts';
import { modelId } from '../models/scorer-artefact.ts';
import type { ModelRegistry } from '../models/model-registry.ts';
import { onlyScorer } from '../models/scorers.ts';
import type { BusinessTime } from '../ports.ts';
import type { DifferenceReport } from '../replay/difference-report.ts';
import { replay, type ReplayDeps } from '../replay/replay.ts';
import type { DecisionSettings } from '../stages/decide.ts';
import type { CaseRow } from './case-row.ts';
import type { Comparison } from './compare.ts';
import { readCaseRows, type RowDeps } from './read-rows.ts';
import { runInWorker } from './run-in-worker.ts';
import { proposeThreshold, type ThresholdProposal } from './thresholds.ts';

/** What may be asked for. */
export type LearningOrder =
  | { readonly kind: 'train'; readonly holdBack: number; readonly missRate: number }
  | { readonly kind: 'compare'; readonly modelId: string }
  | { readonly kind: 'thresholds'; readonly modelId: string; readonly missRate: number }
  | { readonly kind: 'replay'; readonly modelId: string | null; readonly settings: Partial<DecisionSettings> };

/** What came of it, by kind of order. */
export type LearningResult =
  | { readonly kind: 'train'; readonly modelId: string; readonly comparison: Comparison | null }
  | { readonly kind: 'compare'; readonly modelId: string; readonly comparison: Comparison }
  | { readonly kind: 'thresholds'; readonly proposal: ThresholdProposal }
  | { readonly kind: 'replay'; readonly report: DifferenceReport };

export type LearningJobState = {
  readonly jobId: string;
  readonly kind: LearningOrder['kind'];
  readonly state: 'running' | 'done' | 'failed';
  /** Of the refusal that ended it, with its numbers. */
  readonly code: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly result: LearningResult | null;
};

export type LearningDeskDeps = RowDeps &
  ReplayDeps & {
    readonly registry: ModelRegistry;
    readonly outcomes: RowDeps['outcomes'] & ReplayDeps['outcomes'];
    readonly settings: DecisionSettings;
    readonly clock: Clock;
    readonly businessTime: BusinessTime;
    readonly random: RandomBytes;
    readonly log: Log;
  };

/** So many jobs that are over are remembered. */
const REMEMBERED = 100;

type Job = { current: LearningJobState; readonly person: string; readonly over: Promise<void> };

/**
 * Runs jobs over stored alerts, one at a time: training, comparing, proposing thresholds, replaying. None changes how
 * alerts are decided: training leaves a candidate, the others a report.
 */
export class LearningDesk {
  readonly #deps: LearningDeskDeps;
  readonly #jobs = new Map<string, Job>();
  readonly #stopping = new AbortController();
  #isBusy = false;

  constructor(deps: LearningDeskDeps) {
    this.#deps = deps;
  }

  /** Begins a job for a person, who alone may ask for it and sees in it only what the person may see. @throws TRIAGE_JOB_BUSY while another runs, TRIAGE_MODEL_UNKNOWN, TRIAGE_STOPPED */
  begin(order: LearningOrder, viewer: Viewer): LearningJobState {
    if (this.#stopping.signal.aborted) throw triageRefusal('TRIAGE_STOPPED');
    if (this.#isBusy) throw triageRefusal('TRIAGE_JOB_BUSY');
    if ('modelId' in order && order.modelId !== null) this.#deps.registry.named(order.modelId);
    const jobId = toHex(this.#deps.random(16));
    const begun: LearningJobState = { jobId, kind: order.kind, state: 'running', code: null, detail: {}, result: null };
    this.#isBusy = true;
    const job: Job = {
      current: begun,
      person: viewer.name,
      over: this.#run(order, viewer).then((ended) => void Object.assign(job, { current: { ...begun, ...ended } })),
    };
    this.#jobs.set(jobId, job);
    const [oldest] = this.#jobs.keys();
    if (this.#jobs.size > REMEMBERED && oldest !== undefined) this.#jobs.delete(oldest);
    return begun;
  }

  /** As it is when it is over, or after the wait; undefined when no such job of the person is remembered. */
  async wait(jobId: string, person: string, waitMs: number): Promise<LearningJobState | undefined> {
    const job = this.#jobs.get(jobId);
    if (job?.person !== person) return undefined;
    if (job.current.state !== 'running' || waitMs === 0) return job.current;
    const waited = new AbortController();
    const patience = this.#deps.sleep(waitMs, waited.signal).catch(() => undefined);
    await Promise.race([job.over, patience]);
    waited.abort();
    return job.current;
  }

  /** Ends the job in work; it counts as failed. */
  async stop(): Promise<void> {
    this.#stopping.abort(triageRefusal('TRIAGE_STOPPED'));
    await Promise.all([...this.#jobs.values()].map(({ over }) => over));
  }

  async #run(order: LearningOrder, viewer: Viewer): Promise<Partial<LearningJobState>> {
    try {
      return { state: 'done', result: await this.#resultOf(order, viewer) };
    } catch (error) {
      if (error instanceof ConcordatError) return { state: 'failed', code: error.code, detail: error.detail };
      this.#deps.log.error({ kind: order.kind, error: String(error) }, 'job over stored alerts failed');
      return { state: 'failed', code: 'FAULT' };
    } finally {
      this.#isBusy = false;
    }
  }

  async #resultOf(order: LearningOrder, viewer: Viewer): Promise<LearningResult> {
    switch (order.kind) {
      case 'train':
        return this.#train(order, viewer.name);
      case 'compare':
        return this.#compare(order.modelId, viewer.name);
      case 'thresholds': {
        const model = this.#deps.registry.named(order.modelId);
        return { kind: 'thresholds', proposal: proposeThreshold(await this.#rows(), model, order.missRate) };
      }
      case 'replay':
        return this.#replay(order, viewer);
    }
  }

  async #train(
    { holdBack, missRate }: Extract<LearningOrder, { readonly kind: 'train' }>,
    person: string,
  ): Promise<LearningResult> {
    const { agency, registry } = this.#deps;
    const rows = await this.#rows();
    const options = { name: agency, version: registry.nextVersion(agency), missRate };
    const job = { kind: 'train', rows, holdBack, options, parent: registry.inForce() } as const;
    const { artefact, comparison } = await runInWorker(job, this.#stopping.signal);
    await registry.add(artefact, 'trained', person);
    const id = modelId(artefact);
    if (comparison !== null) await registry.compared(id, comparison, person);
    return { kind: 'train', modelId: id, comparison };
  }

  async #compare(id: string, person: string): Promise<LearningResult> {
    const { registry } = this.#deps;
    const job = {
      kind: 'compare',
      rows: await this.#rows(),
      candidate: registry.named(id),
      inForce: registry.inForce(),
    } as const;
    const comparison = await runInWorker(job, this.#stopping.signal);
    await registry.compared(id, comparison, person);
    return { kind: 'compare', modelId: id, comparison };
  }

  async #replay(order: Extract<LearningOrder, { readonly kind: 'replay' }>, viewer: Viewer): Promise<LearningResult> {
    const { registry, settings } = this.#deps;
    const scorers = order.modelId === null ? registry : onlyScorer(registry.named(order.modelId));
    const changed = { settings: { ...settings, ...order.settings }, scorers, viewer };
    return { kind: 'replay', report: await replay(this.#deps, changed, this.#stopping.signal) };
  }

  #rows(): Promise<readonly CaseRow[]> {
    return readCaseRows(this.#deps, this.#deps.businessTime.nowMs(), this.#stopping.signal);
  }
}
