import type { Typology } from '../../../config/typologies/typology.ts';
import { toHex } from '../../../crypto/bytes.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import { canSee, type Viewer } from '../../../proto/domain/marking.ts';
import type { Log, RandomBytes } from '../../../proto/domain/runtime.ts';
import { triageRefusal } from '../errors.ts';
import type { BusinessTime } from '../ports.ts';
import { type DetectionReport, runDetectors } from './run-detectors.ts';
import type { TransferSource } from './transfer-source.ts';

/** Null: from the first record, or up to now. */
export type DetectionOrder = {
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Ids of the table; all of them where none is named. */
  readonly typologies: readonly string[];
};

/** A run under way or over. */
export type DetectionRun = {
  readonly runId: string;
  readonly order: DetectionOrder;
  /** What was known then is what was looked at. */
  readonly asOfMs: number;
  readonly state: 'running' | 'done' | 'failed';
  /** Of the refusal that ended it. */
  readonly code: string | null;
  readonly report: DetectionReport | null;
};

export type DetectionDeskDeps = {
  readonly source: TransferSource;
  readonly typologies: readonly Typology[];
  readonly businessTime: BusinessTime;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly sleep: (durationMs: number, signal: AbortSignal) => Promise<void>;
};

/** So many runs are remembered, with what they found. */
const REMEMBERED = 8;

type Kept = { readonly viewer: Viewer; run: DetectionRun; readonly over: Promise<void> };

/** Runs detectors over the records on order, one run at a time, and remembers what the last runs have found. */
export class DetectionDesk {
  readonly #deps: DetectionDeskDeps;
  readonly #runs = new Map<string, Kept>();
  readonly #stopping = new AbortController();
  #isBusy = false;

  constructor(deps: DetectionDeskDeps) {
    this.#deps = deps;
  }

  /** Begins a run over what the viewer sees. @throws TRIAGE_JOB_BUSY while another runs, TRIAGE_STOPPED */
  begin(order: DetectionOrder, viewer: Viewer): DetectionRun {
    if (this.#stopping.signal.aborted) throw triageRefusal('TRIAGE_STOPPED');
    if (this.#isBusy) throw triageRefusal('TRIAGE_JOB_BUSY');
    this.#isBusy = true;
    const begun: DetectionRun = {
      runId: toHex(this.#deps.random(16)),
      order,
      asOfMs: this.#deps.businessTime.nowMs(),
      state: 'running',
      code: null,
      report: null,
    };
    const over = this.#run(begun, viewer).then((ended) => void Object.assign(kept, { run: { ...begun, ...ended } }));
    const kept: Kept = { viewer, run: begun, over };
    this.#runs.set(begun.runId, kept);
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > REMEMBERED && oldest !== undefined) this.#runs.delete(oldest);
    return begun;
  }

  /** As it is when it is over, or after the wait; undefined when no run is remembered that the viewer may read. */
  async wait(runId: string, waitMs: number, viewer: Viewer): Promise<DetectionRun | undefined> {
    const kept = this.#runs.get(runId);
    if (kept === undefined || !seesAsMuch(viewer, kept.viewer)) return undefined;
    if (kept.run.state !== 'running' || waitMs === 0) return kept.run;
    const waited = new AbortController();
    const patience = this.#deps.sleep(waitMs, waited.signal).catch(() => undefined);
    await Promise.race([kept.over, patience]);
    waited.abort();
    return kept.run;
  }

  /** Ends the run in work; it counts as failed. */
  async stop(): Promise<void> {
    this.#stopping.abort(triageRefusal('TRIAGE_STOPPED'));
    await Promise.all([...this.#runs.values()].map(({ over }) => over));
  }

  async #run({ asOfMs, order }: DetectionRun, viewer: Viewer): Promise<Partial<DetectionRun>> {
    const { log, source, typologies } = this.#deps;
    try {
      const asked = typologies.filter(({ id }) => order.typologies.length === 0 || order.typologies.includes(id));
      const range = { fromMs: order.fromMs ?? -Infinity, toMs: order.toMs ?? Infinity, asOfMs };
      return { state: 'done', report: await runDetectors(source, asked, range, viewer, this.#stopping.signal) };
    } catch (error) {
      if (error instanceof ConcordatError) return { state: 'failed', code: error.code };
      log.error({ error: String(error) }, 'run of detectors failed');
      return { state: 'failed', code: 'FAULT' };
    } finally {
      this.#isBusy = false;
    }
  }
}

/** What a run shows is what its viewer saw, so that only who sees all of that may read it. */
function seesAsMuch(reader: Viewer, runner: Viewer): boolean {
  const { clearance, compartments, groups } = runner;
  const seen = { tlp: 'RED', classification: clearance, compartments, groups: [] } as const;
  return canSee(reader, seen) && groups.every((group) => reader.groups.includes(group));
}
