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

/** Compares two versions of a list by entry id and content. */
export async function compareVersions(
  before: AsyncIterable<ListEntry>,
  after: readonly ListEntry[],
): Promise<ListDelta> {
  const remaining = new Map(after.map((entry) => [entry.entryId, entryContent(entry)]));
  const removed: string[] = [];
  const changed: string[] = [];
  for await (const entry of before) {
    const content = remaining.get(entry.entryId);
    if (content === undefined) removed.push(entry.entryId);
    else if (content !== entryContent(entry)) changed.push(entry.entryId);
    remaining.delete(entry.entryId);
  }
  return { added: [...remaining.keys()], removed, changed };
}

/** What an entry says apart from the version that it stands in, as one text. */
export function entryContent(entry: ListEntry): string {
  const { entryId, entityType, vehicle, name, aliases, datesOfBirth, countries, programs, identifiers, remarks } =
    entry;
  const rest = [datesOfBirth, countries, programs, remarks, identifiers ?? [], vehicle ?? null];
  return JSON.stringify([entryId, entityType, name, aliases, ...rest]);
}
