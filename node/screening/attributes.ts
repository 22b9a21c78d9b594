import type { ListEntry } from '../../proto/domain/records.ts';
import type { ScreeningQuery } from './query.ts';

/**
 * What an attribute of both says: the same; the same but for a slip; too close to speak either way; nothing, as one
 * side lacks it; that they differ; that it is somebody else's.
 */
export type Agreement = 'same' | 'near' | 'close' | 'unknown' | 'differs' | 'contradicts';

/**
 * Compares dates of birth with those of an entry, any of which may be a month or a year only; the best pair counts.
 * One part off by one is a slip or another calendar, and years alone are often estimated.
 */
export function compareBirth(query: readonly string[], dates: readonly string[]): Agreement {
  if (query.length === 0 || dates.length === 0) return 'unknown';
  const order: readonly Agreement[] = ['same', 'near', 'close', 'differs', 'contradicts'];
  const found = new Set(query.flatMap((one) => dates.map((other) => compareDates(one, other))));
  return order.find((agreement) => found.has(agreement)) ?? 'unknown';
}

/** Countries of list and customer have different grounds (birth, nationality, residence): differing says little. */
export function compareCountries(query: readonly string[], countries: readonly string[]): Agreement {
  if (query.length === 0 || countries.length === 0) return 'unknown';
  return query.some((country) => countries.includes(country.toUpperCase())) ? 'same' : 'differs';
}

/** Numbers of papers and registers are the holder's alone, so the same one says much and another one nothing. */
export function compareIdentifiers(query: readonly string[], identifiers: readonly string[]): Agreement {
  if (query.length === 0 || identifiers.length === 0) return 'unknown';
  const known = new Set(identifiers.map(identifierKey));
  return query.map(identifierKey).some((key) => key !== '' && known.has(key)) ? 'same' : 'unknown';
}

/** An identifier without the marks and letter cases that sources write as they like; empty where it is too short to tell. */
export function identifierKey(identifier: string): string {
  const key = identifier.toLowerCase().replace(/[^a-z0-9]/g, '');
  return key.length < SHORTEST_IDENTIFIER || !/\d/.test(key) ? '' : key;
}

/** Shorter numbers are house numbers and years as often as papers. */
const SHORTEST_IDENTIFIER = 5;

/** Whether one is a person and the other an organisation. */
export function compareType(query: ScreeningQuery, entry: Pick<ListEntry, 'entityType'>): Agreement {
  if (query.entityType === null || entry.entityType === null) return 'unknown';
  return query.entityType === entry.entityType ? 'same' : 'contradicts';
}

function compareDates(one: string, other: string): Agreement {
  const [first, second] = [one.split('-').map(Number), other.split('-').map(Number)];
  const parts = Math.min(first.length, second.length);
  const apart = first.slice(0, parts).map((part, place) => Math.abs(part - (second[place] ?? part)));
  const [years = 0, months = 0] = apart;
  const total = apart.reduce((sum, part) => sum + part, 0);
  if (parts === 1) return years === 0 ? 'near' : years === 1 ? 'close' : 'contradicts';
  if (total === 0) return parts === 3 ? 'same' : 'near';
  if (total === 1 || (years === 0 && isSwapped(first, second))) return 'near';
  if (years === 0) return months === 0 ? 'close' : 'differs';
  return 'contradicts';
}

/** Day and month the other way round. */
function isSwapped(one: readonly number[], other: readonly number[]): boolean {
  return one[1] === other[2] && one[2] === other[1];
}
