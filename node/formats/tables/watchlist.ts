import { ENTITY_TYPES } from '../../../proto/domain/alert.ts';
import type { ListEntry } from '../../../proto/domain/records.ts';
import type { Table } from './table.ts';

/** What an entry says by itself; the list that it stands in is known to whoever imports it. */
export type ListItem = Omit<ListEntry, 'listName' | 'listVersion' | 'listKind'>;

/** A watchlist as plain CSV: semicolons part several aliases, dates, countries and programs. */
export const WATCHLIST: Table<ListItem> = {
  required: ['list_id', 'name'],
  optional: ['aliases', 'dob', 'country', 'program', 'entity_type'],
  read: (row) => ({
    entryId: row.identifier('list_id'),
    entityType: row.optionalChoice('entity_type', ENTITY_TYPES),
    name: row.text('name'),
    aliases: row.list('aliases'),
    datesOfBirth: row.partialDays('dob'),
    countries: row.list('country'),
    programs: row.list('program'),
    remarks: null,
  }),
};
