import { LIMITS } from '../../config/settings/limits.ts';
import type { Alert } from '../../proto/domain/alert.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import type { AlertIntake, JobReport } from '../api/ports.ts';
import { readAlertLines } from '../formats/alerts/lines.ts';
import type { BookingWindow } from '../records/import-table.ts';
import { openFile } from '../records/source.ts';

/** Alerts on their way into the ledger at the same time, so that they share its groups. Chosen: a full group of a test disk. */
const IN_FLIGHT = 64;

/**
 * Hands a file of alerts to the intake, line by line. A bad line is reported and the rest is kept; the same alert again
 * changes nothing; another alert under a known id is a conflict, and the first is kept.
 * @throws IMPORT_SOURCE, and what the intake throws for reasons that are not the alert's
 */
export async function importAlerts(
  deps: { readonly intake: AlertIntake; readonly clock: Clock },
  path: string,
  options: { readonly actor: string; readonly window: BookingWindow },
): Promise<JobReport> {
  const feed = new AlertFeed(deps.intake, options.actor);
  const counts = { read: 0, outsideWindow: 0, unknownFields: 0 };
  let latestMs: number | null = null;
  for await (const line of readAlertLines(openFile(path).bytes, deps.clock.nowMs())) {
    counts.read += 1;
    if (line.kind === 'fault') feed.refuse(line.fault);
    else if (!isWithin(line.alert.raisedAtMs, options.window)) counts.outsideWindow += 1;
    else {
      counts.unknownFields += line.unknownFields;
      latestMs = Math.max(latestMs ?? line.alert.raisedAtMs, line.alert.raisedAtMs);
      await feed.submit(line.alert, line.place);
    }
  }
  await feed.end();
  return { kind: 'alerts', ...counts, ...feed.result(), latestMs, list: null };
}

type Fault = JobReport['faults'][number];

/** Submits alerts, several at a time, those of one id in the order of their lines. */
class AlertFeed {
  readonly #intake: AlertIntake;
  readonly #actor: string;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #faults: Fault[] = [];
  #kept = 0;
  #written = 0;
  #refused = 0;

  constructor(intake: AlertIntake, actor: string) {
    this.#intake = intake;
    this.#actor = actor;
  }

  refuse(fault: Fault): void {
    this.#refused += 1;
    if (this.#faults.length < LIMITS.importReportedFaults) this.#faults.push(fault);
  }

  /** Resolves when there is room for the next one. */
  async submit(alert: Alert, place: number): Promise<void> {
    await this.#underWay.get(alert.alertId);
    const submission = this.#submitNow(alert, place);
    this.#underWay.set(alert.alertId, submission);
    // One that failed stays in the map for the race or the end to throw; until then it counts as looked after.
    submission.catch(() => undefined);
    if (this.#underWay.size >= IN_FLIGHT) await Promise.race(this.#underWay.values());
  }

  async end(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  result(): Pick<JobReport, 'kept' | 'written' | 'refused' | 'faults'> {
    const faults = this.#faults.toSorted((one, other) => one.place - other.place);
    return { kept: this.#kept, written: this.#written, refused: this.#refused, faults };
  }

  async #submitNow(alert: Alert, place: number): Promise<void> {
    try {
      if ((await this.#intake.submit(alert, this.#actor)) === 'accepted') this.#written += 1;
      this.#kept += 1;
    } catch (error) {
      if (!isRefusal(error, 'ALERT_CONFLICT')) throw error;
      this.refuse({ place, field: 'alert_id', code: 'conflict' });
    }
    this.#underWay.delete(alert.alertId);
  }
}

function isWithin(timeMs: number, { fromMs, untilMs }: BookingWindow): boolean {
  return (fromMs === undefined || timeMs >= fromMs) && (untilMs === undefined || timeMs < untilMs);
}
