import { LIMITS } from '../../config/settings/limits.ts';
import type { RecordFault } from '../formats/faults.ts';
import type { ListChange } from './lists/delta.ts';

/** What became of a file. read = kept + refused + outside the window. */
export type ImportReport = {
  readonly kind: string;
  readonly read: number;
  /** Valid records; the ledger holds them now. */
  readonly kept: number;
  /** Of those kept, the ones that the ledger did not have like this. */
  readonly written: number;
  readonly refused: number;
  readonly outsideWindow: number;
  /** Columns that were dropped. */
  readonly unknownFields: number;
  /** Time at which the last of the rows fed became known, null where rows have none: a replay's clock follows it. */
  readonly latestMs: number | null;
  /** The first of the faults, at most LIMITS.importReportedFaults. */
  readonly faults: readonly RecordFault[];
  /** Of a list: its new version against the one before. */
  readonly list: ListChange | null;
};

/** Counts while a file is read. */
export class ImportTally {
  kept = 0;
  written = 0;
  outsideWindow = 0;
  unknownFields = 0;
  latestMs: number | null = null;
  #refused = 0;
  readonly #faults: RecordFault[] = [];

  refuse(faults: readonly RecordFault[]): void {
    this.#refused += faults.length;
    this.#faults.push(...faults.slice(0, Math.max(0, LIMITS.importReportedFaults - this.#faults.length)));
  }

  /** Notes when a row that is kept became known. */
  feed(knownAtMs: number): void {
    this.latestMs = Math.max(this.latestMs ?? knownAtMs, knownAtMs);
  }

  report(kind: string, list: ListChange | null = null): ImportReport {
    const { kept, written, outsideWindow, unknownFields, latestMs } = this;
    const read = kept + this.#refused + outsideWindow;
    const counts = { read, kept, written, refused: this.#refused, outsideWindow, unknownFields, latestMs };
    return { kind, ...counts, faults: this.#faults, list };
  }
}
