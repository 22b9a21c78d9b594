import type { ListEntry, ListKind } from '../../../proto/domain/records.ts';
import type { EntrySchema } from './schemata.ts';

/** An entry of a list as FollowTheMoney writes an entity. */
export type FtmEntity = {
  readonly id: string;
  readonly caption: string;
  readonly schema: EntrySchema;
  readonly properties: Readonly<Record<string, readonly string[]>>;
  readonly datasets: readonly string[];
  readonly referents: readonly string[];
  readonly target: boolean;
};

/** FollowTheMoney has no topic for being in the news. */
const TOPICS: Readonly<Record<ListKind, readonly string[]>> = {
  SANCTIONS: ['sanction'],
  PEP: ['role.pep'],
  ADVERSE_MEDIA: [],
};

/** Writes an entry as an entity; properties without a value are left out. */
export function ftmEntity(entry: ListEntry): FtmEntity {
  const schema = schemaOf(entry);
  const { name, aliases, datesOfBirth, countries, programs, identifiers = [], remarks } = entry;
  const isPerson = schema === 'Person';
  const codes = countries.map((country) => country.toLowerCase());
  const properties: Readonly<Record<string, readonly string[]>> = {
    name: [name],
    alias: aliases,
    birthDate: datesOfBirth,
    [isPerson ? 'nationality' : 'country']: codes,
    [isPerson ? 'idNumber' : 'registrationNumber']: identifiers,
    topics: TOPICS[entry.listKind],
    program: programs,
    notes: remarks === null ? [] : [remarks],
  };
  return {
    id: ftmId(entry),
    caption: name,
    schema,
    properties: Object.fromEntries(Object.entries(properties).filter(([, values]) => values.length > 0)),
    datasets: [datasetOf(entry.listName)],
    referents: [entry.entryId],
    target: true,
  };
}

/** Of the list and the list's own id, so that it stays the same from version to version. */
export function ftmId({ listName, entryId }: Pick<ListEntry, 'listName' | 'entryId'>): string {
  return `${datasetOf(listName)}-${entryId}`;
}

/** What a list is called as a dataset. */
export function datasetOf(listName: string): string {
  return listName.toLowerCase();
}

/** What an entry is; a legal entity where its list does not say more. */
export function schemaOf({ entityType, vehicle }: Pick<ListEntry, 'entityType' | 'vehicle'>): EntrySchema {
  if (vehicle !== undefined) return vehicle === 'VESSEL' ? 'Vessel' : 'Airplane';
  if (entityType === null) return 'LegalEntity';
  return entityType === 'INDIVIDUAL' ? 'Person' : 'Organization';
}

/** Topics of the entries of a kind of list. */
export function topicsOf(listKind: ListKind): readonly string[] {
  return TOPICS[listKind];
}
