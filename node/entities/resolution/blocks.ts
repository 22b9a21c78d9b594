import { LIMITS } from '../../../config/settings/limits.ts';
import type { ResolutionRecord } from './record.ts';

/** Two records that have something in common and are worth comparing. */
export type Pair = readonly [one: ResolutionRecord, other: ResolutionRecord];

/** What records are brought together by; a key that too many share says nothing and brings nobody together. */
function keysOf(record: ResolutionRecord): readonly string[] {
  const { address, dateOfBirth, email, entityType, identifier, phone, words } = record;
  const kept = words.slice(0, BLOCKED_WORDS);
  const pairs = kept.flatMap((one, place) => kept.slice(place + 1).map((other) => [one, other].toSorted().join(' ')));
  const keys = [
    ...(identifier === null ? [] : [`identifier ${identifier}`]),
    ...(phone === null ? [] : [`phone ${phone}`]),
    ...(email === null ? [] : [`email ${email}`]),
    ...(address === null ? [] : [`address ${address}`]),
    ...(dateOfBirth === null ? [] : [`born ${dateOfBirth}`]),
    ...pairs.map((pair) => `words ${pair}`),
    // Where one word is misspelt, another one and the year still agree.
    ...(dateOfBirth === null ? [] : kept.map((word) => `word ${word} ${dateOfBirth.slice(0, 4)}`)),
    ...(kept.length === 1 ? [`word ${kept.join('')}`] : []),
  ];
  return keys.map((key) => `${entityType} ${key}`);
}

const BLOCKED_WORDS = 4;

/** Every pair that shares a key, once, the smaller id first, in the order of ids. */
export function* candidatePairs(records: readonly ResolutionRecord[]): Generator<Pair> {
  const blocks = new Map<string, ResolutionRecord[]>();
  const sorted = records.toSorted((one, other) => (one.customerId < other.customerId ? -1 : 1));
  const keys = new Map(sorted.map((record) => [record, new Set(keysOf(record))]));
  for (const [record, own] of keys) {
    for (const key of own) {
      const block = blocks.get(key);
      if (block === undefined) blocks.set(key, [record]);
      else block.push(record);
    }
  }
  const places = new Map(sorted.map((record, place) => [record, place]));
  for (const [record, own] of keys) {
    const place = places.get(record) ?? 0;
    const others = new Set<ResolutionRecord>();
    for (const key of own) {
      const block = blocks.get(key) ?? [];
      if (block.length > LIMITS.resolutionBlock) continue;
      for (const other of block) if ((places.get(other) ?? 0) > place) others.add(other);
    }
    for (const other of others) yield [record, other];
  }
}
