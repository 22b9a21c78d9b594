import type { ErrorDetail } from '../../proto/domain/errors.ts';

/** What can be wrong with a field of an imported record. */
export const FAULT_CODES = [
  'missing', // empty where a value is needed
  'too_long', // more letters, items or nesting than the limit
  'format', // does not have the shape of its type
  'date', // no such day or instant
  'range', // outside what the field may hold
  'choice', // not one of the closed set
  'columns', // another number of cells than the header has
  'quotes', // quoted text that never ends or ends in the middle of a cell
  'encoding', // not UTF-8
  'json', // not one JSON object
  'invalid', // any other breach of the schema
] as const;
export type FaultCode = (typeof FAULT_CODES)[number];

/** A record that was refused: its line in the file (1-based), the field (`$` = the whole record) and what was wrong. */
export type RecordFault = { readonly place: number; readonly field: string; readonly code: FaultCode };

/** Field and code of a parser's refusal, for a report that never repeats the value. */
export function faultFrom(place: number, detail: ErrorDetail): RecordFault {
  const code = FAULT_CODES.find((known) => known === detail['code']) ?? 'invalid';
  return { place, field: String(detail['field'] ?? '$'), code };
}
