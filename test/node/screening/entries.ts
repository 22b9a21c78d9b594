import type { ListEntry } from '../../../proto/domain/records.ts';

/** An entry of a list with what a test says about it. */
export function listEntry(entryId: string, name: string, rest: Partial<ListEntry> = {}): ListEntry {
  return {
    listName: 'LIST',
    listVersion: '1',
    listKind: 'SANCTIONS',
    entryId,
    entityType: 'INDIVIDUAL',
    name,
    aliases: [],
    datesOfBirth: [],
    countries: [],
    programs: [],
    remarks: null,
    ...rest,
  };
}
