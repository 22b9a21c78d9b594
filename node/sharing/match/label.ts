import type { TokenType } from '../../../crypto/match/token.ts';
import type { MatchLabel } from './messages.ts';

/** An entity that the agency answers for, with what it could say of it. */
export type AnsweringEntity = {
  readonly tokenType: TokenType;
  readonly value: string;
  readonly category: string;
  /** Business time of the latest reason for which it is in the set. */
  readonly lastSeenMs: number;
};

const RECENCY_DAYS = [7, 30, 90, 365] as const;
const OLDER_DAYS = 3_650;
/** With the longest agency id and the JSON around them these stay under a label's 127 bytes (crypto/match/filter.ts). */
const CATEGORY_CHARACTERS = 40;
const CONTACT_CHARACTERS = 63;

/**
 * Label bytes of entities that share one token, at a level of policy: 0 nothing; 1 their categories, recency in coarse
 * days and whom to ask. Level 2 (a pseudonymous handle) needs peer RFI and shows what level 1 shows.
 */
export function encodeLabel(
  entities: readonly AnsweringEntity[],
  level: number,
  contact: string,
  asOfMs: number,
): Uint8Array {
  if (level === 0) return new Uint8Array(0);
  const days = Math.max(0, (asOfMs - Math.max(...entities.map(({ lastSeenMs }) => lastSeenMs))) / 86_400_000);
  const recencyDays = RECENCY_DAYS.find((bound) => days <= bound) ?? OLDER_DAYS;
  const label = { c: categoriesOf(entities), r: recencyDays, a: plain(contact).slice(0, CONTACT_CHARACTERS) };
  return Buffer.from(JSON.stringify(label));
}

/** Reads a label; a peer's bad bytes say nothing more than that it was a hit. */
export function decodeLabel(bytes: Uint8Array): MatchLabel {
  const nothing: MatchLabel = { level: 0, category: null, recencyDays: null, contact: null };
  if (bytes.length === 0) return nothing;
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    if (!isLabel(value)) return nothing;
    return { level: 1, category: plain(value.c), recencyDays: value.r, contact: plain(value.a) };
  } catch (error) {
    if (error instanceof SyntaxError) return nothing;
    throw error;
  }
}

/** As many whole categories as fit. */
function categoriesOf(entities: readonly AnsweringEntity[]): string {
  const categories = [...new Set(entities.map(({ category }) => plain(category).slice(0, CATEGORY_CHARACTERS)))].sort();
  return categories.reduce((joined, category) => {
    const longer = joined === '' ? category : `${joined}+${category}`;
    return longer.length <= CATEGORY_CHARACTERS ? longer : joined;
  }, '');
}

/** One byte a character, also in JSON. */
function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9 _.:/+-]/g, '_');
}

function isLabel(value: unknown): value is { readonly c: string; readonly r: number; readonly a: string } {
  const label = value as { c?: unknown; r?: unknown; a?: unknown } | null;
  return (
    typeof label === 'object' && typeof label?.c === 'string' && Number.isFinite(label.r) && typeof label.a === 'string'
  );
}
