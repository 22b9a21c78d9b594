import { createReadStream, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { countryCode } from '../../node/formats/ofac/countries.ts';
import { readOfac } from '../../node/formats/ofac/sdn.ts';
import { compareNames } from '../../node/screening/compare-names.ts';
import type { ScreeningQuery } from '../../node/screening/query.ts';
import { screen } from '../../node/screening/screen.ts';
import type { ScreeningIndex } from '../../node/screening/screening-index.ts';
import { NAME_THRESHOLD, SCREENING_THRESHOLD } from '../../node/screening/weights.ts';
import type { ListEntry } from '../../proto/domain/records.ts';
import { readUnList } from '../node/screening/un-list.ts';
import { sharedPath } from './shared.ts';

/** Where the public sets for screening stand; undefined where one of them is absent. */
export function screeningSets(): { names: string; people: string; ofac: string; un: string } | undefined {
  const [names, people] = [sharedPath('data/name-bench'), sharedPath('data/screening-bench')];
  const [ofac, un] = [sharedPath('data/ofac-sdn/2021'), sharedPath('data/un-list/UN_consolidated.xml')];
  if (names === undefined || people === undefined || ofac === undefined || un === undefined) return undefined;
  return { names, people, ofac, un };
}

/** Every entry of OFAC's list of 2021 and of the United Nations' list. */
export async function listedEntries(sets: { readonly ofac: string; readonly un: string }): Promise<ListEntry[]> {
  const file = (name: string): AsyncIterable<Uint8Array> => createReadStream(`${sets.ofac}/${name}.csv`);
  const { items } = await readOfac({ entries: file('sdn'), aliases: file('alt'), addresses: file('add') });
  const ofac = items.map((item): ListEntry => ({ listName: 'OFAC', listVersion: '1', listKind: 'SANCTIONS', ...item }));
  return [...ofac, ...readUnList(sets.un)];
}

/** People of one of the benchmark's files, as they are asked for. */
export function peopleOf(sets: { readonly people: string }, file: string): readonly ScreeningQuery[] {
  type Row = Record<'full_name' | 'date_of_birth' | 'nationality', string>;
  const rows = parse<Row>(readFileSync(`${sets.people}/${file}.csv`), { columns: true, relax_column_count: true });
  return rows.map((row) => ({
    name: row.full_name,
    aliases: [],
    datesOfBirth: row.date_of_birth === '' ? [] : [row.date_of_birth],
    countries: [countryCode(row.nationality) ?? []].flat(),
    identifiers: [],
    entityType: 'INDIVIDUAL',
  }));
}

/** Which of the people are found on any list, or on the one named. */
export function found(
  index: ScreeningIndex,
  people: readonly ScreeningQuery[],
  listName?: string,
): readonly ScreeningQuery[] {
  return people.filter((query) => {
    const hits = screen(index, query, { limit: 10, threshold: SCREENING_THRESHOLD });
    return hits.some((hit) => listName === undefined || hit.entry.listName === listName);
  });
}

/** A labelled pair of names. */
export type NamePair = {
  readonly one: string;
  readonly other: string;
  readonly schema: string;
  readonly quality: string;
  readonly isMatch: boolean;
};

/** The labelled pairs of the benchmark of names. */
export function namePairs(sets: { readonly names: string }): readonly NamePair[] {
  type Row = Record<'schema' | 'name1' | 'name2' | 'is_match' | 'quality', string>;
  const rows = parse<Row>(readFileSync(`${sets.names}/cases.csv`), { columns: true });
  return rows.map((row) => ({
    one: row.name1,
    other: row.name2,
    schema: row.schema,
    quality: row.quality,
    isMatch: row.is_match === 'true',
  }));
}

/** Whether our scorer takes the names for one. */
export function takesForOne({ one, other, schema }: NamePair): boolean {
  const type = schema === 'Person' ? 'INDIVIDUAL' : schema === 'LegalEntity' ? null : 'BUSINESS';
  return compareNames(one, other, type).score >= NAME_THRESHOLD;
}

/** Harmonic mean of precision and recall; 1 where there is nothing to find and nothing was. */
export function f1Of(judged: readonly { readonly found: boolean; readonly isMatch: boolean }[]): number {
  const count = (test: (pair: { found: boolean; isMatch: boolean }) => boolean): number => judged.filter(test).length;
  const named = count((pair) => pair.found) + count((pair) => pair.isMatch);
  return named === 0 ? 1 : (2 * count((pair) => pair.found && pair.isMatch)) / named;
}

/** Processor time that work takes, in ms: on a machine that others use, wall time says little. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
