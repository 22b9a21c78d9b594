import { LIMITS } from '../../../config/settings/limits.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import { faultFrom, type RecordFault } from '../faults.ts';
import { type ByteSource, isMisdecoded, type Line, readLines } from '../lines.ts';
import { type ParsedAlert, parseAlertCounting } from './parse.ts';

/** One line of a file of alerts: an alert or why it is none. */
export type AlertLine =
  | ({ readonly kind: 'alert'; readonly place: number } & ParsedAlert)
  | { readonly kind: 'fault'; readonly fault: RecordFault };

/**
 * Reads alerts as JSON lines, in the file's order; empty lines are skipped, a byte-order mark before a line and CR
 * after it are tolerated. A line is at most LIMITS.alertLineBytes, judged before it is parsed; unknown fields are
 * dropped and counted. Duplicates are the business of the intake.
 * @param nowMs time of receipt, see parseAlert
 */
export async function* readAlertLines(source: ByteSource, nowMs: number): AsyncGenerator<AlertLine> {
  for await (const lines of readLines(source, LIMITS.alertLineBytes)) {
    for (const line of lines) {
      if (line.text?.trim() !== '') yield parseAlertLine(line, nowMs);
    }
  }
}

function parseAlertLine({ number: place, text }: Line, nowMs: number): AlertLine {
  const fault = (field: string, code: RecordFault['code']): AlertLine => ({
    kind: 'fault',
    fault: { place, field, code },
  });
  if (text === null) return fault('$', 'too_long');
  if (isMisdecoded(text)) return fault('$', 'encoding');
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return fault('$', 'json');
  }
  try {
    return { kind: 'alert', place, ...parseAlertCounting(value, nowMs) };
  } catch (error) {
    if (isRefusal(error, 'ALERT_INVALID')) return { kind: 'fault', fault: faultFrom(place, error.detail) };
    throw error;
  }
}
