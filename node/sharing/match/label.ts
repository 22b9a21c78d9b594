import { isRefusal } from '../../../proto/domain/errors.ts';
import type { MatchLabel } from './messages.ts';

/** An entity that the agency answers for, with what it could say of it. */
export type AnsweringEntity = {
  readonly tokenType: 'account' | 'national_id' | 'phone' | 'email' | 'name_dob' | 'name_key';
  readonly value: string;
  readonly category: string;
  /** Business time of the latest reason for which it is in the set. */
  readonly lastSeenMs: number;
};

const RECENCY_DAYS = [7, 30, 90, 365] as const;

/**
 * Label bytes at a level of policy: 0 nothing, 1 category, recency in coarse days and whom to ask. Level 2 (a
 * pseudonymous handle) needs peer RFI and shows what level 1 shows.
 */
export function encodeLabel(entity: AnsweringEntity, level: number, contact: string, asOfMs: number): Uint8Array {
  if (level === 0) return new Uint8Array(0);
  const days = Math.max(0, (asOfMs - entity.lastSeenMs) / 86_400_000);
  const recencyDays = RECENCY_DAYS.find((bound) => days <= bound) ?? 3_650;
  return Buffer.from(JSON.stringify({ c: entity.category.slice(0, 24), r: recencyDays, a: contact.slice(0, 48) }));
}

/** Reads a label; a peer's bad bytes say nothing more than that it was a hit. */
export function decodeLabel(bytes: Uint8Array): MatchLabel {
  const nothing: MatchLabel = { level: 0, category: null, recencyDays: null, contact: null };
  if (bytes.length === 0) return nothing;
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    if (!isLabel(value)) return nothing;
    return { level: 1, category: value.c, recencyDays: value.r, contact: value.a };
  } catch (error) {
    if (error instanceof SyntaxError || isRefusal(error)) return nothing;
    throw error;
  }
}

function isLabel(value: unknown): value is { readonly c: string; readonly r: number; readonly a: string } {
  const label = value as { c?: unknown; r?: unknown; a?: unknown } | null;
  return (
    typeof label === 'object' &&
    typeof label?.c === 'string' &&
    typeof label.r === 'number' &&
    typeof label.a === 'string'
  );
}
