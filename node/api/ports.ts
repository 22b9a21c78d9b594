import type { Readable } from 'node:stream';
import type { Alert } from '../../proto/domain/alert.ts';
import type { Decision } from '../../proto/domain/decision.ts';
import type { AlertId } from '../../proto/domain/ids.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { RecordFault } from '../formats/faults.ts';
import type { ImportReport } from '../records/report.ts';
import type { AlertOutcome } from '../triage/outcomes/outcome.ts';
import type { ImportOrder } from './import-order.ts';

/** Where an alert stands. */
export const ALERT_STATES = ['queued', 'decided'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** An alert that the node has taken. */
export type HeldAlert = {
  readonly alert: Alert;
  readonly state: AlertState;
  readonly receivedAtMs: number;
};

/** Takes alerts into triage. */
export type AlertIntake = {
  /**
   * Durable on return; `known` when the same alert was taken before.
   * @throws ALERT_CONFLICT when another alert has its id, TRIAGE_BUSY when the queue is full, and what the ledger throws
   */
  submit(alert: Alert, actor: string): Promise<'accepted' | 'known'>;
};

/** Which alerts a list holds, oldest id first. */
export type AlertFilter = { readonly customerId?: string; readonly state?: AlertState };

/** Reads alerts and decisions on behalf of a viewer; what the viewer may not see does not exist. */
export type AlertReader = {
  alert(alertId: AlertId, viewer: Viewer): Promise<HeldAlert | undefined>;
  /** In the order of ids, behind one of them. */
  alerts(filter: AlertFilter, after: string | undefined, viewer: Viewer): AsyncIterable<HeldAlert>;
  /** Every decision on an alert, in order. */
  decisionsOf(alertId: AlertId, viewer: Viewer): Promise<readonly Decision[]>;
  /** Of each alert its first or its last decision, in the order of ids, behind one of them. */
  decisions(which: 'first' | 'last', after: string | undefined, viewer: Viewer): AsyncIterable<Decision>;
};

/** Analysts' outcomes; see OutcomeBook. */
export type OutcomeDesk = {
  /** Durable on return. @throws TRIAGE_UNKNOWN when the alert is not decided here */
  enter(outcome: Pick<AlertOutcome, 'alertId' | 'outcome' | 'note'>, person: string): Promise<AlertOutcome>;
  /** All that were entered on an alert, first to last. */
  of(alertId: AlertId, viewer: Viewer): Promise<readonly AlertOutcome[]>;
  /** Of each alert the one that stood at a time, in the order of alerts, behind one of them. */
  standing(asOfMs: number, after: string | undefined, viewer: Viewer): AsyncIterable<AlertOutcome>;
};

export type Upload = { readonly uploadId: string; readonly bytes: number; readonly sha256: string };

/** An import under way or over. */
export type ImportJob = {
  readonly importId: string;
  /** stored: every record and alert is kept. done: and every alert has its decision. */
  readonly state: 'running' | 'stored' | 'done' | 'failed';
  /** Of the refusal that ended it; what was kept before stays. */
  readonly code: string | null;
  readonly field: string | null;
  readonly reports: readonly JobReport[];
};

/** What became of one file; see ImportReport. A conflict is another alert under a known id. */
export type JobReport = Omit<ImportReport, 'faults'> & {
  readonly faults: readonly (Omit<RecordFault, 'code'> & { readonly code: RecordFault['code'] | 'conflict' })[];
};

/** Takes files in and imports them, one order at a time. */
export type ImportDesk = {
  /** Keeps the bytes until an import takes them or the node stops. @throws API_TOO_LARGE, API_BUSY */
  receive(bytes: Readable, gzip: boolean): Promise<Upload>;
  /** Begins when the orders before it are over. @throws API_BUSY, API_INVALID when an upload is not there */
  begin(order: ImportOrder, actor: string): ImportJob;
  /** As it is when the state is reached, or after the wait; undefined when no such import is remembered. */
  wait(importId: string, state: 'stored' | 'done', waitMs: number): Promise<ImportJob | undefined>;
};
