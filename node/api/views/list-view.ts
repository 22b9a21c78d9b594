import * as z from 'zod';
import { LIST_KINDS, type ListEntry } from '../../../proto/domain/records.ts';
import type { ListUpdate } from '../../records/lists/list-update.ts';
import type { ListVersion } from '../../records/lists/list-version.ts';
import { type EntryChange, fieldsChanged } from '../../records/lists/delta.ts';

const COUNT = z.int().min(0);

/** A version of a list: since when, what it changed, and what came of it. */
export const LIST_VERSION = z.strictObject({
  list_name: z.string(),
  list_version: z.string(),
  list_kind: z.enum(LIST_KINDS),
  effective_at: z.iso.datetime().describe('business time of its import: no decision as of an earlier time uses it'),
  content_hash: z.string(),
  entries: COUNT,
  previous: z.string().nullable(),
  in_force: z.boolean(),
  added: COUNT,
  removed: COUNT,
  changed: COUNT,
  screening: z
    .enum(['baseline', 'owed', 'done'])
    .describe('of all customers against what it added and changed; a first version raises no alerts'),
  customers_screened: COUNT,
  alerts_raised: COUNT,
});

/** A version in the names of the interface. */
export function listVersionView(
  version: ListVersion,
  update: ListUpdate | undefined,
  isInForce: boolean,
): z.input<typeof LIST_VERSION> {
  return {
    list_name: version.listName,
    list_version: version.listVersion,
    list_kind: version.listKind,
    effective_at: new Date(version.knownAtMs).toISOString(),
    content_hash: version.contentHash,
    entries: version.entries,
    previous: version.previous,
    in_force: isInForce,
    added: update?.added ?? 0,
    removed: update?.removed ?? 0,
    changed: update?.changed ?? 0,
    screening: update?.screening ?? 'baseline',
    customers_screened: update?.customersScreened ?? 0,
    alerts_raised: update?.alertsRaised ?? 0,
  };
}

const ENTRY = z.strictObject({
  name: z.string(),
  aliases: z.array(z.string()),
  entity_type: z.enum(['INDIVIDUAL', 'BUSINESS']).nullable(),
  dates_of_birth: z.array(z.string()),
  countries: z.array(z.string()),
  programs: z.array(z.string()),
  identifiers: z.array(z.string()),
  remarks: z.string().nullable(),
});

/** One entry that differs between two versions. */
export const ENTRY_CHANGE = z.strictObject({
  entry_id: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  fields: z.array(z.string()).describe('that differ, where the entry changed'),
  before: ENTRY.nullable(),
  after: ENTRY.nullable(),
});

/** A difference in the names of the interface. */
export function entryChangeView(change: EntryChange): z.input<typeof ENTRY_CHANGE> {
  const { kind, before, after } = change;
  return {
    entry_id: (after ?? before).entryId,
    change: kind,
    fields: kind === 'changed' ? [...fieldsChanged(before, after)] : [],
    before: before === null ? null : entryView(before),
    after: after === null ? null : entryView(after),
  };
}

function entryView(entry: ListEntry): z.input<typeof ENTRY> {
  return {
    name: entry.name,
    aliases: [...entry.aliases],
    entity_type: entry.entityType,
    dates_of_birth: [...entry.datesOfBirth],
    countries: [...entry.countries],
    programs: [...entry.programs],
    identifiers: [...(entry.identifiers ?? [])],
    remarks: entry.remarks,
  };
}
