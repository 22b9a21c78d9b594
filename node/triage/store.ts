import type { Alert, AlertPriority, AlertType } from '../../proto/domain/alert.ts';
import type { Decision, Disposition } from '../../proto/domain/decision.ts';
import type { AlertId } from '../../proto/domain/ids.ts';
import { defineCollection } from '../ledger/collection.ts';
import type { Escalation, MatchOutcome } from './ports.ts';
import { TRIAGE_MARKING } from './markings.ts';

/** An alert as it was taken. Never changed: what became of it stands in its decisions. */
export type StoredAlert = {
  readonly alert: Alert;
  /** Of the alert's content: tells a repeat from a conflict. */
  readonly contentHash: string;
  readonly receivedAtMs: number;
};

/** What the history of a customer needs of an alert, so that reading it reads no alerts. */
export type AlertRow = {
  readonly alertId: AlertId;
  readonly alertType: AlertType;
  readonly priority: AlertPriority;
  readonly raisedAtMs: number;
  readonly customerId: string;
};

export type DecisionRow = {
  readonly alertId: AlertId;
  readonly ordinal: number;
  readonly disposition: Disposition;
  readonly decidedAtMs: number;
};

/** What peers answered on an alert as of a decision. Kept, so that deciding again asks nobody and sees the same. */
export type AlertMatch = { readonly alertId: AlertId; readonly asOfMs: number; readonly outcome: MatchOutcome };

/** An alert that waits for a decision: the first, or another because of something new. */
export type DecisionJob = {
  readonly alertId: AlertId;
  readonly ordinal: number;
  readonly asOfMs: number;
  /** Why it was re-opened; null for the first. */
  readonly reopenedBy: string | null;
};

/** Key: the alert's id. */
export const ALERTS = defineCollection<StoredAlert>({
  space: 'alert',
  keyOf: ({ alert }) => alert.alertId,
  markingOf: () => TRIAGE_MARKING,
});

/** Key `<customer>/<raised at>/<alert>`. */
export const ALERTS_BY_CUSTOMER = defineCollection<AlertRow>({
  space: 'alertByCustomer',
  keyOf: ({ customerId, raisedAtMs, alertId }) => `${customerId}/${timeKey(raisedAtMs)}/${alertId}`,
  markingOf: () => TRIAGE_MARKING,
});

/** Key `<raised at>/<alert>`. */
export const ALERTS_BY_TIME = defineCollection<AlertRow>({
  space: 'alertByTime',
  keyOf: ({ raisedAtMs, alertId }) => `${timeKey(raisedAtMs)}/${alertId}`,
  markingOf: () => TRIAGE_MARKING,
});

/** Key `<alert>/<ordinal>`. */
export const DECISIONS = defineCollection<Decision>({
  space: 'decision',
  keyOf: ({ alertId, ordinal }) => decisionKey(alertId, ordinal),
  markingOf: () => TRIAGE_MARKING,
});

/** Key `<disposition>/<decided at>/<alert>`; of each alert its last decision alone. */
export const DECISIONS_BY_DISPOSITION = defineCollection<DecisionRow>({
  space: 'decisionByDisposition',
  keyOf: dispositionKey,
  markingOf: () => TRIAGE_MARKING,
});

/** Key `<alert>/<as of>`. */
export const ALERT_MATCHES = defineCollection<AlertMatch>({
  space: 'alertMatch',
  keyOf: ({ alertId, asOfMs }) => alertMatchKey(alertId, asOfMs),
  markingOf: () => TRIAGE_MARKING,
});

/** Key `decide/<alert>/<ordinal>`: gone once the decision is there. */
export const JOBS = defineCollection<DecisionJob>({
  space: 'triageWork',
  keyOf: ({ alertId, ordinal }) => `decide/${decisionKey(alertId, ordinal)}`,
  markingOf: () => TRIAGE_MARKING,
});

/** Key `escalation/<alert>/<ordinal>`: gone once it has been handed on. */
export const ESCALATIONS = defineCollection<Escalation>({
  space: 'triageWork',
  keyOf: ({ alertId, ordinal }) => `escalation/${decisionKey(alertId, ordinal)}`,
  markingOf: () => TRIAGE_MARKING,
});

/** What the index of dispositions keeps of a decision. */
export function decisionRow({ alertId, ordinal, disposition, decidedAtMs }: Decision): DecisionRow {
  return { alertId, ordinal, disposition, decidedAtMs };
}

/** Key of a decision in the index of dispositions. */
export function dispositionKey({ disposition, decidedAtMs, alertId }: DecisionRow): string {
  return `${disposition}/${timeKey(decidedAtMs)}/${alertId}`;
}

/** Ids hold no slash, so that a prefix with one is exact. */
export function decisionKey(alertId: string, ordinal: number): string {
  return `${alertId}/${String(ordinal).padStart(6, '0')}`;
}

/** Key of what peers answered on an alert as of a decision. */
export function alertMatchKey(alertId: string, asOfMs: number): string {
  return `${alertId}/${timeKey(asOfMs)}`;
}

/** Times as text that sorts like them. */
export function timeKey(atMs: number): string {
  return String(atMs).padStart(15, '0');
}
