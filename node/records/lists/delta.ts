import type { ListEntry } from '../../../proto/domain/records.ts';

/** Entry ids that a version of a list has and the one before had not, the other way round, and those that differ. */
export type ListDelta = {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
};

/** What an import did to a list. */
export type ListChange = ListDelta & {
  readonly listName: string;
  readonly listVersion: string;
  readonly previous: string | null;
};

/** One entry that differs between two versions: added when there is none before, removed when there is none after. */
export type EntryChange =
  | { readonly kind: 'added'; readonly before: null; readonly after: ListEntry }
  | { readonly kind: 'removed'; readonly before: ListEntry; readonly after: null }
  | { readonly kind: 'changed'; readonly before: ListEntry; readonly after: ListEntry };

type Entries = Iterable<ListEntry> | AsyncIterable<ListEntry>;

/**
 * Compares two versions of a list by entry id and content.
 * @param before entries in the order of inEntryOrder, as are those of `after`
 * @returns the differences in that order
 */
export async function* diffEntries(before: Entries, after: Entries): AsyncGenerator<EntryChange> {
  const [old, fresh] = [new Walk(before), new Walk(after)];
  await Promise.all([old.next(), fresh.next()]);
  while (old.entry !== undefined || fresh.entry !== undefined) {
    const order = orderOf(old.entry, fresh.entry);
    if (order < 0 && old.entry !== undefined) yield { kind: 'removed', before: old.entry, after: null };
    else if (order > 0 && fresh.entry !== undefined) yield { kind: 'added', before: null, after: fresh.entry };
    else if (
      old.entry !== undefined &&
      fresh.entry !== undefined &&
      entryContent(old.entry) !== entryContent(fresh.entry)
    )
      yield { kind: 'changed', before: old.entry, after: fresh.entry };
    if (order <= 0) await old.next();
    if (order >= 0) await fresh.next();
  }
}

/** The ids of what differs, by kind. */
export async function deltaOf(changes: AsyncIterable<EntryChange>): Promise<ListDelta> {
  const delta = { added: [] as string[], removed: [] as string[], changed: [] as string[] };
  for await (const { kind, before, after } of changes) delta[kind].push((after ?? before).entryId);
  return delta;
}

/** As a ledger lists entries: bytewise by their ids. */
export function inEntryOrder(entries: readonly ListEntry[]): readonly ListEntry[] {
  return [...entries].sort((one, other) => compareIds(one.entryId, other.entryId));
}

/** Names of what two versions of an entry say differently, as the interface calls them. */
export function fieldsChanged(before: ListEntry, after: ListEntry): readonly string[] {
  return FIELDS.filter(([, valueOf]) => JSON.stringify(valueOf(before)) !== JSON.stringify(valueOf(after))).map(
    ([name]) => name,
  );
}

const FIELDS: readonly (readonly [string, (entry: ListEntry) => unknown])[] = [
  ['name', (entry) => entry.name],
  ['aliases', (entry) => entry.aliases],
  ['entity_type', (entry) => [entry.entityType, entry.vehicle ?? null]],
  ['dates_of_birth', (entry) => entry.datesOfBirth],
  ['countries', (entry) => entry.countries],
  ['programs', (entry) => entry.programs],
  ['identifiers', (entry) => entry.identifiers ?? []],
  ['remarks', (entry) => entry.remarks],
];

/** What an entry says apart from the version that it stands in, as one text. */
export function entryContent(entry: ListEntry): string {
  return JSON.stringify([entry.entryId, ...FIELDS.map(([, valueOf]) => valueOf(entry))]);
}

/** Goes through entries one by one. */
class Walk {
  entry: ListEntry | undefined;
  readonly #iterator: Iterator<ListEntry> | AsyncIterator<ListEntry>;

  constructor(entries: Entries) {
    this.#iterator = Symbol.asyncIterator in entries ? entries[Symbol.asyncIterator]() : entries[Symbol.iterator]();
  }

  async next(): Promise<void> {
    const step = await this.#iterator.next();
    this.entry = step.done === true ? undefined : step.value;
  }
}

/** Behind the last entry of either side only the other one goes on. */
function orderOf(old: ListEntry | undefined, fresh: ListEntry | undefined): number {
  if (old === undefined) return 1;
  return fresh === undefined ? -1 : compareIds(old.entryId, fresh.entryId);
}

function compareIds(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
