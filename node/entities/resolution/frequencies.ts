import type { ResolutionRecord } from './record.ts';

/** Attributes whose value says the less the more records have it. */
export const COUNTED = ['nameKey', 'phone', 'email', 'address'] as const;
export type Counted = (typeof COUNTED)[number];

/** How many records of an agency have each value of an attribute. */
export type Frequencies = {
  readonly records: number;
  readonly of: (attribute: Counted, value: string | null) => number;
};

/** Counts values over all records. */
export function countFrequencies(records: readonly ResolutionRecord[]): Frequencies {
  const counts = new Map<string, number>();
  for (const record of records) {
    for (const attribute of COUNTED) {
      const value = record[attribute];
      if (value === null || value === '') continue;
      const key = `${attribute} ${value}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return { records: records.length, of: (attribute, value) => counts.get(`${attribute} ${value ?? ''}`) ?? 0 };
}
