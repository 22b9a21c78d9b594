import { LIMITS } from '../../config/settings/limits.ts';
import { toHex } from '../../crypto/bytes.ts';
import { ConcordatError } from '../../proto/domain/errors.ts';
import type { Clock, Log, RandomBytes } from '../../proto/domain/runtime.ts';
import type { ImportOrder, ImportOrderFile } from '../api/import-order.ts';
import type { AlertIntake, ImportDesk, ImportJob, JobReport } from '../api/ports.ts';
import { apiRefusal } from '../api/refusal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { BookingWindow } from '../records/import-table.ts';
import type { ImportFile } from '../records/plan.ts';
import type { BusinessClock } from './business-clock.ts';
import type { Uploads } from './uploads.ts';

export type ImportDeskDeps = {
  readonly ledger: Ledger;
  readonly uploads: Uploads;
  readonly intake: AlertIntake;
  readonly clock: Clock;
  readonly businessClock: BusinessClock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** Brings graph and screening up to what the ledger holds. */
  readonly catchUp: () => Promise<void>;
  /** Raises the alerts that new versions of lists cause; resolves when they are durable. */
  readonly raiseListAlerts: () => Promise<void>;
  /** Resolves when no alert waits for its first decision. */
  readonly allDecided: () => Promise<void>;
};

type Job = { current: ImportJob; readonly order: ImportOrder; readonly actor: string; changed: () => void };

/**
 * Imports uploaded files, one order after the other: records and lists first, then graph and screening catch up, then
 * the alerts go to triage, so that a decision sees what came with it. The business clock follows what was fed.
 */
export class NodeImportDesk implements ImportDesk {
  readonly #agency: string;
  readonly #deps: ImportDeskDeps;
  readonly #jobs = new Map<string, Job>();
  readonly #watchers = new Set<() => void>();
  #waiting = 0;
  #turn: Promise<void> = Promise.resolve();
  readonly #draining = new AbortController();
  readonly #drained = new Promise<void>((resolve) => {
    this.#draining.signal.addEventListener('abort', () => resolve(), { once: true });
  });

  constructor(settings: { readonly agency: string }, deps: ImportDeskDeps) {
    this.#agency = settings.agency;
    this.#deps = deps;
  }

  receive: ImportDesk['receive'] = (bytes, gzip) => this.#deps.uploads.receive(bytes, gzip);

  begin(order: ImportOrder, actor: string): ImportJob {
    if (this.#draining.signal.aborted || this.#waiting >= LIMITS.imports) throw apiRefusal('API_BUSY');
    for (const [at, file] of order.files.entries())
      if (uploadIds(file).some((uploadId) => this.#deps.uploads.pathOf(uploadId) === undefined))
        throw apiRefusal('API_INVALID', { detail: { field: `files[${at}].upload_id` } });
    const importId = toHex(this.#deps.random(16));
    const current: ImportJob = { importId, state: 'running', code: null, field: null, reports: [] };
    const job: Job = { current, order, actor, changed: () => this.#watchers.forEach((watcher) => watcher()) };
    this.#jobs.set(importId, job);
    const [oldest] = this.#jobs.keys();
    if (this.#jobs.size > LIMITS.importsRemembered && oldest !== undefined) this.#jobs.delete(oldest);
    this.#waiting += 1;
    this.#turn = this.#turn.then(() => this.#run(job));
    return current;
  }

  async wait(importId: string, state: 'stored' | 'done', waitMs: number): Promise<ImportJob | undefined> {
    const job = this.#jobs.get(importId);
    const reached = (): boolean =>
      job === undefined ||
      this.#draining.signal.aborted ||
      job.current.state === 'failed' ||
      job.current.state === 'done' ||
      job.current.state === state;
    if (reached() || waitMs === 0) return job?.current;
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(watcher);
        resolve();
      };
      const watcher = (): void => {
        if (reached()) finish();
      };
      const timer = setTimeout(finish, waitMs);
      this.#watchers.add(watcher);
    });
    return job?.current;
  }

  /** From now on no order begins, and nobody is kept waiting: alerts that are stored are decided after the next start. */
  drain(): void {
    this.#draining.abort(apiRefusal('API_BUSY'));
    for (const watcher of this.#watchers) watcher();
  }

  /** Waits for the file that is being imported; the orders behind it fail. */
  async stop(): Promise<void> {
    this.drain();
    await this.#turn;
  }

  async #run(job: Job): Promise<void> {
    this.#waiting -= 1;
    try {
      await this.#storeAndDiscard(job);
      this.#update(job, { state: 'stored' });
      await Promise.race([this.#deps.allDecided(), this.#drained]);
      if (!this.#draining.signal.aborted) this.#update(job, { state: 'done' });
    } catch (error) {
      const refusal = error instanceof ConcordatError ? error : apiRefusal('API_INTERNAL', { cause: error });
      if (refusal !== error)
        this.#deps.log.error({ import: job.current.importId, error: String(error) }, 'import failed');
      const { field } = refusal.detail;
      this.#update(job, { state: 'failed', code: refusal.code, field: typeof field === 'string' ? field : null });
    }
  }

  async #storeAndDiscard(job: Job): Promise<void> {
    try {
      await this.#store(job);
    } finally {
      await this.#deps.uploads.discard(job.order.files.flatMap(uploadIds));
    }
  }

  async #store(job: Job): Promise<void> {
    const { ledger, clock, uploads, businessClock } = this.#deps;
    const window = windowOf(job.order);
    // Lists are received when the order is, and not after the rows that came with it: in a replay those move the clock.
    const nowMs = businessClock.nowMs();
    // Loaded with the first import: an idle node needs neither the formats nor their tables of countries.
    const { importFile } = await import('../records/import.ts');
    const { importAlerts } = await import('./import-alerts.ts');
    const records = job.order.files.filter((file) => file.kind !== 'alerts');
    for (const file of records) {
      this.#draining.signal.throwIfAborted();
      const options = { actor: job.actor, nowMs, window };
      const at = (uploadId: string): string => pathOf(uploads, uploadId);
      await this.#fed(job, await importFile({ ledger, clock, agency: this.#agency }, importFileOf(file, at), options));
    }
    if (records.length > 0) {
      await this.#deps.catchUp();
      await this.#deps.raiseListAlerts();
    }
    for (const file of job.order.files.filter(({ kind }) => kind === 'alerts')) {
      this.#draining.signal.throwIfAborted();
      const options = { actor: job.actor, window };
      await this.#fed(job, await importAlerts(this.#deps, pathOf(uploads, file.upload_id), options));
    }
  }

  async #fed(job: Job, report: JobReport): Promise<void> {
    if (report.latestMs !== null) await this.#deps.businessClock.reach(report.latestMs);
    this.#update(job, { reports: [...job.current.reports, report] });
  }

  #update(job: Job, change: Partial<ImportJob>): void {
    job.current = { ...job.current, ...change };
    job.changed();
  }
}

function windowOf({ from, until }: ImportOrder): BookingWindow {
  return {
    ...(from === undefined ? {} : { fromMs: Date.parse(`${from}T00:00:00Z`) }),
    ...(until === undefined ? {} : { untilMs: Date.parse(`${until}T00:00:00Z`) }),
  };
}

function uploadIds(file: ImportOrderFile): readonly string[] {
  if (file.kind !== 'ofac') return [file.upload_id];
  return [file.upload_id, file.aliases, file.addresses, file.comments].filter((id) => id !== undefined);
}

function importFileOf(
  file: Exclude<ImportOrderFile, { kind: 'alerts' }>,
  at: (uploadId: string) => string,
): ImportFile {
  const path = at(file.upload_id);
  if (file.kind !== 'watchlist' && file.kind !== 'ofac') return { kind: file.kind, path };
  const identity = { listName: file.list_name, listKind: file.list_kind, listVersion: file.list_version };
  if (file.kind === 'watchlist') return { kind: file.kind, path, ...identity };
  return {
    kind: file.kind,
    path,
    ...identity,
    ...(file.aliases === undefined ? {} : { aliases: at(file.aliases) }),
    ...(file.addresses === undefined ? {} : { addresses: at(file.addresses) }),
    ...(file.comments === undefined ? {} : { comments: at(file.comments) }),
  };
}

function pathOf(uploads: Uploads, uploadId: string): string {
  const path = uploads.pathOf(uploadId);
  if (path === undefined) throw apiRefusal('API_INVALID', { detail: { field: 'files' } });
  return path;
}
