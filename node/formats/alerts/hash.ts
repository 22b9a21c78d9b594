import { sha256Hex } from '../../../crypto/hash.ts';
import type { Alert } from '../../../proto/domain/alert.ts';

/**
 * Tells whether two alerts say the same: the SHA-256, in hex, of the parsed alert with its keys in order. Layout of
 * the line, order of fields and unknown fields do not count.
 */
export function canonicalAlertHash(alert: Alert): string {
  return sha256Hex(canonicalText(alert));
}

/** JSON with keys in code-point order; a bigint is told from a number by its suffix, outside of any quotes. */
function canonicalText(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalText(inner)}`).join(',')}}`;
}
