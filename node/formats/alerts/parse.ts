import type { z } from 'zod';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { Alert } from '../../../proto/domain/alert.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import { formatError } from '../errors.ts';
import { parseDay, parseInstant } from '../dates.ts';
import { FAULT_CODES, type FaultCode } from '../faults.ts';
import { alertSchema, looseAlertSchema, type WireAlert } from './schema.ts';
import { toAlert } from './to-alert.ts';

export type UnknownFields = 'drop' | 'refuse';
export type ParsedAlert = { readonly alert: Alert; readonly unknownFields: number };

type Issue = z.core.$ZodIssue;

const FAULT_OF_ISSUE: Readonly<Partial<Record<Issue['code'], FaultCode>>> = {
  too_small: 'range',
  invalid_value: 'choice',
  invalid_format: 'format',
};

/**
 * Parses an alert of a source system.
 * @param nowMs time of receipt: business time in a replay, so that the same input gives the same answer
 * @throws ALERT_INVALID: detail.field as a path in the input (`$` = the whole of it), detail.code of FAULT_CODES
 */
export function parseAlert(value: unknown, nowMs: number, unknownFields: UnknownFields = 'drop'): Alert {
  return parseAlertCounting(value, nowMs, unknownFields).alert;
}

/** As parseAlert, and says how many fields it did not know and dropped. */
export function parseAlertCounting(value: unknown, nowMs: number, mode: UnknownFields = 'drop'): ParsedAlert {
  const { wire, unknownFields } = checkSchema(value, mode);
  const raisedAtMs = parseInstant(wire.raised_at) ?? Number.NaN;
  if (!(raisedAtMs <= nowMs + LIMITS.alertFutureMs)) throw refusal('raised_at', 'range');
  checkWindow(wire);
  const dateOfBirth = plausibleBirth(wire.customer_data.dob ?? null, raisedAtMs);
  return { alert: toAlert(wire, { raisedAtMs, dateOfBirth }), unknownFields };
}

/** The strict schema first: nearly every alert passes it, and its refusal says which fields are only unknown. */
function checkSchema(value: unknown, mode: UnknownFields): { wire: WireAlert; unknownFields: number } {
  const strict = alertSchema.safeParse(value);
  if (strict.success) return { wire: strict.data, unknownFields: 0 };
  const breach = strict.error.issues.find((issue) => issue.code !== 'unrecognized_keys');
  if (breach !== undefined) throw refusal(fieldPath(breach.path), faultCode(breach, value));
  const [first] = strict.error.issues;
  if (mode === 'refuse') throw refusal(fieldPath(first?.path ?? []), 'invalid');
  const unknownFields = strict.error.issues.reduce((sum, issue) => sum + unknownKeys(issue), 0);
  return { wire: looseAlertSchema.parse(value), unknownFields };
}

/**
 * A date of birth somewhat after the alert is a slip in the customer's record: it is taken as unknown, so that the
 * alert is not lost by it. One that no slip explains means that the record is not what it says it is.
 */
function plausibleBirth(dayText: string | null, raisedAtMs: number): string | null {
  const aheadMs = dayText === null ? 0 : (parseDay(dayText) ?? 0) - raisedAtMs;
  if (aheadMs > LIMITS.alertBirthFutureMs) throw refusal('customer_data.dob', 'range');
  return aheadMs > 0 ? null : dayText;
}

function checkWindow({ transaction_data: transactions }: WireAlert): void {
  if (transactions === null || transactions === undefined) return;
  // Days in this form compare as texts.
  if (transactions.window_end < transactions.window_start) throw refusal('transaction_data.window_end', 'range');
}

function unknownKeys(issue: Issue): number {
  return issue.code === 'unrecognized_keys' ? issue.keys.length : 0;
}

/** `screening_results.match_details[0].match_score`; the names are the schema's own, never the input's. */
function fieldPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '$';
  const parts = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`));
  return parts.join('').replace(/^\./, '');
}

function faultCode(issue: Issue, input: unknown): FaultCode {
  if (issue.code === 'invalid_type') return valueAt(input, issue.path) === undefined ? 'missing' : 'format';
  if (issue.code === 'too_big') return issue.origin === 'string' || issue.origin === 'array' ? 'too_long' : 'range';
  if (issue.code === 'custom') return FAULT_CODES.find((code) => code === issue.params?.['fault']) ?? 'invalid';
  return FAULT_OF_ISSUE[issue.code] ?? 'invalid';
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

function refusal(field: string, code: FaultCode): ConcordatError {
  return formatError('ALERT_INVALID', { detail: { field, code } });
}
